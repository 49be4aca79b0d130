"""The place: the background, with the cast masked, laid on its plate and compared whole and tile by tile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from checks.scorer.light import Light, light_between
from checks.scorer.palettes import apart, palette
from checks.scorer.registering import Registered, features, known_part, register, settled
from checks.scorer.subject import Setting
from checks.seeing.colour import Floats, difference, lab
from checks.seeing.eye import Eye, Picture
from checks.seeing.masters import Rgb
from checks.seeing.similarity import ssim

FREE_MIN = 0.08
"""Share of the frame that must be background for the place to have a say; a close-up may leave less."""

_TILES = (10, 6)
_BLUR_PX = 2.0
_REACHED = 0.98
_LAID_MAX = 2
"""Plates that are laid under one picture: the best, and one for where it does not reach."""
_TILE_FREE_MIN = 0.35
_WORST_SHARE = 0.15
"""The tiles that say a chair has moved: the worst sixth; one odd tile is a reflection."""

_GREY = 124
"""Where the cast is masked: the mean of what image towers were taught on."""


@dataclass(frozen=True, slots=True)
class Background:
    """The plate as this picture shows it, and the light on it.
    `passes`: it is this place well enough to take light from.
    """

    registered: Registered
    light: Light
    passes: bool


def look_behind(picture: Rgb, free: Floats, plates: Sequence[Rgb], setting: Setting) -> Background | None:
    """Lay the location's plates under the picture (RGB, working size);
    where the best one does not reach, the others do.

    None where none can be laid. About 80 CPU-ms for three plates.
    """
    seen = features(picture, free)
    laid = [
        found
        for index, plate in enumerate(plates)
        if (found := register(picture, seen, plate, setting.window if index == 0 else None)) is not None
    ]
    if not laid:
        return None
    laid.sort(key=lambda r: -r.inliers)
    pixels = picture.astype(np.float32)
    best: Registered | None = None
    for found in laid[:_LAID_MAX]:
        light = light_between(_soft(picture), _soft(found.view), free * found.inside)
        fitted = settled(light.taken_out(pixels), free, found)
        best = fitted if best is None else _filled(best, fitted)
    assert best is not None
    light = light_between(_soft(picture), _soft(best.view), free * (best.inside > _REACHED))
    return Background(best, light, light.trusted)


def compare_unlaid(picture: Rgb, free: Floats, plates: Sequence[Rgb], eye: Eye) -> Iterator[tuple[str, float]]:
    """The same where no plate can be laid under the picture, which says much by itself:
    whole, and feature by feature.
    """
    if float(free.mean()) < FREE_MIN:
        return
    yield "place_points", float(max(len(features(picture, free).places), 1))
    own = palette(lab(picture.astype(np.float32)), free)
    views = [_masked(plate[..., :3].astype(np.float32), known_part(plate)) for plate in plates]
    rows = eye.embed([_masked(picture.astype(np.float32), free), *views], "squash")
    yield "place_embedding", float((1 - rows[1:] @ rows[0]).min())
    theirs = [palette(lab(plate[..., :3].astype(np.float32)), known_part(plate)) for plate in plates]
    gaps = [apart(own, other) for other in theirs if own is not None and other is not None]
    if gaps:
        yield "place_colour", min(gaps)


def _filled(best: Registered, other: Registered) -> Registered:
    missing = ((best.inside <= _REACHED) & (other.inside > _REACHED))[..., None]
    view = np.where(missing, other.view, best.view)
    return replace(best, view=view, inside=np.maximum(best.inside, other.inside))


def compare_place(
    picture: Rgb, free: Floats, background: Background, eye: Eye, *, locked_off: bool
) -> Iterator[tuple[str, float]]:
    """Channel and distance. One embedding of the picture and one of the plate as seen (22 CPU-ms each)."""
    if float(free.mean()) < FREE_MIN:
        return
    laid, light = background.registered, background.light
    weight = free * (laid.inside > _REACHED)
    seen = picture.astype(np.float32)
    rows = eye.embed([_masked(seen, weight), _masked(laid.view, weight)], "squash")
    yield "place_embedding", 1 - float(rows[0] @ rows[1])
    straight, wanted = lab(light.taken_out(seen)), lab(laid.view)
    own = palette(wanted, weight)
    if own is not None:
        tries = [palette(straight, weight), palette(lab(seen), weight)]
        yield "place_colour", min(apart(own, p) for p in tries if p is not None)
    off = difference(straight, wanted, _BLUR_PX)
    tiles, cover = _tiles(off, weight)
    if tiles.size:
        yield "place_map", float((tiles * cover).sum() / cover.sum())
        yield "place_tiles", _worst(tiles)
        yield "place_structure", _worst(1 - _correlations(straight[..., 0], wanted[..., 0], weight))
    yield "place_points", max(laid.points, 1) / max(laid.inliers, 1)
    if locked_off and laid.still:
        yield "place_ssim", 1 - ssim(_masked(seen, weight), _masked(laid.view, weight))


def _tiles(values: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """The weighted mean of each tile that is free enough, and how free it is."""
    total = cv2.resize(weight, _TILES, interpolation=cv2.INTER_AREA)
    mean = cv2.resize(values * weight, _TILES, interpolation=cv2.INTER_AREA) / np.maximum(total, 1e-3)
    ok = total > _TILE_FREE_MIN
    return np.asarray(mean[ok], np.float32), np.asarray(total[ok], np.float32)


def _correlations(a: Floats, b: Floats, weight: Floats) -> Floats:
    """Normalised correlation of each tile, with a floor for flat walls: noise on both sides correlates with nothing."""
    a, b = (np.asarray(cv2.GaussianBlur(x, (0, 0), 1.5), np.float32) for x in (a, b))
    total = np.maximum(cv2.resize(weight, _TILES, interpolation=cv2.INTER_AREA), 1e-3)

    def mean(x: Floats) -> Floats:
        return np.asarray(cv2.resize(x * weight, _TILES, interpolation=cv2.INTER_AREA) / total, np.float32)

    ma, mb = mean(a), mean(b)
    va, vb, cov = mean(a * a) - ma * ma, mean(b * b) - mb * mb, mean(a * b) - ma * mb
    noise = 4.0
    return np.asarray(((2 * cov + noise) / (va + vb + noise))[total > _TILE_FREE_MIN], np.float32)


def _worst(tiles: Floats) -> float:
    count = max(1, round(_WORST_SHARE * tiles.size))
    return float(np.sort(tiles)[-count:].mean())


def _soft(picture: Rgb | Floats) -> Floats:
    return np.asarray(cv2.GaussianBlur(np.asarray(picture, np.float32), (0, 0), 2.0), np.float32)


def _masked(picture: Floats, free: Floats) -> Picture:
    mixed = picture * free[..., None] + _GREY * (1 - free[..., None])
    out: Picture = np.clip(np.rint(mixed), 0, 255).astype(np.uint8)
    return out
