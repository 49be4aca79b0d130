"""A clip's pictures under exact timestamps: its packets as they are, each at a whole frame of the turnover's rate.

ffmpeg's own copy rounds timestamps to the clock of the output's rate before a filter sees them, and from frame 500 on
two pictures of 24 frames a second fall on one of 24000/1001.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av

from assembly.errors import UnfitClip
from assembly.probe import CLIP_FORM
from assembly.turnover.timecode import Counting

_CURE = "Make the clip again, or choose another take: gate cut take"


def regrid(clip: Path, into: Path, counting: Counting) -> int:
    """Write the pictures of `clip` alone as a QuickTime file; gives how many there are. The first one is shown at 0,
    each for one frame of `counting.rate`. Raises UnfitClip for a clip whose pictures come unevenly.
    """
    try:
        places = _places(clip, counting.base)
        if sorted(places) != list(range(len(places))) or not places:
            cause = "its pictures do not follow one another in even steps"
            raise UnfitClip(clip.name, cause, _CURE)
        _write(clip, into, counting, places)
    except (OSError, av.error.FFmpegError) as error:
        into.unlink(missing_ok=True)
        raise UnfitClip(clip.name, f"it cannot be copied ({type(error).__name__})", _CURE) from error
    return len(places)


def _places(clip: Path, fps: int) -> list[int]:
    """The frame at which each packet's picture is shown, in the order in which they are stored."""
    with av.open(str(clip), format=CLIP_FORM) as container:
        stream = container.streams.video[0]
        base = Fraction(stream.time_base or 1)
        times = [(packet.pts or 0) * base for packet in _packets(container, stream)]
    first = min(times, default=Fraction(0))
    return [round((time - first) * fps) for time in times]


def _write(clip: Path, into: Path, counting: Counting, places: list[int]) -> None:
    """Decoding begins as many frames early as any picture is stored late."""
    early = max(number - place for number, place in enumerate(places))
    scale = {"video_track_timescale": str(1000 * counting.base)}
    with (
        av.open(str(clip), format=CLIP_FORM) as source,
        av.open(str(into), "w", format="mov", options=scale) as made,
    ):
        stream = source.streams.video[0]
        copy = made.add_stream_from_template(stream)
        copy.time_base = 1 / counting.rate
        for number, packet in enumerate(_packets(source, stream)):
            packet.stream = copy
            packet.time_base = 1 / counting.rate
            packet.pts, packet.dts, packet.duration = places[number], number - early, 1
            made.mux(packet)


def _packets(container: av.container.InputContainer, stream: av.VideoStream) -> Iterator[av.Packet[av.VideoStream]]:
    return (packet for packet in container.demux(stream) if packet.size)
