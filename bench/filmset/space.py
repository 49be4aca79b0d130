"""A camera in a room, and faces with materials seen through it: walls to the horizon, furniture from far to near."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.filmset.brush import Floats, Lab, Picture, Points, rgb, shade

_NEAR = 0.25
_TEXTURE = 256
"""Pixels of a texture's side; it stands for `Skin.size` metres, and small ones are made smaller: they would flicker."""


@dataclass(frozen=True, slots=True)
class Camera:
    """Metres and radians: `yaw` to the right, `pitch` upwards; `focal` in pixels of the canvas."""

    x: float
    y: float
    z: float
    yaw: float
    pitch: float
    focal: float

    def seen(self, places: Points) -> Points:
        """World (x right, y up, z away) to the camera's own x, y, z."""
        moved = places - (self.x, self.y, self.z)
        cos, sin = np.cos(self.yaw), np.sin(self.yaw)
        x, z = moved[:, 0] * cos - moved[:, 2] * sin, moved[:, 0] * sin + moved[:, 2] * cos
        cos, sin = np.cos(self.pitch), np.sin(self.pitch)
        return np.stack([x, moved[:, 1] * cos - z * sin, moved[:, 1] * sin + z * cos], 1)


@dataclass(frozen=True, slots=True)
class Skin:
    """The surface of a face. `grain`: which texture; `size`: metres a repeat takes; `strength`: 0 flat to 1."""

    colour: Lab
    grain: str = "plaster"
    size: float = 1.2
    strength: float = 1.0
    second: Lab | None = None
    glow: bool = False


@dataclass(frozen=True, slots=True)
class Face:
    """A rectangle: a corner, and its two sides, in metres. It is seen from both sides unless `one_sided`."""

    corner: Points
    across: Points
    up: Points
    skin: Skin
    one_sided: bool = True


