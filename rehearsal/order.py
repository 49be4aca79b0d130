"""A call as a wire understood it: one shape for every provider, priced and ready to be made."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from manifests.money import Microusd
from manifests.noun import Noun
from manifests.take import Operation

_Pixels = Annotated[int, Field(strict=True, ge=16, le=16_384)]


class Order(Noun):
    """One paid call. Pictures are the names that `House.picture` gave for their bytes;
    "" for one that nobody can see here.

    `width` and `height`: the frame that the provider really makes, in pixels. `seconds`: 0 for a still.
    `price_microusd`: the list price, worked out from the call itself and from nobody's adapter. `marker`: what the
    caller wants echoed. `raw`: the call's body as it came. `refused_microusd`: what is billed where it is refused or
    fails all the same. `said`: a judge's answer, or a writer's.
    """

    schema_name: ClassVar[str] = "gate/rehearsal-order/1"

    provider: str
    model: str
    operation: Operation
    prompt: str
    width: _Pixels
    height: _Pixels
    price_microusd: Microusd
    resolution: str = ""
    seconds: Annotated[float, Field(ge=0, le=120)] = 0.0
    seed: int | None = None
    start_frame: str | None = None
    end_frame: str | None = None
    references: tuple[str, ...] = ()
    audio: bool = False
    marker: str = ""
    raw: str = ""
    refused_microusd: Microusd = 0
    said: str = ""

    @property
    def frames(self) -> int:
        """How many frames it has at 24 a second; 1 for a still."""
        return max(1, round(self.seconds * 24)) if self.operation == "clip" else 1

    @property
    def with_reference(self) -> bool:
        """Whether any picture was sent along."""
        return bool(self.references) or self.start_frame is not None or self.end_frame is not None
