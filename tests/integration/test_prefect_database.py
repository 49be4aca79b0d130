"""A film's first Prefect database is a copy of the one that this machine has kept;
without one, or with a damaged one, it is made.
"""

from __future__ import annotations

import contextlib
import sqlite3

import prefect
import pytest

from wiring.prefect_server import database
from wiring.prefect_server.database import lay_database
from wiring.settings import prefect_home

KEPT = f"prefect-{prefect.__version__}.db"


def tables(file):
    with contextlib.closing(sqlite3.connect(file)) as opened:
        return [name for (name,) in opened.execute("select name from sqlite_master")]


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "user_cache_path", lambda name: tmp_path / "cache" / name)
    return tmp_path / "cache" / "check-the-gate"


@pytest.fixture
def home(tmp_path):
    def of(name):
        (tmp_path / name).mkdir()
        return tmp_path / name

    return of


@pytest.fixture
def migrations():
    """Stands for Prefect's migrations, which take ten seconds; gives which homes they ran for."""
    ran = []

    def lay(home):
        def migrate():
            ran.append(home.name)
            with contextlib.closing(sqlite3.connect(home / "prefect.db")) as made:
                made.execute("PRAGMA journal_mode = WAL")
                made.execute("create table flow_run (id)")
                made.commit()

        lay_database(home, migrate)

    return lay, ran


def test_the_second_film_takes_the_copy_that_the_first_one_left(cache, home, migrations):
    lay, ran = migrations
    first, second = home("first"), home("second")
    lay(first)
    lay(second)
    assert ran == ["first"]
    assert tables(second / "prefect.db") == ["flow_run"]
    assert [file.name for file in second.iterdir()] == ["prefect.db"]
    assert [file.name for file in cache.iterdir()] == [KEPT]
    assert cache.stat().st_mode & 0o077 == 0
    assert (cache / KEPT).stat().st_mode & 0o077 == 0


def test_a_damaged_copy_is_made_anew(cache, home, migrations):
    lay, ran = migrations
    lay(home("first"))
    (cache / KEPT).write_bytes((cache / KEPT).read_bytes()[:5000])
    lay(home("second"))
    lay(home("third"))
    assert ran == ["first", "second"]


def test_a_database_that_another_server_made_meanwhile_is_left_alone(cache, home, migrations, monkeypatch):
    lay, ran = migrations
    lay(home("first"))
    film, copy = home("film"), database.shutil.copyfile

    def overtaken(kept, part):
        (film / "prefect.db").write_bytes(b"the other one's, which is open")
        copy(kept, part)

    monkeypatch.setattr(database.shutil, "copyfile", overtaken)
    lay(film)
    assert (film / "prefect.db").read_bytes() == b"the other one's, which is open"
    assert ([file.name for file in film.iterdir()], ran) == (["prefect.db"], ["first"])


def test_a_database_that_is_there_is_left_alone(cache, home, migrations):
    lay, ran = migrations
    film = home("film")
    lay(film)
    before = (film / "prefect.db").read_bytes()
    lay(film)
    assert ran == ["film"]
    assert (film / "prefect.db").read_bytes() == before


def test_without_a_folder_for_the_copy_each_film_makes_its_own(cache, home, migrations):
    cache.parent.write_text("no folder")
    lay, ran = migrations
    lay(home("first"))
    lay(home("second"))
    assert ran == ["first", "second"]


def test_no_folder_is_named_where_prefect_keeps_its_database_elsewhere(home, monkeypatch):
    monkeypatch.setenv("PREFECT_HOME", str(film := home("film")))
    assert prefect_home() == film
    monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", "postgresql+asyncpg://somewhere/else")
    assert prefect_home() is None
