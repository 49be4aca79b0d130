"""Colour, measured: CIE Lab differences and turns of hue."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.seeing.masters import Rgb

Floats = NDArray[np.float32]

LIGHTNESS_WEIGHT = 0.5
"""Lightness counts half: vignettes, shadows and a grade change it, a wrong coat changes a and b."""

DIFFERENCE_MAX = 40.0
"""Delta-E beyond which two colours are simply different; keeps one glaring spot from outvoting a figure."""

_SQUARES = np.array([[LIGHTNESS_WEIGHT**2, 1, 1]], np.float32)
_CHROMA_MIN = 0.06
"""Mean HSV chroma (0 to 1) under which a region is too grey to have a hue."""


def lab(picture: Rgb | Floats) -> Floats:
    """RGB (0 to 255) to CIE Lab as float32: L 0 to 100, a and b about -128 to 127."""
    return np.asarray(cv2.cvtColor(np.asarray(picture, np.float32) / np.float32(255), cv2.COLOR_RGB2LAB), np.float32)


def difference(a: Floats, b: Floats, sigma: float) -> Floats:
    """Per-pixel distance of two Lab pictures after a blur of `sigma` pixels, clipped to 0 to 40; L counts half."""
    delta = np.asarray(cv2.GaussianBlur(a - b, (0, 0), sigma), np.float32)
    squared = cv2.transform(
        cv2.multiply(delta, delta), _SQUARES
    )  # a quarter of the time of a sum over so short an axis
    return np.asarray(np.minimum(np.sqrt(squared), np.float32(DIFFERENCE_MAX)), np.float32)


def length(colours: Floats) -> Floats:
    """Of each pixel's three numbers. NumPy's own norm takes five times as long over so short an axis."""
    one, two, three = cv2.split(colours * colours)
    return np.asarray(np.sqrt(one + two + three), np.float32)


def mean_lab(picture: Floats, weight: Floats) -> NDArray[np.float64]:
    """The weighted mean Lab colour of a Lab picture."""
    total = max(float(weight.sum()), 1e-6)
    mean: NDArray[np.float64] = (picture * weight[..., None]).sum((0, 1)).astype(np.float64) / total
    return mean


def hue_turn(seen: Rgb | Floats, wanted: Rgb | Floats, weight: Floats) -> float | None:
    """How far the hues of `seen` are turned from `wanted`, in degrees, -180 to 180; None where it is too grey to say.

    The least-squares turn of HSV chroma vectors: vivid pixels count most, and a shade of light hardly counts.
    """
    return Hues(wanted, weight).turn_of(seen)


class Hues:
    """The wanted hues, where `weight` counts them, to be held against several pictures: see `hue_turn`."""

    def __init__(self, wanted: Rgb | Floats, weight: Floats) -> None:
        self._is_grey = True
        total = float(weight.sum())
        if total < 1:
            return
        rows, columns = (np.flatnonzero(weight.max(axis)) for axis in (1, 0))
        self._where = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        chroma, counts = _chroma(wanted[self._where]), weight[self._where]
        self._is_grey = float((np.abs(chroma) * counts).sum()) / total < _CHROMA_MIN
        self._wanted = np.conj(chroma) * counts

    def turn_of(self, seen: Rgb | Floats) -> float | None:
        """How far the hues of `seen` are turned, in degrees; None where the wanted ones are too grey to say."""
        if self._is_grey:
            return None
        return float(np.degrees(np.angle((self._wanted * _chroma(seen[self._where])).sum())))


def turned(picture: Rgb, degrees: float) -> Rgb:
    """The picture with all its hues turned."""
    hsv = cv2.cvtColor(np.asarray(picture, np.float32) / 255, cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0] + degrees) % 360
    rgb = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB) * 255
    out: Rgb = np.clip(np.rint(rgb), 0, 255).astype(np.uint8)
    return out


def _chroma(picture: Rgb | Floats) -> NDArray[np.complex64]:
    hsv = cv2.cvtColor(np.asarray(picture, np.float32) / 255, cv2.COLOR_RGB2HSV)
    real, imaginary = cv2.polarToCart(hsv[..., 1] * hsv[..., 2], hsv[..., 0], angleInDegrees=True)
    out = np.empty(real.shape, np.complex64)
    out.real, out.imag = real, imaginary
    return out
