"""The books: a journal that only grows, and the state derived from it."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, String, Text, text

from governor.database.guards import guard

revision = "0001"
down_revision = None

_row_id = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Make the tables, their indexes and their guards."""
    op.create_table(
        "journal",
        Column("id", _row_id, primary_key=True, autoincrement=True),
        Column("at", String(40), nullable=False),
        Column("kind", String(20), nullable=False),
        Column("attempt", _row_id),
        Column("scope", String(120)),
        Column("state", String(12)),
        Column("held_delta", BigInteger, nullable=False),
        Column("settled_delta", BigInteger, nullable=False),
        Column("amount", BigInteger),
        Column("body", Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("journal_attempt", "journal", ["attempt"])
    _attempts()
    op.create_table(
        "scopes",
        Column("scope", String(120), primary_key=True),
        Column("declared", BigInteger),
        Column("cap", BigInteger),
        Column("held", BigInteger, nullable=False),
        Column("settled", BigInteger, nullable=False),
        CheckConstraint("held >= 0 AND settled >= 0", name="scopes_amounts"),
    )
    op.create_table(
        "epochs",
        Column("scene", String(12), primary_key=True),
        Column("number", Integer, nullable=False),
        Column("run", String(200), nullable=False),
    )
    op.create_table("flags", Column("name", String(12), primary_key=True), Column("why", Text, nullable=False))
    _said()
    for table in ("journal", "decisions", "certificates", "verdicts", "notes"):
        guard(op.get_bind(), table)


def _attempts() -> None:
    states = "'held', 'submitted', 'in_doubt', 'settled', 'released', 'written_off'"
    op.create_table(
        "attempts",
        Column("id", _row_id, primary_key=True, autoincrement=True),
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
        Column("sent", Integer, nullable=False),
        Column("job_id", String(300)),
        Column("cost", BigInteger),
        Column("assumed", Integer, nullable=False),
        Column("asset", Text),
        Column("request", Text, nullable=False),
        Column("raw", Text, nullable=False),
        Column("opened_at", String(40), nullable=False),
        Column("moved_at", String(40), nullable=False),
        CheckConstraint(f"state IN ({states})", name="attempts_state"),
        CheckConstraint("held >= 0 AND (cost IS NULL OR cost >= 0)", name="attempts_amounts"),
        CheckConstraint("state <> 'submitted' OR job_id IS NOT NULL", name="attempts_job"),
        CheckConstraint("(cost IS NOT NULL) = (state IN ('settled', 'written_off'))", name="attempts_cost"),
        sqlite_autoincrement=True,
    )
    live = "state <> 'released'"
    _unique("attempts_one_payer", ["generation_key"], live)
    _unique("attempts_one_clip", ["shot"], "stage = 'clip' AND state IN ('held', 'submitted', 'in_doubt')")
    _unique("attempts_version", ["shot", "stage", "tier", "version"], live)
    _unique("attempts_job", ["provider", "job_id"], f"job_id IS NOT NULL AND {live}")
    op.create_index("attempts_recipe", "attempts", ["recipe"])


def _said() -> None:
    """What people and gates said."""
    op.create_table(
        "decisions",
        Column("id", _row_id, primary_key=True, autoincrement=True),
        Column("at", String(40), nullable=False),
        Column("kind", String(20), nullable=False),
        Column("scope", String(120), nullable=False),
        Column("shot", String(24)),
        Column("tier", String(12)),
        Column("body", Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("decisions_shot", "decisions", ["shot"])
    op.create_table(
        "certificates",
        Column("sha256", String(64), primary_key=True),
        Column("asset", String(64), nullable=False),
        Column("shot", String(24), nullable=False),
        Column("stage", String(12), nullable=False),
        Column("at", String(40), nullable=False),
        Column("body", Text, nullable=False),
    )
    op.create_index("certificates_asset", "certificates", ["asset", "shot", "stage"])
    op.create_table(
        "verdicts",
        Column("id", _row_id, primary_key=True, autoincrement=True),
        Column("generation_key", String(64), nullable=False),
        Column("at", String(40), nullable=False),
        Column("body", Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("verdicts_key", "verdicts", ["generation_key"])
    op.create_table(
        "notes",
        Column("id", _row_id, primary_key=True, autoincrement=True),
        Column("at", String(40), nullable=False),
        Column("kind", String(20), nullable=False),
        Column("scope", String(120), nullable=False),
        Column("text", Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("notes_scope", "notes", ["scope"])


def _unique(name: str, columns: list[str], where: str) -> None:
    condition = text(where)
    op.create_index(name, "attempts", columns, unique=True, sqlite_where=condition, postgresql_where=condition)
