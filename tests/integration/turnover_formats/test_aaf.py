"""AAF, by its own library and by OpenTimelineIO's plug-in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import aaf2
import opentimelineio as otio
import pytest

from assembly.turnover.aaf import write_aaf
from assembly.turnover.timecode import Counting
from tests.integration.turnover_formats.timelines import COUNTS, Said, Sound, Take, timeline_of

TAKES = [
    Take(overlap=12),
    Take("SC010_SH0020", 50, sound=-4),
    Take("SC010_SH0030", 30, overlap=9, effect="fadeblack"),
    Take("SC010_SH0040", 40, heard=False),
]


SOUND = Sound(at=30, first=5)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cut at 24 frames a second."""
    into: Path = tmp_path_factory.mktemp("turnover") / "cut.aaf"
    assert write_aaf(timeline_of(TAKES, [SOUND]), into) == ()
    return into


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The file as its own library reads it."""
    with aaf2.open(str(path), "r") as file:
        yield file


def cut_of(file: Any) -> dict[str, Any]:
    """The tracks of the sequence, by name."""
    (cut,) = file.content.toplevel()
    return {slot.name: slot.segment for slot in cut.slots}


def parts(segment: Any) -> list[tuple[Any, ...]]:
    """What a track holds: kind, length, and where it begins, or the cut in a transition and its effect."""
    sequence = segment.segments[0] if hasattr(segment, "segments") else segment
    return [(type(each).__name__, each.length, *_about(each)) for each in sequence.components]


def _about(each: Any) -> tuple[Any, ...]:
    match each:
        case aaf2.components.SourceClip():
            return (each.mob.name, each.start)
        case aaf2.components.Transition():
            return (each["CutPoint"].value, each["OperationGroup"].value.operation.name)
    return ()


@pytest.mark.parametrize("count", [each for each in COUNTS if each.ntsc], ids=lambda count: count.name)
def test_start_rate_and_counting_are_exact_at_every_rate(tmp_path: Path, count: Counting) -> None:
    timeline = timeline_of(TAKES[2:], count=count)
    write_aaf(timeline, tmp_path / "cut.aaf")
    with opened(tmp_path / "cut.aaf") as file:
        rates = {Fraction(slot.edit_rate) for mob in file.content.mobs for slot in mob.slots}
        assert rates == {count.rate}
        pictures = [mob.descriptor for mob in file.content.sourcemobs() if "StoredWidth" in mob.descriptor]
        assert {Fraction(form["SampleRate"].value) for form in pictures} == {count.rate}
        (cut,) = file.content.toplevel()
        codes = [slot for mob in file.content.mobs for slot in mob.slots if slot.segment.media_kind == "Timecode"]
        assert {(code.segment.fps, code.segment.drop) for code in codes} == {(count.base, count.drop_frame)}
        (primary,) = [code for code in codes if code.segment in [slot.segment for slot in cut.slots]]
        assert primary.segment.start == timeline.global_start_time.value
        assert primary["PhysicalTrackNumber"].value == 1


def test_clips_share_their_dissolves_as_avid_counts_them(written: Path) -> None:
    with opened(written) as file:
        tracks = cut_of(file)
        assert parts(tracks["V1"]) == [
            ("SourceClip", 24 + 6, "SC010_SH0010_0000_final_v001.mp4", 12),
            ("Transition", 12, 6, "VideoDissolve_2"),
            ("SourceClip", 50 + 6, "SC010_SH0020_0001_final_v001.mp4", 12 - 6),
            ("SourceClip", 30 + 4, "SC010_SH0030_0002_final_v001.mp4", 12),
            ("Transition", 9, 5, "Dip_2"),
            ("SourceClip", 40 + 5, "SC010_SH0040_0003_final_v001.mp4", 12 - 5),
        ]
        assert parts(tracks["A1"])[:3] == [
            ("SourceClip", 24 + 6, "SC010_SH0010_0000_final_v001.mp4", 12),
            ("Transition", 12, 6, "Audio Dissolve"),
            ("SourceClip", 50 - 4 + 6, "SC010_SH0020_0001_final_v001.mp4", 12 - 6),
        ]
        assert parts(tracks["A2"]) == [("Filler", 30), ("SourceClip", 48, "music_2.wav", 5)]
        assert [tracks[name].length for name in ("V1", "A1", "A2")] == [144, 144, 78]
        for segment in tracks.values():
            if segment.media_kind != "Timecode":
                lengths = [part[1] * (-1 if part[0] == "Transition" else 1) for part in parts(segment)]
                assert sum(lengths) == segment.length


def test_a_file_is_one_clip_with_its_reel_as_the_tape_its_size_and_its_address(written: Path) -> None:
    with opened(written) as file:
        clips = list(file.content.mastermobs())
        assert [clip.name for clip in clips] == [
            "SC010_SH0010_0000_final_v001.mp4",
            "SC010_SH0020_0001_final_v001.mp4",
            "SC010_SH0030_0002_final_v001.mp4",
            "SC010_SH0040_0003_final_v001.mp4",
            "music_2.wav",
        ]
        assert dict(clips[0].comments.items()) == {"Scene": "SC010_SH0010", "Take": "v001", "Tier": "final"}
        essence = clips[0].slots[0].segment.mob
        assert (essence.descriptor["StoredWidth"].value, essence.descriptor["StoredHeight"].value) == (1280, 720)
        heard = [clip.slots[-1].segment.mob.descriptor["Channels"].value for clip in (clips[0], clips[-1])]
        assert heard == [2, 1]
        tape = essence.slots[0].segment.mob
        assert (tape.name, type(tape.descriptor).__name__) == ("R0000000", "TapeDescriptor")
        (address,) = (locator["URLString"].value for locator in essence.descriptor["Locator"])
        assert address == (written.parent.resolve() / "media" / clips[0].name).as_uri()


def test_an_older_bin_fits_the_next_turnover_of_the_same_files(written: Path, tmp_path: Path) -> None:
    write_aaf(timeline_of(TAKES[:1]), tmp_path / "cut.aaf")
    with opened(written) as older, opened(tmp_path / "cut.aaf") as newer:
        older_ids = [str(mob.mob_id) for mob in older.content.mastermobs()]
        assert [str(mob.mob_id) for mob in newer.content.mastermobs()] == older_ids[:1]
        assert len(set(older_ids)) == 5


def test_the_plug_in_reads_the_same_cut(written: Path) -> None:
    timeline = timeline_of(TAKES, [SOUND])
    read = otio.adapters.read_from_file(str(written))
    assert (read.name, read.global_start_time) == (timeline.name, timeline.global_start_time)
    for ours, theirs in zip(timeline.tracks, read.tracks, strict=True):
        assert theirs.duration() == ours.duration()
        for mine, found in zip(ours, theirs, strict=True):
            if isinstance(mine, otio.schema.Transition):
                assert (found.in_offset, found.out_offset) == (mine.in_offset, mine.out_offset)
            elif isinstance(mine, otio.schema.Clip):
                assert (found.name, found.source_range) == (mine.name, mine.source_range)


def test_what_an_aaf_cannot_hold_is_told(tmp_path: Path) -> None:
    takes = [
        Take(overlap=8, effect="wipeleft", alternates=(90,), notes=(Said("brighter"),)),
        Take("SC010_SH0020", made=False),
        Take("SC010_SH0030", gain_db=-6.0),
    ]
    lost = write_aaf(timeline_of(takes, [Sound(facts={"fade_in_frames": 12})]), tmp_path / "cut.aaf")
    assert {(loss.subject, loss.lost) for loss in lost} == {
        ("SC010_SH0010", "its alternates final v001"),
        ("SC010_SH0010", "its markers (1)"),
        ("SC010_SH0010", "its transition wipeleft"),
        ("SC010_SH0020", "its picture, which has no file"),
        ("SC010_SH0030", "its gain of -6 dB"),
        ("music_2.wav", "its fades in and out"),
    }
    with opened(tmp_path / "cut.aaf") as file:
        assert [part[0] for part in parts(cut_of(file)["V1"])] == ["SourceClip", "Transition", "Filler", "SourceClip"]
    assert [path.name for path in tmp_path.iterdir()] == ["cut.aaf"]
