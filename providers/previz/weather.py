"""Rain, in the parts of a plate where it can be seen: windows, or the whole sky."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from manifests.bible import Region
from manifests.staging import Box
from providers.previz.pictures import Picture

OPEN_AIR_WIDTH = 0.9
"""A region at least this wide (of the plate) is open air: there it rains in front of the cast too."""
_SLANT = 0.16
_TINT = (1.0, 0.97, 0.92)
_FEATHER = 0.04


class Rain:
    """Two sheets of falling streaks, seeded, that repeat without a seam.

    `width` and `height` are the frame's in pixels. Distances and lengths scale with the height, so that each tier rains
    alike.
    """

    def __init__(self, regions: Sequence[Region], width: int, height: int, seed: int, fps: int = 24) -> None:
        self._regions = tuple(regions)
        self._size = width, height
        chance = np.random.default_rng(seed)
        self._far = _Sheet(chance, width, height, drops=420, length=0.045, grey=46, fall=1.15, fps=fps)
        self._near = _Sheet(chance, width, height, drops=90, length=0.12, grey=52, fall=2.1, fps=fps)

    def behind(self, frame: Picture, window: Box, index: int) -> None:
        """Draw the rain behind the cast into `frame`, in place, at frame `index`."""
        for region in self._regions:
            # In the open air the near sheet falls in front of the cast; drawn here as well it would be twice as bright.
            sheets = (self._far,) if region.w >= OPEN_AIR_WIDTH else (self._far, self._near)
            self._draw(frame, region, window, index, sheets)

    def before(self, frame: Picture, window: Box, index: int) -> None:
        """Draw the near sheet in front of the cast where the region is open air."""
        for region in self._regions:
            if region.w >= OPEN_AIR_WIDTH:
                self._draw(frame, region, window, index, (self._near,))

    def _draw(self, frame: Picture, region: Region, window: Box, index: int, sheets: Sequence[_Sheet]) -> None:
        width, height = self._size
        left, right = (_across(v, window.left, window.right, width) for v in (region.x, region.x + region.w))
        top, bottom = (_across(v, window.top, window.bottom, height) for v in (region.y, region.y + region.h))
        x0, x1, y0, y1 = max(0, left), min(width, right), max(0, top), min(height, bottom)
        if x1 <= x0 or y1 <= y0:
            return
        drops = sheets[0].crop(index, x0, y0, x1, y1)
        for sheet in sheets[1:]:
            drops = cv2.add(drops, sheet.crop(index, x0, y0, x1, y1))
        mask = _feathered(right - left, bottom - top)[y0 - top : y1 - top, x0 - left : x1 - left]
        drops = cv2.multiply(drops, mask, scale=1 / 255)
        tinted = cv2.merge([cv2.convertScaleAbs(drops, alpha=tint) for tint in _TINT])
        frame[y0:y1, x0:x1] = cv2.add(frame[y0:y1, x0:x1], tinted)


class _Sheet:
    """One depth of rain: a picture that repeats every frame width and height,
    and how fast it falls (frame heights a second).
    """

    def __init__(
        self,
        chance: np.random.Generator,
        width: int,
        height: int,
        *,
        drops: int,
        length: float,
        grey: int,
        fall: float,
        fps: int,
    ) -> None:
        self._width, self._height, self._fall, self._fps = width, height, fall, fps
        tile = np.zeros((height, width), np.uint8)
        thick = 1 if height < 700 else 2
        for x, y, size, light in zip(
            chance.uniform(0, width, drops),
            chance.uniform(0, height, drops),
            chance.uniform(0.6, 1.3, drops),
            chance.uniform(0.4, 1.0, drops),
            strict=True,
        ):
            reach = length * size * height
            for dx in (0, width):
                for dy in (0, -height):
                    tail = (round((x + dx) * 16), round((y + dy) * 16))
                    head = (round((x + dx - reach * _SLANT) * 16), round((y + dy + reach) * 16))
                    cv2.line(tile, tail, head, float(grey * light), thick, cv2.LINE_AA, 4)
        self._tile: Picture = np.tile(cv2.GaussianBlur(tile, (3, 3), 0), (2, 2))

    def crop(self, index: int, x0: int, y0: int, x1: int, y1: int) -> Picture:
        fallen = self._fall * self._height * index / self._fps
        dx, dy = round(fallen * _SLANT) % self._width, -round(fallen) % self._height
        x, y = (x0 + dx) % self._width, (y0 + dy) % self._height
        return self._tile[y : y + y1 - y0, x : x + x1 - x0]


def _across(value: float, start: float, end: float, size: int) -> int:
    return round((value - start) / (end - start) * size)


def _feathered(width: int, height: int) -> Picture:
    small: Picture = np.full((64, 64), 255, np.uint8)
    edge = max(1, round(64 * _FEATHER))
    small[:edge], small[-edge:], small[:, :edge], small[:, -edge:] = 0, 0, 0, 0
    return cv2.resize(cv2.GaussianBlur(small, (5, 5), 0), (width, height), interpolation=cv2.INTER_LINEAR)
