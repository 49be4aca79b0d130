"""FCPXML: what its grammar allows, to the frame where the timeline has it, and read by programs that are not ours."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from hypothesis import given, settings
from lxml import etree
from otio_fcpx_xml_adapter import fcpx_xml as otio_fcpx

from assembly.turnover import reading, references
from assembly.turnover.fcpxml import write_fcpxml
from assembly.turnover.timecode import Counting
from tests.integration.turnover_formats.timelines import (
    COUNTS,
    Said,
    Sound,
    Take,
    clips_of,
    timeline_of,
    timelines,
)

GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).with_name("fcpxml_as_written.rng")))
# Apple's text is not ours to ship: where somebody has it, GATE_FCPXML_DTD names it, and it has to agree.
DTDS = [etree.DTD(path) for path in (os.environ.get("GATE_FCPXML_DTD"),) if path]

TIMES = ("offset", "start", "duration", "tcStart", "audioStart", "audioDuration", "frameDuration")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A turnover's folder."""
    return tmp_path_factory.mktemp("turnover")


def written(timeline: Any, folder: Path, **options: Any) -> tuple[Any, tuple[Any, ...]]:
    """The document's root, and what was lost."""
    into = folder / "cut.fcpxml"
    lost = write_fcpxml(timeline, into, **options)
    assert into.read_text(encoding="utf-8").startswith('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n')
    read = etree.parse(into)
    for rule in (GRAMMAR, *DTDS):
        assert rule.validate(read), rule.error_log
    return read.getroot(), lost


def frames(time: str, count: Counting) -> Fraction:
    return Fraction(time.removesuffix("s")) * count.rate


def line_of(root: Any) -> list[Any]:
    """The clips and gaps of the storyline: of an audition, the one that is shown."""
    spine = root.find(".//sequence/spine")
    return [each[0] if each.tag == "audition" else each for each in spine if each.tag != "transition"]


def place(clip: Any, count: Counting) -> Fraction:
    """The frame of the sequence that a clip begins with."""
    outer = clip.getparent() if clip.getparent().tag == "audition" else clip
    offset = frames(outer.get("offset"), count)
    if outer.get("lane") is None:
        return offset
    host = outer.getparent()
    return place(host, count) + offset - frames(host.get("start"), count)


def heard(root: Any, count: Counting) -> Iterator[tuple[str, Fraction, Fraction, Fraction]]:
    """Each sound: its file, where it begins in the sequence and in its file, and for how long."""
    for clip in root.iter("asset-clip"):
        alternate = clip.getparent().tag == "audition" and clip.getparent()[0] is not clip
        asset = root.find(f".//asset[@id='{clip.get('ref')}']")
        if alternate or clip.get("srcEnable") == "video" or asset.get("hasAudio") is None:
            continue
        start = frames(clip.get("start"), count)
        first = frames(clip.get("audioStart", clip.get("start")), count)
        length = frames(clip.get("audioDuration", clip.get("duration")), count)
        yield clip.get("name"), place(clip, count) + first - start, first, length


@settings(max_examples=60, deadline=None)
@given(timelines())
def test_any_timeline_is_written_by_the_grammar_in_whole_frames(folder: Path, timeline: Any) -> None:
    count = reading.counting_in(timeline)
    root, _ = written(timeline, folder)
    for element in root.iter():
        for name in TIMES:
            if (time := element.get(name)) is not None:
                assert frames(time, count).denominator == 1, (element.tag, name, time)
                assert int(time.partition("/")[2].removesuffix("s") or 1) < 2**31


@settings(max_examples=60, deadline=None)
@given(timelines())
def test_the_storyline_has_every_picture_in_its_place_and_no_hole(folder: Path, timeline: Any) -> None:
    count = reading.counting_in(timeline)
    root, _ = written(timeline, folder)
    sequence = root.find(".//sequence")
    at = start = frames(sequence.get("tcStart"), count)
    assert start == timeline.global_start_time.value
    pictures = clips_of(timeline)
    line = line_of(root)
    for each in line:
        assert place(each, count) == at
        at += frames(each.get("duration"), count)
    assert at - start <= frames(sequence.get("duration"), count)
    assert frames(sequence.get("duration"), count) == max(at - start, timeline.duration().value)
    for clip, each in zip(pictures, line, strict=False):
        assert frames(each.get("start"), count) == clip.source_range.start_time.value
        assert frames(each.get("duration"), count) == clip.source_range.duration.value
        made = references.file_of(clip.media_reference)
        assert (each.tag, each.get("name")) == (("asset-clip", made.name) if made else ("gap", clip.name))
    assert len(line) - len(pictures) in (0, 1)


