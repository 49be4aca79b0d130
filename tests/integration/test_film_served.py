"""A run works for the film that is served where it runs, and for no other: ledger, caps and vault are that film's.

What is offered of it follows its files, and only them.
"""

from __future__ import annotations

import pytest

from flows.naming import settings_of
from flows.serving import serve
from wiring.errors import NotAFilm
from wiring.opening import open_services
from wiring.settings import read_settings


def test_the_folder_of_another_film_is_refused_before_anything_is_read_of_it(tmp_path, monkeypatch):
    served, other = tmp_path / "tea", tmp_path / "soup of the day"
    monkeypatch.setenv("GATE_FILM", str(served))
    monkeypatch.setenv("GATE_STATE", str(served / ".gate"))
    with pytest.raises(NotAFilm, match=f"served here, which is {served}.*gate up --film '{other}'"):
        settings_of(str(other))
    for same in ("", str(served), f"{served}/", str(other / ".." / "tea")):
        assert (settings_of(same).film, settings_of(same).state) == (served, served / ".gate")


def test_where_no_film_is_served_the_folder_that_is_named_is_the_film(tmp_path, monkeypatch):
    monkeypatch.delenv("GATE_FILM", raising=False)
    monkeypatch.delenv("GATE_STATE", raising=False)
    assert settings_of(str(tmp_path)).state == tmp_path / ".gate"


class Enough(Exception):
    """The last look."""


@pytest.fixture
def followed(film, monkeypatch):
    """Follows the film while each of `looks` is done before a look at its files;
    gives the titles that were offered again.
    """

    async def follow(*looks, fails=()):
        offered, steps, failures = [], iter(looks), list(fails)

        def look(settings):
            for step in steps:
                step()
                return open_services(settings)
            raise Enough

        async def deploy(services):
            offered.append(services.folder.film.title)
            if failures:
                raise failures.pop(0)

        monkeypatch.setattr(serve, "_LOOK_S", 0)
        monkeypatch.setattr(serve, "open_services", look)
        monkeypatch.setattr(serve, "deploy", deploy)
        with pytest.raises(Enough):
            await serve.follow(open_services(read_settings(film)))
        return offered

    return follow


def nothing():
    """The film stays as it is."""


@pytest.fixture
def retitled(film):
    def edit():
        path = film / "film.yaml"
        path.write_text(path.read_text().replace("title: Tea", "title: Cold Tea"))

    return edit


async def test_a_film_that_nobody_edits_is_not_offered_anew(followed):
    assert await followed(nothing, nothing, nothing) == []


async def test_an_edited_film_is_offered_once(followed, retitled):
    assert await followed(nothing, retitled, nothing, nothing) == ["Cold Tea"]


async def test_what_a_busy_server_would_not_hear_is_said_once_and_told_again(followed, retitled, capsys):
    busy = [RuntimeError("503"), RuntimeError("503")]
    assert await followed(retitled, nothing, nothing, nothing, fails=busy) == ["Cold Tea"] * 3
    assert capsys.readouterr().err.count("told again soon") == 1
