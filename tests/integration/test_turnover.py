"""gate turnover on a small film: what the folder holds, what stays of it, and what it never touches."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import opentimelineio as otio
import pytest
from pymediainfo import MediaInfo

from assembly.timeline import METADATA
from manifests.decision import Decision, Label, Remark
from manifests.keys import hash_file
from production.post import resolving
from tests.integration.turned_over_film import draw_takes, make_film, takes_in
from wiring.opening import open_services
from wiring.settings import read_settings

Gate = Callable[..., tuple[object, str, str]]
ROOT = Path(__file__).resolve().parents[2]
DEADLINE_S = 60


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawn") / "takes"
    draw_takes(folder)
    with av.open(str(folder / "sound" / "music.flac"), "w") as into, av.open(str(folder / "music.wav")) as source:
        stream = into.add_stream("flac", rate=48_000)
        for frame in source.decode(audio=0):
            into.mux(stream.encode(frame))
        into.mux(stream.encode())
    (folder / "music.wav").unlink()
    return folder


@pytest.fixture
def turned(film: Path, drawn: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(drawn, film, dirs_exist_ok=True)
    make_film(film)
    monkeypatch.setattr(resolving, "takes_of", takes_in(film))
    return film


def told(gate: Gate, *words: str) -> dict[str, Any]:
    code, out, err = gate("turnover", "--tier", "draft", *words, "--json")
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def refused(gate: Gate, *words: str) -> str:
    code, _, err = gate("turnover", "--tier", "draft", *words)
    assert code in {2, 3}
    return err


def media_of(folder: Path) -> dict[str, dict[str, str]]:
    rows = list(csv.DictReader((folder / "media.csv").read_text().splitlines()))
    return {row["file"]: row for row in rows}


def test_a_turnover_has_every_file_that_its_formats_name_with_timecode_reel_and_hash(turned: Path, gate: Gate) -> None:
    made = told(gate, "--into", "for_editors")
    folder = turned / "for_editors"
    cuts = {f"TEA_draft{suffix}" for suffix in (".aaf", ".ale", ".edl", ".fcpxml", ".otio", ".xml")}
    beside = {"LOST.md", "README.txt", "luts", "media", "media.csv"}
    assert {path.name for path in folder.iterdir() if not path.name.startswith(".")} == cuts | beside
    assert (made["frames"], made["rate"], made["drop_frame"]) == (12 - 6 + 18 + 24 - 6 + 24, "24/1", False)
    rows = media_of(folder)
    assert sorted(rows) == [
        "media/SC010_SH0010_draft_v001.mov",
        "media/SC010_SH0010_draft_v002.mov",
        "media/SC010_SH0020_draft_v001.mov",
        "media/SC020_SH0010_draft_v001.mov",
        "media/card_1_Tea.mov",
        "media/cup.wav",
        "media/music.wav",
    ]
    assert {f"media/{path.name}" for path in (folder / "media").iterdir()} == set(rows)
    timeline = otio.adapters.read_from_file(str(folder / "TEA_draft.otio"))
    for clip in timeline.find_clips():
        for reference in clip.media_references().values():
            facts, row = reference.metadata[METADATA], rows[reference.target_url]
            assert facts["sha256"] == row["sha256"] == hash_file(folder / reference.target_url)
            assert facts["reel"] == row["reel"]
            assert reference.available_range.duration.value == int(row["frames"])
            assert clip.source_range.start_time.value >= 0
            assert clip.source_range.end_time_exclusive() <= reference.available_range.end_time_exclusive()
            if reference.target_url.endswith(".mov"):
                counted_frames(folder / reference.target_url, int(row["frames"]), row["reel"])
    first = timeline.video_tracks()[0][2]
    assert sorted(first.media_references()) == ["draft v001", "draft v002"]
    assert [track.metadata[METADATA]["kind"] for track in timeline.audio_tracks()] == ["clips", "music", "effects"]
    lost = (folder / "LOST.md").read_text()
    assert "- **sound/music.flac**: its ducking by 6 dB while somebody speaks. Instead: its own gain." in lost
    assert (
        "- **sound/cup.wav**: its place between two frames. Instead: the nearest frame: it is heard 11.7 ms later."
        in lost
    )
    assert "- **SC010_SH0010**: its alternates draft v002. Instead: their files lie in media/." in lost
    assert lost.count("luts/grade_") == 4
    assert "luts/grade_" not in lost.partition("## TEA_draft.edl")[2], "the EDL has the CDL"
    (cube,) = (folder / "luts").iterdir()
    assert cube.read_text().startswith("LUT_3D_SIZE")
    assert re.search(r"TEA_draft\.otio +DaVinci Resolve", (folder / "README.txt").read_text())


def counted_frames(file: Path, frames: int, reel: str) -> None:
    with av.open(str(file)) as container:
        assert sum(1 for _ in container.decode(video=0)) == frames
    track = next(t for t in MediaInfo.parse(file).tracks if t.time_code_of_first_frame)
    assert (track.time_code_of_first_frame, track.title) == ("00:00:00:00", reel)


def test_a_second_turnover_keeps_the_media_and_writes_the_cut_anew(turned: Path, gate: Gate) -> None:
    folder = turned / "for_editors"
    told(gate, "--into", "for_editors")
    before = {path: path.stat().st_mtime_ns for path in (folder / "media").iterdir()}
    (turned / "assembly.yaml").write_text((turned / "assembly.yaml").read_text().replace("to_s: 0.75", "to_s: 0.5"))
    (folder / "media" / "cup.wav").unlink()
    made = told(gate, "--into", "for_editors", "--alternates", "none")
    assert made["frames"] == 60
    cup = folder / "media" / "cup.wav"
    after = {path: path.stat().st_mtime_ns for path in (folder / "media").iterdir()}
    assert cup.is_file()
    assert {path: at for path, at in after.items() if path != cup} == {p: at for p, at in before.items() if p != cup}
    assert "media/SC010_SH0010_draft_v002.mov" not in media_of(folder), "it is not named; the file stays for its users"
    assert (folder / "media/SC010_SH0010_draft_v002.mov").is_file()


def test_it_is_frame_for_frame_at_23_976(turned: Path, gate: Gate) -> None:
    made = told(gate, "--rate", "23.976")
    folder = turned / "out/turnover/TEA_draft_23.976"
    assert (made["folder"], made["rate"], made["frames"]) == (str(folder), "24000/1001", 66)
    with av.open(str(folder / "media/SC010_SH0010_draft_v001.mov")) as container:
        video = container.streams.video[0]
        assert (video.average_rate, video.frames) == (Fraction(24_000, 1001), 24)
        assert container.streams.audio[0].frames == 48_048
    text = (folder / "TEA_draft.edl").read_text()
    assert "01:00:00:00" in text
    assert "- **the film**: its pitch and speed." in (folder / "LOST.md").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--rate", "25"), "Choose one that keeps each frame: --rate 23.976 or 24"),
        (("--drop-frame",), "Leave --drop-frame out"),
        (("SC099",), "SC099"),
        (("--into", "scenes"), "it holds files that no turnover wrote"),
        (("--into", "film.yaml"), "film.yaml"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    turned: Path, gate: Gate, words: tuple[str, ...], said: str
) -> None:
    before = sorted(path for path in turned.rglob("*") if ".gate" not in path.parts)
    assert said in refused(gate, *words)
    assert sorted(path for path in turned.rglob("*") if ".gate" not in path.parts) == before


def test_a_folder_of_another_turnover_and_files_that_somebody_changed_are_left_alone(turned: Path, gate: Gate) -> None:
    told(gate, "--into", "for_editors")
    folder = turned / "for_editors"
    assert "it holds the turnover of TEA_draft at 24" in refused(gate, "--into", "for_editors", "--rate", "23.976")
    assert "it holds the turnover of TEA_draft at 24" in refused(gate, "SC010", "--into", "for_editors")
    (folder / "TEA_draft_02.edl").write_text("mine")
    assert "this program did not write it" in refused(gate, "--into", "for_editors")
    (folder / "TEA_draft_02.edl").rename(folder / "mine.edl")
    (folder / "TEA_draft.otio").write_text("mine, too")
    assert "somebody changed it since the turnover wrote it" in refused(gate, "--into", "for_editors")
    assert (folder / "TEA_draft.otio").read_text() == "mine, too"
    (folder / "TEA_draft.otio").unlink()
    told(gate, "--into", "for_editors")
    assert (folder / "mine.edl").read_text() == "mine"


def test_one_scene_has_its_own_cut_and_only_what_is_placed_by_it(turned: Path, gate: Gate) -> None:
    made = told(gate, "SC010")
    folder = turned / "out/turnover/SC010_draft_24"
    assert made["frames"] == 18 + 24
    assert sorted(media_of(folder)) == [
        "media/SC010_SH0010_draft_v001.mov",
        "media/SC010_SH0010_draft_v002.mov",
        "media/SC010_SH0020_draft_v001.mov",
        "media/cup.wav",
    ]


def test_a_shot_without_a_take_is_refused_or_stands_as_a_slate(turned: Path, gate: Gate) -> None:
    (turned / "no_SC010_SH0020").touch()
    code, _, err = gate("turnover", "--tier", "draft")
    assert code == 3
    assert "gate turnover --partial" in err
    told(gate, "--partial", "--into", "t")
    assert media_of(turned / "t")["media/SC010_SH0020_slate.mov"]["frames"] == "24"
    assert "its pictures: no take of it passed yet" in (turned / "t/LOST.md").read_text()


def test_an_alternate_that_is_no_clip_is_left_out_and_told_and_a_take_of_the_cut_is_refused(
    turned: Path, gate: Gate
) -> None:
    (turned / "a2.mp4").write_bytes(b"no clip")
    told(gate, "SC010", "--into", "t")
    assert "media/SC010_SH0010_draft_v002.mov" not in media_of(turned / "t")
    assert "its alternate draft v002: it cannot be read as an MP4" in (turned / "t/LOST.md").read_text()
    (turned / "assembly.yaml").write_text((turned / "assembly.yaml").read_text().replace("to_s:", "take: v002, to_s:"))
    code, _, err = gate("turnover", "SC010", "--tier", "draft", "--into", "t")
    assert code == 2
    assert "it cannot be read as an MP4" in err


def test_notes_and_verdicts_are_markers_and_a_private_shots_have_no_words(turned: Path, gate: Gate) -> None:
    services = open_services(read_settings(turned))

    def say(kind: str, shot: str, why: str, **given: Any) -> None:
        about = {"who": "Ada", "made_at": "2026-11-21T12:00:00Z", "door": "review room", "why": why}
        write = services.ledger.undo if kind == "undo" else services.ledger.decide
        write(Decision.model_validate({"kind": kind, "scope": f"shot:{shot}", **about, **given}))

    say("note", "SC010_SH0010", "The cup is chipped.", remark=Remark())
    say("verdict", "SC010_SH0010", "the hand", label=Label(take="0" * 64, asset="1" * 64, good=False))
    say("note", "SC020_SH0010", "The secret is out.")
    say("note", "SC010_SH0020", "Taken back.")
    taken_back = services.ledger.of_scene("SC010").decided_on("SC010_SH0020")[-1].number
    say("undo", "SC010_SH0020", "", subject=str(taken_back))
    told(gate, "--into", "t")
    timeline = otio.adapters.read_from_file(str(turned / "t/TEA_draft.otio"))
    markers = [(clip.name, m.name, m.metadata[METADATA]["who"]) for clip in timeline.find_clips() for m in clip.markers]
    assert markers == [
        ("SC010_SH0010_draft_v001.mov", "note: The cup is chipped.", "Ada"),
        ("SC010_SH0010_draft_v001.mov", "bad: the hand", "Ada"),
        ("SC010_SH0020_draft_v001.mov", "The kitchen", ""),
        ("SC020_SH0010_draft_v001.mov", "note", "Ada"),
    ]
    written = [path.read_bytes() for path in (turned / "t").iterdir() if path.is_file()]
    assert not any(b"secret" in text for text in written)
    assert any(b"LOC: 01:00:00:09 CYAN    note: The cup is chipped." in text for text in written)


def test_after_kill_9_no_file_is_half_there_and_the_next_start_goes_on(turned: Path, gate: Gate) -> None:
    command = [sys.executable, "-m", "tests.integration.turned_over_film", "turnover", "--tier", "draft", "--into", "t"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=turned, env=environment, start_new_session=True) as process:
        until, media = time.monotonic() + DEADLINE_S, turned / "t/media"
        while not any(media.glob("*.mov")) and time.monotonic() < until:
            assert process.poll() is None
            time.sleep(0.002)
        os.killpg(process.pid, signal.SIGKILL)
    there = {path: path.stat().st_mtime_ns for path in media.iterdir() if not path.name.startswith(".")}
    assert 0 < len(there) < 7
    assert not any((turned / "t" / f"TEA_draft.{kind}").exists() for kind in ("otio", "xml", "edl"))
    for path in (path for path in there if path.suffix == ".mov"):
        with av.open(str(path)) as container:
            assert sum(1 for _ in container.decode(video=0)) == container.streams.video[0].frames > 0
    recorded = json.loads((turned / "t/.turnover.json").read_text())["files"]
    sure = {path: at for path, at in there.items() if recorded[f"media/{path.name}"]["sha256"]}

    told(gate, "--into", "t")
    assert {path: path.stat().st_mtime_ns for path in sure} == sure
    assert not list((turned / "t").rglob(".*.part"))
    assert len(list(media.iterdir())) == 7
