"""The ledger's tables. The journal is the truth and only grows; the other state is derived from it, and audited against it.

All amounts are whole micro-dollars, all times ISO 8601 in UTC. Nothing here reads the clock to decide about money.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    inspect,
    text,
)

SCHEMA_VERSION = 1
OPEN_STATES = ("held", "submitted", "in_doubt")
STATES = (*OPEN_STATES, "settled", "released", "written_off")

metadata = MetaData()
_RowId = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only in a column called INTEGER


def _in(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


meta = Table("meta", metadata, Column("name", String(40), primary_key=True), Column("value", Text, nullable=False))

journal = Table(
    "journal",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("at", String(40), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("attempt", _RowId),
    Column("scope", String(120)),
    Column("state", String(12)),
    Column("held_delta", BigInteger, nullable=False, default=0),
    Column("settled_delta", BigInteger, nullable=False, default=0),
    Column("amount", BigInteger),
    Column("body", Text, nullable=False, default="{}"),
    Index("journal_attempt", "attempt"),
    sqlite_autoincrement=True,
)
"""Every movement of money, every cap, epoch, stop and go, in order. `amount` is a cap's new value or an epoch's number."""

attempts = Table(
    "attempts",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("generation_key", String(64), nullable=False),
    Column("recipe", String(64), nullable=False),
    Column("film", String(40), nullable=False),
    Column("scene", String(12), nullable=False),
    Column("shot", String(24), nullable=False),
    Column("stage", String(12), nullable=False),
    Column("tier", String(12), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("provider", String(80), nullable=False),
    Column("model", String(200), nullable=False),
    Column("changed", Text, nullable=False),
    Column("parent", String(64)),
    Column("epoch", Integer, nullable=False),
    Column("run", String(200), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("price", String(64), nullable=False),
    Column("likely", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    Column("state", String(12), nullable=False),
    Column("sent", Integer, nullable=False, default=0),
    Column("job_id", String(300)),
    Column("cost", BigInteger),
    Column("assumed", Integer, nullable=False, default=0),
    Column("asset", Text),
    Column("request", Text, nullable=False),
    Column("raw", Text, nullable=False, default=""),
    Column("opened_at", String(40), nullable=False),
    Column("moved_at", String(40), nullable=False),
    CheckConstraint(_in("state", STATES), name="attempts_state"),
    CheckConstraint("held >= 0 AND (cost IS NULL OR cost >= 0)", name="attempts_amounts"),
    CheckConstraint("state <> 'submitted' OR job_id IS NOT NULL", name="attempts_job"),
    CheckConstraint("(cost IS NOT NULL) = (state IN ('settled', 'written_off'))", name="attempts_cost"),
    sqlite_autoincrement=True,
)
"""Where each attempt is now. `sent`: its grant was redeemed, so that a POST may be on the wire. `cost`: what it counts for."""

_live = text("state <> 'released'")
_open_clip = text(f"stage = 'clip' AND {_in('state', OPEN_STATES)}")
Index("attempts_one_payer", attempts.c.generation_key, unique=True, sqlite_where=_live, postgresql_where=_live)
Index("attempts_one_clip", attempts.c.shot, unique=True, sqlite_where=_open_clip, postgresql_where=_open_clip)
Index(
    "attempts_version", attempts.c.shot, attempts.c.stage, attempts.c.tier, attempts.c.version,
    unique=True, sqlite_where=_live, postgresql_where=_live,
)  # fmt: skip
_job = text("job_id IS NOT NULL AND state <> 'released'")
Index("attempts_job", attempts.c.provider, attempts.c.job_id, unique=True, sqlite_where=_job, postgresql_where=_job)
Index("attempts_recipe", attempts.c.recipe)

scopes = Table(
    "scopes",
    metadata,
    Column("scope", String(120), primary_key=True),
    Column("declared", BigInteger),
    Column("cap", BigInteger),
    Column("held", BigInteger, nullable=False, default=0),
    Column("settled", BigInteger, nullable=False, default=0),
    CheckConstraint("held >= 0 AND settled >= 0", name="scopes_amounts"),
)
"""Each cap and what stands against it. `declared` is what the film's file last said, `cap` what holds now."""

epochs = Table(
    "epochs",
    metadata,
    Column("scene", String(12), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("run", String(200), nullable=False),
)

flags = Table("flags", metadata, Column("name", String(12), primary_key=True), Column("why", Text, nullable=False))
"""'stop' and 'breaker', while they are on."""

decisions = Table(
    "decisions",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("at", String(40), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("scope", String(120), nullable=False),
    Column("shot", String(24)),
    Column("tier", String(12)),
    Column("body", Text, nullable=False),
    Index("decisions_shot", "shot"),
    sqlite_autoincrement=True,
)

certificates = Table(
    "certificates",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("asset", String(64), nullable=False),
    Column("shot", String(24), nullable=False),
    Column("stage", String(12), nullable=False),
    Column("at", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Index("certificates_asset", "asset", "shot", "stage"),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("generation_key", String(64), nullable=False),
    Column("at", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Index("verdicts_key", "generation_key"),
    sqlite_autoincrement=True,
)

notes = Table(
    "notes",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("at", String(40), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("scope", String(120), nullable=False),
    Column("text", Text, nullable=False),
    Index("notes_scope", "scope"),
    sqlite_autoincrement=True,
)

APPEND_ONLY = (journal, decisions, certificates, verdicts, notes)


def guards() -> tuple[tuple[str, str], ...]:
    """Name and SQLite statement of each trigger that keeps the append-only tables so."""
    return tuple(_guard(table.name, verb) for table in APPEND_ONLY for verb in ("UPDATE", "DELETE"))


def _guard(table: str, verb: str) -> tuple[str, str]:
    name = f"{table}_no_{verb.lower()}"
    refusal = f"SELECT RAISE(ABORT, '{table} only grows')"
    return name, f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN {refusal}; END"


def create(connection: Connection) -> None:
    """Make the tables and their guards in a new, empty ledger. The caller's transaction makes it all or nothing."""
    metadata.create_all(connection, checkfirst=False)
    for _, statement in guards():
        connection.execute(text(statement))
    connection.execute(meta.insert(), [{"name": "schema_version", "value": str(SCHEMA_VERSION)}])


def version(connection: Connection) -> int | None:
    """The schema version of an existing ledger, None for an empty file."""
    if not inspect(connection).has_table(meta.name):
        return None
    value = connection.execute(meta.select().where(meta.c.name == "schema_version")).one().value
    return int(value)
