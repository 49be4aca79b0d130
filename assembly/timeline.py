"""The cut as an editor's timeline (OpenTimelineIO), for Resolve,
Premiere and other editing programs that conform it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import opentimelineio as otio

from assembly import plan
from manifests.cut import Cut
from manifests.reading.whole_file import put_text

Media = Callable[[str], Path]
"""Finds the file of a content hash."""

START_TIMECODE = "01:00:00:00"
METADATA = "check_the_gate"
"""The key under which our own facts stand in OTIO metadata."""


def build(cut: Cut, media: Media, notes: Mapping[str, str] | None = None, *, beside: Path | None = None) -> Any:
    """Build the timeline of `cut`: one picture track and one sound track, starting at 01:00:00:00.

    A dissolve becomes a transition whose two halves are the shared frames, so the timeline is as long as the film. A
    shot without a clip is a missing reference with its note. `notes` puts a marker on the shots it names ("re-anchored
    to the locked masters"). Media are file URLs, or paths relative to the folder `beside`. Raises UnfitCut.
    """
    timeline = otio.schema.Timeline(f"{cut.scene} {cut.title}".strip())
    timeline.global_start_time = otio.opentime.from_timecode(START_TIMECODE, cut.fps)
    timeline.metadata[METADATA] = {"scene": cut.scene, "tier": cut.tier, "complete": cut.complete}
    for name, kind in (("V1", otio.schema.TrackKind.Video), ("A1", otio.schema.TrackKind.Audio)):
        track = otio.schema.Track(name, kind=kind)
        for shot in plan.lay(cut):
            clip = _clip(shot, cut, media, beside)
            note = (notes or {}).get(shot.item.shot)
            if note and kind == otio.schema.TrackKind.Video:
                clip.markers.append(_marker(note, clip.source_range.start_time))
            track.append(clip)
            if shot.dissolve_out:
                track.append(_dissolve(shot.dissolve_out, cut.fps))
        timeline.tracks.append(track)
    return timeline


def save(cut: Cut, media: Media, into: Path, notes: Mapping[str, str] | None = None, *, relative: bool = True) -> Path:
    """Write the timeline of `cut` as an .otio file and return `into`.

    Media are named relative to it, so that the folder can move; `relative=False` writes file URLs, which some editors
    want. Raises UnfitCut.
    """
    timeline = build(cut, media, notes, beside=into.resolve().parent if relative else None)
    put_text(otio.adapters.write_to_string(timeline, "otio_json"), into)
    return into


def _clip(shot: plan.Placed, cut: Cut, media: Media, beside: Path | None) -> Any:
    """One shot, between the middles of its dissolves: beyond them lie the handles that the transitions use."""
    item = shot.item
    head, tail = halves(shot.dissolve_in)[1], halves(shot.dissolve_out)[0]
    clip = otio.schema.Clip(item.shot, source_range=_range(head, item.frames - head - tail, cut.fps))
    facts = {"shot": item.shot, "take": item.take, "tier": cut.tier, "sha256": item.clip.sha256 if item.clip else None}
    if item.clip is None:
        clip.media_reference = otio.schema.MissingReference(item.shot, _range(0, item.frames, cut.fps))
        facts["waits_for"] = item.note or "a clip"
    else:
        path = media(item.clip.sha256).resolve()
        clip.media_reference = otio.schema.ExternalReference(
            target_url=path.as_uri() if beside is None else Path(os.path.relpath(path, beside)).as_posix(),
            available_range=_range(0, max(item.clip.frames, item.frames), cut.fps),
        )
        clip.media_reference.name = f"{item.shot}_{cut.tier}_{item.take}".rstrip("_")
    clip.metadata[METADATA] = facts
    return clip


def _dissolve(frames: int, fps: int) -> Any:
    before, after = halves(frames)
    return otio.schema.Transition(
        "dissolve",
        otio.schema.Transition.Type.SMPTE_Dissolve,
        in_offset=otio.opentime.RationalTime(after, fps),
        out_offset=otio.opentime.RationalTime(before, fps),
    )


def halves(frames: int) -> tuple[int, int]:
    """How many of the shared frames lie beyond the edit point in the shot that ends, and before it in the next."""
    return frames // 2, frames - frames // 2


def _marker(note: str, at: Any) -> Any:
    return otio.schema.Marker(
        name=note,
        marked_range=otio.opentime.TimeRange(at, otio.opentime.RationalTime(1, at.rate)),
        color=otio.schema.MarkerColor.CYAN,
    )


def _range(start: int, frames: int, fps: int) -> Any:
    return otio.opentime.TimeRange(otio.opentime.RationalTime(start, fps), otio.opentime.RationalTime(frames, fps))
