"""Cuts a figure out of the plain ground that it stands on,
and says how plain that ground is and whether the figure is whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.seeing.colour import lab, length
from checks.seeing.masters import Rgb, Rgba

_GROUND_DE = (6.5, 10.0)
"""Delta-E (CIE 1976) within which a pixel is ground: three times what the frame's edge itself is off, within these
bounds. JPEG at quality 85 moves a plain grey by up to 3; beyond 10 a grey coat would be taken for it.
"""

_GAP = 0.04
"""Gaps of this part of the frame's height do not part a figure in two."""

_HOLE_DE = 4.0
"""Within this a patch that the figure encloses is ground too, as between arm and body;
grey cloth has folds, and is further off.
"""

_HOLE_SHARE = 0.0004
"""The smallest such patch, as a part of the frame: a button or an eye's white is smaller."""

_LIGHT_DE = 20.0
"""How far the light may change the ground's colour from one edge of the frame to the other."""

_BORDER = 0.02
"""How wide a strip along the frame's edges is looked at for the ground, as a part of its shorter side."""

_SPECK_SHARE = 0.0005
"""Pieces below this part of the frame are noise, and none of the figure's."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure cut out of its picture. `pixels`: RGBA, trimmed; None where there is no figure.

    `plain`: the share of the frame's edge that is of the ground's colour, 0 to 1. `margin`: the least room between the
    figure and an edge, as a part of the frame's height. `alone`: the share of all that is not ground which is the
    largest figure, 0 to 1.
    """

    pixels: Rgba | None
    plain: float
    margin: float
    alone: float


def cut_out(picture: Rgb) -> Figure:
    """Take the colours of the frame's edge for the ground, and what does not belong to it for the figure.
    About 0.1 CPU-s at 720p.
    """
    seen = lab(picture)
    edge = _edge(picture.shape[:2])
    off = length(seen - _ground(seen, edge))
    within = float(np.clip(3 * np.percentile(off[edge], 90), *_GROUND_DE))
    plain = float((off[edge] < within).mean())
    solid = _without_specks(_figure(off, within))
    mask, alone = _largest(solid)
    if not mask.any():
        return Figure(None, plain, 0.0, 0.0)
    left, top, wide, tall = cv2.boundingRect(mask)
    height, width = solid.shape
    margin = min(left, top, width - left - wide, height - top - tall) / height
    rgba = _softened(picture, mask, _colour(picture[edge]))
    return Figure(np.ascontiguousarray(rgba[top : top + tall, left : left + wide]), plain, margin, alone)


def _edge(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    height, width = shape
    strip = max(2, round(min(height, width) * _BORDER))
    edge = np.ones((height, width), bool)
    edge[strip:-strip, strip:-strip] = False
    return edge


def _ground(seen: NDArray[np.float32], edge: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The ground everywhere, as the frame's edge tells it:
    a light that falls off smoothly over it is still plain ground.
    """
    height, width = edge.shape
    rows, columns = np.nonzero(edge)
    pixels = seen[rows, columns]
    near = np.linalg.norm(pixels - np.median(pixels, axis=0), axis=1) < _LIGHT_DE
    rows, columns, pixels = rows[near][::7], columns[near][::7], pixels[near][::7]
    told, *_ = np.linalg.lstsq(_terms(columns / width - 0.5, rows / height - 0.5), pixels, rcond=None)
    across, down = (np.arange(side, dtype=np.float32) / side - 0.5 for side in (width, height))
    terms = _terms(across[None], down[:, None]).reshape(-1, len(told))
    return np.asarray(terms @ told.astype(np.float32), np.float32).reshape(*edge.shape, 3)


def _terms(x: NDArray[np.floating], y: NDArray[np.floating]) -> NDArray[np.float32]:
    terms = np.empty((*np.broadcast_shapes(x.shape, y.shape), 6), np.float32)
    for index, term in enumerate((1.0, x, y, x * x, y * y, x * y)):
        terms[..., index] = term
    return terms


def _figure(off: NDArray[np.float32], within: float) -> NDArray[np.bool_]:
    """All that is not ground: neither joined to the frame's edge by ground, nor a patch of it within the figure."""
    like = (off < within).astype(np.uint8)
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(like, connectivity=4)
    height, width = like.shape
    ground = np.zeros_like(like, dtype=bool)
    outer = np.unique(np.concatenate([pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]]))
    for piece in range(1, count):
        hole = stats[piece, cv2.CC_STAT_AREA] >= _HOLE_SHARE * height * width
        if piece in outer or (hole and float(np.median(off[pieces == piece])) < _HOLE_DE):
            ground |= pieces == piece
    return ~ground


def _without_specks(solid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without loose noise. A real second figure stays: it is for the gate to say that there are two."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(solid.astype(np.uint8), connectivity=8)
    least = _SPECK_SHARE * solid.size
    kept = [piece for piece in range(1, count) if stats[piece, cv2.CC_STAT_AREA] >= least]
    return np.asarray(np.isin(pieces, kept))


def _largest(solid: NDArray[np.bool_]) -> tuple[NDArray[np.uint8], float]:
    """The largest figure, and which share of all that is not ground it is. Pieces with a narrow gap between them are
    one: a boot in the ground's colour leaves a foot apart from its leg.
    """
    reach = 2 * round(solid.shape[0] * _GAP / 2) + 1
    joined = cv2.morphologyEx(solid.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    count, pieces, _, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    areas = np.bincount(pieces[solid], minlength=count)
    areas[0] = 0
    if not areas.any():
        return np.zeros(solid.shape, np.uint8), 0.0
    largest = int(areas.argmax())
    return (solid & (pieces == largest)).astype(np.uint8), float(areas[largest] / areas.sum())


def _softened(picture: Rgb, mask: NDArray[np.uint8], ground: NDArray[np.float64]) -> Rgba:
    """The mask with an edge of one pixel's softness, and the ground taken out of the colours of that edge."""
    alpha = cv2.GaussianBlur(cv2.erode(mask, np.ones((2, 2), np.uint8)).astype(np.float32), (3, 3), 0)
    alpha *= mask
    soft = (alpha > 0) & (alpha < 1)
    colours, cover = picture.copy(), np.maximum(alpha[soft], 0.25)[:, None]
    freed = (picture[soft].astype(np.float32) - (1 - cover) * ground.astype(np.float32)) / cover
    colours[soft] = np.clip(freed, 0, 255).astype(np.uint8)
    rgba: Rgba = np.dstack([colours, np.round(alpha * 255).astype(np.uint8)])
    rgba[rgba[..., 3] == 0] = 0
    return rgba


def _colour(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    return np.asarray(np.median(pixels.reshape(-1, 3), axis=0), np.float64)
