"""The canonical pictures that gates compare with, read once a process and kept by content."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.errors import MasterMissing, Unreadable
from checks.seeing.pictures import read_picture
from manifests.bible import nearest_view, plate_name, prop_name, view_name
from manifests.film import Aspect, frame_size
from manifests.staging import Placement, plate_part

Rgba = NDArray[np.uint8]
Rgb = NDArray[np.uint8]
T = TypeVar("T")

_KEPT_HEIGHT = 720
"""Pixels: cut-outs are kept no taller, for gates look at 360 lines and a close-up shows up to twice that."""

_KEPT = 256


@dataclass(frozen=True, slots=True)
class References:
    """Where each canonical picture lies, and its content hash, by canonical name (`characters/marit/apron/front`).

    Give all of the film's, not only the shot's: the checks ask which of all characters fits best.
    """

    paths: Mapping[str, Path]
    hashes: Mapping[str, str] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.paths

    def cutout(self, name: str) -> Rgba:
        """A view or prop as RGBA, trimmed to what is not transparent; in the place of a view that the film lacks, the
        nearest that it has. Raises MasterMissing.
        """
        return _cutout(self._master(nearest_view(name, self.paths)))

    def of_cutout(self, name: str, work: Callable[[Rgba], T]) -> T:
        """What `work` makes of a cut-out; worked out once a process for the same content and an equal `work`. Nobody
        may change it. Raises MasterMissing, and what `work` raises.
        """
        made: T = _worked(self._master(nearest_view(name, self.paths)), work)
        return made

    def plate(self, location: str, aspect: Aspect = "16:9", step: int = 1) -> Rgb:
        """A location's plate as RGB, as large as a frame of 720p: 1280×720 in 16:9; `step`: so many times smaller.
        Raises MasterMissing.
        """
        return _plate(self._master(plate_name(location)), aspect, step)

    def _master(self, name: str) -> _Master:
        if name not in self.paths:
            raise MasterMissing(name, "the gate was not given this picture", "Put it in the film's assets and lock it")
        path = self.paths[name]
        return _Master(self.hashes.get(name) or str(path), path)


@dataclass(frozen=True, slots=True)
class _Master:
    """A picture by its content, or by its path where its hash is not known; two of the same content are one."""

    content: str
    path: Path = field(compare=False)


def picture_name(placement: Placement) -> str:
    """The canonical name of the picture a placement shows."""
    if placement.wardrobe is None:
        return prop_name(placement.entity)
    return view_name(placement.entity, placement.wardrobe, placement.view)


def read_rgb(path: Path) -> Rgb | None:
    """A picture as upright sRGB without its transparency, or None when it cannot be read:
    `pictures.read_picture` says why.
    """
    pixels = _read(path)
    return None if pixels is None else np.ascontiguousarray(pixels[..., :3])


def read_any(path: Path) -> NDArray[np.uint8] | None:
    """A picture with the channels it has (3 or 4, BGR order), or None when it cannot be read."""
    pixels = _read(path)
    if pixels is None:
        return None
    how = cv2.COLOR_RGB2BGR if pixels.shape[2] == 3 else cv2.COLOR_RGBA2BGRA
    return np.asarray(cv2.cvtColor(pixels, how), np.uint8)


def _read(path: Path) -> NDArray[np.uint8] | None:
    try:
        return read_picture(path)
    except Unreadable:
        return None


@lru_cache(maxsize=_KEPT)
def _cutout(master: _Master) -> Rgba:
    path = master.path
    pixels = read_any(path)
    if pixels is None or pixels.ndim != 3 or pixels.shape[2] != 4:
        raise MasterMissing(
            str(path), "it is not a picture with transparency", "Save it as an RGBA PNG and lock it again"
        )
    rows, columns = np.flatnonzero(pixels[..., 3].max(1) > 8), np.flatnonzero(pixels[..., 3].max(0) > 8)
    if not rows.size:
        raise MasterMissing(str(path), "it is wholly transparent", "Draw it again and lock it")
    trimmed = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = min(1.0, _KEPT_HEIGHT / trimmed.shape[0])
    width = max(1, round(trimmed.shape[1] * scale))
    small = cv2.resize(trimmed, (width, max(1, round(trimmed.shape[0] * scale))), interpolation=cv2.INTER_AREA)
    rgba: Rgba = np.ascontiguousarray(cv2.cvtColor(small, cv2.COLOR_BGRA2RGBA))
    rgba.flags.writeable = False
    return rgba


@lru_cache(maxsize=_KEPT)
def _worked(master: _Master, work: Callable[[Rgba], Any]) -> Any:
    return work(_cutout(master))


@lru_cache(maxsize=64)
def _plate(master: _Master, aspect: Aspect, step: int) -> Rgb:
    path = master.path
    pixels = read_rgb(path)
    if pixels is None:
        raise MasterMissing(str(path), "it cannot be decoded", "Save it as an RGB PNG and lock it again")
    left, top, right, bottom = plate_part((pixels.shape[1], pixels.shape[0]), aspect)
    across, down = frame_size("720p", aspect)
    part, size = pixels[top:bottom, left:right], (across // step, down // step)
    small: Rgb = np.ascontiguousarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
    small.flags.writeable = False
    return small
