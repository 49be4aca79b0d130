"""What was read stays read: by content, safely, and no more of it than a command is about."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from checks import picture_facts
from manifests import document, reading
from manifests.read_cache import ReadCache
from manifests.reading import read_film
from wiring import services

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


def anew() -> None:
    """As in a new process."""
    services._read.cache_clear()
    services._open.cache_clear()


def test_a_file_is_parsed_once_and_again_when_it_has_changed(film, gate, parsed):
    assert gate("plan", "SC010")[0] == 0
    first = list(parsed)
    anew()
    assert gate("plan", "SC010")[0] == 0
    assert sorted(first) == ["SC010.yaml", "ada.yaml", "film.yaml", "kitchen.yaml", "style.yaml"]
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
    anew()
    assert gate("plan", "SC010")[0] == 0
    assert not any("Steam rises" in file.read_text() for file in remembered.iterdir())


def test_each_picture_is_decoded_once_however_many_shots_use_it(film, gate, decoded):
    gate("lock", "--yes")
    decoded.clear()
    shutil.rmtree(film / ".gate" / "cache")
    anew()
    first = gate("lint")
    contents = {path.read_bytes() for path in film.glob("assets/**/*.png")}
    assert len(decoded) == len(contents) > 0  # two shots use the kitchen, and views may be the same picture
    anew()
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
    anew()
    assert gate("lint") == good
    assert "film.yaml" in parsed


def test_an_entry_of_other_code_or_of_another_file_counts_as_none(film, gate, parsed, monkeypatch):
    gate("plan", "SC010")
    parsed.clear()
    monkeypatch.setattr("manifests.read_cache._code", lambda: "newer")
    anew()
    gate("plan", "SC010")
    assert len(parsed) == 5


def test_a_refused_command_remembers_nothing(film, gate):
    (film / SCENE).write_text("shots: 3")
    assert gate("plan", "SC010")[0] == 2
    assert not (film / ".gate").exists()


def test_what_is_remembered_reads_the_same_as_what_is_parsed(film, tmp_path):
    fresh = read_film(film, memory := ReadCache(tmp_path / "memory"))
    memory.keep()
    again = read_film(film, ReadCache(tmp_path / "memory"))
    assert again == fresh == reading.read_film(film)
