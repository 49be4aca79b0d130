"""A turnover's timeline and its formats, each read back by a reader that is not ours."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import opentimelineio as otio
import pytest
from hypothesis import given, settings

from assembly.timeline import METADATA
from assembly.turnover.edl import write_edl
from assembly.turnover.fcp7 import write_fcp7
from assembly.turnover.losses import Loss
from assembly.turnover.otio_file import write_otio
from assembly.turnover.reading import counting_in
from assembly.turnover.timecode import Counting
from manifests.assembly.film_cut import FilmCut, FilmSound
from manifests.assembly.parts import Cdl, Grade
from production.turnover.parts import MarkedWord, TurnoverParts
from production.turnover.timeline import timeline_of
from tests.integration.film_assembly.turnover_cuts import COUNTINGS, card, cuts, film_cut, film_shot, parts_of

RANDOM = settings(max_examples=25, deadline=None)
Drawn = tuple[FilmCut, Counting, TurnoverParts]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def built(cut: FilmCut, counting: Counting = COUNTINGS[1], parts: TurnoverParts | None = None) -> Any:
    return timeline_of(cut, counting, parts or parts_of(cut), "FLM_final")


def laid(track: Any) -> Iterator[tuple[str, int, int, int]]:
    """Each clip's name, its place in the film, its file's first frame there, and its length."""
    for index, each in enumerate(track):
        if isinstance(each, otio.schema.Clip):
            at = track.range_of_child_at_index(index)
            yield each.name, *(round(t.value) for t in (at.start_time, each.source_range.start_time, at.duration))


def shown(track: Any) -> list[tuple[str, int, int]]:
    """Each clip's name, the film's frame at which its file would begin, and the frames from its first to its last one,
    those of its overlaps included: readers put the edit point of an overlap where they like, and the pictures stay.
    """
    found = []
    for index, each in enumerate(track):
        if isinstance(each, otio.schema.Clip):
            at = track.range_of_child_at_index(index)
            before, after = track[index - 1] if index else None, track[index + 1] if index + 1 < len(track) else None
            more = before.in_offset.value if isinstance(before, otio.schema.Transition) else 0
            more += after.out_offset.value if isinstance(after, otio.schema.Transition) else 0
            first = at.start_time - each.source_range.start_time
            found.append((each.name, round(first.value), round(at.duration.value + more)))
    return found


def overlaps(track: Any) -> list[tuple[int, int]]:
    """Each transition's first frame in the film, and its length."""
    found = []
    for index, each in enumerate(track):
        if isinstance(each, otio.schema.Transition):
            after = track.range_of_child_at_index(index + 1).start_time
            length = each.in_offset + each.out_offset
            found.append((round((after - each.in_offset).value), round(length.value)))
    return found


@RANDOM
@given(cuts())
def test_a_timeline_has_the_films_frames_at_every_rate(drawn: Drawn) -> None:
    cut, counting, parts = drawn
    timeline = built(*drawn)
    video = timeline.video_tracks()[0]
    assert {round(track.duration().value) for track in timeline.tracks} == {cut.frames}
    assert counting_in(timeline) == counting
    assert counting.timecode(round(timeline.global_start_time.value)).replace(";", ":") == "01:00:00:00"
    shared = [(at + shot.frames - shot.overlap, shot.overlap) for shot, at in zip(cut.shots, cut.starts(), strict=True)]
    assert overlaps(video) == [each for each in shared if each[1]]
    # Every picture of the film comes from the file's frame that the cut says.
    for (name, at, first, frames), shot, start, file in zip(
        laid(video), cut.shots, cut.starts(), parts.shown, strict=True
    ):
        assert (name, first - at) == (file.name, shot.first - start)
        assert first >= 0
        assert first + frames <= file.written.frames


@RANDOM
@given(cuts())
def test_the_clips_own_sound_changes_where_the_film_changes_it(drawn: Drawn) -> None:
    cut, _, parts = drawn
    track = built(*drawn).audio_tracks()[0]
    found = {name: (at, first, frames) for name, at, first, frames in laid(track)}
    starts = cut.starts()
    for index, (shot, file) in enumerate(zip(cut.shots, parts.shown, strict=True)):
        if not file.written.sound:
            assert file.name not in found
            continue
        at, first, _ = found[file.name]
        assert first - at == shot.first - starts[index], "in sync with its pictures"
        if index and cut.shots[index - 1].overlap == 0:
            assert at - starts[index] == cut.shots[index - 1].sound_frames


@RANDOM
@given(cuts())
def test_otio_reads_back_equal(drawn: Drawn) -> None:
    timeline = built(*drawn)
    with tempfile.TemporaryDirectory() as scratch:
        write_otio(timeline, Path(scratch, "film.otio"))
        assert otio.adapters.read_from_file(str(Path(scratch, "film.otio"))).is_equivalent_to(timeline)


