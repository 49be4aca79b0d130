"""The meter against EBU Tech 3341's signals, made by their written recipe, and the loudness of what is encoded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import wavfile

from assembly import ffmpeg, join, sound
from assembly.stitch.mix import Added, Muted, mix, opened
from assembly.stitch.programme import Programme, _finish_sound
from manifests.film import Finish

RATE = 48_000
METER_TOLERANCE_LU = 0.1
PEAK_ABOVE_DB, PEAK_BELOW_DB = 0.2, 0.4  # As Tech 3341 allows for signals 15 to 19.


def tone(seconds: float, dbfs: float, hz: float = 1000.0, phase_degrees: float = 0.0) -> np.ndarray[Any, Any]:
    times = np.arange(round(seconds * RATE)) / RATE
    return 10 ** (dbfs / 20) * np.sin(2 * np.pi * hz * times + np.radians(phase_degrees))


def measured(folder: Path, *channels: np.ndarray[Any, Any], layout: str = "stereo") -> sound.Loudness:
    file = folder / "signal.wav"
    wavfile.write(file, RATE, np.stack(channels, axis=1).astype(np.float32))
    heard = ffmpeg.source(file, "wav").audio.filter("aformat", channel_layouts=layout)
    log = ffmpeg.run([ffmpeg.FfmpegOutput((sound.meter(heard),), None)], thing="signal", seconds=1, timeout_s=60)
    return sound.read(log)


@pytest.mark.parametrize(
    ("parts", "lufs"),
    [
        (((20, -23),), -23),
        (((20, -33),), -33),
        (((10, -36), (60, -23), (10, -36)), -23),
        (((10, -72), (10, -36), (60, -23), (10, -36), (10, -72)), -23),
        (((20, -26), (20.1, -20), (20, -26)), -23),
    ],
    ids=["1", "2", "3", "4", "5"],
)
def test_the_meter_reads_ebu_3341_signals_1_to_5_within_a_tenth(
    tmp_path: Path, parts: tuple[tuple[float, float], ...], lufs: float
) -> None:
    one = np.concatenate([tone(seconds, dbfs) for seconds, dbfs in parts])
    assert measured(tmp_path, one, one).integrated_lufs == pytest.approx(lufs, abs=METER_TOLERANCE_LU)


def test_the_meter_reads_ebu_3341_signal_6_in_five_channels_within_a_tenth(tmp_path: Path) -> None:
    left, centre, back = tone(20, -28), tone(20, -24), tone(20, -30)
    heard = measured(tmp_path, left, left, centre, back, back, layout="5.0")
    assert heard.integrated_lufs == pytest.approx(-23, abs=METER_TOLERANCE_LU)


@pytest.mark.parametrize(
    ("dbtp", "part_of_rate", "phase"),
    [(-6, 4, 0), (-6, 4, 45), (-6, 6, 60), (-6, 8, 67.5), (3, 4, 45)],
    ids=["15", "16", "17", "18", "19"],
)
def test_the_meter_reads_true_peaks_of_ebu_3341_signals_15_to_19(
    tmp_path: Path, dbtp: float, part_of_rate: float, phase: float
) -> None:
    one = tone(2, dbtp, RATE / part_of_rate, phase)
    ramp = np.minimum(1, np.minimum(np.arange(len(one)), np.arange(len(one))[::-1]) / 480)  # no click at the ends
    heard = measured(tmp_path, one * ramp, one * ramp).true_peak_dbtp
    assert dbtp - PEAK_BELOW_DB <= heard <= dbtp + PEAK_ABOVE_DB


@pytest.mark.parametrize(("level", "target", "peak"), [(0.5, -14.0, -1.0), (0.02, -23.0, -1.0), (0.5, -16.0, -6.0)])
def test_the_encoded_film_reaches_its_target_within_half_a_unit_under_its_peak(
    tmp_path: Path, draw_clip: Any, level: float, target: float, peak: float
) -> None:
    chance = np.random.default_rng(7)
    seconds = 8
    noise = np.cumsum(chance.standard_normal((seconds * RATE, 2)), axis=0)
    noise = noise - np.apply_along_axis(lambda c: np.convolve(c, np.ones(400) / 400, "same"), 0, noise)
    loud = np.where(np.arange(len(noise)) // RATE % 2, 1.0, 0.25)[:, None]  # speech-like: loud and quiet seconds
    raw = tmp_path / "mix.f32"
    (level * loud * noise / np.abs(noise).max()).astype(np.float32).tofile(raw)
    clip = draw_clip(tmp_path / "black.mp4", (0, 0, 0), frames=24 * seconds, tone_hz=None)
    programme = Programme(join.FilmForm((320, 180)), 24 * seconds, (), ())
    finish = Finish(loudness_lufs=target, true_peak_dbtp=peak)

    heard = _finish_sound(clip, raw, programme, finish, tmp_path / "film.mp4", lambda _: None)

    assert heard.integrated_lufs == pytest.approx(target, abs=sound.TOLERANCE_LU)
    assert heard.true_peak_dbtp <= peak


def test_a_sound_is_mixed_in_at_its_sample_faded_ducked_and_over_a_muted_line(tmp_path: Path) -> None:
    rate, bed, music = RATE, tmp_path / "bed.f32", tmp_path / "music.f32"
    np.full((3 * rate, 2), 0.1, np.float32).tofile(bed)
    np.full((2 * rate, 2), 0.2, np.float32).tofile(music)
    added = Added(
        "music",
        music,
        start=rate // 2,
        first=0,
        length=2 * rate,
        gain_db=-6.0206,
        fade_in=rate // 10,
        ducks=((rate, rate + rate // 2),),
        duck_db=20.0,
        duck_ramp=rate // 10,
    )

    made = opened(mix([bed], [added], [Muted(rate, rate + rate // 2, -40.0)], tmp_path / "mix.f32"))[:, 0]

    assert len(made) == 3 * rate
    assert made[rate // 2 - 1] == pytest.approx(0.1)
    assert made[rate // 2 + rate // 20] == pytest.approx(0.15, abs=1e-3), "half way up its fade"
    assert made[rate * 3 // 4] == pytest.approx(0.2, abs=1e-3)
    assert made[rate + rate // 4] == pytest.approx(0.001 + 0.01, abs=1e-4), "both go down below the line"
    assert made[-1] == pytest.approx(0.1)
