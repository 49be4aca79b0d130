"""A few frames of a clip: those of a whole decode, bit for bit, and no more decoded than they need."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from bench.planting.hostile_clips import FRAMES, QUICK, READ_CLIPS, REFUSED_CLIPS, clip
from checks.errors import Unreadable
from checks.seeing import few_frames
from checks.seeing.decode import decode
from checks.seeing.few_frames import frames_at

LENGTH, WIDTH, HEIGHT = 60, 192, 108
WANTED = {7, 29, 30, 43, 500}
EARLY = {"avoid_negative_ts": "disabled", "use_editlist": "1"}


def moving(codec: str = "libx264", form: str = "mp4", *, mux: dict[str, str] | None = None, **options: Any) -> bytes:
    """A clip of fine texture that moves, turns over and fades, so that each frame hangs on others."""
    if codec == "libx264":
        options["x264_params"] = f"scenecut=0:{options.get('x264_params', 'threads=1')}"
    noise = np.random.default_rng(7).integers(0, 256, (HEIGHT, WIDTH * 2, 3)).astype(np.uint8)
    at = options.pop("at", None) or range(LENGTH)
    path = Path(options.pop("folder")) / f"moving.{form}"
    with av.open(str(path), "w", format=form, options=mux or {}) as file:
        told = {key.replace("_", "-"): str(value) for key, value in options.items()}
        stream: Any = file.add_stream(codec, rate=24, options=told)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for index in range(LENGTH):
            seen = noise[:, 3 * index : 3 * index + WIDTH] // (1 + index % 5)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(seen), format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = at[index], Fraction(1, 24)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path.read_bytes()


PLAIN: dict[str, dict[str, Any]] = {
    "a key frame a second": {"g": 24, "bf": 3},
    "no key frame but the first": {"g": 250, "bf": 3},
    "no B-frames": {"g": 12, "bf": 0},
    "B-frames that others refer to": {"g": 30, "bf": 8, "x264_params": "b-pyramid=normal:b-adapt=0"},
    "many references": {"g": 48, "bf": 3, "refs": 6},
    "every frame a key frame": {"g": 1},
    "open groups": {"g": 12, "bf": 3, "x264_params": "open-gop=1"},
    "refreshed bit by bit": {"g": 12, "bf": 0, "x264_params": "intra-refresh=1"},
    "four slices a frame": {"g": 24, "bf": 3, "slices": 4},
    "in fragments": {"g": 12, "bf": 3, "mux": {"movflags": "frag_keyframe+empty_moov"}},
    "its head in front": {"g": 12, "bf": 3, "mux": {"movflags": "+faststart"}},
    "QuickTime": {"form": "mov", "g": 12, "bf": 3},
    "a variable rate": {"g": 12, "bf": 3, "at": [n + (n > 20) * 3 + (n > 40) * 7 for n in range(LENGTH)]},
}
ODD: dict[str, dict[str, Any]] = {
    "an edit list that hides frames": {"g": 12, "bf": 0, "at": list(range(-6, LENGTH - 6)), "mux": EARLY},
    "HEVC": {"codec": "libx265", "x265_params": "log-level=none:keyint=12"},
    "WebM": {"codec": "libvpx-vp9", "form": "webm", "g": 12, **QUICK},
    "parameters in the middle": {"g": 12, "bf": 3, "x264_params": "repeat-headers=1"},
}


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The clips that were decoded whole."""
    told: list[Path] = []

    def decoded(path: Path, *more: Any) -> Any:
        told.append(path)
        return decode(path, *more)

    monkeypatch.setattr(few_frames, "decode", decoded)
    return told


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pictures each group of them gave the decoder to do."""
    told: list[int] = []
    frames = few_frames._frames

    def counted(stream: Any, given: Any) -> Any:
        told.append(len(given))
        return frames(stream, given)

    monkeypatch.setattr(few_frames, "_frames", counted)
    return told


@pytest.mark.parametrize("name", [*PLAIN, *ODD])
def test_the_frames_are_those_of_a_whole_decode_bit_for_bit(name, tmp_path, whole):
    path = put(tmp_path, moving(folder=tmp_path, **(PLAIN | ODD)[name]))

    assert_same(frames_at(path, WANTED), decode(path, WANTED))
    assert bool(whole) == (name in ODD)


@pytest.mark.parametrize("name", READ_CLIPS)
def test_of_an_odd_clip_too(name, tmp_path):
    path = put(tmp_path, READ_CLIPS[name]())

    assert_same(frames_at(path, {0, 7, 12}), decode(path, {0, 7, 12}))


@pytest.mark.parametrize("turn", [90, 180])
def test_of_a_clip_that_is_turned_by_its_head_too(turn, tmp_path, whole):
    path = put(tmp_path, clip(turn=turn))

    assert_same(frames_at(path, {7}), decode(path, {7}))
    assert not whole


@pytest.mark.parametrize("name", REFUSED_CLIPS)
def test_a_clip_that_is_refused_is_refused_here_or_gives_what_a_whole_decode_gives(name, tmp_path):
    path = put(tmp_path, REFUSED_CLIPS[name][0]())

    assert outcome(partial(frames_at, path, {0, 7})) == outcome(lambda: all_of(decode(path, {0, 7})))


def test_only_the_groups_that_are_asked_for_are_decoded_and_of_them_nothing_that_comes_after(tmp_path, whole, decoded):
    path = put(tmp_path, moving(folder=tmp_path, g=12, bf=0))

    frames_at(path, {29})

    assert (decoded, whole) == ([6, 12], [])  # 24 to 29, and 48 to 59, of 60


def test_pictures_that_no_other_refers_to_are_left_out(tmp_path, whole, decoded):
    options = "b-pyramid=none:b-adapt=0:keyint=60:bframes=3"
    path = put(tmp_path, moving(folder=tmp_path, x264_params=options))

    frames_at(path, set())

    assert (len(decoded), whole) == (1, [])
    assert decoded[0] <= LENGTH // 4 + 2  # three of four are B-frames that nothing hangs on


def test_frames_that_the_clip_does_not_have_are_not_given(tmp_path):
    path = put(tmp_path, clip())

    assert sorted(frames_at(path, {-1, 5, FRAMES, 999})) == [5, FRAMES - 1]


def test_damage_where_it_matters_gives_what_a_whole_decode_gives(tmp_path, whole):
    content = bytearray(moving(folder=tmp_path, g=12, bf=0))
    middle = content.index(b"mdat") + len(content) // 2
    content[middle : middle + 400] = bytes(400)
    path = put(tmp_path, bytes(content))
    broken = decode(path, set(range(LENGTH)))
    assert broken.broken

    assert_same(frames_at(path, set(range(LENGTH))), broken)
    assert whole


@pytest.mark.parametrize(
    ("shown", "opening", "closed"),
    [
        ([0, 2, 1, 3, 5, 4], {0, 3}, True),
        ([0, 2, 1, 5, 4, 3], {0, 3}, False),  # two are shown before the IDR picture that they come after
        ([0, 4, 1, 3, 5, 6], {0, 3}, False),  # one of the group before is shown after it
        ([0, 2, 1, 3, 3, 4], {0, 3}, False),  # two at once
        ([0, 2, 1, 3, 5, 4], {3}, False),  # the first hangs on nothing that is there
        ([], set(), False),
    ],
)
def test_groups_are_closed_where_none_is_shown_among_the_pictures_of_another(shown, opening, closed):
    coded = [few_frames._Coded(None, time, at in opening, spare=False) for at, time in enumerate(shown)]

    assert few_frames._in_closed_groups(coded) is closed


def assert_same(found: dict[int, Any], whole: Any) -> None:
    wanted = all_of(whole)
    assert sorted(found) == sorted(wanted)
    assert all(np.array_equal(found[number], wanted[number]) for number in wanted)


def all_of(whole: Any) -> dict[int, Any]:
    return {**whole.kept, **({whole.frames - 1: whole.last} if whole.last is not None else {})}


def outcome(work: Callable[[], dict[int, Any]]) -> object:
    try:
        return {number: picture.tobytes() for number, picture in work().items()}
    except Unreadable as refused:
        return refused.cause


def put(folder: Path, content: bytes) -> Path:
    path = folder / "clip.mp4"
    path.write_bytes(content)
    return path
