"""Finds a picture's subject where nobody names it: saliency and GrabCut in a reference;
its colours, found again in a test.

No network model is asked: none for this ships in a package that we may use. The result is reported, and a person can
set it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from checks.scorer.light import light_between
from checks.scorer.palettes import paint, palette
from checks.scorer.registering import features, register, settled
from checks.scorer.silhouette import cut
from checks.seeing.colour import Floats, difference, lab
from checks.seeing.masters import Rgb
from manifests.staging import Box

How = Literal[
    "given",
    "cut out",
    "by what is new before the same place",
    "by its colours",
    "by what stands out",
    "the whole frame",
]

_SIDE = 160
_SHARE = (0.02, 0.80)
"""Shares of the frame between which something found is taken for a subject."""

_ROUNDS = 4
_PART = 0.6
"""A part of what is found counts when it is this large beside the largest: a subject is one thing, seldom two."""

_PLACE_WIDTH = 480
_SAME_PLACE = 16
"""Local features that must agree for two pictures to show one place; half of it happens by chance."""

_SAME, _APART = 6.0, 8.0
"""Delta-E from the place at which something may be new, and how much more makes it sure."""


@dataclass(frozen=True, slots=True)
class Spotted:
    """A subject in a picture. `mask`: 0 to 1, in the picture's shape at 160 pixels; `how` it was found."""

    box: Box
    mask: Floats
    how: How


def spot(
    picture: Rgb, box: Box | None = None, like: Sequence[tuple[Rgb, Spotted]] = (), others: Sequence[Rgb] = ()
) -> Spotted:
    """Find the subject: in `box` if it is given; else by what `others` do not have before the same place; else by the
    colours of the subjects in `like`; else by what stands out.
    """
    small = _small(picture)
    if box is not None:
        mask = _grown(small, _inside(box, small.shape[:2]))
        return Spotted(box, mask if _plausible(mask) else _inside(box, small.shape[:2]), "given")
    if (new := _new(picture, others)) is not None:
        likely = np.asarray(cv2.resize(new, (small.shape[1], small.shape[0])), np.float32)
        mask = _parts(np.maximum(_grown(small, likely), likely > 0.5))
        if _plausible(mask):
            return Spotted(_box_of(mask), mask, "by what is new before the same place")
    if like:
        mask = _grown(small, _by_colours(small, like))
        if _plausible(mask):
            return Spotted(_box_of(mask), mask, "by its colours")
    mask = _grown(small, _saliency(small))
    if _plausible(mask):
        return Spotted(_box_of(mask), mask, "by what stands out")
    return Spotted(Box(0, 0, 1, 1), np.ones(small.shape[:2], np.float32), "the whole frame")


def _new(picture: Rgb, others: Sequence[Rgb]) -> Floats | None:
    """The difference from most of the pictures that show the same place, 0 to 1.
    None where fewer than two of them do.
    """
    width = min(_PLACE_WIDTH, picture.shape[1])
    small = np.asarray(cv2.resize(picture, (width, round(picture.shape[0] * width / picture.shape[1]))), np.uint8)
    free = np.ones(small.shape[:2], np.float32)
    seen, off, known = features(small), [], []
    for other in others:
        laid = register(small, seen, other, None)
        if laid is None or laid.inliers < _SAME_PLACE:
            continue
        light = light_between(small.astype(np.float32), laid.view, laid.inside)
        straight = light.taken_out(small.astype(np.float32))
        fitted = settled(straight, free, laid)
        off.append(difference(lab(straight), lab(fitted.view), 2.0))
        known.append(fitted.inside > 0.98)
    if len(off) < 2:
        return None
    inside = np.stack(known)
    # Where the other picture has its own subject it differs as well; the median of several does not.
    stack = np.where(inside, np.stack(off), np.nan)
    stack[:, inside.sum(0) < 2] = 0
    apart = np.asarray(cv2.GaussianBlur(np.nanmedian(stack, axis=0).astype(np.float32), (0, 0), 3.0), np.float32)
    return np.asarray(np.clip((apart - _SAME) / _APART, 0, 1), np.float32)


def _saliency(small: Rgb) -> Floats:
    """Contrast of each colour with all others of the picture, more of it towards the middle (Achanta 2009,
    with a prior).
    """
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
    return _levelled(np.asarray(cv2.GaussianBlur(ratio, (0, 0), 1.5), np.float32))


def _grown(small: Rgb, likely: Floats) -> Floats:
    labels = np.where(likely > 0.55, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[likely < 0.08] = cv2.GC_BGD
    if not (labels == cv2.GC_PR_FGD).any() or not np.isin(labels, (cv2.GC_BGD, cv2.GC_PR_BGD)).any():
        return likely
    cut(np.ascontiguousarray(small), labels, _ROUNDS)
    return _parts(np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32))


def _parts(mask: Floats) -> Floats:
    """The mask's large parts, without crumbs."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    found = cv2.morphologyEx((mask > 0.5).astype(np.uint8), cv2.MORPH_OPEN, disc)
    count, parts, facts, _ = cv2.connectedComponentsWithStats(found)
    if count < 2:
        return np.zeros(found.shape, np.float32)
    sizes = facts[1:, cv2.CC_STAT_AREA]
    kept = np.flatnonzero(sizes >= _PART * sizes.max()) + 1
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
    return np.asarray(np.clip((values - low) / max(float(high - low), 1e-6), 0, 1), np.float32)
