"""The Q rules' measurements, on frames and sounds that are made here."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from checks.gates.artefacts import band_share
from checks.gates.blends import only_both_explain
from checks.gates.technical import Watcher
from checks.rules import clip_rules as rules
from checks.rules.panel_rules import ARTEFACTS
from checks.seeing.hearing import Heard

WIDTH, HEIGHT = 256, 144


def scenery(seed: int) -> np.ndarray:
    """A picture with coarse and fine detail, wider than a frame, so that a camera can move over it."""
    chance, size = np.random.default_rng(seed), (WIDTH + 120, HEIGHT)
    octaves = [
        cv2.resize(chance.normal(0, 1, (9 * k, 24 * k)), size, interpolation=cv2.INTER_CUBIC) for k in (1, 2, 4, 8)
    ]
    picture = sum(octave / (index + 1) for index, octave in enumerate(octaves))
    return 120 + 35 * picture / picture.std()


def seen(frames: list[np.ndarray]) -> Watcher:
    """A watcher that has seen these frames, with a little grain on each."""
    watcher, chance = Watcher(), np.random.default_rng(9)
    for index, frame in enumerate(frames):
        grained = frame + chance.normal(0, 1.5, frame.shape)
        watcher.see(index, np.clip(grained, 16, 235).astype(np.uint8))
    return watcher


def pan(picture: np.ndarray, count: int, pace: float = 1.5) -> list[np.ndarray]:
    """So many frames of a camera that pans at `pace` pixels a frame."""
    shift = [np.float32([[1, 0, -pace * index], [0, 1, 0]]) for index in range(count)]
    return [cv2.warpAffine(picture, move, (WIDTH, HEIGHT)) for move in shift]


def over(rule, value):
    return not rule.score("clip", value, {}).passed


@pytest.mark.parametrize("count", [24, 30, 36, 96])
@pytest.mark.parametrize("every", [2, 3, 4, 6])
def test_brightness_that_pumps_is_flicker_however_short_the_clip(count, every):
    frames = [f + 2.5 * np.cos(2 * np.pi * i / every) for i, f in enumerate(pan(scenery(1), count, 0.5))]

    assert over(rules.FLICKER, seen(frames).flicker())


@pytest.mark.parametrize("count", [24, 36, 96])
@pytest.mark.parametrize("lasts", [1, 2])
def test_one_flash_of_lightning_is_no_flicker(count, lasts):
    frames = pan(scenery(1), count, 0.5)
    for index in range(10, 10 + lasts):
        frames[index] = frames[index] + 60

    assert not over(rules.FLICKER, seen(frames).flicker())


@pytest.mark.parametrize("lasts", [1, 2, 3])
def test_one_flash_of_lightning_is_no_cut_and_another_picture_is_one(lasts):
    frames, other = pan(scenery(1), 48, 0.5), pan(scenery(2), 48, 0.5)
    for index in range(20, 20 + lasts):
        frames[index] = frames[index] + 60

    assert not over(rules.CUT_INSIDE, seen(frames).cut()[0])
    ratio, frame = seen([*frames[:30], *other[30:]]).cut()
    assert over(rules.CUT_INSIDE, ratio)
    assert frame == 30


@pytest.mark.parametrize(("bits", "found"), [(8, False), (7, False), (5, True), (4, True)])
def test_few_levels_in_every_channel_are_bands(bits, found):
    colours = np.dstack([scenery(seed)[:, :WIDTH] for seed in (1, 2, 3)]).clip(0, 255).astype(np.uint8)
    step = 2 ** (8 - bits)

    assert (band_share(colours // step * step) > ARTEFACTS.page.threshold) == found


@pytest.mark.parametrize("length", [8, 12, 18, 30])
def test_a_dissolve_is_two_pictures_at_once(length):
    one, two, start = pan(scenery(1), 60, 0.7), pan(scenery(2), 60, 0.7), 15
    part = np.clip((np.arange(60) - start) / length, 0, 1)

    blend = seen([a * (1 - p) + b * p for a, b, p in zip(one, two, part, strict=True)]).blend()

    assert over(rules.DISSOLVE_INSIDE, blend.share)
    assert blend.first < start + length
    assert blend.last > start


@pytest.mark.parametrize("pace", [0.0, 0.3, 1.0, 2.0])
def test_a_camera_that_moves_is_no_dissolve(pace):
    assert not over(rules.DISSOLVE_INSIDE, seen(pan(scenery(1), 48, pace)).blend().share)


def test_light_that_comes_up_is_no_dissolve():
    frames = [30 + (f - 30) * (0.4 + 0.6 * i / 47) for i, f in enumerate(pan(scenery(1), 48, 0.5))]

    assert not over(rules.DISSOLVE_INSIDE, seen(frames).blend().share)


def test_a_mix_explains_what_neither_part_does_alone():
    one, two = (np.random.default_rng(seed).normal(0, 1, (36, 64)).astype(np.float32) for seed in (1, 2))

    assert only_both_explain((one + two) / 2, one, two) == pytest.approx(0.5, abs=0.05)
    assert only_both_explain(one, one, two) == 0
    assert only_both_explain((one - two) / 2, one, two) == 0
    assert only_both_explain(one, one, one) == 0


@pytest.mark.parametrize(("keep", "found"), [(1, False), (2, True), (3, True)])
def test_frames_that_repeat_in_a_moving_picture_are_counted(keep, found):
    moving, chance = pan(scenery(1), 48, 1.5), np.random.default_rng(4)
    frames = [moving[index // keep * keep] for index in range(48)]
    watcher = Watcher()
    for index, frame in enumerate(frames):
        grain = chance.normal(0, 1.5, frame.shape) if index % keep == 0 else grain  # noqa: F821
        watcher.see(index, np.clip(frame + grain, 16, 235).astype(np.uint8))

    share = watcher.repeated_share()

    assert over(rules.REPEATED, share) == found
    assert share == pytest.approx(1 - 1 / keep, abs=0.05)


def test_a_held_pose_repeats_nothing():
    assert seen([scenery(1)[:, :WIDTH]] * 48).repeated_share() == 0


@pytest.mark.parametrize(("height", "found"), [(0, False), (2, False), (8, True), (16, True)])
def test_bars_are_measured_and_a_dark_edge_is_none(height, found):
    frames = [frame.copy() for frame in pan(scenery(1), 24)]
    for frame in frames:
        frame[:height], frame[HEIGHT - height :] = 16, 16
    watcher = Watcher()
    for index, frame in enumerate(frames):
        watcher.see(index, np.clip(frame, 16, 235).astype(np.uint8))

    assert watcher.bars() == pytest.approx(2 * height / HEIGHT, abs=0.01)
    assert over(rules.BARS, watcher.bars()) == found


def heard(level: np.ndarray) -> Heard:
    ear = Heard()
    for start in range(0, level.size, 1024):
        part = level[None, start : start + 1024]
        ear.take(part, part.shape[1], 48_000)
    return ear


def test_a_quiet_room_is_not_silent_and_silence_is():
    room = 10 ** (-62 / 20) * np.random.default_rng(1).normal(0, 1, 96_000).astype(np.float32)
    hole = room.copy()
    hole[30_000:70_000] = 0

    assert heard(room).silent_seconds() == 0
    assert heard(hole).silent_seconds() == pytest.approx(0.8, abs=0.11)
    assert heard(np.zeros(96_000, np.float32)).silent_seconds() == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("kind", [np.float32, np.int16, np.int32, np.uint8])
def test_sound_of_every_sample_format_is_measured_alike(kind):
    tone = np.clip(1.3 * np.sin(np.arange(48_000) / 20), -1, 1)
    top = 127.5 if kind == np.uint8 else 1 if kind == np.float32 else np.iinfo(kind).max
    sound = (tone * top + (127.5 if kind == np.uint8 else 0)).astype(kind)

    ear = heard(sound)

    assert ear.seconds == 1.0
    assert ear.silent_seconds() == 0
    assert 0.2 < ear.clipped_share < 0.6
