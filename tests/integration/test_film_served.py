"""A run works for the film that is served where it runs, and for no other: books, caps and vault are that film's."""

from __future__ import annotations

import pytest

from flows.naming import settings_of
from wiring.errors import NotAFilm


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
