"""A ledger of each version is brought up to this program's, by one process or by many at once, or stays as it was."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import governor
from governor.database import schema, tables
from governor.database.connect import open_database
from governor.database.sqlite import sqlite
from governor.errors import AlreadyBought, LedgerBroken
from governor.ledger import Ledger

CENT = 10_000
HERE = Path(__file__)
FIRST = HERE.with_name("first_version.sql").read_text()
OPENER = """
import importlib.util, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("makers", sys.argv[1])
makers = importlib.util.module_from_spec(spec); spec.loader.exec_module(makers)
import alembic.command, governor.database.postgres, governor.database.sqlite
print("ready", flush=True); sys.stdin.readline()
print(makers._open(Path(sys.argv[2])).audit())
"""

on_a_file = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # the first version knew no server


def numbered(script):
    """The names of the migrations, oldest first."""
    return [step.revision for step in reversed(list(script.walk_revisions()))]


@pytest.fixture(autouse=True)
def _alembic_itself(monkeypatch):
    """Other tests send what it sent to the first ledger of their process."""
    monkeypatch.setattr(schema, "upgrade", schema.upgrade.__wrapped__)


@pytest.fixture
def script():
    config = Config()
    config.set_main_option("script_location", str(Path(governor.__path__[0], "database", "migrations")))
    return ScriptDirectory.from_config(config)


@pytest.fixture
def first_version(tmp_path):
    """A ledger as the first version of the program left it: every state of an attempt, and a row in every table."""
    with closing(sqlite.connect(tmp_path / "ledger.db")) as connection:
        connection.executescript(FIRST)
    return tmp_path


def test_the_head_that_a_ledger_is_opened_with_is_alembics(script):
    assert script.get_heads() == [schema.HEAD]
    assert numbered(script) == sorted(numbered(script)), "they are compared as text"


def test_a_new_ledger_has_exactly_the_tables_that_the_program_knows(ledger):
    with ledger._database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "revision", "compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
        assert schema.revision(connection) == schema.HEAD


def test_the_first_versions_ledger_has_a_row_in_every_table():
    made, filled = (set(re.findall(rf'{words} "?(\w+)', FIRST)) for words in ("CREATE TABLE", "INSERT INTO"))
    assert made == filled - {"sqlite_sequence"}
    assert made == (set(tables.metadata.tables) - {"foreign_calls", "moderated", "proposals"}) | {"meta"}


@on_a_file
def test_a_ledger_of_the_first_version_is_brought_up_and_goes_on(
    first_version, open_ledger, purchase, decision, script
):
    ledger = open_ledger(first_version)
    with ledger._database.engine.connect() as connection:
        options = {"version_table": "revision", "compare_type": False}  # SQLite reads no widths, and one was smaller
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, tables.metadata) == []
        assert context.get_current_revision() == schema.HEAD
    assert ledger.audit() == []
    states = ["settled", "submitted", "released", "in_doubt", "written_off", "held"]
    assert [take.state for take in ledger.takes(released_too=True)] == states
    balance = ledger.balance("scene:SC010")
    assert (balance.cap, balance.settled, balance.held) == (150 * CENT, 38 * CENT, 15 * CENT)
    bought, sent, free, *_ = ledger.takes(released_too=True)
    assert bought.asset is not None
    assert ledger.certificate(bought.asset.sha256, bought.shot, "panel") is not None
    assert ledger.verdict(bought.generation_key) is not None
    assert [note.scope for note in ledger.escalations("SC010")] == ["SC010_SH0020"]

    ledger.decide(decision("go"))
    newer = ledger.begin_epoch("SC010", "r2")
    assert newer.number == 2
    ledger.settle(sent.generation_key, 4 * CENT, None)
    ledger.adjust(bought.generation_key, 31 * CENT, "the invoice")
    ledger.adjust(free.generation_key, 2 * CENT, "the invoice")
    with pytest.raises(AlreadyBought):
        ledger.hold(purchase(newer, cents=39, words="fog"))
    ledger.decide(decision("go"))
    ledger.hold(purchase(newer, words="storm")).redeem(purchase(newer, words="storm").generation_key)
    assert ledger.balance("scene:SC010").settled == 45 * CENT
    assert ledger.audit() == []
    ledger.close()
    assert open_ledger(first_version).audit() == []


@on_a_file
def test_a_migration_that_fails_leaves_the_ledger_as_it_was(first_version, open_ledger, monkeypatch):
    before = dump(first_version)
    with monkeypatch.context() as patched:
        patched.setattr("alembic.op.create_index", refuse)
        with pytest.raises(LedgerBroken):
            open_ledger(first_version)
    assert dump(first_version) == before
    assert open_ledger(first_version).audit() == []


def test_a_first_migration_that_fails_leaves_nothing(tmp_path, open_ledger, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("alembic.op.add_column", refuse)
        with pytest.raises(LedgerBroken):
            open_ledger(tmp_path)
    assert open_ledger(tmp_path).audit() == []


def refuse(*_args, **_options):
    raise SQLAlchemyError("the step fails half-way")


def dump(folder):
    with closing(sqlite.connect(folder / "ledger.db")) as connection:
        made = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
        tables_there = [name for name, sql in made if (sql or "").startswith("CREATE TABLE")]
        return made, [connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables_there]


def test_a_ledger_of_a_newer_program_is_refused_and_left_alone(ledger, tmp_path, open_ledger):
    with ledger._database.engine.begin() as connection:
        connection.execute(text("UPDATE revision SET version_num = '9999'"))
    with pytest.raises(LedgerBroken) as refused:
        open_ledger(tmp_path)
    assert str(refused.value).endswith(
        f"it is of version 9999, and this program writes {schema.HEAD}. Use the newer program."
    )


@pytest.mark.parametrize(
    ("database", "age"), [("sqlite", "new"), ("sqlite", "old"), ("postgresql", "new")], indirect=["database"]
)
def test_many_processes_that_open_the_same_ledger_at_once_all_succeed(tmp_path, request, age):
    if age == "old":
        request.getfixturevalue("first_version")
    makers = str(HERE.with_name("conftest.py"))
    children = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, makers, str(tmp_path)],
            cwd=HERE.parents[3],
            env={"PYTHONPATH": str(HERE.parents[3])},
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(4)
    ]
    try:
        assert [child.stdout.readline() for child in children] == ["ready\n"] * 4
        told = [child.communicate("go\n", timeout=60)[0] for child in children]
    finally:
        for child in children:
            child.kill()
            child.wait()
    assert told == ["[]\n"] * 4


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_two_that_make_a_films_schema_at_once_wait_for_each_other(tmp_path, postgres_url):
    database = open_database(postgres_url, "twice")
    opened = []
    opener = threading.Thread(
        target=lambda: opened.append(Ledger.open(postgres_url, stop_file=tmp_path / "STOP", film="twice"))
    )
    with database.engine.connect() as first, database.engine.connect() as watcher:
        database.begin(first, writes=True)
        first.execute(text(f"CREATE SCHEMA {database.schema}"))
        opener.start()
        while not watcher.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
            watcher.rollback()
        first.commit()
    opener.join(60)
    database.engine.dispose()
    assert opened[0].audit() == []
    opened[0].close()


def test_a_ledger_that_is_up_to_date_is_opened_without_alembic(ledger, tmp_path):
    where = (tmp_path / "server").read_text() if (tmp_path / "server").exists() else str(tmp_path / "ledger.db")
    film = ledger._database.schema.removeprefix("gate_") if hasattr(ledger._database, "schema") else "film"
    program = (
        "import sys; from pathlib import Path; from governor.ledger import Ledger\n"
        f"Ledger.open({where!r}, stop_file=Path('STOP'), film={film!r}); print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=HERE.parents[3], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_a_place_that_is_no_database_of_ours_is_refused_in_words(tmp_path):
    for where in ("mysql://host/film", "sqlite://", "://"):
        with pytest.raises(LedgerBroken, match="GATE_LEDGER"):
            Ledger.open(where, stop_file=tmp_path / "STOP")
