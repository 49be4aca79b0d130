"""The contact sheet of one look: its front beside the other views, each with where it stands,
for a person to look at before they lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from assembly import ink, typeface
from manifests.reading.whole_file import whole_file

_MARGIN, _GUTTER, _HEADER, _CARD, _TALL, _PAD, _LINE = 50, 24, 120, 360, 620, 20, 25
_LINES_MAX = 5
_GROUND = "#6e7278"
"""Behind cut-outs: a neutral middle grey, on which both dark and bright edges show."""


@dataclass(frozen=True, slots=True)
class ViewItem:
    """One view on the sheet. `picture`: a cut-out as PNG, None for a view that is not there.
    `status`, with its `mark`; `lines` below it.
    """

    view: str
    picture: Path | None
    status: str
    mark: ink.Mark
    lines: tuple[str, ...] = ()


def render(items: Sequence[ViewItem], into: Path, *, title: str, subtitle: str) -> Path:
    """Draw the views of one look side by side, all at one height, as a JPEG; return `into`.
    Raises UnfitPicture for one that cannot be read.
    """
    width = 2 * _MARGIN + len(items) * _CARD + (len(items) - 1) * _GUTTER
    height = _HEADER + _TALL + 2 * _PAD + (1 + _LINES_MAX) * _LINE + _MARGIN
    sheet = Image.new("RGB", (width, height), ink.SURROUND)
    pen = ImageDraw.Draw(sheet)
    pen.text((_MARGIN, 34), title, ink.TEXT, typeface.face(30, 600))
    small = typeface.face(17, 400)
    pen.text((_MARGIN, 76), ink.shortened(subtitle, small, width - 2 * _MARGIN), ink.QUIET, small)
    for index, item in enumerate(items):
        sheet.paste(_card(item, height - _HEADER - _MARGIN), (_MARGIN + index * (_CARD + _GUTTER), _HEADER))
    with whole_file(into) as part:
        sheet.save(part, "JPEG", quality=90)
    return into


def _card(item: ViewItem, height: int) -> Image.Image:
    card = Image.new("RGB", (_CARD, height), ink.PANEL)
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, 0, _CARD, _TALL), fill=_GROUND if item.picture else ink.SURROUND)
    if item.picture is None:
        pen.text((_CARD / 2, _TALL / 2), "no picture yet", ink.FAINT, typeface.face(20, 500), anchor="mm")
    else:
        figure = _standing(item.picture)
        card.paste(figure, ((_CARD - figure.width) // 2, _TALL - _PAD - figure.height), figure)
    line = _TALL + _PAD
    pen.text((_PAD, line), item.view.replace("_", " "), ink.TEXT, typeface.face(19, 600))
    face = typeface.face(16, 600)
    words = ink.shortened(item.status, face, _CARD / 2 - 30)
    mark = ink.icon(item.mark, 15)
    left = round(_CARD - _PAD - face.getlength(words))
    card.paste(mark, (left - 24, line + 3), mark)
    pen.text((left, line), words, ink.MARK_COLOURS[item.mark], face)
    quiet = typeface.face(15, 400)
    told = [part for each in item.lines for part in ink.wrapped(each, quiet, _CARD - 2 * _PAD, 3)]
    for row, words in enumerate(told[:_LINES_MAX]):
        pen.text((_PAD, line + (row + 1) * _LINE + 6), words, ink.QUIET, quiet)
    return card


def _standing(path: Path) -> Image.Image:
    """The cut-out, as large as the card allows."""
    with Image.open(path, formats=("PNG",)) as picture:
        figure = picture.convert("RGBA")
    scale = min((_CARD - 2 * _PAD) / figure.width, (_TALL - 2 * _PAD) / figure.height)
    return figure.resize((max(1, round(figure.width * scale)), max(1, round(figure.height * scale))))
