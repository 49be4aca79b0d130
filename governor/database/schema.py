"""The ledger's schema as it is in a database, and how an older one is brought up to it:
Alembic, one numbered step each.

A step is never edited once it has been in a release; the next change is the next step.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

HEAD = "0005"
"""The newest step under migrations/versions, written here so that opening a ledger
that is up to date loads no Alembic.
"""

_FIRST = "0001"


def revision(connection: Connection) -> str | None:
    """The step that the database is at; None where it is empty."""
    names = set(inspect(connection).get_table_names())
    if "revision" in names:
        return connection.execute(text("SELECT version_num FROM revision")).scalar_one_or_none()
    return _FIRST if "meta" in names else None


def upgrade(connection: Connection) -> None:
    """Bring the database to HEAD, in the caller's transaction: all of it or nothing."""
    from alembic import command  # noqa: PLC0415  # an eighth of a second that only a new ledger pays
    from alembic.config import Config  # noqa: PLC0415  # same

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    if revision(connection) == _FIRST:
        command.stamp(config, _FIRST)  # made before the steps were counted
    command.upgrade(config, HEAD)
