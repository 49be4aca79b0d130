"""Flaws of clips: by the staging, by their frames, by their sound, and by the file."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from bench.planting.kinds import Kind, Stand
from manifests.finding import Verdict
from providers.previz import light, sound
from providers.previz.pictures import Picture

Frames = Sequence[Picture]


def _flawed(stand: Stand, **flaw: Any) -> Verdict:
    """One of previz's own flaws, in the clip alone."""
    panel = stand.panel()
    clip = stand.takes.clip(stand.name, stand.shot, panel, seed=stand.seed, **flaw)
    return stand.takes.gate_clip(clip, panel, stand.shot)


def _spoilt(
    stand: Stand,
    spoil: Callable[[Frames], Sequence[Picture]] = list,
    tone: NDArray[np.float32] | None = None,
    after: Callable[[Path], None] | None = None,
    **how: Any,
) -> Verdict:
    """A clean clip, decoded, spoilt frame by frame, and coded once more."""
    panel = stand.panel()
    clip = stand.takes.clip(stand.name, stand.shot, panel, seed=stand.seed)
    with av.open(str(clip)) as file:
        frames = [np.asarray(frame.to_ndarray(format="bgr24"), np.uint8) for frame in file.decode(video=0)]
    write(clip, spoil(frames), room(stand) if tone is None else tone, **how)
    if after is not None:
        after(clip)
    return stand.takes.gate_clip(clip, panel, stand.shot)


def room(stand: Stand) -> NDArray[np.float32]:
    """Room tone as long as the shot."""
    return sound.room_tone(stand.shot.frames * sound.RATE_HZ // 24, stand.seed, rain=False)


def write(
    path: Path,
    frames: Sequence[Picture],
    tone: NDArray[np.float32],
    *,
    fps: int = 24,
    pixels: str = "yuv420p",
    at: Sequence[int] | None = None,
    turn: int = 0,
) -> None:
    """An MP4 as a provider would make it. `at`: when each frame is shown, in frames."""
    with av.open(str(path), "w", format="mp4") as file:
        stream = file.add_stream("libx264", rate=fps, options={"preset": "veryfast", "crf": "20", "threads": "1"})
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = pixels
        stream.codec_context.colorspace = stream.codec_context.color_primaries = 1
        stream.codec_context.color_trc = stream.codec_context.color_range = 1
        if turn:
            stream.set_display_rotation(turn)
        heard = file.add_stream("aac", rate=sound.RATE_HZ, layout="stereo") if tone.size else None
        for index, picture in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture, np.uint8), format="bgr24").reformat(
                format=pixels,
                src_colorspace=Colorspace.ITU709,
                dst_colorspace=Colorspace.ITU709,
                src_color_range=ColorRange.JPEG,
                dst_color_range=ColorRange.MPEG,
            )
            frame.pts, frame.time_base = at[index] if at else index, Fraction(1, fps)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
        if heard is not None:
            told = av.AudioFrame.from_ndarray(np.ascontiguousarray(tone, np.float32), format="fltp", layout="stereo")
            told.sample_rate, told.pts = sound.RATE_HZ, 0
            file.mux([*heard.encode(told), *heard.encode(None)])


def frozen(stand: Stand, _strength: float) -> Verdict:
    """One frame all the way."""
    return _flawed(stand, flaw="frozen")


def tail_frozen(stand: Stand, seconds: float) -> Verdict:
    """The last seconds hold one frame."""
    held = round(seconds * 24)
    return _spoilt(stand, lambda frames: [*frames[:-held], *[frames[-held]] * held])


def black(stand: Stand, share: float) -> Verdict:
    """So much of it is black, in the middle."""

    def spoil(frames: Frames) -> Frames:
        count = round(share * len(frames))
        first = (len(frames) - count) // 2
        return [np.zeros_like(f) if first <= n < first + count else f for n, f in enumerate(frames)]

    return _spoilt(stand, spoil)


def cut(stand: Stand, at: float) -> Verdict:
    """A cut to another place, at this part of the clip."""
    other = _elsewhere(stand)

    def spoil(frames: Frames) -> Frames:
        return [f if n < at * len(frames) else other[n] for n, f in enumerate(frames)]

    return _spoilt(stand, spoil)


