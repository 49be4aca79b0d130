"""Paint on a picture: shapes with relief and fabric, with soft edges, at the size the frame asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]
Points = NDArray[np.float64]
Lab = tuple[float, float, float]
"""CIE Lab: L 0 to 100, a and b about -100 to 100. Colours are kept so because drift is stated in delta-E."""

Weave = Literal["plain", "stripes", "pinstripes", "checks", "dots", "tweed", "flowers", "knit", "hair"]

_SHIFT = 4
_RELIEF_LINES = 48
"""Relief is worked out on a small copy of a shape: it is smooth, and a close-up's coat is 700 pixels high."""


def rgb(colour: Lab) -> NDArray[np.float32]:
    """A Lab colour as RGB, 0 to 255, clipped to what a screen shows."""
    pixel = cv2.cvtColor(np.array([[colour]], np.float32), cv2.COLOR_LAB2RGB)[0, 0]
    out: NDArray[np.float32] = np.clip(pixel * 255, 0, 255).astype(np.float32)
    return out


def shade(colour: Lab, lighter: float) -> Lab:
    """The colour with its L moved by `lighter`."""
    return (float(np.clip(colour[0] + lighter, 4, 97)), colour[1], colour[2])


def mix(a: Lab, b: Lab, part: float) -> Lab:
    """From `a` (0) to `b` (1)."""
    return (a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part, a[2] + (b[2] - a[2]) * part)


@dataclass(frozen=True, slots=True)
class Cloth:
    """The paint of a shape. `pitch`: metres a repeat of the weave takes. `gloss`: 0 matt to 1."""

    colour: Lab
    second: Lab | None = None
    weave: Weave = "plain"
    pitch: float = 0.06
    gloss: float = 0.0
    seed: int = 0


