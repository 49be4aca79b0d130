"""Opening a film has no side effect, and a command that only reads one changes nothing but caches."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from manifests.keys import hash_file
from wiring.opening import open_services, read_services
from wiring.settings import read_settings

SHOT = "SC010_SH0010"
READING = (
    (("lint",), 7),
    (("lint", "SC010"), 7),
    (("plan", "SC010"), 0),
    (("status",), 0),
    (("status", "SC010"), 0),
    (("status", "BIBLE"), 0),
    (("explain", SHOT), 0),
    (("explain", SHOT, "--all"), 0),
    (("cost", "SC010"), 0),
    (("log",), 0),
    (("audit", "SC010"), 0),
    (("continuity", "--measured"), 0),
    (("coverage",), 0),
    (("handoff",), 0),
    (("rule", "V102", "--film", "."), 0),
    (("doctor",), 0),
)
"""Each command with its exit code: the film's small pictures are errors of `lint`."""

reading = pytest.mark.parametrize(("words", "ends"), READING, ids=str)

CACHES = {"cache", "prices"}
"""The folders of `.gate` that ARCHITECTURE.md lists as made again or asked again; `rule` and `doctor` use them too."""


def content(folder: Path) -> dict[str, str]:
    """Every file below the folder, by its content; the folders too."""
    return {
        str(path.relative_to(folder)): hash_file(path) if path.is_file() else "a folder"
        for path in sorted(folder.rglob("*"))
    }


def outside_caches(folder: Path) -> dict[str, str]:
    """The same without what a reading command may write: the caches, the folder that holds them, and the locks of an
    open ledger (SQLite's `-shm`, and its `-wal` while that is empty).
    """
    return {
        name: what
        for name, what in content(folder).items()
        if name != ".gate"
        and not (Path(name).parts[0] == ".gate" and Path(name).parts[1] in CACHES)
        and not name.endswith("-shm")
        and not (name.endswith("-wal") and not (folder / name).stat().st_size)
    }


def settings_of(film: Path):
    return read_settings(film)


@reading
def test_a_reading_command_leaves_a_film_as_it_was_that_nobody_worked_on(film, gate, words, ends):
    before = outside_caches(film)
    code, _, err = gate(*words)
    assert code == ends, err
    assert outside_caches(film) == before


@reading
def test_a_reading_command_leaves_a_film_as_it_was_that_was_worked_on(film, gate, words, ends):
    ledger = open_services(settings_of(film)).ledger
    ledger.begin_epoch("SC010", "r1")
    ledger.close()
    Image.new("RGBA", (40, 120), (10, 20, 30, 255)).save(film / "assets" / "locations" / "kitchen.png")
    before = outside_caches(film)
    code, _, err = gate(*words)
    assert code == ends, err
    assert outside_caches(film) == before


def test_opening_a_film_to_read_it_writes_nothing_at_all_and_sees_its_new_pictures(film):
    before = content(film)
    services = read_services(settings_of(film))
    assert [link.name for link in services.canon.links()][-1] == "locations/kitchen"
    plate = services.hashes()["locations/kitchen"]
    assert services.vault.has(plate)
    assert services.vault.path(plate) == film / "assets" / "locations" / "kitchen.png"
    assert services.ledger.takes() == ()
    assert content(film) == before


def test_a_film_that_is_opened_to_work_on_it_has_a_ledger_and_its_pictures_in_the_vault(film):
    services = open_services(settings_of(film))
    assert services.settings.ledger.is_file()
    plate = services.hashes()["locations/kitchen"]
    assert services.vault.path(plate).is_relative_to(services.settings.vault)


def test_what_reading_has_looked_at_is_what_work_takes_in(film):
    seen = read_services(settings_of(film)).canon.links()
    assert open_services(settings_of(film)).canon.links() == seen
    assert read_services(settings_of(film)).canon.links() == seen


def test_a_picture_that_is_replaced_while_it_is_read_is_refused(film):
    services = read_services(settings_of(film))
    plate = services.hashes()["locations/kitchen"]
    Image.new("RGBA", (40, 120), (1, 2, 3, 255)).save(film / "assets" / "locations" / "kitchen.png")
    with pytest.raises(Exception, match=r"kitchen\.png: it changed while it was read"):
        services.vault.path(plate)


def test_an_older_ledger_is_read_from_a_copy_and_brought_up_by_work(film):
    first = (Path(__file__).parent / "ledger" / "first_version.sql").read_text()
    settings = settings_of(film)
    settings.ledger.parent.mkdir(parents=True)
    with closing(sqlite3.connect(settings.ledger)) as connection:
        connection.executescript(first)
    before = content(film)
    states = ["settled", "submitted", "released", "in_doubt", "written_off", "held"]

    assert [take.state for take in read_services(settings).ledger.takes(released_too=True)] == states
    assert content(film) == before

    assert [take.state for take in open_services(settings).ledger.takes(released_too=True)] == states
    assert content(film) != before
