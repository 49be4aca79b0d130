"""Opens clips from outside, within bounds, and decodes each once from beginning to end.

A file names its own demuxer through its first bytes, and only MP4/MOV and WebM are let in: a playlist called `.mp4`,
which would make the demuxer open whatever it names, is refused before anything opens it. The demuxer reads the one file
we opened for it and can open no other. Seeking is never used: x264 writes one key frame in 250, and only decoding
everything finds the last frame of every file. `few_frames` decodes less, where a file is plain enough for that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, NoReturn

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from checks.errors import Unreadable
from checks.seeing.hearing import Heard
from checks.seeing.masters import Rgb
from manifests.reading.media_head import HEAD_BYTES, form_of, is_file, looks_like, too_many_samples
from manifests.reading.whole_file import whole_file

SIDE_MAX_PX = 4096
PIXELS_MAX = 4096 * 2304
"""Width times height of a frame. Decoders keep up to 17 frames: 240 MB of 8-bit 4:2:0, under 1 GB of 10-bit 4:4:4."""

SECONDS_MAX = 60.0
BYTES_MAX = 2 << 30
FRAMES_MAX = 60 * 60
_STREAMS_MAX = 8
ENDS_EARLY_S = 0.1
"""How far a clip may end before the end that its head promises; rounding makes it a frame at most."""


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """The container's facts. `fps` frames a second; `pixel_format` as FFmpeg names it; tags as H.273 numbers.

    `width` and `height` are as it is stored. `turned`: degrees anticlockwise by which a player turns it; `stretch`: how
    many times as wide as high a pixel is shown; `pictures`: how many streams of moving pictures there are.
    """

    width: int
    height: int
    fps: float
    pixel_format: str
    matrix: int
    primaries: int
    transfer: int
    full_range: bool
    turned: int = 0
    stretch: float = 1.0
    pictures: int = 1


@dataclass(slots=True)
class DecodedClip:
    """One pass over a clip. `broken` says why it ended early.
    Kept frames are upright RGB; `times_s`: when each frame is shown.
    """

    facts: StreamFacts
    frames: int = 0
    interlaced: int = 0
    kept: dict[int, Rgb] = field(default_factory=dict)
    last: Rgb | None = None
    broken: str = ""
    times_s: list[float] = field(default_factory=list)
    heard: Heard = field(default_factory=Heard)


def decode(
    path: Path, keep: Collection[int] = (), each: Callable[[int, NDArray[np.uint8]], None] | None = None
) -> DecodedClip:
    """Decode all of `path`; keep the frames numbered in `keep` and the last, as RGB; show `each` every luma plane.

    Raises Unreadable when the file is refused or cannot be opened; a file that breaks midway comes back with `broken`
    set.
    """
    with opened(path) as (container, kind):
        return _pass(container, path, kind, keep, each)


@contextmanager
def opened(path: Path, *, undecoded: bool = False) -> Iterator[tuple[av.container.InputContainer, str]]:
    """The clip's container, open to be read, and its kind: "mp4" or "matroska". `undecoded`: only its head is read;
    else its first pictures are decoded as well, which say what the head leaves out (4 CPU-ms at 480p).

    Raises Unreadable when the file is refused, cannot be opened, or fails while it is read here.
    """
    with _file(path) as file:
        kind = _kind(path, file)
        file.seek(0)
        options = _OPTIONS | {"skip_frame": "all"} if undecoded else _OPTIONS
        try:
            with av.open(file, "r", format=kind, options=options, io_open=_open_nothing) as container:
                yield container, kind
        except (av.FFmpegError, OSError, ValueError) as error:
            cause = f"it cannot be opened as {kind} ({error})"
            raise Unreadable(path.name, cause, "Fetch it again, or make it again") from error


_OPTIONS = {"max_pixels": str(PIXELS_MAX), "protocol_whitelist": "file"}


def _open_nothing(url: str, _flags: int, _options: dict[str, str]) -> NoReturn:
    raise PermissionError(f"it wants to open {url!r}")


def last_frame(clip: Path, into: Path, frames: int | None = None) -> None:
    """Write the exact last frame of `clip` as a PNG at `into`; the last of its first `frames` where it is longer.

    Raises Unreadable.
    """
    decoded = decode(clip, () if frames is None else {frames - 1})
    last = decoded.last if frames is None or frames >= decoded.frames else decoded.kept.get(frames - 1)
    if last is None or decoded.broken:
        raise Unreadable(clip.name, decoded.broken or "it holds no frame", "Fetch it again, or make it again")
    _write_png(last, into)


def _file(path: Path) -> BinaryIO:
    try:
        if not is_file(path):
            raise Unreadable(path.name, "it is not a file", "Put the clip itself there")
        if (size := path.stat().st_size) > BYTES_MAX:
            raise Unreadable(path.name, f"it has {size} bytes, more than {BYTES_MAX}", "A clip of 60 s needs far less")
        return path.open("rb")
    except OSError as error:
        raise Unreadable(path.name, f"it cannot be read ({error.strerror})", "Fetch it again") from error


def _kind(path: Path, file: BinaryIO) -> str:
    head = file.read(HEAD_BYTES)
    kind = form_of(head)
    if kind not in {"mp4", "matroska"}:
        cause = f"it is {looks_like(head)}: no MP4, MOV or WebM, whatever it is called"
        raise Unreadable(path.name, cause, "Ask for MP4; see what was fetched")
    if kind == "mp4" and (cause := too_many_samples(file)):
        raise Unreadable(path.name, f"it {cause}", f"A clip of {SECONDS_MAX:.0f} s needs far less: make it again")
    return kind


def _pass(
    container: av.container.InputContainer,
    path: Path,
    kind: str,
    keep: Collection[int],
    each: Callable[[int, NDArray[np.uint8]], None] | None,
) -> DecodedClip:
    stream = pictures_of(container, path)
    out, wanted, reading = DecodedClip(_facts(container, stream)), frozenset(keep), _Reading()
    newest: VideoFrame | None = None
    try:
        for frame in _frames(container, stream, reading):
            if isinstance(frame, av.AudioFrame):
                out.heard.take(frame.to_ndarray(), frame.samples, frame.sample_rate)
                continue
            if newest is None:
                out.facts = replace(out.facts, turned=frame.rotation)
            elif (frame.width, frame.height) != (newest.width, newest.height) or frame.is_corrupt:
                out.broken = f"frame {out.frames} is damaged, or of another size"
                break
            if out.frames >= FRAMES_MAX:
                out.broken = f"it has more than {FRAMES_MAX} frames"
                break
            if each is not None:
                each(out.frames, luma(frame))
            if out.frames in wanted:
                out.kept[out.frames] = upright(frame)
            out.frames += 1
            out.interlaced += frame.interlaced_frame
            out.times_s.append(frame.time or 0.0)
            newest = frame
    except av.FFmpegError as error:
        out.broken = f"it breaks after {out.frames} frames ({error})"
    if newest is not None:
        out.last = upright(newest)
    out.broken = out.broken or ("" if newest is not None else "it holds no frame") or reading.lost(out, kind)
    return out


@dataclass(slots=True)
class _Reading:
    """The facts read during the decode, to be compared with the head's."""

    packets: int = 0
    end_s: float = 0.0
    promised_s: float = 0.0

    def lost(self, out: DecodedClip, kind: str) -> str:
        """The missing part at the end, in words; empty where nothing is missing."""
        if self.end_s < self.promised_s - ENDS_EARLY_S:
            return f"it breaks off after {self.end_s:.2f} of {self.promised_s:.2f} s"
        if kind == "mp4" and out.frames < self.packets:  # a packet of a WebM may hold a frame that is never shown
            return f"only {out.frames} of its {self.packets} frames can be decoded"
        return ""


