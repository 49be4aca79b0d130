"""Runs the migrations for Alembic, inside the transaction that its caller began and will commit."""

from __future__ import annotations

from alembic import context

from governor.database.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table="revision"
)
with context.begin_transaction():
    context.run_migrations()
