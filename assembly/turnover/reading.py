"""What the writers of all formats read from a turnover's timeline, and the losses that several of them share.

The timeline's conventions, which production/turnover follows when it builds one:

- `global_start_time` is the start timecode; its rate is the timeline's rate (24000/1001 and 30000/1001 exactly), and
  every time in it has this rate. `metadata["check_the_gate"]["drop_frame"]` says how its timecode is written.
- Video track `V1` holds clips, gaps and transitions; audio tracks follow. Transitions are SMPTE_Dissolve;
  `metadata["check_the_gate"]["effect"]` names another one (`fadeblack`, `wipeleft`, …).
- A clip's name is its file's name with the extension. Its media references are alternates by key, as
  `draft v002`; the active one is the take of the cut. Each is an ExternalReference whose `target_url` is relative to
  the turnover's folder (`media/SC010_SH0010_final_v003.mov`), and whose `available_range` begins at the file's own
  start timecode. A reference's `metadata["check_the_gate"]` has `reel` (8 characters, A-Z and 0-9, unique per file),
  `sha256`, `shot`, `take`, `tier`, `width`, `height`, `sound` (whether the file has any), `channels`.
- A clip of V1 has `label`, `shot`, `take`, `tier` and `sha256` in its `metadata["check_the_gate"]`; a graded one has
  `luts`, .cube files by their path, in order, and `metadata["cdl"]` where an ASC CDL is all of its grade.
- Each audio track has a `kind`: `clips`, `dialogue`, `music` or `effects`. Its clips have `gain_db`, `fade_in_frames`
  and `fade_out_frames`; other sounds than the clips' own also `duck_db`, `own_db`, and `late_samples`, by which their
  place differs from the film's, at 48 kHz.
- Markers on clips are notes, verdicts and titles; `metadata["check_the_gate"]` has `who` and `kind`.
"""

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
            yield Loss(_subject(clip), "its grade", f"apply {', then '.join(luts)}")


def one_line(words: str) -> str:
    """Words without line ends and control characters."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else " " for c in words).split())


def _subject(clip: Any) -> str:
    return str(facts_of(clip).get("label") or clip.name)
