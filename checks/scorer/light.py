"""The light between a picture and its plate: exposure, white balance and fall-off, taken out before colours are compared."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from checks.colour import Floats

_GRID = (32, 18)
_DARK = 10.0
"""Added to both sides of a ratio, of 255: in the dark, ratios are noise."""

_STEPS = 8
_OUTLIER = 0.10
"""Natural logarithm: tiles whose ratio is this far off the fitted light count little (10 % of brightness)."""

_AGREEING_MIN = 0.5
"""Share of the tiles that must agree on one light; below it, it may be the set that has changed, not the light."""

GAIN_MAX = 1.2
"""Natural logarithm: more than 3.3 times brighter or darker is no matter of light."""


@dataclass(frozen=True, slots=True)
class Light:
    """`gain`: height × width × 3, what the picture's colours are to be divided by. `agreeing`: share of tiles, 0 to 1.

    `cast`: how far the gains of the three colours are apart, log2, 0 for a neutral change; `exposure`: their mean, log2.
    """

    gain: Floats
    agreeing: float
    cast: float
    exposure: float

    @property
    def trusted(self) -> bool:
        """Whether enough of the background agrees on it."""
        return self.agreeing >= _AGREEING_MIN

    def taken_out(self, picture: Floats) -> Floats:
        """The picture in the light of its plate, 0 to 255."""
        out: Floats = np.clip((picture + _DARK) / self.gain - _DARK, 0, 255).astype(np.float32)
        return out


def light_between(seen: Floats, plate: Floats, weight: Floats) -> Light:
    """Fit gains of three colours and one common, slowly varying fall-off over where `weight` is 1.

    Iteratively reweighted least squares (Geman-McClure) on the logarithms of tiles, so that a wardrobe moved across the
    room or one repainted wall does not pass for light.
    """
    height, width = weight.shape
    cover = cv2.resize(weight, _GRID, interpolation=cv2.INTER_AREA)
    small = [cv2.resize(p * weight[..., None], _GRID, interpolation=cv2.INTER_AREA) for p in (seen, plate)]
    mean = [p / np.maximum(cover, 1e-3)[..., None] for p in small]
    ratio = np.log((mean[0] + _DARK) / (mean[1] + _DARK))
    ok = cover > 0.3
    clipped = (mean[0].max(2) > 250) | (mean[1].max(2) > 250)
    use = ok & ~clipped if int((ok & ~clipped).sum()) >= 20 else ok
    if int(use.sum()) < 20:
        return Light(np.ones((height, width, 3), np.float32), 0.0, 0.0, 0.0)
    ys, xs = np.mgrid[-1 : 1 : _GRID[1] * 1j, -1 : 1 : _GRID[0] * 1j]
    colours, slopes, agreeing = _fit(ratio[use], np.stack([xs[use], ys[use]], 1))
    yy, xx = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    field = np.clip(colours + (xx * slopes[0] + yy * slopes[1])[..., None], -GAIN_MAX, GAIN_MAX)
    log2 = colours / np.log(2)
    return Light(np.exp(field).astype(np.float32), agreeing, float(np.ptp(log2)), float(log2.mean()))


def _fit(ratio: Floats, where: Floats) -> tuple[Floats, Floats, float]:
    colours = np.median(ratio, 0)
    slopes = np.zeros(2)
    for step in range(_STEPS):
        off = ratio - colours - (where @ slopes)[:, None]
        scale = max(_OUTLIER, 0.4 / (step + 1))
        trust = (1 / (1 + (np.linalg.norm(off, axis=1) / scale) ** 2)) ** 2
        common = (ratio - colours).mean(1)
        design = where * trust[:, None]
        slopes = np.linalg.solve(design.T @ where + 0.02 * len(where) * np.eye(2), design.T @ common)
        colours = ((ratio - (where @ slopes)[:, None]) * trust[:, None]).sum(0) / trust.sum()
    off = np.linalg.norm(ratio - colours - (where @ slopes)[:, None], axis=1)
    return colours, slopes, float((off < 2 * _OUTLIER).mean())
