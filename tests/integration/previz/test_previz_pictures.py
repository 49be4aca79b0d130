"""What previz makes, looked at pixel by pixel."""

import itertools
import shutil
from fractions import Fraction
from io import BytesIO

import av
import cv2
import numpy as np
import pytest

from manifests.bible import Region, view_name
from manifests.keys import hash_file
from manifests.scene import Camera, CastMember, Mark
from manifests.take import Edit, Reference
from providers.previz import encode, sound

MOVED = 12.0  # grey levels: a changed cut-out differs by 40 and more, grain and coding by less than 4


def decoded(path):
    with av.open(str(path)) as file:
        return [frame.to_ndarray(format="bgr24").astype(np.int16) for frame in file.decode(video=0)]


def difference(one, two, x=slice(0, 1), y=slice(0, 1)):
    height, width = one.shape[:2]
    part = (slice(int(y.start * height), int(y.stop * height)), slice(int(x.start * width), int(x.stop * width)))
    return float(np.abs(one[part].astype(np.int16) - two[part].astype(np.int16)).mean())


@pytest.fixture(scope="module")
def shot():
    """What `plain` has made: it is filmed for the first test that asks."""
    return []


@pytest.fixture
async def plain(shot, shoot, take, develop):
    """The clip in which nothing is asked for and nothing goes wrong, and its frames. Nobody changes it."""
    if not shot:
        made = await develop(shoot(), take("clip"))
        shot += [made, made.path.read_bytes(), decoded(made.path)]
    return shot


LEFT, RIGHT, CORNER = slice(0.24, 0.36), slice(0.64, 0.76), slice(0.9, 1.0)
BODY = slice(0.4, 0.9)


@pytest.mark.parametrize("operation", ["panel", "clip"])
async def test_the_same_request_gives_the_same_bytes(shoot, take, develop, tmp_path, operation):
    request = take(operation, weather=(Region(x=0, y=0, w=1, h=0.5),))
    made = set()
    for _ in range(3):
        made.add((await develop(shoot(), request)).path.read_bytes())
        for file in (tmp_path / "spool").iterdir():
            file.unlink()
    assert len(made) == 1


@pytest.mark.parametrize("change", [{"prompt": "Other words."}, {"seed": 4}], ids=["words", "seed"])
async def test_other_words_or_another_seed_are_another_picture_of_the_same_scene(shoot, take, develop, change):
    one = cv2.imread(str((await develop(shoot(), take("panel"))).path))
    two = cv2.imread(str((await develop(shoot(), take("panel", **change))).path))
    assert 0 < difference(one, two) < MOVED


async def test_an_edit_shows_the_nearest_view_of_somebody_where_the_view_itself_is_missing(
    shoot, take, develop, canon, tmp_path
):
    two_views = shutil.copytree(canon, tmp_path / "canon")
    for view in ("side", "back"):
        (two_views / f"{view_name('ana', 'blue', view)}.png").unlink()
    turned = {
        "cast": (CastMember(character="ana", wardrobe="blue", start=Mark(x=0.3, y=0.92, scale=0.6, facing="side")),)
    }
    before = await develop(shoot(), take("panel", shot=turned))
    edited = Reference(role="edited", name="SC010_SH0010", sha256=hash_file(before.path))
    rebuilt = Edit(work="rebuild", part=Region(x=0.1, y=0.3, w=0.4, h=0.6))
    made = await develop(shoot(canon=two_views), take("panel", shot=turned, references=(edited,), edit=rebuilt), "edit")
    one, two = cv2.imread(str(before.path)), cv2.imread(str(made.path))
    assert difference(one, two, CORNER) < 4
    assert difference(one, two, LEFT, BODY) < MOVED, "her three-quarter view stands where her side did"


@pytest.mark.parametrize(("resolution", "size"), [("480p", (854, 480)), ("720p", (1280, 720)), ("1080p", (1920, 1080))])
async def test_a_panel_has_the_size_asked_for(shoot, take, develop, resolution, size):
    made = await develop(shoot(), take("panel", resolution=resolution))
    assert (made.media_type, made.width, made.height, made.frames) == ("image/png", *size, 1)
    assert cv2.imread(str(made.path)).shape == (size[1], size[0], 3)


