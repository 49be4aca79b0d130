"""The delivered film, and the clips that it is made from."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from manifests.film import Cube, Fps, Shown, TierName
from manifests.noun import Noun, SceneId, Sha256, ShotId
from manifests.scene import Line, Transition
from manifests.take import Artefact


class ColourShift(Noun):
    """A small change of colour in CIE Lab (D65): L to `lightness_gain` × L + `lightness_offset`; a and b turned by
    `hue_degrees`, times `saturation`, plus `a_offset` and `b_offset`. As it stands here, it changes nothing.
    """

    lightness_gain: float = 1.0
    lightness_offset: float = 0.0
    saturation: float = 1.0
    hue_degrees: float = 0.0
    a_offset: float = 0.0
    b_offset: float = 0.0


class CutItem(Noun):
    """One shot in the cut. Without a clip the shot is missing: its panel, or black, stands in with a slate.

    `colour`: what brings a chained shot to the colours of its chain's first, before any grade.
    """

    shot: ShotId
    frames: Annotated[int, Field(strict=True, ge=1)]
    clip: Artefact | None
    panel: Artefact | None
    transition: Transition
    dialogue: tuple[Line, ...] = ()
    grade: Cube | None = None
    colour: ColourShift | None = None
    take: str = ""
    note: str = ""


class Cut(Noun):
    """A scene in story order at one tier. `aspect`: the shape it is shown in; each clip is cropped to it."""

    schema_name: ClassVar[str] = "gate/cut/1"

    scene: SceneId
    title: str
    tier: TierName
    fps: Fps = 24
    aspect: Shown = Field(default="16:9", exclude_if=lambda aspect: aspect == "16:9")
    items: Annotated[tuple[CutItem, ...], Field(min_length=1)]

    @property
    def complete(self) -> bool:
        """True when every shot has its clip."""
        return all(item.clip for item in self.items)

    @property
    def sources(self) -> tuple[Sha256, ...]:
        """The clips it is made from, in order."""
        return tuple(item.clip.sha256 for item in self.items if item.clip)
