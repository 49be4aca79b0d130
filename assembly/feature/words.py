"""Titles over the pictures, and cards of words on black."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw

from assembly import ink, typeface

Size = tuple[int, int]
Where = Literal["middle", "lower_third", "top"]

_WIDTH = 0.8
"""The part of the frame's width that words may fill: all of it lies within the title-safe area of EBU R 95."""
_ROWS_MAX = 8
_LETTERS: dict[Where, float] = {"middle": 0.11, "lower_third": 0.06, "top": 0.06}
_CENTRES: dict[Where, float] = {"middle": 0.5, "lower_third": 0.78, "top": 0.12}


def title(text: str, where: Where, size: Size, into: Path) -> tuple[Path, int, int]:
    """Draw a title for a frame of `size` as a picture with alpha. Returns it and where its corner goes. A lower third
    begins at the left. Raises UnreadableText.
    """
    rows, letters = _rows(text, size, _LETTERS[where])
    font, height = typeface.face(letters, 600), round(letters * 1.25)
    edge = max(1, round(letters * 0.07))
    box = (round(max(font.getlength(row) for row in rows)) + 4 * edge, height * len(rows) + 4 * edge)
    image = Image.new("RGBA", box, (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    for number, row in enumerate(rows):
        middle = 2 * edge + height * (number + 0.5)
        left = where == "lower_third"
        place = (2 * edge, middle) if left else (box[0] / 2, middle)
        anchor = "lm" if left else "mm"
        pen.text(place, row, "#ffffff", font, anchor=anchor, stroke_width=edge, stroke_fill="#0b0c0e")
    x = round(size[0] * 0.1) if where == "lower_third" else (size[0] - box[0]) // 2
    y = round(size[1] * _CENTRES[where]) - box[1] // 2
    return _save(image, into), x - x % 2, y - y % 2  # Even: colour is stored for every second pixel.


def card(text: str, size: Size, into: Path) -> Path:
    """Draw words in the middle of a black frame; black alone where there are none. Raises UnreadableText."""
    image = Image.new("RGB", size, "black")
    if text.strip():
        rows, letters = _rows(text, size, 0.08)
        font, pen = typeface.face(letters, 500), ImageDraw.Draw(image)
        top = size[1] / 2 - letters * 1.4 * (len(rows) - 1) / 2
        for number, row in enumerate(rows):
            pen.text((size[0] / 2, top + number * letters * 1.4), row, ink.TEXT, font, anchor="mm")
    return _save(image, into)


def _rows(text: str, size: Size, share: float) -> tuple[list[str], int]:
    """The text in rows that fit, and how many pixels its letters have."""
    typeface.check_readable(text)
    letters = max(10, round(min(size[1], size[0] * 0.75) * share))
    font = typeface.face(letters, 600)
    rows = [row for line in text.splitlines() for row in ink.wrapped(line, font, size[0] * _WIDTH, _ROWS_MAX) or [""]]
    return rows[:_ROWS_MAX], letters


def _save(image: Image.Image, into: Path) -> Path:
    image.save(into, format="PNG", compress_level=1)
    return into
