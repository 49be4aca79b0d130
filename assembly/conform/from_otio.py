"""The cut of an OpenTimelineIO timeline, whoever made it.

It is read as the JSON that it is: OpenTimelineIO's own parser ends the whole process at some broken files.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assembly.conform.bounds import CLIPS_MAX, DEPTH_MAX, FRAMES_MAX, text_of
from assembly.conform.edited import EditedChange, EditedClip, EditedCut, EditedTrack, Named, named_change
from assembly.conform.names import name_of
from assembly.conform.split_sound import Laid, sound_ends
from assembly.errors import UnreadableEdit
from assembly.turnover.timecode import RATES, Counting

METADATA = "check_the_gate"
_ON_FRAME = 0.02
"""How far a time may lie from a frame: programs write binary fractions."""

_AGAIN = "Export it again from the editing program"
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_OLDER = {"Filler": "Gap", "Sequence": "Track", "SerializeableCollection": "SerializableCollection"}
"""Names of early versions."""

Node = Mapping[str, Any]
"""One object of the timeline."""


def cut_of_otio(content: bytes, file: str, fps: int) -> EditedCut:
    """Read OpenTimelineIO's JSON. Raises UnreadableEdit."""
    depth = deepest = 0
    for sign in re.findall(rb"[\[\]{}]", _STRING.sub(b"", content)):
        depth += 1 if sign in b"[{" else -1
        deepest = max(deepest, depth)
    if deepest > DEPTH_MAX:
        raise UnreadableEdit(file, f"it nests {deepest} levels deep, and a timeline at most {DEPTH_MAX}", _AGAIN)
    try:
        found = json.loads(text_of(content, file))
    except (ValueError, RecursionError) as error:
        raise UnreadableEdit(file, f"it is not an OpenTimelineIO file: {str(error)[:200]}", _AGAIN) from None
    if not kind_of(found):
        raise UnreadableEdit(file, "it is JSON, but not an OpenTimelineIO file", _AGAIN)
    inside = found.get("children") if kind_of(found) == "SerializableCollection" else [found]
    timelines = [each for each in inside if kind_of(each) == "Timeline"] if isinstance(inside, list) else []
    if len(timelines) != 1:
        cause = f"it holds {len(timelines)} timelines" if timelines else "it holds no timeline"
        raise UnreadableEdit(file, cause, "Export one timeline alone")
    return _PictureTrack(timelines[0], file, fps).read()


def kind_of(node: Any) -> str:
    """The name of its schema; empty for what has none."""
    schema = node.get("OTIO_SCHEMA") if isinstance(node, Mapping) else None
    name = schema.partition(".")[0] if isinstance(schema, str) else ""
    return _OLDER.get(name, name)


