"""Draws storyboard pages for print: of each shot its picture, its camera and length, its action and its lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from assembly import ink, typeface
from assembly.errors import AssemblyError
from manifests.film import Shown
from manifests.reading.whole_file import whole_file

PAGE = (2339, 1654)
"""A4 across at 200 dots an inch."""

_DPI = 200
_COLUMNS, _MARGIN, _GUTTER, _HEADER, _FOOTER = 3, 100, 48, 150, 60
_CARD = (PAGE[0] - 2 * _MARGIN - (_COLUMNS - 1) * _GUTTER) // _COLUMNS
_PICTURE = (_CARD, _CARD * 9 // 16)
_LINES_MAX = 12
"""Lines of one text under a picture: two rows of shots then fit a page. What is longer ends with an ellipsis, and is
whole on the web page beside it.
"""

_PAPER, _INK, _QUIET, _EDGE = "#ffffff", "#15171a", "#555c66", "#9aa1ab"
_BODY_PX, _LEADING = 25, 33
_PAGES_MAX = 400


@dataclass(frozen=True, slots=True)
class BoardPanel:
    """One shot on the board. `lines`: who, and what is said. `picture`: as drawn; `aspect`: the film's shape."""

    shot: str
    called: str
    picture: Image.Image
    camera: str
    length: str
    action: str
    lines: tuple[tuple[str, str], ...]
    sound: str = ""
    proposed: bool = False
    aspect: Shown = "16:9"


@dataclass(frozen=True, slots=True)
class BoardScene:
    """One scene of the board; it begins on a page of its own."""

    name: str
    title: str
    panels: tuple[BoardPanel, ...]


def write_pdf(scenes: Sequence[BoardScene], into: Path, *, title: str) -> Path:
    """Write all scenes as one PDF and return `into`. Raises AssemblyError for a board without a shot, or past 400
    pages.
    """
    if not any(scene.panels for scene in scenes):
        raise AssemblyError("the storyboard", "the film has no shot", "Begin one: gate new scene")
    with whole_file(into) as part:
        for number, page in enumerate(_pages(scenes, title), 1):  # one at a time: a page has 12 MB
            if number > _PAGES_MAX:
                cause = f"it has more than {_PAGES_MAX} pages"
                raise AssemblyError("the storyboard", cause, "Name the scenes you need.")
            pen, font = ImageDraw.Draw(page), typeface.face(22)
            pen.text((PAGE[0] - _MARGIN - 40, PAGE[1] - _FOOTER), str(number), fill=_QUIET, font=font)
            page.save(part, format="PDF", append=number > 1, resolution=_DPI, title=title, quality=88)
    return into


def _pages(scenes: Sequence[BoardScene], title: str) -> Iterator[Image.Image]:
    for scene in scenes:
        page, y = _page(title, scene), _HEADER
        for row in (scene.panels[at : at + _COLUMNS] for at in range(0, len(scene.panels), _COLUMNS)):
            cards = [_card(panel) for panel in row]
            height = max(card.height for card in cards)
            if y + height > PAGE[1] - _FOOTER - 20 and y > _HEADER:
                yield page
                page, y = _page(title, scene), _HEADER
            for column, card in enumerate(cards):
                page.paste(card, (_MARGIN + column * (_CARD + _GUTTER), y))
            y += height + _GUTTER // 2
        yield page


def _page(title: str, scene: BoardScene) -> Image.Image:
    page = Image.new("RGB", PAGE, _PAPER)
    pen = ImageDraw.Draw(page)
    bold, plain = typeface.face(40, 700), typeface.face(26)
    name = f"{scene.name}  {scene.title}"
    pen.text((_MARGIN, 62), ink.shortened(name, bold, PAGE[0] - 2 * _MARGIN - 500), fill=_INK, font=bold)
    shown = ink.shortened(title, plain, 460)
    pen.text((PAGE[0] - _MARGIN - plain.getlength(shown), 74), shown, fill=_QUIET, font=plain)
    pen.line((_MARGIN, 124, PAGE[0] - _MARGIN, 124), fill=_EDGE, width=2)
    return page


def _card(panel: BoardPanel) -> Image.Image:
    """One shot: picture, head, then as many lines as its words take."""
    bold, plain = typeface.face(_BODY_PX, 600), typeface.face(_BODY_PX)
    texts = [(line, plain, _INK) for line in ink.wrapped(panel.action, plain, _CARD, _LINES_MAX)]
    for who, words in panel.lines:
        texts += [(line, plain, _INK) for line in ink.wrapped(f"{who.upper()}: {words}", plain, _CARD, _LINES_MAX)]
    if panel.sound:
        texts += [(line, plain, _QUIET) for line in ink.wrapped(f"Sound: {panel.sound}", plain, _CARD, 3)]
    head = 2 * _LEADING + 14
    card = Image.new("RGB", (_CARD, _PICTURE[1] + head + len(texts) * _LEADING + 24), _PAPER)
    card.paste(ink.framed(panel.picture, _PICTURE, panel.aspect), (0, 0))
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, 0, _CARD - 1, _PICTURE[1] - 1), outline=_EDGE, width=2)
    called = f"{panel.called} · " if panel.called else ""
    first = f"{called}{panel.shot}{' (proposed)' if panel.proposed else ''}"
    y = _PICTURE[1] + 12
    pen.text((0, y), ink.shortened(first, bold, _CARD - 120), fill=_INK, font=bold)
    pen.text((_CARD - bold.getlength(panel.length), y), panel.length, fill=_INK, font=bold)
    pen.text((0, y + _LEADING), ink.shortened(panel.camera, plain, _CARD), fill=_QUIET, font=plain)
    for number, (line, font, colour) in enumerate(texts):
        pen.text((0, _PICTURE[1] + head + number * _LEADING), line, fill=colour, font=font)
    return card
