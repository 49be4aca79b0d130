"""Did an edit or a polish move anything outside its mask?

A polish may change light, grain and contrast; it may not move a hand. Both pictures are brought to 720 lines, the
edit's colours are fitted to the original's, and each difference outside the mask of more than noise and half a pixel's
slip is examined: where optical flow explains it, something moved, and by how far; where it does not, something is gone,
new or other, and counts with its own size.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.contract import Tally, Thresholds, Trouble
from checks.errors import Unreadable
from checks.rules import panel_rules
from checks.seeing.masters import Rgb
from checks.seeing.pictures import read_opaque
from manifests.finding import Verdict

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

LINES = 720
"""Both pictures are looked at in so many lines, and displacements are counted in their pixels."""

_ASPECT_OFF_MAX = 0.01
_MARGIN_PX = 6
"""The mask is taken so much wider: a seam is smoothed on both its sides."""

_SLIP_PX = 0.5
"""Displacement that is forgiven everywhere: recoding and resampling shift edges by a third of a pixel."""

_NOISE_TIMES, _LEVELS_MIN = 3.5, 5.0
"""A difference must be this many times the pictures' own difference in noise, and at least this many levels of 255."""

_LOOK_PX = 1.6
_LIGHT_PX = 40.0
"""Standard deviations, in pixels, of what is averaged: differences over a few pixels, light over many."""

_SPOT_MIN_PX = 120
"""Pixels: a smaller spot of difference is grain."""

_EXPLAINED, _EXPLAINED_SHARE = 0.6, 0.5
"""Flow explains a pixel when it takes 40 % of the difference away, and a spot when it explains half of its pixels."""

_LIGHT_MAX, _LIGHT_FLOOR = 1.3, 6.0
"""How many times brighter or darker light that varies slowly may make a part of the picture;
and levels that keep black from counting.
"""

_CURVE_STEP, _CURVE_PIXELS = 12, 400
_FIT_KEPT = 0.8
"""Share of the pixels, those that fit best, by which colours are fitted: the exchanged part must not bend the fit."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One place that changed: its box in pixels of 720 lines (left, top, right, bottom),
    and by how many of them it moved.

    `moved` is false where nothing moved but something is gone, new or other; `pixels` is then the root of its area.
    """

    box: tuple[int, int, int, int]
    pixels: float
    moved: bool


@dataclass(frozen=True, slots=True)
class Guarded:
    """An edit's effect outside its mask. `worst_px`: of the worst spot;
    `mean_px`: of the flow over all detail outside the mask.

    `changed_share`: the share of what lies outside the mask that changed, 0 to 1. `spots`: worst first. `picture` is
    the original at 720 lines, `heat_px` how much each of its pixels counts (0 where nothing changed), `free` where the
    edit was allowed.
    """

    worst_px: float
    mean_px: float
    changed_share: float
    spots: tuple[Spot, ...]
    picture: Rgb
    heat_px: Floats
    free: Mask


@dataclass(frozen=True, slots=True)
class EditCase:
    """An edit to be judged: the picture `before`, `after`, and the `mask` (white: may change;
    None: nothing may move).
    """

    before: Path
    after: Path
    mask: Path | None = None
    thresholds: Thresholds = field(default_factory=dict)


def gate_edit(case: EditCase) -> tuple[Verdict, Guarded]:
    """Judge an edit by V114.
    Raises Unreadable for a file that is not a picture, or for a mask or an edit of another shape. 0.5 CPU-s.
    """
    before, after = read_opaque(case.before), read_opaque(case.after)
    mask = None if case.mask is None else read_opaque(case.mask)
    for path, other in ((case.after, after), (case.mask, mask)):
        if path is not None and other is not None and not _same_shape(before, other):
            size, wanted = (f"{p.shape[1]}×{p.shape[0]}" for p in (other, before))
            raise Unreadable(
                path.name, f"it is {size}, which does not have the shape of {wanted}", "Edit without cropping"
            )
    found = guard(before, after, None if mask is None else mask.mean(2) > 127)
    tally = Tally(case.thresholds)
    tally.judge(panel_rules.GEOMETRY, "edit", found.worst_px, _trouble(found))
    return tally.verdict(), found


