"""One frame of an animatic: the plate as the camera sees it, the weather,
and the cut-outs where the blocking puts them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from manifests.bible import Region, plate_name, prop_name, view_name
from manifests.scene import Shot
from manifests.staging import Box, Placement, placements, plate_part, plate_window
from providers.previz import light, motion
from providers.previz.kept import NOTHING_KEPT, KeptPictures
from providers.previz.pictures import Picture
from providers.previz.weather import Rain

PictureOf = Callable[[str], Picture]
"""The picture of a canonical name: a plate with three channels, anything else premultiplied with four."""

TURN_FRAMES = 4
"""Frames over which somebody who turns fades from one view to the next."""
_LOWEST_SHADOW = 1.03
_SAMPLES = tuple(i / 8 for i in range(9))


@dataclass(frozen=True, slots=True)
class _Sprite:
    picture: Picture
    shadow: light.Shadow


class Composer:
    """Composes `shot` at any moment. `size`: width and height in pixels; `frames`: how long the shot is;
    `seed`: which take.

    `picture_of` is asked once for each picture. The same arguments give the same bytes, whatever is `kept`.
    """

    def __init__(
        self,
        shot: Shot,
        picture_of: PictureOf,
        *,
        size: tuple[int, int],
        frames: int,
        weather: Sequence[Region],
        seed: int,
        kept: KeptPictures = NOTHING_KEPT,
    ) -> None:
        self._shot, self._size, self._frames, self._seed = shot, size, frames, seed
        self._cast = {member.character: member for member in shot.cast}
        plate = picture_of(plate_name(shot.location))
        self._kept = kept
        seen = (shot.camera.model_dump_json(), shot.aspect, size[0])
        self._plate = kept.of(plate, seen, lambda: scaled_plate(plate, shot, size[0]))
        opening = look(self._plate, plate_window(shot.camera, 0.0), size)
        self._still = opening if shot.camera.move == "static" else None
        self._light = light.ambience(opening)
        self._exposure = 1.0 + ((seed >> 8) % 1000 / 1000 - 0.5) * 0.012
        self._vignette = kept.of(light, size, lambda: light.vignette(*size))
        self._rain = Rain(_on_part(weather, plate, shot), *size, seed, fps=shot.fps) if weather else None
        self._sprites = self._prepare(picture_of)

    def frame(self, index: int) -> Picture:
        """Frame `index` of the clip, from 0: a new array of blue, green and red."""
        return self.moment(index / max(1, self._frames - 1), index / self._shot.fps, index)

    def moment(self, progress: float, seconds: float = 0.0, index: int = 0) -> Picture:
        """The frame at `progress` (0 to 1), with idle life as `seconds` in and rain as at frame `index`."""
        window = plate_window(self._shot.camera, progress)
        frame = self._still.copy() if self._still is not None else look(self._plate, window, self._size)
        if self._rain:
            self._rain.behind(frame, window, index)
        for placement in placements(self._shot, progress):
            self._place(frame, placement, progress, seconds)
        if self._rain:
            self._rain.before(frame, window, index)
        return cv2.multiply(frame, self._vignette, scale=self._exposure / 255)

    def _place(self, frame: Picture, placement: Placement, progress: float, seconds: float) -> None:
        member = self._cast.get(placement.entity) if placement.wardrobe else None
        pose = (
            motion.pose(member, progress, seconds, self._seed, placement.frame)
            if member
            else self._carried(placement, progress)
        )
        sprite = self._sprites[sprite_name(placement)]
        _throw_shadow(frame, sprite, placement)
        blend(frame, sprite.picture, where(sprite.picture, placement, pose, self._size))
        if member and (soon := self._soon(placement, progress)):
            turning, share = soon
            picture = self._sprites[sprite_name(turning)].picture
            fading = cv2.convertScaleAbs(picture, alpha=share)
            blend(frame, fading, where(picture, turning, pose, self._size))

    def _carried(self, placement: Placement, progress: float) -> motion.Pose:
        """A prop that goes along with somebody rises with their steps."""
        prop = next(p for p in self._shot.props if p.prop == placement.entity)
        carrier = next((m for m in self._shot.cast if motion.carries(m, prop, placement.frame)), None)
        if carrier is None:
            return motion.REST
        rise = (
            motion.pose(carrier, progress, 0.0, self._seed, placement.frame).rise
            * carrier.start.scale
            / prop.start.scale
        )
        return motion.REST._replace(rise=rise)

    def _soon(self, now: Placement, progress: float) -> tuple[Placement, float] | None:
        """The view that somebody is about to turn to, and how much of it shows already."""
        member = self._cast[now.entity]
        if self._frames <= 2 * TURN_FRAMES:
            return None
        if member.end is None or (member.end.facing, member.end.mirrored) == (now.view, now.mirrored):
            return None
        for ahead in range(1, TURN_FRAMES):
            later = progress + ahead / max(1, self._frames - 1)
            then = next(p for p in placements(self._shot, later) if p.entity == now.entity)
            if sprite_name(then) != sprite_name(now):
                here = Placement(now.entity, now.wardrobe, then.view, then.mirrored, now.x, now.y, now.scale, now.frame)
                return here, 1 - ahead / TURN_FRAMES
        return None

    def _prepare(self, picture_of: PictureOf) -> dict[tuple[str, bool], _Sprite]:
        tallest: dict[tuple[str, bool], float] = {}
        for progress in _SAMPLES:
            for placement in placements(self._shot, progress):
                key = sprite_name(placement)
                tallest[key] = max(tallest.get(key, 0.0), placement.scale)
        return {key: self._sprite(picture_of(key[0]), key, scale) for key, scale in tallest.items()}

    def _sprite(self, picture: Picture, key: tuple[str, bool], scale: float) -> _Sprite:
        whole = (key, scale, self._size, self._light)
        return self._kept.of(picture, whole, lambda: self._made_sprite(picture, key, scale))

    def _made_sprite(self, picture: Picture, key: tuple[str, bool], scale: float) -> _Sprite:
        picture = reduced(picture, scale * self._size[1] * 1.01)
        if key[1]:
            picture = cv2.flip(picture, 1)
        graded = light.graded(picture, self._light)
        return _Sprite(graded, light.shadow(graded, self._light, lies=key[0].startswith("props/")))


def sprite_name(placement: Placement) -> tuple[str, bool]:
    """The canonical name of the picture a placement shows, and whether it is mirrored."""
    if placement.wardrobe is None:
        return prop_name(placement.entity), placement.mirrored
    return view_name(placement.entity, placement.wardrobe, placement.view), placement.mirrored


def scaled_plate(plate: Picture, shot: Shot, frame_width: int) -> Picture:
    """The plate at the largest size at which this shot sees it, through its lens,
    in four channels (warping is faster so).
    """
    left, top, right, bottom = plate_part((plate.shape[1], plate.shape[0]), shot.aspect)
    plate = plate[top:bottom, left:right]
    windows = [plate_window(shot.camera, progress) for progress in _SAMPLES]
    narrowest = min(window.right - window.left for window in windows)
    factor = frame_width / (narrowest * plate.shape[1])
    if factor < 1:
        plate = cv2.resize(plate, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    seen = light.through_lens(plate, shot.camera, round(narrowest * plate.shape[1]))
    return cv2.cvtColor(seen, cv2.COLOR_BGR2BGRA)


def _on_part(regions: Sequence[Region], plate: Picture, shot: Shot) -> tuple[Region, ...]:
    """The regions of a plate in fractions of the part of it that has the frame's shape."""
    wide, tall = plate.shape[1], plate.shape[0]
    left, top, right, bottom = plate_part((wide, tall), shot.aspect)
    if (right - left, bottom - top) == (wide, tall):
        return tuple(regions)
    found = []
    for region in regions:
        x0, x1 = (min(1.0, max(0.0, (x * wide - left) / (right - left))) for x in (region.x, region.x + region.w))
        y0, y1 = (min(1.0, max(0.0, (y * tall - top) / (bottom - top))) for y in (region.y, region.y + region.h))
        if x1 > x0 and y1 > y0:
            found.append(Region(x=x0, y=y0, w=x1 - x0, h=y1 - y0))
    return tuple(found)


