"""A master's cut-out, prepared once: small rasters of it and of its head, the colour regions of that head, crops for an eye."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.colour import Floats, lab
from checks.eye import Picture
from checks.masters import Rgba
from checks.scorer.matching import Template, on_grey

FIGURE_LINES = 112
"""Height of a figure's raster: a wide shot's figure is 150 to 250 lines high in a 480p picture."""

HEAD_LINES = 56
"""Height of a head's raster. A medium shot's head is 60 to 120 lines high in a 480p picture."""

_NECK = (0.10, 0.34)
"""Where a neck may be, as a part of the height: a child's head with its hair is up to a third."""

_HEAD_SHARE = 0.22
TORSO_TO = 0.52
"""Where the torso ends, as a part of the height from the top: the crotch of an adult is at 0.53."""

_REGIONS = 3
"""Regions of a head told apart by colour: hair, skin, and what else there is (a hat, a beard, glasses)."""


@dataclass(frozen=True)
class Cutout:
    """`whole` and `head` as they are matched; the labels of `head` are its colour regions. `neck`: the part of the height at
    which the head ends. `widths`: of each row of `whole`, in heights. `figure_crop`, `head_crop`, `torso_crop`: on grey.
    """

    whole: Template
    head: Template
    neck: float
    widths: Floats
    figure_crop: Picture
    head_crop: Picture
    torso_crop: Picture


@dataclass(frozen=True)
class Headshot:
    """A head alone, from an approved panel."""

    head: Template
    head_crop: Picture


class _Kept:
    """A picture as a key of a cache: equal when the pixels are."""

    def __init__(self, pixels: Rgba) -> None:
        self.pixels = pixels
        self._mark = hashlib.blake2b(np.ascontiguousarray(pixels).data, digest_size=16).digest()

    def __hash__(self) -> int:
        return hash(self._mark)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and other._mark == self._mark


def prepared(rgba: Rgba) -> Cutout:
    """The cut-out as it is compared; worked out once a process for the same pixels."""
    return _prepared(_Kept(rgba))


def prepared_head(rgba: Rgba) -> Headshot:
    """A head as it is compared; worked out once a process for the same pixels."""
    return _prepared_head(_Kept(rgba))


@lru_cache(maxsize=512)
def _prepared_head(kept: _Kept) -> Headshot:
    head = _template(trimmed(kept.pixels), HEAD_LINES, labelled=True)
    return Headshot(head, head.on_grey)


@lru_cache(maxsize=256)
def _prepared(kept: _Kept) -> Cutout:
    pixels = trimmed(kept.pixels)
    whole = _template(pixels, FIGURE_LINES, labelled=False)
    widths = np.asarray(whole.alpha.sum(1) / FIGURE_LINES, np.float32)
    neck = neck_row(widths) / FIGURE_LINES
    head = _template(_tight(pixels[: max(4, round(neck * pixels.shape[0]))]), HEAD_LINES, labelled=True)
    band = np.s_[round(neck * FIGURE_LINES) : round(TORSO_TO * FIGURE_LINES)]
    return Cutout(whole, head, neck, widths, whole.on_grey, head.on_grey, on_grey(whole.lab[band], whole.alpha[band]))


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


def neck_row(widths: Floats) -> int:
    """Where the head ends: the narrowest row between a tenth and a third of the height, else the usual 22 %."""
    low, high = (round(part * len(widths)) for part in _NECK)
    smooth = np.convolve(widths, np.ones(3) / 3, "same")
    row = low + int(np.argmin(smooth[low:high]))
    narrow = smooth[row] < 0.8 * max(smooth[:row].max(initial=0), 1e-6) and smooth[row] < 0.8 * smooth[row:].max()
    return row if narrow else round(_HEAD_SHARE * len(widths))


def _template(pixels: Rgba, lines: int, *, labelled: bool) -> Template:
    width = max(8, round(pixels.shape[1] * lines / pixels.shape[0]))
    small = shrunk(pixels, width, lines)
    alpha = small[..., 3].astype(np.float32) / 255
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
    _, labels, _ = cv2.kmeans(np.ascontiguousarray(sample), _REGIONS, None, stop, 3, cv2.KMEANS_PP_CENTERS)
    out[inside] = labels.ravel().astype(np.int8)
    return out


def _tight(pixels: Rgba) -> Rgba:
    columns = np.flatnonzero(pixels[..., 3].max(0, initial=0) > 8)
    return pixels[:, columns[0] : columns[-1] + 1] if columns.size and pixels.shape[0] else pixels
