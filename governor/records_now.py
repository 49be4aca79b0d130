"""What the ledger says now, asked question by question; a plan asks `SceneRecords` instead, which was read at once."""

from __future__ import annotations

from typing import Protocol

from governor.ledger import Ledger
from governor.purchase import Decided
from manifests.certificate import Certificate
from manifests.film import Stage, TierName
from manifests.finding import Verdict
from manifests.take import Take


class ShotRecords(Protocol):
    """What a stage's status is read from."""

    def take(self, generation_key: str) -> Take:
        """The newest attempt under this key. Raises NoSuchTake."""

    def takes_of(self, shot: str, stage: Stage, tier: TierName) -> tuple[Take, ...]:
        """Every attempt at a stage, oldest first."""

    def noted(self, kind: str, shot: str) -> tuple[str, ...]:
        """The notes of one kind about a shot, oldest first."""

    def decided_on(self, shot: str) -> tuple[Decided, ...]:
        """Every decision about one shot, oldest first."""

    def certificates(self, asset: str, shot: str, stage: Stage) -> tuple[Certificate, ...]:
        """Every certificate of these bytes for this stage of this shot, newest first."""

    def verdict(self, generation_key: str) -> Verdict | None:
        """The newest verdict over the take."""


class RecordsNow:
    """The ledger of a run that is under way: its answers change with each step."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.take, self.verdict, self.certificates = ledger.take, ledger.verdict, ledger.certificates

    def takes_of(self, shot: str, stage: Stage, tier: TierName) -> tuple[Take, ...]:
        """Every attempt at a stage, oldest first."""
        return tuple(self._ledger.takes(shot=shot, stage=stage, tier=tier))

    def noted(self, kind: str, shot: str) -> tuple[str, ...]:
        """The notes of one kind about a shot, oldest first."""
        return tuple(note.text for note in self._ledger.notes(kind=kind, scope=f"shot:{shot}"))

    def decided_on(self, shot: str) -> tuple[Decided, ...]:
        """Every decision about one shot, oldest first."""
        return tuple(self._ledger.decided(shot))
