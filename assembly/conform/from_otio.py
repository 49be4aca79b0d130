"""The cut of an OpenTimelineIO timeline, whoever made it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, NoReturn

import opentimelineio as otio

from assembly.conform.bounds import CLIPS_MAX, DEPTH_MAX, FRAMES_MAX, text_of
from assembly.conform.edited import Change, EditedClip, EditedCut, Named, Track, named_change
from assembly.conform.names import name_of
from assembly.errors import UnreadableEdit
from assembly.timeline import METADATA
from assembly.turnover.timecode import RATES, Counting

_ON_FRAME = 0.02
"""How far a time may lie from a frame: programs write binary fractions."""

_AGAIN = "Export it again from the editing program"
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_OTIO_ERRORS = (otio.exceptions.OTIOError, ValueError, TypeError, RuntimeError, IndexError, KeyError, OverflowError)


def cut_of_otio(content: bytes, file: str, fps: int) -> EditedCut:
    """Read OpenTimelineIO's JSON. Raises UnreadableEdit."""
    try:
        _check_json(content, file)
        found = otio.core.deserialize_json_from_string(text_of(content, file))
    except (*_OTIO_ERRORS, RecursionError) as error:
        raise UnreadableEdit(file, f"it is no OpenTimelineIO file: {str(error)[:200]}", _AGAIN) from None
    return cut_of_timeline(found, file, fps)


def cut_of_timeline(found: Any, file: str, fps: int) -> EditedCut:
    """The cut of the one timeline in `found`. Raises UnreadableEdit."""
    try:
        timelines = _timelines(found)
        if len(timelines) != 1:
            cause = f"it holds {len(timelines)} timelines" if timelines else "it holds no timeline"
            raise UnreadableEdit(file, cause, "Export one timeline alone")
        return _Reader(timelines[0], file, fps).read()
    except _OTIO_ERRORS as error:
        raise UnreadableEdit(file, f"its timeline does not add up: {str(error)[:200]}", _AGAIN) from None


def _timelines(found: Any) -> list[Any]:
    if isinstance(found, otio.schema.Timeline):
        return [found]
    if isinstance(found, otio.schema.SerializableCollection):
        return [each for each in found if isinstance(each, otio.schema.Timeline)]
    return []


def _check_json(content: bytes, file: str) -> None:
    """Refuse what the parser in C++ is better not given: deep nesting, and numbers that are none."""
    depth = deepest = 0
    for sign in re.findall(rb"[\[\]{}]", _STRING.sub(b"", content)):
        depth += 1 if sign in b"[{" else -1
        deepest = max(deepest, depth)
    if deepest > DEPTH_MAX:
        raise UnreadableEdit(file, f"it nests {deepest} levels deep, and a timeline at most {DEPTH_MAX}", _AGAIN)

    def refuse(name: str) -> NoReturn:
        raise UnreadableEdit(file, f"it has {name} where a number should stand", _AGAIN)

    if not isinstance(json.loads(content, parse_constant=refuse), dict):
        raise UnreadableEdit(file, "it is JSON, and no OpenTimelineIO file", _AGAIN)


