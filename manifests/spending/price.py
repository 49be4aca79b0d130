"""A call's usage and its price: the terms between an adapter and the price book."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field, model_validator

from manifests.money import Microusd
from manifests.noun import Noun, Sha256, Text

PricedOperation = Literal["panel", "clip", "extend", "score", "write"]
"""The kind of purchase: a picture, a clip, a clip that goes on from another, a judge's score of a picture,
or a writer's words.
"""

PricedSize = Literal["480p", "720p", "1080p", "0.5K", "1K", "1.5K", "2K", "3K", "4K", "hd", "fhd"]
"""A size as the provider's price list calls it; wider than the film's own three."""

PricedMode = Literal["standard", "flex", "draft"]
"""At what service: `flex` waits longer for less, `draft` is the provider's own preview quality."""

_Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]
_Pixels = Annotated[int, Field(strict=True, ge=0, le=65_536)]


class Usage(Noun):
    """The usage of one call, in the units that providers bill; never the time a machine is busy with it.

    `output_ms`: the finished video. `input_ms`: video that is shown to the model; it has prices of its own. `width` and
    `height`: the frame or picture as the provider really makes it (Seedance's 480p is 864 × 496). `images`: pictures
    made; `pictures_in`: width and height of each that is shown. `tokens_in` and `tokens_out` (text, thought included)
    and `tokens_out_media` are upper bounds. `audio`: None where nothing says that sound is off; then the dearer is
    held.
    """

    provider: Text
    model: Text
    operation: PricedOperation
    resolution: PricedSize
    mode: PricedMode = "standard"
    images: _Count = 0
    output_ms: _Count = 0
    input_ms: _Count = 0
    width: _Pixels = 0
    height: _Pixels = 0
    pictures_in: Annotated[tuple[tuple[_Pixels, _Pixels], ...], Field(max_length=100)] = ()
    tokens_in: _Count = 0
    tokens_out: _Count = 0
    tokens_out_media: _Count = 0
    audio: bool | None = False


class Quote(Noun):
    """The price of a call. `high_microusd` is the bound that is held;
    `price` is the hash of the price rows it rests on.
    """

    low_microusd: Microusd
    likely_microusd: Microusd
    high_microusd: Microusd
    price: Sha256

    @model_validator(mode="after")
    def _in_order(self) -> Quote:
        if not self.low_microusd <= self.likely_microusd <= self.high_microusd:
            raise ValueError("a quote's low, likely and high stand in order")
        return self


PriceOf = Callable[[Usage], Quote]
"""Asks the price book. Raises its refusal for an unknown or stale price."""
