"""The contract of both databases in which a film's ledger can be kept:
one writer at a time, and errors that say what to do.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from governor.errors import LedgerTrouble

BUSY_TIMEOUT_S = 30
"""How long a transaction waits for another one's lock: longer than a backup, shorter than a person's patience."""


class Database(ABC):
    """One film's ledger. `thing` names it in an error, without a password."""

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
        """Begin a transaction: a writer is alone from here on, a reader sees one state of the ledger to its end."""

    @property
    @abstractmethod
    def kind(self) -> str:
        """The database's product and version, for people. Raises LedgerTrouble."""

    @abstractmethod
    def prepare(self) -> None:
        """Check that the ledger is sound, and make its file or schema where there is none. Raises LedgerTrouble."""

    @abstractmethod
    def share(self, connection: Connection) -> None:
        """After the tables were made or changed: let the accounts use them that may not change them."""

    @abstractmethod
    def trouble(self, error: SQLAlchemyError, *, committing: bool = False) -> LedgerTrouble:
        """The error in our words, with its fix. `committing`: it came from a COMMIT."""
