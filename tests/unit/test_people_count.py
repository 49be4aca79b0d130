"""Counting people: what stands before the plate, and has the shape of a person."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.counting.people_count import count_people
from checks.gates.head_count import settled, weighed
from checks.scorer.subject import Setting, Subject
from manifests.staging import Box

ASKS, SURE = 0.3, 0.65
GONE, THERE = 0.85, 0.45
LINES = 30
FLOOR = 320
"""Rows: a head's lines, and where feet stand."""

CAST_AT, STRANGER_AT = 200, 430
HAIR, SKIN, COAT, DRESS, LEGS = (60, 30, 20), (225, 180, 150), (30, 60, 140), (150, 30, 60), (40, 40, 45)


def room() -> np.ndarray:
    """A wall with pictures and furniture, all of it with corners to hold on to."""
    chance = np.random.default_rng(4)
    picture = np.full((360, 640, 3), 170, np.uint8)
    for _ in range(160):
        x, y, w, h = (int(v) for v in chance.integers((0, 0, 8, 6), (620, 350, 46, 30)))
        cv2.rectangle(picture, (x, y), (x + w, y + h), tuple(int(v) for v in chance.integers(110, 235, 3)), -1)
    return picture


def stand(picture: np.ndarray, x: int, coat: tuple[int, int, int] = COAT) -> None:
    top, head = FLOOR - 7 * LINES, LINES
    cv2.rectangle(picture, (x - head // 2, top + 4 * head), (x + head // 2, FLOOR), LEGS, -1)
    cv2.rectangle(picture, (x - head, top + head + 4), (x + head, top + 4 * head), coat, -1)
    cv2.ellipse(picture, (x, top + head // 2), (int(0.38 * head), head // 2), 0, 0, 360, HAIR, -1)
    cv2.ellipse(picture, (x, top + int(0.6 * head)), (int(0.3 * head), int(0.34 * head)), 0, 0, 360, SKIN, -1)


def asked(x: int = CAST_AT) -> Subject:
    mask = np.zeros((360, 640, 3), np.uint8)
    stand(mask, x, (255, 255, 255))
    top = FLOOR - 7 * LINES
    head = Box((x - 12) / 640, top / 360, (x + 12) / 640, (top + LINES) / 360)
    figure = Box((x - LINES) / 640, top / 360, (x + LINES) / 640, FLOOR / 360)
    return Subject("ada", figure, head, mask=(mask.max(2) > 0).astype(np.float32))


def counted(picture: np.ndarray, plate: np.ndarray | None = None):
    return count_people(picture, (asked(),), (room() if plate is None else plate,), Setting("hall", Box(0, 0, 1, 1)))


@pytest.fixture
def picture() -> np.ndarray:
    seen = room()
    stand(seen, CAST_AT)
    return seen


def test_everybody_whom_the_shot_asks_for_and_nobody_else_is_no_extra_person(picture):
    count = counted(picture)
    assert count.extra is None or count.extra.likely < ASKS
    assert count.gone["ada"] < THERE


def test_a_stranger_is_found_where_they_stand(picture):
    stand(picture, STRANGER_AT, DRESS)
    extra = counted(picture).extra
    assert extra.likely > SURE
    assert abs(extra.figure.x - STRANGER_AT) < LINES


def test_a_stranger_is_found_in_other_light_and_by_another_camera(picture):
    stand(picture, STRANGER_AT, DRESS)
    moved = cv2.warpPerspective(picture, np.array([[1, 0.01, -3], [0, 1.01, -2], [1e-5, 0, 1]]), (640, 360))
    darker = np.clip(moved * (0.82, 0.78, 0.7), 0, 255).astype(np.uint8)
    extra = counted(darker).extra
    assert extra.likely > SURE
    assert abs(extra.figure.x - STRANGER_AT) < LINES


def test_where_the_plate_shows_somebody_is_missing():
    count = counted(room())
    assert count.gone["ada"] > GONE
    assert count.extra is None or count.extra.likely < ASKS


@pytest.mark.parametrize("across", [24, 60])
def test_a_piece_of_the_room_that_stands_elsewhere_is_nobody(picture, across):
    whole = room()
    picture[60:300, 400 : 400 + 40] = whole[60:300, 400 + across : 440 + across]
    extra = counted(picture).extra
    assert extra is None or extra.likely < ASKS


def test_a_curtain_in_one_colour_is_nobody(picture):
    cv2.rectangle(picture, (STRANGER_AT - LINES, 0), (STRANGER_AT + LINES, FLOOR), DRESS, -1)
    extra = counted(picture).extra
    assert extra is None or extra.likely < ASKS


def test_before_another_place_nobody_is_counted(picture):
    other = np.random.default_rng(9).integers(0, 255, (360, 640, 3)).astype(np.uint8)
    assert counted(picture, other) is None


def test_one_missing_and_one_too_many_are_as_many_as_asked():
    assert weighed(0.9, {"ada": 1.0})[0] == pytest.approx(0.1)
    assert weighed(0.9, {"ada": 0.2}) == (0.9, "")
    assert weighed(0.0, {"ada": 1.0, "bo": 0.2}) == (1.0, "ada")


def test_whose_absence_another_rule_has_told_is_not_told_again():
    assert weighed(0.0, {"ada": 1.0}, frozenset({"ada"})) == (0.0, "ada")
    assert weighed(0.8, {"ada": 0.3}, frozenset({"ada"})) == (0.8, "")


VALUES = st.lists(st.sampled_from([0.0, 0.2, 0.6, 1.0]), max_size=5)


@given(VALUES, VALUES, st.integers(0, 3))
def test_frames_are_left_unseen_only_where_none_of_them_could_change_the_middle_value(seen, rest, doubted):
    if settled(seen, len(rest) + doubted):
        values = sorted(seen + rest, reverse=True)
        assert values[(len(values) - 1) // 2] == 0


@pytest.mark.parametrize(
    ("seen", "left", "known"),
    [([0.0, 0.0], 1, True), ([0.0], 2, False), ([0.0, 0.4], 1, False), ([], 3, False), ([0.0], 0, True)],
)
def test_the_third_key_frame_is_left_unseen_where_two_show_as_many_as_asked(seen, left, known):
    assert settled(seen, left) is known
