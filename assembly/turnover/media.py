"""A turnover's media: copies of clips with timecode and a reel, cards as clips, and sound that every program reads.

Clips are QuickTime files, because in these a timecode track names its reel, and every editing program reads both. Each
begins at timecode 00:00:00:00: a program that reads no timecode takes that for the beginning anyway, so that all find
the same frame. Which file is meant is for the reel to say.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from assembly import join, probe
from assembly.errors import UnfitClip, UnfitFilm
from assembly.ffmpeg import FfmpegOutput, Stream, run, source
from assembly.probe import CLIP_FORM, SOUND_FORMS
from assembly.turnover.regrid import regrid
from assembly.turnover.timecode import Counting
from manifests.keys import hash_bytes
from manifests.reading.whole_file import whole_file

_REEL_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_REEL_SIGNS = _REEL_LETTERS + "0123456789"
_REEL_LENGTH = 8
_PULLED_HZ = join.SAMPLE_RATE * 1001 // 1000
_TIMEOUT_S = 900
CLIP_SUFFIX = ".mov"
_ANONYMOUS: dict[str, str | int] = {"map_metadata": -1, "map_chapters": -1, "fflags": "+bitexact"}
"""A provider's words about a clip, its prompt among them, do not go along."""


@dataclass(frozen=True, slots=True)
class WrittenMedia:
    """A file as it was read back. `frames`: of the turnover's rate; of a sound, begun ones count. `width`, `height`: in
    pixels, 0 for a sound. `sound`: whether it has any; `channels`: how many.
    """

    frames: int
    width: int
    height: int
    sound: bool
    channels: int = 0


def reels_of(contents: Mapping[str, str]) -> dict[str, str]:
    """A reel for each file: eight letters and digits, unique, and from turnover to turnover the same for the same
    content. `contents`: by the file's name, what it is made from.
    """
    reels: dict[str, str] = {}
    for name in sorted(contents):
        tries = (_reel(f"{contents[name]} {number}") for number in range(len(contents) + 1))
        reels[name] = next(reel for reel in tries if reel not in reels.values())
    return reels


def copy_clip(clip: Path, into: Path, counting: Counting, reel: str, work: Path) -> WrittenMedia:
    """Copy a clip's pictures as they are, with timecode. At 1000/1001 of its rate every picture stays, each for a
    thousandth longer, and its sound is stretched by 1001/1000. `work`: a folder for what is written on the way. Raises
    UnfitClip, EncodeFailed, EncodeTimedOut.
    """
    known = probe.facts(clip)
    if known.fps != counting.base:
        cause = f"it runs at {float(known.fps):.5g} frames a second, not {counting.base}"
        raise UnfitClip(into.name, cause, "Make the clip again, or choose another take: gate cut take")
    pictures = work / f"pictures{CLIP_SUFFIX}"
    frames = regrid(clip, pictures, counting)
    heard = [source(clip, CLIP_FORM).audio] if known.sample_rate else []
    options: dict[str, str | int] = {"c:v": "copy", "c:a": "copy", **_coded(counting, reel)}
    if counting.ntsc:
        heard = [_pulled(each) for each in heard]
        options["c:a"] = "pcm_s24le"
    try:
        streams = (source(pictures, CLIP_FORM).video, *heard)
        run([FfmpegOutput(streams, into, options)], thing=into.name, seconds=0, timeout_s=_TIMEOUT_S)
    finally:
        pictures.unlink(missing_ok=True)
    return _read_back(into, counting, frames)


def still_clip(
    picture: Path, into: Path, counting: Counting, reel: str, size: tuple[int, int], frames: int
) -> WrittenMedia:
    """Encode a picture as a clip of `frames`, without sound. Raises EncodeFailed, EncodeTimedOut, UnfitFilm."""
    shown = source(picture, "png_pipe").video.filter("loop", loop=frames - 1, size=1)
    shown = shown.filter("scale", w=size[0], h=size[1], out_color_matrix="bt709", out_range="tv")
    shown = shown.filter("settb", _second(1 / counting.rate)).filter("setpts", "N").filter("format", "yuv420p")
    options = {
        **join.video_options(counting.base),
        **_coded(counting, reel),
        "r": _second(counting.rate),
        "frames:v": frames,
    }
    run([FfmpegOutput((shown,), into, options)], thing=into.name, seconds=0, timeout_s=_TIMEOUT_S)
    return _read_back(into, counting, frames)


