"""A contact sheet of scored pictures: the references, then each test with its subject's box,
its verdict and its worst channels.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from checks.picture_scores import PictureScore, Scored
from checks.scorer.any_pictures import SpottedPicture
from checks.seeing.masters import Rgb

_CELL = (320, 240)
_LINE, _GAP, _SIZE = 19, 14, 14
_LINES = 4
_ACROSS_MAX = 4
_PAPER, _INK, _FAINT = (250, 249, 246), (30, 32, 36), (120, 122, 128)
_COLOURS = {"pass": (46, 125, 80), "ask": (190, 120, 10), "fail": (190, 40, 40)}
_WIDTH_MAX = 40


def draw_sheet(
    references: Sequence[SpottedPicture], tests: Sequence[SpottedPicture], scored: Scored, path: Path
) -> None:
    """Write the sheet as a PNG. Raises OSError where the folder cannot be written to."""
    across = min(_ACROSS_MAX, max(len(references), len(tests)))
    rows = -(-len(references) // across) - (-len(tests) // across)
    wide, high = _CELL[0] + _GAP, _CELL[1] + _LINE * _LINES + _GAP
    heads = 2 * (_LINE + _GAP)
    sheet = Image.new("RGB", (across * wide + _GAP, rows * high + heads + _GAP), _PAPER)
    pen = ImageDraw.Draw(sheet)
    bold, plain = ImageFont.load_default(_SIZE + 2), ImageFont.load_default(_SIZE)
    y = _GAP
    pen.text((_GAP, y), f"References · {scored.eye}", _INK, bold)
    y += _LINE + _GAP // 2
    for index, seen in enumerate(references):
        place = _GAP + index % across * wide, y + index // across * high
        _draw_cell(sheet, pen, plain, place, seen, [(f"subject: {scored.references[seen.name]}", _FAINT)])
    y += -(-len(references) // across) * high
    pen.text((_GAP, y), "Tested", _INK, bold)
    y += _LINE + _GAP // 2
    for index, (seen, score) in enumerate(zip(tests, scored.pictures, strict=True)):
        place = _GAP + index % across * wide, y + index // across * high
        _draw_cell(sheet, pen, plain, place, seen, _words(score))
    sheet.save(path, "PNG")


def _words(score: PictureScore) -> list[tuple[str, tuple[int, int, int]]]:
    if not score.triage:
        near = sorted(score.channels, key=lambda c: c.channel)[:3]
        return [(f"{c.channel} {c.distance:.3f}", _FAINT) for c in near]
    lines = [
        (
            f"{axis}: {verdict}" + (f" ({score.axes[axis]:+.1f})" if axis in score.axes else ""),
            _COLOURS.get(verdict, _FAINT),
        )
        for axis, verdict in sorted(score.triage.items())
    ]
    return lines[: _LINES - 1]


def _draw_cell(
    sheet: Image.Image,
    pen: ImageDraw.ImageDraw,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    place: tuple[int, int],
    seen: SpottedPicture,
    words: Sequence[tuple[str, tuple[int, int, int]]],
) -> None:
    small, (left, top) = _fitted(seen.picture), place
    x, y = left + (_CELL[0] - small.width) // 2, top + (_CELL[1] - small.height) // 2
    sheet.paste(small, (x, y))
    box = seen.spotted.box
    corners = (
        x + max(0.0, box.left) * small.width,
        y + max(0.0, box.top) * small.height,
        x + min(1.0, box.right) * small.width - 1,
        y + min(1.0, box.bottom) * small.height - 1,
    )
    pen.rectangle(corners, outline=(255, 255, 255), width=4)
    pen.rectangle(corners, outline=_INK, width=2)
    name = seen.name if len(seen.name) <= _WIDTH_MAX else "…" + seen.name[-_WIDTH_MAX:]
    for line, (text, colour) in enumerate([(name, _INK), *words]):
        pen.text((left, top + _CELL[1] + 3 + line * _LINE), text, colour, font)


def _fitted(picture: Rgb) -> Image.Image:
    whole = Image.fromarray(np.ascontiguousarray(picture))
    whole.thumbnail(_CELL)
    return whole
