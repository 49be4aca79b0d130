"""Retakes and work by hand: the one thing that a retake changes, and each piece of work on a shot's frame."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from manifests.bible import Region
from manifests.film import Stage
from manifests.noun import Noun, Sha256
from manifests.take import Artefact

Change = Literal["prompt", "seed", "reference", "mode", "provider"]
"""The one thing that differs between a take and the next."""

FrameStage = Literal["panel", "end_panel"]
"""The frames that people can make by hand: a shot's first, or its last."""

FlawCode = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9_]{1,30}(:[a-z0-9_+]{1,60})?$")]
"""The short word by which two takes are seen to fail alike: "wrong_hand", "wardrobe:ilse"."""

FLAWS: tuple[str, ...] = (
    "wrong_person",
    "wrong_hand",
    "wrong_wardrobe",
    "wrong_place",
    "wrong_side",
    "wrong_pose",
    "missing",
    "somebody_more",
    "prop",
    "motion",
    "light",
    "eyeline",
    "artefact",
    "framing",
    "other",
)
"""The usual reasons for a retake; any other word of that form will do."""

Work = Literal["kit", "composite", "polish", "edit", "demolish", "rebuild", "use"]


class Retake(Noun):
    """A take that a person sends back. `take`: its generation key;
    `change`: the one thing that differs in the next.
    """

    stage: Stage | Literal["view"]
    take: Sha256
    change: Change
    flaw: FlawCode | None = None


class Handwork(Noun):
    """One piece of work on a shot's first or last frame, as a person decided it.

    kit: the folder was laid out, and the shot waits for a composite. composite: `asset` was saved by hand. polish,
    edit, demolish, rebuild: one pass of the film's image model over the frame `on` (a rebuild without one: over what
    the demolition before it made). use: of what was made, `asset` is the frame. `only`: what an edit may touch, in
    words; `part` or `mask` (a picture in the vault, white: may change): where. `say`: what it shall be. `number`: which
    kit, or which try of this pass. `minutes`: what the person says the composite took.
    """

    work: Work
    stage: FrameStage = "panel"
    asset: Artefact | None = None
    on: Sha256 | None = None
    only: Annotated[str, Field(max_length=400)] = ""
    say: Annotated[str, Field(max_length=400)] = ""
    part: Region | None = None
    mask: Sha256 | None = None
    number: Annotated[int, Field(strict=True, ge=1)] = 1
    minutes: Annotated[int, Field(strict=True, ge=0, le=10_000)] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.work in {"composite", "use"} and self.asset is None:
            raise ValueError(f"a {self.work} names its picture")
        if self.work in {"polish", "edit", "demolish"} and self.on is None:
            raise ValueError(f"a pass such as {self.work} names the picture that it is over")
        return self