@settings(max_examples=60, deadline=None)
@given(timelines())
def test_every_sound_is_heard_from_the_same_frame_for_as_long(folder: Path, timeline: Any) -> None:
    count = reading.counting_in(timeline)
    root, _ = written(timeline, folder)
    expected = sorted(
        (
            clip.name,
            Fraction(clip.range_in_parent().start_time.value + timeline.global_start_time.value),
            Fraction(clip.source_range.start_time.value),
            Fraction(clip.source_range.duration.value),
        )
        for clip in clips_of(timeline, "Audio")
    )
    assert sorted(heard(root, count)) == expected


@settings(max_examples=60, deadline=None)
@given(timelines())
def test_a_transition_covers_the_frames_around_its_cut_that_the_timeline_gives_it(folder: Path, timeline: Any) -> None:
    count = reading.counting_in(timeline)
    root, _ = written(timeline, folder)
    track = timeline.tracks[0]
    cuts = [
        (track.range_of_child(track[index + 1]).start_time.value, child.in_offset.value, child.out_offset.value)
        for index, child in enumerate(track)
        if child.schema_name() == "Transition"
    ]
    start = timeline.global_start_time.value
    found = [(frames(t.get("offset"), count), frames(t.get("duration"), count)) for t in root.iter("transition")]
    assert found == [(start + cut - before, before + after) for cut, before, after in cuts]


def test_the_other_takes_of_a_shot_are_an_audition_with_the_take_of_the_cut_first(folder: Path) -> None:
    timeline = timeline_of([Take(alternates=(100, 30)), Take("SC010_SH0020")])
    root, lost = written(timeline, folder)
    audition, alone = root.find(".//spine")
    assert [(take.get("name"), take.get("duration")) for take in audition] == [
        ("SC010_SH0010_0000_final_v003.mp4", "1s"),
        ("SC010_SH0010_0000_final_v001.mp4", "18/24s"),
        ("SC010_SH0010_0000_final_v002.mp4", "1s"),
    ]
    assert alone.tag == "asset-clip"
    assert [(loss.subject, loss.lost) for loss in lost] == [
        ("SC010_SH0010", "6 frames that the alternate final v001 has too few of")
    ]

    root, lost = written(timeline, folder, auditions=False)
    assert [each.tag for each in root.find(".//spine")] == ["asset-clip", "asset-clip"]
    assert lost == ()


def test_reel_shot_take_tier_and_content_go_along(folder: Path) -> None:
    root, _ = written(timeline_of([Take()]), folder)
    assert {md.get("key").rpartition(".")[2]: md.get("value") for md in root.iter("md")} == {
        "sha256": "0" * 64,
        "reel": "R0000000",
        "scene": "SC010_SH0010",
        "shot": "v001",
    }
    assert root.find(".//keyword").get("value") == "SC010_SH0010, final, v001"


def test_notes_are_markers_on_their_frames_whatever_people_wrote(folder: Path) -> None:
    notes = (Said('too <dark>\n& "flat"\x00', 3), Said("circled", who="ivo", kind="verdict"), Said("beyond", 30))
    root, lost = written(timeline_of([Take(notes=notes)]), folder)
    assert [(m.get("start"), m.get("value"), m.get("note")) for m in root.iter("marker")] == [
        ("15/24s", 'too <dark>\n& "flat"', "mara, note"),
        ("12/24s", "circled", "ivo, verdict"),
    ]
    assert [loss.lost for loss in lost] == ["the marker “beyond” on a frame that the cut does not show"]


