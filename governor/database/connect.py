"""Where a film's ledger is kept: SQLite beside the film, or PostgreSQL for a studio.
The same tables, the same promises.

Writers go one at a time, across all threads and processes, so that what a transaction has read is still so when it
writes. A film buys a few takes a second at most: what counts is that the wait is short and fair, not how many fit into
a second.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from governor.database.dialect import Database
from governor.errors import LedgerBroken


def open_database(where: Path | str, film: str) -> Database:
    """The ledger's database at a path (SQLite) or a URL (`postgresql://…`, where each film has a schema of its own).

    Raises LedgerBroken for a URL that is neither.
    """
    if isinstance(where, str) and "://" in where:
        try:
            url = make_url(where)
        except (ArgumentError, ValueError):
            cure = "Write it like postgresql://user@host/database, or unset GATE_LEDGER."
            raise LedgerBroken(
                "GATE_LEDGER", "it is not the URL of a database", cure
            ) from None  # it may hold a password
        if url.get_backend_name() == "postgresql":
            from governor.database.postgres import Postgres  # noqa: PLC0415  # one machine needs no driver for a server

            return Postgres(url, film)
        if url.get_backend_name() != "sqlite" or not url.database:
            cure = "Use postgresql://… or sqlite:////a/path, or unset GATE_LEDGER: then it lies beside the film."
            raise LedgerBroken(
                url.set(query={}).render_as_string(), f"it is a database of kind {url.get_backend_name()}", cure
            )
        where = Path(url.database)
    from governor.database.sqlite import Sqlite  # noqa: PLC0415  # and a studio needs no file

    return Sqlite(Path(where))
