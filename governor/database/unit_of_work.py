"""One transaction over the ledger: leaving the block rolls back, only `commit()` keeps."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from governor.database.dialect import Database


class UnitOfWork:
    """A transaction as a `with` block. Its errors come out as LedgerTrouble, with the cause and what to do."""

    connection: Connection

    def __init__(self, database: Database, *, writes: bool) -> None:
        self._database, self._writes, self._committing = database, writes, False

    def __enter__(self) -> Self:
        if self._writes:
            self._database.enter_line()
        try:
            connection = self._database.engine.connect()
            try:
                self.connection = self._database.begin(connection, writes=self._writes)
            except BaseException:
                connection.close()
                raise
        except BaseException as error:
            self._leave()
            if isinstance(error, SQLAlchemyError):
                raise self._database.trouble(error) from error
            raise
        return self

    def commit(self) -> None:
        """Keep what was done. When this returns, it survives a power loss."""
        self._committing = True
        self.connection.commit()
        self._committing = False

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.connection.close()  # rolls back what was not committed
        finally:
            self._leave()
        if isinstance(error, SQLAlchemyError):
            raise self._database.trouble(error, committing=self._committing) from error

    def _leave(self) -> None:
        if self._writes:
            self._database.leave_line()