def guard(before: Rgb, after: Rgb, mask: Mask | None = None) -> Guarded:
    """Compare two pictures of one shape (RGB). `mask`: true where the edit was allowed to change anything."""
    size = (round(before.shape[1] * LINES / before.shape[0]), LINES)
    one = _at(before, size)
    free = np.zeros(one.shape[:2], bool)
    if mask is not None:
        wide = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _MARGIN_PX + 1, 2 * _MARGIN_PX + 1))
        free = cv2.dilate(wide, kernel) > 0
    if bool(free.all()):
        return Guarded(0.0, 0.0, 0.0, (), one, np.zeros(free.shape, np.float32), free)
    first, second = one.astype(np.float32), _at(after, size).astype(np.float32)
    first = np.clip(_same_light(_same_colours(first, second, ~free), second, free), 0, 255)
    second = np.where(free[..., None], first, second)
    flow = _flow(first, second)
    far = np.asarray(np.hypot(flow[..., 0], flow[..., 1]), np.float32)
    slope = _slope(first)
    still = _difference(first, second)
    noise = float(np.median(still[~free]))
    tolerated = np.maximum(_LEVELS_MIN, _NOISE_TIMES * noise) + _SLIP_PX * slope
    changed = (still > tolerated) & ~free
    explained = _difference(first, _moved(second, flow)) < _EXPLAINED * still
    spots, heat = _spots(changed, explained, far)
    kept = heat > 0
    detail = ~free & (slope > _LEVELS_MIN)
    mean_px = float(far[detail & kept].sum() / max(1, int(detail.sum())))
    worst = max((spot.pixels for spot in spots), default=0.0)
    share = float(kept.sum() / max(1, int((~free).sum())))
    return Guarded(worst, mean_px, share, spots, one, heat, free)


def _spots(changed: Mask, explained: Mask, far: Floats) -> tuple[tuple[Spot, ...], Floats]:
    """The places that changed, worst first, and how much each pixel counts."""
    joined = cv2.morphologyEx(changed.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    spots, heat = [], np.zeros(changed.shape, np.float32)
    for label in range(1, count):
        left, top, width, height, _area = (int(v) for v in stats[label])
        window = np.s_[top : top + height, left : left + width]
        own = (labels[window] == label) & changed[window]
        if (area := int(own.sum())) < _SPOT_MIN_PX:
            continue
        by_flow = own & explained[window]
        moved = float(by_flow.sum()) >= _EXPLAINED_SHARE * area
        pixels = float(np.percentile(far[window][by_flow], 90)) if moved else area**0.5
        heat[window][own] = np.maximum(far[window][own], 0.1) if moved else pixels
        spots.append(Spot((left, top, left + width, top + height), round(pixels, 2), moved))
    return tuple(sorted(spots, key=lambda spot: -spot.pixels)), heat


def _trouble(found: Guarded) -> Trouble:
    worst = found.spots[0] if found.spots else None
    if worst is None:
        return Trouble("moved", "-", "-")
    where = f"around x {(worst.box[0] + worst.box[2]) // 2}, y {(worst.box[1] + worst.box[3]) // 2} (of 720 lines)"
    what = (
        f"moved by {worst.pixels:.1f} pixels"
        if worst.moved
        else f"is gone, new or other, {worst.pixels:.0f} pixels across"
    )
    more = f", and {len(found.spots) - 1} more places changed" if len(found.spots) > 1 else ""
    return Trouble(
        "moved" if worst.moved else "exchanged",
        f"something outside the mask {where} {what}{more}",
        "Ask for light, grain and seams alone, or widen the mask if that was meant.",
        {"x": worst.box[0], "y": worst.box[1], "changed_share": round(found.changed_share, 4)},
    )


def _same_shape(one: Rgb, two: Rgb) -> bool:
    return bool(abs(two.shape[1] / two.shape[0] / (one.shape[1] / one.shape[0]) - 1) <= _ASPECT_OFF_MAX)


def _at(picture: Rgb, size: tuple[int, int]) -> Rgb:
    if picture.shape[1::-1] == size:
        return picture
    how = cv2.INTER_AREA if picture.shape[0] > size[1] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)


