"""Clips, gaps and transitions laid on a track, from frames of the film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import opentimelineio as otio

from assembly.timeline import METADATA, halves
from assembly.turnover.timecode import Counting
from production.turnover.parts import MEDIA, MediaFile


@dataclass(frozen=True, slots=True)
class OnTrack:
    """A clip at frames `start` up to, not including, `end` of the film. `after`: the transition into the next."""

    start: int
    end: int
    clip: Any
    after: Any | None = None


def track_of(name: str, kind: str, laid: Sequence[OnTrack], frames: int, counting: Counting) -> Any:
    """The track, as long as the film: gaps where nothing lies. `laid`: in order, none over another."""
    track, at = otio.schema.Track(name, kind=kind), 0
    for each in laid:
        if each.start > at:
            track.append(otio.schema.Gap(source_range=span(0, each.start - at, counting)))
        track.append(each.clip)
        if each.after is not None:
            track.append(each.after)
        at = each.end
    if at < frames:
        track.append(otio.schema.Gap(source_range=span(0, frames - at, counting)))
    return track


def clip_of(shown: MediaFile, others: Sequence[MediaFile], first: int, frames: int, counting: Counting) -> Any:
    """A clip of `frames` from the file's frame `first` on, with its alternates as media references."""
    clip = otio.schema.Clip(shown.name, source_range=span(first, frames, counting))
    references = {each.key: _reference(each, counting) for each in (shown, *others)}
    clip.set_media_references(references, shown.key)
    return clip


def transition_of(overlap: int, effect: str, counting: Counting) -> Any | None:
    """The transition over so many shared frames; None where there are none."""
    if not overlap:
        return None
    after, before = halves(overlap)
    made = otio.schema.Transition(
        "dissolve" if effect == "fade" else effect,
        otio.schema.Transition.Type.SMPTE_Dissolve,
        in_offset=otio.opentime.RationalTime(before, float(counting.rate)),
        out_offset=otio.opentime.RationalTime(after, float(counting.rate)),
    )
    if effect != "fade":
        made.metadata[METADATA] = {"effect": effect}
    return made


def span(start: int, frames: int, counting: Counting) -> Any:
    """A range of whole frames."""
    time = otio.opentime.RationalTime
    return otio.opentime.TimeRange(time(start, float(counting.rate)), time(frames, float(counting.rate)))


def _reference(file: MediaFile, counting: Counting) -> Any:
    """The file, relative to the turnover's folder. Every file begins at 00:00:00:00."""
    made = otio.schema.ExternalReference(f"{MEDIA}/{file.name}", span(0, file.written.frames, counting))
    made.name = file.name
    made.metadata[METADATA] = {
        "reel": file.reel,
        "sha256": file.sha256,
        "shot": file.shot,
        "take": file.take,
        "tier": file.tier,
        "width": file.written.width,
        "height": file.written.height,
        "sound": file.written.sound,
        "channels": file.written.channels,
    }
    return made