@dataclass(slots=True)
class Brush:
    """Draws shapes given in metres on `picture`: `at` is where (0, 0) lies, `scale` the pixels a metre takes.

    `side`: where the light comes from, -1 left to 1 right; `mirrored`: x is turned round.
    """

    picture: Picture
    at: tuple[float, float]
    scale: float
    side: float = -0.6
    relief: float = 1.0
    mirrored: bool = False
    covered: Picture | None = field(default=None)

    def pixels(self, points: Points) -> Points:
        """Metres (y upwards) as pixels (y downwards)."""
        x = points[:, 0] * (-1 if self.mirrored else 1)
        return np.stack([self.at[0] + x * self.scale, self.at[1] - points[:, 1] * self.scale], 1)

    def shape(self, points: Points, cloth: Cloth, relief: float = 1.0) -> None:
        """A closed shape, lit as if it bulged: `relief` 0 is flat."""
        if (stencil := self._stencil(points)) is None:
            return
        left, top, mask = stencil
        patch = self._painted(cloth, left, top, mask.shape)
        if relief and min(mask.shape) > 3:
            patch *= self._light(mask, relief * self.relief, cloth.gloss)[..., None]
        self._blend(left, top, patch, np.asarray(mask / np.float32(255), np.float32))

    def flat(self, points: Points, colour: Lab, opacity: float = 1.0) -> None:
        """A closed shape of one colour."""
        if (stencil := self._stencil(points)) is None:
            return
        left, top, mask = stencil
        self._blend(left, top, rgb(colour)[None, None], np.asarray(mask * np.float32(opacity / 255), np.float32))

    def _stencil(self, points: Points) -> tuple[int, int, Picture] | None:
        """Where a closed shape lies on the canvas, left and top, and its mask; None where it is off it."""
        outline = self.pixels(points)
        cut = self._cut(outline)
        if cut is None:
            return None
        left, top, right, bottom = cut
        mask = np.zeros((bottom - top, right - left), np.uint8)
        cv2.fillPoly(mask, [_fixed(outline - (left, top))], 255, cv2.LINE_AA, _SHIFT)
        return left, top, mask

    def line(self, points: Points, colour: Lab, width: float, opacity: float = 1.0) -> None:
        """A stroke `width` metres wide."""
        if len(points) < 2:
            return
        along = np.gradient(points, axis=0)
        across = np.stack([-along[:, 1], along[:, 0]], 1)
        across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-9)
        half = max(width, 0.7 / self.scale) / 2
        taper = np.linspace(-1, 1, len(points))
        half_widths = half * (1 - 0.45 * taper**4)[:, None]
        self.flat(
            np.concatenate([points + across * half_widths, (points - across * half_widths)[::-1]]), colour, opacity
        )

    def oval(self, x: float, y: float, wide: float, high: float, cloth: Cloth, relief: float = 1.0) -> None:
        """An ellipse of half axes `wide` and `high`."""
        self.shape(oval(x, y, wide, high), cloth, relief)

    def _cut(self, outline: Points) -> tuple[int, int, int, int] | None:
        height, width = self.picture.shape[:2]
        left, top = np.floor(outline.min(0)).astype(int) - 1
        right, bottom = np.ceil(outline.max(0)).astype(int) + 2
        left, top, right, bottom = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
        return None if right - left < 1 or bottom - top < 1 else (left, top, right, bottom)

    def _painted(self, cloth: Cloth, left: int, top: int, size: tuple[int, ...]) -> Floats:
        base = np.empty((size[0], size[1], 3), np.float32)
        base[:] = rgb(cloth.colour)
        y, x = np.mgrid[top : top + size[0], left : left + size[1]].astype(np.float32)
        u = (x - self.at[0]) / self.scale * (-1 if self.mirrored else 1)
        v = (self.at[1] - y) / self.scale
        if cloth.weave != "plain":
            pattern = weave(cloth.weave, u, v, cloth.pitch, cloth.seed)[..., None]
            second = rgb(cloth.second if cloth.second is not None else shade(cloth.colour, -12))
            base += (second - base) * pattern
        base *= _folds(u, v, cloth.seed)[..., None]
        return base

    def _light(self, mask: Picture, relief: float, gloss: float) -> Floats:
        height, width = mask.shape
        lines = min(1.0, _RELIEF_LINES / max(height, width))
        small_size = (max(4, round(width * lines)), max(4, round(height * lines)))
        reduced = cv2.resize(mask, small_size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        pad = 6
        small = cv2.copyMakeBorder(reduced, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=(0.0,))
        sigma = max(1.2, 0.18 * min(small_size))
        bulge = cv2.GaussianBlur(small, (0, 0), sigma)
        slope = cv2.Sobel(bulge, cv2.CV_32F, 1, 0, ksize=3) * (sigma / 3.2)
        light = 0.80 + 0.26 * bulge + self.side * -0.42 * slope * -1 + gloss * 0.35 * np.maximum(bulge - 0.72, 0)
        light = 1 + (light - 1) * relief
        inner = light[pad:-pad, pad:-pad]
        return np.asarray(cv2.resize(inner, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)

    def _blend(self, left: int, top: int, patch: Floats, alpha: Floats) -> None:
        height, width = alpha.shape
        there = self.picture[top : top + height, left : left + width]
        mixed = there + (np.clip(patch, 0, 255) - there) * alpha[..., None]
        there[:] = mixed.astype(np.uint8)
        if self.covered is not None:
            part = self.covered[top : top + height, left : left + width]
            np.maximum(part, (alpha * 255).astype(np.uint8), out=part)


def oval(x: float, y: float, wide: float, high: float, steps: int = 28) -> Points:
    """The outline of an ellipse."""
    turn = np.linspace(0, 2 * np.pi, steps, endpoint=False)
    return np.stack([x + wide * np.cos(turn), y + high * np.sin(turn)], 1)


def capsule(points: Points, widths: Points | list[float]) -> Points:
    """The outline of a limb along `points` with half `widths`, round at both ends and smooth at the bends."""
    fine = np.linspace(0, len(points) - 1, 8 * len(points))
    line = np.stack([np.interp(fine, range(len(points)), points[:, i]) for i in (0, 1)], 1)
    if len(points) > 2:
        kernel = np.ones(5) / 5
        padded = np.pad(line, ((2, 2), (0, 0)), mode="edge")
        line = np.stack([np.convolve(padded[:, i], kernel, "valid") for i in (0, 1)], 1)
    half = np.interp(fine, range(len(points)), widths)
    along = np.gradient(line, axis=0)
    across = np.stack([-along[:, 1], along[:, 0]], 1)
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-9)
    one, other = line + across * half[:, None], line - across * half[:, None]
    end = _cap(line[-1], one[-1], other[-1])
    start = _cap(line[0], other[0], one[0])
    return np.concatenate([one, end, other[::-1], start])


def _cap(middle: Points, start: Points, stop: Points) -> Points:
    reach = start - middle
    turn = -np.linspace(0.15, 0.85, 6) * np.pi
    cos, sin = np.cos(turn), np.sin(turn)
    return np.asarray(
        middle + np.stack([reach[0] * cos - reach[1] * sin, reach[0] * sin + reach[1] * cos], 1) + 0 * stop
    )


def weave(kind: Weave, u: Floats, v: Floats, pitch: float, seed: int) -> Floats:
    """How much of the second colour shows at each place, 0 to 1. `u`, `v`: metres."""
    return np.asarray(_WEAVES[kind](u / np.float32(pitch), v / np.float32(pitch), seed), np.float32)


def _wave(repeats: Floats) -> Floats:
    return np.asarray(np.sin(repeats * np.float32(2 * np.pi)), np.float32)


def _edge(wave: Floats) -> Floats:
    return np.asarray(np.clip(wave * np.float32(3) + np.float32(0.5), 0, 1), np.float32)


def _folds(u: Floats, v: Floats, seed: int) -> Floats:
    coarse = _noise(u * 9 + v * 2.5, v * 3.2 - u, seed + 5)
    fine = _noise(u * 60, v * 60, seed + 9)
    return np.float32(0.87) + coarse * np.float32(0.2) + fine * np.float32(0.06)


def _noise(u: Floats, v: Floats, seed: int) -> Floats:
    """Smooth noise, 0 to 1, that stays where it is in (u, v)."""
    tile = _tile(seed)
    scale = np.float32(4)
    out = cv2.remap(
        tile, np.mod(u * scale, 63).astype(np.float32), np.mod(v * scale, 63).astype(np.float32), cv2.INTER_LINEAR
    )
    return np.asarray(out, np.float32)


def _tile(seed: int) -> Floats:
    key = seed % 997
    if key not in _tiles:
        raw = np.random.default_rng(key).random((64, 64)).astype(np.float32)
        raw[63], raw[:, 63] = raw[0], raw[:, 0]
        soft = cv2.GaussianBlur(raw, (0, 0), 1.1, borderType=cv2.BORDER_REFLECT)
        low, high = np.percentile(soft, (2, 98))
        _tiles[key] = np.asarray(np.clip((soft - low) / (high - low), 0, 1), np.float32)
    return _tiles[key]


def _fixed(points: Points) -> NDArray[np.int32]:
    return np.clip(np.round(points * (1 << _SHIFT)), -(2**24), 2**24).astype(np.int32)


_tiles: dict[int, Floats] = {}
_WEAVES: dict[Weave, Callable[[Floats, Floats, int], Floats]] = {
    "plain": lambda u, _v, _s: np.zeros_like(u),
    "stripes": lambda _u, v, _s: _edge(_wave(v)),
    "pinstripes": lambda u, _v, _s: _edge(_wave(u * 2.2) - 0.75) * 0.8,
    "checks": lambda u, v, _s: (_edge(_wave(u)) + _edge(_wave(v))) * 0.5,
    "dots": lambda u, v, _s: _edge(_wave(u) * _wave(v) - 0.45),
    "tweed": lambda u, v, _s: _edge(_wave(u * 4 + np.abs(np.mod(v * 8, 2) - 1))) * 0.5,
    "knit": lambda u, v, _s: _edge(_wave(u * 3) * 0.8 + _wave(v * 3) * 0.4) * 0.35,
    "flowers": lambda u, v, s: _edge(_noise(u * 1.1, v * 1.1, s) * 4 - 2.7),
    "hair": lambda u, v, s: _noise(u * 3.5, v * 0.45, s) * 0.7,
}
