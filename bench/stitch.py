"""What it saves to copy the pictures of a film that nothing touches: 62 shots with ten dissolves, stitched and encoded
whole in one run.

Prints one JSON line: CPU-seconds of the pictures of both, their ratio (goal: 5 or more), the same with the sound,
whether the film has exactly the frames of its plan, and the least SSIM of copied frames against their clips (goal: 1).
Ends with exit code 1 where one is missed.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

import av
import numpy as np

from assembly import join
from assembly.stitch import pictures
from assembly.stitch.pieces import CopiedPiece, lay_out
from assembly.stitch.programme import Programme, make
from manifests.film import Finish
from manifests.keys import hash_file
from providers.previz.encode import write_clip

SHOTS, DISSOLVES, CLIPS, FRAMES, OVERLAP = 62, 10, 8, 96, 18
SIZE = (1280, 720)
CPU_RATIO_MIN = 5.0
_RATE = 48_000


def main() -> None:
    """Make the clips, then both films, and compare."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        clips = [_clip(root / f"clip_{number}.mp4", number) for number in range(CLIPS)]
        programme = _programme(clips)
        pictures_s, stitched_s, how = _made(programme, root / "stitched")
        with mock.patch.object(pictures, "_copyable", return_value={}):
            whole_pictures_s, whole_s, whole = _made(programme, root / "whole")
        assert whole.copied == 0
        frames, least = _compare(programme, root / "stitched" / "film.mp4")
    ratio = whole_pictures_s / pictures_s
    exact = frames == programme.frames == how.copied + how.encoded
    told = {"pictures_cpu_s": round(pictures_s, 1), "whole_cpu_s": round(whole_pictures_s, 1), "ratio": round(ratio, 1)}
    told |= {"with_sound_cpu_s": round(stitched_s, 1), "whole_with_sound_cpu_s": round(whole_s, 1)}
    told |= {"with_sound_ratio": round(whole_s / stitched_s, 1)}
    counted = {"frames": frames, "copied": how.copied, "encoded": how.encoded, "exact": exact, "ssim_of_copies": least}
    sys.stdout.write(json.dumps({"shots": SHOTS, "dissolves": DISSOLVES, **told, **counted}) + "\n")
    if ratio < CPU_RATIO_MIN or not exact or least < 1:
        raise SystemExit(1)


def _clip(path: Path, number: int) -> Path:
    """A clip as previz writes one: a moving crop of a soft random picture, with grain and a tone."""
    chance = np.random.default_rng(number)
    coarse = chance.integers(20, 235, (30, 50, 3)).astype(np.float32)
    large = np.kron(coarse, np.ones((32, 32, 1), np.float32)).astype(np.uint8)
    shown = ((np.ascontiguousarray(large[n // 2 : n // 2 + SIZE[1], n : n + SIZE[0]]), 1.0) for n in range(FRAMES))
    times = np.arange(FRAMES * _RATE // 24) / _RATE
    tone = (0.05 * np.sin(2 * np.pi * (200 + 40 * number) * times)).astype(np.float32)
    write_clip(path, shown, np.stack([tone, tone]), size=SIZE, seed=number)
    return path


def _programme(clips: list[Path]) -> Programme:
    form, dissolve_at = join.FilmForm(SIZE), set(range(3, SHOTS, SHOTS // DISSOLVES)[:DISSOLVES])
    heads = [join.inspect(clip.stem, clip, FRAMES, form) for clip in clips]
    names = [hash_file(clip) for clip in clips]
    shots = tuple(
        join.Segment(
            f"shot {n}",
            clips[n % CLIPS],
            heads[n % CLIPS],
            FRAMES,
            OVERLAP if n in dissolve_at else 0,
            content=names[n % CLIPS],
        )
        for n in range(SHOTS)
    )
    return Programme(form, SHOTS * FRAMES - DISSOLVES * OVERLAP, shots, shots)


def _made(programme: Programme, folder: Path) -> tuple[float, float, pictures.Stitched]:
    """CPU-seconds of the pictures alone and of the whole film, whose sound costs the same either way."""
    folder.mkdir()
    spent: list[float] = []

    def timed(*given: Any) -> pictures.Stitched:
        began = _cpu_s()
        found = pictures.stitch(*given)
        spent.append(_cpu_s() - began)
        return found

    before = _cpu_s()
    with mock.patch("assembly.stitch.programme.stitch", timed):
        made = make(programme, Finish(), folder / "film.mp4", folder, folder / "kept")
    return spent[0], _cpu_s() - before, made.stitched


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _compare(programme: Programme, film: Path) -> tuple[int, float]:
    """How many frames the film has, and the least SSIM of those that were copied: 1 where every bit is the clip's."""
    clips = {s.content: _hashes(s.picture) for s in programme.pictures[:CLIPS]}
    copied = {
        piece.start + n: clips[piece.segment.content][piece.first + n]
        for piece in lay_out(programme.pictures, (), pictures._copyable(programme.pictures, programme.form))
        if isinstance(piece, CopiedPiece)
        for n in range(piece.frames)
    }
    found = _hashes(film)
    same = all(found[at] == known for at, known in copied.items())
    return len(found), 1.0 if same else 0.0


def _hashes(film: Path) -> list[str]:
    """A hash of each decoded frame: two that are equal have an SSIM of 1."""
    with av.open(str(film)) as container:
        return [hashlib.sha256(frame.to_ndarray().tobytes()).hexdigest() for frame in container.decode(video=0)]


if __name__ == "__main__":
    main()
