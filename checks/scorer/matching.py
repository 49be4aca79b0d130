"""Which view of somebody lies best over what is seen: cut-outs are slid, scaled and mirrored on a small raster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from checks.colour import LIGHTNESS_WEIGHT, Floats

_COARSE_SCALES = (0.88, 0.94, 1.0, 1.06, 1.12)
_FINE_SCALES = (0.97, 1.0, 1.03)

_UNLIKE = 20.0
"""Delta-E that a pixel of a view counts where nobody is seen, and one of the figure where the view has nothing."""

_SEEN_MIN = 0.25
"""Share of a view's pixels that must lie in the frame for a place to be tried."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen, on a raster: Lab in the plate's light and as it is; `inside`: 1 where the frame is; `mask`: 0 to 1, how
    surely a pixel is the figure's.
    """

    straight: Floats
    plain: Floats
    inside: Floats
    mask: Floats


@dataclass(frozen=True, slots=True)
class Template:
    """A view to be tried: Lab, alpha 0 to 1, and a label for each pixel (-1: none)."""

    lab: Floats
    alpha: Floats
    labels: Floats


@dataclass(frozen=True, slots=True)
class Match:
    """The view that fits best, laid on the raster. `off`: mean squared difference, weighted Lab; `scale` of the template."""

    index: int
    mirrored: bool
    lab: Floats
    alpha: Floats
    labels: Floats
    top: int
    left: int
    scale: float
    off: float


def best_match(sight: Sight, templates: Sequence[Template]) -> Match | None:
    """The best of all views, mirrored or not, within 12 % of the raster's size and anywhere on it; None for no views."""
    full = _Search.of(sight)
    half = full.halved()
    tried = [
        (half.best(template, mirrored=mirrored, scale=scale / 2), index, mirrored, scale)
        for index, template in enumerate(templates) for mirrored in (False, True) for scale in _COARSE_SCALES
    ]  # fmt: skip
    if not tried:
        return None
    _, index, mirrored, near = min(tried)
    fine = [(full.best(templates[index], mirrored=mirrored, scale=near * s), near * s) for s in _FINE_SCALES]
    (off, top, left), scale = min(fine)
    template = templates[index]
    shape = sight.inside.shape
    laid = [
        _laid(_sized(pixels, scale, how, mirrored=mirrored), shape, top, left)
        for pixels, how in (
            (template.lab, cv2.INTER_LINEAR),
            (template.alpha, cv2.INTER_LINEAR),
            (template.labels + 1, cv2.INTER_NEAREST),
        )
    ]
    return Match(index, mirrored, laid[0], laid[1], laid[2] - 1, top, left, scale, off)


@dataclass(frozen=True, slots=True)
class _Search:
    """What a view is slid over: weighted Lab where the frame is, its square, where the frame is, and the figure's mask."""

    colours: Floats
    squared: Floats
    inside: Floats
    mask: Floats

    @classmethod
    def of(cls, sight: Sight) -> _Search:
        colours = _weighted(sight.straight) * sight.inside[..., None]
        return cls(colours, (colours * colours).sum(2), sight.inside, sight.mask * sight.inside)

    def halved(self) -> _Search:
        half = (self.inside.shape[1] // 2, self.inside.shape[0] // 2)
        colours, squared, inside, mask = (
            np.asarray(cv2.resize(x, half, interpolation=cv2.INTER_AREA), np.float32)
            for x in (self.colours, self.squared, self.inside, self.mask)
        )
        return _Search(colours, squared, inside, mask)

    def best(self, template: Template, *, mirrored: bool, scale: float) -> tuple[float, int, int]:
        """The least mean squared difference over the view's own pixels that are in frame, and where: row, column.

        A pixel of the view where nobody is seen, or the reverse, counts as `_UNLIKE`.
        """
        colours, alpha = (
            _within(_sized(x, scale, cv2.INTER_AREA, mirrored=mirrored), self.inside.shape)
            for x in (_weighted(template.lab), template.alpha)
        )
        seen = _slide(self.inside, alpha)
        off = _slide(self.squared, alpha) - 2 * _slide(self.colours, colours * alpha[..., None])
        off += _slide(self.inside, (colours * colours).sum(2) * alpha)
        shape = (
            _slide(self.mask, np.ones_like(alpha)) - 2 * _slide(self.mask, alpha) + _slide(self.inside, alpha * alpha)
        )
        errors = (off + _UNLIKE**2 * shape) / np.maximum(seen, 1e-3)
        errors[seen < _SEEN_MIN * alpha.sum()] = np.inf
        row, column = np.unravel_index(int(np.argmin(errors)), errors.shape)
        return float(errors[row, column]), int(row), int(column)


def _sized(pixels: Floats, scale: float, how: int, *, mirrored: bool) -> Floats:
    size = max(4, round(pixels.shape[1] * scale)), max(8, round(pixels.shape[0] * scale))
    out = cv2.resize(pixels, size, interpolation=how)
    return np.asarray(out[:, ::-1] if mirrored else out, np.float32)


def _within(pixels: Floats, shape: tuple[int, ...]) -> Floats:
    rows, spare = min(pixels.shape[0], shape[0]), max(0, pixels.shape[1] - shape[1])
    return np.ascontiguousarray(pixels[:rows, spare // 2 : pixels.shape[1] - (spare - spare // 2)])


def _laid(pixels: Floats, shape: tuple[int, ...], top: int, left: int) -> Floats:
    pixels = _within(pixels, shape)
    out = np.zeros((*shape, *pixels.shape[2:]), np.float32)
    rows, columns = min(pixels.shape[0], shape[0] - top), min(pixels.shape[1], shape[1] - left)
    out[top : top + rows, left : left + columns] = pixels[:rows, :columns]
    return out


def _slide(picture: Floats, template: Floats) -> Floats:
    return np.asarray(cv2.matchTemplate(picture, template, cv2.TM_CCORR), np.float32)


def _weighted(lab: Floats) -> Floats:
    return np.ascontiguousarray(lab * np.array([LIGHTNESS_WEIGHT, 1, 1], np.float32))
