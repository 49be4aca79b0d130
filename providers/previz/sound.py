"""Room tone: the quiet that a room, or rain, makes, so that a cut never falls into dead silence.

A generation key says nothing of a shot's sound (manifests/take.py), so nothing here may depend on it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
LEVEL_DBFS = -50.0
"""Root mean square of the tone in decibels under full scale: heard in headphones, never under dialogue."""


def room_tone(samples: int, seed: int, *, rain: bool) -> NDArray[np.float32]:
    """Two channels × `samples` at 48 kHz, -1 to 1: brown noise, with a brighter hiss and drops where it rains."""
    chance = np.random.default_rng(seed)
    return np.stack([_channel(chance, samples, rain=rain) for _ in range(2)])


def _channel(chance: np.random.Generator, samples: int, *, rain: bool) -> NDArray[np.float32]:
    # Transforms of a length such as 2^a·3^b are fast; a prime number of samples is not.
    length = -(-samples // 2000) * 2000
    hertz = np.fft.rfftfreq(length, 1 / RATE_HZ)
    fall = 1 / np.maximum(hertz, 60.0)
    if rain:
        fall = fall + 0.0012 * np.exp(-(((hertz - 4200) / 3800) ** 2))
    fall[hertz < 30] = 0.0
    noise = np.fft.irfft(np.fft.rfft(chance.standard_normal(length)) * fall, length)[:samples]
    seconds = np.arange(samples) / RATE_HZ
    gusts = 1 + 0.18 * np.sin(2 * np.pi * (0.31 * seconds + chance.random()))
    tone = noise * gusts
    loudness = float(np.sqrt(np.mean(tone**2))) or 1.0
    level: NDArray[np.float32] = (tone / loudness * 10 ** (LEVEL_DBFS / 20)).astype(np.float32)
    return level
