"""Where a film's books are kept: SQLite beside the film, or PostgreSQL for a studio. The same tables, the same promises.

Writers go one at a time, across all threads and processes, so that what a transaction has read is still so when it writes.
A film buys a few takes a second at most: what counts is that the wait is short and fair, not how many fit into a second.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from governor.errors import LedgerBroken, LedgerTrouble

BUSY_TIMEOUT_S = 30
"""How long a transaction waits for another one's lock: longer than a backup, shorter than a person's patience."""


class Database(ABC):
    """One film's books. `thing` names them in an error, without a password."""

    engine: Engine
    thing: str

    @abstractmethod
    def enter_line(self) -> None:
        """Wait for this thread's turn to write. Raises LedgerTrouble."""

    @abstractmethod
    def leave_line(self) -> None:
        """Let the next one in."""

    @abstractmethod
    def begin(self, connection: Connection, *, writes: bool) -> Connection:
        """Begin a transaction: a writer is alone from here on, a reader sees one state of the books to its end."""

    @property
    @abstractmethod
    def kind(self) -> str:
        """What keeps the books, with its version, for people. Raises LedgerTrouble."""

    @abstractmethod
    def prepare(self) -> None:
        """Look whether the books are sound, and make the room for them where there is none. Raises LedgerTrouble."""

    @abstractmethod
    def share(self, connection: Connection) -> None:
        """After the tables were made or changed: let the accounts use them that may not change them."""

    @abstractmethod
    def trouble(self, error: SQLAlchemyError, *, committing: bool = False) -> LedgerTrouble:
        """What a person can do about an error of the database. `committing`: it came from a COMMIT."""


def open_database(where: Path | str, film: str) -> Database:
    """The books at a path (SQLite) or a URL (`postgresql://…`, where each film has a schema of its own).

    Raises LedgerBroken for a URL that is neither.
    """
    if isinstance(where, str) and "://" in where:
        try:
            url = make_url(where)
        except (ArgumentError, ValueError):
            cure = "Write it like postgresql://user@host/database, or unset GATE_LEDGER."
            raise LedgerBroken("GATE_LEDGER", "it is no URL of a database", cure) from None  # it may hold a password
        if url.get_backend_name() == "postgresql":
            from governor.postgres import Postgres  # noqa: PLC0415  # one machine needs no driver for a server

            return Postgres(url, film)
        if url.get_backend_name() != "sqlite" or not url.database:
            cure = "Use postgresql://… or sqlite:////a/path, or unset GATE_LEDGER: then it lies beside the film."
            raise LedgerBroken(
                url.set(query={}).render_as_string(), f"it is a database of kind {url.get_backend_name()}", cure
            )
        where = Path(url.database)
    from governor.sqlite import Sqlite  # noqa: PLC0415  # and a studio needs no file

    return Sqlite(Path(where))
