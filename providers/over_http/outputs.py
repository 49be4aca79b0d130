"""Looks at what a provider made before it is taken: by its bytes, whatever it is called, within bounds,
decoded to its end.

Only PNG, JPEG, WebP, MP4, MOV and WebM are opened, each by its own reader: a playlist called `.mp4` would make a reader
open whatever it names. A file that later steps could not read is written again here: WebP as PNG, WebM as MP4, its
frames untouched; and what they would read wrong, because only a note beside its numbers says how they are meant, as an
upright PNG in sRGB.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import av
from av.video.stream import VideoStream
from PIL import Image, ImageChops, ImageCms, ImageOps

from manifests.reading.media_head import HEAD_BYTES, form_of, jpeg_scans, looks_like, too_many_samples, webp_size
from manifests.reading.whole_file import whole_file
from providers.contract import Fetched, MediaType
from providers.errors import Undecodable

PICTURE_BYTES_MAX = 64 << 20
PIXELS_MAX = 50_000_000
CLIP_BYTES_MAX = 2 << 30
PROFILE_BYTES_MAX = 4 << 20
SCANS_MAX = 64
"""Scans of a JPEG: libjpeg's own progressive script makes 10; each is a walk over the whole picture."""

CLIP_SIDE_PX_MAX = 8192
CLIP_PIXELS_MAX = 4096 * 2304
"""Width times height of a frame. Decoders keep up to 17 frames: 240 MB of 8-bit 4:2:0."""

CLIP_SECONDS_MAX = 60.0
FRAMES_MAX = 60 * 60
_STREAMS_MAX = 8
_SHORT_S = 0.1
"""How far a clip may end before the end that its head promises; rounding makes it a frame at most."""

_HOLE_S = 0.25
"""How long a WebM may show one frame."""

_ORIENTATION = 0x0112  # Exif 2.32, 4.6.4
_SRGB_OFF = 3
_CURE = (
    "It is fetched once more by its job; if it is the same then, see it at the provider and ask for PNG, JPEG or MP4."
)


