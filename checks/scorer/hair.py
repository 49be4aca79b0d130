"""How hair is worn: where on a head, beside it and below it there is something of the hair's colour,
whatever that is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from checks.scorer.cutouts import BUST, HEAD_LINES, Cutout
from checks.scorer.matching import Match, SearchRaster, laid, sized
from checks.seeing.colour import LIGHTNESS_WEIGHT, Floats

_CROWN = 0.22
"""The part of a head, from the top, that is taken for hair (or for the hat that hides it)."""

_NEAR, _FAR = 9.0, 20.0
"""Delta-E from the crown's own colour within which a pixel is hair, and beyond which it is not."""

_BLUR_PX = 1.5
_CROWN_MIN = 25.0


def compare_hair(sight: SearchRaster, cutouts: Sequence[Cutout], match: Match) -> Iterator[tuple[str, float]]:
    """Channel and distance. `match`: the cut-out whose head fits best. About 10 CPU-ms."""
    cutout, scale = cutouts[match.index], match.scale
    beside = cutout.bust_left * scale
    if match.mirrored:
        beside = (cutout.bust.alpha.shape[1] - cutout.head.alpha.shape[1] - cutout.bust_left) * scale
    at = match.top, match.left - round(beside)
    shape = sight.inside.shape
    view, alpha = (
        laid(sized(pixels, scale, cv2.INTER_LINEAR, mirrored=match.mirrored), shape, *at)
        for pixels in (cutout.bust.lab, cutout.bust.alpha)
    )
    crown = np.zeros(shape, np.float32)
    band = np.s_[max(0, match.top) : match.top + round(_CROWN * scale * HEAD_LINES)]
    crown[band] = match.alpha[band]
    crown *= sight.inside
    bottom = match.top + round(BUST * scale * HEAD_LINES)
    region = sight.inside.copy()
    region[max(0, bottom) :] = 0
    if float((crown * sight.mask).sum()) < _CROWN_MIN:
        return
    here = _hair(sight.straight, crown * sight.mask) * np.maximum(sight.mask, alpha) * region
    there = _hair(view, crown) * alpha * region
    yield "hair_shape", float(np.abs(_soft(here) - _soft(there)).sum() / max(float(there.sum()), _CROWN_MIN))


def _hair(lab: Floats, crown: Floats) -> Floats:
    """0 to 1: how near each pixel is to the crown's median colour."""
    inside = crown > 0.6
    colour = np.median(lab[inside], 0) if inside.any() else np.zeros(3)
    off = (lab - colour) * (LIGHTNESS_WEIGHT, 1, 1)
    return np.asarray(np.clip((_FAR - np.linalg.norm(off, axis=2)) / (_FAR - _NEAR), 0, 1), np.float32)


def _soft(values: Floats) -> Floats:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), _BLUR_PX), np.float32)
