"""Clean takes, as different as good takes are: every shot, camera move and length, other seeds, light,
grain and coding.
"""

from __future__ import annotations

import cv2
import numpy as np

from bench.planting.clips import room, write
from bench.planting.kinds import Stand
from manifests.film import Resolution
from manifests.finding import Verdict
from manifests.scene import Shot

MOVES = ("static", "push_in", "pull_out", "pan_left", "pan_right", "tilt_up", "tilt_down")


def panel(stand: Stand, variant: int) -> Verdict:
    """A panel as it is; as a JPEG; with a little grain; a little brighter or warmer."""
    picture = cv2.imread(str(stand.panel()))
    assert picture is not None
    changed = picture.astype(np.float32)
    if variant == 2:
        changed += stand.chance.normal(0, 3, picture.shape[:2])[..., None]
    if variant == 3:
        changed *= np.array([0.97, 1.0, 1.03]) * stand.chance.uniform(0.94, 1.06)
    ending = "jpg" if variant == 1 else "png"
    path = stand.takes.folder / f"{stand.name}-clean.{ending}"
    how = [cv2.IMWRITE_JPEG_QUALITY, 88] if variant == 1 else []
    cv2.imwrite(str(path), np.clip(changed, 0, 255).astype(np.uint8), how)
    return stand.takes.gate_panel(path, stand.shot)


def clip(stand: Stand, variant: int) -> Verdict:
    """A clip as it is; coded once more; with one flash of lightning; at 720p."""
    start = stand.panel()
    size: Resolution = "720p" if variant == 3 else "480p"
    path = stand.takes.clip(stand.name, stand.shot, start, seed=stand.seed, resolution=size)
    if variant in {1, 2}:
        flash = {stand.shot.frames // 2, stand.shot.frames // 2 + 1} if variant == 2 else set[int]()
        frames = [np.clip(f.astype(np.int16) + 45 * (n in flash), 0, 255) for n, f in enumerate(_frames(path))]
        write(path, frames, room(stand))
    return stand.takes.gate_clip(path, start, stand.shot, size)


def moved(shot: Shot, number: int) -> Shot:
    """The shot under another camera move."""
    camera = shot.camera.model_copy(
        update={"move": MOVES[number % len(MOVES)], "amount": (0.06, 0.12, 0.2)[number % 3]}
    )
    return shot.model_copy(update={"camera": camera})


def _frames(path: object) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    import av  # noqa: PLC0415  only two of the four variants need it

    with av.open(str(path)) as file:
        return [np.asarray(frame.to_ndarray(format="bgr24"), np.uint8) for frame in file.decode(video=0)]
