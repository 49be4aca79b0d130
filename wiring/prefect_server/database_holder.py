"""Finds the process that keeps a SQLite database from being written. SQLite itself says only that it is locked."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from wiring.ports import words_of

_WAL_WRITE = 120
"""The byte of the `-shm` file that a writer locks (sqlite.org/walformat.html, "WAL locks")."""

_RESERVED = 0x4000_0001
"""The byte of a database without a write-ahead log that a writer locks first (sqlite.org/fileformat2.html,
"the lock-byte page").
"""


def writer_of(database: Path, proc: Path = Path("/proc")) -> str:
    """The process that holds the database for writing now, such as "process 4711 (python3 …)";
    "" where nobody does, or there is none.

    "another process" where the holder cannot be seen: another account's, or no Linux.
    """
    if not (database.exists() and _is_held(database)):
        return ""
    return next(_writers(database, proc), "another process")


def _is_held(database: Path) -> bool:
    try:
        with contextlib.closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except sqlite3.DatabaseError as error:
        return (
            error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
        )  # what else is wrong with it, its server says itself
    return False


def _writers(database: Path, proc: Path) -> Iterator[str]:
    shared = database.with_name(f"{database.name}-shm")
    marks = {
        (path.stat().st_ino, byte) for path, byte in ((shared, _WAL_WRITE), (database, _RESERVED)) if path.exists()
    }
    for line in (proc / "locks").read_text().splitlines() if (proc / "locks").exists() else ():
        _, *words = (
            line.split()
        )  # 1: POSIX ADVISORY WRITE 4711 fe:00:2196410 120 120; one that waits has an arrow before POSIX
        if words[0] != "POSIX" or words[2] != "WRITE":
            continue
        inode, first, last = int(words[4].rpartition(":")[2]), int(words[5]), words[6]
        if any(inode == its and first <= byte and (last == "EOF" or byte <= int(last)) for its, byte in marks):
            with contextlib.suppress(OSError):  # it ends at this moment
                yield f"process {words[3]} ({words_of(proc / words[3])})"
