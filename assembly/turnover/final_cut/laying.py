"""Where everything of a timeline stands, in frames: Final Cut has one storyline, and hangs everything else on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from assembly.turnover.losses import Loss
from assembly.turnover.reading import facts_of
from assembly.turnover.references import UsedFile, called, file_of

_NEARLY_WHOLE = Fraction(1, 1000)
"""Of a frame: what floating-point arithmetic may have left of a whole one."""


@dataclass(slots=True)
class TrackItem:
    """A clip or a gap. `at`: the timeline's frame that it begins with; `first`: its file's, in the file's own timecode.
    `sound`: the clip of a sound track that is this one's own sound, which editing programs keep with the pictures.
    """

    thing: Any
    file: UsedFile | None
    at: int
    frames: int
    first: int
    sound: TrackItem | None = None

    @property
    def end(self) -> int:
        """The timeline's frame after its last."""
        return self.at + self.frames

    def shared(self, other: TrackItem) -> int:
        """How many frames of the timeline both fill."""
        return min(self.end, other.end) - max(self.at, other.at)


@dataclass(frozen=True, slots=True)
class CutOver:
    """A transition: it begins `before` frames before the frame `cut` and ends `after` frames after it."""

    cut: int
    before: int
    after: int
    effect: str = ""


@dataclass(slots=True)
class Track:
    """What a track holds, in order. `kind`: of its sound."""

    name: str
    kind: str = ""
    placed: list[TrackItem] = field(default_factory=list)
    changes: list[CutOver] = field(default_factory=list)


@dataclass(slots=True)
class LaidTimeline:
    """The storyline, the video tracks above it from the lowest on, and the sound tracks without the storyline's own
    sound. `crossed`: the transitions of the storyline at which its own sound changes over just as long.
    """

    story: Track
    above: list[Track]
    sounds: list[Track]
    crossed: frozenset[CutOver]


def lay(timeline: Any, lost: list[Loss]) -> LaidTimeline:
    """Read the timeline. Adds to `lost` what no frame of Final Cut's can hold."""
    video, *above = [_track(track, lost) for track in timeline.video_tracks()] or [Track("V1")]
    sounds = [_track(track, lost) for track in timeline.audio_tracks()]
    for shown in video.placed:
        _join_sound(shown, sounds)
    crossed = _crossed(video, sounds, lost)
    for track in above:
        lost.extend(Loss(track.name, "a transition", "a cut") for _ in track.changes)
    return LaidTimeline(video, above, [track for track in sounds if any(heard.file for heard in track.placed)], crossed)


def _track(track: Any, lost: list[Loss]) -> Track:
    found, at = Track(track.name, str(facts_of(track).get("kind") or "")), Fraction(0)
    for child in track:
        if isinstance(child, otio.schema.Transition):
            before, after = (round(_exact(time)) for time in (child.in_offset, child.out_offset))
            found.changes.append(CutOver(round(at), before, after, str(facts_of(child).get("effect") or "")))
            continue
        span = child.trimmed_range()
        begins, ends, first = at, at + _exact(span.duration), _exact(span.start_time)
        if any(abs(each - round(each)) > _NEARLY_WHOLE for each in (begins, ends, first)):
            lost.append(Loss(called(child), "its place between two frames", "the nearest frame"))
        file = file_of(child.media_reference) if isinstance(child, otio.schema.Clip) else None
        found.placed.append(TrackItem(child, file, round(begins), round(ends) - round(begins), round(first)))
        at = ends
    return found


def _exact(time: Any) -> Fraction:
    return Fraction(time.value).limit_denominator(1_000_000)


def _join_sound(shown: TrackItem, sounds: list[Track]) -> None:
    """Take the clip that is in step with these pictures, and shares most with them, from its sound track."""
    if shown.file is None or not shown.file.sound:
        return
    in_step = [
        (shown.shared(heard), index, track)
        for track in sounds
        for index, heard in enumerate(track.placed)
        if heard.file and heard.file.url == shown.file.url
        if heard.first - heard.at == shown.first - shown.at and shown.shared(heard) > 0
    ]
    if in_step:
        _, index, track = max(in_step, key=lambda found: found[0])
        heard = track.placed[index]
        shown.sound = heard
        track.placed[index] = TrackItem(otio.schema.Gap(), None, heard.at, heard.frames, 0)


def _crossed(video: Track, sounds: list[Track], lost: list[Loss]) -> frozenset[CutOver]:
    """The picture's transitions that the sound makes too. Other crossfades of sound are lost."""
    bare = {(change.cut, change.before, change.after): change for change in video.changes}
    crossed = set()
    for track in sounds:
        for change in track.changes:
            found = bare.get((change.cut, change.before, change.after))
            if found is not None:
                crossed.add(found)
            else:
                frames = change.before + change.after
                lost.append(Loss(track.name, f"a crossfade of {frames} frames at frame {change.cut}", "a cut"))
    return frozenset(crossed)
