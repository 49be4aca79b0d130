"""A master's cut-out, prepared once: small rasters of it and of its head, the colour regions of that head,
crops for an eye.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.scorer.matching import Template, on_grey
from checks.seeing.colour import Floats, lab
from checks.seeing.eye import Picture
from checks.seeing.masters import Rgba

FIGURE_LINES = 112
"""Height of a figure's raster: a wide shot's figure is 150 to 250 lines high in a 480p picture."""

HEAD_LINES = 56
"""Height of a head's raster. A medium shot's head is 60 to 120 lines high in a 480p picture."""

BUST = 1.4
"""How far below the chin a bust reaches, in heads: to where hair falls over the shoulders."""

_NECK = (0.10, 0.34)
"""Where a neck may be, as a part of the height: a child's head with its hair is up to a third."""

_HEAD_SHARE = 0.18
"""Where the head is taken to end when no view shows a neck: an adult's chin is at 13 %, a child's at 18 to 22 %."""

TORSO_LINES = 64
"""Height of a torso's raster: about as many pixels a metre as a figure's has, and half of a head's."""

TORSO_TO = 0.52
"""Where the torso ends, as a part of the height from the top: the crotch of an adult is at 0.53."""

_REGIONS = 3
"""Regions of a head told apart by colour: hair, skin, and what else there is (a hat, a beard, glasses)."""


@dataclass(frozen=True)
class Cutout:
    """`whole`, `head` and `torso` as they are matched; the labels of `head` are its colour regions. `bust`: the head
    with room beside it and below, where long hair falls; the head lies `bust_left` columns from its left. `neck`: the
    part of the height at which the head ends; `has_neck`: one is seen in some view, so that there is a head at all.
    `figure_crop`, `head_crop`, `torso_crop`: on grey.
    """

    whole: Template
    head: Template
    torso: Template
    bust: Template
    bust_left: int
    neck: float
    has_neck: bool
    figure_crop: Picture
    head_crop: Picture
    torso_crop: Picture


@dataclass(frozen=True)
class BodyPart:
    """A head or a torso alone, as it is compared. `crop`: on grey."""

    template: Template
    crop: Picture


class _PictureKey:
    """A picture as a key of a cache: equal when the pixels are."""

    def __init__(self, pixels: Rgba) -> None:
        self.pixels = pixels
        self._mark = hashlib.blake2b(np.ascontiguousarray(pixels).data, digest_size=16).digest()

    def __hash__(self) -> int:
        return hash(self._mark)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _PictureKey) and other._mark == self._mark


def prepared(views: Sequence[Rgba]) -> tuple[Cutout, ...]:
    """All views of somebody as they are compared; worked out once a process for the same pixels.

    They share one neck: the median of the views that show one, for hair hides it in the others.
    """
    kept = [_PictureKey(rgba) for rgba in views]
    necks = [neck for view in kept if (neck := _neck(view)) is not None]
    neck = float(np.median(necks)) if necks else _HEAD_SHARE
    return tuple(_prepared(view, neck, bool(necks)) for view in kept)


@lru_cache(maxsize=256)
def _neck(kept: _PictureKey) -> float | None:
    return neck_of(np.asarray(trimmed(kept.pixels)[..., 3], np.float32) / np.float32(255))


def prepared_part(rgba: Rgba, lines: int) -> BodyPart:
    """A head or a torso as it is compared, so many lines high; worked out once a process for the same pixels."""
    return _prepared_part(_PictureKey(rgba), lines)


@lru_cache(maxsize=512)
def _prepared_part(kept: _PictureKey, lines: int) -> BodyPart:
    template = _template(trimmed(kept.pixels), lines, labelled=True)
    return BodyPart(template, template.on_grey)


