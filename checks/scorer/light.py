"""The light between a picture and its plate: exposure, colour, contrast and fall-off,
taken out before colours are compared.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.seeing.colour import Floats

Doubles = NDArray[np.float64]

_GRID = (32, 18)
_DARK = 10.0
"""Added to both sides of a ratio, of 255: in the dark, ratios are noise."""

_STEPS = 10
_OUTLIER = 0.10
"""Natural logarithm: tiles whose ratio is this far off the fitted light count little (10 % of brightness)."""

_AGREEING_MIN = 0.5
"""Share of the tiles that must agree on one light; below it, it may be the set that has changed, not the light."""

_RIDGE = np.array([0.02, 0.02, 0.05])
"""The costs of a slope across, a slope down, and contrast, as shares of all tiles:
an even light is likelier than a steep one.
"""

GAIN_MAX = 1.2
"""Natural logarithm: more than 3.3 times brighter or darker is not a matter of light."""


@dataclass(frozen=True, slots=True)
class Light:
    """The change of the plate's colours. `gain`: height × width × 3, natural logarithm;
    `contrast`: a power about `pivot`.

    `agreeing`: share of the background's tiles that fit it, 0 to 1.
    """

    gain: Floats
    contrast: float
    pivot: float
    agreeing: float

    @property
    def trusted(self) -> bool:
        """Whether enough of the background agrees on it."""
        return self.agreeing >= _AGREEING_MIN

    def taken_out(self, picture: Floats) -> Floats:
        """The picture (RGB, 0 to 255, any size of the same shape) in the light of its plate."""
        height, width = picture.shape[:2]
        gain = cv2.resize(self.gain, (width, height), interpolation=cv2.INTER_LINEAR)
        log = np.log(picture + _DARK) - gain
        out: Floats = np.clip(np.exp((log - self.pivot) / (1 + self.contrast) + self.pivot) - _DARK, 0, 255)
        return out.astype(np.float32)


def light_between(seen: Floats, plate: Floats, weight: Floats) -> Light:
    """Fit gains of three colours, and one contrast and fall-off common to them, over where `weight` is 1.

    Iteratively reweighted least squares (Geman-McClure) on the logarithms of tiles, so that a wardrobe moved across the
    room or one repainted wall does not pass for light. About 5 CPU-ms.
    """
    cover = cv2.resize(weight, _GRID, interpolation=cv2.INTER_AREA)
    small = [cv2.resize(p * weight[..., None], _GRID, interpolation=cv2.INTER_AREA) for p in (seen, plate)]
    mean = [p / np.maximum(cover, 1e-3)[..., None] for p in small]
    ok = cover > 0.3
    clipped = (mean[0].max(2) > 245) | (mean[1].max(2) > 245)
    use = ok & ~clipped if int((ok & ~clipped).sum()) >= 30 else ok
    flat = np.zeros((_GRID[1], _GRID[0], 3), np.float32)
    if int(use.sum()) < 30:
        return Light(flat, 0.0, 0.0, 0.0)
    logs = [np.log(p + _DARK) for p in mean]
    ratio = logs[0] - logs[1]
    level = logs[1].mean(2)
    pivot = float(np.median(level[use]))
    ys, xs = np.mgrid[-1 : 1 : _GRID[1] * 1j, -1 : 1 : _GRID[0] * 1j]
    design = np.stack([xs, ys, level - pivot], 2)
    colours, common, agreeing = _fit(ratio[use], design[use])
    contrast = float(np.clip(common[2], -0.4, 0.4))
    gain = np.clip(colours + (xs * common[0] + ys * common[1])[..., None], -GAIN_MAX, GAIN_MAX)
    return Light(gain.astype(np.float32), contrast, pivot, agreeing)


def _fit(ratio: Floats, design: Doubles) -> tuple[Doubles, Doubles, float]:
    colours: Doubles = np.median(ratio, 0).astype(np.float64)
    common: Doubles = np.zeros(3)
    off = ratio - colours
    for step in range(_STEPS):
        scale = max(_OUTLIER, 0.5 / (step + 1))
        trust = (1 / (1 + (np.linalg.norm(off, axis=1) / scale) ** 2)) ** 2
        centred = design - (design * trust[:, None]).sum(0) / trust.sum()
        weighted = centred * trust[:, None]
        target = (ratio - (ratio * trust[:, None]).sum(0) / trust.sum()).mean(1)
        common = np.linalg.solve(weighted.T @ centred + np.diag(_RIDGE) * len(design), weighted.T @ target)
        colours = ((ratio - (design @ common)[:, None]) * trust[:, None]).sum(0) / trust.sum()
        off = ratio - colours - (design @ common)[:, None]
    return colours, common, float((np.linalg.norm(off, axis=1) < 2 * _OUTLIER).mean())