def sound_name(file: Path, counting: Counting) -> str:
    """The name of a sound file in a turnover, without its reel: a WAV, unless it is one that stays as it is."""
    return f"{file.stem}.wav" if counting.ntsc or file.suffix.lower() != ".wav" else file.name


def bring_sound(file: Path, into: Path, counting: Counting) -> WrittenMedia:
    """Copy a WAV as it is; decode other forms into one of 24 bits, which every editing program reads. At 1000/1001 of a
    whole rate each is stretched by 1001/1000. Raises UnfitSound, EncodeFailed, EncodeTimedOut, OSError.
    """
    if not counting.ntsc and file.suffix.lower() == ".wav":
        put_copy(file, into)
    else:
        heard = source(file, SOUND_FORMS[file.suffix[1:].lower()]).audio
        heard = _pulled(heard) if counting.ntsc else heard
        options: dict[str, str | int] = {"c:a": "pcm_s24le", "f": "wav", **_ANONYMOUS}
        run([FfmpegOutput((heard,), into, options)], thing=into.name, seconds=0, timeout_s=_TIMEOUT_S)
    return sound_facts(into, counting)


def sound_facts(file: Path, counting: Counting) -> WrittenMedia:
    """The facts of a sound file that lies in a turnover. Raises UnfitSound."""
    samples = round(probe.sound_length_s(file) * join.SAMPLE_RATE)
    frames = Fraction(samples, join.SAMPLE_RATE) * counting.rate
    return WrittenMedia(
        frames=-(-frames.numerator // frames.denominator), width=0, height=0, sound=True, channels=probe.channels(file)
    )


def clip_facts(file: Path) -> WrittenMedia:
    """The facts of a clip that lies in a turnover, from its head. Raises UnfitClip."""
    known = probe.facts(file)
    heard = probe.channels(file) if known.sample_rate else 0
    return WrittenMedia(known.frames, known.width, known.height, known.sample_rate > 0, heard)


def put_copy(file: Path, into: Path) -> None:
    """Copy a file; it has its name when it is whole. Raises OSError."""
    with whole_file(into) as part:
        shutil.copyfile(file, part)


def _reel(words: str) -> str:
    """Eight signs of a hash. The first is a letter, so that no program takes the reel for a number."""
    number = int(hash_bytes(words.encode()), 16)
    number, first = divmod(number, len(_REEL_LETTERS))
    signs = [_REEL_LETTERS[first]]
    for _ in range(_REEL_LENGTH - 1):
        number, sign = divmod(number, len(_REEL_SIGNS))
        signs.append(_REEL_SIGNS[sign])
    return "".join(signs)


def _coded(counting: Counting, reel: str) -> dict[str, str | int]:
    """The options for timecode, reel and rate."""
    return {
        **_ANONYMOUS,
        "video_track_timescale": 1000 * counting.base,
        "timecode": counting.timecode(0),
        "metadata:s:v:0": f"reel_name={reel}",
        "f": "mov",
    }


def _pulled(heard: Stream) -> Stream:
    """Sound of 48 kHz with 1001 samples for each 1000, exactly."""
    for filter_, rate in (("aresample", join.SAMPLE_RATE), ("aresample", _PULLED_HZ), ("asetrate", join.SAMPLE_RATE)):
        heard = heard.filter(filter_, rate)
    return heard


def _second(fraction: Fraction) -> str:
    return f"{fraction.numerator}/{fraction.denominator}"


def _read_back(file: Path, counting: Counting, frames: int) -> WrittenMedia:
    known, counted = probe.facts(file), probe.counted(file, [0])
    if (counted.frames, known.fps, counted.steady, counted.broken) == (frames, counting.rate, True, None):
        return clip_facts(file)
    file.unlink()
    cause = f"its copy has {counted.frames} frames at {float(known.fps):.5g}, of {frames} at {counting.name}"
    raise UnfitFilm(file.name, cause, "Check the clip: gate vault check")
