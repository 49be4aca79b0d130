from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifests.scene import Camera
from manifests.staging import PLATE_PARALLAX, Placement, camera_state, ease, placements, plate_window

PROGRESS = st.floats(min_value=0, max_value=1)
MOVES = ["static", "push_in", "pull_out", "pan_left", "pan_right", "tilt_up", "tilt_down"]


@given(PROGRESS, PROGRESS)
def test_easing_starts_and_ends_at_rest_and_never_turns_back(one, other):
    assert 0 <= ease(one) <= 1
    assert one > other or ease(one) <= ease(other) + 1e-12
    assert ease(one) + ease(1 - one) == pytest.approx(1)


@pytest.mark.parametrize(("progress", "eased"), [(-1, 0), (0, 0), (0.5, 0.5), (1, 1), (2, 1)])
def test_easing_is_clamped_to_the_shot(progress, eased):
    assert ease(progress) == eased


@given(st.sampled_from(MOVES), st.floats(min_value=0, max_value=0.6))
def test_blocking_is_written_for_how_the_shot_opens(move, amount):
    opens = camera_state(Camera(size="full", move=move, amount=amount), 0)
    assert (opens.right, opens.down) == (0, 0)
    assert opens.zoom == (1 + amount if move == "pull_out" else 1)


@pytest.mark.parametrize(
    ("move", "right", "down", "zoom"),
    [
        ("static", 0, 0, 1),
        ("push_in", 0, 0, 1.2),
        ("pull_out", 0, 0, 1),
        ("pan_left", -0.2, 0, 1),
        ("pan_right", 0.2, 0, 1),
        ("tilt_up", 0, -0.2, 1),
        ("tilt_down", 0, 0.2, 1),
    ],
)
def test_a_camera_ends_where_its_move_says(move, right, down, zoom):
    assert camera_state(Camera(size="full", move=move, amount=0.2), 1) == pytest.approx((right, down, zoom))


def test_a_pan_to_the_right_moves_the_cast_to_the_left_and_the_plate_by_less(tea_shot):
    shot = tea_shot(camera={"size": "full", "move": "pan_right", "amount": 0.2})
    (before,), (after,) = placements(shot, 0), placements(shot, 1)
    assert after.x - before.x == pytest.approx(-0.2)
    moved = plate_window(shot.camera, 1).left - plate_window(shot.camera, 0).left
    assert moved == pytest.approx(0.2 * PLATE_PARALLAX)


def test_a_push_makes_the_cast_larger_around_the_middle_of_the_frame(tea_shot):
    (close,) = placements(tea_shot(camera={"size": "full", "move": "push_in", "amount": 0.5}), 1)
    assert (close.x, close.scale) == pytest.approx((0.5 + (0.3 - 0.5) * 1.5, 0.9))


def test_a_walk_goes_from_mark_to_mark_and_turns_halfway(tea_shot):
    walk = {
        "character": "ada",
        "wardrobe": "coat",
        "start": {"x": 0.2, "y": 0.9, "scale": 0.5, "facing": "side"},
        "end": {"x": 0.8, "y": 0.9, "scale": 0.7, "facing": "side", "mirrored": True},
    }
    shot = tea_shot(cast=[walk])
    (first,), (middle,), (last,) = (placements(shot, p) for p in (0, 0.5, 1))
    assert [first.x, middle.x, last.x] == pytest.approx([0.2, 0.5, 0.8])
    assert [first.scale, last.scale] == pytest.approx([0.5, 0.7])
    assert [p.mirrored for p in placements(shot, 0.49) + placements(shot, 0.5)] == [False, True]


def test_whoever_stands_lower_in_the_frame_is_nearer_and_drawn_last(tea_shot):
    cast = [
        {"character": who, "wardrobe": "coat", "start": {"x": 0.5, "y": y, "scale": 0.5}}
        for who, y in [("near", 0.95), ("far", 0.7)]
    ]
    props = [{"prop": "cup", "start": {"x": 0.5, "y": 0.8, "scale": 0.1}}]
    staged = placements(tea_shot(cast=cast, props=props), 0)
    assert [p.entity for p in staged] == ["far", "cup", "near"]
    assert [p.wardrobe for p in staged] == ["coat", None, "coat"]


@given(st.floats(min_value=0.1, max_value=3), st.floats(min_value=0.1, max_value=2))
def test_a_box_stands_on_its_foot_point_and_keeps_its_pictures_shape(scale, aspect):
    box = Placement("ada", "coat", "front", mirrored=False, x=0.4, y=0.9, scale=scale).box(aspect)
    assert box.bottom == 0.9
    assert (box.left + box.right) / 2 == pytest.approx(0.4)
    assert (box.right - box.left) * 16 / ((box.bottom - box.top) * 9) == pytest.approx(aspect)


@given(st.floats(min_value=1, max_value=4))
def test_a_still_camera_sees_the_magnified_part_of_the_plate(zoom):
    window = plate_window(Camera(size="wide", plate={"x": 0.5, "y": 0.5, "zoom": zoom}), 1)
    assert window.right - window.left == pytest.approx(1 / zoom)


def test_a_layer_comes_before_the_depth_and_a_shot_without_one_is_stored_as_ever(tea_shot):
    cast = [
        {"character": who, "wardrobe": "coat", "start": {"x": 0.5, "y": y, "scale": 0.5}, "layer": layer}
        for who, y, layer in [("near", 0.95, 0), ("lifted", 0.7, 1), ("lowered", 0.99, -1)]
    ]
    assert [p.entity for p in placements(tea_shot(cast=cast), 0)] == ["lowered", "near", "lifted"]
    stored = tea_shot(cast=cast[:1], props=[{"prop": "cup"}]).model_dump(mode="json")
    assert "layer" not in stored["cast"][0] | stored["props"][0]
