"""Triggers that keep the append-only tables append-only, even for a user with the database's password."""

from __future__ import annotations

from sqlalchemy import Connection, text

APPEND_ONLY = ("journal", "decisions", "certificates", "verdicts", "notes", "foreign_calls", "moderated", "proposals")

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END $$
"""


def guard(connection: Connection, table: str) -> None:
    """Let rows be added to the table, and none be changed or taken out."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_POSTGRES_FUNCTION))
        for verb, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            name = f"{table}_no_{verb.lower()}"
            connection.execute(
                text(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH {each} EXECUTE FUNCTION only_grows()")
            )
        return
    for verb in ("UPDATE", "DELETE"):
        refusal = f"SELECT RAISE(ABORT, '{table} only grows')"
        name = f"{table}_no_{verb.lower()}"
        connection.execute(text(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN {refusal}; END"))


def missing(connection: Connection) -> list[str]:
    """The names of the guards that somebody has taken down."""
    verbs = ("update", "delete", "truncate") if connection.dialect.name == "postgresql" else ("update", "delete")
    wanted = {f"{table}_no_{verb}" for table in APPEND_ONLY for verb in verbs}
    if connection.dialect.name == "postgresql":
        query = (
            "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal AND tgenabled <> 'D'"
        )
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    return sorted(wanted - set(connection.execute(text(query)).scalars()))
