"""Indexes for what every step of an attempt looks for first: without them a film with ten thousand takes is read
through.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Index every attempt by its key and by its shot, the released ones too; and those that are with a provider."""
    op.create_index("attempts_key", "attempts", ["generation_key"])
    op.create_index("attempts_shot", "attempts", ["shot"])
    with_it = text("state IN ('held', 'submitted')")
    op.create_index("attempts_in_flight", "attempts", ["provider"], sqlite_where=with_it, postgresql_where=with_it)
