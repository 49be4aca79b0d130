"""The film's loudness: measured over the whole film, then set by one gain, so that quiet scenes stay quiet."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assembly.errors import EncodeFailed
from assembly.ffmpeg import Stream
from manifests.film import Finish

TOLERANCE_LU = 0.5
"""How far from the target the finished film may be before it is set once more; EBU R 128 allows 0.5 LU."""

_AAC_MARGIN_DB = 0.5  # AAC moves peaks by some tenths of a decibel; the ceiling holds after it.
_OVERSAMPLED_HZ = 192_000  # ITU-R BS.1770 reads true peaks at four times 48 kHz.
_METER_FLOOR_LUFS = -70.0  # The absolute gate of BS.1770: what the meter says when nothing passed it.
_INTEGRATED = re.compile(r"^\s+I:\s+(\S+) LUFS", re.MULTILINE)
_PEAK = re.compile(r"^\s+Peak:\s+(\S+) dBFS", re.MULTILINE)


@dataclass(frozen=True)
class Loudness:
    """`integrated_lufs` by ITU-R BS.1770 (-70 for silence), and the highest `true_peak_dbtp`."""

    integrated_lufs: float
    true_peak_dbtp: float

    @property
    def silent(self) -> bool:
        """True when there is nothing to measure: silence, or less than 0.4 s."""
        return self.integrated_lufs <= _METER_FLOOR_LUFS


def meter(sound: Stream) -> Stream:
    """Send `sound` through a meter, whose reading stands in ffmpeg's log (`read`)."""
    # Not "loudnorm": told to correct, that filter falls back to riding the level whenever a peak is in its way and says
    # so only in its log; as a meter it takes nine times as long for the same reading (36 s of film: 0.89 s, 0.12 s).
    return sound.filter("ebur128", peak="true", framelog="quiet")


def read(log: str) -> Loudness:
    """Take the meter's reading out of ffmpeg's log. Raises EncodeFailed where there is none."""
    integrated, peak = _INTEGRATED.findall(log), _PEAK.findall(log)
    if not integrated or not peak:
        raise EncodeFailed(
            "loudness",
            "the meter gave no reading",
            "Run it again; if it happens twice, report it with the log",
            log=log[-8000:],
        )
    return Loudness(float(integrated[-1]), float(peak[-1]))


def gain_db(measured: Loudness, finish: Finish) -> float:
    """The gain that brings `measured` to the film's loudness, in decibels; 0 for silence."""
    return 0.0 if measured.silent else finish.loudness_lufs - measured.integrated_lufs


def levelled(sound: Stream, gain: float, measured: Loudness, ceiling_dbtp: float) -> Stream:
    """Apply `gain` decibels to `sound`, and a true-peak limiter only where the film would pass its ceiling."""
    ceiling = ceiling_dbtp - _AAC_MARGIN_DB
    louder = sound.filter("volume", f"{gain:.3f}dB", precision="float")
    if measured.silent or measured.true_peak_dbtp + gain <= ceiling:
        return louder
    limited = louder.filter("aresample", _OVERSAMPLED_HZ)
    limited = limited.filter("alimiter", limit=f"{10 ** (ceiling / 20):.5f}", level=0, attack=5, release=80)
    return limited.filter("aresample", 48_000)
