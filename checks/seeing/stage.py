"""The expected look of a frame: the locked cut-outs on the plate, as the blocking says, with a mask for each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.seeing.masters import References, Rgb, Rgba, picture_name
from manifests.film import Aspect
from manifests.scene import Camera, Shot
from manifests.staging import Placement, placements, plate_window

Floats = NDArray[np.float32]

SIZES: dict[Aspect, tuple[int, int]] = {"16:9": (640, 360), "9:16": (360, 640), "1:1": (480, 480)}
"""Width and height in pixels of the picture that gates look at, by the frame's shape: a wide shot's heads are still 30
lines high, and it costs 1/9 of 1080p.
"""

_SIZED_KEPT = 128
"""Cut-outs kept at the size of a mark: about 0.3 MB each."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A cut-out as it lies in the frame. `top`, `left`: where its pixels start; colours are not premultiplied."""

    top: int
    left: int
    colour: Rgb
    alpha: Floats

    def onto(self, picture: Floats, top: int = 0, left: int = 0) -> None:
        """Draw it on `picture`, whose own upper left corner is at `top`, `left` of the frame."""
        cut = self._overlap(picture.shape[0], picture.shape[1], top, left)
        if cut is None:
            return
        there, here = cut
        alpha = self.alpha[here][..., None]
        picture[there] = picture[there] * (1 - alpha) + self.colour[here] * alpha

    def mask(self, height: int, width: int, top: int = 0, left: int = 0) -> Floats:
        """Its alpha, 0 to 1, in a window of the frame."""
        out = np.zeros((height, width), np.float32)
        if (cut := self._overlap(height, width, top, left)) is not None:
            out[cut[0]] = self.alpha[cut[1]]
        return out

    def widen(self, mask: Floats, top: int = 0, left: int = 0) -> None:
        """Raise a mask of a window of the frame to its alpha, where that is more."""
        if (cut := self._overlap(mask.shape[0], mask.shape[1], top, left)) is not None:
            np.maximum(mask[cut[0]], self.alpha[cut[1]], out=mask[cut[0]])

    def _overlap(
        self, height: int, width: int, top: int, left: int
    ) -> tuple[tuple[slice, slice], tuple[slice, slice]] | None:
        y0, x0 = max(self.top, top), max(self.left, left)
        y1, x1 = min(self.top + self.alpha.shape[0], top + height), min(self.left + self.alpha.shape[1], left + width)
        if y1 <= y0 or x1 <= x0:
            return None
        there = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
        return there, (slice(y0 - self.top, y1 - self.top), slice(x0 - self.left, x1 - self.left))


@dataclass(frozen=True, slots=True)
class Stage:
    """The expected frame: its window of the plate, its patches farthest first, and where each of them can be seen."""

    plate: Floats
    placements: tuple[Placement, ...]
    patches: tuple[Patch, ...]
    visible: tuple[Floats, ...]
    picture: Floats

    @property
    def covered(self) -> Floats:
        """Where anybody or anything stands, 0 to 1."""
        out = np.zeros(self.plate.shape[:2], np.float32)
        for mask in self.visible:
            out = np.maximum(out, mask)
        return out


def expected(shot: Shot, progress: float, references: References) -> Stage:
    """The frame of `shot` at `progress` (0 to 1). Raises MasterMissing."""
    plate = plate_view(references.plate(shot.location, shot.aspect), shot.camera, progress, frame=shot.aspect)
    places = placements(shot, progress)
    patches = tuple(patch(references.cutout(picture_name(place)), place) for place in places)
    picture = plate.copy()
    for piece in patches:
        piece.onto(picture)
    return Stage(plate, places, patches, _visible(patches, SIZES[shot.aspect]), picture)


def patch(cutout: Rgba, place: Placement, dx: int = 0, dy: int = 0) -> Patch:
    """Lay a cut-out at its place, moved by `dx`, `dy` pixels of the stage."""
    across, down = SIZES[place.frame]
    height = max(1, round(place.scale * down))
    width = max(1, round(height * cutout.shape[1] / cutout.shape[0]))
    sized = _sized(cutout, width, height) if cutout.flags.writeable else _sized_once(_Same(cutout), width, height)
    if place.mirrored:
        sized = sized[:, ::-1]
    top, left = round(place.y * down) - height + dy, round(place.x * across - width / 2) + dx
    y0, x0 = max(0, -top), max(0, -left)
    y1, x1 = max(y0, min(height, down - top)), max(x0, min(width, across - left))
    seen = sized[y0:y1, x0:x1]
    return Patch(top + y0, left + x0, seen[..., :3], np.asarray(seen[..., 3] / np.float32(255), np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A picture as a key: itself, whatever another may show."""

    picture: Rgba

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.picture is self.picture

    def __hash__(self) -> int:
        return id(self.picture)


def _sized(cutout: Rgba, width: int, height: int) -> Rgba:
    return np.asarray(cv2.resize(cutout, (width, height), interpolation=_smooth(height, cutout.shape[0])), np.uint8)


@lru_cache(maxsize=_SIZED_KEPT)
def _sized_once(cutout: _Same, width: int, height: int) -> Rgba:
    """Of a locked cut-out, which nobody can change. Each mark is compared with everybody, in every frame of a clip."""
    return _sized(cutout.picture, width, height)


def forget() -> None:
    """Forget the cut-outs in memory, so that a measurement of speed begins from nothing."""
    _sized_once.cache_clear()


def plate_view(
    plate: Rgb,
    camera: Camera,
    progress: float,
    lines: tuple[int, int] | None = None,
    *,
    frame: Aspect = "16:9",
    step: int = 1,
) -> Floats:
    """The part of the plate the camera sees, as the frame; of it, `lines` from the first up to before the second.
    `step`: of a plate that is so many times smaller, as a frame that is.
    """
    window, (wide, tall) = plate_window(camera, progress), (side // step for side in SIZES[frame])
    lines = lines or (0, tall)
    rows, columns = plate.shape[:2]
    across, down = (window.right - window.left) * columns / wide, (window.bottom - window.top) * rows / tall
    left, top = window.left * columns + across / 2 - 0.5, window.top * rows + down * (lines[0] + 0.5) - 0.5
    matrix = np.array([[across, 0, left], [0, down, top]])
    # The plate is kept at twice the frame's size; a light blur first keeps fine texture from flickering in the
    # sampling.
    source = cv2.blur(plate, (2, 2)) if across > 1.5 else plate
    flags, size = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, (wide, lines[1] - lines[0])
    return cv2.warpAffine(source, matrix, size, flags=flags, borderMode=cv2.BORDER_REFLECT_101).astype(np.float32)


def to_stage(picture: Rgb, frame: Aspect = "16:9") -> Rgb:
    """A picture at the size gates look at. `frame`: the shape of the shot's frame."""
    size = SIZES[frame]
    return np.asarray(cv2.resize(picture, size, interpolation=_smooth(size[1], picture.shape[0])), np.uint8)


def _smooth(target: int, source: int) -> int:
    return cv2.INTER_AREA if target < source else cv2.INTER_LINEAR


def _visible(patches: tuple[Patch, ...], size: tuple[int, int]) -> tuple[Floats, ...]:
    free = np.ones((size[1], size[0]), np.float32)
    out: list[Floats] = []
    for piece in reversed(patches):
        mask = piece.mask(size[1], size[0])
        out.append(mask * free)
        free = free * (1 - mask)
    return tuple(reversed(out))
