"""A request into a picture or a clip: composed, eased onto its first and last frames, grained and encoded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from manifests.film import frame_size
from manifests.scene import Shot
from manifests.staging import ease
from manifests.take import Request
from providers.previz import encode, light, sound
from providers.previz.compose import Composer, PictureOf
from providers.previz.flaws import Direction
from providers.previz.kept import NOTHING_KEPT, KeptPictures
from providers.previz.pictures import Picture, fitted

EASE_FRAMES = 10
"""Frames over which a clip goes from its given first frame to its own composition, and at the end to the last one."""


_LEAST_GRAIN = 0.4


def panel(
    request: Request, direction: Direction, picture_of: PictureOf, path: Path, *, size: tuple[int, int] | None = None
) -> None:
    """Write the panel of `request` as PNG; `size`: another frame than its resolution's, in pixels."""
    seed = seed_of(request)
    size = size or frame_size(request.resolution, request.aspect)
    frame = _composer(request, direction.shot, picture_of, 1, seed, size).moment(request.progress)
    if direction.black:
        frame = np.zeros_like(frame)
    encode.write_panel(path, light.turned(frame, direction.hue_degrees), seed=seed)


def still(request: Request, picture_of: PictureOf, size: tuple[int, int], kept: KeptPictures = NOTHING_KEPT) -> bytes:
    """The panel of `request` as JPEG bytes at another size, as `panel` would make it there; what is `kept` is not
    worked out again.
    """
    seed = seed_of(request)
    composer = Composer(request.staging, picture_of, size=size, frames=1, weather=request.weather, seed=seed, kept=kept)
    return encode.still(composer.moment(request.progress), seed=seed)


def clip(
    request: Request,
    direction: Direction,
    picture_of: PictureOf,
    path: Path,
    *,
    size: tuple[int, int] | None = None,
    silent: bool = False,
) -> None:
    """Write the clip of `request` as MP4. `picture_of` also knows "start_frame" and "end_frame" where they are given.

    `size`: another frame than its resolution's, in pixels. `silent`: without a sound track, not with room tone.
    """
    seed, size = seed_of(request), size or frame_size(request.resolution, request.aspect)
    samples = direction.frames * sound.RATE_HZ // request.fps
    tone = None if silent else sound.room_tone(samples, seed, rain=bool(request.weather))
    encode.write_clip(
        path, _frames(request, direction, picture_of, seed, size), tone, size=size, seed=seed, fps=request.fps
    )


def seed_of(request: Request) -> int:
    """The seed of all chance in a take: other words are another picture, as with any model."""
    digest = hashlib.sha256(f"{request.seed}\n{request.prompt}".encode()).digest()
    return int.from_bytes(digest[:6], "big")


def _frames(
    request: Request, direction: Direction, picture_of: PictureOf, seed: int, size: tuple[int, int]
) -> Iterator[tuple[Picture, float]]:
    count = direction.frames
    if direction.black:
        yield from ((np.zeros((size[1], size[0], 3), np.uint8), 0.0) for _ in range(count))
        return
    here = _composer(request, direction.shot, picture_of, count, seed, size)
    there = _composer(request, direction.cut_to, picture_of, count, seed, size) if direction.cut_to else here
    first, last = (_given(request, role, picture_of, size) for role in ("start_frame", "end_frame"))
    for index in range(count):
        composer, moment = (here if index < count // 2 else there), (0 if direction.frozen else index)
        frame = light.turned(composer.frame(moment), direction.hue_degrees)
        frame, opened = _eased(frame, first, moment)
        frame, closed = _eased(frame, last, count - 1 - moment)
        yield frame, 0.0 if direction.frozen else min(opened, closed)


def _eased(frame: Picture, given: Picture | None, away: int) -> tuple[Picture, float]:
    """The frame mixed with the given one that lies `away` frames off, and its share of grain:
    some at once, so that it never looks frozen.
    """
    if given is None or away >= EASE_FRAMES:
        return frame, 1.0
    own = ease(away / EASE_FRAMES)
    mixed = cv2.addWeighted(frame, own, given, 1 - own, 0) if away else given
    return mixed, max(own, _LEAST_GRAIN) if away else 0.0


def _given(request: Request, role: str, picture_of: PictureOf, size: tuple[int, int]) -> Picture | None:
    asked = role == "start_frame" or request.staging.mode == "start_end_frames"
    held = any(reference.role == role for reference in request.references)
    return fitted(picture_of(role), *size) if asked and held else None


def _composer(
    request: Request, shot: Shot, picture_of: PictureOf, frames: int, seed: int, size: tuple[int, int]
) -> Composer:
    return Composer(shot, picture_of, size=size, frames=frames, weather=request.weather, seed=seed)
