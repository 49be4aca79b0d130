"""Opens clips from outside, within bounds, and decodes each once from beginning to end.

A file names its own demuxer through its first bytes, and only MP4/MOV and WebM are let in: a playlist called `.mp4`, which
would make the demuxer open whatever it names, is refused before anything opens it. Seeking is never used: x264 writes one
key frame in 250, and only decoding everything finds the last frame of every file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from checks.errors import Unreadable
from checks.masters import Rgb

SIDE_MAX_PX = 4096
SECONDS_MAX = 60.0
BYTES_MAX = 2 << 30
FRAMES_MAX = 60 * 60
_STREAMS_MAX = 8


@dataclass(frozen=True, slots=True)
class Facts:
    """What the container says. `fps` frames a second; `pixel_format` as FFmpeg names it; tags as H.273 numbers."""

    width: int
    height: int
    fps: float
    pixel_format: str
    matrix: int
    primaries: int
    transfer: int
    full_range: bool
    has_audio: bool


@dataclass(slots=True)
class Decoded:
    """One pass over a clip. `broken` says why it ended early. `sound`: float32 mono samples at `sample_rate`."""

    facts: Facts
    frames: int = 0
    kept: dict[int, Rgb] = field(default_factory=dict)
    last: Rgb | None = None
    broken: str = ""
    samples: int = 0
    sample_rate: int = 48000
    loud_samples: int = 0


def decode(
    path: Path, keep: Collection[int] = (), each: Callable[[int, NDArray[np.uint8]], None] | None = None
) -> Decoded:
    """Decode all of `path`; keep the frames numbered in `keep` and the last, as RGB; show `each` every luma plane.

    Raises Unreadable when the file is refused or cannot be opened; a file that breaks midway comes back with `broken` set.
    """
    kind = container_kind(path)
    try:
        with av.open(str(path), format=kind, options={"protocol_whitelist": "file"}) as container:
            return _pass(container, path, keep, each)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise Unreadable(
            path.name, f"it cannot be opened as {kind} ({error})", "Fetch it again, or make it anew"
        ) from error


def last_frame(clip: Path, into: Path, frames: int | None = None) -> None:
    """Write the exact last frame of `clip` as a PNG at `into`; the last of its first `frames` where it is longer.

    Raises Unreadable.
    """
    decoded = decode(clip, () if frames is None else {frames - 1})
    last = decoded.last if frames is None or frames >= decoded.frames else decoded.kept.get(frames - 1)
    if last is None or decoded.broken:
        raise Unreadable(clip.name, decoded.broken or "it holds no frame", "Fetch it again, or make it anew")
    _write_png(last, into)


def key_frames(clip: Path, into: Path, indices: Collection[int]) -> tuple[Path, ...]:
    """Write those frames of `clip` as `f0012.png` and so on in the folder `into`, those past its end left out."""
    decoded = decode(clip, indices)
    into.mkdir(parents=True, exist_ok=True)
    out = []
    for index in sorted(decoded.kept):
        _write_png(decoded.kept[index], into / f"f{index:04d}.png")
        out.append(into / f"f{index:04d}.png")
    return tuple(out)


def container_kind(path: Path) -> str:
    """`mp4` or `matroska` by the first bytes. Raises Unreadable for anything else, and for a file too big."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(12)
    except OSError as error:
        raise Unreadable(path.name, f"it cannot be read ({error.strerror})", "Fetch it again") from error
    if size > BYTES_MAX:
        raise Unreadable(path.name, f"it has {size} bytes, more than {BYTES_MAX}", "A clip of 60 s needs far less")
    if head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}:
        return "mp4"
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "matroska"
    raise Unreadable(path.name, "it is no MP4, MOV or WebM, whatever it is called", "Ask for MP4; see what was fetched")


