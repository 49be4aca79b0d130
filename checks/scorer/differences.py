"""How a picture differs as a whole from the one that it should be like: its light, its grade, its framing.

A gate that misses somebody says first what it sees for certain. A picture that is mirrored or two stops darker asks for
another cure than one that shows somebody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.scorer.registering import Matrix, aligned, area_of, features, laid_under
from checks.seeing.colour import Floats, lab
from checks.seeing.masters import Rgb

Kind = Literal["light", "black and white", "grade", "saturation", "mirrored", "size", "tilted", "angle"]

_WIDTH = 640
_MIRRORED_MIN, _MIRRORED_TIMES = 15, 2.0
"""Matching features, and how many times those of the picture as it is, from which on it counts as mirrored."""

_STOPS_MIN, _STOPS_MIN_UNALIGNED = 0.4, 0.8
"""Stops under which a difference of light is not worth a word. Two pictures that do not align show different things,
and those differ in light by themselves.
"""

_FLARE = 0.004
"""Light, of 1, that is added to both: in black nothing can be said of stops."""

_SHIFT_MIN = 5.0
"""Delta-E by which the colours of the aligned part are off, from which on a picture counts as graded."""

_GREY, _COLOURED = 2.5, 6.0
"""Mean chroma (Lab) under which a picture is black and white, and over which the wanted one is not."""

_SATURATION = (0.65, 1.5)
"""Times the colour outside which a picture is called paler or more saturated."""

_SPREAD_MIN = 3.0
"""Delta-E by which colours must be spread for their saturation to be told from a shift of all of them."""

_SIZE_MIN = 1.15
_TILT_MIN = 3.0
_KEYSTONE_MIN = 1.25
"""How much longer one side of the frame is than the other, laid on the wanted picture: another angle."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. `words` continue "the picture is".

    `amount`: stops of light (above 0: brighter), delta-E of a grade, times the colour of a saturation, times closer,
    degrees of a tilt (above 0: clockwise), the keystone ratio of an angle; 1 for what has no amount.
    """

    kind: Kind
    amount: float
    words: str


def differences(seen: Rgb, *wanted: Rgb) -> tuple[Difference, ...]:
    """What differs as a whole, the light first, from that one of `wanted` with which the picture shares most; nothing
    where none of it can be told. About 150 CPU-ms for each.
    """
    seen = _small(seen)
    flipped = np.ascontiguousarray(seen[:, ::-1])
    marks, flipped_marks = features(seen), features(flipped)
    laid = []
    for picture in map(_small, wanted):
        matrix, agree = aligned(seen, marks, picture)
        turned, agree_turned = aligned(flipped, flipped_marks, picture)
        if agree_turned >= max(_MIRRORED_MIN, _MIRRORED_TIMES * agree):
            laid.append(_Laid(flipped, picture, turned, agree_turned, mirrored=True))
        else:
            laid.append(_Laid(seen, picture, matrix, agree, mirrored=False))
    return tuple(_told(max(laid, key=lambda each: each.agree)))


@dataclass(frozen=True, slots=True)
class _Laid:
    """A picture, flipped where it is mirrored, on the wanted one: `agree` features lie where `matrix` says."""

    seen: Rgb
    wanted: Rgb
    matrix: Matrix | None
    agree: int
    mirrored: bool


def _told(laid: _Laid) -> Iterator[Difference]:
    height, width = laid.seen.shape[:2]
    aligned_well = laid.matrix is not None
    if laid.matrix is None:
        view = np.asarray(cv2.resize(laid.wanted, (width, height), interpolation=cv2.INTER_AREA), np.float32)
        inside = np.ones((height, width), np.float32)
    else:
        view, inside = laid_under(laid.wanted, laid.matrix, width, height)
    part = inside > 0.5
    stops = _stops(laid.seen, view, part, aligned_well=aligned_well)
    yield from _light(stops, aligned_well=aligned_well)
    lit = np.clip(view * np.float32(2 ** (stops / 2.2)), 0, 255)
    yield from _colours(laid.seen, lit, part, aligned_well=aligned_well)
    if laid.mirrored:
        yield Difference("mirrored", 1.0, "mirrored")
    if laid.matrix is not None:
        yield from _framing(laid.matrix, laid.seen.shape, laid.wanted.shape, mirrored=laid.mirrored)


def in_words(found: Sequence[Difference]) -> str:
    """Such as: the picture is 1.2 stops darker, mirrored. Empty where nothing differs."""
    return f"the picture is {', '.join(each.words for each in found)}" if found else ""


def _stops(seen: Rgb, view: Floats, part: NDArray[np.bool_], *, aligned_well: bool) -> float:
    """How much brighter `seen` is, in stops; between pictures that do not align, by the mean light of each."""
    here, there = (_luminance(picture) for picture in (seen.astype(np.float32), view))
    if aligned_well:
        return float(np.median(np.log2((here + _FLARE) / (there + _FLARE))[part]))
    return float(np.log2((here.mean() + _FLARE) / (there.mean() + _FLARE)))


def _light(stops: float, *, aligned_well: bool) -> Iterator[Difference]:
    if abs(stops) < (_STOPS_MIN if aligned_well else _STOPS_MIN_UNALIGNED):
        return
    count = f"{abs(stops):.1f}"
    words = f"{count} {'stop' if count == '1.0' else 'stops'} {'darker' if stops < 0 else 'brighter'}"
    yield Difference("light", round(stops, 2), words)


def _colours(seen: Rgb, view: Floats, part: NDArray[np.bool_], *, aligned_well: bool) -> Iterator[Difference]:
    """`view`: in the light of `seen`, since less light has less colour."""
    pictures = (np.asarray(each, np.float32) for each in (seen, view))
    here, there = (lab(_blurred(each))[part][:, 1:] for each in pictures)
    chroma, wanted = (float(np.hypot(*colours.T).mean()) for colours in (here, there))
    if chroma < _GREY and wanted > _COLOURED:
        yield Difference("black and white", 1.0, "black and white")
    if chroma < _GREY or not aligned_well:
        return
    spread, wanted_spread = (float(np.hypot(*colours.std(0))) for colours in (here, there))
    times = spread / wanted_spread if wanted_spread > _SPREAD_MIN else 1.0
    faded = not _SATURATION[0] < times < _SATURATION[1]
    a, b = (float(middle) for middle in np.median(here - (times if faded else 1.0) * there, axis=0))
    if (shift := float(np.hypot(a, b))) >= _SHIFT_MIN:
        towards = ("warmer" if b > 0 else "cooler") if abs(b) >= abs(a) else ("redder" if a > 0 else "greener")
        yield Difference("grade", round(shift, 1), f"graded {towards} (by {shift:.0f} delta-E)")
    elif faded:
        words = "paler" if times < 1 else "more saturated"
        yield Difference("saturation", round(times, 2), f"graded {words} ({times:.1f} times the colour)")


def _framing(matrix: Matrix, seen: tuple[int, ...], wanted: tuple[int, ...], *, mirrored: bool) -> Iterator[Difference]:
    height, width = seen[:2]
    across = float(np.sqrt(wanted[0] * wanted[1] / max(area_of(matrix, seen), 1.0)))
    times = max(across, 1 / across)
    if times >= _SIZE_MIN:
        yield Difference("size", round(across, 2), f"{times:.1f} times {'closer' if across > 1 else 'wider'}")
    corners = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]], np.float64) @ matrix.T
    left_top, right_top, right_bottom, left_bottom = corners[:, :2] / corners[:, 2:]
    level = (right_top + right_bottom - left_top - left_bottom) / 2
    degrees = -float(np.degrees(np.arctan2(level[1], level[0]))) * (-1 if mirrored else 1)
    if abs(degrees) >= _TILT_MIN:
        yield Difference("tilted", round(degrees, 1), f"tilted by {abs(degrees):.0f}°")
    right, left = (float(np.linalg.norm(side)) for side in (right_bottom - right_top, left_bottom - left_top))
    keystone = max(right, left) / max(min(right, left), 1e-6)
    if keystone >= _KEYSTONE_MIN:
        yield Difference("angle", round(keystone, 2), "from another angle")


def _luminance(picture: Floats) -> Floats:
    """Linear light, 0 to 1, of sRGB 0 to 255, blurred so that grain and edges do not count."""
    linear = (np.clip(_blurred(picture), 0, 255) / 255) ** 2.2
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722], np.float32), np.float32)


def _blurred(picture: Floats) -> Floats:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 2.0), np.float32)


def _small(picture: Rgb) -> Rgb:
    height, width = picture.shape[:2]
    if width <= _WIDTH:
        return np.ascontiguousarray(picture[..., :3])
    size = _WIDTH, max(1, round(height * _WIDTH / width))
    return np.asarray(cv2.resize(picture[..., :3], size, interpolation=cv2.INTER_AREA), np.uint8)