def look(plate: Picture, window: Box, size: tuple[int, int]) -> Picture:
    """The window of the plate, filling the frame. Outside the plate, the plate is mirrored."""
    width, height = size
    zoom_x = width / ((window.right - window.left) * plate.shape[1])
    zoom_y = height / ((window.bottom - window.top) * plate.shape[0])
    move_x = (0.5 - window.left * plate.shape[1]) * zoom_x - 0.5
    move_y = (0.5 - window.top * plate.shape[0]) * zoom_y - 0.5
    turn = np.array([[zoom_x, 0.0, move_x], [0.0, zoom_y, move_y]])
    seen = cv2.warpAffine(plate, turn, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return cv2.cvtColor(seen, cv2.COLOR_BGRA2BGR)


def where(picture: Picture, placement: Placement, pose: motion.Pose, size: tuple[int, int]) -> np.ndarray:
    """The affine map from the cut-out's pixels to the frame's: feet on their mark, then breath, lean and step."""
    tall, wide = picture.shape[:2]
    unit = placement.scale * size[1] / tall
    cos, sin = math.cos(pose.rock), math.sin(pose.rock)
    up = unit * pose.stretch
    # Around the feet: a pixel `h` above them leans right by lean·h, then the whole body rocks.
    across, along = (unit * cos, unit * sin), (-up * (pose.lean * cos + sin), up * (cos - pose.lean * sin))
    foot = (placement.x * size[0] - 0.5, (placement.y - pose.rise * placement.scale) * size[1] - 0.5)
    middle, sole = wide / 2 - 0.5, tall - 0.5
    return np.array(
        [
            [across[0], along[0], foot[0] - across[0] * middle - along[0] * sole],
            [across[1], along[1], foot[1] - across[1] * middle - along[1] * sole],
        ]
    )


def reduced(picture: Picture, height: float) -> Picture:
    """The picture at `height` pixels by area averaging, or itself where it is not higher: warping down would alias."""
    factor = height / picture.shape[0]
    return cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA) if factor < 1 else picture


