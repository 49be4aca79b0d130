"""Derives the ledger's balances and states from its journal again, and says where they differ."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import Row, func, select, text

from governor.database.guards import missing
from governor.database.tables import STATES, attempts, epochs, flags, journal, scopes
from governor.transaction import Transaction
from manifests.money import format_usd

_FOLLOWS: dict[str, set[str | None]] = {
    "hold": {None},
    "sent": {"held"},
    "submitted": {"held", "in_doubt"},
    "doubt": {"held", "submitted"},
    "settle": {"submitted", "in_doubt"},
    "release": {"held", "submitted", "in_doubt"},
    "write_off": {"in_doubt"},
    "adjust": {"settled", "released", "written_off"},
    "restored": {None, *STATES},
}


def audit(transaction: Transaction) -> list[str]:
    """The ledger's faults, a sentence each; empty when it is sound."""
    replay = _Replay()
    for row in transaction.connection.execute(select(journal).order_by(journal.c.id)):
        replay.take(row)
    return [
        *_unsound_file(transaction),
        *replay.wrong,
        *_wrong_attempts(transaction, replay),
        *_wrong_scopes(transaction, replay),
        *_wrong_claims(transaction, replay),
    ]


@dataclass
class _Derived:
    """One attempt as the journal tells it."""

    key: str
    scopes: tuple[str, ...]
    state: str | None = None
    held: int = 0
    settled: int = 0
    bound: int = 0


@dataclass
class _Replay:
    """The ledger's state as it follows from the journal, read row by row."""

    wrong: list[str] = field(default_factory=list)
    attempts: dict[int, _Derived] = field(default_factory=dict)
    held: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    settled: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    caps: dict[str, int] = field(default_factory=dict)
    declared: dict[str, int | None] = field(default_factory=dict)
    epochs: dict[str, int] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)

    def take(self, row: Row[tuple[object, ...]]) -> None:
        """Follow one row."""
        if row.kind == "cap":
            self.caps[row.scope] = row.amount
            self.declared[row.scope] = json.loads(row.body)["declared"]
        elif row.kind == "epoch":
            self._epoch(row)
        elif row.kind in {"stop", "breaker"}:
            self.flags.add(row.kind)
        elif row.kind == "go":
            self.flags.clear()
        elif row.kind in _FOLLOWS:
            self._movement(row)
        elif row.kind != "alarm":
            self.wrong.append(f"Journal row {row.id} is of a kind that the ledger never writes ({row.kind}).")

    def _epoch(self, row: Row[tuple[object, ...]]) -> None:
        if row.amount != self.epochs.get(row.scope, 0) + 1:
            self.wrong.append(f"Journal row {row.id} skips an epoch of {row.scope}.")
        self.epochs[row.scope] = row.amount

    def _movement(self, row: Row[tuple[object, ...]]) -> None:
        if row.kind == "hold":
            body = json.loads(row.body)
            if any(a.key == body["key"] and a.state != "released" for a in self.attempts.values()):
                self.wrong.append(f"Journal row {row.id} holds generation {body['key'][:12]} while it is live.")
            if row.attempt in self.attempts:
                self.wrong.append(f"Journal row {row.id} holds attempt {row.attempt} a second time.")
            self.attempts[row.attempt] = _Derived(body["key"], tuple(body["scopes"]), bound=row.held_delta)
        if row.kind == "restored" and row.attempt not in self.attempts:
            body = json.loads(row.body)
            self.attempts[row.attempt] = _Derived(body["key"], tuple(body["scopes"]), bound=body["bound"])
        derived = self.attempts.get(row.attempt)
        if derived is None:
            self.wrong.append(f"Journal row {row.id} moves attempt {row.attempt}, which was never held.")
            return
        if derived.state not in _FOLLOWS[row.kind]:
            self.wrong.append(f"Journal row {row.id} makes attempt {row.attempt} {row.state} out of {derived.state}.")
        derived.state = row.state
        derived.held += row.held_delta
        derived.settled += row.settled_delta
        for scope in derived.scopes:
            self.held[scope] += row.held_delta
            self.settled[scope] += row.settled_delta
            self._within_cap(row, scope)

    def _within_cap(self, row: Row[tuple[object, ...]], scope: str) -> None:
        used = self.held[scope] + self.settled[scope]
        if row.kind == "hold" and row.held_delta > 0 and used > self.caps.get(scope, 0):
            cap = format_usd(self.caps.get(scope, 0))
            self.wrong.append(
                f"Journal row {row.id} held ${format_usd(used)} in all against {scope}, over its cap of ${cap}."
            )