class _PictureTrack:
    """Goes through the first picture track."""

    def __init__(self, timeline: Node, file: str, fps: int) -> None:
        self.file, self.fps = file, fps
        self.stack = stack if kind_of(stack := _inside(timeline, "tracks")) == "Stack" else {}
        self.tracks = [each for each in self._children(self.stack) if kind_of(each) == "Track"]
        self.track = EditedTrack(file, self._counting(timeline))

    def read(self) -> EditedCut:
        pictures = [track for track in self.tracks if track.get("kind") == "Video" and self._clips(track)]
        if not pictures:
            raise UnreadableEdit(self.file, "it has no picture track with clips", "Export the film's timeline")
        for number, other in enumerate(pictures[1:], start=2):
            for clip in self._clips(other)[:20]:
                self.track.lose(f"V{number}", f"{_called(clip)} on a second picture track")
        for thing in (self.stack, pictures[0]):
            self._effects(thing, "the picture track")
        for number, child in enumerate(self._children(pictures[0]), start=1):
            self._child(child, f"V1 item {number} {_called(child)}".rstrip())
        sounds = [self._heard(each) for each in self.tracks if each.get("kind") == "Audio"]
        return self.track.joined(sound_ends(self._laid(pictures[0]), sounds))

    def _heard(self, track: Node) -> list[Laid]:
        """A track of sound. Nothing of it refuses the edit, or is told: the film places its sound itself."""
        told = dict(self.track.losses)
        try:
            return self._laid(track)
        except UnreadableEdit:
            return []
        finally:
            self.track.losses = told

    def _laid(self, track: Node) -> list[Laid]:
        """Where each item of a track lies, by the name of its file; nothing for an item that is not a clip."""
        laid, at = list[Laid](), 0
        for child in self._children(track):
            if kind_of(child) == "Transition":
                laid.append(("", at, at))
                continue
            end = at + self._lasts(child, _called(child), depth=0)
            shown = _reference_of(child) if kind_of(child) == "Clip" else {}
            laid.append((name_of(str(shown.get("target_url") or "")), at, end))
            at = end
        return laid

    def _child(self, child: Node, place: str) -> None:
        kind = kind_of(child)
        if kind == "Transition":
            before, after = (self._frame(child.get(name), place) for name in ("in_offset", "out_offset"))
            self.track.add(self._transition(child, place, before, after))
            return
        self._effects(child, place)
        if kind == "Clip":
            self._clip(child, place)
            return
        if kind in {"Track", "Stack"}:
            self.track.lose(place, "a nested timeline", "black; take it apart in the editor")
        elif kind != "Gap":
            self.track.lose(place, f"a {kind or 'thing without a name'}", "black")
        self.track.add(EditedClip(place, self._lasts(child, place, depth=0)))

    def _lasts(self, item: Node, place: str, depth: int) -> int:
        """The length of an item that is not a clip: its range, else the longest or the sum of what it holds."""
        if (shown := item.get("source_range")) is not None:
            return self._range(shown, place)[1]
        inside = [each for each in self._children(item) if kind_of(each) != "Transition"]
        if depth > DEPTH_MAX or not (inside or kind_of(item) in {"Track", "Stack"}):
            there = _reference_of(item).get("available_range")
            return self._range(there, place)[1]
        lengths = [self._lasts(each, place, depth + 1) for each in inside]
        return max(lengths, default=0) if kind_of(item) == "Stack" else sum(lengths)

    def _transition(self, child: Node, place: str, before: int, after: int) -> EditedChange:
        effect, name = str(_facts(child).get("effect") or ""), str(child.get("name") or "")
        if effect:
            name = "dissolve" if effect == "fade" else effect
        elif not name and child.get("transition_type") == "SMPTE_Dissolve":
            name = "dissolve"
        return named_change(place, name, before, after, self.track)

    def _clip(self, clip: Node, place: str) -> None:
        reference = _reference_of(clip)
        there = reference.get("available_range")
        first, frames = self._range(there if clip.get("source_range") is None else clip["source_range"], place)
        generated = kind_of(reference) == "GeneratorReference"
        if clip.get("enabled") is False or generated:
            self.track.lose(place, "a generator" if generated else "a clip that is switched off", "black")
            self.track.add(EditedClip(place, frames))
            return
        begins, lasts = self._range(there, place) if there is not None else (0, 0)
        if lasts > 0:
            first -= begins
        if first < 0:
            self.track.lose(place, f"its in-point, {-first} frames before its file begins", "the file's first frame")
            first = 0
        self.track.add(EditedClip(place, frames, _named(clip, reference), first, by_timecode=lasts <= 0))

    def _effects(self, thing: Node, place: str) -> None:
        effects = thing.get("effects")
        for effect in effects if isinstance(effects, list) else ():
            kind = kind_of(effect)
            if kind == "FreezeFrame":
                self.track.lose(place, "its freeze frame", "the moving clip")
            elif kind == "LinearTimeWarp":
                speed = _number(effect.get("time_scalar"))
                if speed != 1:
                    self.track.lose(place, f"its speed, {100 * speed:.5g} %" if speed else "its speed", "100 %")
            else:
                told = effect if isinstance(effect, Mapping) else {}
                name = told.get("effect_name") or told.get("name") or kind
                self.track.lose(place, f"the effect {str(name)[:60]!r}")

    def _range(self, span: Any, place: str) -> tuple[int, int]:
        """Its first frame and its length."""
        if not isinstance(span, Mapping):
            raise UnreadableEdit(self.file, f"{place} has no length", _AGAIN)
        return self._frame(span.get("start_time"), place), self._frame(span.get("duration"), place)

    def _frame(self, time: Any, place: str) -> int:
        """A time as a frame: a frame of 24 is a frame of 23.976."""
        told = time if isinstance(time, Mapping) else {}
        value, rate = _number(told.get("value")), _number(told.get("rate"))
        if value is None or rate is None or rate <= 0:
            cause = f"{place} has the time {told.get('value')!r:.40} at {told.get('rate')!r:.40} a second"
            raise UnreadableEdit(self.file, cause, "Correct it in the editor, and export it again")
        frames = value if math.ceil(rate - 0.05) == self.fps else value * float(self.track.counting.rate) / rate
        if abs(frames) > 2 * FRAMES_MAX:
            raise UnreadableEdit(self.file, f"{place} has a time beyond 24 hours", _AGAIN)
        if abs(frames - round(frames)) > _ON_FRAME:
            self.track.lose(place, f"its time {frames:.3f}, between two frames", f"frame {round(frames)}")
        return round(frames)

    def _counting(self, timeline: Node) -> Counting:
        times = [timeline.get("global_start_time")]
        spans = (clip.get("source_range") for track in self.tracks for clip in self._clips(track))
        times += [span.get("duration") for span in spans if isinstance(span, Mapping)]
        rates = (_number(time.get("rate")) for time in times if isinstance(time, Mapping))
        rate = next((each for each in rates if each is not None), float(self.fps))
        found = next((each for each in RATES.values() if abs(float(each) - rate) < 0.01), None)
        if found is None or Counting(found).base != self.fps:
            cause = f"it runs at {rate:.5g} frames a second, and the film at {self.fps}"
            names = " or ".join(name for name, each in RATES.items() if Counting(each).base == self.fps)
            raise UnreadableEdit(self.file, cause, f"Set the timeline to {names}, and export it again")
        return Counting(found, bool(_facts(timeline).get("drop_frame")) and found == RATES["29.97"])

    def _children(self, node: Node) -> Sequence[Node]:
        children = node.get("children")
        if not isinstance(children, list):
            return ()
        if len(children) > 2 * CLIPS_MAX:
            raise UnreadableEdit(self.file, f"it has more than {CLIPS_MAX} clips on one track", "Split it")
        return [each if isinstance(each, Mapping) else {} for each in children]

    def _clips(self, track: Node) -> list[Node]:
        return [each for each in self._children(track) if kind_of(each) not in {"Gap", "Transition"}]


