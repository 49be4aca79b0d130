"""Five looks of a film. A style changes the references too; a light changes only the takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from bench.filmset.brush import Floats, Picture
from bench.filmset.people import Rng

Change = Callable[[Picture], Picture]


@dataclass(frozen=True, slots=True)
class Look:
    """`style` is drawn into references and takes alike; `light` into takes alone."""

    name: str
    style: Change
    light: Change

    def reference(self, picture: Picture) -> Picture:
        """A view (RGBA) or a plate (RGB) of the bible in this look."""
        return np.dstack([self.style(picture[..., :3]), picture[..., 3:]])

    def take(self, picture: Picture, rng: Rng) -> Picture:
        """A take (RGB) in this look, with the grain of its own."""
        lit = self.light(self.style(picture)).astype(np.float32)
        noise = rng.normal(0, 1.0, picture.shape[:2])[..., None]
        return np.asarray(np.clip(np.rint(lit + noise), 0, 255), np.uint8)


def _same(picture: Picture) -> Picture:
    return picture


def _flat(picture: Picture) -> Picture:
    """As in a cel: few even tones, and lines round what differs."""
    smooth = np.ascontiguousarray(picture)
    for _ in range(2):
        smooth = np.asarray(cv2.bilateralFilter(smooth, 7, 40, 5), np.uint8)
    lab = cv2.cvtColor(smooth, cv2.COLOR_RGB2LAB).astype(np.float32)
    lab[..., 0] = np.round(lab[..., 0] / 36) * 36
    even = cv2.cvtColor(np.clip(lab, 0, 255).astype(np.uint8), cv2.COLOR_LAB2RGB)
    edges = cv2.Canny(cv2.cvtColor(smooth, cv2.COLOR_RGB2GRAY), 60, 140)
    line = cv2.GaussianBlur(edges, (0, 0), 0.7)[..., None].astype(np.float32) / 255
    return np.asarray(even * (1 - 0.8 * line), np.uint8)


def _grey(picture: Picture) -> Picture:
    """Black and white, with a hard curve."""
    grey = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    curved = np.clip((grey - 0.5) * 1.3 + 0.5, 0, 1)
    return np.asarray(np.repeat(np.rint(255 * curved)[..., None], 3, axis=2), np.uint8)


def _pastel(picture: Picture) -> Picture:
    """Lifted blacks, half the colour, a pink cast."""
    lab = _lab(picture)
    lab[..., 0] = 28 + lab[..., 0] * 0.68
    lab[..., 1:] = lab[..., 1:] * 0.55 + np.array([5, 2], np.float32)
    return _rgb(lab)


def _night(picture: Picture) -> Picture:
    """Day for night: two and a half stops less, and blue."""
    linear = np.power(picture.astype(np.float32) / 255, 2.2) * np.float32(2**-2.5) * np.array([0.62, 0.85, 1.35])
    return np.asarray(np.clip(255 * np.power(linear, 1 / 2.2), 0, 255), np.uint8)


def _sunset(picture: Picture) -> Picture:
    """A warm grade: gains of white balance, and contrast."""
    linear = np.power(picture.astype(np.float32) / 255, 2.2) * np.array([1.35, 0.95, 0.6])
    return np.asarray(np.clip(255 * np.power(linear, 1.1 / 2.2), 0, 255), np.uint8)


def _lab(picture: Picture) -> Floats:
    return np.asarray(cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)


def _rgb(lab: Floats) -> Picture:
    return np.asarray(np.clip(255 * cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), 0, 255), np.uint8)


PLAIN = Look("as drawn", _same, _same)
LOOKS = (
    Look("flat anime", _flat, _same),
    Look("black and white", _grey, _same),
    Look("pastel", _pastel, _same),
    Look("night", _same, _night),
    Look("sunset grade", _same, _sunset),
)
