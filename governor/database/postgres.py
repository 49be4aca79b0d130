"""The ledger on a PostgreSQL server, each film's in a schema of its own.

A writer takes one advisory lock first: the server keeps those who wait in order and frees a dead client's place. That
makes a transaction here mean what it means on SQLite. SERIALIZABLE would not do: on one hot row it was six times slower
with 32 writers, and safety would rest on every caller's retry.
"""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from governor.database.dialect import BUSY_TIMEOUT_S, Database
from governor.errors import LedgerBroken, LedgerBusy, LedgerLost, LedgerTrouble

_LOCK_TIMED_OUT = "55P03"
_NO_ROOM = "53100"
_READ_ONLY = "25006"
_NOT_ALLOWED = "42501"
_CONNECT_TIMEOUT_S = 5
WORKER = "ledger_worker"
"""The role that a studio's workers and review room use (deployments/databases.sql). It writes the ledger and owns
nothing: it can drop, truncate or alter no table, and delete no row but a lowered flag.
"""


class Postgres(Database):
    """The ledger of `film` on the server at `url`. Its driver is psycopg."""

    def __init__(self, url: URL, film: str) -> None:
        self.schema = f"gate_{film.lower()}"
        self.thing = (
            f"{url.set(query={}).render_as_string(hide_password=True)} "
            f"({self.schema})"
        )  # a query may hold a password too
        self._lock = int.from_bytes(sha256(self.schema.encode()).digest()[:8], signed=True)
        options = f"-c search_path={self.schema} -c lock_timeout={BUSY_TIMEOUT_S}s -c synchronous_commit=on"
        self.engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={"options": options, "connect_timeout": _CONNECT_TIMEOUT_S, "application_name": "gate"},
            pool_pre_ping=True,  # a server that was restarted costs no transaction
            max_overflow=-1,
            hide_parameters=True,
        )

    def enter_line(self) -> None:
        """The server keeps the line: see `begin`."""

    def leave_line(self) -> None:
        """As above."""

    def begin(self, connection: Connection, *, writes: bool) -> Connection:
        """A writer waits for the film's lock, at READ COMMITTED:
        each of its statements sees what was committed before it.

        A reader gets one snapshot.
        """
        if writes:
            connection.begin()
            self._wait_in_line(connection)
            return connection
        chosen = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        chosen.begin()
        return chosen

    @property
    def kind(self) -> str:
        """Such as "PostgreSQL 18.4"."""
        try:
            with self.engine.connect() as connection:
                version = connection.execute(text("SHOW server_version")).scalar_one()
        except SQLAlchemyError as error:
            raise self.trouble(error) from error
        return f"PostgreSQL {version.split()[0]}"

    def prepare(self) -> None:
        """Make the film's schema where there is none. Raises LedgerTrouble."""
        try:
            with self.engine.connect() as connection:
                there = connection.execute(
                    text("SELECT 1 FROM pg_namespace WHERE nspname = :schema"), {"schema": self.schema}
                )
                if there.first() is None:
                    self._wait_in_line(connection)  # or two that make it at once get a duplicate key
                    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {self.schema}"))
                    connection.commit()
        except SQLAlchemyError as error:
            raise self.trouble(error) from error

    def share(self, connection: Connection) -> None:
        """Give the workers' role its rights on the tables as they are now;
        nothing where the server has no such role.
        """
        known = text("SELECT 1 FROM pg_roles WHERE rolname = :role AND rolname <> current_user")
        if connection.execute(known, {"role": WORKER}).first() is None:
            return
        for right in (
            f"USAGE ON SCHEMA {self.schema}",
            f"SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA {self.schema}",
            f"USAGE ON ALL SEQUENCES IN SCHEMA {self.schema}",
            f"DELETE ON {self.schema}.flags",
        ):
            connection.execute(text(f"GRANT {right} TO {WORKER}"))
        connection.execute(text(f"REVOKE INSERT, UPDATE ON {self.schema}.revision FROM {WORKER}"))

    def _wait_in_line(self, connection: Connection) -> None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": self._lock})

    def trouble(self, error: SQLAlchemyError, *, committing: bool = False) -> LedgerTrouble:
        """The fix for a server that is away, locked, full or refuses us."""
        words = " ".join(str(getattr(error, "orig", None) or error).split())
        state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
        if state == _LOCK_TIMED_OUT:
            cure = "Try again; see who holds it: SELECT * FROM pg_locks WHERE locktype = 'advisory'"
            return LedgerBusy(self.thing, f"another writer holds it ({words})", cure)
        if _is_lost(error, state):
            cure = "See that the server runs, then go on: gate resume. Nothing that was written is lost."
            return LedgerLost(self.thing, f"the server is away ({words})", cure, perhaps_kept=committing)
        if state == _NO_ROOM:
            cure = "Free some of the server's disk, then go on: gate resume. Nothing was bought."
            return LedgerBroken(self.thing, f"there is no room to write ({words})", cure)
        if state == _READ_ONLY:
            cure = "Name the primary server in GATE_LEDGER, not a standby."
            return LedgerBroken(self.thing, f"it cannot be written ({words})", cure)
        if state == _NOT_ALLOWED:
            cure = "Open it once as its owner, which makes and changes its tables: docker compose up --detach offer"
            return LedgerBroken(self.thing, f"this account may not do that ({words})", cure)
        return LedgerBroken(self.thing, f"it cannot be used ({words})", "See GATE_LEDGER and the server's log.")


def _is_lost(error: SQLAlchemyError, state: str) -> bool:
    """Whether the connection went away, or none could be made;
    class 57P is a server that is shutting down or starting.
    """
    if not isinstance(error, DBAPIError):
        return False
    refused = not state and type(error.orig).__name__ in {"OperationalError", "ConnectionTimeout"}
    return error.connection_invalidated or state.startswith(("57P", "08")) or refused
