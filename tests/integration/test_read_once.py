"""What was read stays read: by content, safely, and no more of it than a command is about."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from checks.seeing import picture_facts
from manifests.reading import document, film_folder
from manifests.reading.cache import ReadCache
from manifests.reading.film_folder import read_film
from wiring import film_files, opening

SCENE = "scenes/SC010.yaml"


@pytest.fixture
def parsed(monkeypatch):
    """The names of the files that were parsed as YAML, in order."""
    names: list[str] = []
    load = document.load_document

    def counted(path, **options):
        names.append(path.name)
        return load(path, **options)

    monkeypatch.setattr(document, "load_document", counted)
    return names


@pytest.fixture
def decoded(monkeypatch):
    """The names of the pictures that were decoded, in order."""
    names: list[Path] = []
    decode = picture_facts.read_picture

    def counted(path):
        names.append(path)
        return decode(path)

    monkeypatch.setattr(picture_facts, "read_picture", counted)
    return names


def again() -> None:
    """As in a new process."""
    film_files.read_once.cache_clear()
    opening._open_once.cache_clear()


def test_a_file_is_parsed_once_and_again_when_it_has_changed(film, gate, parsed):
    assert gate("plan", "SC010")[0] == 0
    first = list(parsed)
    again()
    assert gate("plan", "SC010")[0] == 0
    assert sorted(first) == ["SC010.yaml", "ada.yaml", "film.yaml", "kitchen.yaml", "lock.yaml", "style.yaml"]
    assert parsed == first

    (film / SCENE).write_text((film / SCENE).read_text().replace("Steam rises", "Steam falls"))
    assert gate("plan", "SC010")[0] == 0
    assert parsed == [*first, "SC010.yaml"]


def test_the_words_of_a_private_shot_are_remembered_nowhere_also_where_they_were_before(film, gate):
    assert gate("plan", "SC010")[0] == 0
    remembered = film / ".gate" / "cache" / "read"
    assert any("Steam rises" in file.read_text() for file in remembered.iterdir())

    text = (film / SCENE).read_text()
    (film / SCENE).write_text(text.replace("- id: SC010_SH0020\n", "- id: SC010_SH0020\n    private: true\n"))
    assert (film / SCENE).read_text() != text
    again()
    assert gate("plan", "SC010")[0] == 0
    assert not any("Steam rises" in file.read_text() for file in remembered.iterdir())


def test_each_picture_is_decoded_once_however_many_shots_use_it(film, gate, decoded):
    gate("lock", "--yes")
    decoded.clear()
    shutil.rmtree(film / ".gate" / "cache")
    again()
    first = gate("lint")
    contents = {path.read_bytes() for path in film.glob("assets/**/*.png")}
    assert len(decoded) == len(contents) > 0  # two shots use the kitchen, and views may be the same picture
    again()
    assert gate("lint") == first
    assert len(decoded) == len(contents)


@pytest.mark.parametrize("spoil", ["cut", "other", "binary", "folder", "sealed"])
def test_a_spoiled_memory_counts_as_none(spoil, film, gate, parsed, decoded):
    gate("lock", "--yes")
    good = gate("lint")
    for entry in (film / ".gate" / "cache").rglob("*.*"):
        text = entry.read_text()
        if spoil == "folder":
            entry.unlink()
            entry.mkdir()
        elif spoil == "binary":
            entry.write_bytes(b"\x80\x04\x95\xff\x00")
        else:
            entry.write_text(
                {"cut": text[:-9], "other": text.replace("16:9", "21:9"), "sealed": text.replace("1", "2")}[spoil]
            )
    parsed.clear()
    again()
    assert gate("lint") == good
    assert "film.yaml" in parsed


def test_an_entry_of_other_code_or_of_another_file_counts_as_none(film, gate, parsed, monkeypatch):
    gate("plan", "SC010")
    parsed.clear()
    monkeypatch.setattr("manifests.reading.cache._code", lambda: "newer")
    again()
    gate("plan", "SC010")
    assert len(parsed) == 6


def test_a_refused_command_remembers_nothing(film, gate):
    (film / SCENE).write_text("shots: 3")
    assert gate("plan", "SC010")[0] == 2
    assert not (film / ".gate").exists()


def test_what_is_remembered_reads_the_same_as_what_is_parsed(film, tmp_path):
    fresh = read_film(film, memory := ReadCache(tmp_path / "memory"))
    memory.keep()
    again = read_film(film, ReadCache(tmp_path / "memory"))
    assert again == fresh == film_folder.read_film(film)


def test_a_command_parses_only_the_scene_that_it_is_about_and_lint_parses_them_all(film, gate, parsed):
    text = (film / SCENE).read_text().replace("SC010", "SC020")
    (film / "scenes" / "SC020.yaml").write_text(text)
    (film / "scenes" / "SC030.yaml").write_text(
        text.replace("SC020", "SC030").replace("location: kitchen", "location: moon")
    )
    for command in (["plan", "SC010"], ["status", "SC010"], ["explain", "SC010_SH0010"], ["dailies", "SC010"]):
        again()
        assert gate(*command)[0] in {0, 3}
    assert {name for name in parsed if name.startswith("SC")} == {"SC010.yaml"}

    again()
    code, _, told = gate("plan", "SC030")
    assert (code, "SC030.yaml" in told, "the bible has no location moon" in told) == (2, True, True)
    again()
    code, _, told = gate("lint")
    assert (code, "SC030.yaml" in told) == (2, True)
    assert "SC020.yaml" in parsed