def _frames(
    container: av.container.InputContainer, stream: VideoStream, reading: _Reading
) -> Iterator[VideoFrame | av.AudioFrame]:
    reading.promised_s = promised_s(container, stream)
    for packet in container.demux([stream, *container.streams.audio[:1]]):
        of_stream = packet.stream.index == stream.index
        if packet.size and (of_stream or not stream.duration):
            end_s = float(((packet.pts or 0) + (packet.duration or 0)) * packet.time_base)
            reading.end_s = max(reading.end_s, end_s)
            reading.packets += of_stream and not packet.is_discard
        for frame in packet.decode():
            if isinstance(frame, (VideoFrame, av.AudioFrame)):
                yield frame


def promised_s(container: av.container.InputContainer, stream: VideoStream) -> float:
    """When the pictures end by the clip's own head, in seconds; 0 where it does not say."""
    if not stream.duration:
        return (container.duration or 0) / av.time_base
    return ((stream.start_time or 0) + stream.duration) * float(stream.time_base or 0)


def pictures_of(container: av.container.InputContainer, path: Path) -> VideoStream:
    """The moving pictures: a cover, which music players show, is none. Raises Unreadable."""
    streams = [s for s in container.streams.video if not s.disposition & av.stream.Disposition.attached_pic]
    if not streams or len(container.streams) > _STREAMS_MAX:
        raise Unreadable(path.name, "it has no picture, or too many streams", "Ask for a plain MP4")
    stream = streams[0]
    context = stream.codec_context
    if context is None:
        raise Unreadable(path.name, "nobody here knows how its pictures are coded", "Ask for H.264 in MP4")
    stream.thread_type = "NONE"  # with threads H.264 decoders lose their own word that a frame is damaged, now and then
    context.options = {"max_pixels": str(PIXELS_MAX)}
    width, height = context.width, context.height
    if not (0 < width <= SIDE_MAX_PX and 0 < height <= SIDE_MAX_PX and width * height <= PIXELS_MAX):
        cure = f"At most {SIDE_MAX_PX} pixels a side are opened, and {PIXELS_MAX} in all"
        raise Unreadable(path.name, f"it says its frames are {width}×{height}", cure)
    seconds = max((container.duration or 0) / av.time_base, float((stream.duration or 0) * (stream.time_base or 0)))
    if seconds > SECONDS_MAX:
        raise Unreadable(path.name, f"it says it lasts {seconds:.0f} s", f"At most {SECONDS_MAX:.0f} s are opened")
    return stream