def _same_colours(one: Floats, two: Floats, where: Mask) -> Floats:
    """`one` graded as `two` is: by the affine map of colours, then the one curve for all channels,
    that fit best outside the mask.

    From the original to the edit and not back: detail that a grade has crushed to black does not come back, and is not
    a change of geometry.
    """
    given, wanted = one[where][::7], two[where][::7]
    source = np.concatenate([given, np.ones((len(given), 1), np.float32)], 1)
    fits = np.ones(len(given), bool)
    for _ in range(4):
        matrix = np.linalg.lstsq(source[fits], wanted[fits], rcond=None)[0]
        off = np.abs(source @ matrix - wanted).sum(1)
        fits = off <= np.quantile(off, _FIT_KEPT)
    levels, curve = _curve((source @ matrix).ravel(), wanted.ravel())
    return np.asarray(np.interp(one @ matrix[:3] + matrix[3], levels, curve), np.float32)


def _curve(given: Floats, wanted: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The rising curve through the medians of what each level became."""
    edges = np.arange(-48, 305, _CURVE_STEP)
    bins = np.digitize(given, edges)
    known = [n for n in range(1, len(edges)) if int((bins == n).sum()) > _CURVE_PIXELS]
    levels = [float(np.median(given[bins == n])) for n in known] or [0.0, 255.0]
    values = [float(v) for v in np.maximum.accumulate([np.median(wanted[bins == n]) for n in known] or [0.0, 255.0])]
    levels, values = [levels[0] - 99, *levels, levels[-1] + 99], [values[0] - 99, *values, values[-1] + 99]
    return np.array(levels), np.array(values)


def _same_light(one: Floats, two: Floats, free: Mask) -> Floats:
    """`one` in the light of `two`: what varies over many pixels, such as a vignette."""
    mine, other = (cv2.GaussianBlur(np.where(free, 0, _mean(p)), (0, 0), _LIGHT_PX) for p in (one, two))
    gain = np.clip((other + _LIGHT_FLOOR) / (mine + _LIGHT_FLOOR), 1 / _LIGHT_MAX, _LIGHT_MAX)
    return np.asarray(one * gain[..., None], np.float32)


def _flow(one: Floats, two: Floats) -> Floats:
    grey = [
        np.clip(cv2.GaussianBlur(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY), (0, 0), 0.8), 0, 255).astype(np.uint8)
        for p in (one, two)
    ]
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    # None: no flow is known yet.
    return np.asarray(dis.calc(grey[0], grey[1], None), np.float32)  # type: ignore[call-overload]


def _moved(picture: Floats, flow: Floats) -> Floats:
    rows, columns = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]].astype(np.float32)
    where = (columns + flow[..., 0], rows + flow[..., 1])
    return np.asarray(cv2.remap(picture, *where, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _difference(one: Floats, two: Floats) -> Floats:
    """By how many levels two pictures differ around each pixel, in the channel that differs most."""
    signed = cv2.GaussianBlur(one - two, (0, 0), 1.0)  # grain that is not the same averages out, what moved does not
    return np.asarray(cv2.GaussianBlur(_most(np.abs(signed)), (0, 0), _LOOK_PX), np.float32)


def _slope(picture: Floats) -> Floats:
    """How many levels a picture changes by over a pixel, around each pixel."""
    soft = cv2.GaussianBlur(picture, (0, 0), 1.0)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=1 / 8)
    return np.asarray(cv2.GaussianBlur(_most(np.hypot(across, down)), (0, 0), _LOOK_PX), np.float32)


def _most(picture: Floats) -> Floats:
    """The channel that is largest at each pixel. NumPy takes five times as long to reduce so short an axis."""
    red, green, blue = cv2.split(picture)
    return np.asarray(np.maximum(np.maximum(red, green), blue), np.float32)


def _mean(picture: Floats) -> Floats:
    red, green, blue = cv2.split(picture)
    return np.asarray((red + green + blue) / np.float32(3), np.float32)
