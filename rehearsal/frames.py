"""Which panel or clip of the house a picture is, or is a frame of:
a judge is shown frames, perhaps with a sign painted in.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

_SIZE = (64, 36)
_FRAMES_MAX = 24 * 60
_ALIKE = 4.0
"""Grey levels, on average over a small picture: a frame of the clip itself is within one, with a sign in it within
three, a frame of another shot beyond ten.
"""

Small = NDArray[np.float32]


def most_alike(picture: Path, drawn: tuple[Path, ...]) -> Path | None:
    """The panel, or the clip that has a frame, most like the picture; None where none is like it."""
    pixels = cv2.imread(str(picture), cv2.IMREAD_COLOR)
    if pixels is None:
        return None
    seen, best = _small(pixels), (_ALIKE, None)
    for made in drawn:
        frames = _frames(made, made.stat().st_mtime_ns)
        off = float(np.abs(frames - seen).mean((1, 2, 3)).min()) if frames.size else _ALIKE
        best = min(best, (off, made), key=lambda each: each[0])  # type: ignore[assignment]
    return best[1]


@lru_cache(64)
def _frames(made: Path, changed_ns: int) -> Small:  # noqa: ARG001  a file that is written again is another
    if made.suffix != ".mp4":
        still = cv2.imread(str(made), cv2.IMREAD_COLOR)
        return np.zeros((0, *_SIZE[::-1], 3), np.float32) if still is None else _small(still)[None]
    video, kept = cv2.VideoCapture(str(made)), list[Small]()
    try:
        while len(kept) < _FRAMES_MAX:
            more, pixels = video.read()
            if not more:
                break
            kept.append(_small(pixels))
    finally:
        video.release()
    return np.stack(kept) if kept else np.zeros((0, *_SIZE[::-1], 3), np.float32)


def _small(pixels: NDArray[np.generic]) -> Small:
    return np.asarray(cv2.resize(np.asarray(pixels, np.uint8), _SIZE, interpolation=cv2.INTER_AREA), np.float32)
