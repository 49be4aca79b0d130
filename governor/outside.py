"""Records of the money outside the ledger. They prove that the ledger has every purchase.

Two things are kept: a high-water mark on this machine (mark.py), and a receipt a paid call beside the vault's objects
(receipts.py). A ledger that lacks what either of them knows mints no grant until `gate reconcile` has read it back.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from governor import mark, receipts, recovery
from governor.database.tables import attempts
from governor.errors import LedgerBehind
from governor.mark import HighWaterMark, MarkLine
from governor.receipts import Documents, Receipt, Receipts, receipt_of
from governor.transaction import Transaction
from manifests.money import format_usd

Reading = Callable[[], AbstractContextManager[Transaction]]

_MARKED = frozenset({"sent", "submitted", "doubt", "settle", "adjust", "write_off", "restored"})
_LIMITS = frozenset({"cap", "stop", "breaker"})
"""Kinds of rows that a restored ledger must not lack either, once money was spent: a cap that was lowered, a stop."""

_WRITTEN_BEFORE = frozenset({"hold", "sent", "settle", "alarm"})
"""The receipt of a settled take is written before the ledger settles it; the rest of these changes no receipt."""


@dataclass(frozen=True, slots=True)
class Behind:
    """Transitions that the ledger lacks. `shots`: of the calls that are known by name; `count`: at least so many."""

    count: int
    shots: tuple[str, ...]
    held_microusd: int

    @property
    def cause(self) -> str:
        """Why nothing is bought."""
        calls = f" by {self.count} paid call{'' if self.count == 1 else 's'}" if self.count else ""
        named = f" ({', '.join(self.shots[:4])}{', …' if len(self.shots) > 4 else ''})" if self.shots else ""
        money = f", ${format_usd(self.held_microusd)}" if self.held_microusd else ""
        return f"the records beside it are newer{calls}{named}{money}: it was restored, emptied or replaced"

    @property
    def words(self) -> str:
        """One sentence, with what to do."""
        return f"The ledger is behind: {self.cause}. {self.cure}"

    cure = "Nothing is bought until you have read them back and asked the providers: gate reconcile"


@dataclass(frozen=True, slots=True)
class Moved:
    """The paid transitions of one database transaction: written outside the ledger once it is committed."""

    lines: list[MarkLine]
    receipts: list[Receipt]


class Outside:
    """The mark and the receipts of one film."""

    def __init__(self, high_water: HighWaterMark, documents: Documents) -> None:
        self._mark, self._receipts = high_water, Receipts(documents)
        self._unknown: set[str] = set()

    def adopt(self, reading: Reading) -> None:
        """Compare with the ledger, and write what is missing outside of it:
        a film of before has neither mark nor receipts.

        Nothing is written for a ledger that is behind. Raises what the vault does, LedgerTrouble.
        """
        # Both are read before the ledger: what is bought meanwhile is in the ledger first.
        there, newest = self._receipts.names(), self._mark.newest
        with reading() as transaction:
            self._unknown = there - receipts.known_names(transaction)
            if self._unknown or not mark.agrees(transaction, newest):
                return
            bought = receipts.paid_names(transaction)
            lacking = [number for name, number in bought.items() if name not in there]
            rows = receipts.paid(transaction, attempts.c.id.in_(lacking)) if lacking else []
            first = mark.newest_row(transaction) if bought and newest is None else None
        self._receipts.write(receipt_of(row) for row in rows)
        if first is not None:
            self._mark.write([first])

    def lacks(self, reading: Reading) -> Behind | None:
        """The transitions that the ledger lacks; None where it has all."""
        newest, there = self._mark.newest, self._receipts.names()
        with reading() as transaction:
            return self._behind(transaction, newest, there)

    def _behind(self, transaction: Transaction, newest: MarkLine | None, there: set[str] | None) -> Behind | None:
        """`there`: the names of the receipts; None: only what was unknown before is looked at again."""
        if there is None and self._unknown:
            there = self._receipts.names()
        if there is not None:
            self._unknown = there - receipts.known_names(transaction)
        agrees = mark.agrees(transaction, newest)
        if agrees and not self._unknown:
            return None
        lost = [] if agrees else self._lost(transaction)
        read, unreadable = self._receipts.read(self._unknown)
        known = {r.generation_key: (r.shot, r.spent or (r.held if r.open else 0)) for r in read}
        known |= {line.key: (line.shot, line.held_microusd) for line in lost if line.key not in known}
        shots = tuple(sorted({shot for shot, _ in known.values()}))
        return Behind(len(known) + len(unreadable), shots, sum(amount for _, amount in known.values()))

    def refuse(self, transaction: Transaction, ledger: str) -> None:
        """Raise LedgerBehind where the ledger lacks something that was paid for."""
        if (lack := self._behind(transaction, self._mark.newest, None)) is not None:
            raise LedgerBehind(ledger, lack.cause, lack.cure)

    def damaged(self) -> None:
        """Remember that the ledger cannot be read: whatever takes its place buys nothing before a reconciliation."""
        if self._mark.newest is None:
            self._mark.write([MarkLine(1, "the ledger was damaged", "damaged")])

    def intend(self, receipt: Receipt) -> None:
        """Keep what is about to happen to a paid attempt. Raises what the vault does: then it must not happen."""
        if receipt.held or receipt.spent:
            self._receipts.write([receipt])

    def moved(self, transaction: Transaction) -> Moved:
        """The transitions of this database transaction, to be written outside after its commit."""
        if not transaction.entered:
            return Moved([], [])
        kinds: dict[int, set[str]] = {}
        for _row, kind, attempt in transaction.entered:
            if attempt is not None:
                kinds.setdefault(attempt, set()).add(kind)
        rows = {row.id: row for row in receipts.paid(transaction, attempts.c.id.in_(kinds))} if kinds else {}
        due = [receipt_of(row) for number, row in rows.items() if kinds[number] - _WRITTEN_BEFORE]
        newest = self._mark.newest
        if not mark.agrees(transaction, newest):
            return Moved([], due)  # a ledger that is behind raises no mark
        lines = [
            mark.line_of(transaction, row, kind, rows.get(attempt) if attempt else None)
            for row, kind, attempt in transaction.entered
            if (kind in _MARKED and attempt in rows) or (kind in _LIMITS and newest is not None)
        ]
        return Moved(lines, due)

    def keep(self, moved: Moved) -> None:
        """Raise the mark."""
        if moved.lines:
            self._mark.write(moved.lines)

    def file(self, moved: Moved) -> None:
        """Write the receipts. Raises what the vault does."""
        if moved.receipts:
            self._receipts.write(moved.receipts)

    def read(self) -> tuple[list[Receipt], list[str]]:
        """Every receipt in the order of its hold, and the names of those that cannot be read.
        Raises what the vault does.
        """
        return self._receipts.read(self._receipts.names())

    def read_back(self, transaction: Transaction, read: list[Receipt], unreadable: list[str]) -> list[str]:
        """Bring into the ledger what only the receipts know; returns the generation keys of which it learned something.

        What no readable receipt tells raises an alarm and the breaker: a person looks at the provider's bill. Raises
        LedgerBroken.
        """
        keys = recovery.restore(transaction, read)
        for name in sorted(set(unreadable) - receipts.known_names(transaction)):
            words = f"a paid call is known by its key only ({name[:12]}): its receipt cannot be read"
            recovery.alarm(transaction, "film", words)
        for line in self._lost(transaction):
            money = f"a call for {line.shot} at ${format_usd(line.held_microusd)}"
            recovery.alarm(
                transaction,
                f"shot:{line.shot}",
                f"{money} is known by its key only ({line.key[:12]}): its receipt is lost",
            )
        return keys

    def accept(self, reading: Reading) -> None:
        """Go on from here: the mark is this ledger's, and unreadable files are set aside.
        Call it after a reconciliation.
        """
        _, unreadable = self.read()
        with reading() as transaction:
            line, known = mark.newest_row(transaction), receipts.known_names(transaction)
            told = [receipt_of(row) for row in receipts.paid(transaction)]
        for name in unreadable:
            self._receipts.set_aside(name)
        self._receipts.write(receipt for receipt in told if receipt.name in unreadable and receipt.name in known)
        if line is not None:
            self._mark.write([line])
        self._unknown = set()

    def _lost(self, transaction: Transaction) -> list[MarkLine]:
        """The marked calls whose attempt the ledger does not have."""
        here = {name.partition("-")[0] for name in receipts.known_names(transaction)}
        lost = {line.key: line for line in self._mark.lines() if line.key and line.key not in here}
        return list(lost.values())
