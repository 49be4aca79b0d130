"""Reads a media file in this process by PyAV: facts from its head, or from decoding every frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image

from assembly.errors import UnfitClip, UnfitPicture, UnfitSound

CLIP_FORM = "mov"
"""The one demuxer clips are opened with; it reads .mp4."""

SOUND_FORMS = {"wav": "wav", "flac": "flac", "mp3": "mp3", "m4a": "mov", "ogg": "ogg", "aif": "aiff", "aiff": "aiff"}
"""The demuxer of a sound file, by how its name ends."""

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
class CountedFilm:
    """The result of counting a film. `steady`: each frame is shown for as long as every other, from the beginning on.
    `broken`: the first frame of a piece that does not decode. `sound_s`: of its sound, decoded whole.
    """

    frames: int
    steady: bool
    broken: int | None
    sound_s: float


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


def counted(path: Path, joints: Sequence[int]) -> CountedFilm:
    """Count the pictures of `path` as they are stored, decode those with which its pieces begin, and all of its sound.

    `joints`: the frames that the pieces begin with; a decoder can begin with each. Raises UnfitClip.
    """
    try:
        with av.open(str(path), format=CLIP_FORM) as container:
            stream, samples = container.streams.video[0], 0
            base, rate = Fraction(stream.time_base or 1), Fraction(stream.average_rate or 1)
            times: list[int] = []
            for packet in container.demux():
                if packet.stream.type == "video" and packet.size:
                    times.append(packet.pts or 0)
                elif packet.stream.type == "audio":
                    samples += sum(frame.samples for frame in packet.decode() if isinstance(frame, av.AudioFrame))
            step = 1 / (base * rate)
            steady = all(time == number * step for number, time in enumerate(sorted(times)))
            heard = container.streams.audio[0].rate if container.streams.audio else 0
        broken = _first_broken(path, joints, int(step))
    except (OSError, av.error.FFmpegError) as error:
        raise _unreadable(path, error) from error
    return CountedFilm(len(times), steady, broken, samples / heard if heard else 0.0)


def _first_broken(path: Path, joints: Sequence[int], step: int) -> int | None:
    """The first frame of `joints` that does not decode, each in a decoder that has seen nothing before."""
    with av.open(str(path), format=CLIP_FORM) as container:
        stream = container.streams.video[0]
        for joint in joints:
            container.seek(joint * step, stream=stream)
            if next((frame.pts for frame in container.decode(stream)), None) != joint * step:
                return joint
    return None


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


def sound_length_s(path: Path) -> float:
    """How long a sound file is heard, in seconds, counted by decoding it. Raises UnfitSound."""
    try:
        with av.open(str(path), format=SOUND_FORMS[path.suffix[1:].lower()]) as container:
            if not container.streams.audio:
                raise UnfitSound(str(path), "it holds no sound", "Give a WAV, FLAC, MP3, M4A, OGG or AIFF file")
            stream = container.streams.audio[0]
            samples = sum(frame.samples for frame in container.decode(stream) if isinstance(frame, av.AudioFrame))
            return samples / stream.rate
    except (OSError, KeyError, av.error.FFmpegError) as error:
        cause = f"it cannot be read as sound ({type(error).__name__})"
        raise UnfitSound(str(path), cause, "Give a WAV, FLAC, MP3, M4A, OGG or AIFF file") from error


def channels(path: Path) -> int:
    """The channels of a file's sound, a clip's or a sound file's; 0 where it has none. Raises UnfitSound."""
    try:
        with av.open(str(path), format=SOUND_FORMS.get(path.suffix[1:].lower(), CLIP_FORM)) as container:
            return container.streams.audio[0].codec_context.channels if container.streams.audio else 0
    except (OSError, av.error.FFmpegError) as error:
        cause = f"it cannot be read as sound ({type(error).__name__})"
        raise UnfitSound(str(path), cause, "Fetch or make it again") from error


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
