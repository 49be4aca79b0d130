"""The cut of an edit decision list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from assembly.conform.edited import Direction, EditedChange, EditedClip, EditedCut, EditedTrack, Kind, Named
from assembly.conform.edl import EdlEvent, read_edl
from assembly.conform.names import name_of

_WIPES: dict[int, Direction] = {1: "right", 2: "down", 101: "left", 102: "up"}
"""SMPTE ST 258: pattern 1 uncovers from left to right, 2 from top to bottom; 100 more runs it backwards."""


def cut_of_edl(content: bytes, file: str, fps: int) -> EditedCut:
    """Read it. A list gives places in its reels by timecode alone. Raises UnreadableEdit."""
    found = read_edl(content, file, fps)
    track = EditedTrack(file, found.counting)
    shown = _in_one(event for event in found.events if event.pictures)
    at = shown[0].record_in if shown else 0
    for event in found.events:
        if event.track.startswith("V") and not event.pictures:
            track.lose(_place(event), f"{event.name or event.reel} on the second picture track {event.track}")
    for event in shown:
        place = _place(event)
        if event.record_in > at:
            track.add(EditedClip(f"the gap before {place}", event.record_in - at))
        at = event.record_out
        _change(event, place, track)
        names = tuple(filter(None, (name_of(event.file), event.name)))
        source = Named(names, (event.file,) if event.file else (), event.reel)
        if event.speed != 1:
            track.lose(place, f"its speed, {_percent(event.speed)}", "100 %")
        for remark in event.remarks:
            track.lose(place, remark)
        lasts = event.record_out - event.record_in
        track.add(EditedClip(place, lasts, None if event.black else source, event.source_in, by_timecode=True))
    return track.joined()


def _in_one(events: Iterable[EdlEvent]) -> list[EdlEvent]:
    """The events, each with its rest: some programs end an event with its dissolve, and go on in the next."""
    found: list[EdlEvent] = []
    for event in events:
        last = found[-1] if found else None
        if (
            last is not None
            and last.change in {"dissolve", "wipe"}
            and event.change == "cut"
            and (last.reel, last.name, last.speed) == (event.reel, event.name, Fraction(1))
            and (last.source_out, last.record_out) == (event.source_in, event.record_in)
        ):
            found[-1] = replace(last, source_out=event.source_out, record_out=event.record_out, speed=event.speed)
        else:
            found.append(event)
    return found


def _change(event: EdlEvent, place: str, track: EditedTrack) -> None:
    if event.change in {"cut", "key"}:
        if event.change == "key":
            track.lose(place, "its key over other pictures", "a cut")
        return
    direction = _WIPES.get(event.wipe)
    if event.change == "wipe" and direction is None:
        track.lose(place, f"the wipe W{event.wipe:03d}", "a dissolve")
    kind: Kind = "wipe" if direction and event.change == "wipe" else "dissolve"
    track.add(EditedChange(place, 0, event.frames, kind, direction))


def _place(event: EdlEvent) -> str:
    return f"event {event.number:03d} (line {event.line})"


def _percent(speed: Fraction) -> str:
    return f"{float(100 * speed):.5g} %"
