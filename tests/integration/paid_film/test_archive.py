"""The archive: a bag that a fresh process finds valid, with no key and no private shot, whole or not there at all."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import bagit
import pytest

from production.wrap import archive as module
from production.wrap.archive import archive
from production.wrap.archive_records import log_of
from production.wrap.errors import ArchiveBroken, ArchiveRefused
from production.wrap.gather import wrap_of

FIRST, SECOND, SCENE = "SC010_SH0010", "SC010_SH0020", "SC010"
ROOT = Path(__file__).parents[3]
KILLED = """
import os, signal
from pathlib import Path
from production.wrap import archive
from production.wrap.gather import wrap_of
from wiring.opening import open_services
from wiring.settings import read_settings
archive._read_back = lambda bag: os.kill(os.getpid(), signal.SIGKILL)
services = open_services(read_settings(Path({film!r}), prices=Path({prices!r})))
archive.archive(services, wrap_of(services, ["SC010"]), Path({into!r}), private=False)
"""
SECRET = "Ada whispers the zwirbelkauz word."


@pytest.fixture
def finished(paid, gate):
    """A film with a final, a failed take, a master, a licence, and a private shot with a draft."""
    paid.make(FIRST, "panel", flaw="missing:ada")
    paid.make(FIRST, "panel", number=2)
    paid.make(FIRST, "clip")
    gate("approve", FIRST, "--yes", "--prices", str(paid.prices))
    paid.make(FIRST, "clip", "final")
    out = paid.services.settings.out / SCENE
    out.mkdir(parents=True)
    (out / f"{SCENE}_final.mp4").write_bytes(b"a master")
    (paid.root / "LICENSE.txt").write_text("all rights reserved\n")
    return paid


@pytest.fixture
def archived(finished, tmp_path):
    def made(name="bag", *, private=False):
        return archive(finished.services, wrap_of(finished.services, [SCENE]), tmp_path / name, private=private)

    return made


def test_a_fresh_process_finds_the_bag_valid_and_one_flipped_byte_invalid(archived):
    bag = archived().bag
    check = [sys.executable, "-m", "bagit", "--validate", "--quiet", str(bag)]
    assert subprocess.run(check, check=False, timeout=60).returncode == 0
    master = bag / "data" / "masters" / SCENE / f"{SCENE}_final.mp4"
    master.write_bytes(b"b master")
    assert subprocess.run(check, check=False, timeout=60, capture_output=True).returncode != 0


def test_it_has_manifests_references_standing_takes_with_prompts_masters_ledger_report_and_licences(finished, archived):
    made = archived()
    data = made.bag / "data"
    takes = sorted(path.name for path in (data / "takes" / FIRST).iterdir())
    assert takes == ["clip_draft_v001.mp4", "clip_final_v001.mp4", "panel_draft_v002.png", "prompts.json"]
    prompts = json.loads((data / "takes" / FIRST / "prompts.json").read_text())
    assert [(p["stage"], p["take"], p["verdict"].get("passed")) for p in prompts] == [
        ("panel", 1, False),
        ("panel", 2, True),
        ("clip", 1, True),
        ("clip", 1, True),
    ]
    assert (data / "manifests" / "scenes" / f"{SCENE}.yaml").read_bytes() == (
        finished.root / "scenes" / f"{SCENE}.yaml"
    ).read_bytes()
    references = {str(p.relative_to(data / "references").with_suffix("")) for p in (data / "references").rglob("*.png")}
    assert references == set(finished.services.hashes())
    log = (data / "ledger" / "log.jsonl").read_text().splitlines()
    assert len(log) == len(finished.services.ledger.log(SCENE)) == 4
    assert (data / "ledger" / "certificates.jsonl").read_text().count("\n") == 3
    assert '"approve"' in (data / "ledger" / "decisions.jsonl").read_text()
    assert (data / "report" / "index.html").is_file()
    assert (data / "licences" / "LICENSE.txt").read_text() == "all rights reserved\n"
    assert (data / "licences" / "models.csv").read_text().splitlines()[1:] == [
        "previz,previz-clip-1,clip,2",
        "previz,previz-panel-1,panel,2",
    ]
    assert bagit.Bag(str(made.bag)).info["External-Identifier"] == finished.services.folder.film.code
    assert made.left_out == (f"{SECOND} has no clip that stands",)


def test_a_private_shot_is_left_out_with_the_master_that_shows_it_unless_somebody_asks(finished, archived):
    path = finished.root / "scenes" / f"{SCENE}.yaml"
    finished.edit(f"scenes/{SCENE}.yaml", lambda d: d["shots"][1].update(private=True, motion=SECRET))
    path.write_text(path.read_text().replace("  - id: SC010_SH0020", "  # zwirbelkauz\n  - id: SC010_SH0020"))
    finished.draft(SECOND)
    made = archived()
    assert set(made.left_out) == {f"the master of {SCENE} shows a private shot", f"{SECOND} is private"}
    held = [file for file in made.bag.rglob("*") if file.is_file() and b"zwirbelkauz" in file.read_bytes()]
    assert held == []
    assert not (made.bag / "data" / "takes" / SECOND).exists()
    named = (made.bag / "data" / "ledger" / "log.jsonl").read_text()
    assert SECOND not in named
    assert FIRST in named
    whole = archived("whole", private=True)
    assert SECRET in (whole.bag / "data" / "manifests" / "scenes" / f"{SCENE}.yaml").read_text()
    assert (whole.bag / "data" / "masters" / SCENE / f"{SCENE}_final.mp4").is_file()


def test_what_was_there_is_never_overwritten_and_a_bag_that_does_not_read_back_gets_no_name(
    archived, tmp_path, monkeypatch
):
    (tmp_path / "mine").mkdir()
    with pytest.raises(ArchiveRefused, match="there already"):
        archived("mine")

    def spoilt(bag, **given):
        (Path(bag) / "data" / "masters" / SCENE / f"{SCENE}_final.mp4").write_bytes(b"!")

    make = bagit.make_bag
    monkeypatch.setattr(module.bagit, "make_bag", lambda bag, **given: (make(bag, **given), spoilt(bag)))
    with pytest.raises(ArchiveBroken, match="does not read back"):
        archived("bag")
    assert not (tmp_path / "bag").exists()
    monkeypatch.undo()
    assert archived("bag").bag == tmp_path / "bag"


def test_after_a_kill_there_is_no_bag_and_the_next_start_makes_it(finished, archived, tmp_path):
    code = KILLED.format(film=str(finished.root), prices=str(finished.prices), into=str(tmp_path / "bag"))
    ended = subprocess.run([sys.executable, "-c", code], check=False, timeout=120, cwd=ROOT)
    assert ended.returncode == -signal.SIGKILL
    assert [path.name for path in tmp_path.glob("*bag*")] == [".bag.part"]
    archived("bag")
    assert [path.name for path in tmp_path.glob("*bag*")] == ["bag"]
    assert bagit.Bag(str(tmp_path / "bag")).is_valid()


def test_the_log_has_the_calls_for_reference_views_and_for_no_scene_that_is_not_wrapped(finished):
    call = finished.services.ledger.log(SCENE)[0]
    calls = [replace(call, scene=scene, shot=f"{scene}_1") for scene in (SCENE, "BIBLE", "SC020")]
    told = [json.loads(line)["scene"] for line in log_of(calls, {SCENE}, set())]
    assert told == [SCENE, "BIBLE"]


def test_gate_wrap_names_the_bag_and_what_it_leaves_out(finished, gate, tmp_path):
    code, said, _ = gate("wrap", "--archive", str(tmp_path / "bag"))
    assert code == 0
    assert f"{tmp_path / 'bag'}: " in said
    assert f"left out: {SECOND} has no clip that stands" in said
    assert gate("wrap", "--with-private")[0] == 2
