"""The template that an artist composes on: see-through, of the frame's exact size,
with the guides that a camera's finder has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image, ImageDraw
from PIL.ImageFont import FreeTypeFont

from assembly.ink import ACCENT
from assembly.typeface import face

ACTION_SAFE, TITLE_SAFE = 0.93, 0.90
"""Parts of the frame's width and height: SMPTE ST 2046-1's safe action and safe title areas."""

_LINE, _SOFT = (240, 240, 240, 200), (240, 240, 240, 110)
_RIM = (21, 23, 26, 220)
_HORIZON = (111, 206, 232, 220)


@dataclass(frozen=True, slots=True)
class StandingMark:
    """Somebody's mark: the foot point and the standing height, in fractions of the frame."""

    name: str
    x: float
    y: float
    scale: float


def write_template(
    path: Path, size: tuple[int, int], eye_line: float | None, marks: Sequence[StandingMark], words: str
) -> None:
    """Write a PNG of `size`. `eye_line`: the horizon of a camera at eye height, as a fraction of the frame's height;
    None: the middle.
    """
    width, height = size
    sheet = Image.new("RGBA", size, (0, 0, 0, 0))
    draw, small = ImageDraw.Draw(sheet), face(max(11, height // 48), 500)
    write = partial(draw.text, font=small, stroke_width=2, stroke_fill=_RIM)
    for part, name in ((ACTION_SAFE, "action safe"), (TITLE_SAFE, "title safe")):
        left, top = width * (1 - part) / 2, height * (1 - part) / 2
        draw.rectangle((left, top, width - left, height - top), outline=_LINE if part == TITLE_SAFE else _SOFT, width=2)
        if part == TITLE_SAFE:
            write((left + 8, top + 6), name, _LINE)
    for third in (1 / 3, 2 / 3):
        draw.line((width * third, 0, width * third, height), _SOFT, 1)
        draw.line((0, height * third, width, height * third), _SOFT, 1)
    line = height * (0.5 if eye_line is None else eye_line)
    draw.line((0, line, width, line), _HORIZON, 2)
    write((left + 8, line + 4), "middle" if eye_line is None else "horizon: eye line", _HORIZON)
    for mark in marks:
        _mark(draw, mark, size, small)
    write((left + 8, height - top - small.size * 1.6), words, _LINE)
    sheet.save(path, "PNG")


def _mark(draw: ImageDraw.ImageDraw, mark: StandingMark, size: tuple[int, int], small: FreeTypeFont) -> None:
    """A cross under the feet, and a rule as tall as they stand; where the feet are below the frame, the rule alone."""
    x, foot, head = mark.x * size[0], mark.y * size[1], (mark.y - mark.scale) * size[1]
    reach, bottom = size[1] * 0.02, min(foot, size[1] - 1.0)
    top = min(max(head, 0.0), bottom)
    draw.line((x, top, x, bottom), ACCENT, 1)
    for y in (head, foot):
        if 0 <= y < size[1]:
            draw.line((x - reach, y, x + reach, y), ACCENT, 2)
    draw.text((x + 6, max(top, 4.0) + 4), mark.name, ACCENT, small, stroke_width=2, stroke_fill=_RIM)