async def test_a_clip_is_h264_with_true_bt709_tags_and_sound_as_long_as_its_picture(plain):
    made, content, frames = plain
    with av.open(BytesIO(content)) as file:
        picture, heard = file.streams.video[0], file.streams.audio[0]
        context = picture.codec_context
        assert (context.name, context.pix_fmt, context.width, context.height) == ("h264", "yuv420p", 854, 480)
        tags = (context.colorspace, context.color_primaries, context.color_trc, context.color_range)
        assert tags == (1, 1, 1, 1)
        assert picture.average_rate == 24
        assert picture.duration * picture.time_base == heard.duration * heard.time_base == Fraction(3, 2)
        assert (heard.codec_context.name, heard.codec_context.sample_rate) == ("aac", 48_000)
    assert len(frames) == made.frames == 36


async def test_a_clip_can_be_played_while_it_loads(plain):
    _, content, _ = plain
    assert content.index(b"moov") < content.index(b"mdat")


# Luma by ITU-R BT.709: 16 + 219 · (0.2126 R + 0.7152 G + 0.0722 B). BT.601 would give red 81 and green 145.
@pytest.mark.parametrize(("bgr", "luma"), [((0, 0, 255), 63), ((0, 255, 0), 173), ((255, 0, 0), 32)])
def test_colours_are_really_converted_by_bt709(tmp_path, bgr, luma):
    path = tmp_path / "one.mp4"
    frame = np.full((480, 854, 3), bgr, np.uint8)
    encode.write_clip(path, [(frame, 0.0)] * 4, np.zeros((2, 8000), np.float32), size=(854, 480), seed=1)
    with av.open(str(path)) as file:
        plane = next(file.decode(video=0)).to_ndarray(format="yuv420p")[:480]
    assert float(plane.mean()) == pytest.approx(luma, abs=1.5)


async def test_room_tone_is_quiet_and_never_dead(plain):
    _, content, _ = plain
    with av.open(BytesIO(content)) as file:
        samples = np.concatenate([frame.to_ndarray() for frame in file.decode(audio=0)], axis=1)
    level = 20 * np.log10(np.sqrt(np.mean(samples**2)))
    assert level == pytest.approx(sound.LEVEL_DBFS, abs=3)


async def test_a_clip_opens_on_its_given_frame_and_goes_on_as_composed(shoot, take, develop, plain, tmp_path):
    given = tmp_path / "given.png"
    cv2.imwrite(str(given), np.full((720, 1280, 3), (200, 180, 60), np.uint8))
    frames = decoded((await develop(shoot(), take("clip", frames_given={"start_frame": given}))).path)
    _, _, free = plain
    target = np.full_like(frames[0], 0) + np.array((200, 180, 60), np.int16)
    assert difference(frames[0], target) < 4
    assert difference(frames[5], target) > MOVED
    assert difference(frames[20], free[20]) < 4
    # It eases: no step on the way is anywhere near the whole way, so that nobody takes it for a cut.
    whole = difference(frames[0], frames[12])
    assert max(difference(a, b) for a, b in itertools.pairwise(frames)) < whole / 3


async def test_a_clip_ends_on_its_given_frame_only_in_that_mode(shoot, take, develop, tmp_path):
    start, end = tmp_path / "start.png", tmp_path / "end.png"
    cv2.imwrite(str(start), np.full((480, 854, 3), 60, np.uint8))
    cv2.imwrite(str(end), np.full((480, 854, 3), 180, np.uint8))
    both = {"start_frame": start, "end_frame": end}
    request = take("clip", frames_given=both, shot={"mode": "start_end_frames"})
    frames = decoded((await develop(shoot(), request)).path)
    assert difference(frames[-1], np.full_like(frames[-1], 180)) < 4
    other = decoded((await develop(shoot(), take("clip", frames_given=both))).path)
    assert difference(other[-1], np.full_like(other[-1], 180)) > MOVED


async def test_a_static_shot_is_neither_frozen_nor_flickering(plain):
    _, _, frames = plain
    changes = [difference(a, b) for a, b in itertools.pairwise(frames)]
    means = [float(frame.mean()) for frame in frames]
    assert np.median(changes) > 0.15
    assert max(changes) < 4
    assert max(abs(a - b) for a, b in itertools.pairwise(means)) < 1.0


async def test_it_rains_in_the_region_and_nowhere_else(shoot, take, develop):
    dry = cv2.imread(str((await develop(shoot(), take("panel"))).path)).astype(np.int16)
    region = (Region(x=0.0, y=0.0, w=0.4, h=0.4),)
    wet = cv2.imread(str((await develop(shoot(), take("panel", weather=region))).path)).astype(np.int16)
    brighter = (wet - dry).max(axis=2) > 12
    assert brighter[:190, :340].mean() > 0.005
    assert not brighter[200:].any()
    assert not brighter[:, 345:].any()


