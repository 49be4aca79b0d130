"""Where a recorded line lies in a clip's own sound, by cross-correlation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy
from numpy.typing import NDArray

from assembly.join import SAMPLE_RATE
from assembly.stitch.mix import opened

_RATE_HZ = 16_000
"""Speech has little above 8 kHz."""

_SECONDS_MAX = 120
SURE = 0.35
"""From this correlation on, the recording and the clip say the same; noise and other words stay below 0.2."""
_OVERLAP_MIN = 0.5
_EMPHASIS = 0.97
"""Takes hum and rumble away, as speech recognisers do: they resemble one another in any two recordings."""

_SILENT_RMS = 10 ** (-75 / 20)


@dataclass(frozen=True, slots=True)
class Sync:
    """The clip's second at which the recording begins, below 0 where it begins before the clip; and the correlation
    there, 0 to 1.
    """

    offset_s: float
    confidence: float

    @property
    def sure(self) -> bool:
        """Whether to rely on it."""
        return self.confidence >= SURE


def synchronise(recording: Path, clip: Path) -> Sync:
    """Find the recording in the clip's sound; both are raw floats (`assembly.feature.programme.bring`). At least
    half of the shorter one must overlap.
    """
    line, own = _mono(recording), _mono(clip)
    if min(_loud(line), _loud(own)) < _SILENT_RMS:
        return Sync(0.0, 0.0)
    ones, convolved = np.ones_like, scipy.signal.fftconvolve
    products = convolved(own, line[::-1], mode="full")
    energy = convolved(own**2, ones(line), mode="full") * convolved(ones(own), (line**2)[::-1], mode="full")
    shared = np.minimum(np.minimum(np.arange(1, len(products) + 1), np.arange(len(products), 0, -1)), len(line))
    enough = shared >= _OVERLAP_MIN * min(len(line), len(own))
    likeness = np.where(enough, products / np.sqrt(np.maximum(energy, 1e-9)), 0.0)
    best = int(np.argmax(likeness))
    return Sync((best - len(line) + 1) / _RATE_HZ, float(np.clip(likeness[best], 0, 1)))


def _mono(file: Path) -> NDArray[np.float64]:
    samples = np.asarray(opened(file)[: _SECONDS_MAX * SAMPLE_RATE], np.float64).mean(axis=1)
    lower: NDArray[np.float64] = scipy.signal.resample_poly(samples, _RATE_HZ, SAMPLE_RATE)
    emphasised: NDArray[np.float64] = lower[1:] - _EMPHASIS * lower[:-1]
    return emphasised


def _loud(samples: NDArray[np.float64]) -> float:
    return float(np.sqrt((samples**2).mean())) if len(samples) else 0.0
