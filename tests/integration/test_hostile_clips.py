"""Corrupt, lying and odd clips: every frame is counted, or the clip is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.planting.hostile_clips import FRAMES, READ_CLIPS, REFUSED_CLIPS, SIZE, clip, number_of
from checks.errors import Unreadable
from checks.seeing.decode import decode, last_frame
from checks.seeing.pictures import read_picture
from providers.errors import Undecodable
from providers.over_http.outputs import accept


@pytest.mark.parametrize("name", REFUSED_CLIPS)
def test_a_clip_that_cannot_be_is_refused_with_cause_and_cure(name, tmp_path):
    content, cause = REFUSED_CLIPS[name]
    path = put(tmp_path, content())

    with pytest.raises(Unreadable, match=cause) as refused:
        last_frame(path, tmp_path / "last.png")

    assert refused.value.cure
    assert not (tmp_path / "last.png").exists()
    if name != "a picture":
        with pytest.raises(Undecodable):
            accept(path, "acme")


@pytest.mark.parametrize("name", READ_CLIPS)
def test_every_frame_of_an_odd_clip_is_counted_and_its_last_is_the_last(name, tmp_path):
    path = put(tmp_path, READ_CLIPS[name]())

    decoded = decode(path, {0, 7})

    assert (decoded.frames, decoded.broken) == (FRAMES, "")
    assert [number_of(p) for p in (decoded.kept[0], decoded.kept[7], decoded.last)] == [0, 7, FRAMES - 1]
    last_frame(path, tmp_path / "last.png")
    assert number_of(read_picture(tmp_path / "last.png")) == FRAMES - 1


@pytest.mark.parametrize(("turn", "corner"), [(90, "lower left"), (-90, "upper right"), (180, "lower right")])
def test_a_clip_that_is_turned_by_its_head_is_seen_as_players_show_it(turn, corner, tmp_path):
    decoded = decode(put(tmp_path, clip(turn=turn)))

    assert decoded.frames == FRAMES
    assert abs(decoded.facts.turned) == abs(turn)
    down, across = corner.split()
    rows, columns = decoded.last.shape[:2]
    assert (columns, rows) == (SIZE if abs(turn) == 180 else SIZE[::-1])
    row, column = (5 if down == "upper" else rows - 6), (5 if across == "left" else columns - 6)
    assert decoded.last[row, column].min() > 240


def test_an_edit_list_hides_the_frames_that_it_hides(tmp_path):
    hidden = clip(at=list(range(-6, 18)), mux={"avoid_negative_ts": "disabled", "use_editlist": "1"}, bf=0)

    decoded = decode(put(tmp_path, hidden), {0})

    assert (decoded.frames, decoded.broken) == (FRAMES - 6, "")
    assert [number_of(p) for p in (decoded.kept[0], decoded.last)] == [6, FRAMES - 1]


def put(folder: Path, content: bytes, name: str = "clip.mp4") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
