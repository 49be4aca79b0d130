"""One edited cut in every format that it may come back in, read to the same frames."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from assembly.conform.edited import EditedCut
from assembly.conform.reading import read_cut

ADAPTERS = {"otio": "otio_json", "edl": "cmx_3600", "xml": "fcp_xml"}
RATES = {
    "24": (24, 24.0),
    "23.976": (24, 24000 / 1001),
    "25": (25, 25.0),
    "30": (30, 30.0),
    "29.97": (30, 30000 / 1001),
}
NAMES = ("SC010_SH0010_final_v001.mov", "SC010_SH0020_final_v002.mov", "SC020_SH0010_final_v001.mov")
EXPECTED = [
    (NAMES[0], 0, 96, 24, "dissolve"),
    (NAMES[1], 0, 72, 0, "cut"),
    ("", 0, 24, 0, "cut"),
    (NAMES[2], 7, 48, 0, "cut"),
]


def timeline(rate: float) -> Any:
    """A dissolve of 24 frames between two clips, then a gap, then a clip from its eighth frame."""

    def span(start: int, frames: int) -> Any:
        return otio.opentime.TimeRange(
            otio.opentime.RationalTime(start, rate), otio.opentime.RationalTime(frames, rate)
        )

    made = otio.schema.Timeline("X", global_start_time=otio.opentime.RationalTime(3600 * round(rate), rate))
    track = otio.schema.Track("V1", kind="Video")
    made.tracks.append(track)
    for number, (first, frames) in enumerate(((0, 84), (12, 60), (7, 48))):
        clip = otio.schema.Clip(NAMES[number], source_range=span(first, frames))
        clip.media_reference = otio.schema.ExternalReference(f"media/{NAMES[number]}", span(0, 96))
        clip.metadata["cmx_3600"] = {"reel": f"REEL000{number}"}
        track.append(clip)
        if number == 0:
            half = otio.opentime.RationalTime(12, rate)
            track.append(otio.schema.Transition("dissolve", "SMPTE_Dissolve", half, half))
        if number == 1:
            track.append(otio.schema.Gap(source_range=span(0, 24)))
    return made


def told(cut: EditedCut) -> list[tuple[str, int, int, int, str]]:
    return [
        (clip.source.names[0] if clip.source else "", clip.first, clip.frames, clip.overlap, clip.kind)
        for clip in cut.clips
    ]


@pytest.mark.parametrize("name", RATES)
@pytest.mark.parametrize("ending", ADAPTERS)
def test_the_same_cut_is_read_from_each_format_at_each_rate(tmp_path: Path, ending: str, name: str) -> None:
    fps, rate = RATES[name]
    file = tmp_path / f"cut.{ending}"
    otio.adapters.write_to_file(timeline(rate), str(file), adapter_name=ADAPTERS[ending])
    cut = read_cut(file, fps)
    assert told(cut) == EXPECTED
    assert cut.frames == 84 + 60 + 24 + 48
    assert cut.losses == ()
    if ending != "edl":  # a list does not say at which of the two rates it counts
        assert cut.counting.name == name


FCPXML = """<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE fcpxml>
<fcpxml version="1.10"><resources>
<format id="r1" frameDuration="{frame}" width="1280" height="720"/>
<effect id="r9" name="Cross Dissolve" uid="FxPlug:1"/>
{assets}</resources><library><event><project name="X"><sequence format="r1" tcStart="3600s">
<spine>
<asset-clip ref="a0" name="one" offset="3600s" duration="{d84}"/>
<transition name="Cross Dissolve" offset="{t72}" duration="{d24}"><filter-video ref="r9"/></transition>
<audition offset="{t84}"><clip name="two" start="{s12}" duration="{d60}"><video ref="a1" offset="0s"/></clip>
<asset-clip ref="a0" duration="{d60}"/></audition>
<gap offset="{t144}" duration="{d24}"/>
<asset-clip ref="a2" name="three" offset="{t168}" start="{s7}" duration="{d48}">
{inside}</asset-clip>
</spine></sequence></project></event></library></fcpxml>"""


def fcpxml(number: int = 1, rate: int = 24, inside: str = "") -> str:
    """The same cut as Final Cut writes it, at `rate` × 1000 / `number` × 1000 frames a second."""

    def time(frames: int, offset: int = 0) -> str:
        return f"{frames * number + offset * rate}/{rate}s"

    assets = "".join(
        f'<asset id="a{at}" name="{name}" start="0s" duration="{time(96)}" hasVideo="1">'
        f'<media-rep kind="original-media" src="file:///media/{name}"/></asset>\n'
        for at, name in enumerate(NAMES)
    )
    times = {f"d{frames}": time(frames) for frames in (84, 24, 60, 48)}
    times |= {f"t{frames}": time(frames, 3600) for frames in (72, 84, 144, 168)}
    return FCPXML.format(frame=time(1), assets=assets, s12=time(12), s7=time(7), inside=inside, **times)


@pytest.mark.parametrize(("fps", "number", "rate"), [(24, 1, 24), (24, 1001, 24000), (25, 1, 25), (30, 1001, 30000)])
def test_fcpxml_is_read_by_its_exact_times(tmp_path: Path, fps: int, number: int, rate: int) -> None:
    bundle = tmp_path / "cut.fcpxmld"
    bundle.mkdir()
    (bundle / "Info.fcpxml").write_text(fcpxml(number, rate))
    cut = read_cut(bundle, fps)
    assert told(cut) == EXPECTED
    assert [clip.source.names[-1] for clip in cut.clips if clip.source] == ["one", "two", "three"]
    assert cut.losses == ()


def test_a_bundled_timeline_is_read_and_so_is_one_with_another_ending(tmp_path: Path) -> None:
    otio.adapters.write_to_file(timeline(24), str(tmp_path / "cut.otio"))
    with zipfile.ZipFile(tmp_path / "cut.otioz", "w") as archive:
        archive.write(tmp_path / "cut.otio", "content.otio")
    (tmp_path / "cut.otio").rename(tmp_path / "cut.edl")
    assert told(read_cut(tmp_path / "cut.otioz", 24)) == told(read_cut(tmp_path / "cut.edl", 24)) == EXPECTED


def lost_of_otio(change: Callable[[Any], None], file: Path) -> list[tuple[str, str]]:
    made = timeline(24)
    change(made)
    otio.adapters.write_to_file(made, str(file))
    return [(loss.lost, loss.instead) for loss in read_cut(file, 24).losses]


def effect(one: Any) -> Callable[[Any], None]:
    return lambda made: made.tracks[0][0].effects.append(one)


def second_track(made: Any) -> None:
    other = otio.schema.Track("V2", kind="Video")
    other.append(made.tracks[0][0].clone())
    made.tracks.append(other)


def nested(made: Any) -> None:
    inner = otio.schema.Stack("inner", source_range=made.tracks[0][-1].source_range)
    inner.append(otio.schema.Track(children=[made.tracks[0][-1].clone()]))
    made.tracks[0].append(inner)


def longer(made: Any) -> None:
    made.tracks[0][1].in_offset = otio.opentime.RationalTime(60, 24)


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        (effect(otio.schema.LinearTimeWarp(time_scalar=2.0)), ("its speed, 200 %", "100 %")),
        (effect(otio.schema.FreezeFrame()), ("its freeze frame", "the moving clip")),
        (effect(otio.schema.Effect(effect_name="Blur")), ("the effect 'Blur'", "")),
        (second_track, (f"{NAMES[0]!r} on a second picture track", "")),
        (nested, ("a nested timeline", "black; take it apart in the editor")),
        (longer, ("its dissolve: the clip after it has no frames before its in-point", "a cut")),
        (lambda t: setattr(t.tracks[0][0], "enabled", False), ("a clip that is switched off", "black")),
        (lambda t: setattr(t.tracks[0][1], "name", "Page Peel"), ("the transition 'Page Peel'", "a dissolve")),
    ],
)
def test_what_the_films_cut_cannot_say_is_listed(tmp_path: Path, change: Callable[[Any], None], lost: Any) -> None:
    assert lost_of_otio(change, tmp_path / "cut.otio") == [lost]


@pytest.mark.parametrize(
    ("inside", "lost"),
    [
        ('<timeMap><timept time="0s" value="0s"/></timeMap>', "its retiming"),
        (
            '<adjust-crop><param><keyframeAnimation><keyframe time="0s"/></keyframeAnimation></param></adjust-crop>',
            "the effect 'adjust-crop' with keyframes",
        ),
        ('<filter-video ref="r9"/>', "the effect 'Cross Dissolve'"),
        ('<video ref="a0" name="Bird" lane="1" offset="0s" duration="1s"/>', "'Bird' above it, connected"),
    ],
)
def test_what_fcpxml_has_beyond_a_cut_is_listed(tmp_path: Path, inside: str, lost: str) -> None:
    (tmp_path / "cut.fcpxml").write_text(fcpxml(inside=inside))
    assert [loss.lost for loss in read_cut(tmp_path / "cut.fcpxml", 24).losses] == [lost]


def test_an_event_that_ends_with_its_dissolve_goes_on_in_the_next(tmp_path: Path) -> None:
    (tmp_path / "cut.edl").write_text(
        "TITLE: A\n"
        "001  AX  V  C        00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00\n"
        "002  AX  V  C        00:00:02:00 00:00:02:00 01:00:02:00 01:00:02:00\n"
        "002  BX  V  D    012 00:00:00:00 00:00:00:12 01:00:02:00 01:00:02:12\n"
        "003  BX  V  C        00:00:00:12 00:00:03:00 01:00:02:12 01:00:05:00\n"
    )
    cut = read_cut(tmp_path / "cut.edl", 24)
    assert [(clip.source.reel if clip.source else "", clip.first, clip.frames, clip.overlap) for clip in cut.clips] == [
        ("AX", 0, 60, 12),
        ("BX", 0, 72, 0),
    ]
    assert cut.losses == ()


def test_titles_are_told_by_their_words(tmp_path: Path) -> None:
    words = '<title name="Words" lane="1" offset="0s" duration="1s"/>'
    (tmp_path / "cut.fcpxml").write_text(fcpxml(inside=words))
    cut = read_cut(tmp_path / "cut.fcpxml", 24)
    assert ([title[1] for title in cut.titles], cut.losses) == (["Words"], ())


def test_a_drop_frame_list_counts_the_frames_of_its_files_as_its_own(tmp_path: Path) -> None:
    (tmp_path / "cut.edl").write_text(
        "TITLE: A\nFCM: DROP FRAME\n"
        "001  AX  V  C  00:00:59:28 00:01:00:04 01:00:59:28 01:01:00:04\n"
        "002  BX  V  C  00:00:00:05 00:00:00:15 01:01:00:04 01:01:00:14\n"
    )
    cut = read_cut(tmp_path / "cut.edl", 30)
    assert cut.counting.name == "29.97 drop-frame"
    assert [(clip.first, clip.frames) for clip in cut.clips] == [(1798, 4), (5, 10)]
