"""Opens, reads and writes the ledger: each write is one durable transaction, whatever becomes of its server."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from governor.database import schema
from governor.database.connect import open_database
from governor.database.dialect import Database
from governor.database.unit_of_work import UnitOfWork
from governor.errors import AlreadyResolved, LedgerBroken, LedgerDamaged, LedgerLost
from governor.outside import Outside
from governor.transaction import Transaction

T = TypeVar("T")
RECONNECTS_MAX = 12
_RECONNECT_S_MAX = 5.0
"""Twelve waits that grow to five seconds are 41 s in all: a server restarts in less, and a person looks after more."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class LedgerDatabase:
    """The database of one film's ledger. Many threads and processes may use it; each process opens its own."""

    def __init__(
        self,
        database: Database,
        stop_file: Path,
        now: Callable[[], datetime],
        wait: Callable[[float], None],
        outside: Outside | None,
        agent: str = "",
    ) -> None:
        self._database, self._stop_file, self._now, self._wait = database, stop_file, now, wait
        self._outside, self._agent = outside, agent
        self._pid = os.getpid()

    @classmethod
    def open(
        cls,
        where: Path | str,
        *,
        stop_file: Path,
        film: str = "film",
        now: Callable[[], datetime] = _utc_now,
        wait: Callable[[float], None] = time.sleep,
        outside: Outside | None = None,
        adopts: bool = True,
        agent: str = "",
    ) -> Self:
        """Open the ledger at a path (SQLite) or a URL (`postgresql://…`), creating it where there is none.

        `film` is the film's code; on a server it names the film's schema. `now` dates the rows, and says whether a
        standing order's window is open; `wait` sleeps between two tries to reach a server. `outside`: what is kept of
        the money beside the ledger; without it, nobody notices that a ledger is an older copy. `adopts`: write what is
        missing there now; False where the ledger is only read. `agent`: the fingerprint of an agent's key; then no
        decision of a person is written. Raises LedgerBroken where the ledger
        is damaged, of a newer version or cannot be written, LedgerBusy, and LedgerLost where no server answers.
        """
        keeper = cls(open_database(where, film), stop_file, now, wait, outside, agent)
        try:
            keeper._prepare(adopts=adopts)
        except BaseException:
            keeper.close()
            raise
        return keeper

    @property
    def thing(self) -> str:
        """Where the ledger is, for people; a password is not shown."""
        return self._database.thing

    @property
    def kind(self) -> str:
        """The database that keeps the ledger: "SQLite 3.53.4 (WAL)", "PostgreSQL 18.4"."""
        return self._database.kind

    def now(self) -> datetime:
        """The time by which its rows are dated and its nights open and close."""
        return self._now()

    def set_clock(self, now: Callable[[], datetime]) -> None:
        """Another clock from now on: a rehearsal plays tonight before it is night."""
        self._now = now

    def close(self) -> None:
        """Close its connections. Tests and short commands may; a process that ends need not."""
        self._database.engine.dispose()

    def _write(self, work: Callable[[Transaction], T]) -> T:
        """Do the work in one transaction that is kept if it ends well, and give what it gives.

        When the server goes away, the work is done again from the start. If that was during a COMMIT, nobody knows
        whether it was kept: then `Transaction.again` is set, and work that must not be done twice looks whether it was
        done. An AlreadyResolved keeps the alarm that it wrote.
        """
        perhaps_kept: list[bool] = []

        def write() -> T:
            try:
                return self._write_once(work, again=any(perhaps_kept))
            except LedgerLost as lost:
                perhaps_kept.append(lost.perhaps_kept)
                raise

        return self._patiently(write)

    def _patiently(self, step: Callable[[], T]) -> T:
        """The step's result, once it has not lost the server. Raises LedgerLost after RECONNECTS_MAX waits."""
        for tries in range(RECONNECTS_MAX):
            try:
                return step()
            except LedgerLost:
                self._wait(min(_RECONNECT_S_MAX, 0.1 * 2**tries))
        return step()

    def _write_once(self, work: Callable[[Transaction], T], *, again: bool) -> T:
        outside = self._outside
        with self._unit(writes=True) as unit:
            now = self._now()
            transaction = Transaction(unit.connection, now.isoformat(timespec="milliseconds"), now, again, self._agent)
            try:
                result = work(transaction)
            except AlreadyResolved:
                unit.commit()
                raise
            moved = outside.moved(transaction) if outside else None
            unit.commit()
            if outside and moved:
                outside.keep(moved)
        if outside and moved:
            outside.file(moved)  # a bucket takes its time, and other writers need not wait for it
        return result

    @contextmanager
    def _read(self) -> Iterator[Transaction]:
        """One state of the ledger. A server that cannot be reached is waited for;
        one that goes away meanwhile is not.
        """
        with ExitStack() as reading:
            unit = self._patiently(lambda: reading.enter_context(self._unit(writes=False)))
            yield Transaction(unit.connection, "", self._now())

    def _unit(self, *, writes: bool) -> UnitOfWork:
        if os.getpid() != self._pid:
            cause = "this process was forked from the one that opened it"
            raise LedgerBroken(self.thing, cause, "Open it here again.")
        return UnitOfWork(self._database, writes=writes)

    def _prepare(self, *, adopts: bool) -> None:
        """Check the ledger, bring it up to this program's version, and compare it with what is kept outside."""
        try:
            self._database.prepare()
        except LedgerDamaged:
            if self._outside and adopts:
                self._outside.damaged()
            raise
        with self._unit(writes=False) as unit:
            at = schema.revision(unit.connection)
        if at is not None and at > schema.HEAD:
            raise LedgerBroken(
                self.thing, f"it is of version {at}, and this program writes {schema.HEAD}", "Use the newer program."
            )
        if at != schema.HEAD:
            try:
                self._write(self._bring_up)
            except SQLAlchemyError as error:
                raise self._database.trouble(error) from error
        if self._outside and adopts:
            self._outside.adopt(self._read)

    def _bring_up(self, transaction: Transaction) -> None:
        schema.upgrade(transaction.connection)
        self._database.share(transaction.connection)
