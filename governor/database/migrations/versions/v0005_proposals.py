"""Changes that agents and writers propose, until a person accepts or rejects them."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, String, Text

from governor.database.guards import guard

revision = "0005"
down_revision = "0004"

_row_id = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Make the table of proposals."""
    op.create_table(
        "proposals",
        Column("id", _row_id, primary_key=True, autoincrement=True),
        Column("sha256", String(64), nullable=False, unique=True),
        Column("at", String(40), nullable=False),
        Column("who", Text, nullable=False),
        Column("file", String(120), nullable=False),
        Column("body", Text, nullable=False),
        sqlite_autoincrement=True,
    )
    guard(op.get_bind(), "proposals")
