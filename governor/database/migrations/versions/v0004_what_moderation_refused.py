"""What providers refused by moderation, so that the same words and pictures are not sent to them again."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, String, Text

from governor.database.guards import guard

revision = "0004"
down_revision = "0003"

_row_id = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Make the table of what was refused."""
    op.create_table(
        "moderated",
        Column("id", _row_id, primary_key=True, autoincrement=True),
        Column("asked", String(64), nullable=False),
        Column("at", String(40), nullable=False),
        Column("generation_key", String(64), nullable=False),
        Column("provider", String(80), nullable=False),
        Column("shot", String(24), nullable=False),
        Column("raw", Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("moderated_asked", "moderated", ["asked"])
    op.create_index("moderated_shot", "moderated", ["shot"])
    guard(op.get_bind(), "moderated")
