"""Burns the drawing of a note into its frame: a picture for people who have no review room."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from checks.errors import CheckError, Unreadable
from manifests.review.drawing import DrawnMark, Ink

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

INKS: dict[Ink, tuple[int, int, int]] = {
    "red": (255, 92, 80),
    "yellow": (255, 214, 64),
    "green": (96, 224, 128),
    "blue": (110, 178, 255),
    "white": (255, 255, 255),
}
"""As the room's style draws them."""

_UNDER = (0, 0, 0)
_LINE, _EDGE = 0.006, 0.0035
"""Width of a line, and of the dark edge around it, in fractions of the picture's height."""

_TEXT, _HEAD = 0.045, 0.035
_JPEG = 88

Point = tuple[float, float]


def burn(media: Path, frame: int, drawing: Sequence[DrawnMark], into: Path) -> Path:
    """Write the frame of a clip, or the still, with the drawing on it, as a JPEG at `into`.
    Raises CheckError for a file that shows no such frame.
    """
    from PIL import Image, ImageDraw  # noqa: PLC0415  loads the pixel libraries

    picture = Image.fromarray(_pixels(media, frame)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for mark in drawing:
        _mark(draw, mark, picture.size)
    picture.save(into, "JPEG", quality=_JPEG)
    return into


def _pixels(media: Path, frame: int) -> NDArray[np.uint8]:
    from checks.seeing.decode import decode  # noqa: PLC0415
    from checks.seeing.pictures import read_picture  # noqa: PLC0415

    try:
        return read_picture(media)
    except CheckError:
        found = decode(media, {frame}).kept.get(frame)
        if found is None:
            raise Unreadable(media.name, f"it holds no frame {frame}", "Export the room again") from None
        return found


def _mark(draw: ImageDraw, mark: DrawnMark, size: tuple[int, int]) -> None:
    width, height = size
    points = [(x * width, y * height) for x, y in mark.points]
    line, edge = max(2, round(_LINE * height)), max(1, round(_EDGE * height))
    if mark.kind == "text":
        _text(draw, mark, points[0], round(_TEXT * height), edge)
        return
    paths = _paths(mark, points, _HEAD * height)
    for colour, thick in ((_UNDER, line + 2 * edge), (INKS[mark.ink], line)):
        for path in paths:
            draw.line(path, fill=colour, width=thick, joint="curve")
            for x, y in (path[0], path[-1]):  # round ends
                draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=colour)


def _paths(mark: DrawnMark, points: list[Point], head: float) -> list[list[Point]]:
    """The lines that a mark consists of, in pixels."""
    if mark.kind == "pen":
        return [points]
    (x0, y0), (x1, y1) = points
    if mark.kind == "box":
        return [[(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]]
    turn = math.atan2(y1 - y0, x1 - x0)
    barbs = [(x1 - head * math.cos(turn + side), y1 - head * math.sin(turn + side)) for side in (0.5, -0.5)]
    return [points, [barbs[0], (x1, y1), barbs[1]]]


def _text(draw: ImageDraw, mark: DrawnMark, at: Point, size: int, edge: int) -> None:
    from assembly.typeface import face  # noqa: PLC0415

    draw.text(
        at,
        mark.text,
        fill=INKS[mark.ink],
        font=face(max(12, size), 600),
        anchor="ls",
        stroke_width=edge,
        stroke_fill=_UNDER,
    )
