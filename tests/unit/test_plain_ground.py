"""Figures are cut out of plain ground by their pixels: drawn here, so that what must come back is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from checks.seeing.plain_ground import cut_out

SIZE = (720, 1280)
OVERLAP_MIN = 0.96
"""Intersection over union of the figure that was drawn and the one that was cut out:
an edge of one pixel costs 0.02.
"""

COAT, HAIR = (150, 60, 40), (40, 30, 25)


def ground(level: float = 128, falls_off: float = 0.0) -> np.ndarray:
    """Grey, darker towards the corners by `falls_off` levels, with a little noise."""
    down, across = np.mgrid[0:720, 0:1280].astype(np.float32)
    away = ((across / 1280 - 0.5) ** 2 + (down / 720 - 0.5) ** 2) * 2
    noise = np.random.default_rng(1).normal(0, 1, (*SIZE, 1))
    return np.clip(level - falls_off * away[..., None] + noise + np.zeros(3), 0, 255).astype(np.uint8)


def stand(picture: np.ndarray, x: int = 640, top: int = 40, tall: int = 640) -> np.ndarray:
    """Draw somebody; gives the mask of what was drawn."""
    mask = np.zeros(SIZE, np.uint8)
    head, wide = tall // 8, tall // 6
    for canvas, hair, coat in ((picture, HAIR, COAT), (mask, 255, 255)):
        cv2.circle(canvas, (x, top + head), head, hair, -1)
        cv2.ellipse(canvas, (x, top + tall // 2), (wide, tall // 3), 0, 0, 360, coat, -1)
        for side in (-1, 1):
            cv2.rectangle(
                canvas, (x + side * wide // 2 - 14, top + tall // 2), (x + side * wide // 2 + 14, top + tall), coat, -1
            )
    return mask > 0


def overlap(pixels: np.ndarray, drawn: np.ndarray) -> float:
    rows, columns = np.flatnonzero(drawn.max(1)), np.flatnonzero(drawn.max(0))
    wanted = drawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    found = cv2.resize((pixels[..., 3] > 127).astype(np.uint8), wanted.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    return float((wanted & found).sum() / (wanted | found).sum())


@pytest.mark.parametrize("falls_off", [0, 30])
def test_a_figure_on_plain_ground_is_cut_out_whole_under_an_even_light_and_one_that_falls_off(falls_off):
    picture = ground(falls_off=falls_off)
    drawn = stand(picture)

    figure = cut_out(picture)

    assert figure.pixels is not None
    assert overlap(figure.pixels, drawn) > OVERLAP_MIN
    assert (figure.plain, figure.alone) == (pytest.approx(1, abs=0.01), 1.0)
    assert figure.margin == pytest.approx(40 / 720, abs=0.01)
    corner = figure.pixels[0, 0]
    assert tuple(corner) == (0, 0, 0, 0), "what is seen through has no colour left in it"


def test_what_the_arms_and_legs_enclose_is_ground_too():
    picture = ground()
    stand(picture)
    cv2.rectangle(picture, (540, 660), (740, 680), COAT, -1)  # a bench joins the feet
    figure = cut_out(picture)
    assert figure.pixels is not None
    between = figure.pixels[-80:-50, figure.pixels.shape[1] // 2 - 8 : figure.pixels.shape[1] // 2 + 8, 3]
    assert between.max() == 0


def test_two_figures_are_not_one_and_one_that_leaves_the_frame_has_no_room():
    picture = ground()
    stand(picture, 340)
    stand(picture, 940)
    assert cut_out(picture).alone == pytest.approx(0.5, abs=0.02)
    cut_off = ground()
    stand(cut_off, top=200)
    assert cut_out(cut_off).margin == 0


def test_a_room_is_no_plain_ground_and_empty_ground_has_nobody():
    room = cv2.resize(np.random.default_rng(2).integers(0, 255, (9, 16, 3)).astype(np.uint8), SIZE[::-1])
    stand(room)
    assert cut_out(room).plain < 0.9
    assert cut_out(ground()).pixels is None
