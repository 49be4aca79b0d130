"""FCPXML of any timeline: what its grammar allows, to the frame where the timeline has it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import given, settings

from assembly.turnover import reading, references
from tests.integration.turnover_formats.fcpxml_read import TIMES, frames, heard, line_of, place, written
from tests.integration.turnover_formats.timelines import clips_of, timelines


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
