"""The contact sheet: a scene on one picture, each shot with its checks, its cost and where it stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw

from assembly import ink, probe, typeface
from assembly.errors import AssemblyError
from manifests.film import Shown
from manifests.reading.whole_file import whole_file

WIDTH = 1600
_COLUMNS, _MARGIN, _GUTTER = 3, 50, 30
_CARD = (WIDTH - 2 * _MARGIN - (_COLUMNS - 1) * _GUTTER) // _COLUMNS
_PICTURE = (_CARD, _CARD * 9 // 16)
_HEADER, _FOOTER, _PAD = 150, 64, 20
_CHECK_ROW, _COLUMN_GAP, _WORD_ROOM = 30, 28, 38
_SHOTS_MAX = 400
_MARKS: dict[bool | None, ink.Mark] = {True: "pass", False: "fail", None: "look"}


@dataclass(frozen=True)
class SheetItem:
    """One shot on the sheet.

    `picture` is a PNG, a JPEG, or a clip (by its name, or `moving`) whose middle frame is taken; None draws an empty
    frame. `checks` are label, value and whether it is good: True, False, None for "look at it", or the mark itself.
    `mark` is the icon beside `status`.
    """

    shot: str
    title: str
    picture: Path | None
    take: str
    checks: tuple[tuple[str, str, bool | ink.Mark | None], ...]
    cost: str
    status: str
    mark: ink.Mark = "pass"
    moving: bool = False


def render(
    items: Sequence[SheetItem],
    into: Path,
    *,
    title: str,
    subtitle: str = "",
    summary: Sequence[tuple[str, str]] = (),
    abreast: int = 2,
    shown: Shown = "16:9",
) -> Path:
    """Draw `items` as one picture (PNG where `into` is called so, else JPEG), 1600 pixels wide, three in a row;
    return `into`.

    `title` and `subtitle` stand at the upper left; `summary`, up to five figures with their words ("8 of 9",
    "circled"), at the upper right. `abreast`: how many checks stand side by side. `shown`: the film's shape. Raises
    UnfitClip and UnfitPicture for one that cannot be read, AssemblyError past 400 shots.
    """
    if not 1 <= len(items) <= _SHOTS_MAX:
        raise AssemblyError(
            "the contact sheet", f"it holds 1 to {_SHOTS_MAX} shots, not {len(items)}", "Draw one a scene"
        )
    rows = math.ceil(len(items) / _COLUMNS)
    body = _body_height(items, abreast)
    height = _HEADER + rows * (_PICTURE[1] + body + _GUTTER) - _GUTTER + _FOOTER
    sheet = Image.new("RGB", (WIDTH, height), ink.SURROUND)
    _header(sheet, title, subtitle, summary)
    for index, item in enumerate(items):
        x = _MARGIN + (index % _COLUMNS) * (_CARD + _GUTTER)
        y = _HEADER + (index // _COLUMNS) * (_PICTURE[1] + body + _GUTTER)
        sheet.paste(_card(item, body, abreast, shown), (x, y), _rounded((_CARD, _PICTURE[1] + body), 12))
    _footer(sheet, nothing=any(good == "none" for item in items for _, _, good in item.checks))
    with whole_file(into) as part:
        if into.suffix.lower() == ".png":
            sheet.save(part, format="PNG", optimize=True)
        else:
            sheet.save(part, format="JPEG", quality=90, subsampling=0, optimize=True)
    return into


def _header(sheet: Image.Image, title: str, subtitle: str, summary: Sequence[tuple[str, str]]) -> None:
    pen = ImageDraw.Draw(sheet)
    right = WIDTH - _MARGIN
    big, small = typeface.face(34, 600), typeface.face(16, 400)
    for figure, words in reversed(summary[:5]):
        width = max(big.getlength(figure), small.getlength(words))
        pen.text((right - width, 44), figure, ink.TEXT, big)
        pen.text((right - width, 90), words, ink.QUIET, small)
        right -= round(width) + 48
    room = right - _MARGIN
    name_face, line_face = typeface.face(46, 700), typeface.face(20, 400)
    pen.text((_MARGIN - 2, 32), ink.shortened(title, name_face, room), ink.TEXT, name_face)
    pen.text((_MARGIN, 90), ink.shortened(subtitle, line_face, room), ink.QUIET, line_face)


def _card(item: SheetItem, body: int, abreast: int, shown: Shown) -> Image.Image:
    card = Image.new("RGB", (_CARD, _PICTURE[1] + body), ink.PANEL)
    card.paste(_picture(item, shown), (0, 0))
    pen = ImageDraw.Draw(card)
    name_face, text_face, quiet_face = typeface.face(23, 700), typeface.face(17, 400), typeface.face(17, 500)
    top = _PICTURE[1] + 18
    pen.text((_PAD, top), item.shot, ink.TEXT, name_face)
    _status(card, item, top + 1)
    pen.text((_PAD, top + 34), ink.shortened(item.title, text_face, _CARD - 2 * _PAD), ink.QUIET, text_face)
    line = top + 68
    pen.line((_PAD, line, _CARD - _PAD, line), fill=ink.EDGE)
    column = (_CARD - 2 * _PAD - (abreast - 1) * _COLUMN_GAP) // abreast
    for index, (label, value, good) in enumerate(item.checks):
        place = (
            _PAD + (index % abreast) * (column + _COLUMN_GAP),
            line + 15 + (index // abreast) * _CHECK_ROW,
        )
        _check(card, place, column, label, value, good)
    bottom = _PICTURE[1] + body - 34
    pen.text((_PAD, bottom), item.take, ink.QUIET, quiet_face)
    pen.text((_CARD - _PAD, bottom), item.cost, ink.TEXT, quiet_face, anchor="ra")
    return card


def _status(card: Image.Image, item: SheetItem, y: int) -> None:
    """The word of where the shot stands, in a pill with its icon, at the right."""
    font = typeface.face(16, 600)
    words = ink.shortened(item.status, font, _CARD * 0.42)
    width = round(font.getlength(words)) + 46
    left = _CARD - _PAD - width
    pill = Image.new("RGB", (width, 30), ink.EDGE)
    card.paste(pill, (left, y), _rounded((width, 30), 15))
    mark = ink.icon(item.mark, 15)
    card.paste(mark, (left + 12, y + 7), mark)
    ImageDraw.Draw(card).text((left + 34, y + 15), words, ink.MARK_COLOURS[item.mark], font, anchor="lm")


def _check(
    card: Image.Image,
    place: tuple[int, int],
    width: int,
    label: str,
    value: str,
    good: bool | ink.Mark | None,  # noqa: FBT001
) -> None:
    mark = good if isinstance(good, str) else _MARKS[good]
    icon = ink.icon(mark, 16)
    x, y = place
    card.paste(icon, (x, y + 2), icon)
    pen = ImageDraw.Draw(card)
    label_face, value_face, word_face = typeface.face(16, 400), typeface.face(16, 600), typeface.face(13, 500)
    end = x + width
    pen.text((end, y + 3), ink.MARK_WORDS[mark], ink.MARK_COLOURS[mark], word_face, anchor="ra")
    value_end = end - _WORD_ROOM
    pen.text((value_end, y), value, ink.TEXT, value_face, anchor="ra")
    label_room = value_end - value_face.getlength(value) - x - 32
    pen.text((x + 26, y), ink.shortened(label, label_face, label_room), ink.QUIET, label_face)


def _picture(item: SheetItem, shown: Shown) -> Image.Image:
    if item.picture is None:
        empty = Image.new("RGB", _PICTURE, ink.SURROUND)
        pen = ImageDraw.Draw(empty)
        for x in range(-_PICTURE[1], _PICTURE[0], 26):
            pen.line((x, _PICTURE[1], x + _PICTURE[1], 0), fill=ink.PANEL, width=6)
        pen.text((_PICTURE[0] / 2, _PICTURE[1] / 2), "no picture yet", ink.FAINT, typeface.face(20, 500), anchor="mm")
        return empty
    if item.moving or item.picture.suffix.lower() in {".mp4", ".mov"}:
        return ink.framed(probe.middle_frame(item.picture), _PICTURE, shown)
    return ink.framed(probe.still(item.picture), _PICTURE, shown)


def _footer(sheet: Image.Image, *, nothing: bool) -> None:
    """The legend of the icons, once. `nothing`: whether a check had nothing to judge."""
    pen, font = ImageDraw.Draw(sheet), typeface.face(15, 400)
    x, y = _MARGIN, sheet.height - 40
    legend = [("pass", "within its threshold"), ("look", "look at it"), ("fail", "outside its threshold")]
    for mark, words in legend + [("none", "nothing to judge")] * nothing:
        icon = ink.icon(mark, 14)
        sheet.paste(icon, (x, y + 3), icon)
        pen.text((x + 22, y), words, ink.QUIET, font)
        x += 22 + round(font.getlength(words)) + 32
    pen.text((WIDTH - _MARGIN, y), "Check the Gate", ink.FAINT, typeface.face(15, 500), anchor="ra")


def _body_height(items: Sequence[SheetItem], abreast: int) -> int:
    check_rows = max(math.ceil(len(item.checks) / abreast) for item in items)
    return 148 + check_rows * _CHECK_ROW


@lru_cache(maxsize=8)
def _rounded(size: tuple[int, int], radius: int) -> Image.Image:
    """A mask with round corners, drawn large and shrunk: Pillow's own corners are jagged. Cards of a sheet share it."""
    mask = Image.new("L", (size[0] * 2, size[1] * 2), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] * 2 - 1, size[1] * 2 - 1), radius * 2, fill=255)
    return mask.resize(size, Image.Resampling.LANCZOS)
