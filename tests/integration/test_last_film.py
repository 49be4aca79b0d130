"""A film that was named once from a folder need not be named there again."""

from __future__ import annotations

from pathlib import Path

from wiring.last_film import recall, remember


def a_film(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "film.yaml").write_text("title: A film\n")
    return folder


def test_the_film_last_named_from_a_folder_is_recalled_there_and_nowhere_else(tmp_path):
    first, second, here, elsewhere = a_film(tmp_path / "one"), a_film(tmp_path / "two"), tmp_path / "a", tmp_path / "b"
    here.mkdir()
    elsewhere.mkdir()

    remember(first, here)
    remember(second, here)

    assert recall(here) == second
    assert recall(elsewhere) is None


def test_a_folder_that_is_a_film_itself_keeps_no_note(tmp_path):
    film, other = a_film(tmp_path / "film"), a_film(tmp_path / "other")

    remember(other, film)

    assert not (film / ".gate").exists()


def test_a_film_that_is_gone_is_not_recalled(tmp_path):
    film = a_film(tmp_path / "film")
    (tmp_path / "here").mkdir()
    remember(film, tmp_path / "here")
    (film / "film.yaml").unlink()

    assert recall(tmp_path / "here") is None


def test_a_note_that_is_no_path_is_no_film(tmp_path):
    (tmp_path / ".gate").mkdir()
    for text in (b"", b"\xff\xfe", b"relative/film\n"):
        (tmp_path / ".gate" / "film").write_bytes(text)
        assert recall(tmp_path) is None


def test_a_folder_that_cannot_be_written_goes_without(tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / ".gate").write_text("a file where a folder should be")

    remember(a_film(tmp_path / "film"), tmp_path / "here")

    assert recall(tmp_path / "here") is None
