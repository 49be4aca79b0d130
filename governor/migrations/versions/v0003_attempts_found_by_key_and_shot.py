"""Indexes for what every step of an attempt looks for first: without them a film with ten thousand takes is read through."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Index every attempt by its key and by its shot, the released ones too."""
    op.create_index("attempts_key", "attempts", ["generation_key"])
    op.create_index("attempts_shot", "attempts", ["shot"])
