"""V114: a polish may change light, grain and contrast; it may not move a hand."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from checks.gates.geometry_guard import guard
from checks.rules.panel_rules import GEOMETRY

WIDTH, HEIGHT = 1280, 720
HAND = (640, 400)


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    """A room full of things with edges, and a red case in it."""
    chance = np.random.default_rng(2)
    room = np.full((HEIGHT, WIDTH, 3), 110, np.uint8)
    for _ in range(700):
        x, y, colour = chance.integers(0, WIDTH), chance.integers(0, HEIGHT), chance.integers(40, 200, 3).tolist()
        cv2.ellipse(
            room, (int(x), int(y)), tuple(map(int, chance.integers(6, 40, 2))), 0, 0, 360, colour, -1, cv2.LINE_AA
        )
    room = cv2.GaussianBlur(room, (0, 0), 0.8)
    cv2.rectangle(room, (900, 500), (1000, 580), (190, 40, 40), -1)
    return room


def graded(picture: np.ndarray) -> np.ndarray:
    """What a polish does: warmer, more contrast, grain, and coded once more."""
    grain = np.random.default_rng(3).normal(0, 3, picture.shape[:2])[..., None]
    warm = (picture * np.array([1.03, 1, 0.97]) - 110) * 1.08 + 112 + grain
    coded = cv2.imencode(".jpg", np.clip(warm, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 85])[1]
    return cv2.imdecode(coded, cv2.IMREAD_COLOR)


def nudged(picture: np.ndarray, pixels: float) -> np.ndarray:
    """The picture with what is around HAND moved to the right, and all else where it was."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    near = np.clip(1.5 - np.hypot(columns - HAND[0], rows - HAND[1]) / 28, 0, 1)
    near = (near * near * (3 - 2 * near)).astype(np.float32)
    return cv2.remap(picture, columns - np.float32(pixels) * near, rows, cv2.INTER_CUBIC)


def around(x: int, y: int, radius: int) -> np.ndarray:
    return cv2.circle(np.zeros((HEIGHT, WIDTH), np.uint8), (x, y), radius, 255, -1) > 0


def passes(pixels: float) -> bool:
    return GEOMETRY.score("edit", pixels, {}).passed


def test_a_polish_of_light_contrast_grain_and_coding_moves_nothing(picture):
    found = guard(picture, graded(picture))

    assert passes(found.worst_px)
    assert found.changed_share < 0.001


def test_seams_that_are_smoothed_within_the_mask_and_its_edge_move_nothing(picture):
    smoothed, mask = picture.copy(), around(*HAND, 80)
    cv2.copyTo(cv2.GaussianBlur(picture, (0, 0), 4), around(*HAND, 84).astype(np.uint8), smoothed)

    assert passes(guard(picture, smoothed, mask).worst_px)
    assert not passes(guard(picture, smoothed).worst_px)


@pytest.mark.parametrize("pixels", [3.0, 4.0, 8.0])
def test_a_hand_that_moved_under_a_polish_is_found_and_measured(picture, pixels):
    found = guard(picture, graded(nudged(picture, pixels)))

    assert not passes(found.worst_px)
    spot = found.spots[0]
    assert spot.moved
    assert spot.pixels == pytest.approx(pixels, abs=0.8)
    left, top, right, bottom = spot.box
    assert left < HAND[0] < right
    assert top < HAND[1] < bottom


def test_what_moves_inside_the_mask_may_move(picture):
    assert passes(guard(picture, graded(nudged(picture, 8.0)), around(*HAND, 60)).worst_px)


def test_a_prop_that_is_gone_counts_with_its_size(picture):
    without = picture.copy()
    without[500:581, 900:1001] = picture[300:381, 900:1001]

    found = guard(picture, graded(without))

    spot = found.spots[0]
    assert not spot.moved
    assert 40 < spot.pixels < 110


def test_a_picture_that_slipped_as_a_whole_moved(picture):
    slipped = cv2.warpAffine(
        picture, np.float32([[1, 0, 3], [0, 1, 0]]), (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT
    )

    found = guard(picture, slipped)

    assert found.worst_px == pytest.approx(3, abs=0.7)
    assert found.changed_share > 0.1


def test_a_mask_over_everything_allows_everything(picture):
    assert guard(picture, 255 - picture, np.ones((HEIGHT, WIDTH), bool)).worst_px == 0