def accept(path: Path, provider: str) -> Fetched:
    """Decode all of the file at `path` and say what it is; slow, so from a thread. Its bytes may be rewritten in place.

    Raises Undecodable for anything that is not a whole picture or clip.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    form = form_of(head)
    if form == "mp4":
        return _clip(path, provider, "mp4")
    if form == "matroska" and b"webm" in head:
        return _clip(path, provider, "matroska")
    if form in {"png", "jpeg", "webp"}:
        return _picture(path, provider, form, head)
    raise _undecodable(provider, f"it is {looks_like(head)}" + (f", and begins with {head[:16]!r}" if head else ""))


def _picture(path: Path, provider: str, form: str, head: bytes) -> Fetched:
    _refuse_large(path, provider, PICTURE_BYTES_MAX)
    if form == "webp":  # its reader makes room for all of it when it opens
        _refuse_pixels(webp_size(head), provider)
    if form == "jpeg":
        with path.open("rb") as file:
            if (scans := jpeg_scans(file)) > SCANS_MAX:
                raise _undecodable(provider, f"it is drawn in {scans} passes")
    with _told(provider), warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(path, formats=("PNG", "JPEG", "WEBP")) as picture:
            _refuse_pixels(picture.size, provider)
            if (
                getattr(picture, "n_frames", 1) > 1 and picture.format != "MPO"
            ):  # a phone's JPEG has a small twin inside
                raise _undecodable(provider, "it is a picture that moves")
            picture.load()
            plain = _plain(picture, provider)
            if plain is not picture:
                with whole_file(path, synced=False) as part:
                    plain.save(part, format="PNG", icc_profile=None)
                return Fetched(path, "image/png", *plain.size, frames=1)
            kind: MediaType = "image/png" if picture.format == "PNG" else "image/jpeg"
            return Fetched(path, kind, *picture.size, frames=1)


def _refuse_pixels(size: tuple[int, int], provider: str) -> None:
    if size[0] * size[1] > PIXELS_MAX:
        raise _undecodable(provider, f"it claims {size[0]}x{size[1]} pixels")


def _plain(picture: Image.Image, provider: str) -> Image.Image:
    """The picture itself where its numbers alone say what it shows; else a copy whose numbers do: upright, sRGB."""
    profile: bytes = picture.info.get("icc_profile") or b""
    if picture.mode == "CMYK" and not profile:
        raise _undecodable(provider, "it is CMYK without a colour profile")
    plain = picture
    if picture.format == "WEBP" or picture.getexif().get(_ORIENTATION, 1) != 1:
        plain = ImageOps.exif_transpose(picture)
    if not profile or len(profile) > PROFILE_BYTES_MAX or plain.mode not in {"RGB", "RGBA", "L", "CMYK"}:
        return plain
    try:
        source, srgb = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        space = source.profile.xcolor_space.strip()
        if space != {"L": "GRAY", "CMYK": "CMYK"}.get(plain.mode, "RGB"):
            return plain
        intent, out = ImageCms.Intent.RELATIVE_COLORIMETRIC, "RGBA" if plain.mode == "RGBA" else "RGB"
        turned = ImageCms.profileToProfile(plain, source, srgb, renderingIntent=intent, outputMode=out)
    except (ImageCms.PyCMSError, OSError, ValueError) as error:
        if plain.mode == "CMYK":
            raise _undecodable(provider, f"its CMYK profile cannot be used ({error})") from error
        return plain.copy()  # rewritten without a profile that nobody can read
    assert turned is not None
    same = plain.mode == turned.mode and _almost_same(plain, turned)
    return plain if same else turned


def _almost_same(one: Image.Image, two: Image.Image) -> bool:
    """Whether no channel differs by more than 3 levels: the profile was sRGB by another name."""
    return not any(any(band.histogram()[_SRGB_OFF + 1 :]) for band in ImageChops.difference(one, two).split())


def _clip(path: Path, provider: str, form: str) -> Fetched:
    _refuse_large(path, provider, CLIP_BYTES_MAX)
    if form == "mp4":
        with path.open("rb") as file:
            if why := too_many_samples(file):
                raise _undecodable(provider, f"it {why}")
    with _told(provider):
        width, height, frames = _decoded(path, provider, form)
        if form != "mp4":
            with whole_file(path, synced=False) as part:
                _write_mp4(path, form, part)
                if _decoded(part, provider, "mp4") != (width, height, frames):
                    raise _undecodable(provider, "it is not the same clip as MP4")
    return Fetched(path, "video/mp4", width, height, frames)


def _decoded(path: Path, provider: str, form: str) -> tuple[int, int, int]:
    """Width, height and number of frames, from decoding every picture and every sound."""
    frames, packets, shown_s, size = 0, 0, 0.0, (0, 0)
    ends_s = {"video": 0.0, "audio": 0.0}
    with _opened(path, form) as container:
        moving = _moving(container)
        promised_s = _refuse_unbounded(container, moving, provider)
        for packet in container.demux([*moving[:1], *container.streams.audio[:1]]):
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


def _moving(container: av.container.InputContainer) -> list[VideoStream]:
    """The streams of moving pictures: a cover, which music players show, is none."""
    return [s for s in container.streams.video if not s.disposition & av.stream.Disposition.attached_pic]


def _refuse_unbounded(container: av.container.InputContainer, moving: list[VideoStream], provider: str) -> float:
    """The length in seconds that its head promises, of its pictures where it says so; 0 for no promise.
    Raises Undecodable.
    """
    if not moving or len(container.streams) > _STREAMS_MAX:
        raise _undecodable(provider, "it has no pictures, or too many streams")
    video = moving[0]
    if video.codec_context is None:
        raise _undecodable(provider, "nobody knows how its pictures are coded")
    video.thread_type = "NONE"  # with threads H.264 decoders lose their own word that a frame is damaged, now and then
    width, height = video.codec_context.width, video.codec_context.height
    video.codec_context.options = {"max_pixels": str(CLIP_PIXELS_MAX)}
    if not (0 < width <= CLIP_SIDE_PX_MAX and 0 < height <= CLIP_SIDE_PX_MAX and width * height <= CLIP_PIXELS_MAX):
        raise _undecodable(provider, f"it claims frames of {width}x{height} pixels")
    whole_s, unit_s = (container.duration or 0) / av.time_base, float(video.time_base or 0)
    own_s = ((video.start_time or 0) + video.duration) * unit_s if video.duration else whole_s
    if max(own_s, whole_s) > CLIP_SECONDS_MAX:
        raise _undecodable(provider, f"it claims to last {max(own_s, whole_s):.0f} s")
    return own_s


def _write_mp4(path: Path, form: str, into: Path) -> None:
    """The same packets in another container; nothing is encoded again."""
    with _opened(path, form) as source, av.open(str(into), "w", format="mp4") as target:
        streams = [_moving(source)[0], *source.streams.audio[:1]]
        copies = {stream.index: target.add_stream_from_template(stream, opaque=True) for stream in streams}
        for packet in source.demux(streams):
            if packet.size:
                packet.stream = copies[packet.stream.index]
                target.mux(packet)


@contextmanager
def _opened(path: Path, form: str) -> Iterator[av.container.InputContainer]:
    """The one file, and no other that it names."""
    options = {"max_pixels": str(CLIP_PIXELS_MAX), "protocol_whitelist": "file"}
    with path.open("rb") as file, av.open(file, "r", format=form, options=options, io_open=_open_nothing) as container:
        yield container


def _open_nothing(url: str, _flags: int, _options: dict[str, str]) -> NoReturn:
    raise ValueError(f"it wants to open {url!r}")


def _refuse_large(path: Path, provider: str, bytes_max: int) -> None:
    if (size := path.stat().st_size) > bytes_max:
        raise _undecodable(provider, f"it has {size} bytes, more than {bytes_max}")


@contextmanager
def _told(provider: str) -> Iterator[None]:
    """The readers' error, as one of ours."""
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
    return Undecodable(provider, f"its output is not a picture or clip that can be used: {why}", _CURE, why)
