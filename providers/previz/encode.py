"""Frames into files: PNG for panels, H.264 in MP4 with BT.709 tags that are true for clips."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import av
import cv2
import numpy as np
from av.container import OutputContainer
from av.video import VideoStream
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from numpy.typing import NDArray

from providers.errors import Invalid
from providers.previz.pictures import Picture
from providers.previz.sound import RATE_HZ

PRESET, CRF = "veryfast", 20
KEYFRAME_EVERY = 48
"""Frames between key frames, so that a player can seek within two seconds."""
GRAIN = 0.042
"""Part of a grey-level field of deviation 32 that is added to the luma: a grain of about 1.3 grey levels."""
_BT709 = 1
# x264's macroblock tree gave three different files in four runs of one 480p clip here (core 165, AVX-512, one thread);
# without it, and with one thread, all runs agree.
_X264 = {"preset": PRESET, "crf": str(CRF), "g": str(KEYFRAME_EVERY), "threads": "1", "x264-params": "mbtree=0"}
_PNG_LEVEL = 3
_JPEG_QUALITY = 92


def write_clip(
    path: Path,
    frames: Iterable[tuple[Picture, float]],
    tone: NDArray[np.float32] | None,
    *,
    size: tuple[int, int],
    seed: int,
    fps: int = 24,
) -> None:
    """Write an MP4 at `fps` frames a second: each frame comes with its share of grain (0 none, 1 all).

    One encoder thread, fixed settings and no clock: the same frames give the same bytes. `tone` is two channels at 48
    kHz, as long as the picture; None leaves the sound track out.
    """
    grain = _Grain(*size, seed)
    to_yuv = VideoReformatter()
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as file:
        picture = _picture_stream(file, size, fps)
        sound = None if tone is None else file.add_stream("aac", rate=RATE_HZ, layout="stereo")
        if sound is not None:
            sound.bit_rate = 96_000
        for index, (frame, share) in enumerate(frames):
            shown = to_yuv.reformat(
                av.VideoFrame.from_ndarray(np.asarray(frame, np.uint8), format="bgr24"),
                size[0],
                size[1],
                "yuv420p",
                src_colorspace=Colorspace.ITU709,
                dst_colorspace=Colorspace.ITU709,
                src_color_range=ColorRange.JPEG,
                dst_color_range=ColorRange.MPEG,
            )
            grain.add(shown, index, share)
            shown.pts, shown.time_base = index, Fraction(1, fps)
            file.mux(picture.encode(shown))
        file.mux(picture.encode(None))
        if sound is not None and tone is not None:
            heard = av.AudioFrame.from_ndarray(tone, format="fltp", layout="stereo")
            heard.sample_rate, heard.pts, heard.time_base = RATE_HZ, 0, Fraction(1, RATE_HZ)
            file.mux(sound.encode(heard))
            file.mux(sound.encode(None))


def _picture_stream(file: OutputContainer, size: tuple[int, int], fps: int) -> VideoStream:
    picture = file.add_stream("libx264", rate=fps)
    picture.width, picture.height, picture.pix_fmt = size[0], size[1], "yuv420p"
    picture.codec_context.options = _X264
    picture.codec_context.thread_count = 1
    picture.codec_context.time_base = Fraction(1, fps)
    picture.codec_context.colorspace = picture.codec_context.color_primaries = _BT709
    picture.codec_context.color_trc = picture.codec_context.color_range = _BT709
    return picture


def write_panel(path: Path, frame: Picture, *, seed: int) -> None:
    """Write a PNG with a clip's grain, so that a panel is a photograph of the same film."""
    height, width = frame.shape[:2]
    grained = _grain(width, height, seed).on(frame)
    done, content = cv2.imencode(".png", grained, [cv2.IMWRITE_PNG_COMPRESSION, _PNG_LEVEL])
    if not done:
        raise Invalid(str(path), "the panel does not encode as PNG", "Report this with the request.")
    path.write_bytes(content.tobytes())


def still(frame: Picture, *, seed: int) -> bytes:
    """The frame as a panel shows it, as JPEG bytes: for a screen, and soon replaced by the next."""
    height, width = frame.shape[:2]
    grained = _grain(width, height, seed).on(frame)
    done, content = cv2.imencode(".jpg", grained, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    if not done:
        raise Invalid("the still", "it does not encode as JPEG", "Report this with the shot.")
    return content.tobytes()


class _Grain:
    """A field of soft noise that is looked at from another corner each frame."""

    def __init__(self, width: int, height: int, seed: int) -> None:
        self._width, self._height, self._chance = width, height, np.random.default_rng(seed)
        field = self._chance.standard_normal((height + 96, width + 96)).astype(np.float32)
        soft = cv2.GaussianBlur(field, (0, 0), height / 720 + 0.1)
        self._field: Picture = np.clip(soft * (32 / float(soft.std())) + 128, 0, 255).astype(np.uint8)

    def add(self, frame: av.VideoFrame, index: int, share: float) -> None:
        """Add `share` of the grain to the luma of a yuv420p frame, in place."""
        x, y = self._corner(index)
        if share <= 0:
            return
        plane = frame.planes[0]
        luma = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : self._width]
        field = self._field[y : y + self._height, x : x + self._width]
        luma[:] = cv2.addWeighted(luma, 1.0, field, GRAIN * share, -128 * GRAIN * share)

    def on(self, frame: Picture) -> Picture:
        """The frame with the grain on all channels alike."""
        field = cv2.cvtColor(self._field[: self._height, : self._width], cv2.COLOR_GRAY2BGR)
        return cv2.addWeighted(frame, 1.0, field, GRAIN, -128 * GRAIN)

    def _corner(self, index: int) -> tuple[int, int]:
        # Two strides that share no factor with 96 visit every corner before one comes again.
        return index * 37 % 96, index * 61 % 89


_grain = lru_cache(maxsize=4)(_Grain)
"""The grain of a panel of this size and seed: drawing the field takes longer than composing the frame again."""
