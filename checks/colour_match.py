"""Colour anchored to a chain's first shot: what change of colour would bring each chained shot to its look.

Shots show different things, so they are never compared with each other: each is held against what the locked pictures
say it shows, and the first shot's departure from them is the look that the others are brought to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.contract import Thresholds
from checks.rules.drift_rules import COLOUR_MATCH
from checks.seeing.colour import Floats, lab
from checks.seeing.decode import decode
from checks.seeing.masters import References, Rgb
from checks.seeing.stage import expected, to_stage
from manifests.cut import ColourShift
from manifests.noun import Noun, ShotId
from manifests.scene import Shot

State = Literal["matched", "left", "refused"]
Pixels = NDArray[np.float64]

SEEN = 1.0
"""Delta-E under which a cast is left alone: no viewer sees it, and every change costs a little of the picture."""

_GAIN_MIN = 0.3
"""Delta-E that a correction must win; else it would only add noise."""

_PARTS = (0.1, 0.5, 0.9)
"""Where in a clip colours are measured; not at its ends, where fades lie."""

_SIZE = (160, 90)
"""Pixels: casts are wide, and a figure a step off its mark is then few of them."""

_AGREE = 12.0
"""Delta-E beyond which a pixel, once the fit is known, shows something else than the masters say, and has no say."""

_SHARE_MIN = 0.25
"""Share of the pixels that must agree for a fit to mean anything."""

_ROUNDS = 6
_STEADY = 0.02
"""How firmly gains are held to 1, in parts of the pixels' own spread: a grey wall says nothing about saturation."""

_BOUNDS = {
    "lightness_gain": (0.75, 1.33),
    "lightness_offset": (-12.0, 12.0),
    "saturation": (0.67, 1.5),
    "hue_degrees": (-20.0, 20.0),
    "a_offset": (-12.0, 12.0),
    "b_offset": (-12.0, 12.0),
}
"""A correction beyond one of these is not a cast."""


class ColourMatch(Noun):
    """One chained shot. `before`, `after`: delta-E between its look and the first shot's;
    lower is better, 2.3 is just seen.

    `after` is measured again, on its own frames after the change. matched: `shift` is applied in the cut. left: there
    is nothing to see, or nothing to win. refused: `why`; it is cut as it is.
    """

    schema_name: ClassVar[str] = "gate/colour-match/1"

    shot: ShotId
    to: ShotId
    state: State
    before: float
    after: float
    shift: ColourShift | None = None
    why: str = ""


class ColourMatches(Noun):
    """The chained shots of one chain, in story order."""

    schema_name: ClassVar[str] = "gate/colour-matches/1"

    shots: tuple[ColourMatch, ...]


@dataclass(frozen=True, slots=True)
class ColourDeparture:
    """How a shot departs from what the masters say: `shift` leads from their colours to the shot's.

    `seen`: its frames. `wanted`: the masters' pixels, N × 3 Lab; `agree`: where the two show the same thing.
    """

    shot: str
    seen: tuple[Rgb, ...]
    wanted: Pixels
    agree: NDArray[np.bool_]
    shift: ColourShift


def match_colours(
    chain: Sequence[tuple[Shot, Path]], references: References, thresholds: Thresholds
) -> tuple[ColourMatch, ...]:
    """Hold each shot of a chain to its first. Raises Unreadable, MasterMissing.
    About 0.4 CPU-s a shot of 5 s at 480p.
    """
    if len(chain) < 2:
        return ()
    first, *others = (look_at(shot, clip, references) for shot, clip in chain)
    return tuple(to_look(first, other, thresholds) for other in others)


def look_at(shot: Shot, clip: Path, references: References) -> ColourDeparture:
    """Measure the look of one clip."""
    moments = sorted({round(part * (shot.frames - 1)) for part in _PARTS})
    kept = decode(clip, moments).kept
    seen = tuple(to_stage(kept[index], shot.aspect) for index in sorted(kept))
    wanted = [expected(shot, index / max(1, shot.frames - 1), references).picture for index in sorted(kept)]
    return _look(shot.id, seen, _pixels(wanted))


def to_look(first: ColourDeparture, other: ColourDeparture, thresholds: Thresholds) -> ColourMatch:
    """The shift that brings `other` to the look of `first`, and whether to apply it."""
    if min(look.agree.mean() if look.agree.size else 0.0 for look in (first, other)) < _SHARE_MIN:
        why = "too little of it, or of the first shot, looks as the masters say"
        return ColourMatch(shot=other.shot, to=first.shot, state="left", before=0.0, after=0.0, why=why)
    before, shift = _apart(first, other), after_undoing(other.shift, first.shift)
    match = ColourMatch(shot=other.shot, to=first.shot, state="left", before=before, after=before)
    if before < SEEN:
        return match
    limit = COLOUR_MATCH.threshold(thresholds)
    over = [name for name, (low, high) in _BOUNDS.items() if not low <= getattr(shift, name) <= high]
    if before > limit or over:
        cause = (
            f"{before:.1f} is over {limit:g}" if before > limit else f"its {over[0].replace('_', ' ')} is out of bounds"
        )
        why = f"this is drift and no cast ({cause}): make it again from the masters"
        return match.model_copy(update={"state": "refused", "why": why})
    after = _apart(first, _look(other.shot, tuple(recoloured(p, shift) for p in other.seen), other.wanted))
    if before - after < _GAIN_MIN:
        return match.model_copy(update={"why": "no change of colour brings it nearer"})
    return match.model_copy(update={"state": "matched", "after": after, "shift": shift})


