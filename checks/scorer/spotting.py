"""Who is the picture about, where nobody says? Saliency and GrabCut in a reference; its colours, found again in a test.

No network model is asked: none for this ships in a package that we may use. What is found is said, and can be given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from checks.colour import Floats, lab
from checks.masters import Rgb
from checks.scorer.palettes import paint, palette
from manifests.staging import Box

How = Literal["given", "cut out", "by its colours", "by what stands out", "the whole frame"]

_SIDE = 160
_SHARE = (0.02, 0.80)
"""Shares of the frame between which something found is taken for a subject."""

_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Spotted:
    """A subject in a picture. `mask`: 0 to 1, in the picture's shape at 160 pixels; `how` it was found."""

    box: Box
    mask: Floats
    how: How


def spot(picture: Rgb, box: Box | None = None, like: Sequence[tuple[Rgb, Spotted]] = ()) -> Spotted:
    """Find the subject: in `box` if it is given, else by the colours of the subjects in `like`, else by what stands out."""
    small = _small(picture)
    if box is not None:
        mask = _grown(small, _inside(box, small.shape[:2]), sure=False)
        return Spotted(box, mask if _plausible(mask) else _inside(box, small.shape[:2]), "given")
    if like:
        mask = _grown(small, _by_colours(small, like), sure=False)
        if _plausible(mask):
            return Spotted(_box_of(mask), mask, "by its colours")
    mask = _grown(small, _saliency(small), sure=False)
    if _plausible(mask):
        return Spotted(_box_of(mask), mask, "by what stands out")
    return Spotted(Box(0, 0, 1, 1), np.ones(small.shape[:2], np.float32), "the whole frame")


def _saliency(small: Rgb) -> Floats:
    """Contrast of each colour with all others of the picture, more of it towards the middle (Achanta 2009, with a prior)."""
    colours = cv2.GaussianBlur(lab(small), (0, 0), 2.0)
    edge = np.concatenate([colours[:4].reshape(-1, 3), colours[:, :4].reshape(-1, 3), colours[:, -4:].reshape(-1, 3)])
    off = np.minimum(
        np.linalg.norm(colours - np.median(edge, 0), axis=2), np.linalg.norm(colours - edge.mean(0), axis=2)
    )
    height, width = off.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    near = np.exp(-(x * x + y * y) / (2 * 0.55**2))
    return _levelled(np.asarray(off * near, np.float32))


def _by_colours(small: Rgb, like: Sequence[tuple[Rgb, Spotted]]) -> Floats:
    """How much likelier each colour is in the known subjects than around them, 0 to 1."""
    colours = lab(small)
    ratio = np.zeros(colours.shape[:2], np.float32)
    for picture, spotted in like:
        seen = lab(_small(picture))
        there, around = palette(seen, spotted.mask), palette(seen, 1 - spotted.mask)
        if there is not None and around is not None:
            here, beside = paint(colours, there), paint(colours, around)
            ratio = np.maximum(ratio, here / (here + beside + 1e-5))
    return _levelled(cv2.GaussianBlur(ratio, (0, 0), 1.5))


def _grown(small: Rgb, likely: Floats, *, sure: bool) -> Floats:
    labels = np.where(likely > 0.55, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[likely < 0.08] = cv2.GC_BGD
    labels[likely > 0.97] = cv2.GC_FGD if sure else cv2.GC_PR_FGD
    if not (labels == cv2.GC_PR_FGD).any() or not np.isin(labels, (cv2.GC_BGD, cv2.GC_PR_BGD)).any():
        return likely
    cv2.setRNGSeed(1)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(np.ascontiguousarray(small), labels, None, *models, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    found = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    found = cv2.morphologyEx(found, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3)))
    count, parts, facts, _ = cv2.connectedComponentsWithStats(found)
    if count < 2:
        return np.zeros(found.shape, np.float32)
    sizes = facts[1:, cv2.CC_STAT_AREA]
    kept = np.flatnonzero(sizes >= 0.25 * sizes.max()) + 1
    return np.isin(parts, kept).astype(np.float32)


def _plausible(mask: Floats) -> bool:
    return _SHARE[0] < float(mask.mean()) < _SHARE[1]


def _box_of(mask: Floats) -> Box:
    rows, columns = np.flatnonzero(mask.max(1) > 0.5), np.flatnonzero(mask.max(0) > 0.5)
    height, width = mask.shape
    return Box(columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height)


def _inside(box: Box, shape: tuple[int, int]) -> Floats:
    out = np.zeros(shape, np.float32)
    rows = slice(max(0, round(box.top * shape[0])), max(1, round(box.bottom * shape[0])))
    columns = slice(max(0, round(box.left * shape[1])), max(1, round(box.right * shape[1])))
    out[rows, columns] = 0.9
    return out


def _small(picture: Rgb) -> Rgb:
    scale = _SIDE / max(picture.shape[:2])
    size = max(8, round(picture.shape[1] * scale)), max(8, round(picture.shape[0] * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _levelled(values: Floats) -> Floats:
    low, high = np.percentile(values, (5, 97))
    return np.clip((values - low) / max(float(high - low), 1e-6), 0, 1).astype(np.float32)
