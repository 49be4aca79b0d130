import cv2
import numpy as np
import pytest

from manifests.scene import Camera, CastMember, Mark, Shot, Viewport
from manifests.staging import placements
from providers.previz import light, motion
from providers.previz.compose import Composer, blend, where

SIZE = (854, 480)


def cutout(width=100, height=300):
    picture = np.zeros((height, width, 4), np.uint8)
    picture[:] = (0, 0, 255, 255)
    return picture


def shot(camera=None, mark=None, end=None):
    member = CastMember(character="marit", wardrobe="apron", start=mark or Mark(x=0.5, y=0.9, scale=0.5), end=end)
    return Shot(
        id="SC010_SH0010",
        location="room",
        cast=(member,),
        motion="stands",
        duration_s=2,
        camera=camera or Camera(size="wide"),
    )


def picture_of(name):
    return np.full((1080, 1920, 3), 90, np.uint8) if name.startswith("locations/") else cutout()


def composer(a_shot, **changes):
    settings = {"size": SIZE, "frames": 48, "weather": (), "seed": 5, **changes}
    return Composer(a_shot, picture_of, **settings)


def red_box(frame):
    red = (frame[:, :, 2].astype(int) - frame[:, :, 0]) > 60
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    return columns[0] / SIZE[0], rows[0] / SIZE[1], (columns[-1] + 1) / SIZE[0], (rows[-1] + 1) / SIZE[1]


@pytest.mark.parametrize(
    "camera",
    [
        Camera(size="wide"),
        Camera(size="wide", move="push_in", amount=0.3),
        Camera(size="wide", move="pan_right", amount=0.2, plate=Viewport(zoom=1.5)),
        Camera(size="wide", move="tilt_up", amount=0.1, plate=Viewport(zoom=1.5)),
    ],
    ids=lambda camera: camera.move,
)
@pytest.mark.parametrize("progress", [0.0, 0.5, 1.0])
def test_a_cut_out_is_drawn_where_the_staging_says(camera, progress):
    a_shot = shot(camera)
    box = placements(a_shot, progress)[0].box(aspect=1 / 3)
    expected = tuple(min(1.0, max(0.0, edge)) for edge in box)
    # Two pixels: the edge is blended over one, and the shadow's edge may take another.
    assert red_box(composer(a_shot).moment(progress)) == pytest.approx(expected, abs=2 / 480)


def test_a_cut_out_that_leaves_the_frame_is_drawn_as_far_as_it_shows():
    frame = composer(shot(mark=Mark(x=0.0, y=1.4, scale=1.2))).moment(0.0)
    left, _, _, bottom = red_box(frame)
    assert (left, bottom) == (0.0, 1.0)


def test_a_cut_out_outside_the_frame_leaves_the_frame_alone():
    away = composer(shot(mark=Mark(x=2.5, y=0.9, scale=0.5))).moment(0.0)
    assert int(cv2.absdiff(away[:, :, 0], away[:, :, 2]).max()) <= 1


def test_a_lean_moves_the_head_and_leaves_the_feet():
    place = placements(shot(), 0.0)[0]
    straight = where(cutout(), place, motion.REST, SIZE)
    leaning = where(cutout(), place, motion.REST._replace(lean=0.05), SIZE)
    feet, head = np.array([49.5, 299.5, 1]), np.array([49.5, -0.5, 1])
    assert leaning @ feet == pytest.approx(straight @ feet)
    assert (leaning @ head - straight @ head)[0] == pytest.approx(0.05 * 0.5 * SIZE[1])


def test_blending_a_clear_picture_changes_nothing():
    frame = np.full((480, 854, 3), 77, np.uint8)
    blend(frame, np.zeros((300, 100, 4), np.uint8), where(cutout(), placements(shot(), 0)[0], motion.REST, SIZE))
    assert (frame == 77).all()


def test_somebody_who_stands_throws_a_shadow_at_the_feet_and_none_at_the_head():
    frame, empty = composer(shot()).moment(0.0), composer(shot(mark=Mark(x=2.5, y=0.9, scale=0.5))).moment(0.0)
    darker = empty[:, :, 0].astype(int) - frame[:, :, 0]
    below, beside_head = darker[int(0.905 * 480), 427], darker[int(0.45 * 480), 380]
    assert below > 15
    assert abs(beside_head) <= 1


def test_a_turn_of_hue_keeps_grey_grey_and_turns_colours():
    grey, red = np.full((4, 4, 3), 120, np.uint8), np.full((4, 4, 3), (40, 40, 200), np.uint8)
    assert int(cv2.absdiff(light.turned(grey, 40), grey).max()) <= 1
    turned = cv2.cvtColor(light.turned(red, 40), cv2.COLOR_BGR2HSV)[0, 0, 0]
    assert 5 < min(turned, 180 - turned) < 40


def test_no_turn_of_hue_is_the_very_frame():
    frame = np.full((4, 4, 3), 120, np.uint8)
    assert light.turned(frame, 0.0) is frame


def test_grading_never_makes_a_colour_brighter_than_its_alpha():
    picture = cutout()
    picture[:, :50] = (10, 10, 60, 60)
    bright = light.graded(picture, light.Ambience((1.1, 1.1, 1.1), 1.04, 1.0))
    assert (bright[:, :, :3] <= bright[:, :, 3:]).all()


def test_somebody_who_turns_shows_the_new_view_before_the_half():
    end = Mark(x=0.5, y=0.9, scale=0.5, facing="side")

    def views(name):
        picture = picture_of(name)
        if name.endswith("side"):
            picture[:] = (0, 255, 0, 255)
        return picture

    turning = Composer(shot(end=end), views, size=SIZE, frames=48, weather=(), seed=5)
    middle = (int(0.7 * 480), 427)
    green = [int(turning.frame(index)[middle][1]) for index in (10, 22, 24)]
    assert green[0] < 40 < green[1] < green[2]
