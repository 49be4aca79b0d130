"""An edit as the film is to show it: each clip as a shot, a take and frames of its clip, or as a card; and the rest."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from assembly.conform.edited import Direction, EditedClip, EditedCut, Kind
from assembly.turnover.losses import Loss
from manifests.scene import Shot
from production.post.conform.matching import Matched, TakeIndex
from production.post.layout import CutElement, frames_moved

_UNSAFE = re.compile(r"[^\w.-]+", re.ASCII)
_REEL = re.compile(r"_[A-Z][A-Z0-9]{7}$", re.ASCII)
_CARD = re.compile(r"^card_[0-9]+_", re.ASCII)
_CARD_MAX_S = 600


@dataclass(frozen=True, slots=True)
class WantedEnd:
    """How one ends, as `Ending` has it, in frames."""

    kind: Kind = "cut"
    frames: int = 0
    direction: Direction = "left"
    sound_s: float = 0.0


@dataclass(frozen=True, slots=True)
class WantedShot:
    """One shot from frame `first` of its clip on, or a card. `spare`: frames of the clip after its out-point. `take`: a
    version; None where the edit names none, so that what assembly.yaml says stays. `standing`: whether it is the one
    that stands. `card`: its words. `ends`: None at the film's end.
    """

    frames: int
    first: int = 0
    shot: Shot | None = None
    spare: int = 0
    take: str | None = None
    standing: bool = False
    card: str = ""
    ends: WantedEnd | None = None


@dataclass(slots=True)
class Conformed:
    """The wanted cut. `found`: place in the edit, shot, take, and how it was found; `rest`: what it cannot show."""

    shown: list[WantedShot] = field(default_factory=list)
    found: list[tuple[str, str, str, str]] = field(default_factory=list)
    rest: list[Loss] = field(default_factory=list)


def wanted_of(
    cut: EditedCut, index: TakeIndex, now: Sequence[CutElement], titles: Collection[str], fps: int
) -> Conformed:
    """Match each clip of the edit. `now`: the film as assembly.yaml has it; its cards are found again in it. `titles`:
    the words of those that assembly.yaml has.
    """
    told = Conformed(rest=list(cut.losses))
    told.rest += [Loss(place, f"the title {words!r}") for place, words in cut.titles if words not in titles]
    matches = [index.match(clip.source) if clip.source else None for clip in cut.clips]
    shots = [found.shot.id if found else None for found in matches]
    cards = _cards(cut.clips, shots, now)
    for number, (clip, found) in enumerate(zip(cut.clips, matches, strict=True)):
        if found is not None:
            shown = _shot(clip, found, index, cut, told)
        else:
            card = cards[number]
            if card is None and clip.source is not None:
                told.rest.append(Loss(clip.place, f"{_called(clip)}: no take of this film", "black"))
            shown = WantedShot(clip.frames, card=card or "")
        if shown.shot is None and shown.frames > _CARD_MAX_S * fps:
            told.rest.append(Loss(clip.place, f"black for {shown.frames / fps:.0f} s", f"{_CARD_MAX_S} s"))
            shown = WantedShot(_CARD_MAX_S * fps, card=shown.card)
        told.shown.append(shown)
    told.shown = list(_with_ends(told, cut.clips, now, fps))
    return told


def _shot(clip: EditedClip, found: Matched, index: TakeIndex, cut: EditedCut, told: Conformed) -> WantedShot:
    """The shot as the clip shows it, within the frames that its take has."""
    takes = index.takes[found.shot.id, found.level]
    if takes.omitted:
        told.rest.append(Loss(clip.place, f"{found.shot.id}, which a person omitted", f"black; {takes.cure}"))
        return WantedShot(clip.frames)
    take, standing = found.take, index.standing(found.shot.id, found.level)
    if found.named or (take is not None and not take.passed):
        why = "the take does not exist" if take is None else "it did not pass its gate"
        version = found.named or (take.version if take else "")
        told.rest.append(Loss(clip.place, f"{found.shot.id} {version}: {why}", "the one that stands"))
        take = standing
    elif take is not None and take != standing and found.level == "draft":
        lost = f"{found.shot.id} {take.version} is a draft's take"
        told.rest.append(Loss(clip.place, lost, "the final of that version, where there is one"))
    shown = take or standing
    clip_frames = shown.frames if shown else found.shot.frames
    first = _first(clip, found, cut, clip_frames)
    frames = min(clip.frames, clip_frames - first)
    if frames < 1:
        told.rest.append(Loss(clip.place, f"frame {first} of {found.shot.id}, which has {clip_frames}", "black"))
        return WantedShot(clip.frames)
    if frames < clip.frames:
        lost = f"{clip.frames - frames} frames after the end of {found.shot.id}"
        told.rest.append(Loss(clip.place, lost, "it ends with its clip"))
    told.found.append((clip.place, found.shot.id, take.version if take else "", found.by))
    named = take is not None or bool(found.named)
    shows = (take.version if take else "") if named else None
    return WantedShot(frames, first, found.shot, clip_frames - first - frames, shows, take == standing)


def _first(clip: EditedClip, found: Matched, cut: EditedCut, frames: int) -> int:
    """The clip's frame. A timecode counts from its file's own start: of the turnover's table, else 00:00:00:00, else
    the full hour, at which cameras and editors begin.
    """
    if not clip.by_timecode:
        return clip.first
    counting = cut.counting
    if found.row is not None and found.row.start:
        try:
            start = counting.frame(found.row.start)
        except ValueError:
            start = 0
        return max(0, clip.first - start)
    if clip.first < frames:
        return clip.first
    hour = counting.timecode(clip.first)[:2]
    return clip.first - counting.frame(f"{hour}:00:00{';' if counting.drop_frame else ':'}00")


def _cards(clips: Sequence[EditedClip], shots: Sequence[str | None], now: Sequence[CutElement]) -> list[str | None]:
    """The words of the card that each black or foreign clip stands for: by its file's name, else, where it is black,
    the card that stands between the same two shots now.
    """
    names = {_stem(element.label): element.card for element in now if element.card is not None}
    between: dict[tuple[str | None, str | None], str] = {}
    sides = [element.shot.id if element.shot else None for element in now]
    for at, element in enumerate(now):
        if element.card is not None:
            between[_side(sides, at, -1), _side(sides, at, 1)] = element.card
    found: list[str | None] = []
    for at, clip in enumerate(clips):
        if shots[at] is not None:
            found.append(None)
        elif clip.source is None:
            found.append(between.get((_side(shots, at, -1), _side(shots, at, 1))))
        else:
            stems = (_stem(name.rpartition(".")[0] or name) for name in clip.source.names)
            found.append(next((names[stem] for stem in stems if stem in names), None))
    return found


def _side(shots: Sequence[str | None], at: int, step: int) -> str | None:
    return shots[at + step] if 0 <= at + step < len(shots) else None


def _stem(label: str) -> str:
    """A card by its words, as its file is named; by its number where it has none."""
    stem = _REEL.sub("", _UNSAFE.sub("_", label).strip("_."))
    return _CARD.sub("", stem) or stem


def _with_ends(
    told: Conformed, clips: Sequence[EditedClip], now: Sequence[CutElement], fps: int
) -> Iterator[WantedShot]:
    """The shots with their ends. Some formats call every change a dissolve, and none moves sound: between two shots
    that follow one another now, a fade or a wipe of the same length stays, and so does a J or L cut. Where a clip has
    too few frames for its overlap, the overlap is so much shorter, and what follows begins when it would.
    """
    ends = {(_key(a), _key(b)): a for a, b in pairwise(now)}
    for at, (shown, clip) in enumerate(zip(told.shown, clips, strict=True)):
        if at + 1 == len(told.shown):
            yield shown
            continue
        was = ends.get((_wanted_key(shown), _wanted_key(told.shown[at + 1])))
        sound_s = round((clip.sound or 0) / fps, 3)
        overlap = max(0, clip.overlap - max(0, clip.frames - shown.frames))
        end = WantedEnd(clip.kind, overlap, clip.direction or "left") if overlap else WantedEnd(sound_s=sound_s)
        unsaid = end.kind == "wipe" and clip.direction is None
        if was is not None and end.frames == was.overlap:
            if not end.frames and clip.sound in {None, _moved(shown, told.shown[at + 1], was.ends.sound_s, fps)}:
                end = WantedEnd(sound_s=was.ends.sound_s)
            elif end.kind == "dissolve" or (unsaid and was.ends.kind == "wipe"):
                end, unsaid = WantedEnd(was.ends.kind, end.frames, was.ends.direction), False
        if unsaid:
            told.rest.append(Loss(clip.place, "the direction of its wipe", "left"))
        yield replace(shown, ends=end)


def _moved(shown: WantedShot, after: WantedShot, sound_s: float, fps: int) -> int:
    """By how many frames the sound of assembly.yaml is moved at a cut, as far as both clips have frames."""
    return frames_moved(round(sound_s * fps), (shown.first, shown.frames, shown.spare), (after.first, after.frames))


def _key(element: CutElement) -> str:
    return element.shot.id if element.shot else f"card {element.card}"


def _wanted_key(shown: WantedShot) -> str:
    return shown.shot.id if shown.shot else f"card {shown.card}"


def _called(clip: EditedClip) -> str:
    source = clip.source
    return repr((source.names or source.files or (source.reel,))[0][:80]) if source else "black"
