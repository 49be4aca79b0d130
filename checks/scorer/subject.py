"""The inputs of the local eye: people and a place in a picture, and the masters they are compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from checks.seeing.masters import Rgb, Rgba
from manifests.noun import Noun, Text
from manifests.staging import Box

Axis = Literal["identity", "wardrobe", "location"]
"""The axes that may drift: a character's identity, the wardrobe, the place."""

Mask = NDArray[np.float32]
"""Height × width, 0 to 1, of the whole picture."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody in the picture. Boxes in fractions of it;
    `head` None: where the view that fits has it, if it has a neck.

    `mask`: where the figure is thought to be seen, 0 to 1, in any size of the picture's shape; None: unknown.
    `wardrobe` names the clothes they should wear; "" judges them against all masters of that entity. `upright`: a head
    on top, as people have it; an animal's is not looked for.
    """

    entity: str
    figure: Box
    head: Box | None = None
    torso: Box | None = None
    mask: Mask | None = None
    wardrobe: str = ""
    upright: bool = True

    @property
    def key(self) -> str:
        """Entity and wardrobe, as masters are named."""
        return f"{self.entity}/{self.wardrobe}" if self.wardrobe else self.entity


@dataclass(frozen=True, slots=True)
class Setting:
    """Where it is. `window`: the part of the plate that the camera should see, in fractions of the plate;
    None: unknown.

    `locked_off`: the camera does not move and stands where the plate was taken: only then SSIM counts.
    """

    location: str
    window: Box | None = None
    locked_off: bool = False


@dataclass(frozen=True, slots=True)
class Likeness:
    """A further master of a character's head and clothes, from an approved panel.

    `head`: RGBA down to the chin; `torso`: RGBA from there to the crotch; both in the plate's light, and None where the
    panel shows too little. `colours`: histograms of the "torso" and the "legs", in the plate's light and as they are.
    """

    head: Rgba | None
    torso: Rgba | None
    colours: Mapping[str, tuple[NDArray[np.float32], ...]]


@dataclass(frozen=True, slots=True)
class Masters:
    """The yardstick: `figures` by entity, or by `entity/wardrobe`, as RGBA cut-outs; `plates` by location, RGB, or RGBA
    where somebody stands in the way.

    Give at least three of each where the film has them; the best one counts, channel by channel. Give everybody: a
    rival that fits better than the asked one is the surest sign of a swap. `likenesses`: further masters, from approved
    panels: a film has them from more sides, and in more lights, than its four views.
    """

    figures: Mapping[str, tuple[Rgba, ...]] = field(default_factory=dict)
    plates: Mapping[str, tuple[Rgb, ...]] = field(default_factory=dict)
    likenesses: Mapping[str, tuple[Likeness, ...]] = field(default_factory=dict)

    def of(self, subject: Subject) -> tuple[Rgba, ...]:
        """The cut-outs of the subject in their clothes, else of the subject in any."""
        return self.figures.get(subject.key) or self.figures.get(subject.entity, ())

    def likenesses_of(self, subject: Subject) -> tuple[Likeness, ...]:
        """The masters of the subject from approved panels, in these clothes, or, where none are named, in any."""
        return self.likenesses.get(subject.key, ())

    def rivals(self, entity: str) -> tuple[tuple[Rgba, ...], ...]:
        """The views of everybody else, and of them in each of their clothes."""
        return tuple(views for name, views in sorted(self.figures.items()) if name.split("/")[0] != entity)


class Similarity(Noun):
    """One channel's word on one entity. `distance`: the channel's own unit, 0 is the same, lower is better.

    `value` is -ln(distance + the channel's floor): higher is better, and its spread is a ratio, so that pictures of any
    model and eye share one scale of doubt. `eye`: the embedding model; never compare values of two.
    """

    entity: Text
    axis: Axis
    channel: Text
    distance: float
    value: float
    eye: Text


@dataclass(frozen=True, slots=True)
class Panel:
    """A picture, RGB, with who is in it and where it is."""

    picture: Rgb
    subjects: tuple[Subject, ...]
    setting: Setting | None = None