def fit(wanted: Pixels, seen: Pixels) -> tuple[ColourShift, NDArray[np.bool_]]:
    """The shift from `wanted` to `seen` by least squares over the pixels that agree, and which those are."""
    agree = np.ones(len(seen), bool)
    shift = ColourShift()
    if not len(seen):
        return shift, agree
    for step in range(_ROUNDS):
        shift = _least_squares(wanted[agree], seen[agree])
        off = np.linalg.norm(shifted(wanted, shift) - seen, axis=1)
        limit = max(_AGREE, 3 * float(np.median(off))) if step < _ROUNDS // 2 else _AGREE
        agree = off < limit
        if agree.mean() < _SHARE_MIN:
            break
    return shift, agree


def shifted(pixels: Pixels, shift: ColourShift) -> Pixels:
    """Lab pixels after a shift."""
    turn = shift.saturation * np.exp(1j * np.radians(shift.hue_degrees))
    chroma = (pixels[:, 1] + 1j * pixels[:, 2]) * turn + complex(shift.a_offset, shift.b_offset)
    lightness = pixels[:, 0] * shift.lightness_gain + shift.lightness_offset
    return np.stack([lightness, chroma.real, chroma.imag], axis=1)


def recoloured(picture: Rgb, shift: ColourShift) -> Rgb:
    """A picture after a shift, as the cut will show it."""
    pixels = shifted(lab(picture).reshape(-1, 3).astype(np.float64), shift)
    pixels[:, 0] = np.clip(pixels[:, 0], 0, 100)
    rgb = cv2.cvtColor(pixels.reshape(picture.shape).astype(np.float32), cv2.COLOR_LAB2RGB)
    out: Rgb = np.clip(np.rint(rgb * 255), 0, 255).astype(np.uint8)
    return out


def after_undoing(undone: ColourShift, then: ColourShift) -> ColourShift:
    """The one shift that takes back `undone` and makes `then`."""
    gain = then.lightness_gain / undone.lightness_gain
    turn = _turn(then) / _turn(undone)
    offset = complex(then.a_offset, then.b_offset) - turn * complex(undone.a_offset, undone.b_offset)
    return _as_shift(gain, then.lightness_offset - gain * undone.lightness_offset, turn, offset)


def _least_squares(wanted: Pixels, seen: Pixels) -> ColourShift:
    """Gains are held towards 1 by `_STEADY`, so that flat pictures give an offset and no wild gain."""
    x, y = wanted[:, 0], seen[:, 0]
    spread = float(x.var()) + 1e-6
    hold = _STEADY * (spread + 1.0)
    gain = (float(((x - x.mean()) * (y - y.mean())).mean()) + hold) / (spread + hold)
    a, b = wanted[:, 1] + 1j * wanted[:, 2], seen[:, 1] + 1j * seen[:, 2]
    away = a - a.mean()
    power = float((np.abs(away) ** 2).mean()) + 1e-6
    hold = _STEADY * (power + 1.0)
    turn = (complex((np.conj(away) * (b - b.mean())).mean()) + hold) / (power + hold)
    return _as_shift(gain, float(y.mean() - gain * x.mean()), turn, complex(b.mean() - turn * a.mean()))


def _as_shift(gain: float, lift: float, turn: complex, offset: complex) -> ColourShift:
    return ColourShift(
        lightness_gain=round(gain, 5),
        lightness_offset=round(lift, 4),
        saturation=round(abs(turn), 5),
        hue_degrees=round(float(np.degrees(np.angle(turn))), 4),
        a_offset=round(offset.real, 4),
        b_offset=round(offset.imag, 4),
    )


def _turn(shift: ColourShift) -> complex:
    return complex(shift.saturation * np.exp(1j * np.radians(shift.hue_degrees)))


def _apart(first: ColourDeparture, other: ColourDeparture) -> float:
    """How differently the two looks show what the other shot shows."""
    pixels = other.wanted[other.agree]
    return round(float(np.linalg.norm(shifted(pixels, first.shift) - shifted(pixels, other.shift), axis=1).mean()), 2)


def _look(shot: str, seen: tuple[Rgb, ...], wanted: Pixels) -> ColourDeparture:
    shift, agree = fit(wanted, _pixels([picture.astype(np.float32) for picture in seen]))
    return ColourDeparture(shot, seen, wanted, agree, shift)


def _pixels(pictures: Sequence[Floats]) -> Pixels:
    small = [cv2.resize(np.clip(p, 0, 255), _SIZE, interpolation=cv2.INTER_AREA) for p in pictures]
    soft = (np.asarray(cv2.GaussianBlur(p, (0, 0), 1.0), np.float32) for p in small)
    rows = [lab(picture).reshape(-1, 3).astype(np.float64) for picture in soft]
    return np.concatenate(rows) if rows else np.zeros((0, 3))
