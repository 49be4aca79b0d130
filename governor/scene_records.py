"""All that the ledger says of one scene, read at once:
a plan asks hundreds of questions, and one transaction answers them.

It answers as the ledger did at that moment and grows old; nothing is bought on its word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select

from governor import policy, records, takes
from governor.database.tables import attempts, certificates, moderated, scopes, verdicts
from governor.decisions import exclusions, stop
from governor.errors import CapRaise, NoSuchTake, Stopped
from governor.purchase import Balance, Decided
from governor.transaction import Transaction
from manifests.certificate import Certificate
from manifests.decision import Decision
from manifests.film import Stage, TierName
from manifests.finding import Verdict
from manifests.keys import hash_json
from manifests.names import scene_of_shot
from manifests.take import HAND, Take

NOTES = ("reanchor", "diagnosis", "gated again")
"""The kinds of notes that decide what a run makes next."""


@dataclass(frozen=True, slots=True)
class CapStatus:
    """One cap as it stands. `declared`: what the film's file last said, None where it never did."""

    balance: Balance
    declared: int | None

    def at_start(self, wanted: int) -> Balance:
        """How it will stand once a run has declared `wanted`. Raises CapRaise as the declaration would."""
        cap = self.balance.cap
        if cap is None:
            cap = wanted
        elif self.declared is not None and wanted < self.declared:
            cap = min(cap, wanted)
        elif self.declared is not None and self.declared != wanted and wanted > cap:
            raise policy.keeps_cap(self.balance.scope, cap, wanted)
        return Balance(self.balance.scope, cap, self.balance.settled, self.balance.held)


