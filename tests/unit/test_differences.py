"""A picture's differences as a whole, on textures that are changed by known amounts."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from checks.scorer.differences import differences, in_words

SIZE = (640, 360)


def texture(seed=1):
    """Blobs of every size and many colours, mid-toned: things to hold on to, and room to be lit otherwise."""
    chance = np.random.default_rng(seed)
    picture = np.full((SIZE[1], SIZE[0], 3), 110.0)
    for across in (6, 18, 60, 180):
        noise = chance.normal(0, 22, (across * 9 // 16 + 1, across, 3)).astype(np.float32)
        picture += cv2.resize(noise, SIZE, interpolation=cv2.INTER_CUBIC)
    return np.clip(picture, 20, 200).astype(np.uint8)


def lit(picture, stops):
    return np.clip(np.rint(picture * 2 ** (stops / 2.2)), 0, 255).astype(np.uint8)


def moved(picture, times=1.0, degrees=0.0):
    middle = SIZE[0] / 2, SIZE[1] / 2
    matrix = cv2.getRotationMatrix2D(middle, -degrees, times)
    return cv2.warpAffine(picture, matrix, SIZE, borderMode=cv2.BORDER_REFLECT)


def mirrored(picture):
    return np.ascontiguousarray(picture[:, ::-1])


def grey(picture):
    return np.dstack([cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)] * 3)


def tinted(picture, red, blue):
    return np.clip(picture * np.array([red, 1, blue]), 0, 255).astype(np.uint8)


def leaning(picture):
    """The camera has walked round: the right side is farther off."""
    width, height = SIZE
    corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    there = np.float32([[0, 0], [width, 0.18 * height], [width, 0.82 * height], [0, height]])
    return cv2.warpPerspective(picture, cv2.getPerspectiveTransform(corners, there), SIZE)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: p, ""),
        (lambda p: lit(p, 0.3), ""),
        (lambda p: lit(p, -1.0), "the picture is 1.0 stop darker"),
        (lambda p: lit(p, 0.6), "the picture is 0.6 stops brighter"),
        (grey, "the picture is black and white"),
        (mirrored, "the picture is mirrored"),
        (lambda p: mirrored(lit(p, -1.0)), "the picture is 1.0 stop darker, mirrored"),
        (lambda p: moved(p, times=1.4), "the picture is 1.4 times closer"),
        (lambda p: moved(p, times=1.1), ""),
        (lambda p: moved(p, degrees=6), "the picture is tilted by 6°"),
        (lambda p: mirrored(moved(p, degrees=6)), "the picture is mirrored, tilted by 6°"),
        (leaning, "the picture is from another angle"),
    ],
)
def test_what_was_changed_is_said_and_nothing_else(change, words):
    assert in_words(differences(change(texture()), texture())) == words


@pytest.mark.parametrize(("red", "blue", "towards"), [(1.15, 0.75, "warmer"), (0.85, 1.2, "cooler")])
def test_a_grade_is_told_by_its_direction(red, blue, towards):
    [found] = differences(tinted(texture(), red, blue), texture())

    assert (found.kind, towards in found.words) == ("grade", True)
    assert 5 < found.amount < 30


def test_a_camera_farther_off_shows_the_wanted_picture_smaller():
    wide = texture()
    inner = np.ascontiguousarray(wide[54:306, 96:544])

    [found] = differences(wide, inner)

    assert found.kind == "size"
    assert found.words == "1.4 times wider"
    assert found.amount == pytest.approx(1 / 1.43, abs=0.02)


def test_of_two_pictures_that_share_nothing_only_their_light_is_compared():
    assert differences(texture(1), texture(2)) == ()
    [found] = differences(lit(texture(1), -1.5), texture(2))
    assert found.kind == "light"
