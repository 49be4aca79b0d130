"""Looks at what a provider made before it is taken: by its bytes, whatever it is called, within bounds, decoded to its end.

Only PNG, JPEG, WebP, MP4, MOV and WebM are opened, each by its own reader: a playlist called `.mp4` would make a reader open
whatever it names. What later steps could not read is written anew here: WebP as PNG, WebM as MP4, its frames untouched.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from PIL import Image, ImageOps

from providers.contract import Fetched, MediaType
from providers.errors import Undecodable

PICTURE_BYTES_MAX = 64 << 20
PIXELS_MAX = 50_000_000
CLIP_BYTES_MAX = 2 << 30
CLIP_SIDE_PX_MAX = 8192
CLIP_SECONDS_MAX = 60.0
FRAMES_MAX = 60 * 60
_STREAMS_MAX = 8
_SHORT_S = 0.1
"""How far a clip may end before the end that its head promises; rounding makes it a frame at most."""

_HOLE_S = 0.25
"""How long a WebM may show one frame."""

_HEAD_BYTES = 64
_ORIENTATION = 0x0112  # Exif 2.32, 4.6.4
_ISO_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})
_CURE = (
    "It is fetched once more by its job; if it is the same then, see it at the provider and ask for PNG, JPEG or MP4."
)


def accept(path: Path, provider: str) -> Fetched:
    """Decode all of the file at `path` and say what it is; slow, so from a thread. Its bytes may be written anew, in place.

    Raises Undecodable for whatever is no whole picture or clip.
    """
    head = _head(path)
    if head[4:8] in _ISO_BOXES:
        return _clip(path, provider, "mp4")
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head:
        return _clip(path, provider, "matroska")
    if head.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) or (head[:4], head[8:12]) == (b"RIFF", b"WEBP"):
        return _picture(path, provider)
    raise _undecodable(provider, f"it begins with {head[:16]!r}" if head else "it is empty")


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


def _picture(path: Path, provider: str) -> Fetched:
    _refuse_large(path, provider, PICTURE_BYTES_MAX)
    with _told(provider), warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(path, formats=("PNG", "JPEG", "WEBP")) as picture:
            if picture.width * picture.height > PIXELS_MAX:
                raise _undecodable(provider, f"it claims {picture.width}x{picture.height} pixels")
            if getattr(picture, "n_frames", 1) > 1:
                raise _undecodable(provider, "it is a picture that moves")
            picture.load()
            if picture.format == "WEBP" or picture.getexif().get(_ORIENTATION, 1) != 1:
                upright = ImageOps.exif_transpose(picture)
                with _part_of(path) as part:
                    upright.save(part, format="PNG")
                    part.replace(path)
                return Fetched(path, "image/png", *upright.size, frames=1)
            kind: MediaType = "image/png" if picture.format == "PNG" else "image/jpeg"
            return Fetched(path, kind, *picture.size, frames=1)


def _clip(path: Path, provider: str, form: str) -> Fetched:
    _refuse_large(path, provider, CLIP_BYTES_MAX)
    with _told(provider):
        width, height, frames = _decoded(path, provider, form)
        if form != "mp4":
            with _part_of(path) as part:
                _write_mp4(path, form, part)
                if _decoded(part, provider, "mp4") != (width, height, frames):
                    raise _undecodable(provider, "it is not the same clip as MP4")
                part.replace(path)
    return Fetched(path, "video/mp4", width, height, frames)


def _decoded(path: Path, provider: str, form: str) -> tuple[int, int, int]:
    """Width, height and number of frames, from decoding every picture and every sound."""
    frames, packets, shown_s, size = 0, 0, 0.0, (0, 0)
    ends_s = {"video": 0.0, "audio": 0.0}
    with _opened(path, form) as container:
        promised_s = _refuse_unbounded(container, provider)
        for packet in container.demux([container.streams.video[0], *container.streams.audio[:1]]):
            if packet.size and not packet.is_discard:
                packets += packet.stream.type == "video"
                end_s = float(((packet.pts or 0) + (packet.duration or 0)) * packet.time_base)
                ends_s[packet.stream.type] = max(ends_s[packet.stream.type], end_s)
            for frame in packet.decode():
                if not isinstance(frame, av.VideoFrame):
                    continue
                if frame.is_corrupt or (frames and (frame.width, frame.height) != size):
                    raise _undecodable(provider, f"frame {frames} is damaged")
                # An MP4's head counts its frames. A WebM's does not: there a hole is all that is seen of lost ones.
                if form != "mp4" and (frame.time or 0.0) - shown_s > _HOLE_S:
                    raise _undecodable(provider, f"nothing is shown between {shown_s:.2f} and {frame.time:.2f} s")
                size, frames, shown_s = (frame.width, frame.height), frames + 1, frame.time or 0.0
                if frames > FRAMES_MAX:
                    raise _undecodable(provider, f"it has more than {FRAMES_MAX} frames")
    if frames == 0 or (form == "mp4" and frames < packets):  # a packet of a WebM may hold a frame that is never shown
        raise _undecodable(provider, f"{frames} of {packets} frames can be decoded")
    end_s = ends_s["video"] if form == "mp4" else max(ends_s.values())
    if end_s < promised_s - _SHORT_S:
        raise _undecodable(provider, f"it breaks off after {end_s:.2f} of {promised_s:.2f} s")
    return (*size, frames)


def _refuse_unbounded(container: av.container.InputContainer, provider: str) -> float:
    """The length in seconds that its head promises, of its pictures where it says so; 0 for no promise. Raises Undecodable."""
    if not container.streams.video or len(container.streams) > _STREAMS_MAX:
        raise _undecodable(provider, "it has no pictures, or too many streams")
    video = container.streams.video[0]
    if video.codec_context is None:
        raise _undecodable(provider, "nobody knows how its pictures are coded")
    video.thread_type = "NONE"  # with threads H.264 decoders lose their own word that a frame is damaged, now and then
    width, height = video.codec_context.width, video.codec_context.height
    if not (0 < width <= CLIP_SIDE_PX_MAX and 0 < height <= CLIP_SIDE_PX_MAX):
        raise _undecodable(provider, f"it claims frames of {width}x{height} pixels")
    whole_s, unit_s = (container.duration or 0) / av.time_base, float(video.time_base or 0)
    own_s = ((video.start_time or 0) + video.duration) * unit_s if video.duration else whole_s
    if max(own_s, whole_s) > CLIP_SECONDS_MAX:
        raise _undecodable(provider, f"it claims to last {max(own_s, whole_s):.0f} s")
    return own_s


def _write_mp4(path: Path, form: str, into: Path) -> None:
    """The same packets in another container; nothing is encoded again."""
    with _opened(path, form) as source, av.open(str(into), "w", format="mp4") as target:
        streams = [source.streams.video[0], *source.streams.audio[:1]]
        copies = {stream.index: target.add_stream_from_template(stream, opaque=True) for stream in streams}
        for packet in source.demux(streams):
            if packet.size:
                packet.stream = copies[packet.stream.index]
                target.mux(packet)


def _opened(path: Path, form: str) -> av.container.InputContainer:
    return av.open(str(path), format=form, options={"protocol_whitelist": "file"})


def _refuse_large(path: Path, provider: str, bytes_max: int) -> None:
    if (size := path.stat().st_size) > bytes_max:
        raise _undecodable(provider, f"it has {size} bytes, more than {bytes_max}")


@contextmanager
def _part_of(path: Path) -> Iterator[Path]:
    """A file beside it, which takes its place or is gone."""
    part = path.with_name(f"{path.name}.part")
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _told(provider: str) -> Iterator[None]:
    """What the readers say, as one error of ours."""
    try:
        yield
    except (
        SyntaxError,
        ValueError,
        av.FFmpegError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise _undecodable(provider, f"{type(error).__name__}: {error}") from error
    except OSError as error:
        if error.errno is not None:
            raise  # this machine's disk, not the picture
        raise _undecodable(provider, f"{type(error).__name__}: {error}") from error


def _undecodable(provider: str, why: str) -> Undecodable:
    return Undecodable(provider, f"what it made is no picture or clip that can be used: {why}", _CURE, why)