class _Reader:
    """Goes through the first picture track."""

    def __init__(self, timeline: Any, file: str, fps: int) -> None:
        self.timeline, self.file, self.fps = timeline, file, fps
        self.track = Track(file, _counting(timeline, file, fps))

    def read(self) -> EditedCut:
        tracks = [track for track in self.timeline.tracks or () if isinstance(track, otio.schema.Track)]
        pictures = [track for track in tracks if track.kind == otio.schema.TrackKind.Video and _clips(track)]
        if not pictures:
            raise UnreadableEdit(self.file, "it has no picture track with clips", "Export the film's timeline")
        for number, other in enumerate(pictures[1:], start=2):
            for clip in _clips(other)[:20]:
                self.track.lose(f"V{number}", f"{_called(clip)} on a second picture track")
        for thing in (self.timeline.tracks, pictures[0]):
            self._effects(thing, "the picture track")
        if len(pictures[0]) > 2 * CLIPS_MAX:
            raise UnreadableEdit(self.file, f"it has more than {CLIPS_MAX} clips on one track", "Split it")
        for number, child in enumerate(pictures[0], start=1):
            self._child(child, f"V1 item {number} {_called(child)}".rstrip())
        return self.track.joined()

    def _child(self, child: Any, place: str) -> None:
        if isinstance(child, otio.schema.Transition):
            before, after = (self._frame(each, place) for each in (child.in_offset, child.out_offset))
            self.track.add(self._transition(child, place, before, after))
            return
        self._effects(child, place)
        if isinstance(child, otio.schema.Clip):
            self._clip(child, place)
            return
        frames = self._frame(child.duration(), place)
        if isinstance(child, otio.schema.Track | otio.schema.Stack):
            self.track.lose(place, "a nested timeline", "black; take it apart in the editor")
        elif not isinstance(child, otio.schema.Gap):
            self.track.lose(place, f"a {child.schema_name()}", "black")
        self.track.add(EditedClip(place, frames))

    def _transition(self, child: Any, place: str, before: int, after: int) -> Change:
        effect = str(_facts(child).get("effect") or "")
        name = effect if effect and effect != "fade" else "dissolve" if effect else str(child.name or "")
        if not effect and child.transition_type == otio.schema.TransitionTypes.SMPTE_Dissolve and not name:
            name = "dissolve"
        return named_change(place, name, before, after, self.track)

    def _clip(self, clip: Any, place: str) -> None:
        reference, there = clip.media_reference, None
        if isinstance(reference, otio.core.MediaReference):
            there = reference.available_range
        shown = clip.source_range or there
        if shown is None:
            raise UnreadableEdit(self.file, f"{place} has no length", _AGAIN)
        frames, first = self._frame(shown.duration, place), self._frame(shown.start_time, place)
        if not clip.enabled or isinstance(reference, otio.schema.GeneratorReference):
            what = "a generator" if clip.enabled else "a clip that is switched off"
            self.track.lose(place, what, "black")
            self.track.add(EditedClip(place, frames))
            return
        known = there is not None and there.duration.value > 0
        if there is not None and known:
            first -= self._frame(there.start_time, place)
        if first < 0:
            self.track.lose(place, f"its in-point, {-first} frames before its file begins", "the file's first frame")
            first = 0
        self.track.add(EditedClip(place, frames, _named(clip, reference), first, by_timecode=not known))

    def _effects(self, thing: Any, place: str) -> None:
        for effect in getattr(thing, "effects", ()):
            if isinstance(effect, otio.schema.FreezeFrame):
                self.track.lose(place, "its freeze frame", "the moving clip")
            elif isinstance(effect, otio.schema.LinearTimeWarp):
                if effect.time_scalar != 1:
                    self.track.lose(place, f"its speed, {100 * effect.time_scalar:.5g} %", "100 %")
            else:
                name = effect.effect_name or effect.name or effect.schema_name()
                self.track.lose(place, f"the effect {name[:60]!r}")

    def _frame(self, time: Any, place: str) -> int:
        """A time as a frame: a frame of 24 is a frame of 23.976."""
        value, rate = float(time.value), float(time.rate)
        if not (math.isfinite(value) and math.isfinite(rate)) or rate <= 0:
            cause = f"{place} has the time {value:g} at {rate:g} a second"
            raise UnreadableEdit(self.file, cause, "Correct it in the editor, and export it again")
        frames = value if math.ceil(rate - 0.05) == self.fps else value * float(self.track.counting.rate) / rate
        if abs(frames) > 2 * FRAMES_MAX:
            raise UnreadableEdit(self.file, f"{place} has a time beyond 24 hours", _AGAIN)
        if abs(frames - round(frames)) > _ON_FRAME:
            self.track.lose(place, f"its time {frames:.3f}, between two frames", f"frame {round(frames)}")
        return round(frames)


def _counting(timeline: Any, file: str, fps: int) -> Counting:
    start = timeline.global_start_time
    rate = float(start.rate) if start is not None else None
    if rate is None:
        clips = (each for track in timeline.tracks or () for each in _clips(track))
        first = next((each.source_range for each in clips if each.source_range is not None), None)
        rate = float(first.duration.rate) if first is not None else float(fps)
    found = next((each for each in RATES.values() if abs(float(each) - rate) < 0.01), None)
    if found is None or Counting(found).base != fps:
        cause = f"it runs at {rate:.5g} frames a second, and the film at {fps}"
        raise UnreadableEdit(file, cause, f"Set the timeline to {_rates(fps)}, and export it again")
    drops = bool(_facts(timeline).get("drop_frame")) and found == Fraction(30_000, 1001)
    return Counting(found, drops)


def _rates(fps: int) -> str:
    return " or ".join(name for name, rate in RATES.items() if Counting(rate).base == fps)


def _clips(track: Any) -> list[Any]:
    return [each for each in track if not isinstance(each, otio.schema.Gap | otio.schema.Transition)]


def _called(thing: Any) -> str:
    return repr(str(thing.name)[:80]) if thing.name else ""


def _facts(thing: Any) -> Mapping[str, Any]:
    told = thing.metadata.get(METADATA)
    return told if isinstance(told, Mapping) else {}


def _named(clip: Any, reference: Any) -> Named:
    facts = {**_facts(clip), **(_facts(reference) if reference is not None else {})}
    url = str(getattr(reference, "target_url", None) or "")
    names = [clip.name, getattr(reference, "name", ""), name_of(url), _own_name(facts)]
    reels = [facts.get("reel"), *_reels(clip), *_reels(reference)]
    return Named(
        names=tuple(dict.fromkeys(str(name) for name in names if name)),
        files=(url,) if url else (),
        reel=next((str(reel) for reel in reels if reel), ""),
        content=str(facts.get("sha256") or ""),
    )


def _own_name(facts: Mapping[str, Any]) -> str:
    told = [facts.get(name) for name in ("shot", "tier", "take")]
    return "_".join(str(each) for each in told if each) if told[0] else ""


def _reels(thing: Any) -> Iterator[Any]:
    for name in ("cmx_3600", "fcp_xml"):
        told = thing.metadata.get(name) if thing is not None else None
        if isinstance(told, Mapping):
            yield told.get("reel") if not isinstance(told.get("reel"), Mapping) else told["reel"].get("name")
