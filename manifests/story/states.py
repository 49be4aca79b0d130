"""One shot's line of the continuity ledger: what stands in the frame as it opens, and as it closes."""

from __future__ import annotations

from typing import Literal

from manifests.bible import View
from manifests.finding import Finding
from manifests.noun import Id, Noun, SceneId, ShotId
from manifests.story.continuity import Change, Direction, SetLight, TimeOfDay, Weather

Side = Literal["left", "centre", "right"]
Way = Literal["left", "right", "camera", "away"]


class PersonState(Noun):
    """Somebody in the frame. `x`: from the left edge, 0 to 1. `way`: where they look on the screen, from their facing.
    `looks`: what the shot says that they look at, a character or a way.
    """

    character: Id
    wardrobe: Id
    x: float
    side: Side
    facing: View
    mirrored: bool
    way: Way
    looks: str | None = None
    moves: Direction = "still"


class PropState(Noun):
    """A prop in the frame, in somebody's hands or in the room."""

    prop: Id
    x: float
    y: float
    held_by: Id | None = None


class ShotMoment(Noun):
    """The shot at one moment. `room`: props that an earlier shot left in this place and that are out of frame now;
    `None` means that the film does not say.
    """

    location: Id
    people: tuple[PersonState, ...] = ()
    props: tuple[PropState, ...] = ()
    room: tuple[Id, ...] = ()
    light: SetLight | None = None
    time: TimeOfDay | None = None
    weather: Weather | None = None
    beat: str | None = None

    def person(self, character: str) -> PersonState | None:
        """Somebody's state; None where they are out of frame."""
        return next((each for each in self.people if each.character == character), None)

    def prop(self, name: str) -> PropState | None:
        """A prop's state; None where it is out of frame."""
        return next((each for each in self.props if each.prop == name), None)


class LedgerLine(Noun):
    """One shot in and out. `joined`: it follows the shot before without a pause in the story (a cut, no dissolve)."""

    shot: ShotId
    scene: SceneId
    joined: bool
    opens: ShotMoment
    closes: ShotMoment


class ContinuityFinding(Noun):
    """One change that nobody shows. `against`: the shot it is compared with; `before` and `now`: the two values;
    `of`: whom or what it is about; `waive`: the line that accepts it.
    """

    finding: Finding
    change: Change
    shot: ShotId
    against: ShotId
    before: str
    now: str
    of: tuple[Id, ...] = ()
    waive: str


class Accepted(Noun):
    """A finding that a waiver in the shot silences, with the waiver's reason."""

    found: ContinuityFinding
    why: str


class ShotContinuity(Noun):
    """A shot's line of the ledger, with what is open against the shots before it, and what is accepted. `idle`: of its
    waivers, those that accept nothing.
    """

    line: LedgerLine
    open: tuple[ContinuityFinding, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    idle: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that lint says of it."""
        return (*(each.finding for each in self.open), *self.idle)
