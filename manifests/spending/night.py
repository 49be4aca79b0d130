"""How one scene came through one night, as the ledger keeps it:
the morning's report and the next night's order are made from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

from pydantic import Field

from manifests.money import Microusd
from manifests.noun import Noun, SceneId, Sha256, ShotId, Text


class ShotNight(Noun):
    """One shot as the night left it. `status` is a word of the status table;
    `message` says what decided it and what to do.
    """

    shot: ShotId
    status: Text
    message: str = ""


class SceneNight(Noun):
    """One scene in one night. `night`: the local date on which its window opened;
    `order`: the number of its standing order.

    Times are ISO 8601 in UTC. `ending`: how the run ended, or "fault" where there was none; "window closed": too little
    of it was left. `foreseen_microusd`: what its drafts were likely to need when it began. `dry`: the providers whose
    credit ended. `fault`: it was not a refusal of ours.
    """

    schema_name: ClassVar[str] = "gate/scene_night/1"

    night: Text
    scene: SceneId
    order: Annotated[int, Field(ge=0)]
    opens: Text
    closes: Text
    plan: Sha256 | None = None
    began_at: Text
    ended_at: Text
    ending: Text
    message: str = ""
    next: tuple[str, ...] = ()
    foreseen_microusd: Microusd = 0
    shots: tuple[ShotNight, ...] = ()
    dry: tuple[str, ...] = ()

    @property
    def left_over(self) -> bool:
        """Whether the next night takes it first: money, credit or the window ended it, and no person is waited for."""
        return self.ending in _LEFT_OVER

    def counted(self, *statuses: str) -> int:
        """How many shots have one of these statuses; one that ends in ":" stands for all that begin so."""
        return sum(any(_is(shot.status, wanted) for wanted in statuses) for shot in self.shots)

    def counts(self) -> tuple[tuple[int, str], ...]:
        """The figures of the night, each with its word; those that are 0 are left out,
        but the drafts that are ready.
        """
        known = (
            (self.counted("done"), "ready"),
            (self.counted("escalated"), "parked"),
            (self.counted("asks"), "asking you"),
            (self.counted("blocked:", "blocked"), "blocked"),
            (self.counted("waits"), "waiting for these"),
            (self.counted("hold"), "on hold"),
            (self.counted("omit"), "omitted from the film"),
        )
        return tuple((number, word) for number, word in known if number or word == "ready")

    def blocked_by(self) -> str:
        """The obstacles of its blocked shots: "credit, moderation"."""
        return ", ".join(dict.fromkeys(_words(s.status for s in self.shots if s.status.startswith("blocked"))))


_LEFT_OVER = {"stopped", "window closed", "budget", "credit", "fault"}
_PLAIN = {"window": "the window closed"}


def _is(status: str, wanted: str) -> bool:
    return status.startswith(wanted) if wanted.endswith(":") else status == wanted


def _words(statuses: Iterable[str]) -> Iterable[str]:
    return (_PLAIN.get(kind, kind) for status in statuses if (kind := status.partition(":")[2]))
