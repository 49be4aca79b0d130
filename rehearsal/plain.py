"""Tiny real pictures of one colour, for rehearsals of money: right in size, length and sound, made in milliseconds.

Each job's file has bytes of its own, as each of a real provider's has: its id lies in a box that no player looks at.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import cv2
import numpy as np

from rehearsal.wish import Wish

_RATE_HZ = 48_000


def draw(wish: Wish, job_id: str, path: Path) -> None:
    """Write the file of one job."""
    if wish.order.operation == "panel":
        content = _still(wish.size)
        path.write_bytes(content[:-12] + _chunk(b"tEXt", b"Comment\0" + job_id.encode()) + content[-12:])
        return
    content = _clip(wish.size, wish.frames, audio=wish.order.audio)
    path.write_bytes(content + struct.pack(">I", 8 + len(job_id)) + b"free" + job_id.encode())


@lru_cache(64)
def _still(size: tuple[int, int]) -> bytes:
    done, content = cv2.imencode(".png", np.full((size[1], size[0], 3), (90, 140, 60), np.uint8))
    assert done
    return content.tobytes()


@lru_cache(64)
def _clip(size: tuple[int, int], frames: int, *, audio: bool) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "plain.mp4")
        with av.open(str(path), "w", format="mp4") as file:
            picture = file.add_stream("libx264", rate=24)
            picture.width, picture.height, picture.pix_fmt = size[0], size[1], "yuv420p"
            picture.codec_context.options = {"preset": "ultrafast", "tune": "zerolatency", "threads": "1"}
            sound = file.add_stream("aac", rate=_RATE_HZ, layout="stereo") if audio else None
            for frame in _frames(size, frames):
                file.mux(picture.encode(av.VideoFrame.from_ndarray(frame, format="yuv420p")))
            file.mux(picture.encode(None))
            if sound is not None:
                silence = np.zeros((2, frames * _RATE_HZ // 24), np.float32)
                heard = av.AudioFrame.from_ndarray(silence, format="fltp", layout="stereo")
                heard.sample_rate, heard.pts = _RATE_HZ, 0
                file.mux(sound.encode(heard))
                file.mux(sound.encode(None))
        return path.read_bytes()


def _frames(size: tuple[int, int], count: int) -> Iterator[np.ndarray]:
    """One colour, and a bar that grows, so that no two frames are the same.
    Brightness above, colour below, as yuv420p lies.
    """
    picture = np.full((size[1] * 3 // 2, size[0]), 128, np.uint8)
    for index in range(count):
        picture[:16, : (index + 1) * 2] = 230
        yield picture


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