def jump(stand: Stand, zoom: float) -> Verdict:
    """A jump cut half-way: the same view, magnified."""
    return _spoilt(stand, lambda fs: [f if n < len(fs) // 2 else _closer(f, zoom) for n, f in enumerate(fs)])


def dissolve(stand: Stand, seconds: float) -> Verdict:
    """A dissolve to another place in the middle."""
    return _into(stand, _elsewhere(stand), seconds)


def dissolve_closer(stand: Stand, zoom: float) -> Verdict:
    """A dissolve of 0.75 s into a closer view of the same."""
    return _spoilt(stand, lambda frames: _mixed(frames, [_closer(f, zoom) for f in frames], 0.75))


def _into(stand: Stand, other: Frames, seconds: float) -> Verdict:
    return _spoilt(stand, lambda frames: _mixed(frames, other, seconds))


def _mixed(one: Frames, two: Frames, seconds: float) -> Frames:
    count, length = len(one), seconds * 24
    part = np.clip((np.arange(count) - (count - length) / 2) / length, 0, 1)
    return [cv2.addWeighted(a, 1 - p, b, p, 0) for a, b, p in zip(one, two, part, strict=True)]


def _closer(frame: Picture, zoom: float) -> Picture:
    height, width = frame.shape[:2]
    scale = np.array([[zoom, 0, -(zoom - 1) * width * 0.4], [0, zoom, -(zoom - 1) * height * 0.5]])
    return cv2.warpAffine(frame, scale, (width, height))


def _elsewhere(stand: Stand) -> Frames:
    others = sorted(set(stand.takes.bible.locations) - {stand.shot.location})
    shot = stand.shot.model_copy(update={"location": str(stand.chance.choice(others)), "cast": (), "props": ()})
    panel = stand.takes.panel(f"{stand.name}-other", shot, seed=stand.seed)
    clip = stand.takes.clip(f"{stand.name}-other", shot, panel, seed=stand.seed)
    with av.open(str(clip)) as file:
        return [np.asarray(frame.to_ndarray(format="bgr24"), np.uint8) for frame in file.decode(video=0)]


def pumping(every: int) -> Callable[[Stand, float], Verdict]:
    """Brightness that pumps every so many frames."""

    def make(stand: Stand, levels: float) -> Verdict:
        """By so many levels, either way."""
        wave = np.cos(2 * np.pi * np.arange(stand.shot.frames) / every) * levels
        return _spoilt(stand, lambda fs: [np.clip(f + w, 0, 255) for f, w in zip(fs, wave, strict=True)])

    return make


def repeated(stand: Stand, rate: float) -> Verdict:
    """So many frames a second, repeated into 24."""
    return _spoilt(stand, lambda fs: [fs[int(int(n * rate / 24) * 24 / rate)] for n in range(len(fs))])


def bars(stand: Stand, share: float) -> Verdict:
    """Bars above and below, all the way."""

    def spoil(frames: Frames) -> Frames:
        height, width = frames[0].shape[:2]
        high = round(share * height / 2)
        inner = [cv2.resize(f, (width, height - 2 * high), interpolation=cv2.INTER_AREA) for f in frames]
        return [cv2.copyMakeBorder(f, high, high, 0, 0, cv2.BORDER_CONSTANT) for f in inner]

    return _spoilt(stand, spoil)


def other_rate(stand: Stand, fps: float) -> Verdict:
    """As many frames, at another rate."""
    tone = room(stand)[:, : int(stand.shot.frames * sound.RATE_HZ / 24)]
    return _spoilt(stand, tone=tone, fps=int(fps))


def variable_rate(stand: Stand, held: float) -> Verdict:
    """One frame in the middle is shown for so many frames more."""
    middle = stand.shot.frames // 2
    return _spoilt(stand, at=[n + (int(held) if n > middle else 0) for n in range(stand.shot.frames)])


def length(stand: Stand, frames: float) -> Verdict:
    """So many frames more, or fewer."""
    more = int(frames)
    samples = (stand.shot.frames + more) * sound.RATE_HZ // 24
    tone = sound.room_tone(samples, stand.seed, rain=False)

    def spoil(fs: Frames) -> Frames:
        return fs[:more] if more < 0 else [*fs, *fs[-2 : -2 - more : -1]]

    return _spoilt(stand, spoil, tone)


def other_size(stand: Stand, lines: float) -> Verdict:
    """So many lines high."""
    size = (round(lines * 16 / 9 / 2) * 2, int(lines))
    return _spoilt(stand, lambda fs: [cv2.resize(f, size, interpolation=cv2.INTER_AREA) for f in fs])


def pixel_format(stand: Stand, bits: float) -> Verdict:
    """10 bits; or 8 of 4:4:4."""
    return _spoilt(stand, pixels="yuv420p10le" if bits == 10 else "yuv444p")


def turned(stand: Stand, degrees: float) -> Verdict:
    """Turned by its head."""
    return _spoilt(stand, turn=int(degrees))


def no_sound(stand: Stand, _strength: float) -> Verdict:
    """No sound at all."""
    return _spoilt(stand, tone=np.zeros((2, 0), np.float32))


def silence(stand: Stand, share: float) -> Verdict:
    """So much of the sound is silence."""
    tone = room(stand)
    tone[:, : round(share * tone.shape[1])] = 0
    return _spoilt(stand, tone=tone)


def clipped(stand: Stand, gain: float) -> Verdict:
    """A voice so many times too loud."""
    tone = room(stand)
    seconds = np.arange(tone.shape[1]) / sound.RATE_HZ
    voice = np.sin(2 * np.pi * 180 * seconds) * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * seconds))
    return _spoilt(stand, tone=np.clip(gain * voice + tone, -1, 1).astype(np.float32))


def short_sound(stand: Stand, seconds: float) -> Verdict:
    """The sound ends so much early."""
    return _spoilt(stand, tone=room(stand)[:, : -round(seconds * sound.RATE_HZ)])


