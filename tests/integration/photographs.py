"""Photographs that scikit-image ships, as a film's locked pictures and panels: a woman in a suit, and other faces.

The portrait is NASA's (public domain); the other faces are scikit-image's own cut of LFW, 25 pixels each.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from skimage import data

from bench.eyesight.real import SUIT

FACE = (0.33, 0.13, 0.56, 0.37)
"""The part of the portrait that is her face: left, top, right, bottom."""

GREY = 124
OTHERS = (1, 2, 3, 5)
"""Faces of LFW that the detector finds."""


def portrait() -> np.ndarray:
    """512×512, RGB; her head has 155 lines."""
    return np.asarray(data.astronaut())


def relit(picture: np.ndarray, gain: float = 0.6, warm: float = 0.0) -> np.ndarray:
    """Darker or brighter, and warmer."""
    tint = np.array([1 + warm, 1, 1 - warm])
    return np.clip(picture[..., :3] * gain * tint, 0, 255).astype(np.uint8)


def tilted(picture: np.ndarray, degrees: float) -> np.ndarray:
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(picture, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)


def smaller(picture: np.ndarray, share: float) -> np.ndarray:
    return cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)


def mirrored(picture: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(picture[:, ::-1])


def somebody_else(number: int) -> np.ndarray:
    """A face of LFW, 360×360."""
    small = (np.dstack([data.lfw_subset()[number]] * 3) * 255).astype(np.uint8)
    face = cv2.resize(small, (200, 200), interpolation=cv2.INTER_CUBIC)
    return cv2.copyMakeBorder(face, 80, 80, 80, 80, cv2.BORDER_REPLICATE)


def in_her_suit(number: int) -> np.ndarray:
    """The portrait with somebody else's face, in the colours of hers, softly laid over it."""
    picture = portrait().astype(np.float32)
    height, width = picture.shape[:2]
    left, top, right, bottom = (round(v * s) for v, s in zip(FACE, (width, height, width, height), strict=True))
    hers = picture[top:bottom, left:right]
    theirs = cv2.resize(somebody_else(number)[80:280, 80:280], (right - left, bottom - top)).astype(np.float32)
    oval = np.zeros(hers.shape[:2], np.float32)
    middle, half = ((right - left) // 2, (bottom - top) // 2), ((right - left) * 4 // 9, (bottom - top) * 4 // 9)
    cv2.ellipse(oval, middle, half, 0, 0, 360, 1.0, -1)
    inside = oval > 0
    spread = hers[inside].std(0) / theirs[inside].std(0)
    matched = (theirs - theirs[inside].mean(0)) * spread + hers[inside].mean(0)
    soft = cv2.GaussianBlur(oval, (0, 0), 5)[..., None]
    picture[top:bottom, left:right] = matched * soft + hers * (1 - soft)
    return np.clip(picture, 0, 255).astype(np.uint8)


def cut_out(picture: np.ndarray) -> np.ndarray:
    """RGBA, trimmed: her head, hair and suit, of the portrait or of somebody else in it."""
    rgba = np.dstack([picture, _outline()])
    rows, columns = np.flatnonzero(rgba[..., 3].max(1) > 8), np.flatnonzero(rgba[..., 3].max(0) > 8)
    return rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


@cache
def _outline() -> np.ndarray:
    """Her alpha: a polygon that GrabCut has made follow her outline."""
    picture = portrait()
    height, width = picture.shape[:2]
    outline = np.array([(x * width, y * height) for x, y in SUIT], np.int32)
    sure, mask = np.zeros((height, width), np.uint8), np.full((height, width), cv2.GC_BGD, np.uint8)
    cv2.fillPoly(sure, [outline], 1)
    mask[cv2.dilate(sure, np.ones((25, 25))) > 0] = cv2.GC_PR_BGD
    mask[sure > 0] = cv2.GC_PR_FGD
    mask[cv2.erode(sure, np.ones((35, 35))) > 0] = cv2.GC_FGD
    cv2.setRNGSeed(1)
    bgr, models = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), (np.zeros((1, 65)), np.zeros((1, 65)))
    cv2.grabCut(bgr, mask, None, *models, 4, cv2.GC_INIT_WITH_MASK)
    seen = np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)
    return np.rint(cv2.GaussianBlur(seen, (0, 0), 1.0) * 255).astype(np.uint8)


def plate(height: int = 480) -> np.ndarray:
    """A place without anybody, so many lines high; 854 pixels wide at 480."""
    size = round(height * 16 / 9) // 2 * 2, height
    return cv2.resize(np.asarray(data.coffee())[:338], size, interpolation=cv2.INTER_CUBIC)


def panel(figure: np.ndarray, x: float = 0.5, height: int = 480) -> np.ndarray:
    """The cut-out standing on the lower edge of the plate, at `x`; nine tenths as high as the picture."""
    picture = plate(height).astype(np.float32)
    height, width = picture.shape[:2]
    lines = round(height * 427 / 480)
    across = round(figure.shape[1] * lines / figure.shape[0])
    sized = cv2.resize(figure, (across, lines), interpolation=cv2.INTER_AREA).astype(np.float32)
    left = round(x * width - across / 2)
    there = np.s_[height - lines : height, left : left + across]
    alpha = sized[..., 3:] / 255
    picture[there] = picture[there] * (1 - alpha) + sized[..., :3] * alpha
    return np.clip(picture, 0, 255).astype(np.uint8)


def written(path: Path, picture: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    how = cv2.COLOR_RGBA2BGRA if picture.shape[2] == 4 else cv2.COLOR_RGB2BGR
    assert cv2.imwrite(str(path), cv2.cvtColor(picture, how))
    return path
