"""The room keeps a scene's view while nothing changes, and reads it again as soon as something has."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from desk.room import views
from desk.room.views import KEPT_S, KeptViews


@pytest.fixture
def film(tmp_path: Path) -> SimpleNamespace:
    ledger = tmp_path / "ledger.sqlite"
    ledger.write_bytes(b"a row")
    settings = SimpleNamespace(ledger=ledger, out=tmp_path / "out", stop_file=tmp_path / "STOP", film=tmp_path)
    return SimpleNamespace(settings=settings, scene=SimpleNamespace(id="SC010"))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Each reading of a view."""
    made: list[object] = []

    def read(_services: object, _scene: object) -> object:
        made.append(object())
        return made[-1]

    monkeypatch.setattr(views, "scene_view", read)
    return made


def test_a_view_is_kept_until_the_ledger_the_film_a_stop_or_the_hour_changes(film, reads):
    now = [0.0]
    kept = KeptViews(clock=lambda: now[0], now_ns=lambda: 10**19)

    def look(services: object = film) -> object:
        return kept.view(services, film.scene)

    first = look()
    assert look() is first

    film.settings.ledger.write_bytes(b"two rows")
    assert look() is not first
    film.settings.stop_file.touch()
    look()
    assert len(reads) == 3
    edited = SimpleNamespace(settings=film.settings, scene=film.scene)
    look(edited)
    look(edited)
    assert len(reads) == 4, "another state of the film's files is another services object"
    now[0] = KEPT_S
    look(edited)
    assert len(reads) == 5
    (film.settings.film / "sketches").mkdir()
    look(edited)
    assert len(reads) == 6


def test_whoever_comes_while_a_view_is_read_waits_for_it_and_does_not_read_it_once_more(film, monkeypatch):
    kept, begun, goes_on, made = KeptViews(now_ns=lambda: 10**19), threading.Event(), threading.Event(), []

    def slowly(_services, _scene):
        begun.set()
        assert goes_on.wait(20)
        made.append(object())
        return made[-1]

    monkeypatch.setattr(views, "scene_view", slowly)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(kept.view, film, film.scene)
        assert begun.wait(20)
        second = threads.submit(kept.view, film, film.scene)
        goes_on.set()
        assert first.result() is second.result()
    assert len(made) == 1


def test_a_view_of_a_ledger_that_was_written_this_moment_or_is_on_a_server_is_not_kept(film, reads):
    written = 10**18
    os.utime(film.settings.ledger, ns=(written, written))
    kept = KeptViews(clock=lambda: 0.0, now_ns=lambda: written + 50_000_000)
    for _ in range(2):
        kept.view(film, film.scene)
    film.settings.ledger = "postgresql://ledger"
    for _ in range(2):
        kept.view(film, film.scene)
    assert len(reads) == 4
