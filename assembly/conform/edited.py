"""A cut as an editing program left it, in frames of the film, whatever format it came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from assembly.conform.bounds import CLIPS_MAX, FRAMES_MAX
from assembly.errors import UnreadableEdit
from assembly.turnover.losses import Loss
from assembly.turnover.timecode import Counting

_TOLD_MAX = 1_000
"""Losses and titles of one edit that are told one by one."""

Kind = Literal["cut", "dissolve", "fade", "wipe"]
Direction = Literal["left", "right", "up", "down"]


@dataclass(frozen=True, slots=True)
class Named:
    """What an edit says of the file behind a clip. `names`: of the file, then of the clip, which keeps its name when
    somebody changes its take; `files`: paths and URLs as they are written; `content`: what the edit itself gives as the
    file's SHA-256.
    """

    names: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    reel: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True)
class EditedClip:
    """One clip, shown for `frames`, what it shares with its neighbours included; black where `source` is None.
    `first`: the frame that it begins with, of the file; where `by_timecode`, of the file's timecode, counted from
    midnight. `overlap`: the frames that it shares with the next, changing by `kind`; `direction`: of a wipe, None where
    the format does not say it. `sound`: at a cut, by how many frames its sound ends after its pictures; None where the
    edit does not say it. `place`: where to find it.
    """

    place: str
    frames: int
    source: Named | None = None
    first: int = 0
    by_timecode: bool = False
    overlap: int = 0
    kind: Kind = "cut"
    direction: Direction | None = None
    sound: int | None = None


@dataclass(frozen=True, slots=True)
class EditedChange:
    """A transition between two clips: it begins `before` frames before the edit and ends `after` frames after it."""

    place: str
    before: int
    after: int
    kind: Kind = "dissolve"
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class EditedCut:
    """The picture track of an edit. `losses`: what the film's cut cannot say of it. `titles`: place and words of titles
    over it.
    """

    clips: tuple[EditedClip, ...]
    counting: Counting
    losses: tuple[Loss, ...]
    titles: tuple[tuple[str, str], ...] = ()

    @property
    def frames(self) -> int:
        """Its length."""
        return sum(clip.frames - clip.overlap for clip in self.clips)


def one_after_another(parts: Sequence[EditedCut]) -> EditedCut:
    """The cut that was divided into these parts."""
    return EditedCut(
        tuple(clip for part in parts for clip in part.clips),
        parts[0].counting,
        tuple(loss for part in parts for loss in part.losses),
        tuple(title for part in parts for title in part.titles),
    )


@dataclass
class EditedTrack:
    """A picture track as a reader finds it, clip by clip; `joined` puts the transitions into the clips."""

    file: str
    counting: Counting
    items: list[EditedClip | EditedChange] = field(default_factory=list)
    losses: dict[Loss, None] = field(default_factory=dict)
    untold: int = 0
    titles: list[tuple[str, str]] = field(default_factory=list)

    def add(self, item: EditedClip | EditedChange) -> None:
        """The next clip or transition. Raises UnreadableEdit for one past any bound."""
        if len(self.items) >= 2 * CLIPS_MAX:
            cause = f"it has more than {CLIPS_MAX} clips on one track"
            raise UnreadableEdit(self.file, cause, "Split it, and import one part")
        numbers = (item.frames, item.first) if isinstance(item, EditedClip) else (item.before, item.after)
        if not all(0 <= number <= FRAMES_MAX for number in numbers):
            cause = f"{item.place} has a negative time, or one beyond 24 hours"
            raise UnreadableEdit(self.file, cause, "Correct it in the editor, and export it again")
        self.items.append(item)

    def lose(self, subject: str, lost: str, instead: str = "") -> None:
        """Note what the film's cut cannot say; beyond a length that people read it is only counted."""
        loss = Loss(subject, lost, instead)
        if loss in self.losses or len(self.losses) < _TOLD_MAX:
            self.losses[loss] = None
        else:
            self.untold += 1

    def add_title(self, place: str, words: str) -> None:
        """Note a title over the pictures."""
        if len(self.titles) < _TOLD_MAX:
            self.titles.append((place, words[:200]))
        else:
            self.untold += 1

    def joined(self, sounds: Mapping[int, int] = MappingProxyType({})) -> EditedCut:
        """The cut. A transition that has no clips on both sides, or no room in them, becomes a cut, and is told.
        `sounds`: by the frame of a cut, how many frames later the sound changes.
        """
        clips: list[EditedClip] = []
        at = 0
        waiting: EditedChange | None = None
        for item in self.items:
            if isinstance(item, EditedChange):
                if clips and waiting is None:
                    waiting = item
                else:
                    self._cut(item, "it has no clip before it")
            elif item.frames:
                at += item.frames
                clips.append(replace(item, sound=sounds.get(at)))
                if waiting is not None:
                    self._overlap(clips, waiting)
                waiting = None
        if waiting is not None:
            self._cut(waiting, "it has no clip after it")
        if not any(clip.source for clip in clips):
            cure = "Export the timeline that has the film's pictures"
            raise UnreadableEdit(self.file, "it shows no clip on its picture track", cure)
        more = [Loss("the edit", f"{self.untold} more things that the film cannot show")] if self.untold else []
        return EditedCut(tuple(clips), self.counting, (*self.losses, *more), tuple(self.titles))

    def _overlap(self, clips: list[EditedClip], change: EditedChange) -> None:
        left, right, shared = clips[-2], clips[-1], change.before + change.after
        before = clips[-3].overlap if len(clips) > 2 else 0
        if not shared:
            return
        if shared > 10 * self.counting.base:
            self._cut(change, "it is longer than 10 s")
        elif before + shared >= left.frames + change.after or shared >= right.frames + change.before:
            self._cut(change, "it is as long as the clip beside it")
        elif right.source and right.first < change.before:
            self._cut(change, "the clip after it has no frames before its in-point")
        else:
            clips[-2] = replace(
                left, frames=left.frames + change.after, overlap=shared, kind=change.kind, direction=change.direction
            )
            first = right.first - change.before if right.source else 0
            clips[-1] = replace(right, frames=right.frames + change.before, first=first)

    def _cut(self, change: EditedChange, why: str) -> None:
        self.lose(change.place, f"its {change.kind}: {why}", "a cut")


def named_change(place: str, name: str, before: int, after: int, track: EditedTrack) -> EditedChange:
    """A transition by the name that an editing program gives it; those that the film does not know become dissolves."""
    words = name.casefold()
    if any(word in words for word in ("fade", "dip")):
        return EditedChange(place, before, after, "fade")
    if "wipe" in words:
        return EditedChange(place, before, after, "wipe", _DIRECTIONS.get(words.removeprefix("wipe")))
    if words and not any(word in words for word in ("dissolve", "cross")):
        track.lose(place, f"the transition {name[:60]!r}", "a dissolve")
    return EditedChange(place, before, after)


_DIRECTIONS: dict[str, Direction] = {"left": "left", "right": "right", "up": "up", "down": "down"}
