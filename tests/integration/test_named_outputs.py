"""Every command that writes a file the user names: it replaces its own file, and nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

FRONT = "assets/characters/ada/coat/front.png"
PLATE = "assets/locations/kitchen.png"
COMMANDS = {
    "plan": ("plan", "SC010", "-o"),
    "log": ("log", "export", "-o"),
    "guard": ("guard", PLATE, PLATE, "--heat"),
    "score": ("score", "--refs", FRONT, "--test", FRONT, "--sheet"),
    "audit": ("audit", "SC010", "--sheet"),
    "calibrate": ("calibrate", "--plot"),
}
PICTURES = ("guard", "score", "audit", "calibrate")


def foreign(film: Path) -> list[str]:
    """What a user may have lying about, by the file's name."""
    (film / "notes.json").write_text('{"schema": "my/own/1", "plan": "gate/plan/1"}')
    (film / "list.jsonl").write_text('{"schema": "gate/plan/1"}\n')
    (film / "deep.json").write_text("[" * 100_000)
    Image.new("RGB", (64, 64)).save(film / "mine.png")
    Image.new("RGB", (64, 64)).save(film / "mine.jpg")
    (film / "broken.png").symlink_to("nowhere.png")
    return ["film.yaml", "notes.json", "list.jsonl", "deep.json", "mine.png", "mine.jpg", "broken.png", FRONT]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_that_the_tool_did_not_write_stays_and_the_fix_works(name, film, gate):
    mine = foreign(film)
    if name == "plan":
        mine.remove("list.jsonl")  # a plan by its schema
    for file in mine:
        path = film / file
        if name == "audit" and path.suffix not in {".png", ".jpg"}:
            continue
        before = path.readlink() if path.is_symlink() else path.read_bytes()
        code, out, err = gate(*COMMANDS[name], file)
        assert (code, out) == (2, ""), file
        assert "stays as it is" in err
        assert (path.readlink() if path.is_symlink() else path.read_bytes()) == before
    suggested = err.rpartition(" ")[2].strip()
    assert not (film / suggested).exists()
    assert name == "score" or gate(*COMMANDS[name], suggested)[0] in {0, 1}


@pytest.mark.parametrize("name", ["plan", "log", "guard", "audit"])
def test_the_tool_replaces_its_own_file_and_follows_a_link_to_it(name, film, gate):
    ending = {"plan": "json", "log": "jsonl"}.get(name, "png")
    (film / f"new.{ending}").touch()  # an empty file holds nothing to lose
    (film / f"link.{ending}").symlink_to(f"new.{ending}")
    for file in (f"new.{ending}", f"new.{ending}", f"link.{ending}"):
        code, _, err = gate(*COMMANDS[name], file)
        assert (code, err) == (0, ""), file
    assert (film / f"link.{ending}").is_symlink()
    assert not list(film.glob(".*.part*"))
    if name in PICTURES:
        with Image.open(film / f"new.{ending}") as picture:
            picture.load()
            assert picture.info["Software"] == "check-the-gate report"


def test_a_jpeg_sheet_carries_the_mark_and_is_replaced(film, gate):
    assert gate("audit", "SC010", "--sheet", "sheet.jpg")[0] == 0
    with Image.open(film / "sheet.jpg") as sheet:
        sheet.load()
        assert sheet.info["comment"] == b"check-the-gate report"
    assert gate("audit", "SC010", "--sheet", "sheet.jpg")[0] == 0


def test_a_run_that_gets_something_else_for_a_plan_suggests_a_command_that_works(film, gate):
    before = (film / "film.yaml").read_bytes()
    code, _, err = gate("run", "SC010", "--plan", "film.yaml")
    assert code == 2
    suggested = err.partition("gate plan")[2].split()
    assert gate("plan", *suggested)[0] == 0
    assert (film / "film.yaml").read_bytes() == before
    assert json.loads((film / suggested[-1]).read_text())["schema"] == "gate/plan/2"


def test_schemas_go_nowhere_else_than_over_schemas_of_ours(film, gate):
    assert gate("schema")[0] == gate("schema")[0] == 0
    mine = film / ".gate" / "schema" / "lock.json"
    mine.write_text('{"$id": "https://example.org/lock"}')
    code, _, err = gate("schema")
    assert (code, "lock.json" in err) == (2, True)
    assert "example.org" in mine.read_text()


def test_an_export_goes_into_no_folder_that_only_looks_like_one_of_ours(film, gate):
    (film / "page").mkdir()
    (film / "page" / "review.json").write_text('{"verdicts": []}')
    code, _, err = gate("review", "SC010", "--export", "page")
    assert code == 2
    assert "holds something else" in err
    shutil.rmtree(film / "page")
    assert gate("review", "SC010", "--export", "page")[0] == gate("review", "SC010", "--export", "page")[0] == 0
