"""Colours as soft-binned Lab histograms, and what they have in common."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from checks.colour import Floats

_BINS = (6, 14, 14)
_LOW, _HIGH = (0.0, -70.0, -70.0), (100.0, 70.0, 70.0)
_SOFT = 0.8
"""Bins: each pixel is spread by a Gaussian this wide, so that a shade of light moves a little of it, not all."""


def palette(lab: Floats, weight: Floats) -> Floats | None:
    """The weighted histogram of a Lab picture, summing to 1; None where the weight is nothing."""
    total = float(weight.sum())
    if total < 8:
        return None
    sample = [np.ascontiguousarray(lab[..., i]) for i in range(3)]
    index = [
        np.clip((c - lo) / (hi - lo) * n, 0, n - 1).astype(np.int32)
        for c, lo, hi, n in zip(sample, _LOW, _HIGH, _BINS, strict=True)
    ]
    flat = (index[0] * _BINS[1] + index[1]) * _BINS[2] + index[2]
    counts = np.bincount(flat.ravel(), weights=weight.ravel(), minlength=int(np.prod(_BINS))).reshape(_BINS)
    soft = gaussian_filter(counts, _SOFT, mode="nearest")
    out: Floats = (soft / max(float(soft.sum()), 1e-9)).astype(np.float32)
    return out


def apart(one: Floats, two: Floats) -> float:
    """1 less the Bhattacharyya overlap of two histograms, 0 to 1."""
    return float(1 - np.sqrt(one * two).sum())
