"""A turnover's sound: the clips' own beside their pictures, then dialogue, music and effects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from assembly.join import SAMPLE_RATE
from assembly.timeline import METADATA, halves
from assembly.turnover.timecode import Counting
from manifests.assembly.film_cut import FilmCut, FilmSound
from production.turnover.laying import OnTrack, clip_of, transition_of
from production.turnover.parts import TurnoverParts

KINDS = {"dialogue": "dialogue", "music": "music", "effect": "effects"}
"""The tracks' kinds by the sounds', in the order in which they are laid."""


@dataclass(frozen=True, slots=True)
class InFrames:
    """A sound in whole frames: of the film, and the file's frame at `start`. `late`: by how many samples later than
    asked for it is heard then, below 0 for earlier.
    """

    start: int
    end: int
    first: int
    late: int


def in_frames(sound: FilmSound, cut: FilmCut) -> InFrames:
    """A timeline has no places between frames; the film has each sound to the sample."""
    a_frame = SAMPLE_RATE // cut.fps
    start, first, length = (_samples(each) for each in (sound.start_s, sound.from_s, sound.seconds))
    at, from_ = round(Fraction(start, a_frame)), round(Fraction(first, a_frame))
    end = max(at + 1, min(cut.frames, round(Fraction(start + length, a_frame))))
    return InFrames(at, end, from_, (at - from_) * a_frame - (start - first))


def clip_sound(cut: FilmCut, parts: TurnoverParts, counting: Counting) -> list[OnTrack]:
    """The clips' own sound, moved at J and L cuts, crossed where pictures overlap. Beside a shot without sound it fades
    over the whole overlap.
    """
    heard = [file.written.sound for file in parts.shown]
    laid = []
    for index, (shot, start) in enumerate(zip(cut.shots, cut.starts(), strict=True)):
        if not heard[index]:
            continue
        last = index + 1 == len(cut.shots)
        before = cut.shots[index - 1] if index else None
        into, out = (before.overlap if before else 0), (0 if last else shot.overlap)
        crosses_in, crosses_out = bool(into and heard[index - 1]), bool(out and heard[index + 1])
        head = (before.sound_frames if before else 0) + (halves(into)[1] if crosses_in else 0)
        tail = (0 if last else shot.sound_frames) - (halves(out)[0] if crosses_out else 0)
        begins, ends = start + head, start + shot.frames + tail
        clip = clip_of(parts.shown[index], (), shot.first + head, ends - begins, counting)
        fades = {"fade_in_frames": 0 if crosses_in else into, "fade_out_frames": 0 if crosses_out else out}
        facts = {"kind": "clip", "shot": shot.label, "gain_db": shot.sound_db, **fades}
        clip.metadata[METADATA] = facts
        crossing = transition_of(out, "fade", counting) if crosses_out else None
        laid.append(OnTrack(begins, ends, clip, crossing))
    return laid


def lanes_of(cut: FilmCut, parts: TurnoverParts, counting: Counting) -> Iterator[tuple[str, list[OnTrack]]]:
    """The film's other sounds, a track for each that begins while another of its kind is heard."""
    for kind, name in KINDS.items():
        lanes: list[list[OnTrack]] = []
        placed = [(in_frames(sound, cut), index) for index, sound in enumerate(cut.sounds) if sound.kind == kind]
        for at, index in sorted(placed, key=lambda each: (each[0].start, each[1])):
            laid = _sound(cut.sounds[index], at, parts, index, counting)
            lane = next((lane for lane in lanes if lane[-1].end <= laid.start), None)
            if lane is None:
                lanes.append([laid])
            else:
                lane.append(laid)
        yield from ((name, lane) for lane in lanes)


def _sound(sound: FilmSound, at: InFrames, parts: TurnoverParts, index: int, counting: Counting) -> OnTrack:
    file = parts.sounds[index]
    frames = max(1, min(at.end - at.start, file.written.frames - at.first))
    clip = clip_of(file, (), at.first, frames, counting)
    clip.metadata[METADATA] = {
        "kind": sound.kind,
        "gain_db": sound.gain_db,
        "fade_in_frames": round(sound.fade_in_s * counting.base),
        "fade_out_frames": round(sound.fade_out_s * counting.base),
        "duck_db": sound.duck_db,
        "own_db": sound.own_db,
        "late_samples": at.late,
    }
    return OnTrack(at.start, at.start + frames, clip)


def _samples(seconds: float) -> int:
    """The place as the film has it."""
    return round(seconds * SAMPLE_RATE)
