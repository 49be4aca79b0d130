"""A glance leaves out who is plainly another, and nobody who may be the asked one."""

from __future__ import annotations

import numpy as np
import pytest

from checks.seeing.casting import LineUp, Window
from checks.seeing.colour import lab
from checks.seeing.glance import glance_at, in_question, small
from checks.seeing.stage import Patch
from manifests.staging import Placement


def _row(top: int, left: int) -> LineUp:
    """A blue and a red figure for one mark, before a checked wall."""
    window = Window(8, 5, 8 + 90, 5 + 61)
    height, width = window.bottom - window.top, window.right - window.left
    wall = np.full((height, width, 3), 120.0, np.float32)
    wall[::8] = 90.0
    soft = np.ones((70, 31), np.float32)
    soft[:, [0, -1]] = 0.5
    looks = {"blue": (40, 60, 160), "red": (170, 50, 40)}
    pieces = [
        ((name, "coat"), Patch(top, left, np.full((70, 31, 3), colour, np.uint8), soft))
        for name, colour in looks.items()
    ]
    union = np.zeros((height, width), np.float32)
    pieces[0][1].widen(union, window.top, window.left)
    nothing = np.zeros((height, width, 3), np.float32), np.zeros((height, width), np.float32)
    place = Placement("blue", "coat", "front", x=0.1, y=0.3, scale=0.2, mirrored=False)
    return LineUp(place, window, [*pieces, (("", ""), None)], union, (0, 0), wall, nothing)


@pytest.mark.parametrize(("top", "left"), [(12, 10), (13, 11), (14, 12), (15, 13), (8, 5), (27, 34)])
def test_a_cut_out_at_a_glance_is_the_one_that_is_drawn_whole_wherever_it_stands(top: int, left: int) -> None:
    row = _row(top, left)
    seen = lab(small(row.drawn(row.pieces[0][1])))

    off = glance_at(row).off(seen)

    assert off[0] < 2.5
    assert min(off[1:]) > 10
    assert in_question(off, [0]) == [0]


def test_all_who_are_not_plainly_farther_off_than_the_asked_one_stay_in_question() -> None:
    assert in_question([10.0, 14.9, 15.1, 4.0], [0]) == [0, 1, 3]
    assert in_question([0.2, 1.6, 1.8], [0]) == [0, 1]
    assert in_question([9.0, 3.0, 4.0], [0, 1]) == [1, 2]


def test_a_picture_is_made_small_by_means_and_its_edge_is_repeated() -> None:
    picture = np.zeros((6, 5), np.float32)
    picture[:, 4], picture[5] = 8.0, 8.0

    assert small(picture).tolist() == [[0.0, 8.0], [6.0, 8.0]]
