"""gate new, on a terminal and without one: what it writes reads at once and needs no coordinate."""

from __future__ import annotations

import sys

import pytest

from manifests.prompt import clip_prompt
from manifests.reading.film_folder import read_film

ILSE = (
    "character",
    "--name",
    "Ilse Brandt",
    "--identity",
    "Woman of 26.",
    "--wears",
    "a raincoat.",
    "--wardrobe",
    "Rain coat",
)
QUAY = ("place", "--name", "Quay", "--words", "a wet quay.", "--light", "a lamp from the left.", "--floor", "0.8")


def test_a_film_is_begun_by_flags_alone_and_everybody_has_a_mark(film, gate):
    assert gate("new", *ILSE)[0] == 0
    assert gate("new", *QUAY)[0] == 0
    assert gate("new", "prop", "--name", "Suitcase", "--words", "a red suitcase.")[0] == 0
    shot = ("--place", "Quay", "--action", "She walks.", "--cast", "Ilse Brandt", "--says", "ilse brandt: Hello.")
    code, out, _ = gate("new", "scene", "--title", "Arrival", *shot)
    assert (code, "gate run SC010" in out) == (0, True)
    assert gate("new", "shot", "SC010", "--size", "medium", "--shot-name", "1B", *shot)[0] == 0

    read = read_film(film)
    first, second = read.scenes["SC010"].shots
    assert (first.id, second.id, second.called) == ("SC010_SH0010", "SC010_SH0020", "1B")
    assert first.cast[0].wardrobe == "rain_coat"
    assert first.cast[0].start.y == 0.8
    assert first.dialogue[0].text == "Hello."
    assert not first.proposed
    assert "Wearing a raincoat." in clip_prompt(first, read.bible)


def test_what_is_missing_is_asked_on_a_terminal_and_named_without_one(film, gate, monkeypatch):
    code, _, err = gate("new", "place", "--name", "Quay")
    assert (code, "--words is missing" in err) == (2, True)

    answers = iter(["Quay", "a wet quay.", "a lamp."])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("click.prompt", lambda *_, **__: next(answers))
    assert gate("new", "place")[0] == 0
    assert read_film(film).bible.locations["quay"].light == "a lamp."


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("place", "--name", "Quay", "--words", "x", "--light", "y"), "has this place already"),
        (("shot", "SC010", "--place", "quay", "--action", "x"), "no such scene"),
        (("scene", "--title", "x", "--place", "nowhere", "--action", "x"), "no location nowhere"),
        (("scene", "--title", "x", "--place", "quay", "--action", "x", "--cast", "bo"), "gate new character --name bo"),
        (("scene", "--title", "x", "--place", "quay", "--action", "x", "--says", "Hello"), "does not say who speaks"),
    ],
)
def test_what_does_not_fit_is_refused_and_leaves_the_film_as_it_was(words, why, film, gate):
    gate("new", *QUAY)
    before = sorted(film.rglob("*.yaml"))
    code, _, err = gate("new", *words)
    assert (code, why in err) == (2, True), err
    assert sorted(film.rglob("*.yaml")) == before


def test_a_new_film_holds_no_words_that_look_like_content_and_says_what_comes_first(tmp_path, gate):
    code, out, _ = gate("init", tmp_path / "new")
    assert (code, "gate import SCRIPT" in out) == (0, True)
    read = read_film(tmp_path / "new")
    assert (dict(read.scenes), read.bible.characters, read.bible.locations, read.bible.style.words) == ({}, {}, {}, "")
