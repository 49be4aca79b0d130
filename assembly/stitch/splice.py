"""Pieces of H.264 put end to end into one picture track, picture by picture, without decoding any."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from assembly.errors import UnfitFilm
from assembly.probe import CLIP_FORM
from assembly.stitch.access import Access
from assembly.stitch.parameter_sets import together

_TICKS = 1000
"""Of the film's clock to a frame."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Pictures of one file: `frames` from its frame `first` on, which a decoder can begin with."""

    file: Path
    access: Access
    first: int
    frames: int


def splice(stretches: Sequence[Stretch], fps: int, into: Path) -> Path:
    """Write the pictures of all stretches, in order, as a film without sound. Every picture is stored as it was.

    The n-th picture is shown at n / `fps` seconds. Raises UnfitFilm where a file holds other pictures than its index
    says.
    """
    delay = max(stretch.access.delay for stretch in stretches)
    sets = together(stretch.access.sets for stretch in stretches)
    with av.open(str(into), "w", format="mp4") as film:
        with av.open(str(stretches[0].file), format=CLIP_FORM) as pattern:
            track = film.add_stream_from_template(pattern.streams.video[0])
        track.codec_context.extradata = sets.record()
        track.time_base = Fraction(1, _TICKS * fps)
        stored, start = 0, 0
        for stretch in stretches:
            for shown, content, begins in _stored(stretch):
                packet = av.Packet(content)
                packet.stream, packet.time_base, packet.duration = track, track.time_base, _TICKS
                packet.pts, packet.dts = (start + shown) * _TICKS, (stored - delay) * _TICKS
                packet.is_keyframe = begins
                film.mux(packet)
                stored += 1
            start += stretch.frames
            if stored != start:
                cause = f"{stretch.file.name[:16]} gave {stored - start + stretch.frames} frames of {stretch.frames}"
                raise UnfitFilm(into.name, cause, "Run it again; if it happens twice, keep the clips and report it")
    return into


def _stored(stretch: Stretch) -> Iterator[tuple[int, bytes, bool]]:
    """The stretch's pictures as they are stored: when each is shown, its bytes, and whether a decoder can begin with
    it.
    """
    # The head has all that is needed; by default the first pictures would be decoded to guess the rest.
    with av.open(str(stretch.file), format=CLIP_FORM, options={"probesize": "32"}) as container:
        packets = (packet for packet in container.demux(video=0) if packet.size)
        for stored, packet in enumerate(packets):
            if stored >= stretch.first + stretch.frames:
                return
            if stored >= stretch.first:
                shown = stretch.access.shown[stored]
                yield shown - stretch.first, bytes(packet), shown in stretch.access.starts
