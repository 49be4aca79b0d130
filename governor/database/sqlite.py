"""The ledger in one SQLite file, so that a commit that has returned survives a power loss.

SQLite before 3.51.3 can corrupt a database in WAL mode that several processes write (the WAL-reset bug, 3.7.0 to
3.51.2; Python 3.11 on Debian 12 brings 3.40.1). So the one that the package pysqlite3 brings is used; where there is
none for the machine, the rollback journal is: TRUNCATE with synchronous=FULL, which also syncs the journal's end;
DELETE would need EXTRA to be as durable. Never put the file on NFS: it has no locks to trust. Code that reads the file
in a process that keeps the ledger uses `DRIVER` from here: the kernel drops a process's locks on a file when any copy
of SQLite in it closes that file.
"""

from __future__ import annotations

import fcntl
import os
import shlex
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Dialect, create_engine, event
from sqlalchemy.exc import DatabaseError, SQLAlchemyError
from sqlalchemy.util import LRUCache

from governor.database.dialect import BUSY_TIMEOUT_S, Database
from governor.errors import LedgerBroken, LedgerBusy, LedgerDamaged, LedgerTrouble

try:
    import pysqlite3 as sqlite
except ImportError:  # a machine that it has no wheel for
    import sqlite3 as sqlite

DRIVER = sqlite
"""The one copy of SQLite that our processes open the ledger with."""

WAL_SAFE_FROM = (3, 51, 3)
_READS_ONLY = "gate_reads_only"
_COMPILED: LRUCache[Any, Any] = LRUCache(500)
"""The statements that this process has compiled, for all of its ledgers: SQLAlchemy has them once a file."""


@cache
def _dialect() -> Dialect:
    """The dialect of every file, which has asked the library what it can do. Compiled statements go by it."""
    engine = create_engine("sqlite://", module=sqlite)
    engine.connect().close()
    engine.dispose()
    return engine.dialect


class Queue:
    """Where writers stand in line, threads and processes alike.
    The kernel frees a dead one's place: nothing is left to clean up.

    SQLite's own busy handler sleeps and starves, and a single lock is often taken again by the process that has just
    released it. So there are two: a new process waits at the door, and the next one waits inside for the turn and keeps
    the door shut until it has it.
    """

    def __init__(self, path: Path) -> None:
        self._door, self._turn = path.with_name(path.name + ".queue"), path.with_name(path.name + ".turn")
        self._mine = -1

    def enter(self) -> None:
        """Wait for this thread's turn."""
        door = self._lock(self._door)
        try:
            self._mine = self._lock(self._turn)
        finally:
            os.close(door)

    def leave(self) -> None:
        """Let the next one in."""
        mine, self._mine = self._mine, -1
        os.close(mine)

    def _lock(self, path: Path) -> int:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            except BaseException:
                os.close(descriptor)
                raise
        except OSError as error:
            cure = "See that the folder can be written."
            raise LedgerBroken(str(path), f"it cannot be locked ({error.strerror})", cure) from error
        return descriptor


class Sqlite(Database):
    """The ledger in the file at `path`."""

    def __init__(self, path: Path) -> None:
        self.thing = str(path)
        self._path, self._queue = path, Queue(path)
        self.engine = create_engine(
            f"sqlite:///{path}",
            module=sqlite,
            connect_args={"timeout": BUSY_TIMEOUT_S},
            max_overflow=-1,
            hide_parameters=True,
            execution_options={"compiled_cache": _COMPILED},
        )
        self.engine.dialect = _dialect()
        event.listen(self.engine, "connect", _on_connect)
        event.listen(self.engine, "begin", _on_begin)

    def enter_line(self) -> None:
        """Wait for this thread's turn, behind the writers of every process."""
        self._queue.enter()

    def leave_line(self) -> None:
        """Let the next one in."""
        self._queue.leave()

    def begin(self, connection: Connection, *, writes: bool) -> Connection:
        """BEGIN IMMEDIATE for a writer.

        A deferred BEGIN that reads and then writes fails at once with "database is locked" when another process wrote
        in between, whatever the busy time-out: 87 of 120 transactions of four processes did.
        """
        chosen = connection.execution_options(**{_READS_ONLY: not writes})
        chosen.begin()
        return chosen

    @property
    def kind(self) -> str:
        """Such as "SQLite 3.53.4 (WAL)"."""
        return f"SQLite {sqlite.sqlite_version} ({journal_mode(sqlite.sqlite_version_info)})"

    def prepare(self) -> None:
        """Make the folder, and refuse a damaged file. Raises LedgerTrouble."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            folder = str(self._path.parent)
            raise LedgerBroken(folder, f"it cannot be made ({error.strerror})", "Choose another folder.") from error
        self.enter_line()  # switching a file to WAL waits for nobody: of two that do, one would find it locked
        try:
            self.engine.connect().close()
        except SQLAlchemyError as error:
            raise self.trouble(error) from error
        finally:
            self.leave_line()
        try:
            with self.engine.connect() as connection:
                sound = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        except SQLAlchemyError as error:
            raise self.trouble(error) from error
        if sound != "ok":
            raise LedgerDamaged(self.thing, f"it is damaged ({sound})", self._aside)

    @property
    def _aside(self) -> str:
        path = shlex.quote(str(self._path))
        return f"Put it aside: mv {path} {path}.damaged; then read back what was bought: gate reconcile"

    def share(self, connection: Connection) -> None:
        """A file has no accounts: a process that may write it may do everything."""

    def trouble(self, error: SQLAlchemyError, *, committing: bool = False) -> LedgerTrouble:  # noqa: ARG002
        """The fix for a locked, full, damaged or read-only file."""
        words = str(getattr(error, "orig", None) or error)
        if isinstance(error, DatabaseError):
            if "locked" in words or "busy" in words:
                cure = "Try again; see who holds it: fuser -v it"
                return LedgerBusy(self.thing, f"another process holds it ({words})", cure)
            if "full" in words or "disk I/O error" in words:
                cure = "Free some disk space, then go on: gate resume. Nothing was bought."
                return LedgerBroken(self.thing, f"there is no room to write ({words})", cure)
            if "malformed" in words or "not a database" in words:
                return LedgerDamaged(self.thing, f"it is damaged ({words})", self._aside)
            if "readonly" in words or "unable to open" in words:
                cure = "Give this user the right to write the folder."
                return LedgerBroken(self.thing, f"it cannot be written ({words})", cure)
        return LedgerBroken(self.thing, f"it cannot be used ({words})", "Check the ledger: gate doctor")


def journal_mode(sqlite_version: tuple[int, ...]) -> str:
    """WAL where it is safe with many writers, the rollback journal elsewhere."""
    return "WAL" if sqlite_version >= WAL_SAFE_FROM else "TRUNCATE"


def _on_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: _on_begin does
    connection.execute(f"PRAGMA busy_timeout={int(BUSY_TIMEOUT_S * 1000)}")
    connection.execute(f"PRAGMA journal_mode={journal_mode(sqlite.sqlite_version_info)}")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA recursive_triggers=ON")  # or INSERT OR REPLACE would slip past the append-only guards


def _on_begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get(_READS_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