async def test_a_camera_that_moves_ends_elsewhere(shoot, take, develop):
    camera = Camera(size="wide", move="push_in", amount=0.3)
    made = [await develop(shoot(), take("panel", shot={"camera": camera}, progress=p)) for p in (0.0, 1.0)]
    first, last = (cv2.imread(str(panel.path)) for panel in made)
    assert difference(first, last) > 5


async def test_a_guide_shows_flat_figures_where_the_panel_has_them(shoot, take):
    previz, request = shoot(), take("panel")
    guide = cv2.imdecode(np.frombuffer(previz.guide(request), np.uint8), cv2.IMREAD_COLOR)
    assert guide.shape == (480, 854, 3)
    body = guide[300:400, 240:272].reshape(-1, 3)
    assert body.std(axis=0).max() < 8
    assert body.mean() > 2 * guide[:100, :100].mean()
    assert previz.guide(request) == previz.guide(request)


class TestEachFlawChangesWhatItShould:
    async def pair(self, shoot, take, develop, plain, *flaws, **changes):
        _, _, clean = plain
        return clean, decoded((await develop(shoot(*flaws), take("clip", attempt=2, **changes))).path)

    async def test_a_wrong_wardrobe_changes_that_figure_alone(self, shoot, take, develop, plain):
        clean, flawed = await self.pair(shoot, take, develop, plain, {"flaw": "wrong_wardrobe"})
        assert difference(clean[20], flawed[20], LEFT, BODY) > 40
        assert difference(clean[20], flawed[20], RIGHT, BODY) < MOVED

    async def test_a_missing_character_leaves_the_plate(self, shoot, take, develop, plain):
        clean, flawed = await self.pair(shoot, take, develop, plain, {"flaw": "missing_character", "character": "bo"})
        assert difference(clean[20], flawed[20], RIGHT, BODY) > 25
        assert difference(clean[20], flawed[20], LEFT, BODY) < MOVED

    async def test_a_wrong_location_changes_the_plate_and_not_the_cast(self, shoot, take, develop, plain):
        clean, flawed = await self.pair(shoot, take, develop, plain, {"flaw": "wrong_location"})
        assert difference(clean[20], flawed[20], CORNER) > 25
        assert difference(clean[20], flawed[20], slice(0.28, 0.32), slice(0.6, 0.8)) < MOVED

    async def test_swapped_sides_put_each_in_the_others_place(self, shoot, take, develop, plain):
        clean, flawed = await self.pair(shoot, take, develop, plain, {"flaw": "swapped_sides"})
        blue = [float(clip[20][250:400, 590:610].mean(axis=(0, 1))[0]) for clip in (clean, flawed)]
        assert blue[1] - blue[0] > 80
        assert difference(clean[20], flawed[20], CORNER) < MOVED

    async def test_a_drifted_hue_turns_everything(self, shoot, take, develop, plain):
        clean, flawed = await self.pair(shoot, take, develop, plain, {"flaw": "drifted_hue", "degrees": 30})
        assert difference(clean[20], flawed[20], CORNER) > 3
        assert difference(clean[20], flawed[20], LEFT, BODY) > MOVED

    async def test_a_frozen_clip_does_not_change(self, shoot, take, develop, plain):
        _, flawed = await self.pair(shoot, take, develop, plain, {"flaw": "frozen"})
        assert max(difference(a, b) for a, b in itertools.pairwise(flawed)) < 0.1

    async def test_a_black_clip_is_black(self, shoot, take, develop, plain):
        _, flawed = await self.pair(shoot, take, develop, plain, {"flaw": "black"})
        assert max(float(frame.mean()) for frame in flawed) < 2

    async def test_a_cut_inside_is_one_hard_step_half_way(self, shoot, take, develop, plain):
        clean, flawed = await self.pair(shoot, take, develop, plain, {"flaw": "cut_inside"})
        steps = [difference(a, b) for a, b in itertools.pairwise(flawed)]
        assert int(np.argmax(steps)) == len(clean) // 2 - 1
        assert max(steps) > 10 * float(np.median(steps))

    async def test_a_wrong_duration_is_short_in_picture_and_sound(self, shoot, take, develop):
        made = await develop(shoot({"flaw": "wrong_duration"}), take("clip"))
        with av.open(str(made.path)) as file:
            heard = file.streams.audio[0]
            assert float(heard.duration * heard.time_base) == pytest.approx(22 / 24, abs=1e-3)
        assert len(decoded(made.path)) == made.frames == 22
