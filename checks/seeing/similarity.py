"""How alike two pictures are: structural similarity, and which of two rivals fits better."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.seeing.colour import lab, mean_lab
from checks.seeing.masters import Rgb

_SMALL = (256, 144)
"""Pixels: SSIM at this size costs half a millisecond and looks past grain and coding."""

_WINDOW = 7
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2

_NOISE = 1.0
"""Added to both distances of `advantage`, in their unit of delta-E: between two near-perfect fits neither wins."""


def ssim(a: Rgb, b: Rgb) -> float:
    """Mean structural similarity of two pictures' luma at 256×144, -1 to 1 (1: the same). Wang 2004, window 7."""
    return ssim_of(luma(a), luma(b))


def ssim_of(x: NDArray[np.float32], y: NDArray[np.float32]) -> float:
    """The same of two pictures' `luma`."""
    mean_x, mean_y = _box(x), _box(y)
    unbias = _WINDOW**2 / (_WINDOW**2 - 1)
    var_x, var_y = (_box(x * x) - mean_x**2) * unbias, (_box(y * y) - mean_y**2) * unbias
    cov = (_box(x * y) - mean_x * mean_y) * unbias
    top = (2 * mean_x * mean_y + _C1) * (2 * cov + _C2)
    bottom = (mean_x**2 + mean_y**2 + _C1) * (var_x + var_y + _C2)
    edge = _WINDOW // 2
    return float((top / bottom)[edge:-edge, edge:-edge].mean())


def agreement(a: Rgb, b: Rgb) -> float:
    """Whether two frames show the same thing, 0 to 1: SSIM less what the mean colour is off (50 delta-E costs all)."""
    off = float(np.linalg.norm(_mean_colour(a) - _mean_colour(b)))
    return max(0.0, ssim(a, b)) * max(0.0, 1 - off / 50)


def advantage(asked: float, rival: float, noise: float = _NOISE) -> float:
    """How much better the asked one fits than its best rival, -1 to 1, from their distances.
    0: no telling them apart.
    """
    return (rival - asked) / (rival + asked + 2 * noise)


def _mean_colour(picture: Rgb) -> NDArray[np.float64]:
    small = np.asarray(cv2.resize(picture, _SMALL, interpolation=cv2.INTER_AREA), np.uint8)
    return mean_lab(lab(small), np.ones(small.shape[:2], np.float32))


def luma(picture: Rgb) -> NDArray[np.float32]:
    """What `ssim` reads of a picture."""
    small = cv2.resize(picture, _SMALL, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.float32)


def _box(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.blur(values, (_WINDOW, _WINDOW), borderType=cv2.BORDER_REFLECT), np.float32)
