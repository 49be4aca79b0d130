"""Who, or which place, is plainly another: told from pictures of a quarter of the size, before all pixels are compared.

A glance decides only against those who are much farther off than the asked one; all others are still compared pixel by
pixel. The distances of the two sizes had a ratio of 1.00 to 1.33 in 1,040 comparisons of the example film's clips.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from checks.seeing.casting import LineUp
from checks.seeing.colour import DIFFERENCE_MAX, LIGHTNESS_WEIGHT, Floats, lab
from checks.seeing.masters import Rgb
from checks.seeing.stage import Patch

STEP = 4
"""Pixels of the stage that are one pixel of a glance, each way."""

_TIMES, _FARTHER = 1.5, 1.5
"""How much farther than the asked one a rival must be to be left out: so many times, and by so many delta-E."""

_WEIGHTS = np.array([[LIGHTNESS_WEIGHT**2, 1, 1]], np.float32)


class Glance:
    """Pictures of one size (Lab, a quarter of the stage's), to be held against one that was seen."""

    def __init__(self, pictures: Sequence[Floats], weight: Floats) -> None:
        self._rows = pictures[0].shape[0]
        self._all = lab(np.concatenate(pictures))
        self._weight = np.tile(weight, (len(pictures), 1))
        self._total = max(float(weight.sum()), 1e-6)

    def off(self, seen: Floats) -> list[float]:
        """How far each picture is from the seen one (Lab, the same size): a mean in delta-E."""
        gap = self._all - np.tile(seen, (len(self._all) // self._rows, 1, 1))
        off = np.minimum(np.sqrt(cv2.transform(cv2.multiply(gap, gap), _WEIGHTS)), np.float32(DIFFERENCE_MAX))
        counted = (off * self._weight).reshape(-1, self._rows * off.shape[1])
        return [float(each) / self._total for each in counted.sum(1)]


def in_question(off: Sequence[float], own: Sequence[int]) -> list[int]:
    """The pictures that must be compared in full: those that are not plainly farther off than the nearest of `own`."""
    near = min(off[number] for number in own)
    return [number for number, each in enumerate(off) if each <= max(_TIMES * near, near + _FARTHER)]


def glance_at(row: LineUp) -> Glance:
    """Everybody who could stand at a mark, and nobody, each as `row.drawn` draws them."""
    below, veil, hidden = small(row.below), small(row.above[0]), small(row.above[1])
    covered = bool(hidden.any())

    def drawn(piece: Patch | None) -> Floats:
        picture = below.copy()
        if piece is not None:
            _lay(piece, picture, row.window.top, row.window.left)
        return picture * (1 - hidden)[..., None] + veil if covered else picture

    return Glance([drawn(piece) for _, piece in row.pieces], small(row.union))


def small(picture: Rgb | Floats) -> Floats:
    """The mean of each four by four pixels; at the right and the bottom the last one is repeated."""
    height, width = picture.shape[:2]
    down, across = -height % STEP, -width % STEP
    whole = cv2.copyMakeBorder(np.asarray(picture), 0, down, 0, across, cv2.BORDER_REPLICATE)
    size = (width + across) // STEP, (height + down) // STEP
    return cv2.resize(whole, size, interpolation=cv2.INTER_AREA).astype(np.float32)


def _lay(piece: Patch, picture: Floats, top: int, left: int) -> None:
    """Draw a cut-out on a picture of a quarter of the size, whose own upper left corner is at `top`, `left`.
    Every other pixel of it is read.
    """
    if not piece.alpha.size:
        return
    y, x = piece.top - top, piece.left - left
    alpha = piece.alpha[y % 2 :: 2, x % 2 :: 2]
    colour = piece.colour[y % 2 :: 2, x % 2 :: 2] * alpha[..., None]
    y, x, (height, width) = (y + 1) // 2, (x + 1) // 2, alpha.shape
    edges = y % 2, (y + height) % 2, x % 2, (x + width) % 2
    halves = (cv2.copyMakeBorder(each, *edges, cv2.BORDER_CONSTANT) for each in (alpha, colour))
    size = ((width + edges[2] + edges[3]) // 2, (height + edges[0] + edges[1]) // 2)
    mask, drawn = (np.asarray(cv2.resize(each, size, interpolation=cv2.INTER_AREA), np.float32) for each in halves)
    here = picture[y // 2 : y // 2 + size[1], x // 2 : x // 2 + size[0]]
    here *= 1 - mask[: here.shape[0], : here.shape[1], None]
    here += drawn[: here.shape[0], : here.shape[1]]
