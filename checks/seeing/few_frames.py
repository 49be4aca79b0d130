"""A few frames of a clip, with no more of it decoded than they need, and bit for bit those of a whole decode.

All packets are read, for that costs a hundredth of decoding them. A frame of H.264 needs those from the IDR picture
before it up to its own, less the pictures that no other refers to. Where a file leaves any doubt that this gives the
frame that a whole decode gives, it is decoded whole. Damage elsewhere in a file is not noticed: the clip gate, which
decodes everything, has looked for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

import av
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from checks.seeing.decode import ENDS_EARLY_S, FRAMES_MAX, decode, opened, pictures_of, promised_s, upright
from checks.seeing.masters import Rgb

_HELD_BYTES_MAX = 64 << 20
"""Packets are held until the last is read. 15 s at 20 Mbit/s have 38 MB."""

_SLICE, _IDR_SLICE = 1, 5
_WITHOUT_EFFECT = frozenset({6, 9, 10, 11, 12})
"""Units that change no picture: SEI, delimiter, ends of sequence and stream, filler (ITU-T H.264, table 7-1). Others,
such as a parameter set in the middle of a file, may change pictures that come long after.
"""


@dataclass(frozen=True, slots=True)
class _Coded:
    """A coded picture. `shown`: its time in the stream's unit. `opens`: an IDR picture, after which nothing before it
    is needed. `spare`: no other picture refers to it.
    """

    packet: av.Packet[VideoStream]
    shown: int
    opens: bool
    spare: bool


def frames_at(path: Path, wanted: Collection[int]) -> dict[int, Rgb]:
    """The frames numbered in `wanted` that the clip has, and its last, by number: upright RGB, as `decode` keeps them.

    Raises Unreadable when the file is refused or cannot be opened. A file that breaks midway gives those before the
    break.
    """
    found = _sparingly(path, frozenset(wanted))
    if found is not None:
        return found
    clip = decode(path, wanted)
    return clip.kept if clip.last is None else {**clip.kept, clip.frames - 1: clip.last}


def _sparingly(path: Path, wanted: frozenset[int]) -> dict[int, Rgb] | None:
    """None where only a whole decode is certain to be right."""
    with opened(path, undecoded=True) as (container, kind):
        stream = pictures_of(container, path)
        if kind != "mp4" or stream.codec_context.name != "h264" or path.stat().st_size > _HELD_BYTES_MAX:
            return None
        try:
            coded = _read(container, stream)
            return None if coded is None else _decoded(coded, wanted, stream)
        except av.FFmpegError:
            return None  # a whole decode says where it breaks, and gives what comes before


def _read(container: av.container.InputContainer, stream: VideoStream) -> list[_Coded] | None:
    """Every coded picture, in the order of decoding; None where they are not plainly one a packet, and all there."""
    head = stream.codec_context.extradata or b""
    if len(head) < 5 or head[0] != 1:  # no AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1)
        return None
    out: list[_Coded] = []
    end = 0
    for packet in container.demux(stream):
        if not packet.size:
            continue
        units = list(_units(memoryview(packet), 1 + (head[4] & 3)))
        slices = [unit for unit in units if unit & 31 not in _WITHOUT_EFFECT]
        if (
            {unit & 31 for unit in slices} not in ({_SLICE}, {_IDR_SLICE})
            or packet.pts is None
            or packet.is_corrupt
            or packet.is_discard  # an edit list hides it
            or any(side.data_type == "new_extradata" for side in packet.iter_sidedata())
            or len(out) == FRAMES_MAX
        ):
            return None
        opens = packet.is_keyframe and slices[0] & 31 == _IDR_SLICE
        out.append(_Coded(packet, packet.pts, opens, spare=not any(unit >> 5 for unit in slices)))
        end = max(end, packet.pts + (packet.duration or 0))
    whole = end * float(stream.time_base or 0) >= promised_s(container, stream) - ENDS_EARLY_S
    return out if whole and _in_closed_groups(out) else None


def _units(packet: memoryview, length_bytes: int) -> Iterator[int]:
    """The first byte of each unit: three bits say whether others refer to it, five what it is. A unit beyond the
    packet's end is given as 31, which no unit may be called.
    """
    at = 0
    while at < len(packet):
        start = at + length_bytes
        at = start + int.from_bytes(packet[at:start], "big")
        yield packet[start] if start < at <= len(packet) else 31


def _in_closed_groups(coded: Sequence[_Coded]) -> bool:
    """Whether no two are shown at once, and each IDR picture is shown after all before it and before all after it."""
    shown = [picture.shown for picture in coded]
    if not coded or not coded[0].opens or len(set(shown)) < len(shown):
        return False
    latest = list(accumulate(shown, max))
    earliest = list(accumulate(reversed(shown), min))[::-1]
    starts = [index for index, picture in enumerate(coded) if picture.opens]
    return all(earliest[at] == shown[at] for at in starts) and all(latest[at - 1] < shown[at] for at in starts if at)


def _decoded(coded: Sequence[_Coded], wanted: frozenset[int], stream: VideoStream) -> dict[int, Rgb] | None:
    """The frames, by number; None where the decoder gives anything but one sound frame for each picture it is given."""
    in_time = sorted(range(len(coded)), key=lambda at: coded[at].shown)
    asked = {in_time[number]: number for number in wanted | {len(coded) - 1} if 0 <= number < len(coded)}
    out: dict[int, Rgb] = {}
    sizes: set[tuple[int, int]] = set()
    for given in _needed(coded, asked):
        numbers = {picture.shown: asked[at] for at, picture in given.items() if at in asked}
        shown: list[int | None] = []
        for frame in _frames(stream, given.values()):
            shown.append(frame.pts)
            sizes.add((frame.width, frame.height))
            if frame.is_corrupt or len(sizes) > 1:
                return None
            if frame.pts in numbers:
                out[numbers[frame.pts]] = upright(frame)
        if shown != sorted(picture.shown for picture in given.values()):
            return None
    return out


def _needed(coded: Sequence[_Coded], asked: Collection[int]) -> Iterator[dict[int, _Coded]]:
    """The pictures to decode for those asked, by place in the file; one group after the other."""
    starts = [at for at, picture in enumerate(coded) if picture.opens]
    for start, after in pairwise([*starts, len(coded)]):
        last = max((at for at in asked if start <= at < after), default=-1)
        if last >= 0:
            yield {at: coded[at] for at in range(start, last + 1) if at in asked or not coded[at].spare}


def _frames(stream: VideoStream, given: Iterable[_Coded]) -> Iterator[VideoFrame]:
    context = stream.codec_context
    for picture in given:
        yield from context.decode(picture.packet)
    yield from context.decode(None)
    context.flush_buffers()