@pytest.mark.parametrize(
    ("effect", "name", "lost"),
    [
        ("", "Cross Dissolve", []),
        ("fade", "Cross Dissolve", []),
        ("fadeblack", "Fade To Color", ["the black that its fade goes through"]),
        ("wipeleft", "Wipe", ["the direction of its wipe (left)"]),
        ("pixelize", "Cross Dissolve", ["its transition pixelize"]),
    ],
)
def test_a_transition_is_one_that_final_cut_has_and_its_loss_is_told(
    folder: Path, effect: str, name: str, lost: list[str]
) -> None:
    root, losses = written(timeline_of([Take(overlap=8, effect=effect), Take("SC010_SH0020")]), folder)
    transition = root.find(".//transition")
    assert [transition.get("name"), *(each.get("name") for each in transition)] == [name, name, "Audio Crossfade"]
    assert [loss.lost for loss in losses] == lost


def test_a_transition_without_frames_beyond_its_cut_is_told(folder: Path) -> None:
    _, lost = written(timeline_of([Take(tail=1, overlap=8), Take("SC010_SH0020", head=3)]), folder)
    assert [(loss.subject, loss.lost) for loss in lost] == [
        ("SC010_SH0010", "4 frames beyond the cut, which its transition needs")
    ]


@pytest.mark.parametrize(("moved", "first", "second"), [(-4, (12, 20), (8, 28)), (6, (12, 30), (18, 18))])
def test_a_cut_of_sound_before_or_after_the_pictures_is_a_split_edit(
    folder: Path, moved: int, first: tuple[int, int], second: tuple[int, int]
) -> None:
    root, lost = written(timeline_of([Take(sound=moved), Take("SC010_SH0020")]), folder)
    split = [(clip.get("audioStart"), clip.get("audioDuration")) for clip in line_of(root)]
    assert split == [tuple(f"{each}/24s" for each in pair) for pair in (first, second)]
    assert lost == ()


def test_music_hangs_below_the_storyline_with_its_gain_its_fades_and_its_role(folder: Path) -> None:
    sounds = [
        Sound(at=30, frames=100, facts={"gain_db": -14.0, "fade_in_frames": 12, "fade_out_frames": 900}),
        Sound("effect", 200),
    ]
    root, lost = written(timeline_of([Take(), Take("SC010_SH0020")], sounds), folder)
    music, effect = root.findall(".//asset-clip[@lane]")
    assert (music.getparent().get("name"), music.get("lane"), music.get("audioRole"), music.get("offset")) == (
        "SC010_SH0020_0001_final_v001.mp4",
        "-1",
        "music",
        "18/24s",
    )
    volume = music.find("adjust-volume")
    assert [volume.get("amount"), *((fade.tag, fade.get("duration")) for fade in volume[0])] == [
        "-14dB",
        ("fadeIn", "12/24s"),
        ("fadeOut", "100/24s"),
    ]
    assert (effect.getparent().tag, effect.get("audioRole")) == ("gap", "effects")
    assert lost == ()


def test_a_clip_whose_sound_the_cut_does_not_use_is_silent(folder: Path) -> None:
    timeline = timeline_of([Take(), Take("SC010_SH0020", heard=False)])
    del timeline.tracks[1]
    heard_clip, silent = line_of(written(timeline, folder)[0])
    assert (heard_clip.get("srcEnable"), silent.get("srcEnable")) == ("video", None)


def test_sound_of_another_shot_hangs_below_the_storyline(folder: Path) -> None:
    timeline = timeline_of([Take(), Take("SC010_SH0020")])
    track = timeline.tracks[1]
    first, second = (clip.clone() for clip in track)
    track[:] = [second, first]
    root, lost = written(timeline, folder)
    assert [(clip.get("name"), clip.get("srcEnable")) for clip in root.findall(".//asset-clip[@lane]")] == [
        ("SC010_SH0020_0001_final_v001.mp4", "audio"),
        ("SC010_SH0010_0000_final_v001.mp4", "audio"),
    ]
    assert {clip.get("srcEnable") for clip in line_of(root)} == {"video"}
    assert lost == ()