def _wrong_attempts(transaction: Transaction, replay: _Replay) -> list[str]:
    wrong, seen = [], set()
    for row in transaction.connection.execute(select(attempts).order_by(attempts.c.id)):
        seen.add(row.id)
        derived = replay.attempts.get(row.id)
        if derived is None:
            wrong.append(f"Attempt {row.id} ({row.shot}) is not in the journal.")
            continue
        if row.state != derived.state:
            wrong.append(f"Attempt {row.id} ({row.shot}) is {row.state}, and the journal says {derived.state}.")
        if row.held != derived.bound:
            wrong.append(
                f"Attempt {row.id} ({row.shot}) was held at ${format_usd(row.held)}, and the journal says "
                f"${format_usd(derived.bound)}."
            )
        if (row.cost or 0) + (row.late or 0) != derived.settled:
            wrong.append(
                f"Attempt {row.id} ({row.shot}) cost ${format_usd((row.cost or 0) + (row.late or 0))}, and the "
                f"journal says ${format_usd(derived.settled)}."
            )
        if row.generation_key != derived.key or tuple(json.loads(row.scopes)) != derived.scopes:
            wrong.append(f"Attempt {row.id} ({row.shot}) has another key or other caps than the journal says.")
        if derived.state not in {"held", "submitted", "in_doubt"} and derived.held:
            wrong.append(f"Attempt {row.id} ({row.shot}) is closed and still holds ${format_usd(derived.held)}.")
    wrong += [
        f"Attempt {number} is in the journal and nowhere else." for number in sorted(replay.attempts.keys() - seen)
    ]
    return wrong


def _wrong_scopes(transaction: Transaction, replay: _Replay) -> list[str]:
    wrong = []
    rows = {row.scope: row for row in transaction.connection.execute(select(scopes))}
    for scope in sorted(rows.keys() | replay.caps.keys() | replay.held.keys()):
        row = rows.get(scope)
        if row is None:
            wrong.append(f"{scope} is in the journal and has no account.")
            continue
        pairs = (
            ("held", row.held, replay.held[scope]),
            ("settled", row.settled, replay.settled[scope]),
            ("cap", row.cap, replay.caps.get(scope)),
            ("declared cap", row.declared, replay.declared.get(scope)),
        )
        wrong += [
            f"The {name} of {scope} is {_money(here)}, and the journal says {_money(there)}."
            for name, here, there in pairs
            if here != there
        ]
    return wrong


def _wrong_claims(transaction: Transaction, replay: _Replay) -> list[str]:
    here = {f"scene:{row.scene}": row.number for row in transaction.connection.execute(select(epochs))}
    on = set(transaction.connection.execute(select(flags.c.name)).scalars())
    wrong = []
    if here != replay.epochs:
        wrong.append("The epochs are not the ones in the journal.")
    if on != replay.flags:
        wrong.append("The stop or the breaker is not as the journal says.")
    return wrong


def _unsound_file(transaction: Transaction) -> list[str]:
    """Faults that only the database can tell: a missing guard;
    on SQLite also damage, and rows cut off at the journal's end.
    """
    wrong = [f"The guard {name} is missing, so a row could be changed." for name in missing(transaction.connection)]
    if transaction.connection.dialect.name != "sqlite":
        return wrong
    sound = transaction.connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if sound != "ok":
        wrong.append(f"The file is damaged: {sound}.")
    rows, last = transaction.connection.execute(select(func.count(), func.max(journal.c.id)).select_from(journal)).one()
    issued = transaction.connection.execute(
        text("SELECT seq FROM sqlite_sequence WHERE name = 'journal'")
    ).scalar_one_or_none()
    if (rows, last or 0) != (issued or 0, issued or 0):
        wrong.append(f"The journal has {rows} rows, and {issued or 0} were written.")
    return wrong


def _money(amount: int | None) -> str:
    return "none" if amount is None else f"${format_usd(amount)}"
