"""A recorded line is found in its clip's own sound, and what is not there is not found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assembly.feature.sync import synchronise

RATE = 48_000
SYNC_TOLERANCE_S = 0.001


def speech(seed: int, seconds: float = 1.5) -> np.ndarray[Any, Any]:
    """Noise between 100 Hz and 4 kHz in syllables, as speech is."""
    chance = np.random.default_rng(seed)
    spectrum = np.fft.rfft(chance.standard_normal(round(seconds * RATE)))
    hz = np.fft.rfftfreq(round(seconds * RATE), 1 / RATE)
    spectrum[(hz < 100) | (hz > 4000)] = 0
    syllables = np.repeat(chance.uniform(0, 1, round(seconds * 6)) ** 2, RATE // 6)[: round(seconds * RATE)]
    voice = np.fft.irfft(spectrum, round(seconds * RATE))[: len(syllables)] * syllables
    return 0.3 * voice / np.abs(voice).max()


def write(path: Path, mono: np.ndarray[Any, Any]) -> Path:
    np.stack([mono, mono], axis=1).astype(np.float32).tofile(path)
    return path


@pytest.mark.parametrize("offset_s", [0.0, 0.8123, -0.3])
def test_a_line_is_found_to_the_millisecond_under_rain(tmp_path: Path, offset_s: float) -> None:
    line, rain = speech(1), 0.03 * np.random.default_rng(9).standard_normal(4 * RATE)
    at = round(offset_s * RATE)
    own = rain.copy()
    own[max(0, at) : at + len(line)] += 0.6 * line[max(0, -at) :]

    found = synchronise(write(tmp_path / "line", line), write(tmp_path / "own", own))

    assert found.offset_s == pytest.approx(offset_s, abs=SYNC_TOLERANCE_S)
    assert found.sure


def test_other_words_and_silence_are_not_found(tmp_path: Path) -> None:
    line = write(tmp_path / "line", speech(1))
    other = write(tmp_path / "other", np.concatenate([speech(2), speech(3)]))
    silence = write(tmp_path / "silence", np.zeros(2 * RATE))

    assert not synchronise(line, other).sure
    assert synchronise(line, silence).confidence == 0.0
