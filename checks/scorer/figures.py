"""A person: their head, build and clothes, with the best-fitting view of theirs laid over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from checks.scorer.cutouts import FIGURE_LINES, HEAD_LINES, TORSO_LINES, TORSO_TO, Cutout, prepared_part
from checks.scorer.hair import compare_hair
from checks.scorer.matching import Match, SearchRaster, Template, best_match, on_grey
from checks.scorer.palettes import apart, palette
from checks.scorer.rasters import FIGURE_MARGIN, Layers, head_box, laid_back, sight_of, torso_box
from checks.scorer.silhouette import silhouette
from checks.scorer.subject import Likeness
from checks.seeing.colour import DIFFERENCE_MAX, LIGHTNESS_WEIGHT, Floats, difference
from checks.seeing.eye import Picture
from checks.seeing.masters import Rgba
from manifests.staging import Box

_HEAD_MARGIN, _TORSO_MARGIN = 22, 22
"""Lines of a raster kept free around: a head may lie four tenths of its own height off its box."""

_TORSO_OFF = 3
"""Lines by which a torso may lie off where the whole figure's view has it."""

_BLUR_PX = 1.5
_SEEN_MIN = 200
"""Pixels of the raster that must be in frame for a figure to have a say."""

_HEAD_MIN = 16.0
"""Lines of the picture below which a head is too small to have features."""

_LEGS_FROM = 0.58
_WHOLE = 0.95
"""Share of the matched view that must lie in the frame for the whole figure to be embedded."""


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody found in the picture: the view that fits, on a raster of their box; their torso's box, and their head's.

    `head`: None where it is too small.
    """

    sight: SearchRaster
    match: Match
    neck: float
    torso: Box
    head: Box | None
    layers: Layers


def find_figure(
    layers: Layers, box: Box, cutouts: Sequence[Cutout], head: Box | None = None, *, upright: bool = True
) -> Found | None:
    """Lay the best view over what stands in the box, and tell the figure from the room.
    About 60 CPU-ms for four views.
    """
    sight = sight_of(layers, box, FIGURE_LINES, FIGURE_MARGIN)
    if float(sight.inside.sum()) < _SEEN_MIN:
        return None
    match = best_match(sight, [cutout.whole for cutout in cutouts])
    if match is None:
        return None
    sight = replace(sight, mask=silhouette(sight, match))
    neck = cutouts[match.index].neck * match.scale * FIGURE_LINES
    seen = head_box(match, neck, box, layers.plain.shape)
    if head is not None:  # between where the view has it, and where blocking says: either may be off by half a head
        right, down = (head.left + head.right - seen.left - seen.right) / 4, (head.top - seen.top) / 2
        seen = Box(seen.left + right, seen.top + down, seen.right + right, seen.bottom + down)
    headless = not upright or (head is None and not cutouts[match.index].has_neck)
    small = headless or (seen.bottom - seen.top) * layers.plain.shape[0] < _HEAD_MIN
    known = replace(layers, mask=laid_back(sight.mask, box, layers.mask))
    return Found(sight, match, neck, torso_box(match, neck, box, layers.plain.shape), None if small else seen, known)


def compare_figure(
    found: Found, cutouts: Sequence[Cutout], likenesses: Sequence[Likeness]
) -> Iterator[tuple[str, float]]:
    """Channel and distance, pixels only.
    About 0.3 CPU-s with four views and six approved shots' eighteen likenesses.
    """
    yield from _compare_clothes(found, cutouts, likenesses)
    if found.head is not None:
        sight = _head_sight(found, found.head)
        heads = [cutout.head for cutout in cutouts]
        more = [prepared_part(like.head, HEAD_LINES).template for like in likenesses if like.head is not None]
        match = best_match(sight, heads)
        yield from _compare_head(sight, [*heads, *more], best_match(sight, [*heads, *more]) if more else match)
        if match is not None:
            yield from compare_hair(sight, cutouts, match)


def likeness_of(found: Found, cutouts: Sequence[Cutout]) -> Likeness:
    """The visible part of a character, as a further master."""
    colours = {
        name: tuple(seen for seen in _colours(found.sight, band) if seen is not None)
        for name, band in _bands(found.sight, found.match, found.neck)
    }
    head = (
        None if found.head is None else _cut_out(_head_sight(found, found.head), [c.head for c in cutouts], HEAD_LINES)
    )
    return Likeness(head, _cut_out(_torso_sight(found), [c.torso for c in cutouts], TORSO_LINES), colours)


def crops_of(found: Found) -> dict[str, Picture]:
    """The visible figure, torso and head, in the plate's light, on grey: as masters are embedded.

    What the frame cuts is left out.
    """
    sight, match = found.sight, found.match
    out = {}
    if float((match.alpha * sight.inside).sum()) > _WHOLE * float(match.alpha.sum()):
        out["figure"] = on_grey(sight.straight, sight.mask)
    torso = _rows(match.alpha, match.top + found.neck, match.top + TORSO_TO * match.scale * FIGURE_LINES)
    if float((torso * sight.inside).sum()) > _WHOLE * float(torso.sum()):
        band = np.flatnonzero(torso.max(1) > 0)
        out["torso"] = on_grey(sight.straight, _rows(sight.mask, int(band[0]), int(band[-1]) + 1))
    if found.head is not None:
        head = _head_sight(found, found.head)
        out["head"] = on_grey(head.straight, _rows(head.mask, 0, HEAD_LINES + _HEAD_MARGIN))
    return out


def _cut_out(sight: SearchRaster, templates: Sequence[Template], lines: int) -> Rgba | None:
    """A part as an RGBA cut-out in the plate's light, `lines` high; None where the frame cuts it."""
    match = best_match(sight, templates)
    if match is None or float((match.alpha * sight.inside).sum()) < 0.9 * float(match.alpha.sum()):
        return None
    mask = silhouette(sight, match)
    bottom = match.top + round(match.scale * lines)
    rgb = cv2.cvtColor(sight.straight, cv2.COLOR_LAB2RGB) * 255
    rgba = np.dstack([rgb, mask * 255])[max(0, match.top - 6) : bottom]
    out: Rgba = np.clip(np.rint(rgba), 0, 255).astype(np.uint8)
    return out if (out[..., 3] > 8).any() else None


