"""What the writers of all formats read from a turnover's timeline, and the losses that several of them share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from assembly.timeline import METADATA
from assembly.turnover.losses import Loss
from assembly.turnover.timecode import Counting

DISSOLVE = "fade"
_EFFECTS = {
    "fadeblack": "fade through black",
    "wipeleft": "wipe to the left",
    "wiperight": "wipe to the right",
    "wipeup": "wipe upwards",
    "wipedown": "wipe downwards",
}


def facts_of(thing: Any) -> Mapping[str, Any]:
    """Our own facts about a timeline, a clip, a media reference, a transition or a marker."""
    found: Mapping[str, Any] = thing.metadata.get(METADATA, {})
    return found


def counting_in(timeline: Any) -> Counting:
    """How the timeline counts. Its rate is the nearest double to a fraction over 1001 or 1."""
    rate = Fraction(timeline.global_start_time.rate).limit_denominator(1001)
    return Counting(rate, bool(facts_of(timeline).get("drop_frame", False)))


def frames_of(time: Any) -> int:
    """The whole frames of a time of the timeline."""
    frames: int = round(time.value)
    return frames


def clips_of(track: Any) -> list[Any]:
    """The clips of a track, in order."""
    return [each for each in track if isinstance(each, otio.schema.Clip)]


def active(clip: Any) -> tuple[str, Any]:
    """The media of the take that is shown, with its key."""
    return clip.active_media_reference_key, clip.media_reference


def starts_of(track: Any) -> Iterator[tuple[Any, int]]:
    """Each clip with the frame of the film that it begins with."""
    for index, each in enumerate(track):
        if isinstance(each, otio.schema.Clip):
            yield each, frames_of(track.range_of_child_at_index(index).start_time)


def lost_alternates(timeline: Any) -> Iterator[Loss]:
    """For a format whose clips have one file."""
    for clip in (clip for track in timeline.video_tracks() for clip in clips_of(track)):
        others = [key for key in clip.media_references() if key != clip.active_media_reference_key]
        if others:
            yield Loss(_subject(clip), f"its alternates {', '.join(others)}", "their files lie in media/")


def lost_effects(timeline: Any, instead: str = "a dissolve of the same length") -> Iterator[Loss]:
    """For a format that has dissolves alone."""
    for track in timeline.video_tracks():
        for index, each in enumerate(track):
            if (
                isinstance(each, otio.schema.Transition)
                and (effect := facts_of(each).get("effect", DISSOLVE)) != DISSOLVE
            ):
                frames = frames_of(each.in_offset + each.out_offset)
                after = track[index - 1]
                yield Loss(_subject(after), f"the {_EFFECTS.get(effect, effect)} of {frames} frames after it", instead)


def lost_grades(timeline: Any, *, cdl: bool = False) -> Iterator[Loss]:
    """For a format that has no grades; `cdl`: or only a CDL."""
    for clip in (clip for track in timeline.video_tracks() for clip in clips_of(track)):
        luts = facts_of(clip).get("luts", ())
        if luts and not (cdl and "cdl" in clip.metadata):
            yield Loss(_subject(clip), "its grade", f"apply {', '.join(luts)} in this order")


def one_line(words: str) -> str:
    """Words without line ends and control characters."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else " " for c in words).split())


def _subject(clip: Any) -> str:
    return str(facts_of(clip).get("label") or clip.name)
