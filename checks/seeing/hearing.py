"""Measures a clip's sound: how long it sounds, how loud, and where it is silent or clipped."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

SILENT_DBFS = -75.0
"""Root mean square, in decibels under full scale, under which a tenth of a second is silence. The quiet room tone that
previz lays has -50; digital silence through AAC has none at all.
"""

FULL_SCALE = 0.98
"""Level, of 1, from which a sample is clipped: AAC rounds flat tops off. Of a voice a fifth of whose samples are cut
flat, 0.35 % come back over it and 0.02 % over 0.999; of one that just touches full scale, none.
"""

_WINDOW_S = 0.1


@dataclass(slots=True)
class Heard:
    """Takes in sound frame by frame. `samples` a channel, at `rate` in Hz;
    `clipped`: how many of them are at full scale.
    """

    samples: int = 0
    rate: int = 48_000
    clipped: int = 0
    _power: list[tuple[int, float]] = field(default_factory=list)

    def take(self, sound: NDArray[Any], samples: int, rate: int) -> None:
        """Take in one frame, of any sample format, planar or not: channels share one measure."""
        level = _level(sound)
        if level.size == 0 or samples <= 0:
            return
        channels = max(1, level.size // samples)
        self.clipped += int((np.abs(level) >= FULL_SCALE).sum()) // channels
        self._power.append((samples, float(np.mean(level * level))))
        self.samples, self.rate = self.samples + samples, rate

    @property
    def seconds(self) -> float:
        """How long it sounds."""
        return self.samples / self.rate

    @property
    def clipped_share(self) -> float:
        """The share of its samples that are at full scale, 0 to 1."""
        return self.clipped / self.samples if self.samples else 0.0

    def silent_seconds(self) -> float:
        """The longest stretch of silence, in seconds, in steps of a tenth."""
        longest = run = window = 0
        power = 0.0
        for samples, mean in self._power:
            window, power = window + samples, power + samples * mean
            if window < _WINDOW_S * self.rate:
                continue
            run = run + window if power / window < 10 ** (SILENT_DBFS / 10) else 0
            longest, window, power = max(longest, run), 0, 0.0
        return longest / self.rate


def _level(sound: NDArray[Any]) -> NDArray[np.float64]:
    """Any sample format as -1 to 1."""
    values = np.nan_to_num(sound.astype(np.float64), posinf=1.0, neginf=-1.0)
    if sound.dtype.kind == "u":
        return values / 128.0 - 1.0
    return values / float(2 ** (8 * sound.dtype.itemsize - 1)) if sound.dtype.kind == "i" else values
