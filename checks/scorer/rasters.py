"""From a picture to a raster of somebody's box, and back: where the figure, the head and the torso lie."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from checks.scorer.cutouts import FIGURE_LINES, TORSO_TO
from checks.scorer.matching import Match, SearchRaster
from checks.seeing.colour import Floats
from manifests.staging import Box

FIGURE_MARGIN = 16
"""Lines of a raster kept free around: a figure may stand a seventh of its height off its box."""


@dataclass(frozen=True, slots=True)
class Layers:
    """A picture and what is known of it, all of its size:
    Lab in the plate's light and as it is, and a figure's mask.
    """

    straight: Floats
    plain: Floats
    mask: Floats


def sight_of(layers: Layers, box: Box, lines: int, margin: int) -> SearchRaster:
    """The box on a raster of `lines` lines, with `margin` lines around it;
    the part outside of the picture is not inside.
    """
    straight, plain, mask = (_raster(x, box, lines, margin) for x in (layers.straight, layers.plain, layers.mask))
    inside = _raster(np.ones(layers.mask.shape, np.float32), box, lines, margin)
    return SearchRaster(straight, plain, (inside > 0.99).astype(np.float32), mask)


def laid_back(mask: Floats, box: Box, like: Floats) -> Floats:
    """A figure's mask from its raster, in the picture's own size."""
    height, width = like.shape
    side = mask.shape[0]
    scale = FIGURE_LINES / ((box.bottom - box.top) * height)
    x, y = (box.left + box.right) / 2 * width, box.top * height
    matrix = np.array(
        [[scale, 0, side / 2 - x * scale + scale / 2 - 0.5], [0, scale, FIGURE_MARGIN - y * scale + scale / 2 - 0.5]]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(mask, matrix, (width, height), flags=flags), np.float32)


def _raster(picture: Floats, box: Box, lines: int, margin: int) -> Floats:
    """The box of a picture, `lines` high, on a square raster; zero outside the frame."""
    height, width = picture.shape[:2]
    side = lines + 2 * margin
    scale = (box.bottom - box.top) * height / lines
    x = (box.left + box.right) / 2 * width - side / 2 * scale
    y = box.top * height - margin * scale
    matrix = np.array([[scale, 0, x + scale / 2 - 0.5], [0, scale, y + scale / 2 - 0.5]])
    rows = slice(max(0, int(y) - 8), max(1, int(y + side * scale) + 8))
    columns = slice(max(0, int(x) - 8), max(1, int(x + side * scale) + 8))
    source = picture[rows, columns]
    if not source.size:
        return np.zeros((side, side, *picture.shape[2:]), np.float32)
    matrix[:, 2] -= (columns.start, rows.start)
    if scale > 1.4:
        source = np.asarray(cv2.GaussianBlur(source, (0, 0), 0.35 * scale), np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(source, matrix, (side, side), flags=flags), np.float32)


def head_box(match: Match, neck: float, box: Box, shape: tuple[int, ...]) -> Box:
    """Where the matched view has its head, in fractions of the picture."""
    return _part_box(match, (0.0, neck), neck, box, shape)


def torso_box(match: Match, neck: float, box: Box, shape: tuple[int, ...]) -> Box:
    """Where the matched view has its torso."""
    bottom = TORSO_TO * match.scale * FIGURE_LINES
    return _part_box(match, (neck, bottom), bottom - neck, box, shape)


def _part_box(match: Match, rows: tuple[float, float], wide: float, box: Box, shape: tuple[int, ...]) -> Box:
    """Rows of the matched view, from its top, in fractions of the picture; as wide as said, about its middle there."""
    side = match.alpha.shape[0]
    from_, to = (match.top + round(row) for row in rows)
    columns = np.flatnonzero(match.alpha[max(0, from_) : max(from_ + 2, to)].max(0, initial=0) > 0.5)
    middle = side / 2 if not columns.size else (columns[0] + columns[-1] + 1) / 2
    unit = (box.bottom - box.top) / FIGURE_LINES
    across = unit * shape[0] / shape[1]
    x = (box.left + box.right) / 2 + (middle - side / 2) * across
    above = box.top + (match.top - FIGURE_MARGIN) * unit
    return Box(x - wide / 2 * across, above + rows[0] * unit, x + wide / 2 * across, above + rows[1] * unit)
