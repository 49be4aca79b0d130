"""Clips that somebody might send us: corrupt, lying and odd, each made from nothing."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from bench.planting.hostile_pictures import PLAYLISTS, still

FRAMES, WIDTH, HEIGHT = 24, 192, 108
SIZE = (WIDTH, HEIGHT)

Picture = NDArray[np.uint8]
Stream = Callable[[Any], Callable[[], None]]
"""Adds a stream to an open file and gives what writes it."""


def clip(
    codec: str = "libx264",
    form: str = "mp4",
    pixels: str = "yuv420p",
    *,
    at: Sequence[int] = (),
    mux: Mapping[str, str] | None = None,
    turn: int = 0,
    sound_s: float = 0.0,
    more: Sequence[Stream] = (),
    size: tuple[int, int] = SIZE,
    frames: int = FRAMES,
    **options: Any,
) -> bytes:
    """A clip of 24 flat frames, each 10 grey levels brighter than the one before, as bytes."""
    with tempfile.NamedTemporaryFile() as written:
        with av.open(written.name, "w", format=form, options=dict(mux or {})) as file:
            stream: Any = file.add_stream(
                codec, rate=24, options={k.replace("_", "-"): str(v) for k, v in options.items()}
            )
            stream.width, stream.height, stream.pix_fmt = *size, pixels
            if turn:
                stream.set_display_rotation(turn)
            others = [extra(file) for extra in more]
            heard: Any = file.add_stream("aac", rate=48000, layout="mono") if sound_s else None
            for index in range(frames):
                frame = av.VideoFrame.from_ndarray(grey(index, size), format="rgb24").reformat(format=pixels)
                frame.pts, frame.time_base = at[index] if at else index, Fraction(1, 24)
                file.mux(stream.encode(frame))
            file.mux(stream.encode(None))
            for other in others:
                other()
            if heard:
                for start in range(0, round(sound_s * 48000), 1024):
                    tone = av.AudioFrame.from_ndarray(np.full((1, 1024), 0.1, np.float32), format="fltp", layout="mono")
                    tone.sample_rate, tone.pts = 48000, start
                    file.mux(heard.encode(tone))
                file.mux(heard.encode(None))
        return Path(written.name).read_bytes()


def grey(index: int, size: tuple[int, int] = SIZE) -> Picture:
    """A flat frame that says its number; its upper left corner is white."""
    frame = np.full((size[1], size[0], 3), 10 + 9 * index, np.uint8)
    frame[: size[1] // 4, : size[0] // 4] = 255
    return frame


def number_of(picture: Picture) -> int:
    """The number that a flat frame says."""
    return round((float(np.median(picture)) - 10) / 9)


def second_picture(file: Any) -> Callable[[], None]:
    """A second stream of pictures, black and small."""
    stream = file.add_stream("libx264", rate=24)
    stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"

    def write() -> None:
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        frame.pts, frame.time_base = 0, Fraction(1, 24)
        file.mux([*stream.encode(frame), *stream.encode(None)])

    return write


def cover(file: Any) -> Callable[[], None]:
    """A cover, as music has it."""
    stream = file.add_stream("mjpeg", rate=1)
    stream.width, stream.height, stream.pix_fmt = 64, 64, "yuvj420p"
    stream.disposition = av.stream.Disposition.attached_pic

    def write() -> None:
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        file.mux([*stream.encode(frame.reformat(format="yuvj420p")), *stream.encode(None)])

    return write


def claiming(count: int, table: bytes) -> bytes:
    """An MP4 whose tables claim so many frames."""
    if table == b"trun":
        content = bytearray(clip(mux={"movflags": "frag_keyframe+empty_moov"}))
        at = content.index(b"trun")
        struct.pack_into(">II", content, at + 4, 0, count)
        return bytes(content)
    content = bytearray(clip())
    struct.pack_into(">II", content, content.index(b"stsz") + 8, 1, count)
    struct.pack_into(">II", content, content.index(b"stts") + 12, count, 512)
    at = content.index(b"stsc")
    struct.pack_into(">IIII", content, at + 8, 1, 1, count, 1)
    return bytes(content)


def lying_about_its_size() -> bytes:
    """The container says 192 x 108; what the pictures themselves say is 8192 x 4608."""
    content = bytearray(clip(size=(8192, 4608), preset="ultrafast", frames=1))
    struct.pack_into(">HH", content, content.index(b"avc1", content.index(b"stsd")) + 28, *SIZE)
    return bytes(content)


QUICK: dict[str, Any] = {"deadline": "realtime", "cpu_used": 8}
REFUSED_CLIPS: dict[str, tuple[Callable[[], bytes], str]] = {
    "no bytes": (lambda: b"", "empty"),
    "a text": (lambda: b"not a clip", "of an unknown format"),
    "a picture": (still, "a PNG"),
    "an AVIF": (lambda: still("AVIF"), "an AVIF picture"),
    "fifty million frames": (lambda: claiming(50_000_000, b"stsz"), "claims 50000000"),
    "fifty million frames in a fragment": (lambda: claiming(50_000_000, b"trun"), "claims 50000000"),
    "a million frames": (lambda: claiming(1_000_000, b"stsz"), "lasts|claims|breaks|decoded|it holds"),
    "frames larger than it says": (lying_about_its_size, "8192×4608|cannot be opened|holds no frame|breaks"),
    "a tail that is gone": (lambda: clip(mux={"movflags": "+faststart"})[:-400], "breaks|damaged|only"),
    "a head that is gone": (lambda: clip()[:-400], "cannot be opened|holds no"),
    **{name: (partial(bytes, content), cause) for name, (content, cause) in PLAYLISTS.items()},
}

READ_CLIPS: dict[str, Callable[[], bytes]] = {
    "plain": clip,
    "fragmented": lambda: clip(mux={"movflags": "frag_keyframe+empty_moov"}),
    "its head in front": lambda: clip(mux={"movflags": "+faststart"}),
    "QuickTime": lambda: clip(form="mov"),
    "WebM": lambda: clip("libvpx-vp9", "webm", **QUICK),
    "HEVC": lambda: clip("libx265", x265_params="log-level=none"),
    "10 bits": lambda: clip(pixels="yuv420p10le"),
    "4:4:4": lambda: clip(pixels="yuv444p"),
    "interlaced": lambda: clip(x264_params="interlaced=1"),
    "alpha": lambda: clip("libvpx-vp9", "webm", "yuva420p", **QUICK),
    "ProRes with alpha": lambda: clip("prores_ks", "mov", "yuva444p10le"),
    "variable rate": lambda: clip(at=[n + (n > 5) * 3 + (n > 12) * 7 for n in range(FRAMES)]),
    "a long sound": lambda: clip(sound_s=3.0),
    "two streams of pictures": lambda: clip(more=[second_picture]),
    "a cover": lambda: clip(more=[cover]),
    "a cover in front": lambda: clip(more=[cover], form="mov"),
}
