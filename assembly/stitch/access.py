"""Where the pictures of a clip may be cut without decoding them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from assembly.errors import UnfitClip
from assembly.probe import CLIP_FORM, ClipHead
from assembly.stitch.parameter_sets import ParameterSets, read_record

_INSTANT_REFRESH = 5
"""The kind of unit that a decoder can begin with (H.264, table 7-1)."""
_PARAMETERS = frozenset({7, 8})


@dataclass(frozen=True, slots=True)
class Access:
    """The clip's pictures as they are stored. `shown`: by the order in which they are stored, the order in which they
    are shown. `starts`: the frames, as shown, from which on a decoder needs nothing earlier.
    """

    sets: ParameterSets
    shown: tuple[int, ...]
    starts: tuple[int, ...]

    @property
    def delay(self) -> int:
        """By how many frames a picture is stored later than it is shown, at most."""
        return max(stored - shown for stored, shown in enumerate(self.shown))

    def start_from(self, frame: int) -> int | None:
        """The first frame from `frame` on with which a copy may begin; None where there is none."""
        return next((start for start in self.starts if start >= frame), None)

    def end_before(self, frame: int) -> int:
        """The latest frame up to `frame` before which a copy may end: nothing that is kept needs what is left out."""
        highest, found = -1, 0
        for stored, shown in enumerate(self.shown):
            highest = max(highest, shown)
            if highest == stored and stored + 1 <= frame:
                found = stored + 1
        return found


def access_of(clip: Path, head: ClipHead, fps: int) -> Access | None:
    """How the pictures of a clip can be copied; None where they cannot.

    They must be H.264 in 8-bit 4:2:0 with Rec. 709 tags, at a steady rate from the first one on, with parameters that
    do not change on the way. Raises UnfitClip.
    """
    if head.pixel_format != "yuv420p" or not head.bt709 or head.fps != Fraction(fps):
        return None
    try:
        with av.open(str(clip), format=CLIP_FORM) as container:
            stream = container.streams.video[0]
            context = stream.codec_context
            sets = read_record(context.extradata or b"") if context.name == "h264" else None
            square = stream.sample_aspect_ratio in {None, Fraction(0), Fraction(1)}
            if sets is None or not square or len(container.streams.video) != 1:
                return None
            return _indexed(container, stream, sets, fps)
    except (OSError, av.error.FFmpegError) as error:
        cure = "Fetch or make the clip again"
        raise UnfitClip(str(clip), f"it cannot be read as an MP4 ({type(error).__name__})", cure) from error


def units(packet: bytes, length_bytes: int) -> Iterator[int]:
    """The kinds of the units in one stored picture, in order."""
    at = 0
    while at + length_bytes < len(packet):
        size = int.from_bytes(packet[at : at + length_bytes], "big")
        yield packet[at + length_bytes] & 31
        at += length_bytes + size


def _indexed(
    container: av.container.InputContainer, stream: av.VideoStream, sets: ParameterSets, fps: int
) -> Access | None:
    times: list[Fraction] = []
    refreshes: list[int] = []
    for packet in container.demux(stream):
        if packet.size == 0:
            continue
        if packet.pts is None or packet.is_corrupt or packet.is_discard:
            return None
        kinds = set(units(bytes(packet), sets.length_bytes))
        if kinds & _PARAMETERS:
            return None
        if _INSTANT_REFRESH in kinds:
            refreshes.append(len(times))
        times.append(packet.pts * Fraction(stream.time_base or 0) * fps)
    shown = tuple(int(time) for time in times)
    steady = all(time == whole for time, whole in zip(times, shown, strict=True))
    if not steady or not shown or sorted(shown) != list(range(len(shown))) or refreshes[:1] != [0]:
        return None
    return Access(sets, shown, tuple(shown[stored] for stored in refreshes))