@RANDOM
@given(cuts())
def test_final_cut_xml_reads_back_with_every_clip_transition_and_start(drawn: Drawn) -> None:
    _, counting, _ = drawn
    timeline = built(*drawn)
    with tempfile.TemporaryDirectory() as scratch:
        write_fcp7(timeline, Path(scratch, "film.xml"))
        back = otio.adapters.read_from_file(str(Path(scratch, "film.xml")), "fcp_xml")
    assert back.global_start_time == timeline.global_start_time
    assert back.global_start_time.rate == pytest.approx(float(counting.rate), abs=1e-9)
    for kind in ("video_tracks", "audio_tracks"):
        before, after = getattr(timeline, kind)(), getattr(back, kind)()
        assert len(before) == len(after)
        for one, other in zip(before, after, strict=True):
            assert shown(other) == shown(one)
            assert overlaps(other) == overlaps(one)


@RANDOM
@given(cuts())
def test_an_edl_reads_back_with_every_length_dissolve_and_start(drawn: Drawn) -> None:
    cut, counting, parts = drawn
    timeline = built(*drawn)
    with tempfile.TemporaryDirectory() as scratch:
        write_edl(timeline, Path(scratch, "film.edl"))
        text = Path(scratch, "film.edl").read_text("ascii")
    rate = float(counting.rate) if counting.drop_frame else float(counting.base)
    back = otio.adapters.read_from_string(text, "cmx_3600", rate=rate)
    video = timeline.video_tracks()[0]
    (track,) = back.video_tracks()
    assert shown(track) == shown(video)
    assert overlaps(track) == overlaps(video)
    assert text.splitlines()[1] == f"FCM: {'DROP FRAME' if counting.drop_frame else 'NON-DROP FRAME'}"
    events = re.findall(r"^(\d{3})  (\S+) +V +[CD].* (\S+) (\S+)$", text, re.MULTILINE)
    assert events[0][2] == counting.timecode(counting.frame("01:00:00;00" if counting.drop_frame else "01:00:00:00"))
    assert events[-1][3] == counting.timecode(round(timeline.global_start_time.value) + cut.frames)
    assert {reel for _, reel, _, _ in events} <= {file.reel for file in parts.shown}
    assert (";" in "".join(place for event in events for place in event[2:])) == counting.drop_frame


def test_an_edl_beyond_its_events_goes_on_in_numbered_files_that_divide_at_cuts(folder: Path) -> None:
    shots = [film_shot(n, 20, overlap=4 if n in {3, 4} else 0) for n in range(1, 8)]
    timeline = built(film_cut(24, shots))
    losses = write_edl(timeline, folder / "film.edl", events_max=3)
    texts = {path.name: path.read_text() for path in sorted(folder.iterdir())}
    assert list(texts) == ["film.edl", "film_02.edl", "film_03.edl"]
    numbers = {name: re.findall(r"^(\d{3}) ", text, re.MULTILINE) for name, text in texts.items()}
    assert numbers == {
        "film.edl": ["001", "002"],
        "film_02.edl": ["001", "002", "002", "003", "003"],
        "film_03.edl": ["001", "002"],
    }
    first, _, last = (re.findall(r"(\S+:\d\d) (\S+:\d\d)$", text, re.MULTILINE) for text in texts.values())
    assert first[0][0] == "01:00:00:00"
    assert last[-1][1] == COUNTINGS[1].timecode(86_400 + 7 * 20 - 8)
    assert not any("where one list ends" in loss.lost for loss in losses)


def test_a_run_of_dissolves_longer_than_a_list_is_divided_at_one_of_them_and_that_is_told(folder: Path) -> None:
    shots = [film_shot(n, 20, overlap=4 if n < 5 else 0) for n in range(1, 6)]
    losses = write_edl(built(film_cut(24, shots)), folder / "film.edl", events_max=2)
    assert [loss for loss in losses if "where one list ends" in loss.lost] == [
        Loss("SC010_SH0002", "the dissolve after it, where one list ends and the next begins", "a cut"),
        Loss("SC010_SH0004", "the dissolve after it, where one list ends and the next begins", "a cut"),
    ]
    assert len(list(folder.iterdir())) == 3


def test_an_edl_tells_grades_and_notes_once_at_the_records_timecode_and_names_no_path(folder: Path) -> None:
    grade = (Grade(cdl=Cdl(slope=(1.1, 1, 0.9), saturation=0.5)),)
    cut = film_cut(24, [film_shot(1, 40, overlap=8, grades=grade), film_shot(2, 40)])
    said = {"SC010_SH0001": (MarkedWord("note", "Ada", "the lamp: größer\nplease", "final v003", frame=10),)}
    losses = write_edl(built(cut, parts=parts_of(cut, said=said)), folder / "film.edl")
    text = (folder / "film.edl").read_text("ascii")
    assert text.count("* LOC: 01:00:00:10 CYAN    note: the lamp: grosser please") == 0
    assert text.count("* LOC: 01:00:00:10 CYAN    note: the lamp: gro?er please") == 1
    assert text.count("*ASC_SOP (1.1 1.0 0.9) (0.0 0.0 0.0) (1.0 1.0 1.0)") == 1
    assert "media/" not in text
    assert "AX" not in text
    assert [loss.subject for loss in losses if "letters" in loss.lost] == ["SC010_SH0001"]