def _head_sight(found: Found, head: Box) -> SearchRaster:
    return sight_of(found.layers, head, HEAD_LINES, _HEAD_MARGIN)


def _torso_sight(found: Found) -> SearchRaster:
    """Of the figure only the torso: head and legs are nothing that a view of it should have."""
    sight = sight_of(found.layers, found.torso, TORSO_LINES, _TORSO_MARGIN)
    own = _rows(sight.mask, _TORSO_MARGIN - _TORSO_OFF, _TORSO_MARGIN + TORSO_LINES + _TORSO_OFF)
    return replace(sight, mask=own)


def _compare_clothes(
    found: Found, cutouts: Sequence[Cutout], likenesses: Sequence[Likeness]
) -> Iterator[tuple[str, float]]:
    for name, band in _bands(found.sight, found.match, found.neck):
        if name == "torso":
            sight = _torso_sight(found)
            torsos = [prepared_part(like.torso, TORSO_LINES).template for like in likenesses if like.torso is not None]
            match = best_match(sight, [*(c.torso for c in cutouts), *torsos])
            if match is not None and float((match.alpha * sight.inside).sum()) >= _SEEN_MIN:
                yield "torso_map", _mean(_difference(sight, match), match.alpha * sight.inside)
        own = [palette(c.whole.lab, _part(c, name)) for c in cutouts]
        own += [seen for like in likenesses for seen in like.colours.get(name, ())]
        if (d := _least_apart(_colours(found.sight, band), own)) is not None:
            yield f"{name}_colour", d


def _bands(sight: SearchRaster, match: Match, neck: float) -> Iterator[tuple[str, Floats]]:
    """The torso and the legs of the matched view, where the frame shows enough of them."""
    weight, tall = match.alpha * sight.inside, match.scale * FIGURE_LINES
    bands = {
        "torso": (match.top + neck, match.top + TORSO_TO * tall),
        "legs": (match.top + _LEGS_FROM * tall, match.top + tall),
    }
    for name, (top, bottom) in bands.items():
        band = _rows(weight, top, bottom)
        if float(band.sum()) >= 0.4 * max(float(_rows(match.alpha, top, bottom).sum()), 100.0):
            yield name, band


def _colours(sight: SearchRaster, band: Floats) -> list[Floats | None]:
    """Histograms of what is the figure's, in the plate's light and as it is."""
    return [palette(lab, band * sight.mask) for lab in (sight.straight, sight.plain)]


def _compare_head(sight: SearchRaster, heads: Sequence[Template], match: Match | None) -> Iterator[tuple[str, float]]:
    weight = None if match is None else match.alpha * sight.inside
    if match is None or weight is None or float(weight.sum()) < _SEEN_MIN:
        return
    sight = replace(sight, mask=silhouette(sight, match))
    yield "head_map", _mean(_difference(sight, match), weight)
    yield "head_region", _worst_region(sight, match, weight)
    tries = [palette(lab, sight.mask * weight) for lab in (sight.straight, sight.plain)]
    if (d := _least_apart(tries, [palette(h.lab, h.alpha) for h in heads])) is not None:
        yield "head_colour", d


def _difference(sight: SearchRaster, match: Match) -> Floats:
    """Per pixel, in whichever light fits better there."""
    return np.minimum(difference(sight.straight, match.lab, _BLUR_PX), difference(sight.plain, match.lab, _BLUR_PX))


def _worst_region(sight: SearchRaster, match: Match, head: Floats) -> float:
    """The colour region of the head (hair, skin) whose mean is farthest off; small ones have no say."""
    total, worst = float(head.sum()), 0.0
    for region in range(3):
        weight = head * (match.labels == region)
        if float(weight.sum()) < max(20.0, 0.1 * total):
            continue
        wanted = _mean_lab(match.lab, weight)
        gaps = [_mean_lab(lab, weight) - wanted for lab in (sight.straight, sight.plain)]
        for gap in gaps:
            gap[0] *= LIGHTNESS_WEIGHT
        worst = max(worst, min(float(np.linalg.norm(gap)) for gap in gaps))
    return min(worst, DIFFERENCE_MAX)


def _least_apart(seen: Sequence[Floats | None], own: Sequence[Floats | None]) -> float | None:
    return min((apart(a, b) for a in seen if a is not None for b in own if b is not None), default=None)


def _part(cutout: Cutout, name: str) -> Floats:
    top, bottom = (cutout.neck, TORSO_TO) if name == "torso" else (_LEGS_FROM, 1.0)
    return _rows(cutout.whole.alpha, top * FIGURE_LINES, bottom * FIGURE_LINES)


def _rows(mask: Floats, top: float, bottom: float) -> Floats:
    out = np.zeros_like(mask)
    band = np.s_[max(0, round(top)) : max(0, round(bottom))]
    out[band] = mask[band]
    return out


def _mean(values: Floats, weight: Floats) -> float:
    return float((values * weight).sum() / max(float(weight.sum()), 1e-6))


def _mean_lab(lab: Floats, weight: Floats) -> Floats:
    out: Floats = (lab * weight[..., None]).sum((0, 1)) / max(float(weight.sum()), 1e-6)
    return out