@lru_cache(maxsize=256)
def _prepared(kept: _PictureKey, neck: float, has_neck: bool) -> Cutout:  # noqa: FBT001  part of the cache's key
    pixels = trimmed(kept.pixels)
    whole = _template(pixels, FIGURE_LINES, labelled=False)
    rows = max(4, round(neck * pixels.shape[0]))
    columns = np.flatnonzero(pixels[:rows, :, 3].max(0) > 8)
    left, right = (int(columns[0]), int(columns[-1]) + 1) if columns.size else (0, pixels.shape[1])
    head = _template(np.ascontiguousarray(pixels[:rows, left:right]), HEAD_LINES, labelled=True)
    around = (right - left) // 2
    room = cv2.copyMakeBorder(pixels, 0, 0, around, around, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0))
    bust_rows = round(BUST * rows)
    bust = _template(
        np.ascontiguousarray(room[:bust_rows, left : right + 2 * around]), round(BUST * HEAD_LINES), labelled=False
    )
    beside = round(around * HEAD_LINES / rows)
    torso = _template(trimmed(pixels[rows : round(TORSO_TO * pixels.shape[0])]), TORSO_LINES, labelled=False)
    band = np.s_[round(neck * FIGURE_LINES) : round(TORSO_TO * FIGURE_LINES)]
    return Cutout(
        whole,
        head,
        torso,
        bust,
        beside,
        neck,
        has_neck,
        whole.on_grey,
        head.on_grey,
        on_grey(whole.lab[band], whole.alpha[band]),
    )


def trimmed(pixels: Rgba) -> Rgba:
    """Without its transparent margins; at most 720 lines."""
    rows, columns = np.flatnonzero(pixels[..., 3].max(1) > 8), np.flatnonzero(pixels[..., 3].max(0) > 8)
    if not rows.size:
        return pixels
    out = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if out.shape[0] > 720:
        out = shrunk(out, max(1, round(out.shape[1] * 720 / out.shape[0])), 720)
    return out


def shrunk(pixels: Rgba, width: int, height: int) -> Rgba:
    """Resized with its colours weighted by its alpha, so that no fringe of hidden colour appears."""
    alpha = pixels[..., 3:].astype(np.float32) / 255
    both = np.concatenate([pixels[..., :3] * alpha, alpha * 255], 2)
    how = cv2.INTER_AREA if height < pixels.shape[0] else cv2.INTER_LINEAR
    small = cv2.resize(both, (width, height), interpolation=how)
    colour = small[..., :3] / np.maximum(small[..., 3:] / 255, 1e-3)
    out: Rgba = np.clip(np.rint(np.concatenate([colour, small[..., 3:]], 2)), 0, 255).astype(np.uint8)
    return out


def neck_of(alpha: Floats) -> float | None:
    """Where the head ends, as a part of the height: the narrowest row between 10 and 34 %.
    None where none is narrow.
    """
    widths = cv2.resize(alpha.mean(1)[:, None], (1, FIGURE_LINES), interpolation=cv2.INTER_AREA)[:, 0]
    low, high = (round(part * FIGURE_LINES) for part in _NECK)
    smooth = np.convolve(widths, np.ones(3) / 3, "same")
    row = low + int(np.argmin(smooth[low:high]))
    narrow = smooth[row] < 0.8 * smooth[:row].max() and smooth[row] < 0.8 * smooth[row : 2 * row].max()
    return row / FIGURE_LINES if narrow else None


def _template(pixels: Rgba, lines: int, *, labelled: bool) -> Template:
    width = max(8, round(pixels.shape[1] * lines / pixels.shape[0]))
    small = shrunk(pixels, width, lines)
    alpha = np.asarray(small[..., 3], np.float32) / np.float32(255)
    colours = lab(small[..., :3])
    labels = _regions(colours, alpha) if labelled else np.full(alpha.shape, -1, np.int8)
    return Template(colours, alpha, labels.astype(np.float32))


def _regions(colours: Floats, alpha: Floats) -> NDArray[np.int8]:
    out = np.full(alpha.shape, -1, np.int8)
    inside = alpha > 0.9
    sample = colours[inside]
    if len(sample) < 8 * _REGIONS:
        out[inside] = 0
        return out
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    cv2.setRNGSeed(1)
    _, labels, _ = cv2.kmeans(
        np.ascontiguousarray(sample), _REGIONS, np.zeros((len(sample), 1), np.int32), stop, 3, cv2.KMEANS_PP_CENTERS
    )
    out[inside] = labels.ravel().astype(np.int8)
    return out
