"""The ledger beside the shots that it was derived from: which earlier shots a shot is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from checks.continuity.deriving import derive, same_time
from manifests.bible import Bible
from manifests.scene import Scene, Shot
from manifests.story.states import LedgerLine

SIZES = ("wide", "full", "medium", "medium_close_up", "close_up")
"""From the widest to the closest."""


@dataclass(frozen=True, slots=True)
class Told:
    """One shot with its line of the ledger. `place`: its number in the story."""

    place: int
    shot: Shot
    line: LedgerLine

    @property
    def closeness(self) -> int:
        """0 for a wide shot, 4 for a close-up."""
        return SIZES.index(self.shot.camera.size)


@dataclass(frozen=True, slots=True)
class Story:
    """All shots in order. A rule asks for the earlier ones that its shot may be compared with."""

    told: tuple[Told, ...]
    bible: Bible

    @classmethod
    def of(cls, scenes: Sequence[Scene], bible: Bible, left_out: frozenset[str] = frozenset()) -> Story:
        """The story that these scenes tell, less the shots that are left out."""
        shots = {shot.id: shot for scene in scenes for shot in scene.shots}
        lines = derive(scenes, left_out)
        return cls(tuple(Told(n, shots[line.shot], line) for n, line in enumerate(lines)), bible)

    def before(self, now: Told, *, whenever: bool = False) -> Told | None:
        """The shot right before, where the story goes on without a pause; `whenever`: at another time of day too."""
        if not now.line.joined or not now.place:
            return None
        last = self.told[now.place - 1]
        return last if whenever or same_time(last.line.opens.time, now.line.opens.time) else None

    def stretch(self, now: Told, *, whenever: bool = False) -> Iterator[Told]:
        """The earlier shots, nearest first: the one before, and on from it as long as the story has stayed in the
        place of `now`.
        """
        at = now
        while (last := self.before(at, whenever=whenever)) is not None:
            here = last.shot.location == now.shot.location
            if not here and at is not now:
                return
            if whenever or same_time(last.line.opens.time, now.line.opens.time):
                yield last
            if not here:
                return
            at = last

    def is_person(self, character: str) -> bool:
        """Whether a character of the bible is a person, not an animal."""
        known = self.bible.characters.get(character)
        return known is None or known.kind == "person"
