"""Locked pictures from disk, in the form in which they are composed."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from cv2.typing import MatLike

from providers.errors import Invalid

Picture = MatLike
"""Rows × columns × channels of uint8, blue first.
A cut-out has four channels and its colours are multiplied by alpha.
"""

LONGEST_SIDE = 8192
"""Pixels; a larger picture is refused rather than decoded into gigabytes."""


def plate(path: Path) -> Picture:
    """Read an opaque picture: three channels. Raises Invalid when it cannot be read."""
    picture = _read(path, cv2.IMREAD_COLOR)
    picture.flags.writeable = False
    return picture


def cutout(path: Path) -> Picture:
    """Read a cut-out: four channels, premultiplied. One without alpha is taken as opaque. Raises Invalid."""
    picture = _read(path, cv2.IMREAD_UNCHANGED)
    if picture.dtype == np.uint16:
        picture = cv2.convertScaleAbs(picture, alpha=1 / 257)
    if picture.ndim == 2:
        picture = cv2.cvtColor(picture, cv2.COLOR_GRAY2BGRA)
    elif picture.shape[2] == 3:
        picture = cv2.cvtColor(picture, cv2.COLOR_BGR2BGRA)
    alpha = picture[:, :, 3]
    colour = cv2.multiply(picture[:, :, :3], cv2.cvtColor(alpha, cv2.COLOR_GRAY2BGR), scale=1 / 255)
    premultiplied: Picture = np.dstack([colour, alpha])
    premultiplied.flags.writeable = False
    return premultiplied


def fitted(picture: Picture, width: int, height: int) -> Picture:
    """The picture at `width` × `height` pixels: area averaging down, cubic up, itself where it fits already."""
    if picture.shape[1] == width and picture.shape[0] == height:
        return picture
    smaller = picture.shape[1] > width
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)


def _read(path: Path, how: int) -> Picture:
    if not path.is_file():
        raise Invalid(str(path), "the picture is not there", "Put it back, or lock the film's assets again.")
    picture = cv2.imread(str(path), how)
    if picture is None:
        raise Invalid(str(path), "it does not decode as a picture", "Save it again as PNG.")
    if max(picture.shape[:2]) > LONGEST_SIDE:
        raise Invalid(str(path), f"it is larger than {LONGEST_SIDE} px", "Save it smaller.")
    return picture