class SceneRecords:
    """One scene's takes, certificates, verdicts, decisions and re-anchorings, every cap, and whether money may move."""

    def __init__(
        self,
        rows: list[Row[Any]],
        filed: dict[tuple[str, str, str], list[str]],
        said: dict[str, str],
        caps: dict[str, CapStatus],
        decided: tuple[Decided, ...],
        stopped: Stopped | None,
        moderated: dict[str, str],
        noted: dict[str, dict[str, list[str]]],
    ) -> None:
        self._rows, self._filed, self._said = rows, filed, said
        self._newest = {row.generation_key: row for row in rows}
        self._read: dict[int, Take] = {}
        self.caps, self.decided, self.stopped = caps, decided, stopped
        self.excluded = exclusions.excluded(decided)
        """The shots that people have on hold or omitted from the film."""
        self._about: dict[str, list[Decided]] = defaultdict(list)
        for each in decided:
            self._about[each.decision.scope].append(each)
        self.moderated = moderated
        """The refusals of providers' moderation, by `Request.asked_of`."""
        self._noted = noted
        self.nights = tuple(sorted(scope for scope in caps if scope.startswith("night:")))

    def take(self, generation_key: str) -> Take:
        """The newest attempt under this key. Raises NoSuchTake."""
        row = self._newest.get(generation_key)
        if row is None:
            raise NoSuchTake(f"generation {generation_key[:12]}", "the scene has never held it", "Plan it: gate plan")
        return self._as_take(row)

    def newest(self, shot: str, stage: Stage, tier: TierName) -> Take | None:
        """The newest take of a stage that was not released."""
        wanted = (shot, stage, tier)
        row = next((r for r in reversed(self._rows) if (r.shot, r.stage, r.tier) == wanted and _live(r)), None)
        return None if row is None else self._as_take(row)

    def takes_of(self, shot: str, stage: Stage, tier: TierName) -> tuple[Take, ...]:
        """Every attempt at a stage, oldest first."""
        wanted = (shot, stage, tier)
        return tuple(self._as_take(row) for row in self._rows if (row.shot, row.stage, row.tier) == wanted)

    def noted(self, kind: str, shot: str) -> tuple[str, ...]:
        """The notes of one of the kinds in NOTES about a shot, oldest first."""
        return tuple(self._noted[kind].get(shot, ()))

    def last_provider(self, stage: Stage, but: Collection[str] = ()) -> str | None:
        """The provider of the newest settled take of a stage, at any tier, of all shots `but` these.
        Work by hand does not count as a switch.
        """
        made = (r for r in reversed(self._rows) if r.stage == stage and r.state == "settled" and r.shot not in but)
        return next((r.provider for r in made if r.provider != HAND), None)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Every decision about the scene and its shots, oldest first."""
        return tuple(each.decision for each in self.decided)

    def decided_on(self, shot: str) -> tuple[Decided, ...]:
        """Every decision about one shot, oldest first."""
        return tuple(self._about.get(f"shot:{shot}", ()))

    def certificates(self, asset: str, shot: str, stage: Stage) -> tuple[Certificate, ...]:
        """Every certificate of these bytes for this stage of this shot, newest first."""
        return tuple(Certificate.from_stored(body) for body in self._filed.get((asset, shot, stage), ()))

    def verdict(self, generation_key: str) -> Verdict | None:
        """The newest verdict over the take."""
        body = self._said.get(generation_key)
        return Verdict.from_stored(body) if body else None

    def cap(self, scope: str) -> CapStatus:
        """One cap; all zero where nothing was ever declared or held."""
        return self.caps.get(scope) or CapStatus(Balance(scope, None, 0, 0), None)

    def at_start(self, scope: str, wanted: int | None) -> Balance:
        """How a cap will stand once a run has declared what film.yaml says of it;
        as it stands where that is refused.
        """
        standing = self.cap(scope)
        if wanted is None or refused_start(standing, wanted):
            return standing.balance
        return standing.at_start(wanted)

    def mark(self, scene: str) -> str:
        """A hash that differs as soon as the ledger says anything else of the scene (64 hex digits).

        Of the caps that it shares with others it has the caps, and not what others spent under them.
        """
        own = {scope: s for scope, s in self.caps.items() if scene_of_shot(scope.partition(":")[2]) == scene}
        shared = {scope: s for scope, s in self.caps.items() if scope.partition(":")[0] in {"film", "key"}}
        return hash_json(
            [
                [list(row) for row in self._rows],
                sorted([*place, *bodies] for place, bodies in self._filed.items()),
                self._said,
                {scope: [s.declared, s.balance.cap, s.balance.settled, s.balance.held] for scope, s in own.items()},
                {scope: [s.declared, s.balance.cap] for scope, s in shared.items()},
                [[each.number, each.decision.stored()] for each in self.decided],
                str(self.stopped) if self.stopped else "",
                self.moderated,
                {kind: {shot: said for shot, said in of.items() if said} for kind, of in self._noted.items()},
            ]
        )

    def _as_take(self, row: Row[Any]) -> Take:
        if row.id not in self._read:
            self._read[row.id] = takes.as_take(row)
        return self._read[row.id]


def read(transaction: Transaction, scene: str, stop_file: Path) -> SceneRecords:
    """Read them. The number of statements does not depend on the number of shots."""
    here, shots = transaction.connection, f"{scene}_"
    rows = list(here.execute(select(attempts).where(attempts.c.scene == scene).order_by(attempts.c.id)))
    filed: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    of_scene = certificates.c.shot.startswith(shots, autoescape=True)
    for c in here.execute(select(certificates).where(of_scene).order_by(certificates.c.at.desc())):
        filed[c.asset, c.shot, c.stage].append(c.body)
    keys = select(attempts.c.generation_key).where(attempts.c.scene == scene)
    judged = select(verdicts).where(verdicts.c.generation_key.in_(keys)).order_by(verdicts.c.id)
    said = {row.generation_key: row.body for row in here.execute(judged)}
    caps = {
        row.scope: CapStatus(Balance(row.scope, row.cap, row.settled, row.held), row.declared)
        for row in here.execute(select(scopes))
    }
    decided = records.decided(transaction, scene)
    no = select(moderated).where(moderated.c.shot.startswith(shots, autoescape=True)).order_by(moderated.c.id)
    refused = {row.asked: row.raw for row in here.execute(no)}
    noted: dict[str, dict[str, list[str]]] = {}
    for kind in NOTES:
        of_kind = noted[kind] = defaultdict(list)
        for note in records.find_notes(transaction, kind=kind, scope=scene):
            of_kind[note.scope.rpartition(":")[2]].append(note.text)
    return SceneRecords(rows, filed, said, caps, decided, _stopped(transaction, stop_file), refused, noted)


def refused_start(standing: CapStatus, wanted: int) -> CapRaise | None:
    """The refusal with which a run that declares `wanted` would end before it began."""
    try:
        standing.at_start(wanted)
    except CapRaise as refusal:
        return refusal
    return None


def _live(row: Row[Any]) -> bool:
    return bool(row.state != "released")


def _stopped(transaction: Transaction, stop_file: Path) -> Stopped | None:
    try:
        stop.check(transaction, stop_file)
    except Stopped as refusal:
        return refusal
    return None
