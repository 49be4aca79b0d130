"""Gives a command that only reads the ledger a file that it may open: the ledger's own where this version of the
program wrote it, else a copy that is brought up in its place.
"""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path

from governor.database import schema
from governor.database.sqlite import DRIVER


def file_to_read(ledger: Path, beside: Path) -> Path:
    """`ledger` itself, or a path in the folder `beside`: of a copy where an older version wrote the ledger, of nothing
    yet where there is no ledger.
    """
    if not ledger.exists():
        return beside / ledger.name
    with suppress(DRIVER.DatabaseError), closing(DRIVER.connect(ledger)) as kept:
        if _version(kept) >= schema.HEAD:
            return ledger
        with closing(DRIVER.connect(beside / ledger.name)) as copy:
            kept.backup(copy)
        return beside / ledger.name
    return ledger  # a file that cannot be read is refused, in words, by whoever opens it


def _version(ledger: DRIVER.Connection) -> str:
    """The migration step that it is at; empty where the steps were not counted yet."""
    known = ledger.execute("SELECT 1 FROM sqlite_master WHERE name = 'revision'").fetchone()
    row = ledger.execute("SELECT version_num FROM revision").fetchone() if known else None
    return str(row[0]) if row else ""
