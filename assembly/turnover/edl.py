"""The picture track as EDLs (CMX 3600), by OpenTimelineIO's plug-in, whose faults are mended before and after it.

The plug-in begins every list at 00:00:00:00, counts 29.97 as drop-frame in any case, names each reel AX or the file,
writes no FCM line, places markers by the source, repeats a shot's remarks at the dissolve after it, and names whole
paths in FROM CLIP, over which Premiere stumbles.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import opentimelineio as otio

from assembly.turnover.losses import Loss
from assembly.turnover.reading import (
    active,
    clips_of,
    counting_in,
    facts_of,
    frames_of,
    lost_alternates,
    lost_effects,
    lost_grades,
    one_line,
)
from assembly.turnover.timecode import Counting
from manifests.reading.whole_file import put_bytes

EVENTS_MAX = 999
"""CMX 3600 numbers events with three digits."""

_PATHS = re.compile(r"\* (FROM|TO) CLIP: ")
_REMARKS = ("* LOC:", "*ASC_")
_OF_CLIPS = "the clips' own sound"
_TO = "* TO CLIP NAME:"
_COLOURS = {"PURPLE": "MAGENTA", "ORANGE": "YELLOW", "PINK": "MAGENTA"}
"""Avid's names for markers' colours; the others are the same."""


def write_edl(timeline: Any, into: Path, *, events_max: int = EVENTS_MAX) -> tuple[Loss, ...]:
    """Write the picture track. Beyond `events_max` events there are numbered files: into_02.edl begins where the first
    ends. Raises OSError.
    """
    counting, track = counting_in(timeline), timeline.video_tracks()[0]
    parts, divided = _divided(track, events_max)
    start = frames_of(timeline.global_start_time)
    for number, items in enumerate(parts, start=1):
        file = edl_file(into, number)
        title = timeline.name if len(parts) == 1 else f"{timeline.name} {number:02d}"
        put_bytes(_text(items, start, counting, title).encode("ascii"), file)
        start += sum(frames_of(each.duration()) for each in items if isinstance(each, otio.core.Item))
    return (*divided, *_losses(timeline, counting))


def edl_file(into: Path, number: int) -> Path:
    """The file of the first events, or of those after it."""
    return into if number == 1 else into.with_stem(f"{into.stem}_{number:02d}")


def _losses(timeline: Any, counting: Counting) -> Iterator[Loss]:
    if counting.ntsc or counting.base != 30:
        yield Loss("the timeline", f"its rate, {counting.name}", "choose it in the dialogue of the import")
    yield Loss("the timeline", "the frame's width and height", "make a sequence of the media's size")
    for track in timeline.audio_tracks():
        kind = facts_of(track).get("kind", "sound")
        own = "it lies in the same files as the pictures" if kind == "clips" else "its files lie in media/"
        yield Loss(
            f"track {track.name}", f"{_OF_CLIPS if kind == 'clips' else f'the {kind}'}, with gain and fades", own
        )
    yield from lost_alternates(timeline)
    yield from lost_effects(timeline)
    yield from lost_grades(timeline, cdl=True)
    for clip in clips_of(timeline.video_tracks()[0]):
        for marker in clip.markers:
            if _ascii(one_line(marker.name)) != one_line(marker.name):
                yield Loss(facts_of(clip).get("label", clip.name), f"letters of {one_line(marker.name)!r}", "ASCII")


def _divided(track: Any, events_max: int) -> tuple[list[list[Any]], list[Loss]]:
    """The track in runs of so many events. A run ends at a cut; where there is none, a dissolve gives way."""
    children, parts, losses = list(track), list[list[Any]](), list[Loss]()
    while children:
        ends = [index for index, each in enumerate(children, 1) if isinstance(each, otio.schema.Clip)]
        if len(ends) <= events_max:
            parts.append(children)
            break
        cuts = [end for end in ends[:events_max] if not isinstance(children[end], otio.schema.Transition)]
        end = cuts[-1] if cuts else ends[events_max - 1]
        parts.append(children[:end])
        children = children[end:]
        if isinstance(children[0], otio.schema.Transition):
            label = facts_of(parts[-1][-1]).get("label", parts[-1][-1].name)
            losses.append(Loss(label, "the dissolve after it, where one list ends and the next begins", "a cut"))
            children = children[1:]
    return parts, losses


def _text(items: Sequence[Any], start: int, counting: Counting, title: str) -> str:
    """One list. A gap before it moves it to its start. Without drop-frame it is counted at the whole rate, which has
    the same numbers.
    """
    rate = float(counting.rate) if counting.drop_frame else float(counting.base)
    track = otio.schema.Track("V", kind=otio.schema.TrackKind.Video)
    track.append(otio.schema.Gap(source_range=_span(0, start, rate)))
    at = start
    for each in items:
        if isinstance(each, otio.schema.Transition):
            offsets = (otio.opentime.RationalTime(frames_of(o), rate) for o in (each.in_offset, each.out_offset))
            track.append(otio.schema.Transition(each.name, each.transition_type, *offsets))
            continue
        frames = frames_of(each.duration())
        first = frames_of(each.source_range.start_time)
        if isinstance(each, otio.schema.Clip):
            track.append(_event(each, at, first, frames, rate, counting))
        else:
            track.append(otio.schema.Gap(source_range=_span(first, frames, rate)))
        at += frames
    single = otio.schema.Timeline(_ascii(one_line(title)))
    single.tracks.append(track)
    written: str = otio.adapters.write_to_string(single, "cmx_3600", style="avid")
    head, _, events = written.partition("\n\n")
    drop = "DROP FRAME" if counting.drop_frame else "NON-DROP FRAME"
    return f"{head}\nFCM: {drop}\n\n{_mended(events)}"


def _event(clip: Any, at: int, first: int, frames: int, rate: float, counting: Counting) -> Any:
    """A copy of the clip as the plug-in needs it. `at`: its frame in the record."""
    _, media = active(clip)
    reference = otio.schema.ExternalReference(media.target_url)
    made = otio.schema.Clip(_ascii(clip.name), reference, _span(first, frames, rate))
    made.metadata["cmx_3600"] = {
        "reel": facts_of(media)["reel"],
        "comments": [_located(marker, at, first, counting) for marker in clip.markers],
    }
    if "cdl" in clip.metadata:
        made.metadata["cdl"] = clip.metadata["cdl"]
    return made


def _located(marker: Any, at: int, first: int, counting: Counting) -> str:
    """A marker as Avid writes it, by the record's timecode."""
    place = counting.timecode(at + frames_of(marker.marked_range.start_time) - first)
    colour = _COLOURS.get(marker.color, marker.color or "RED")
    return f"LOC: {place} {colour:7} {_ascii(one_line(marker.name))}"


def _mended(events: str) -> str:
    """Without paths, and without the remarks on the shot before a dissolve, which stand at its own event."""
    lines, before = [], False
    for line in events.splitlines():
        if line[:3].isdigit():
            before = bool(re.match(r"\d{3}\s+\S+\s+V\s+D", line))
        before = before and not line.startswith(_TO)
        if not _PATHS.match(line) and not (before and line.startswith(_REMARKS)):
            lines.append(line)
    return "\n".join(lines) + "\n"


def _ascii(words: str) -> str:
    """The words with the letters that every reader knows."""
    plain = unicodedata.normalize("NFKD", words)
    return "".join(c if c.isascii() else "?" for c in plain if not unicodedata.combining(c))


def _span(start: int, frames: int, rate: float) -> Any:
    time = otio.opentime.RationalTime
    return otio.opentime.TimeRange(time(start, rate), time(frames, rate))
