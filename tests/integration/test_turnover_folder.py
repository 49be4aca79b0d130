"""The folder of a turnover: who may write into it, and what becomes of what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from manifests.reading.whole_file import put_text
from production.turnover.errors import FolderBusy, FolderRefused
from production.turnover.folder import turnover_folder

OF = "FLM_final at 24"


def put(text: str, *sisters: str):
    def write(path: Path) -> str:
        put_text(text, path)
        for sister in sisters:
            put_text(text, path.with_stem(f"{path.stem}_{sister}"))
        return text

    return write


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_two_at_once_are_refused_and_a_link_to_a_folder_is_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with (
        turnover_folder(tmp_path / "link", OF),
        pytest.raises(FolderBusy, match="another process"),
        turnover_folder(tmp_path / "real", OF),
    ):
        pass
    with turnover_folder(tmp_path / "real", OF):
        pass


def test_numbered_parts_of_the_last_time_go_and_those_of_a_killed_start_are_taken_over(tmp_path: Path) -> None:
    with turnover_folder(tmp_path / "t", OF) as folder:
        assert folder.replace("film.edl", put("one", "02", "03"))[0] == "one"
    with turnover_folder(tmp_path / "t", OF) as folder:
        _, files = folder.replace("film.edl", put("two", "02"))
    assert [file.name for file in files] == names(tmp_path / "t") == ["film.edl", "film_02.edl"]

    def dies(path: Path) -> None:
        put("three", "02", "03")(path)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), turnover_folder(tmp_path / "t", OF) as folder:
        folder.replace("film.edl", dies)
    with turnover_folder(tmp_path / "t", OF) as folder:
        folder.replace("film.edl", put("four"))
    assert names(tmp_path / "t") == ["film.edl"]


def test_a_file_under_way_is_made_again_and_its_part_goes(tmp_path: Path) -> None:
    part = ".a.mov.0123456789abcdef.part"

    def dies(path: Path) -> None:
        path.with_name(part).write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), turnover_folder(tmp_path / "t", OF) as folder:
        folder.keep_or_make("media/a.mov", "key", dies)
    assert [path.name for path in (tmp_path / "t/media").iterdir()] == [part]
    with turnover_folder(tmp_path / "t", OF):
        pass
    assert list((tmp_path / "t/media").iterdir()) == []


def test_a_kept_file_is_not_made_again_and_another_key_makes_it_again(tmp_path: Path) -> None:
    made: list[str] = []

    def make(words: str):
        return lambda path: (made.append(words), put_text(words, path))

    with turnover_folder(tmp_path / "t", OF) as folder:
        for words in ("one", "one", "two"):
            folder.keep_or_make("media/a.mov", words, make(words))
        assert made == ["one", "two"]
        (tmp_path / "t/media/a.mov").write_text("mine")
        with pytest.raises(FolderRefused, match="somebody changed it"):
            folder.keep_or_make("media/a.mov", "two", make("two"))
        (tmp_path / "t/media/b.mov").write_text("mine")
        with pytest.raises(FolderRefused, match="did not write it"):
            folder.keep_or_make("media/b.mov", "two", make("two"))
    assert made == ["one", "two"]


@pytest.mark.parametrize("text", ["{", '{"schema":"gate/turnover/9","of":"x"}', "[]"])
def test_a_record_that_cannot_be_read_is_no_licence_to_write(tmp_path: Path, text: str) -> None:
    (tmp_path / ".turnover.json").write_text(text)
    with pytest.raises(FolderRefused, match="cannot be read"), turnover_folder(tmp_path, OF):
        pass
