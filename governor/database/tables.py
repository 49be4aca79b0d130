"""The ledger's tables, as migrations/ makes them. The journal is the truth and only grows;
the other state is derived from it, and audited against it.

All amounts are whole micro-dollars, all times ISO 8601 in UTC. Nothing here reads the clock to decide about money.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)

OPEN_STATES = ("held", "submitted", "in_doubt")
STATES = (*OPEN_STATES, "settled", "released", "written_off")

metadata = MetaData()
_RowId = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only in a column called INTEGER


def _in(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


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
"""Every movement of money, every cap, epoch, stop and go, in order.
`amount` is a cap's new value or an epoch's number.
"""

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
    Column("hold_id", String(32)),
    Column("sent_at", String(40)),
    Column("late", BigInteger),
    CheckConstraint(_in("state", STATES), name="attempts_state"),
    CheckConstraint("held >= 0 AND (cost IS NULL OR cost >= 0)", name="attempts_amounts"),
    CheckConstraint("state <> 'submitted' OR job_id IS NOT NULL", name="attempts_job"),
    CheckConstraint("(cost IS NOT NULL) = (state IN ('settled', 'written_off'))", name="attempts_cost"),
    sqlite_autoincrement=True,
)
"""Where each attempt is now. `sent`: its grant was redeemed, so that a POST may be on the wire.
`cost`: what it counts for.

`hold_id`: made by the caller, so that a connection lost at COMMIT can ask whether its hold was kept. `late`: what was
billed after it was released as not billed; it counts as spent beside `cost`.
"""

live = text("state <> 'released'")
"""Written out, not bound: an index over some rows only serves a query that says the same."""
_open_clip = text(f"stage = 'clip' AND {_in('state', OPEN_STATES)}")
Index("attempts_one_payer", attempts.c.generation_key, unique=True, sqlite_where=live, postgresql_where=live)
Index("attempts_one_clip", attempts.c.shot, unique=True, sqlite_where=_open_clip, postgresql_where=_open_clip)
Index(
    "attempts_version",
    attempts.c.shot,
    attempts.c.stage,
    attempts.c.tier,
    attempts.c.version,
    unique=True,
    sqlite_where=live,
    postgresql_where=live,
)
_job = text("job_id IS NOT NULL AND state <> 'released'")
Index("attempts_job", attempts.c.provider, attempts.c.job_id, unique=True, sqlite_where=_job, postgresql_where=_job)
Index("attempts_recipe", attempts.c.recipe)
Index("attempts_key", attempts.c.generation_key)
Index("attempts_shot", attempts.c.shot)
in_flight = text("state IN ('held', 'submitted')")
Index("attempts_in_flight", attempts.c.provider, sqlite_where=in_flight, postgresql_where=in_flight)

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
    Column("kind", String(20), nullable=False),
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

foreign_calls = Table(
    "foreign_calls",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("at", String(40), nullable=False),
    Column("source", Text, nullable=False),
    Column("made_at", String(40), nullable=False),
    Column("scene", String(12), nullable=False),
    Column("shot", String(24), nullable=False),
    Column("cost", BigInteger),
    Column("body", Text, nullable=False),
    Index("foreign_calls_scene", "scene"),
    sqlite_autoincrement=True,
)
"""Calls that another tool made before, read from its log. They count in reports, never against a cap."""

moderated = Table(
    "moderated",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("asked", String(64), nullable=False),
    Column("at", String(40), nullable=False),
    Column("generation_key", String(64), nullable=False),
    Column("provider", String(80), nullable=False),
    Column("shot", String(24), nullable=False),
    Column("raw", Text, nullable=False),
    Index("moderated_asked", "asked"),
    Index("moderated_shot", "shot"),
    sqlite_autoincrement=True,
)
"""Requests that a provider's moderation refused. `asked`: its words and pictures at that model (`Request.asked_of`);
`raw`: its answer.
"""

proposals = Table(
    "proposals",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("at", String(40), nullable=False),
    Column("who", Text, nullable=False),
    Column("file", String(120), nullable=False),
    Column("body", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""Changes to the film's files that wait for a person. A row in `decisions` closes each, once."""
