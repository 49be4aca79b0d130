"""Cards: the slate before a take, the card that stands in for a missing shot, and a line of dialogue."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from assembly import ink, probe, typeface

Size = tuple[int, int]
"""Width and height in pixels."""

_TEMP = "TEMP"
"""Burnt into whatever stands in for a shot that is not made."""

_SLATE_COLUMNS, _SLATE_ROWS_MAX = 3, 8


def slate(title: str, shot: str, rows: Sequence[tuple[str, str]], size: Size, into: Path) -> Path:
    """Draw the slate of one take: the film's title, the shot's name large, and up to eight facts with their labels.

    Three stand side by side; a long one has a line to itself.
    """
    image = Image.new("RGB", size, ink.SURROUND)
    pen = ImageDraw.Draw(image)
    width, height = size
    left, scale = round(width * 0.09), unit(size)
    _clapper(pen, size)
    pen.text(
        (left, height * 0.20),
        ink.shortened(title, typeface.face(round(20 * scale), 500), width * 0.8),
        ink.QUIET,
        typeface.face(round(20 * scale), 500),
    )
    pen.text((left, height * 0.255), shot, ink.TEXT, typeface.face(round(56 * scale), 700))
    label_face, value_face = typeface.face(round(14 * scale), 500), typeface.face(round(22 * scale), 500)
    column, row = 0, 0
    for label, value in rows[:_SLATE_ROWS_MAX]:
        wide = value_face.getlength(value) > width * 0.25
        if column == _SLATE_COLUMNS or (wide and column):
            column, row = 0, row + 1
        x, y = left + column * width * 0.28, height * (0.47 + 0.125 * row)
        pen.text((x, y), label.upper(), ink.FAINT, label_face)
        pen.text(
            (x, y + 19 * scale),
            ink.shortened(value, value_face, width * (0.82 if wide else 0.26)),
            ink.TEXT,
            value_face,
        )
        column = _SLATE_COLUMNS if wide else column + 1
    return _save(image, into)


def missing(shot: str, note: str, panel: Path | None, size: Size, into: Path) -> Path:
    """Draw the placeholder of a shot without a clip: its panel, darkened, or black; "TEMP";
    and what the shot waits for.

    Raises UnfitPicture.
    """
    width = size[0]
    image = Image.new("RGB", size, "black")
    if panel is not None:
        image = Image.blend(image, ink.cover(probe.still(panel), size), 0.55)
    pen = ImageDraw.Draw(image)
    scale = unit(size)
    name_face, note_face = typeface.face(round(22 * scale), 700), typeface.face(round(18 * scale), 400)
    margin, bar = round(20 * scale), round(38 * scale)
    words = f"waits for a person: {note}" if note else "waits for a person"
    lines = ink.wrapped(words, note_face, width - 3 * margin - name_face.getlength(f"{shot}  {_TEMP}"), 2)
    pen.rectangle((0, 0, width, bar + round(24 * scale) * (len(lines) - 1)), fill=ink.SURROUND)
    pen.rectangle((0, 0, round(6 * scale), bar + round(24 * scale) * (len(lines) - 1)), fill=ink.ACCENT)
    pen.text((margin, bar / 2), shot, ink.ACCENT, name_face, anchor="lm")
    pen.text((width - margin, bar / 2), _TEMP, ink.QUIET, name_face, anchor="rm")
    for index, line in enumerate(lines):
        x = margin + name_face.getlength(f"{shot}  ")
        pen.text((x, bar / 2 + index * 24 * scale), line, ink.TEXT, note_face, anchor="lm")
    return _save(image, into)


def subtitle(text: str, size: Size, into: Path) -> tuple[Path, int, int]:
    """Draw one line of dialogue for a frame of `size`, as a picture with alpha. Returns it and where its corner goes.

    Letters are 1/20 of the frame's shorter side, outlined, in at most two rows (four in an upright or square frame) of
    84 % of the width, 6 % above the lower edge.
    Raises UnreadableText.
    """
    typeface.check_readable(text)
    width, height = size
    letters = max(10, round(min(width, height) * 0.05))
    font = typeface.face(letters, 600)
    outline = max(1, round(letters * 0.09))
    rows = ink.wrapped(text, font, width * 0.84, 2 if width > height else 4)
    row_height = round(letters * 1.25)
    box = (round(max(font.getlength(row) for row in rows)) + 4 * outline, row_height * len(rows) + 4 * outline)
    image = Image.new("RGBA", box, (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    for index, row in enumerate(rows):
        place = (box[0] / 2, 2 * outline + row_height * (index + 0.5))
        pen.text(place, row, "#ffffff", font, anchor="mm", stroke_width=outline, stroke_fill="#0b0c0e")
    x, y = (width - box[0]) // 2, round(height * 0.94) - box[1]
    return _save(image, into), x - x % 2, y - y % 2  # Even: colour is stored for every second pixel.


def unit(size: Size) -> float:
    """The size of words on a frame, 1 at 480 lines; less where the frame is narrow."""
    return min(size[1], size[0] * 0.75) / 480


def _clapper(pen: ImageDraw.ImageDraw, size: Size) -> None:
    """The striped stick of a clapper board, across the top."""
    width, height = size
    top, bottom, stripe = round(height * 0.06), round(height * 0.13), round(width / 14)
    pen.rectangle((0, top, width, bottom), fill=ink.PANEL)
    for index in range(-1, 16, 2):
        x, slant = index * stripe, round(stripe * 0.6)
        pen.polygon([(x + slant, top), (x + slant + stripe, top), (x + stripe, bottom), (x, bottom)], fill=ink.TEXT)


def _save(image: Image.Image, into: Path) -> Path:
    into.parent.mkdir(parents=True, exist_ok=True)
    image.save(into, format="PNG", compress_level=1)
    return into
