"""Figures in what stands before the place: a head with room beside it, on shoulders that are wider."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.seeing.colour import Floats

Part = tuple[float, float, float, float]
"""A box in heads, from the middle of the crown: left, top, right, bottom."""

HEAD: Part = (-0.32, 0.08, 0.32, 0.95)
CHEST: Part = (-0.70, 1.3, 0.70, 2.7)
_HIPS: Part = (-0.45, 2.7, 0.45, 4.2)
_BESIDE: tuple[Part, Part] = ((-1.35, 0.0, -0.75, 0.75), (0.75, 0.0, 1.35, 0.75))
_ABOVE: Part = (-0.45, -0.6, 0.45, -0.2)

_STEP = 7
"""Places tried in a head's height and width."""

_SIZE_STEP = 1.13
_FARTHER, _NEARER = 0.45, 1.8
"""Sizes of a head tried, as parts of the cast's smallest and largest: somebody at the far wall, somebody in front."""

_SIZES_ALONE = (0.06, 0.40)
"""Sizes tried where nobody of the cast is in frame, in frame heights: a wide shot's head to a close-up's."""

_LINES_MIN = 11.0
"""Lines below which a head is as small as a lamp's."""

_EYE_HIGH = (-0.6, 2.6)
"""How many heads below a crown the camera's eye level lies: from above a tall person to a metre over the floor."""

_TALLER = 1.0
"""Heads by which somebody standing may be taller or shorter than the cast: a head is an eighth of an adult."""


_TWO = 1.2
"""Heads by which two figures lie apart: nearer, both are one."""

_OWN = (0.8, 1.0)
"""Heads across and down within which a figure is the cast's own: nearer, one of two heads hides the other."""


@dataclass(frozen=True, slots=True)
class PersonShape:
    """Somebody's head and chest, in pixels: the crown's middle, and the head's lines. `score`: -0.8 to 1, higher is
    more like a person.
    """

    x: float
    y: float
    lines: float
    score: float


@dataclass(frozen=True, slots=True)
class Head:
    """Where somebody's head should be, in pixels: the crown's middle, and its lines from crown to chin."""

    x: float
    y: float
    lines: float


def figures(unlike: Floats, weight: Floats, cast: Sequence[Head], least: float) -> Iterator[PersonShape]:
    """The figures in `unlike` (0 to 1), the likeliest first, no two on one place; only where `weight` is 1 is anything
    known. They stand on the floor on which the `cast` stands. About 40 CPU-ms.
    """
    found: list[PersonShape] = []
    for lines in _sizes(cast, unlike.shape[0]):
        found += _of_size(unlike, weight, lines, cast, least)
    kept: list[PersonShape] = []
    for figure in sorted(found, key=lambda f: -f.score):
        near = any(_apart(figure, k) < _TWO * max(figure.lines, k.lines) for k in kept)
        if not near and not any(_is_head_of(figure, head) for head in cast):
            kept.append(figure)
            yield figure


def _apart(one: PersonShape, two: PersonShape) -> float:
    return float(np.hypot(one.x - two.x, one.y - two.y))


def _is_head_of(figure: PersonShape, head: Head) -> bool:
    """Whether it lies where somebody of the cast has their head: hair, or a head held otherwise than in the view."""
    size = max(figure.lines, head.lines)
    return abs(figure.x - head.x) < _OWN[0] * size and abs(figure.y - head.y) < _OWN[1] * size


def _sizes(cast: Sequence[Head], height: int) -> Iterator[float]:
    lines = [head.lines for head in cast]
    low, high = (part * height for part in _SIZES_ALONE)
    if lines:
        low, high = _FARTHER * min(lines), min(_NEARER * max(lines), 0.6 * height)
    size = max(low, _LINES_MIN)
    while size <= high:
        yield size
        size *= _SIZE_STEP


def _of_size(unlike: Floats, weight: Floats, lines: float, cast: Sequence[Head], least: float) -> list[PersonShape]:
    height, width = unlike.shape
    step = max(1.0, lines / _STEP)
    low, high = _levels(lines, cast, height)
    xs, ys = np.arange(0.3 * lines, width - 0.3 * lines, step), np.arange(low, high, step)
    if not ys.size or not xs.size:
        return []
    sums = _Sums(unlike * weight, weight, xs, ys, lines)
    head, chest, hips = sums.filled(HEAD, 0.75, 0.0), sums.filled(CHEST, 0.35, 0.0), sums.filled(_HIPS, 0.35, 1.0)
    left, right = (sums.filled(part, 0.3, np.nan) for part in _BESIDE)
    one, both = np.where(np.isnan(left), right, left), (left + right) / 2
    beside = np.where(np.isnan(both), np.where(np.isnan(one), 0.6, one), both)
    score = np.minimum(np.minimum(head, chest), 0.3 + hips) - 0.5 * beside - 0.6 * sums.filled(_ABOVE, 0.3, 0.0)
    tops = score >= np.maximum(cv2.dilate(score, np.ones((5, 5), np.uint8)), least)
    return [PersonShape(float(xs[x]), float(ys[y]), lines, float(score[y, x])) for y, x in np.argwhere(tops)]


def _levels(lines: float, cast: Sequence[Head], height: int) -> tuple[float, float]:
    """The rows in which the crown of somebody standing may lie: their eyes and the camera's horizon say so."""
    low, high = -0.1 * lines, height - 1.8 * lines
    if not cast:
        return low, high
    shifts = [[head.y + part * (head.lines - lines) for part in _EYE_HIGH] for head in cast]
    spans = [(min(pair) - _TALLER * lines, max(pair) + _TALLER * lines) for pair in shifts]
    return max(low, min(s[0] for s in spans)), min(high, max(s[1] for s in spans))


class _Sums:
    """How much of a box is filled, for many places at once."""

    def __init__(self, on: Floats, of: Floats, xs: NDArray[np.float64], ys: NDArray[np.float64], lines: float) -> None:
        self._on, self._of = (cv2.integral(values.astype(np.float64)) for values in (on, of))
        self._xs, self._ys, self._lines = xs, ys, lines

    def filled(self, part: Part, least: float, unknown: float) -> NDArray[np.float64]:
        """The mean of what is known of the box, 0 to 1; `unknown` where less than the part `least` of it is."""
        height, width = self._of.shape
        area = (part[2] - part[0]) * (part[3] - part[1]) * self._lines**2
        x0, x1 = (np.clip(np.rint(self._xs + part[i] * self._lines), 0, width - 1).astype(int) for i in (0, 2))
        y0, y1 = (np.clip(np.rint(self._ys + part[i] * self._lines), 0, height - 1).astype(int) for i in (1, 3))
        rows, columns = (y0[:, None], y1[:, None]), (x0[None], x1[None])
        on, of = (
            s[rows[1], columns[1]] - s[rows[0], columns[1]] - s[rows[1], columns[0]] + s[rows[0], columns[0]]
            for s in (self._on, self._of)
        )
        return np.asarray(np.where(of >= least * area, on / np.maximum(of, 1e-6), unknown))
