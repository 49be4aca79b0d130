"""The pictures of a film: what nothing touches is copied from the clips, and the rest encoded, each piece once."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from assembly import join, probe
from assembly.errors import UnfitClip, UnfitFilm
from assembly.ffmpeg import FfmpegOutput, Progress, run
from assembly.probe import ClipHead
from assembly.stitch.access import Access, access_of
from assembly.stitch.parameter_sets import numbers_of
from assembly.stitch.pieces import CopiedPiece, EncodedPiece, Piece, lay_out
from assembly.stitch.splice import Stretch, splice
from manifests.reading.whole_file import put_in_place

_KEPT_BYTES_MAX = 20_000_000_000
"""Ten hours of film at 720p."""

_USED_S = 24 * 3600.0
"""A piece that was used within a day may be another process's, which is about to read it."""


@dataclass(frozen=True, slots=True)
class Stitched:
    """How the frames of a film came about: `copied` from clips, `encoded` now, or `kept`: encoded by an earlier run.
    `pieces`: the files of the encoded ones, by key.
    """

    copied: int
    encoded: int
    kept: int
    pieces: tuple[str, ...]
    joints: tuple[int, ...]


def stitch(
    segments: Sequence[join.Segment],
    overlays: Sequence[join.Overlay],
    form: join.FilmForm,
    into: Path,
    work: Path,
    kept: Path,
    progress: Progress,
) -> Stitched:
    """Write the picture track of `segments` to `into`. `kept`: the folder of encoded pieces, by their content; a run
    that was killed goes on from what lies there. Grades and cards lie in `work`.

    Raises UnfitClip, UnfitFilm, EncodeFailed, EncodeTimedOut.
    """
    kept.mkdir(parents=True, exist_ok=True)
    pieces = lay_out(segments, overlays, _copyable(segments, form))
    todo = {piece.key(form): piece for piece in pieces if isinstance(piece, EncodedPiece)}
    there = {key for key in todo if _is_there(kept / f"{key}.mp4")}
    missing = {key: piece for key, piece in todo.items() if key not in there}
    total, done = sum(piece.frames for piece in missing.values()), 0
    for key, piece in missing.items():
        _encode(piece, form, work, kept / f"{key}.mp4", _part(progress, done, done + piece.frames, total))
        done += piece.frames
    splice([_stretch(piece, form, kept) for piece in pieces], form.fps, into)
    _tidy(kept)
    count: Counter[str] = Counter()
    for each in pieces:
        how = "copied" if isinstance(each, CopiedPiece) else "kept" if each.key(form) in there else "encoded"
        count[how] += each.frames
    joints = tuple(each.start for each in pieces)
    return Stitched(count["copied"], count["encoded"], count["kept"], tuple(todo), joints)


def _copyable(segments: Sequence[join.Segment], form: join.FilmForm) -> Mapping[str, Access]:
    """The clips whose pictures may be copied, by content: those of the film's size, and, of encoders that number their
    parameter sets alike, those of the one with the most frames.
    """
    frames: Counter[str] = Counter()
    clips: dict[str, join.Segment] = {}
    for segment in segments:
        head = segment.facts
        if head and segment.content and (head.width, head.height) == form.size:
            clips[segment.content] = segment
            frames[segment.content] += segment.frames
    found = {
        content: access
        for content, segment in clips.items()
        if segment.facts and (access := access_of(segment.picture, segment.facts, form.fps))
    }
    shares: Counter[bytes] = Counter()
    for content, access in found.items():
        if join.PARAMETER_SETS not in numbers_of(access.sets):
            shares[access.sets.record()] += frames[content]
    if not shares:
        return {}
    chosen = max(shares, key=lambda record: (shares[record], record))
    return {content: access for content, access in found.items() if access.sets.record() == chosen}


def _encode(piece: EncodedPiece, form: join.FilmForm, work: Path, into: Path, progress: Progress) -> None:
    """Encode one piece and decode it whole before it gets its name."""
    names = list(dict.fromkeys(segment.label for segment in piece.segments))
    made = work / f"piece_{piece.start:07d}.mp4"
    seconds = piece.frames / form.fps
    run(
        [
            FfmpegOutput(
                (join.pictures(piece.segments, form, overlays=piece.overlays),),
                made,
                {**join.video_options(form.fps), "f": "mp4"},
            )
        ],
        thing=f"shots {names[0]} to {names[-1]}" if len(names) > 1 else f"shot {names[0]}",
        seconds=seconds,
        timeout_s=timeout_s(seconds),
        folder=work,
        progress=progress,
    )
    if (found := probe.decode(made).frames) != piece.frames:
        cause = f"it came out with {found} frames where the cut makes {piece.frames}"
        raise UnfitFilm(names[0], cause, "Run it again; if it happens twice, keep the clips and report it")
    put_in_place(made, into)


def _stretch(piece: Piece, form: join.FilmForm, kept: Path) -> Stretch:
    if isinstance(piece, CopiedPiece):
        return Stretch(piece.segment.picture, piece.access, piece.first, piece.frames)
    file = kept / f"{piece.key(form)}.mp4"
    made = ClipHead(
        width=form.size[0],
        height=form.size[1],
        frames=piece.frames,
        fps=Fraction(form.fps),
        pixel_format="yuv420p",
        time_base=Fraction(1, form.fps),
        colour_tagged=True,
        bt709=True,
        sample_rate=0,
    )
    access = access_of(file, made, form.fps)
    if access is None or len(access.shown) != piece.frames:
        raise UnfitFilm(file.name, "the piece is not what was encoded", "Delete it, and run it again")
    return Stretch(file, access, 0, piece.frames)


def _is_there(file: Path) -> bool:
    """Whether the piece was made before and can be read; a broken one is made again."""
    if not file.is_file():
        return False
    with contextlib.suppress(UnfitClip):
        probe.facts(file)
        file.touch()  # the pieces that nobody has used for longest are deleted first
        return True
    return False


def _tidy(kept: Path) -> None:
    """Delete the pieces that nobody has used for longest, where all take more room than they may."""
    files = sorted(((file.stat(), file) for file in kept.glob("*.mp4")), key=lambda each: each[0].st_mtime)
    room = sum(stat.st_size for stat, _ in files) - _KEPT_BYTES_MAX
    for stat, file in files:
        if room <= 0 or time.time() - stat.st_mtime < _USED_S:
            break
        file.unlink(missing_ok=True)
        room -= stat.st_size


def timeout_s(seconds: float) -> float:
    """Two minutes, and twelve times the film's length: a graded 1080p film on one busy core takes about four times."""
    return 120 + 12 * seconds


def _part(progress: Callable[[float], None], begin: int, end: int, total: int) -> Progress:
    return lambda done: progress((begin + (end - begin) * done) / total)
