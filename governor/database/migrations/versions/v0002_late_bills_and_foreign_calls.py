"""Bills that come late, holds that a lost connection may ask about again, and calls that another tool once made."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, String, Text, inspect

from governor.database.guards import guard

revision = "0002"
down_revision = "0001"

_row_id = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Add what the second version of the books knows. The version number of the first is replaced by Alembic's own."""
    if inspect(op.get_bind()).has_table("meta"):
        op.drop_table("meta")
    op.add_column("attempts", Column("hold_id", String(32)))
    op.add_column("attempts", Column("sent_at", String(40)))
    op.add_column("attempts", Column("late", BigInteger))
    op.create_table(
        "foreign_calls",
        Column("id", _row_id, primary_key=True, autoincrement=True),
        Column("sha256", String(64), nullable=False, unique=True),
        Column("at", String(40), nullable=False),
        Column("source", Text, nullable=False),
        Column("made_at", String(40), nullable=False),
        Column("scene", String(12), nullable=False),
        Column("shot", String(24), nullable=False),
        Column("cost", BigInteger),
        Column("body", Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("foreign_calls_scene", "foreign_calls", ["scene"])
    guard(op.get_bind(), "foreign_calls")
