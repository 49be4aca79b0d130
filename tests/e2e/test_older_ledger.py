"""A film whose ledger an older version of the program wrote goes on where it was: nothing is bought again."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

import governor
from governor.database import schema
from governor.database.connect import open_database
from governor.database.sqlite import DRIVER
from governor.database.unit_of_work import UnitOfWork

CHANGED = "SC010_SH0060"
"""The last shot of its chain: no other hangs on it."""


def as_written_by(step: str, ledger: Path) -> None:
    """Put a ledger of an older version in the place of this one, with the same rows in all that it knew."""
    newer = ledger.rename(ledger.with_name("newer.sqlite"))
    config = Config()
    config.set_main_option("script_location", str(Path(governor.__path__[0], "database", "migrations")))
    database = open_database(ledger, "film")
    database.prepare()
    with UnitOfWork(database, writes=True) as unit:
        config.attributes["connection"] = unit.connection
        command.upgrade(config, step)
        unit.commit()
    database.engine.dispose()
    with closing(DRIVER.connect(ledger)) as older:
        older.execute("ATTACH ? AS newer", (str(newer),))
        for table in [name for (name,) in older.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]:
            if table not in {"revision", "sqlite_sequence"}:
                names = ", ".join(row[1] for row in older.execute(f"PRAGMA main.table_info({table})"))
                older.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM newer.{table}")
        older.commit()


@pytest.mark.parametrize("step", ["0002", "0003"])
def test_a_ledger_of_an_older_version_is_read_continued_and_buys_only_what_is_new(drafted, step):
    ledger = drafted.services.settings.ledger
    bought = [tuple(row) for row in drafted.attempts()]
    drafted.ledger.close()
    drafted.forget()
    as_written_by(step, ledger)
    older = ledger.read_bytes()

    assert drafted.say("explain", CHANGED).startswith(f"{CHANGED}: ")
    assert ledger.read_bytes() == older, "a command that only reads brings nothing up"

    outcome = drafted.run()
    assert (outcome.generated, outcome.ending) == (0, "waits for approval")
    assert [tuple(row) for row in drafted.attempts()] == bought
    with drafted.ledger._database.engine.connect() as connection:
        assert schema.revision(connection) == schema.HEAD

    drafted.edit_shot(CHANGED, motion="Marit looks up, and nods.")
    assert drafted.run().generated == 1
    newest = [(row["shot"], row["stage"], row["state"]) for row in drafted.attempts()][len(bought) :]
    assert newest == [(CHANGED, "clip", "settled")]
    assert drafted.ledger.audit() == []