def truncated(stand: Stand, share: float) -> Verdict:
    """Its head is whole, and only so much of its pictures is there."""

    def shorten(path: Path) -> None:
        with (
            av.open(str(path)) as source,
            av.open(str(path) + ".fast", "w", format="mp4", options={"movflags": "+faststart"}) as out,
        ):
            copies = {s.index: out.add_stream_from_template(s) for s in source.streams}
            for packet in source.demux():
                if packet.dts is not None:
                    packet.stream = copies[packet.stream.index]
                    out.mux(packet)
        content = Path(str(path) + ".fast").read_bytes()
        path.write_bytes(content[: int(len(content) * share)])

    return _spoilt(stand, after=shorten)


def rotten(stand: Stand, bytes_: float) -> Verdict:
    """So many bytes in its middle are noise."""

    def spoil(path: Path) -> None:
        content = bytearray(path.read_bytes())
        start = content.index(b"mdat") + 4
        size = struct.unpack(">I", content[start - 8 : start - 4])[0]
        middle = start + size // 3
        content[middle : middle + int(bytes_)] = stand.chance.bytes(int(bytes_))
        path.write_bytes(content)

    return _spoilt(stand, after=spoil)


def opens_elsewhere(stand: Stand, zoom: float) -> Verdict:
    """It opens on a closer view than the panel it was given."""
    return _spoilt(stand, lambda frames: [_closer(f, zoom) for f in frames])


def hue(stand: Stand, degrees: float) -> Verdict:
    """All hues turned."""
    return _spoilt(stand, lambda frames: [light.turned(f, degrees) for f in frames])


def wardrobe(stand: Stand, _strength: float) -> Verdict | None:
    """Somebody in other clothes than in the panel."""
    worn = stand.takes.bible.characters
    able = [m.character for m in stand.shot.cast if len(worn[m.character].wardrobes) > 1]
    return _flawed(stand, flaw="wrong_wardrobe", character=str(stand.chance.choice(able))) if able else None


def missing(stand: Stand, _strength: float) -> Verdict:
    """Somebody who was in the panel is gone."""
    return _flawed(stand, flaw="missing_character", character=stand.shot.cast[0].character)


def place(stand: Stand, _strength: float) -> Verdict:
    """It goes over into another place."""
    return _flawed(stand, flaw="wrong_location")


KINDS = (
    Kind("frozen", "clip", ("frozen",), "", (0,) * 3, frozen),
    Kind("tail frozen", "clip", ("frozen",), "s", (0.8, 1.2, 1.5), tail_frozen),
    Kind("black", "clip", ("black",), "of it", (0.12, 0.3, 1.0), black),
    Kind("cut inside", "clip", ("cut",), "of the way", (0.2, 0.5, 0.8), cut),
    Kind("jump cut", "clip", ("cut",), "times closer", (1.2, 1.5), jump),
    Kind("dissolve inside", "clip", ("dissolve",), "s", (0.25, 0.5, 0.75, 1.0), dissolve),
    Kind("dissolve, same place", "clip", ("dissolve",), "times closer", (1.3, 1.8), dissolve_closer),
    Kind("flicker, every 2nd", "clip", ("flicker",), "levels", (1.5, 3), pumping(2)),
    Kind("flicker, every 5th", "clip", ("flicker",), "levels", (1.5, 3), pumping(5)),
    Kind("frames repeated", "clip", ("repeated_frames",), "a second", (8, 12, 16), repeated),
    Kind("bars", "clip", ("bars",), "of the picture", (0.06, 0.11, 0.25), bars),
    Kind("another rate", "clip", ("fps",), "a second", (12, 25, 30), other_rate),
    Kind("variable rate", "clip", ("variable_rate",), "frames more", (1, 4), variable_rate),
    Kind("another length", "clip", ("duration",), "frames", (-12, -5, 6), length),
    Kind("another size", "clip", ("size",), "lines", (360, 720), other_size),
    Kind("another pixel format", "clip", ("pixel_format",), "bits", (10, 8), pixel_format),
    Kind("turned by its head", "clip", ("not_as_stored",), "degrees", (90,), turned),
    Kind("no sound", "clip", ("audio",), "", (0,), no_sound),
    Kind("silence", "clip", ("audio",), "of the sound", (0.5, 1.0), silence),
    Kind("clipped sound", "clip", ("audio",), "times", (1.5, 4), clipped),
    Kind("sound too short", "clip", ("audio",), "s", (0.3, 0.6), short_sound),
    Kind("file cut short", "clip", ("undecodable",), "of the file", (0.6, 0.95), truncated),
    Kind("bytes rotten", "clip", ("undecodable",), "bytes", (40, 2000), rotten),
    Kind("opens elsewhere", "clip", ("first_frame",), "times closer", (1.15, 1.5), opens_elsewhere),
    Kind("hue turned", "clip", ("hue",), "degrees", (25, 40), hue),
    Kind("wrong wardrobe", "clip", ("wardrobe",), "", (0,) * 3, wardrobe),
    Kind("somebody missing", "clip", ("missing",), "", (0,) * 3, missing),
    Kind("wrong place", "clip", ("location", "dissolve"), "", (0,) * 3, place),
)
