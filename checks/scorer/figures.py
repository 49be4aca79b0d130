"""A person: their head, build and clothes, with the best-fitting view of theirs laid over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from checks.colour import DIFFERENCE_MAX, LIGHTNESS_WEIGHT, Floats, difference
from checks.eye import Eye, Picture
from checks.masters import Rgb
from checks.scorer.cutouts import LINES, Cutout, neck_row
from checks.scorer.palettes import apart, palette
from manifests.staging import Box

MARGIN = 16
"""Lines of the raster kept free around a figure: they may stand a seventh of their height off the box."""

ROWS, COLUMNS = LINES + 2 * MARGIN, LINES + 2 * MARGIN
_COARSE_SCALES = (0.88, 0.94, 1.0, 1.06, 1.12)
_FINE_SCALES = (0.97, 1.0, 1.03)
_BLUR_PX = 1.5
_SEEN_MIN = 200
"""Pixels of the raster that must be in frame for a figure to have a say."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Somebody as seen, on a raster in which their box is LINES high: Lab in the plate's light and as it is, and masks.

    `inside`: 1 where the raster lies in the frame; `mask`: 0 to 1, how surely a pixel is theirs. `crop` cuts the picture
    for an embedding.
    """

    straight: Floats
    plain: Floats
    inside: Floats
    mask: Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """The view that fits best, laid on the raster."""

    cutout: Cutout
    lab: Floats
    alpha: Floats
    regions: Floats
    neck: int
    top: int
    mirrored: bool
    off: float


def raster(picture: Floats, box: Box, *, linear: bool = True) -> Floats:
    """The box of a picture as a raster; zero outside the frame."""
    height, width = picture.shape[:2]
    scale = (box.bottom - box.top) * height / LINES
    x = (box.left + box.right) / 2 * width - COLUMNS / 2 * scale
    y = box.top * height - MARGIN * scale
    matrix = np.array([[scale, 0, x + scale / 2 - 0.5], [0, scale, y + scale / 2 - 0.5]])
    source = cv2.GaussianBlur(picture, (0, 0), 0.35 * scale) if linear and scale > 1.4 else picture
    flags = (cv2.INTER_LINEAR if linear else cv2.INTER_NEAREST) | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(source, matrix, (COLUMNS, ROWS), flags=flags), np.float32)


def best_fit(figure: Figure, cutouts: Sequence[Cutout]) -> Fit | None:
    """The view, mirrored or not, that lies over the figure with the least difference. About 60 CPU-ms for four views."""
    if float(figure.inside.sum()) < _SEEN_MIN:
        return None
    weighted = _weighted(figure.straight)
    small = cv2.resize(weighted, (COLUMNS // 2, ROWS // 2), interpolation=cv2.INTER_AREA)
    seen = cv2.resize(figure.inside, (COLUMNS // 2, ROWS // 2), interpolation=cv2.INTER_AREA)
    tried = [
        (*_laid_at(small, seen, cutout, mirrored=mirrored, scale=scale / 2), cutout, mirrored, scale)
        for cutout in cutouts for mirrored in (False, True) for scale in _COARSE_SCALES
    ]  # fmt: skip
    _, _, cutout, mirrored, coarse = min(tried, key=lambda t: t[0])
    fine = [
        (*_laid_at(weighted, figure.inside, cutout, mirrored=mirrored, scale=coarse * scale), coarse * scale)
        for scale in _FINE_SCALES
    ]
    off, (top, left), scale = min(fine, key=lambda t: t[0])
    return _fit(cutout, off, (top, left), scale, mirrored=mirrored)


def compare_figure(figure: Figure, fit: Fit, cutouts: Sequence[Cutout]) -> Iterator[tuple[str, float]]:
    """Channel and distance, pixels only."""
    weight = fit.alpha * figure.inside
    off = np.minimum(difference(figure.straight, fit.lab, _BLUR_PX), difference(figure.plain, fit.lab, _BLUR_PX))
    head, torso, legs = (_rows(weight, *rows) for rows in _bands(fit))
    if float(head.sum()) > 30:
        yield "head_map", _mean(off, head)
        yield "head_region", _worst_region(figure, fit, head)
        yield "head_structure", 1 - _correlation(figure.straight[..., 0], fit.lab[..., 0], head)
    for name, band in (("torso", torso), ("legs", legs)):
        if float(band.sum()) > 60:
            yield f"{name}_map", _mean(off, band)
            if (d := _palettes_apart(figure, band * figure.mask, cutouts, name)) is not None:
                yield f"{name}_colour", d
    head_seen = _rows(figure.mask * figure.inside, 0, fit.neck)
    if (d := _palettes_apart(figure, head_seen, cutouts, "head")) is not None:
        yield "head_colour", d
    if float(figure.inside[MARGIN : MARGIN + LINES, COLUMNS // 2].mean()) > 0.95:
        yield "build", _build(figure, cutouts)


def _palettes_apart(figure: Figure, weight: Floats, cutouts: Sequence[Cutout], part: str) -> float | None:
    tries = [p for p in (palette(lab, weight) for lab in (figure.straight, figure.plain)) if p is not None]
    own = [palette(c.lab, _part(c, part)) for c in cutouts]
    return min((apart(a, b) for a in tries for b in own if b is not None), default=None)


def _part(cutout: Cutout, part: str) -> Floats:
    rows = {"head": (0, cutout.neck), "torso": (cutout.neck, round(0.52 * LINES)), "legs": (round(0.58 * LINES), LINES)}
    return _rows(cutout.alpha, *rows[part])


def _build(figure: Figure, cutouts: Sequence[Cutout]) -> float:
    widths = (figure.mask * figure.inside).sum(1)
    rows = np.flatnonzero(widths > 1.5)
    if len(rows) < LINES // 2:
        return 1.0
    top, bottom = rows[0], rows[-1] + 1
    scaled = cv2.resize(widths[top:bottom, None], (1, LINES), interpolation=cv2.INTER_AREA)[:, 0] / (bottom - top)
    return min(float(np.abs(scaled - c.widths).mean()) for c in cutouts)


def _worst_region(figure: Figure, fit: Fit, head: Floats) -> float:
    """The colour region of the head (hair, skin) whose mean is farthest off; small ones have no say."""
    total, worst = float(head.sum()), 0.0
    for region in range(3):
        weight = head * (fit.regions == region)
        if float(weight.sum()) < max(12.0, 0.1 * total):
            continue
        wanted = _mean_lab(fit.lab, weight)
        gaps = [_mean_lab(lab, weight) - wanted for lab in (figure.straight, figure.plain)]
        for gap in gaps:
            gap[0] *= LIGHTNESS_WEIGHT
        worst = max(worst, min(float(np.linalg.norm(gap)) for gap in gaps))
    return min(worst, DIFFERENCE_MAX)


def _bands(fit: Fit) -> tuple[tuple[int, int], ...]:
    return (
        (0, fit.neck),
        (fit.neck, fit.top + round(0.52 * LINES)),
        (fit.top + round(0.58 * LINES), ROWS),
    )


def _laid_at(
    seen: Floats, inside: Floats, cutout: Cutout, *, mirrored: bool, scale: float
) -> tuple[float, tuple[int, int]]:
    template, mask = _weighted(cutout.lab), cutout.alpha
    width, height = max(4, round(mask.shape[1] * scale)), max(8, round(mask.shape[0] * scale))
    template = cv2.resize(template, (width, height), interpolation=cv2.INTER_AREA)
    mask = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA)
    if mirrored:
        template, mask = template[:, ::-1], mask[:, ::-1]
    if height > seen.shape[0] or width > seen.shape[1]:
        spare = seen.shape[0] - height, seen.shape[1] - width
        template, mask = template[: height + min(0, spare[0])], mask[: height + min(0, spare[0])]
        cut = max(0, -spare[1])
        template, mask = (x[:, cut // 2 : x.shape[1] - (cut - cut // 2)] for x in (template, mask))
    template, mask = np.ascontiguousarray(template), np.ascontiguousarray(mask)
    errors = cv2.matchTemplate(seen, template, cv2.TM_SQDIFF, mask=np.dstack([mask] * 3))
    covered = cv2.matchTemplate(inside, mask, cv2.TM_CCORR)
    errors = errors / np.maximum(mask.sum(), 1e-3)
    errors[covered < 0.25 * mask.sum()] = np.inf
    row, column = np.unravel_index(int(np.argmin(errors)), errors.shape)
    return float(errors[row, column]), (int(row), int(column))


def _fit(cutout: Cutout, off: float, at: tuple[int, int], scale: float, *, mirrored: bool) -> Fit:
    height, width = round(LINES * scale), round(cutout.alpha.shape[1] * scale)

    def laid(picture: Floats, how: int) -> Floats:
        sized = cv2.resize(picture, (width, height), interpolation=how)
        if mirrored:
            sized = sized[:, ::-1]
        out = np.zeros((ROWS, COLUMNS, *picture.shape[2:]), np.float32)
        rows, columns = min(height, ROWS - at[0]), min(width, COLUMNS - at[1])
        out[at[0] : at[0] + rows, at[1] : at[1] + columns] = sized[:rows, :columns]
        return out

    regions = laid(cutout.regions.astype(np.float32) + 1, cv2.INTER_NEAREST) - 1
    neck = at[0] + round(cutout.neck * scale)
    return Fit(
        cutout,
        laid(cutout.lab, cv2.INTER_LINEAR),
        laid(cutout.alpha, cv2.INTER_LINEAR),
        regions,
        neck,
        at[0],
        mirrored,
        off,
    )


def _weighted(lab: Floats) -> Floats:
    return np.ascontiguousarray(lab * np.array([LIGHTNESS_WEIGHT, 1, 1], np.float32))


def _correlation(a: Floats, b: Floats, weight: Floats) -> float:
    total = float(weight.sum())
    a, b = a - float((a * weight).sum()) / total, b - float((b * weight).sum()) / total
    return float((a * b * weight).sum() / np.sqrt((a * a * weight).sum() * (b * b * weight).sum() + 1e-6))


def _rows(mask: Floats, top: int, bottom: int) -> Floats:
    out = np.zeros_like(mask)
    out[max(0, top) : max(0, bottom)] = mask[max(0, top) : max(0, bottom)]
    return out


def _mean(values: Floats, weight: Floats) -> float:
    return float((values * weight).sum() / max(float(weight.sum()), 1e-6))


def _mean_lab(lab: Floats, weight: Floats) -> Floats:
    out: Floats = (lab * weight[..., None]).sum((0, 1)) / max(float(weight.sum()), 1e-6)
    return out