def _pass(
    container: av.container.InputContainer, path: Path, keep: Collection[int],
    each: Callable[[int, NDArray[np.uint8]], None] | None,
) -> Decoded:  # fmt: skip
    facts = _facts(container, path)
    out, wanted = Decoded(facts), frozenset(keep)
    newest: VideoFrame | None = None
    try:
        for frame in _frames(container):
            if isinstance(frame, VideoFrame):
                if out.frames >= FRAMES_MAX:
                    out.broken = f"it has more than {FRAMES_MAX} frames"
                    break
                if each is not None:
                    each(out.frames, luma(frame))
                if out.frames in wanted:
                    out.kept[out.frames] = _rgb(frame)
                out.frames += 1
                newest = frame
            else:
                _hear(out, frame)
    except av.FFmpegError as error:
        out.broken = f"it breaks after {out.frames} frames ({error})"
    if newest is not None:
        out.last = _rgb(newest)
    elif not out.broken:
        out.broken = "it holds no frame"
    return out


def _frames(container: av.container.InputContainer) -> Iterator[VideoFrame | av.AudioFrame]:
    streams = [container.streams.video[0], *container.streams.audio[:1]]
    for packet in container.demux(streams):
        for frame in packet.decode():
            if isinstance(frame, (VideoFrame, av.AudioFrame)):
                yield frame


def _facts(container: av.container.InputContainer, path: Path) -> Facts:
    if not container.streams.video or len(container.streams) > _STREAMS_MAX:
        raise Unreadable(path.name, "it has no picture, or too many streams", "Ask for a plain MP4")
    stream = container.streams.video[0]
    stream.thread_type = "SLICE"
    context = stream.codec_context
    if not (0 < context.width <= SIDE_MAX_PX and 0 < context.height <= SIDE_MAX_PX):
        size = f"{context.width}×{context.height}"
        raise Unreadable(path.name, f"it says its frames are {size}", f"At most {SIDE_MAX_PX} pixels a side are opened")
    seconds = (container.duration or 0) / av.time_base
    if seconds > SECONDS_MAX:
        raise Unreadable(path.name, f"it says it lasts {seconds:.0f} s", f"At most {SECONDS_MAX:.0f} s are opened")
    return Facts(
        context.width, context.height, float(stream.average_rate or 0), context.pix_fmt or "", int(context.colorspace),
        int(context.color_primaries), int(context.color_trc), int(context.color_range) == 2, bool(container.streams.audio),
    )  # fmt: skip


def luma(frame: VideoFrame) -> NDArray[np.uint8]:
    """The Y plane as it was coded, without a copy. Raises ValueError for a frame that has none of 8 bits."""
    if not frame.format.name.startswith(("yuv", "nv12", "gray")) or frame.format.components[0].bits != 8:
        frame = frame.reformat(format="yuv420p")
    plane = frame.planes[0]
    rows: NDArray[np.uint8] = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    return rows[:, : plane.width]


def _rgb(frame: VideoFrame) -> Rgb:
    """Converted by the frame's own matrix; an untagged frame is taken as BT.709."""
    matrix = 1 if int(frame.colorspace) in {0, 2} else int(frame.colorspace)
    return np.asarray(frame.to_ndarray(format="rgb24", src_colorspace=matrix, dst_colorspace=matrix), np.uint8)


def _hear(out: Decoded, frame: av.AudioFrame) -> None:
    samples = frame.to_ndarray()
    peak = 0.999 if samples.dtype.kind == "f" else 0.999 * (2 ** (8 * samples.dtype.itemsize - 1) - 1)
    out.loud_samples += int((np.abs(samples.astype(np.float32)) >= peak).any(0).sum())
    out.samples += frame.samples
    out.sample_rate = frame.sample_rate


def _write_png(picture: Rgb, into: Path) -> None:
    part = into.with_suffix(".part.png")
    if not cv2.imwrite(str(part), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)):
        raise Unreadable(into.name, "the picture cannot be written", "Look at the disk's space and rights")
    part.replace(into)