@pytest.mark.parametrize("count", [count for count in COUNTS if not count.ntsc], ids=lambda count: count.name)
def test_the_reader_of_opentimelineio_finds_the_same_cut(folder: Path, count: Counting) -> None:
    """It knows whole rates alone, and neither auditions nor transitions."""
    takes = [Take(overlap=12, notes=(Said("brighter", 5),)), Take("SC010_SH0020", 50), Take("SC010_SH0030", made=False)]
    timeline = timeline_of([*takes, Take("SC010_SH0040", 31)], [Sound(at=30)], count)
    written(timeline, folder)
    with warnings.catch_warnings():
        # It asks an XML element whether it is true, which Python is going to change.
        warnings.simplefilter("ignore", FutureWarning)
        event = otio_fcpx.read_from_string((folder / "cut.fcpxml").read_text(encoding="utf-8"))
    tracks = {track.name: track for track in event[0].tracks}
    for name, ours in (("0", timeline.tracks[0]), ("-1", timeline.tracks[2])):
        found = [
            (clip.name, clip.source_range, clip.range_in_parent().start_time) for clip in tracks[name].find_clips()
        ]
        assert found == [
            (clip.name, clip.source_range, clip.range_in_parent().start_time + timeline.global_start_time)
            for clip in ours.find_clips()
            if not clip.media_reference.is_missing_reference
        ]
    assert [(mark.name, mark.marked_range) for clip in tracks["0"].find_clips() for mark in clip.markers] == [
        (mark.name, mark.marked_range) for clip in timeline.tracks[0].find_clips() for mark in clip.markers
    ]


def test_titles_lie_above_their_shot_in_as_many_lanes_as_they_need(folder: Path) -> None:
    said = [("The harbour", 0, 12), ("November", 6, 12), ("Night", 12, 6)]
    notes = tuple(Said(words, at, frames, "", "title") for words, at, frames in said)
    root, lost = written(timeline_of([Take(notes=notes)]), folder)
    found = [
        (title.findtext("text/text-style"), title.get("lane"), title.get("offset"), title.get("duration"))
        for title in root.iter("title")
    ]
    assert found == [
        ("The harbour", "1", "12/24s", "12/24s"),
        ("November", "2", "18/24s", "12/24s"),
        ("Night", "1", "1s", "6/24s"),
    ]
    assert list(root.iter("marker")) == []
    assert [loss.instead for loss in lost] == ["Basic Title in the middle"] * 3


def test_sound_that_was_moved_against_its_pictures_hangs_below_the_storyline(folder: Path) -> None:
    timeline = timeline_of([Take(frames=40)])
    moved = timeline.tracks[1][0]
    moved.source_range = otio.opentime.TimeRange(
        moved.source_range.start_time + otio.opentime.RationalTime(2, 24), moved.source_range.duration
    )
    root, _ = written(timeline, folder)
    (shown,) = line_of(root)
    below = shown.find("asset-clip")
    assert (shown.get("srcEnable"), shown.get("start"), shown.get("audioStart")) == ("video", "12/24s", None)
    assert (below.get("srcEnable"), below.get("start"), below.get("offset")) == ("audio", "14/24s", "12/24s")


def test_the_sequence_is_as_large_as_the_largest_picture(folder: Path) -> None:
    root, _ = written(timeline_of([Take(size=(854, 480)), Take("SC010_SH0020"), Take(size=(640, 360))]), folder)
    forms = {form.get("id"): (form.get("width"), form.get("height")) for form in root.iter("format")}
    assert forms[root.find(".//sequence").get("format")] == ("1280", "720")
    assert [forms.get(clip.get("format")) for clip in line_of(root)] == [("854", "480"), None, ("640", "360")]


def test_the_folder_can_move_and_files_can_be_named_where_they_lie(folder: Path) -> None:
    timeline = timeline_of([Take()])
    into = folder / "timelines" / "cut.fcpxml"
    write_fcpxml(timeline, into, folder=folder)
    assert etree.parse(into).find(".//media-rep").get("src") == "../media/SC010_SH0010_0000_final_v001.mp4"
    write_fcpxml(timeline, into, folder=folder, relative=False)
    where = folder.resolve() / "media" / "SC010_SH0010_0000_final_v001.mp4"
    assert etree.parse(into).find(".//media-rep").get("src") == where.as_uri()


def test_drop_frame_starts_at_its_own_frame_and_says_so(folder: Path) -> None:
    root, _ = written(timeline_of([Take()], count=COUNTS[-1]), folder)
    sequence = root.find(".//sequence")
    assert (sequence.get("tcStart"), sequence.get("tcFormat")) == ("107999892/30000s", "DF")
    assert root.find(".//asset-clip").get("tcFormat") == "DF"