def _number(value: Any) -> float | None:
    """A finite number; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def _called(thing: Node) -> str:
    return repr(str(thing["name"])[:80]) if thing.get("name") else ""


def _inside(thing: Any, name: str) -> Node:
    found = thing.get(name) if isinstance(thing, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _facts(thing: Node) -> Node:
    return _inside(_inside(thing, "metadata"), METADATA)


def _reference_of(clip: Node) -> Node:
    """The media reference that is shown: of several, the active one."""
    several = _inside(clip, "media_references")
    key = clip.get("active_media_reference_key")
    return _inside(several, key if isinstance(key, str) else "") if several else _inside(clip, "media_reference")


def _named(clip: Node, reference: Node) -> Named:
    facts = {**_facts(clip), **_facts(reference)}
    url = str(reference.get("target_url") or "")
    shot = "_".join(str(facts[name]) for name in ("shot", "tier", "take") if facts.get(name))
    names = [name_of(url), reference.get("name"), shot if facts.get("shot") else "", clip.get("name")]
    reels = [facts.get("reel"), *_reels(clip), *_reels(reference)]
    return Named(
        names=tuple(dict.fromkeys(str(name)[:1_000] for name in names if name)),
        files=(url,) if url else (),
        reel=next((str(reel)[:1_000] for reel in reels if reel), ""),
        content=str(facts.get("sha256") or ""),
    )


def _reels(thing: Node) -> Iterator[Any]:
    metadata = _inside(thing, "metadata")
    yield _inside(metadata, "cmx_3600").get("reel")
    yield _inside(_inside(_inside(metadata, "fcp_xml"), "timecode"), "reel").get("name")