@dataclass(slots=True)
class View:
    """A canvas and its camera. `side`: the light's side, -1 left to 1 right."""

    picture: Picture
    camera: Camera
    side: float = -0.5
    set_mask: Picture | None = field(default=None)

    def point(self, place: tuple[float, float, float]) -> tuple[float, float, float]:
        """Where a place is seen, in pixels, and how far away it is, in metres."""
        x, y, z = self.points(np.array([place], float))[0]
        return float(x), float(y), float(z)

    def points(self, places: Points) -> Points:
        """The same for many places, as rows."""
        seen = self.camera.seen(places)
        near = seen.copy()
        near[:, 2] = np.maximum(seen[:, 2], _NEAR)
        return np.column_stack([self._pixels(near), seen[:, 2]])

    def draw(self, face: Face) -> None:
        """Paint one face, lit by where it looks."""
        normal = _across(face.up, face.across)
        normal = normal / max(float(np.sqrt(normal @ normal)), 1e-9)
        middle = face.corner + (face.across + face.up) / 2
        to_eye = np.array([self.camera.x, self.camera.y, self.camera.z]) - middle
        if float(normal @ to_eye) < 0:
            if face.one_sided:
                return
            normal = -normal
        seen = self.camera.seen(
            np.array(
                [face.corner, face.corner + face.across, face.corner + face.across + face.up, face.corner + face.up]
            )
        )
        outline = _clipped(seen)
        if outline is None:
            return
        pixels = self._pixels(outline)
        height, width = self.picture.shape[:2]
        left, top = np.maximum(np.floor(pixels.min(0)).astype(int) - 1, 0)
        right, bottom = np.minimum(np.ceil(pixels.max(0)).astype(int) + 2, (width, height))
        if right - left < 1 or bottom - top < 1:
            return
        light = 1.0 if face.skin.glow else 0.90 + 0.10 * normal[1] + 0.13 * normal[0] * self.side - 0.05 * normal[2]
        mask = np.zeros((bottom - top, right - left), np.uint8)
        cv2.fillPoly(mask, [np.round((pixels - (left, top)) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        if (bottom - top) * (right - left) < 400:
            patch = np.empty((bottom - top, right - left, 3), np.uint8)
            patch[:] = np.clip(rgb(face.skin.colour) * light, 0, 255)
        else:
            patch = self._textured(face, seen, (left, top), (right - left, bottom - top), float(light))
        self._blend(left, top, patch, mask)

    def _textured(self, face: Face, seen: Points, at: tuple[int, int], size: tuple[int, int], light: float) -> Picture:
        wide, high = (float(np.sqrt(side @ side)) for side in (face.across, face.up))
        texture = texture_of(face.skin)
        step = face.skin.size / len(texture)
        u, v = (seen[1] - seen[0]) * (step / wide), (seen[3] - seen[0]) * (step / high)
        h, w = self.picture.shape[:2]
        lens = np.array([[self.camera.focal, 0, w / 2 - at[0]], [0, -self.camera.focal, h / 2 - at[1]], [0, 0, 1]])
        back = np.linalg.inv(lens @ np.stack([u, v, seen[0]], 1))
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        patch = cv2.warpPerspective(texture, back, size, flags=flags, borderMode=cv2.BORDER_WRAP)
        if face.skin.glow:
            return np.asarray(patch, np.uint8)
        rows = np.linspace(1.05, 0.93, size[1], dtype=np.float32)[:, None, None] * np.float32(light)
        return np.asarray(np.minimum(patch * rows, 255), np.uint8)

    def _pixels(self, seen: Points) -> Points:
        height, width = self.picture.shape[:2]
        z = seen[:, 2]
        return np.stack(
            [width / 2 + self.camera.focal * seen[:, 0] / z, height / 2 - self.camera.focal * seen[:, 1] / z], 1
        )

    def _blend(self, left: int, top: int, patch: Picture, mask: Picture) -> None:
        height, width = mask.shape
        there = self.picture[top : top + height, left : left + width]
        rows, columns = np.nonzero((mask > 0) & (mask < 255))
        alpha = mask[rows, columns].astype(np.float32)[:, None] / 255
        edge = there[rows, columns]
        mixed = edge + (patch[rows, columns].astype(np.float32) - edge) * alpha
        cv2.copyTo(patch, (mask == 255).astype(np.uint8), there)
        there[rows, columns] = mixed.astype(np.uint8)


def _across(a: Points, b: Points) -> Points:
    return np.array([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])


def _clipped(seen: Points) -> Points | None:
    """The part of a shape that lies in front of the lens."""
    out: list[NDArray[np.float64]] = []
    for a, b in zip(seen, np.roll(seen, -1, 0), strict=True):
        if a[2] >= _NEAR:
            out.append(a)
        if (a[2] >= _NEAR) != (b[2] >= _NEAR):
            out.append(a + (b - a) * ((_NEAR - a[2]) / (b[2] - a[2])))
    return np.array(out) if len(out) >= 3 else None


def texture_of(skin: Skin) -> Picture:
    """A tile of the material, RGB."""
    pixels = _TEXTURE if skin.size >= 0.8 else _TEXTURE // 2 if skin.size >= 0.45 else _TEXTURE // 4
    key = (skin.colour, skin.grain, skin.strength, skin.second, pixels)
    if key not in _textures:
        if len(_textures) > 900:
            _textures.clear()
        _textures[key] = np.asarray(cv2.resize(_woven(skin), (pixels, pixels), interpolation=cv2.INTER_AREA), np.uint8)
    return _textures[key]


def _woven(skin: Skin) -> Floats:
    amount, chance = _grain(skin.grain)
    base, second = rgb(skin.colour), rgb(skin.second if skin.second is not None else shade(skin.colour, -14))
    amount = np.clip(amount * np.float32(skin.strength), 0, 1)[..., None]
    out = base + (second - base) * amount
    out = out * (1 + np.float32(0.05) * (chance[..., None] - np.float32(0.5)))
    return np.asarray(np.clip(out, 0, 255), np.float32)


def _grain(name: str) -> tuple[Floats, Floats]:
    """How much of the second colour a material shows, 0 to 1, and its fine noise."""
    if name not in _grains:
        rng = np.random.default_rng(len(name) * 7919 + sum(map(ord, name)))
        y, x = np.mgrid[0:_TEXTURE, 0:_TEXTURE].astype(np.float32) / _TEXTURE
        soft, fine = _cloud(rng, 20), _cloud(rng, 1.2)
        amount = _MATERIALS.get(name, _plaster)(x, y, soft, fine)
        _grains[name] = (np.asarray(amount, np.float32), fine)
    return _grains[name]


def _plaster(_x: Floats, _y: Floats, soft: Floats, fine: Floats) -> Floats:
    return np.asarray(0.35 * soft + 0.12 * fine, np.float32)


def _planks(x: Floats, y: Floats, _soft: Floats, _fine: Floats) -> Floats:
    tone = np.random.default_rng(5).random(6).astype(np.float32)[np.floor(y * 6).astype(int)]
    ends = np.abs(np.mod(x + tone, 1.0) - 0.5) < 0.006
    grain = _cloud(np.random.default_rng(6), (1.2, 26))
    return np.asarray(0.35 * tone + 0.3 * grain + 0.8 * (np.mod(y * 6, 1) < 0.045) + 0.7 * ends, np.float32)


def _books(x: Floats, _y: Floats, _soft: Floats, _fine: Floats) -> Floats:
    tone = np.random.default_rng(3).random(18).astype(np.float32)[np.floor(x * 18).astype(int)]
    return np.asarray(tone + 0.5 * (np.mod(x * 18, 1) < 0.1), np.float32)


def _brick(x: Floats, y: Floats, soft: Floats, _fine: Floats) -> Floats:
    odd = np.mod(np.floor(y * 8), 2)
    return np.asarray(
        0.9 * ((np.mod(y * 8, 1) < 0.12) | (np.mod(x * 4 + 0.5 * odd, 1) < 0.06)) + 0.35 * soft, np.float32
    )


def _hung(x: Floats, y: Floats, soft: Floats, _fine: Floats) -> Floats:
    sun = (x - 0.7) ** 2 + (y - 0.3) ** 2 < 0.012
    return np.asarray(0.6 * (y > 0.55 + 0.12 * _turns(x * 1.5)) + 0.5 * soft + 0.4 * sun, np.float32)


def _turns(turns: Floats) -> Floats:
    return np.asarray(np.sin(turns * np.float32(2 * np.pi)), np.float32)


def _cloud(rng: np.random.Generator, sigma: float | tuple[float, float]) -> Floats:
    across, down = (sigma, sigma) if isinstance(sigma, (int, float)) else (sigma[1], sigma[0])
    raw = np.tile(rng.random((_TEXTURE, _TEXTURE)).astype(np.float32), (3, 3))
    soft = cv2.GaussianBlur(raw, (0, 0), sigmaX=across, sigmaY=down)[_TEXTURE : 2 * _TEXTURE, _TEXTURE : 2 * _TEXTURE]
    low, high = np.percentile(soft, (2, 98))
    return np.asarray(np.clip((soft - low) / (high - low), 0, 1), np.float32)


_textures: dict[tuple[Lab, str, float, Lab | None, int], Picture] = {}
_grains: dict[str, tuple[Floats, Floats]] = {}
_MATERIALS: dict[str, Callable[[Floats, Floats, Floats, Floats], Floats]] = {
    "planks": _planks,
    "books": _books,
    "brick": _brick,
    "picture": _hung,
    "wood": lambda _x, _y, soft, _f: 0.7 * _cloud(np.random.default_rng(8), (2, 40)) + 0.15 * soft,
    "tiles": lambda x, y, soft, _f: 0.9 * ((np.mod(x * 4, 1) < 0.04) | (np.mod(y * 4, 1) < 0.04)) + 0.3 * soft,
    "chess": lambda x, y, soft, _f: 0.9 * np.mod(np.floor(x * 4) + np.floor(y * 4), 2) + 0.1 * soft,
    "paper_stripes": lambda x, _y, soft, _f: 0.75 * (_turns(x * 8) > 0.2) + 0.15 * soft,
    "paper_flowers": lambda x, y, soft, _f: (
        0.8 * (_turns(x * 6) * _turns(y * 6) > 0.55) + 0.5 * (_turns((x + y) * 6) > 0.96) + 0.1 * soft
    ),
    "paper_diamonds": lambda x, y, soft, _f: (
        0.6 * (np.abs(_turns((x + y) * 3) * _turns((x - y) * 3)) < 0.12) + 0.15 * soft
    ),
    "panel": lambda x, _y, _s, _f: 0.7 * (np.mod(x * 6, 1) < 0.05) + 0.3 * _cloud(np.random.default_rng(9), (30, 2)),
    "rug": lambda x, y, _s, fine: 0.9 * (_turns(np.maximum(abs(x - 0.5), abs(y - 0.5)) * 7) > 0.3) + 0.2 * fine,
    "fabric": lambda _x, _y, soft, fine: 0.25 * fine + 0.3 * soft,
    "leaves": lambda _x, _y, _s, fine: 0.4 * fine + 0.8 * _cloud(np.random.default_rng(10), 4),
    "sky": lambda x, y, soft, _f: 0.8 * y + 0.3 * soft + 0.5 * (y < 0.28 + 0.1 * _turns(x * 2)),
}
