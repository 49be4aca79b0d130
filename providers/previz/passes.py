"""A pass over a finished picture: seams smoothed, or a part of it drawn again from the locked pictures,
or emptied to the bare plate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from manifests.film import frame_size
from manifests.staging import placements
from manifests.take import Edit, Request
from providers.errors import Invalid
from providers.previz import encode, light
from providers.previz.compose import Composer, PictureOf
from providers.previz.flaws import Flaw
from providers.previz.pictures import Picture, fitted
from providers.previz.render import seed_of

_SEAM_REACH, _SEAM_LEVELS, _SEAM_PX = 5, 14.0, 1.6
"""The bilateral filter that joins cut edges: pixels of reach, grey levels it takes for one surface,
pixels it weighs over. By eye.
"""

_FEATHER = 1 / 90
"""Of the picture's height: over so much a redrawn part fades into the rest, inside of what may change."""

MOVED_LINES = 9
"""Lines of 720 by which the scripted flaw moves a hand:
more than anybody's noise, less than anybody would see at a glance.
"""


def write_pass(
    request: Request,
    edited: Picture,
    picture_of: PictureOf,
    mask_of: Callable[[str], Picture],
    flaws: Sequence[Flaw],
    path: Path,
) -> None:
    """Write the pass that `request` asks for over the picture `edited`, as PNG.
    `mask_of` gives a mask by its content hash.

    Raises Invalid for a pass that does not say which part it is about: words alone tell an animatic nothing.
    """
    assert request.edit is not None
    size, seed = frame_size(request.resolution, request.aspect), seed_of(request)
    before = fitted(edited, *size)
    if request.edit.work == "polish":
        done = cv2.bilateralFilter(before, _SEAM_REACH, _SEAM_LEVELS, _SEAM_PX)
    else:
        done = _redrawn(request, before, picture_of, _inside(request, request.edit, mask_of, size), seed)
    if any(flaw.flaw == "moved" for flaw in flaws):
        done = moved_hand(done, request)
    encode.write_panel(path, done, seed=seed)


def shifted(picture: Picture, middle: tuple[float, float], reach: float, lines: float = MOVED_LINES) -> Picture:
    """The picture with a round patch of it moved to the right.
    `middle` in fractions of it, `reach` in parts of its height.
    """
    tall, wide = picture.shape[:2]
    y, x = np.mgrid[0:tall, 0:wide].astype(np.float32)
    away = np.hypot(x - middle[0] * wide, y - middle[1] * tall) / (reach * tall)
    share = np.clip(2 * (1 - away), 0, 1).astype(np.float32)
    moved = cv2.remap(
        picture, x - np.float32(lines * tall / 720) * share, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    return np.asarray(moved, np.uint8)


def moved_hand(picture: Picture, request: Request) -> Picture:
    """The flaw: the person in front has a hand elsewhere."""
    shown = [p for p in placements(request.staging, request.progress) if p.wardrobe is not None]
    if not shown:
        return shifted(picture, (0.5, 0.6), 0.12)
    who = shown[-1]
    return shifted(picture, (who.x, min(0.9, who.y - who.scale * 0.45)), max(0.08, who.scale * 0.16))


def _redrawn(request: Request, before: Picture, picture_of: PictureOf, inside: Picture, seed: int) -> Picture:
    """The part that may change as the shot's own staging has it, or empty; all else as it was."""
    assert request.edit is not None
    shot = request.staging
    if request.edit.work == "demolish":
        shot = shot.model_copy(update={"cast": (), "props": ()})
    size = (before.shape[1], before.shape[0])
    composer = Composer(shot, picture_of, size=size, frames=1, weather=request.weather, seed=seed)
    drawn = light.turned(composer.moment(request.progress), 0.0).astype(np.float32)
    share = inside[..., None]
    return np.clip(np.rint(drawn * share + before.astype(np.float32) * (1 - share)), 0, 255).astype(np.uint8)


def _inside(request: Request, edit: Edit, mask_of: Callable[[str], Picture], size: tuple[int, int]) -> Picture:
    """How much of each pixel may be new, 0 to 1: fading out before the edge of what may change."""
    may = np.zeros((size[1], size[0]), np.float32)
    if edit.mask is not None:
        may = (fitted(mask_of(edit.mask), *size).mean(2) > 127).astype(np.float32)
    elif edit.part is not None:
        part = edit.part
        left, top = round(part.x * size[0]), round(part.y * size[1])
        may[top : round((part.y + part.h) * size[1]), left : round((part.x + part.w) * size[0])] = 1
    else:
        raise Invalid(
            f"{request.shot} {edit.work}",
            "an animatic redraws a part of the frame, and none is said",
            "Say where: --box X,Y,W,H or --mask FILE; or let an image model do it: providers: panel",
        )
    feather = max(2.0, size[1] * _FEATHER)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(feather) + 1,) * 2)
    return np.clip(cv2.GaussianBlur(cv2.erode(may, kernel), (0, 0), feather / 2.5), 0, 1) * may
