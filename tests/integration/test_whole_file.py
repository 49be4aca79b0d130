"""Files that readers find whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from manifests.reading.whole_file import is_part, put_bytes, put_text, whole_file

KILLED = """
import os, pathlib, signal
from manifests.reading.whole_file import whole_file
for name in ("a.mov", "b.mp4"):
    block = whole_file(pathlib.Path(name), suffixed=name == "b.mp4")
    globals()[name] = block
    block.__enter__().write_text("half")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("synced", [True, False])
def test_a_block_that_fails_leaves_the_old_file_and_no_part(tmp_path: Path, synced: bool) -> None:
    put_text("old", tmp_path / "a")

    def fail() -> None:
        with whole_file(tmp_path / "a", synced=synced) as part:
            part.write_text("new")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        fail()
    assert (tmp_path / "a").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_block_that_writes_nothing_fails_and_leaves_the_old_file(tmp_path: Path) -> None:
    put_text("old", tmp_path / "a")
    for synced in (True, False):
        with pytest.raises(FileNotFoundError), whole_file(tmp_path / "a", synced=synced):
            pass
    assert (tmp_path / "a").read_text() == "old"


def test_the_old_file_stands_until_the_block_ends(tmp_path: Path) -> None:
    put_text("old", tmp_path / "a")
    with whole_file(tmp_path / "a") as part:
        part.write_text("new")
        assert (tmp_path / "a").read_text() == "old"
        assert is_part(part)
    assert (tmp_path / "a").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_two_writers_at_once_leave_the_whole_file_of_one(tmp_path: Path) -> None:
    into, both = tmp_path / "a", threading.Barrier(2)

    def write(letter: bytes) -> None:
        with whole_file(into) as part, part.open("wb") as file:
            file.write(letter * 50_000)
            file.flush()
            both.wait(timeout=60)  # both are half-way now
            file.write(letter * 50_000)

    writers = [threading.Thread(target=write, args=(letter,)) for letter in (b"x", b"y")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=60)
    assert into.read_bytes() in {b"x" * 100_000, b"y" * 100_000}
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_part_is_hidden_beside_its_target_and_ends_like_it_only_where_that_is_asked_for(tmp_path: Path) -> None:
    into = tmp_path / "new" / "film.mp4"
    for suffixed in (True, False):
        with whole_file(into, suffixed=suffixed) as part:
            part.touch()
            assert (part.parent, part.name[0]) == (into.parent, ".")
            assert (part.suffix == ".mp4") is suffixed


def test_bytes_and_line_ends_arrive_as_they_are(tmp_path: Path) -> None:
    put_text("Zoë\r\n\n", tmp_path / "a.txt", synced=False)
    put_bytes(b"\x00\xff", tmp_path / "b")
    assert (tmp_path / "a.txt").read_bytes() == "Zoë\r\n\n".encode()
    assert (tmp_path / "b").read_bytes() == b"\x00\xff"


def test_a_new_file_has_the_mode_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    put_text("a", tmp_path / "whole")
    assert (tmp_path / "whole").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_what_a_killed_process_left_is_known_by_its_name_and_nothing_else_is(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    ended = subprocess.run([sys.executable, "-c", KILLED], check=False, cwd=folder, env=_environment(), timeout=120)
    assert ended.returncode == -signal.SIGKILL
    for name in ("a.mov", ".hidden.part", "mine.0123456789abcdef.part", ".c.mov.part.otio"):
        (folder / name).touch()
    assert {path.name[:6] for path in filter(is_part, folder.iterdir())} == {".a.mov", ".b.mp4"}


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
