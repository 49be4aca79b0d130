"""Reads a media file in this process by PyAV: facts from its head, or from decoding every frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image

from assembly.errors import UnfitClip, UnfitPicture

CLIP_FORM = "mov"
"""The one demuxer clips are opened with; it reads .mp4."""

_BT709 = 1  # AVCOL_SPC_BT709 (ITU-T H.273)
_UNSPECIFIED = 2


@dataclass(frozen=True)
class ClipHead:
    """The facts in a clip's head. `frames` is the container's count; `sample_rate` in Hz, 0 without sound."""

    width: int
    height: int
    frames: int
    fps: Fraction
    pixel_format: str
    time_base: Fraction
    colour_tagged: bool
    bt709: bool
    sample_rate: int


@dataclass(frozen=True)
class DecodedFilm:
    """The result of decoding a whole film. `sound_s` is the length of its sound in seconds, 0 without sound."""

    facts: ClipHead
    frames: int
    sound_s: float


def facts(path: Path) -> ClipHead:
    """Read the head of the clip at `path`. Raises UnfitClip when it is not an MP4 with pictures."""
    try:
        with av.open(str(path), format=CLIP_FORM) as container:
            known = _facts(container, path)
            if known.frames:
                return known
            # A fragmented file's head counts nothing; its packets do.
            return replace(known, frames=sum(1 for packet in container.demux(video=0) if packet.size))
    except (OSError, av.error.FFmpegError) as error:
        raise _unreadable(path, error) from error


def decode(path: Path) -> DecodedFilm:
    """Decode all of `path`, pictures and sound, and count. Raises UnfitClip at the first broken packet."""
    frames, samples = 0, 0
    try:
        with av.open(str(path), format=CLIP_FORM) as container:
            known = _facts(container, path)
            container.streams.video[0].thread_type = "AUTO"
            for frame in container.decode():
                if isinstance(frame, av.VideoFrame):
                    frames += 1
                elif isinstance(frame, av.AudioFrame):
                    samples += frame.samples
    except (OSError, av.error.FFmpegError) as error:
        raise _unreadable(path, error) from error
    return DecodedFilm(known, frames, samples / known.sample_rate if known.sample_rate else 0.0)


def middle_frame(path: Path) -> Image.Image:
    """The frame in the middle of the clip at `path`, as RGB. Raises UnfitClip."""
    try:
        with av.open(str(path), format=CLIP_FORM) as container:
            wanted = _facts(container, path).frames // 2
            container.streams.video[0].thread_type = "AUTO"
            last = None
            for index, frame in enumerate(container.decode(video=0)):
                last = frame
                if index >= wanted:
                    break
            if last is None:
                raise UnfitClip(str(path), "it holds no frame", "Make the clip again")
            return Image.fromarray(last.to_ndarray(format="rgb24"))
    except (OSError, av.error.FFmpegError) as error:
        raise _unreadable(path, error) from error


def still(path: Path) -> Image.Image:
    """The picture at `path`, decoded whole, PNG or JPEG and nothing else. Raises UnfitPicture."""
    try:
        with Image.open(path, formats=("PNG", "JPEG")) as picture:
            picture.load()
            return picture.convert("RGBA" if "A" in picture.getbands() else "RGB")
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        cure = "Make the panel again, or give a PNG or JPEG"
        raise UnfitPicture(str(path), f"it cannot be read as a picture ({type(error).__name__})", cure) from error


def _facts(container: av.container.InputContainer, path: Path) -> ClipHead:
    if not container.streams.video:
        raise UnfitClip(str(path), "it holds no pictures", "Give a clip with a video stream")
    video = container.streams.video[0]
    context = video.codec_context
    sound = container.streams.audio[0] if container.streams.audio else None
    return ClipHead(
        width=video.width,
        height=video.height,
        frames=video.frames,
        fps=Fraction(video.average_rate or 0),
        pixel_format=context.pix_fmt or "",
        time_base=Fraction(video.time_base or 0),
        colour_tagged=context.colorspace != _UNSPECIFIED,
        bt709=(context.colorspace, context.color_primaries, context.color_trc) == (_BT709, _BT709, _BT709),
        sample_rate=sound.rate if sound else 0,
    )


def _unreadable(path: Path, error: Exception) -> UnfitClip:
    return UnfitClip(str(path), f"it cannot be read as an MP4 ({type(error).__name__})", "Fetch or make the clip again")
