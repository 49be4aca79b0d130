"""The measurements of one frame."""

from __future__ import annotations

from dataclasses import dataclass

from checks.seeing.casting import Look
from checks.seeing.masters import Rgb
from checks.seeing.stage import Stage


@dataclass(frozen=True, slots=True)
class Sight:
    """All that was measured on one frame."""

    frame: TimedFrame
    stage: Stage
    place: Place
    people: tuple[Person, ...]
    props: tuple[tuple[str, float | None], ...]
    composition: float | None
    swapped: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TimedFrame:
    """A picture and its moment: `progress` 0 to 1 in its shot. `label` is how findings call it."""

    picture: Rgb
    progress: float
    label: str


@dataclass(frozen=True, slots=True)
class Person:
    """The measurements at one mark. Values are the rules' own; None where one has nothing to say.

    `looks_like` is the best-fitting look of all, `own` the best of the asked character. `embedded`: cosine distance of
    the figure to the asked one, on the built-in model's scale; None without an eye. `turn`: degrees of hue. `off_mark`:
    frame widths. `likeness`: to `looks_like`, and `emptiness`: to the empty plate, 0 to 1, higher is nearer; pixels
    alone.
    """

    entity: str
    wardrobe: str
    presence: float | None
    identity: float | None
    dress: float | None
    off_mark: float | None
    turn: float | None
    embedded: float | None
    looks_like: Look
    own: Look
    rival: Look
    x: float
    likeness: float = 0.0
    emptiness: float = 1.0

    @property
    def recognised(self) -> bool:
        """True when the picture shows the asked character in the asked clothes."""
        return self.looks_like == (self.entity, self.wardrobe) and (self.presence or 0) > 0


@dataclass(frozen=True, slots=True)
class Place:
    """The background's measurements. `value`: V104's; None where too little of it is seen. `turn`: degrees of hue.

    `distances`: mean delta-E (0 to 40) to each plate. `embedded`: cosine distance to the asked plate, on the
    built-in model's scale, None without an eye.
    """

    value: float | None
    rival: str
    distances: dict[str, float]
    turn: float | None
    embedded: float | None
    passed_by_pixels: bool