def blend(frame: Picture, picture: Picture, turn: np.ndarray) -> None:
    """Lay a premultiplied cut-out over the frame, in place, touching only the rectangle it falls in."""
    warped = _warped(frame, picture, turn)
    if warped is None:
        return
    (x0, y0, x1, y1), cut = warped
    clear = cv2.cvtColor(cv2.bitwise_not(cv2.extractChannel(cut, 3)), cv2.COLOR_GRAY2BGR)
    under = cv2.multiply(frame[y0:y1, x0:x1], clear, scale=1 / 255)
    frame[y0:y1, x0:x1] = cv2.add(under, cv2.cvtColor(cut, cv2.COLOR_BGRA2BGR))


def _throw_shadow(frame: Picture, sprite: _Sprite, placement: Placement) -> None:
    if placement.y > _LOWEST_SHADOW:
        return
    height, width = frame.shape[:2]
    aspect = sprite.picture.shape[1] / sprite.picture.shape[0]
    unit = placement.scale * height * aspect / sprite.shadow.per_width
    move_x = placement.x * width - 0.5 - unit * sprite.shadow.foot_x
    move_y = placement.y * height - 0.5 - unit * sprite.shadow.foot_y
    warped = _warped(frame, sprite.shadow.dark, np.array([[unit, 0.0, move_x], [0.0, unit, move_y]]))
    if warped is None:
        return
    (x0, y0, x1, y1), dark = warped
    clear = cv2.cvtColor(cv2.bitwise_not(dark), cv2.COLOR_GRAY2BGR)
    frame[y0:y1, x0:x1] = cv2.multiply(frame[y0:y1, x0:x1], clear, scale=1 / 255)


def _warped(frame: Picture, picture: Picture, turn: np.ndarray) -> tuple[tuple[int, int, int, int], Picture] | None:
    tall, wide = picture.shape[:2]
    corners = turn[:, :2] @ np.array([[-0.5, wide, -0.5, wide], [-0.5, -0.5, tall, tall]]) + turn[:, 2:]
    left, top = np.floor(corners.min(axis=1)).astype(int)
    right, bottom = np.ceil(corners.max(axis=1)).astype(int) + 1
    x0, y0, x1, y1 = max(0, left), max(0, top), min(frame.shape[1], right), min(frame.shape[0], bottom)
    if x1 <= x0 or y1 <= y0:
        return None
    here = turn.copy()
    here[:, 2] -= (x0, y0)
    return (int(x0), int(y0), int(x1), int(y1)), cv2.warpAffine(picture, here, (int(x1 - x0), int(y1 - y0)))
