"""An open transaction over the ledger, with the time that its rows get. Every write here is journalled here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from governor.database import tables
from governor.purchase import Epoch
from manifests.keys import canonical_json

_ENTER = tables.journal.insert()
_EPOCH = select(tables.epochs).where(tables.epochs.c.scene == bindparam("of"))


@dataclass(frozen=True, slots=True)
class Transaction:
    """`at` is written for people to read; no rule about money looks at it, nor at `now`, but a standing order's window.

    `again`: an earlier try of the same work was perhaps kept, because its server went away during the COMMIT.
    `agent`: the fingerprint of the agent's key under which this process works, "" where a person works.
    `entered`: the journal's rows that this transaction added, each with its kind and its attempt.
    """

    connection: Connection
    at: str
    now: datetime
    again: bool = False
    agent: str = ""
    entered: list[tuple[int, str, int | None]] = field(default_factory=list)

    def enter(
        self,
        kind: str,
        *,
        attempt: int | None = None,
        scope: str | None = None,
        state: str | None = None,
        held_delta: int = 0,
        settled_delta: int = 0,
        amount: int | None = None,
        body: dict[str, Any] | None = None,
    ) -> None:
        """Add one row to the journal."""
        row = {
            "at": self.at,
            "kind": kind,
            "attempt": attempt,
            "scope": scope,
            "state": state,
            "held_delta": held_delta,
            "settled_delta": settled_delta,
            "amount": amount,
            "body": canonical_json(body or {}),
        }
        added = self.connection.execute(_ENTER, row).inserted_primary_key
        self.entered.append((int(added[0]) if added else 0, kind, attempt))

    def note(self, kind: str, scope: str, text: str) -> None:
        """Add one row to what is worth reading later; an earlier try's is not added again."""
        same = select(tables.notes.c.text).where(tables.notes.c.kind == kind, tables.notes.c.scope == scope)
        newest = same.order_by(tables.notes.c.id.desc()).limit(1)
        if not (self.again and self.connection.execute(newest).scalar_one_or_none() == text):
            self.connection.execute(tables.notes.insert().values(at=self.at, kind=kind, scope=scope, text=text))

    def epoch(self, scene: str) -> Epoch | None:
        """The newest claim on the scene."""
        row = self.connection.execute(_EPOCH, {"of": scene}).one_or_none()
        return Epoch(row.scene, row.number, row.run) if row else None

    def begin_epoch(self, scene: str, run: str) -> Epoch:
        """Claim the scene for `run`; from now on every older claim is fenced."""
        current = self.epoch(scene)
        epoch = Epoch(scene, current.number + 1 if current else 1, run)
        row = {"scene": scene, "number": epoch.number, "run": run}
        if current:
            self.connection.execute(tables.epochs.update().where(tables.epochs.c.scene == scene).values(row))
        else:
            self.connection.execute(tables.epochs.insert().values(row))
        self.enter("epoch", scope=f"scene:{scene}", amount=epoch.number, body={"run": run})
        return epoch
