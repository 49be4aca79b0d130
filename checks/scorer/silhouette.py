"""Which pixels are the figure's: GrabCut, begun from the view that fits, and from what differs from the empty plate."""

from __future__ import annotations

import cv2
import numpy as np

from checks.scorer.matching import Match, SearchRaster
from checks.seeing.colour import Floats
from checks.seeing.eye import Picture

_ROUNDS = 2
_SURE_PX, _REACH_PX = 5, 13
"""Pixels of a raster: a view's core is surely the figure's;
nobody reaches farther beyond it than a lifted arm's hand.
"""

_DIFFERS, _SAME = 0.6, 0.15
"""Of the evidence against the plate, 0 to 1: above, probably somebody; below, probably the room."""


def silhouette(sight: SearchRaster, match: Match) -> Floats:
    """0 to 1 for each pixel of the raster; `sight.mask` is what is believed so far. About 15 CPU-ms."""
    view, seen = (match.alpha > 0.5).astype(np.uint8), (sight.mask > _DIFFERS).astype(np.uint8)
    core = cv2.erode(view, _disc(_SURE_PX)) > 0
    believed = cv2.dilate(cv2.morphologyEx(seen, cv2.MORPH_OPEN, _disc(5)), _disc(3))
    reach = np.maximum(cv2.dilate(view, _disc(_REACH_PX)), believed)
    labels = np.full(view.shape, cv2.GC_PR_BGD, np.uint8)
    labels[(view > 0) & (sight.mask > _SAME)] = cv2.GC_PR_FGD
    labels[sight.mask > _DIFFERS] = cv2.GC_PR_FGD
    labels[core & (sight.mask > _SAME)] = cv2.GC_FGD
    labels[(reach == 0) | (sight.inside < 0.5)] = cv2.GC_BGD
    if not (labels == cv2.GC_FGD).any() or not (labels == cv2.GC_BGD).any():
        return sight.mask
    # OpenCV's GrabCut wants three bytes a pixel; Lab spreads colours more evenly than RGB does.
    pixels = np.clip(sight.straight * (2.55, 1, 1) + (0, 128, 128), 0, 255).astype(np.uint8)
    cut(pixels, labels, _ROUNDS)
    found = ((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)).astype(np.uint8)
    kept = cv2.morphologyEx(found, cv2.MORPH_OPEN, _disc(3))
    return np.asarray(cv2.GaussianBlur(np.asarray(kept, np.float32), (0, 0), 0.7) * sight.inside, np.float32)


def cut(pixels: Picture, labels: Picture, rounds: int) -> None:
    """GrabCut from labels that are changed in place; the same pictures give the same labels in every run."""
    cv2.setRNGSeed(1)
    cv2.grabCut(pixels, labels, (0, 0, 1, 1), np.zeros((1, 65)), np.zeros((1, 65)), rounds, cv2.GC_INIT_WITH_MASK)


def _disc(size: int) -> Picture:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)
