"""Cuts a figure out of any picture, inside an outline that a person drew around it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from checks.seeing.masters import Rgb, Rgba

_WORKED_PX = 480
"""The longest side at which the figure's colours are told from the ground's; the edge is then drawn at full size."""
_ROUNDS = 4
_LEAST_SHARE = 0.05
"""Where less of the outline is found to be figure, the outline itself is taken: the colours are too alike."""


def cut_by_outline(picture: Rgb, outline: Sequence[tuple[float, float]]) -> Rgba:
    """The figure inside `outline` (points in fractions of the picture), trimmed. GrabCut tells its colours from those
    outside; what is outside the outline is never part of it. Always gives the same for the same.
    """
    tall, wide = picture.shape[:2]
    factor = min(1.0, _WORKED_PX / max(tall, wide))
    small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA) if factor < 1 else picture
    inside = _filled(outline, (small.shape[1], small.shape[0]))
    mask = np.where(inside > 0, cv2.GC_PR_FGD, cv2.GC_BGD).astype(np.uint8)
    cv2.setRNGSeed(0)
    ground, figure = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(
        cv2.cvtColor(small, cv2.COLOR_RGB2BGR), mask, (0, 0, 1, 1), ground, figure, _ROUNDS, cv2.GC_INIT_WITH_MASK
    )
    found = np.where((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD), 255, 0).astype(np.uint8)
    if np.count_nonzero(found) < _LEAST_SHARE * np.count_nonzero(inside):
        found = inside
    alpha = cv2.resize(cv2.GaussianBlur(found, (0, 0), 1.0), (wide, tall), interpolation=cv2.INTER_CUBIC)
    alpha = np.minimum(alpha, _filled(outline, (wide, tall)))
    return trimmed(np.dstack([picture, alpha]))


def trimmed(pixels: Rgba) -> Rgba:
    """The cut-out without the clear margin around it: a figure stands on its picture's lower edge."""
    seen = pixels[..., 3] > 8
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not len(rows):
        return pixels
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _filled(outline: Sequence[tuple[float, float]], size: tuple[int, int]) -> Rgb:
    canvas = np.zeros((size[1], size[0]), np.uint8)
    points = np.rint(np.array(outline) * np.array(size)).astype(np.int32)
    return np.asarray(cv2.fillPoly(canvas, [points], 255))