def test_every_format_tells_what_it_leaves_out(folder: Path) -> None:
    sound = FilmSound(kind="music", file="a/s0.wav", sha256="0" * 64, start_s=0, seconds=1, gain_db=18, fade_in_s=0.5)
    shots = [film_shot(1, 40, overlap=8, effect="wipeleft", grades=(Grade(lut="a.cube"),)), card(2, 40)]
    timeline = built(film_cut(30, shots, sounds=(sound,)), COUNTINGS[3])
    otio_, fcp7, edl = (
        {(loss.subject, loss.lost) for loss in write(timeline, folder / f"film.{suffix}")}
        for write, suffix in ((write_otio, "otio"), (write_fcp7, "xml"), (write_edl, "edl"))
    )
    shot = "SC010_SH0001"
    assert otio_ == {(shot, "the wipe to the left of 8 frames after it"), (shot, "its grade")}
    assert fcp7 == otio_ | {(shot, "its alternates final v001, final v002"), ("s0.wav", "its gain above 12 dB")}
    assert edl >= otio_ | {(shot, "its alternates final v001, final v002"), ("the timeline", "its rate, 29.97")}
    assert {
        ("track A1", "the clips' own sound, with gain and fades"),
        ("track A2", "the music, with gain and fades"),
    } <= edl


def test_final_cut_xml_says_size_timecode_reel_and_level_and_repeats_no_clip(folder: Path) -> None:
    gull = {"kind": "effect", "file": "a/gull.wav", "sha256": "0" * 64, "seconds": 1, "gain_db": -6, "fade_in_s": 0.5}
    sounds = tuple(FilmSound(start_s=at, **gull) for at in (0, 2))
    cut = film_cut(30, [film_shot(1, 60, overlap=10), film_shot(2, 60)], sounds=sounds)
    timeline = built(cut, COUNTINGS[5], parts_of(cut, frozenset({1})))
    write_fcp7(timeline, folder / "film.xml")
    assert "<!DOCTYPE xmeml>" in (folder / "film.xml").read_text()
    sequence = ET.parse(folder / "film.xml").getroot().find("project/children/sequence")
    assert sequence is not None
    assert sequence.findtext("timecode/string") == "01:00:00;00"
    assert sequence.findtext("timecode/displayformat") == "DF"
    assert sequence.findtext("media/video/format/samplecharacteristics/width") == "1280"
    files = [file for file in sequence.iter("file") if file.find("pathurl") is not None]
    assert {file.findtext("timecode/reel/name") for file in files} == {
        f.reel for f in parts_of(cut).files if f.key in {"final v003", "gull.wav"}
    }
    assert {file.findtext("pathurl") for file in files} == {
        (folder / "media" / name).as_uri()
        for name in ("SC010_SH0001_final_v003.mov", "SC010_SH0002_final_v003.mov", "gull.wav")
    }
    silent = next(f for f in files if "SH0002" in str(f.findtext("name")))
    assert silent.find("media/audio") is None
    assert [file.findtext("media/audio/channelcount") for file in files if file is not silent] == ["2", "2"]
    gulls = [item for item in sequence.iter("clipitem") if item.findtext("name") == "gull.wav"]
    assert [(item.findtext("start"), item.findtext("sourcetrack/trackindex")) for item in gulls] == [
        ("0", "1"),
        ("60", "1"),
        ("0", "2"),
        ("60", "2"),
    ]
    ids = [item.attrib["id"] for item in sequence.iter("clipitem")]
    assert len(ids) == len(set(ids)) == 2 + 2 + 4, "two pictures, one clip's two channels, two gulls'"
    linked = {item.attrib["id"]: [link.text for link in item.iter("linkclipref")] for item in sequence.iter("clipitem")}
    assert linked["clipitem-1"] == linked["clipitem-3"] == ["clipitem-1", "clipitem-3", "clipitem-3-right"]
    assert linked["clipitem-2"] == [], "a shot without sound"
    keys = [(k.findtext("when"), k.findtext("value")) for k in gulls[0].iter("keyframe")]
    assert keys == [("0", "0"), ("15", "0.501187")]


def test_markers_say_who_said_what_of_which_take(folder: Path) -> None:
    words = (
        MarkedWord("note", "Ada", "darker", "final v003", frame=15, frames=5),
        MarkedWord("verdict", "Ben", "hand", "final v001", frame=15, good=False),
        MarkedWord("circle", "Ben", "", good=True),
    )
    cut = film_cut(25, [film_shot(1, 40, first=10)])
    timeline = built(cut, COUNTINGS[2], parts_of(cut, said={"SC010_SH0001": words}))
    markers = timeline.video_tracks()[0][0].markers
    assert [(m.name, m.color, m.metadata[METADATA]["who"]) for m in markers] == [
        ("note: darker", "CYAN", "Ada"),
        ("final v001 bad: hand", "RED", "Ben"),
        ("circle", "GREEN", "Ben"),
    ]
    assert [(m.marked_range.start_time.value, m.marked_range.duration.value) for m in markers] == [
        (15, 5),
        (10, 1),
        (10, 1),
    ]