def _facts(container: av.container.InputContainer, stream: VideoStream) -> StreamFacts:
    context = stream.codec_context
    covers = sum(bool(s.disposition & av.stream.Disposition.attached_pic) for s in container.streams.video)
    return StreamFacts(
        context.width,
        context.height,
        float(stream.average_rate or 0),
        context.pix_fmt or "",
        int(context.colorspace),
        int(context.color_primaries),
        int(context.color_trc),
        int(context.color_range) == 2,
        stretch=float(stream.sample_aspect_ratio or 1) or 1.0,
        pictures=len(container.streams.video) - covers,
    )


def luma(frame: VideoFrame) -> NDArray[np.uint8]:
    """The Y plane as it was coded, without a copy. Raises ValueError for a frame that has none of 8 bits."""
    if not frame.format.name.startswith(("yuv", "nv12", "gray")) or frame.format.components[0].bits != 8:
        frame = frame.reformat(format="yuv420p")
    plane = frame.planes[0]
    rows: NDArray[np.uint8] = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    return rows[:, : plane.width]


def upright(frame: VideoFrame) -> Rgb:
    """Upright, converted by the frame's own matrix; an untagged frame is taken as BT.709."""
    matrix = 1 if int(frame.colorspace) in {0, 2} else int(frame.colorspace)
    stored = np.asarray(frame.to_ndarray(format="rgb24", src_colorspace=matrix, dst_colorspace=matrix), np.uint8)
    return np.ascontiguousarray(np.rot90(stored, round(frame.rotation / 90)))


def _write_png(picture: Rgb, into: Path) -> None:
    with whole_file(into, synced=False, suffixed=True) as part:
        if not cv2.imwrite(str(part), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)):
            raise Unreadable(into.name, "the picture cannot be written", "Look at the disk's space and rights")
