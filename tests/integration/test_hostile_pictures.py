"""Corrupt, huge, odd and misnamed pictures: each is read rightly or refused in one sentence."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench.planting.hostile_pictures import (
    READ_PICTURES,
    REFUSED_PICTURES,
    SPACES,
    exif,
    in_srgb,
    profile,
    see_through_palette,
    still,
)
from checks.errors import Unreadable
from checks.seeing.decode import decode
from checks.seeing.pictures import read_opaque, read_picture
from manifests.reading.media_head import form_of, looks_like
from providers.errors import Undecodable
from providers.over_http.outputs import accept

LEVEL_OFF_MAX = 3
"""Grey levels that coding may move a flat frame by."""


@pytest.mark.parametrize("name", REFUSED_PICTURES)
def test_a_picture_that_cannot_be_is_refused_with_cause_and_cure(name, tmp_path):
    content, cause = REFUSED_PICTURES[name]
    path = put(tmp_path, content)

    with pytest.raises(Unreadable, match=cause) as refused:
        read_picture(path)

    assert refused.value.cure
    with pytest.raises(Undecodable):
        accept(path, "acme")


@pytest.mark.parametrize("name", READ_PICTURES)
def test_a_picture_that_is_only_odd_is_read_as_a_viewer_shows_it(name, tmp_path):
    content, shape = READ_PICTURES[name]
    path = put(tmp_path, content)

    pixels = read_picture(path)

    assert (pixels.shape, pixels.dtype) == (shape, np.uint8)
    assert path.read_bytes() == content
    if name.startswith(("16 bits", "grey")):
        assert (int(pixels[0, 0, 0]), int(pixels[0, -1, 0])) == (0, 255)
    made = accept(path, "acme")
    assert (made.height, made.width) == shape[:2]


def test_a_picture_on_its_side_is_stood_up_the_right_way(tmp_path):
    pixels = read_picture(put(tmp_path, still("JPEG", exif=exif(6))))  # 6: its left edge is what is up when it is shown

    assert pixels[2, :, 0].mean() < 20 < 230 < pixels[-3, :, 0].mean()


@pytest.mark.parametrize("name", SPACES)
@pytest.mark.parametrize("colour", [(200, 50, 50), (60, 180, 90), (128, 128, 128)])
def test_colours_of_another_space_become_what_they_are_in_srgb(name, colour, tmp_path):
    path, meant = tmp_path / "panel.png", in_srgb(colour, name)
    Image.new("RGB", (64, 48), colour).save(path, icc_profile=profile(name))

    assert np.abs(read_picture(path)[0, 0] - meant).max() <= LEVEL_OFF_MAX

    accept(path, "acme")
    with Image.open(path) as written:
        assert ("icc_profile" in written.info) == (len(set(colour)) == 1)  # grey is grey in all of them: left as it is
        assert np.abs(np.asarray(written)[0, 0] - meant).max() <= LEVEL_OFF_MAX


def test_a_profile_that_cannot_be_read_is_refused_by_the_gate_and_taken_off_by_the_door(tmp_path):
    path = put(tmp_path, still(icc_profile=b"rubbish" * 40))
    with pytest.raises(Unreadable, match="colour profile"):
        read_picture(path)

    accept(path, "acme")

    assert read_picture(path).shape == (48, 64, 3)


def test_a_panel_that_can_be_seen_through_is_refused(tmp_path):
    with pytest.raises(Unreadable, match="50% of it can be seen through"):
        read_opaque(put(tmp_path, see_through_palette()))


def test_a_pipe_and_a_folder_are_no_pictures_and_no_clips(tmp_path):
    pipe = tmp_path / "panel.png"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path):
        for opened in (read_picture, decode):
            with pytest.raises(Unreadable, match="it is not a file"):
                opened(path)


@pytest.mark.parametrize("head", [b"GIF89a", b"PK\3\4", b"#EXTM3U", b"<svg", b"", b"\0" * 64, b"RIFF\0\0\0\0WAVE"])
def test_what_is_none_of_ours_is_called_by_its_name(head):
    assert form_of(head) is None
    assert looks_like(head)


def put(folder: Path, content: bytes, name: str = "panel.png") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
