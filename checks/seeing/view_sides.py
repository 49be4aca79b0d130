"""How far apart are two views of one figure, once size
and shape are taken out? A squeezed copy is not far from what it was copied from.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import cv2
import numpy as np

from checks.seeing.colour import Floats, lab, length
from checks.seeing.masters import Rgba

_SIZE = (96, 192)
"""Both are brought to this: width and height. A figure's features stay larger than a pixel."""

_FAR = 40.0
"""Delta-E at which two pixels are as different as can be; so is a pixel that only one of the figures has."""


class Apart(NamedTuple):
    """How far a view is from another: mean delta-E, 0 to 40, the nearer of straight and mirrored."""

    distance: float
    how: Literal["straight", "mirrored"]


class ScaledFigure(NamedTuple):
    """A trimmed figure at one size: its colours in Lab, without its mean lightness, and its alpha."""

    lab: Floats
    alpha: Floats


class BothWays(NamedTuple):
    """A view as it is compared with several others: straight and mirrored. `across`: its width over its height."""

    straight: ScaledFigure
    mirrored: ScaledFigure
    across: float


def both_ways(view: Rgba) -> BothWays:
    """Prepare a view once for all its comparisons. About 2 CPU-ms."""
    return BothWays(figure(view), figure(view, mirrored=True), view.shape[1] / view.shape[0])


def apart(view: BothWays, other: BothWays) -> Apart:
    """Compare two views whatever their size, shape and light. About 1 CPU-ms."""
    straight, mirrored = (distance(view.straight, each) for each in (other.straight, other.mirrored))
    return Apart(straight, "straight") if straight <= mirrored else Apart(mirrored, "mirrored")


def turned_away(side: BothWays, three_quarter: BothWays) -> float:
    """By how much the side view is nearer to the three-quarter view than to its mirror image, in delta-E;
    below 0: it faces away.
    """
    return distance(side.straight, three_quarter.mirrored) - distance(side.straight, three_quarter.straight)


def figure(cutout: Rgba, *, mirrored: bool = False) -> ScaledFigure:
    """Trim a cut-out to what is opaque and bring it to one size."""
    opaque = cutout[..., 3] > 128
    rows, columns = np.flatnonzero(opaque.any(1)), np.flatnonzero(opaque.any(0))
    if not rows.size:
        return ScaledFigure(np.zeros((_SIZE[1], _SIZE[0], 3), np.float32), np.zeros(_SIZE[::-1], np.float32))
    trimmed = cutout[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    small = cv2.resize(trimmed, _SIZE, interpolation=cv2.INTER_AREA).astype(np.float32)
    small = np.ascontiguousarray(small[:, ::-1]) if mirrored else small
    alpha = (small[..., 3] / 255).astype(np.float32)
    colours = lab(small[..., :3])
    mean = float((colours[..., 0] * alpha).sum()) / max(float(alpha.sum()), 1e-6)
    return ScaledFigure(colours - np.array([mean, 0, 0], np.float32), alpha)


def distance(a: ScaledFigure, b: ScaledFigure) -> float:
    """Mean delta-E over what either figure covers."""
    both, either = np.minimum(a.alpha, b.alpha), np.maximum(a.alpha, b.alpha)
    gap = np.minimum(length(a.lab - b.lab), _FAR)
    return float((gap * both + _FAR * (either - both)).sum() / max(float(either.sum()), 1e-6))
