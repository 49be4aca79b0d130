"""The film's sound before it is levelled: the clips' own, with dialogue, music and effects added to the sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assembly.join import SAMPLE_RATE

Samples = NDArray[np.float32]
"""Rows of two channels at 48 kHz."""

_BLOCK = 10 * SAMPLE_RATE
"""Samples that are mixed at once: a film of any length takes some megabytes of memory."""

_CHANNELS = 2

_SILENCE = 10 ** (-75 / 20)
"""The quiet room tone of an empty set has -50 dBFS; digital silence through AAC has nothing."""
_RAMP = SAMPLE_RATE // 50
"""20 ms: within it a clip's own sound goes down below a line that replaces it, without a click."""


@dataclass(frozen=True)
class Added:
    """One sound file in the film. `file`: its samples (`bring`). All times are samples: it is heard from the film's
    `start` on, from its own `first` on, for `length`. `ducks`: the spans of the film in which it goes down by
    `duck_db`, within `duck_ramp`.
    """

    label: str
    file: Path
    start: int
    first: int
    length: int
    gain_db: float = 0.0
    fade_in: int = 0
    fade_out: int = 0
    ducks: tuple[tuple[int, int], ...] = ()
    duck_db: float = 0.0
    duck_ramp: int = SAMPLE_RATE // 4


@dataclass(frozen=True)
class Muted:
    """A span of the film, in samples, in which the clips' own sound goes down by `by_db`."""

    start: int
    end: int
    by_db: float


def mix(beds: Sequence[Path], added: Sequence[Added], muted: Sequence[Muted], into: Path) -> Path:
    """Write the film's sound to `into` as 32-bit floats. `beds`: the clips' own, end to end, as long as the film."""
    own = parts_of(beds)
    whole = sum(len(part) for part in own)
    sources = [(one, opened(one.file)) for one in added]
    with into.open("wb") as out:
        for begin in range(0, whole, _BLOCK):
            end = min(whole, begin + _BLOCK)
            block = _own(own, begin, end)
            for each in muted:
                block *= dipped(((each.start, each.end),), each.by_db, _RAMP, begin, end)[:, None]
            for one, samples in sources:
                _add(block, one, samples, begin, end)
            out.write(block.tobytes())
    return into


def opened(file: Path) -> Samples:
    """The samples of a file of raw 32-bit floats, read as they are asked for."""
    if not file.stat().st_size:
        return np.zeros((0, _CHANNELS), np.float32)
    return np.memmap(file, np.float32, mode="r").reshape(-1, _CHANNELS)


def parts_of(beds: Sequence[Path]) -> list[Samples]:
    """The clips' own sound, end to end."""
    return [opened(bed) for bed in beds]


def is_heard(own: Sequence[Samples], begin: int, end: int) -> bool:
    """Whether anything is above digital silence between two samples of the film."""
    return any(
        np.abs(_own(own, at, min(end, at + _BLOCK))).max(initial=0) > _SILENCE for at in range(begin, end, _BLOCK)
    )


def _own(own: Sequence[Samples], begin: int, end: int) -> Samples:
    edges = np.cumsum([0, *(len(each) for each in own)])
    parts = [
        samples[max(0, begin - left) : end - left]
        for samples, (left, right) in zip(own, pairwise(edges), strict=True)
        if left < end and right > begin
    ]
    return np.concatenate(parts)


def _add(block: Samples, one: Added, samples: Samples, begin: int, end: int) -> None:
    length = min(one.length, max(0, len(samples) - one.first))
    left, right = max(begin, one.start), min(end, one.start + length)
    if right <= left:
        return
    own = np.arange(left - one.start, right - one.start)
    gain = np.full(len(own), 10 ** (one.gain_db / 20), np.float32)
    if one.fade_in:
        gain *= np.clip((own + 0.5) / one.fade_in, 0, 1)
    if one.fade_out:
        gain *= np.clip((length - own - 0.5) / one.fade_out, 0, 1)
    if one.ducks:
        gain *= dipped(one.ducks, one.duck_db, one.duck_ramp, left, right)
    heard = samples[one.first + own[0] : one.first + own[-1] + 1]
    block[left - begin : right - begin] += heard * gain[:, None]


def dipped(spans: Sequence[tuple[int, int]], by_db: float, ramp: int, begin: int, end: int) -> NDArray[np.float32]:
    """The gain of the film's samples `begin` up to `end`: `by_db` lower within the spans. It comes down before each,
    and back after it, straight in decibels, within `ramp` samples.
    """
    times = np.arange(begin, end)
    depth = np.zeros(len(times))
    for left, right in spans:
        if right + ramp > begin and left - ramp < end:
            outside = np.maximum(np.maximum(left - times, times - right + 1), 0)
            depth = np.maximum(depth, np.clip(1 - outside / max(1, ramp), 0, 1))
    return (10 ** (-abs(by_db) * depth / 20)).astype(np.float32)
