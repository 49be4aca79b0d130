"""A film whose references are photographs that scikit-image ships: a portrait before a garage from two true cameras.

Takes are the cut-out before either camera's garage, through another lens, in another light, with grain and JPEG. The
person too many, and in place of the right one, is the cameraman of another photograph. The portrait is NASA's (public
domain), the garage from Middlebury's stereo pictures, the cameraman CC0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from skimage import data as _data

from bench.eyesight.real import photos
from bench.filmset.brush import Floats, Picture
from bench.filmset.frame import photographed
from bench.filmset.people import Rng
from bench.filmset.scenes import light
from bench.gating.film import DRESS, Made
from bench.gating.material import GOOD, Material
from manifests.scene import Camera, CastMember, Mark, Shot

data: Any = _data
"""It ships no types."""

FLAWS = (
    "another person",
    "clothes in another colour",
    "another room",
    "extra",
    "twice",
    "missing",
    "mirrored",
)
_WIDE, _HIGH = 1280, 720
_DELTA = 42.0
"""Delta-E by which clothes are recoloured: gross, as in the drawn set."""

_FACE = ((180, 125), (235, 105), (258, 140), (252, 160), (245, 185), (235, 197), (205, 195), (185, 208), (165, 160))
"""The outline of the cameraman's face, which is as light as the sky: x and y in the photograph."""

_TRIPOD = 345
"""Column from which on the photograph shows the tripod alone."""

_HEAD_SHARE = 0.37
"""Part of the portrait's height that is head: clothes begin below it."""


def photographs(seed: int) -> Material:
    """The one film. `kinds` are those that photographs can be edited into."""
    portrait = _portrait()
    man = _cameraman()
    left, right, _ = data.stereo_motorcycle()
    garage = tuple(_framed(np.asarray(view, np.uint8)) for view in (left, right))
    elsewhere = _framed(np.asarray(data.rocket(), np.uint8))

    def one(kind: str, rng: Rng) -> Made:
        mark = _mark(rng)
        plate = elsewhere if kind == "another room" else garage[int(rng.integers(2))]
        frame = plate.astype(np.float32)
        if kind in {"extra", "twice"}:
            other = replace_x(mark, 0.24 if mark.x > 0.5 else 0.78)
            _lay(frame, man if kind == "extra" else portrait, other)
        if kind != "missing":
            _lay(frame, _in_place(kind, portrait, man, rng), mark)
        picture = _seen(np.asarray(np.clip(frame, 0, 255), np.uint8), rng)
        return Made(np.ascontiguousarray(picture[:, ::-1]) if kind == "mirrored" else picture, _asked(mark))

    def takes(kind: str, count: int) -> Iterator[Made]:
        chance = np.random.default_rng([seed, 2, *kind.encode()])
        yield from (one(kind, chance) for _ in range(count))

    def approved(count: int) -> Iterator[Made]:
        chance = np.random.default_rng([seed, 1])
        yield from (one(GOOD, chance) for _ in range(count))

    return Material(
        {"astronaut": {"front": portrait}, "cameraman": {"front": man}},
        {"garage": garage[0], "pad": elsewhere},
        (GOOD, *FLAWS),
        approved,
        takes,
    )


def _in_place(kind: str, portrait: Picture, man: Picture, rng: Rng) -> Picture:
    if kind == "another person":
        return man
    return _recoloured(portrait, rng) if kind == "clothes in another colour" else portrait


def replace_x(mark: Mark, x: float) -> Mark:
    """The mark at another place across the frame."""
    return mark.model_copy(update={"x": x})


def _portrait() -> Picture:
    photo = next(each for each in photos() if each.name == "astronaut")
    return _trimmed(np.dstack([photo.pictures[0], photo.mask]))


