"""FCPXML: how it says what a cut has, what it tells as lost, and what another reader finds in it."""

from __future__ import annotations

import warnings
from pathlib import Path

import opentimelineio as otio
import pytest
from lxml import etree
from otio_fcpx_xml_adapter import fcpx_xml as otio_fcpx

from assembly.turnover.fcpxml import write_fcpxml
from assembly.turnover.timecode import Counting
from tests.integration.turnover_formats.fcpxml_read import line_of, written
from tests.integration.turnover_formats.timelines import COUNTS, Said, Sound, Take, timeline_of


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
    assert [
        root.find(f".//asset[@name='{name}']").get("audioChannels") for name in ("music_2.wav", "effect_3.wav")
    ] == ["1"] * 2
    assert root.find(".//asset[@hasVideo]").get("audioChannels") == "2"
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


def test_a_film_may_begin_from_black_and_end_in_it(folder: Path) -> None:
    timeline = timeline_of([Take(), Take("SC010_SH0020")])
    for index, before, after in ((0, 0, 12), (3, 8, 0)):
        offsets = (otio.opentime.RationalTime(frames, 24) for frames in (before, after))
        timeline.tracks[0].insert(index, otio.schema.Transition("dissolve", "SMPTE_Dissolve", *offsets))
    root, lost = written(timeline, folder)
    spine = root.find(".//spine")
    assert [(each.tag, each.get("offset"), each.get("duration")) for each in spine] == [
        ("transition", "3600s", "12/24s"),
        ("asset-clip", "3600s", "1s"),
        ("asset-clip", "3601s", "1s"),
        ("transition", "86440/24s", "8/24s"),
    ]
    assert lost == ()


def test_a_transition_off_the_middle_of_its_cut_is_told(folder: Path) -> None:
    timeline = timeline_of([Take(overlap=8), Take("SC010_SH0020")])
    change = timeline.tracks[0][1]
    change.in_offset, change.out_offset = (otio.opentime.RationalTime(frames, 24) for frames in (6, 2))
    _, lost = written(timeline, folder)
    assert [(loss.subject, loss.lost) for loss in lost] == [
        ("A1", "a crossfade of 8 frames at frame 24"),
        ("SC010_SH0010", "that its transition has 6 frames before the cut and 2 after it"),
    ]


def test_a_second_video_track_lies_in_a_lane_above_the_storyline(folder: Path) -> None:
    timeline = timeline_of([Take(), Take("SC010_SH0020", notes=(Said("Night", kind="title", frames=9),))])
    inset = timeline_of([Take("SC010_SH0030", 12)]).tracks[0][0].clone()
    above = otio.schema.Track("V2", kind=otio.schema.TrackKind.Video)
    span = otio.opentime.TimeRange(otio.opentime.RationalTime(0, 24), otio.opentime.RationalTime(30, 24))
    above.extend([otio.schema.Gap(source_range=span), inset])
    timeline.tracks.insert(1, above)
    root, lost = written(timeline, folder)
    assert [
        (each.tag, each.get("name"), each.get("lane"), each.get("offset"), each.get("srcEnable"))
        for each in line_of(root)[1]
        if each.get("lane")
    ] == [
        ("asset-clip", "SC010_SH0030_0000_final_v001.mp4", "1", "18/24s", "video"),
        ("title", "Night", "2", "12/24s", None),
    ]
    assert len(lost) == 1


def test_a_disabled_clip_stays_so_and_its_effects_are_told(folder: Path) -> None:
    timeline = timeline_of([Take()])
    clip = timeline.tracks[0][0]
    clip.enabled = False
    clip.effects.append(otio.schema.LinearTimeWarp("slow", 0.5))
    root, lost = written(timeline, folder)
    assert line_of(root)[0].get("enabled") == "0"
    assert [(loss.subject, loss.lost) for loss in lost] == [("SC010_SH0010", "the effect LinearTimeWarp")]


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
