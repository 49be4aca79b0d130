"""Which frames of a film are copied from their clips, and which are encoded: those that something is done to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assembly.join import FilmForm, Overlay, Segment
from assembly.stitch.access import Access
from manifests.keys import hash_json

_COPY_FRAMES_MIN = 8
"""A shorter copy is not worth a piece of its own."""

_CELL_FRAMES = 48
"""Frames of a clip that are encoded together beside a dissolve: two seconds, which begin with a key frame anyway."""

_RECIPE = 1
"""Raise it when the same segments would be encoded otherwise."""


@dataclass(frozen=True, slots=True)
class CopiedPiece:
    """Frames of the film that are copied: `frames` of a segment's clip from its frame `first` on."""

    start: int
    segment: Segment
    access: Access
    first: int
    frames: int


@dataclass(frozen=True, slots=True)
class EncodedPiece:
    """Frames of the film that are encoded: segments, and what is laid over them, counted from the piece's start."""

    start: int
    frames: int
    segments: tuple[Segment, ...]
    overlays: tuple[Overlay, ...]

    def key(self, form: FilmForm) -> str:
        """A hash of all that the piece shows."""
        shown = [[s.content, s.first, s.frames, s.dissolve_out, s.effect, s.grades] for s in self.segments]
        above = [[o.content, o.x, o.y, o.start, o.end, o.fade] for o in self.overlays]
        return hash_json([_RECIPE, form.size, form.fps, form.made, shown, above])


Piece = CopiedPiece | EncodedPiece


def lay_out(
    segments: Sequence[Segment], overlays: Sequence[Overlay], access: Mapping[str, Access]
) -> tuple[Piece, ...]:
    """The film in pieces, in order, without a gap. `access`: of the clips that may be copied, by content hash.

    A copy begins with a frame that a decoder can begin with, and ends where nothing that is kept needs what follows;
    what lies between it and a dissolve or a title is encoded with them. Encoded pieces end at hard cuts, and beside
    the dissolves of a shot that is encoded whole, but not below a title that comes or goes.
    """
    starts = starts_of(segments)
    touched = _touched(segments, starts, overlays)
    copies: list[CopiedPiece] = []
    for segment, start in zip(segments, starts, strict=True):
        if (known := access.get(segment.content)) is not None and segment.facts and not segment.grades:
            copies += _copies(segment, start, known, touched)
    cuts = {start for start, before in zip(starts[1:], segments, strict=False) if not before.dissolve_out}
    cuts |= {edge for index in range(len(segments)) for edge in _edges(index, segments, starts, access)}
    cuts = {cut for cut in cuts if not any(o.fade and o.start < cut < o.end for o in overlays)}
    pieces: list[Piece] = []
    at, end = 0, starts[-1] + segments[-1].frames
    for copy in copies:
        pieces += _encoded(at, copy.start, cuts, segments, starts, overlays)
        pieces.append(copy)
        at = copy.start + copy.frames
    return (*pieces, *_encoded(at, end, cuts, segments, starts, overlays))


def _edges(
    index: int, segments: Sequence[Segment], starts: Sequence[int], access: Mapping[str, Access]
) -> Iterator[int]:
    """Where a shot that is encoded whole is divided, so that a change of its dissolve leaves most of it as it was."""
    segment, start = segments[index], starts[index]
    before = segments[index - 1].dissolve_out if index else 0
    copied = segment.content in access and not segment.grades
    if copied or not (before or segment.dissolve_out):
        return
    begin, end = start + before, start + segment.frames - segment.dissolve_out
    yield from (begin, end)
    grid = start - segment.first
    for cell in range(segment.first // _CELL_FRAMES + 1, (segment.first + segment.frames) // _CELL_FRAMES + 1):
        if begin + _COPY_FRAMES_MIN <= grid + cell * _CELL_FRAMES <= end - _COPY_FRAMES_MIN:
            yield grid + cell * _CELL_FRAMES


def starts_of(segments: Sequence[Segment]) -> list[int]:
    """The film's frame that each segment begins with."""
    starts, at = [], 0
    for segment in segments:
        starts.append(at)
        at += segment.frames - segment.dissolve_out
    return starts


def _touched(segments: Sequence[Segment], starts: Sequence[int], overlays: Sequence[Overlay]) -> list[tuple[int, int]]:
    dissolves = [
        (start + segment.frames - segment.dissolve_out, start + segment.frames)
        for segment, start in zip(segments, starts, strict=True)
        if segment.dissolve_out
    ]
    return sorted([*dissolves, *((overlay.start, overlay.end) for overlay in overlays)])


def _copies(segment: Segment, start: int, access: Access, touched: Sequence[tuple[int, int]]) -> list[CopiedPiece]:
    """The copies out of one segment: each as long as can be between what touches it."""
    found: list[CopiedPiece] = []
    at, end = start, start + segment.frames
    for begins, ends in (*((a, b) for a, b in touched if b > start and a < end), (end, end)):
        if begins > at:
            into = segment.first - start
            first = access.start_from(at + into)
            last = access.end_before(begins + into)
            if first is not None and last - first >= _COPY_FRAMES_MIN:
                found.append(CopiedPiece(first - into, segment, access, first, last - first))
        at = max(at, ends)
    return found


def _encoded(
    begin: int,
    end: int,
    cuts: set[int],
    segments: Sequence[Segment],
    starts: Sequence[int],
    overlays: Sequence[Overlay],
) -> list[EncodedPiece]:
    edges = [begin, *sorted(cut for cut in cuts if begin < cut < end), end]
    return [_piece(a, b, segments, starts, overlays) for a, b in pairwise(edges) if b > a]


def _piece(
    begin: int, end: int, segments: Sequence[Segment], starts: Sequence[int], overlays: Sequence[Overlay]
) -> EncodedPiece:
    shown = []
    for segment, start in zip(segments, starts, strict=True):
        head, tail = max(0, begin - start), min(segment.frames, end - start)
        if head < tail:
            overlap = segment.dissolve_out if tail == segment.frames else 0
            still = segment.facts is None
            first = 0 if still else segment.first + head
            shown.append(replace(segment, first=first, frames=tail - head, dissolve_out=overlap))
    above = tuple(
        replace(o, start=max(o.start, begin) - begin, end=min(o.end, end) - begin)
        for o in overlays
        if o.start < end and o.end > begin
    )
    return EncodedPiece(begin, end - begin, tuple(shown), above)