def _cameraman() -> Picture:
    """The dark figure of `skimage.data.camera`: everything dark that hangs together with its middle."""
    grey = np.asarray(data.camera(), np.uint8)
    dark = np.asarray(cv2.morphologyEx((grey < 70).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)))
    _, marks = cv2.connectedComponents(dark)
    body = (marks == marks[250, 170]).astype(np.uint8)
    cv2.fillPoly(body, [np.array(_FACE, np.int32)], 1)
    body[:, _TRIPOD:] = 0
    soft = cv2.GaussianBlur(255 * body, (0, 0), 1.2)
    return _trimmed(np.dstack([grey, grey, grey, soft]))


def _trimmed(rgba: Picture) -> Picture:
    rows, columns = (np.flatnonzero(rgba[..., 3].max(axis) > 20) for axis in (1, 0))
    return np.ascontiguousarray(rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


def _framed(picture: Picture) -> Picture:
    """The middle of a photograph as a 16:9 frame."""
    height, width = picture.shape[:2]
    high = round(width * 9 / 16)
    top = max(0, (height - high) // 2)
    part = picture[top : top + high, : round(min(height, high) * 16 / 9), :3]
    return np.asarray(cv2.resize(part, (_WIDE, _HIGH), interpolation=cv2.INTER_CUBIC), np.uint8)


def _mark(rng: Rng) -> Mark:
    scale = float(rng.uniform(0.72, 1.0))
    return Mark(x=float(rng.choice((0.35, 0.62)) + rng.uniform(-0.04, 0.04)), y=1.0, scale=scale)


def _asked(mark: Mark) -> Shot:
    return Shot(
        id="SC010_SH0010",
        location="garage",
        cast=(CastMember(character="astronaut", wardrobe=DRESS, start=mark),),
        camera=Camera(size="medium", move="push_in", amount=0.05),
        motion="stands",
        duration_s=4,
    )


def _lay(frame: Floats, rgba: Picture, mark: Mark) -> None:
    high = round(mark.scale * _HIGH)
    wide = round(high * rgba.shape[1] / rgba.shape[0])
    sized = np.asarray(cv2.resize(rgba, (wide, high), interpolation=cv2.INTER_CUBIC), np.float32)
    top, left = round(mark.y * _HIGH) - high, round(mark.x * _WIDE - wide / 2)
    x0, x1 = max(0, left), min(_WIDE, left + wide)
    part = sized[:, x0 - left : x1 - left]
    alpha = part[..., 3:] / np.float32(255)
    frame[top : top + high, x0:x1] += (part[..., :3] - frame[top : top + high, x0:x1]) * alpha


def _recoloured(rgba: Picture, rng: Rng) -> Picture:
    turn = rng.uniform(0, 2 * np.pi)
    lab = np.asarray(cv2.cvtColor(rgba[..., :3].astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)
    below = round(_HEAD_SHARE * rgba.shape[0])
    lab[below:, :, 1:] += _DELTA * np.array([np.cos(turn), np.sin(turn)], np.float32)
    rgb = np.asarray(np.clip(255 * cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), 0, 255), np.uint8)
    return np.dstack([rgb, rgba[..., 3]])


def _seen(picture: Picture, rng: Rng) -> Picture:
    """Through another lens (zoom to 1.2, tilt to 3 degrees, keystone) and in another light."""
    corners = np.array([[0, 0], [_WIDE, 0], [_WIDE, _HIGH], [0, _HIGH]], np.float32)
    zoom, turn, middle = rng.uniform(1.0, 1.2), np.radians(rng.uniform(-3, 3)), corners.mean(0)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    moved = (corners - middle) @ spin.T * zoom + middle + rng.uniform(-0.03, 0.03, 2) * (_WIDE, _HIGH)
    moved += rng.normal(0, 0.01, (4, 2)) * (_WIDE, _HIGH)
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    bent = cv2.warpPerspective(picture, matrix, (_WIDE, _HIGH), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    return photographed(np.asarray(bent, np.uint8), replace(light(rng), grain=2.0), (_WIDE, _HIGH))


__all__ = ["FLAWS", "photographs"]
