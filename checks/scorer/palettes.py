"""Colours as soft-binned Lab histograms, and what they have in common."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from checks.seeing.colour import Floats

_BINS = (6, 14, 14)
_LOW, _HIGH = (0.0, -70.0, -70.0), (100.0, 70.0, 70.0)
_SOFT = 0.8
"""Bins: each pixel is spread by a Gaussian this wide, so that a shade of light moves a little of it, not all."""


def palette(lab: Floats, weight: Floats) -> Floats | None:
    """The weighted histogram of a Lab picture, summing to 1; None where the weight is nothing."""
    total = float(weight.sum())
    if total < 8:
        return None
    flat = _bins(lab)
    counts = np.bincount(flat.ravel(), weights=weight.ravel(), minlength=int(np.prod(_BINS))).reshape(_BINS)
    soft = scipy.ndimage.gaussian_filter(counts, _SOFT, mode="nearest")
    out: Floats = (soft / max(float(soft.sum()), 1e-9)).astype(np.float32)
    return out


def apart(one: Floats, two: Floats) -> float:
    """1 less the Bhattacharyya overlap of two histograms, 0 to 1."""
    return float(1 - np.sqrt(one * two).sum())


def paint(lab: Floats, histogram: Floats) -> Floats:
    """Each pixel's share of a histogram: how common its colour is there."""
    return np.asarray(histogram.ravel()[_bins(lab)], np.float32)


def _bins(lab: Floats) -> NDArray[np.int64]:
    index = [
        np.clip((lab[..., i] - low) / (high - low) * count, 0, count - 1).astype(np.int64)
        for i, (low, high, count) in enumerate(zip(_LOW, _HIGH, _BINS, strict=True))
    ]
    return np.asarray((index[0] * _BINS[1] + index[1]) * _BINS[2] + index[2], np.int64)
