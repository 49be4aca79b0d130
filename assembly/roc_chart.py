"""How well rules tell bad takes from good ones, drawn: what each threshold catches against what it throws away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw

from assembly import ink, typeface
from manifests.reading.whole_file import whole_file

_SIZE = (1120, 752)
_LEFT, _TOP, _SIDE = 96, 130, 540
_LEGEND = _LEFT + _SIDE + 44
_OVERSAMPLING = 2  # Pillow draws lines without anti-aliasing: draw twice as large, shrink once.
_COLOURS = ("#7fb4f0", "#f0b35c", "#8fd6a8", "#d79bea", "#ef8f86", "#c9d177")
_RULES_MAX = 12

Place = tuple[float, float]
"""Good takes thrown away and bad takes caught, each a share, 0 to 1."""


@dataclass(frozen=True)
class RocLine:
    """One rule. `points`: from accepting all to rejecting all.
    `now`, `best`: where its thresholds lie; `words`: its figures.
    """

    name: str
    points: Sequence[Place]
    now: Place
    best: Place
    words: str


def render(lines: Sequence[RocLine], into: Path, *, title: str, subtitle: str = "") -> Path:
    """Draw up to twelve rules as a PNG of 1120×752 and return `into`;
    a ring is today's threshold, a dot the cheapest.
    """
    image = Image.new("RGB", (_SIZE[0] * _OVERSAMPLING, _SIZE[1] * _OVERSAMPLING), ink.SURROUND)
    pen = _Pen(ImageDraw.Draw(image))
    _frame(pen, title, subtitle)
    for index, line in enumerate(lines[:_RULES_MAX]):
        colour, y = _COLOURS[index % len(_COLOURS)], _TOP + 8 + index * 46
        pen.stroke([_at(point) for point in line.points], colour, 2.5, dashed=index >= len(_COLOURS))
        pen.dot(_at(line.now), 8, colour, hollow=True)
        pen.dot(_at(line.best), 5, colour)
        pen.stroke([(_LEGEND, y + 10), (_LEGEND + 26, y + 10)], colour, 3, dashed=index >= len(_COLOURS))
        pen.text((_LEGEND + 38, y), line.name, ink.TEXT, 17, 600)
        pen.text((_LEGEND + 38, y + 21), line.words, ink.QUIET, 14)
    if len(lines) > _RULES_MAX:
        pen.text((_LEGEND, _TOP + 8 + _RULES_MAX * 46), f"and {len(lines) - _RULES_MAX} more", ink.FAINT, 14)
    with whole_file(into) as part:
        image.resize(_SIZE, Image.Resampling.LANCZOS).save(part, format="PNG")
    return into


def _frame(pen: _Pen, title: str, subtitle: str) -> None:
    pen.text((_LEFT, 26), title, ink.TEXT, 26, 600)
    pen.text((_LEFT, 62), subtitle, ink.QUIET, 15)
    for tick in range(6):
        share = tick / 5
        pen.stroke([_at((share, 0)), _at((share, 1))], ink.PANEL, 1)
        pen.stroke([_at((0, share)), _at((1, share))], ink.PANEL, 1)
        pen.text((_at((share, 0))[0], _TOP + _SIDE + 12), f"{share:.0%}", ink.FAINT, 14, anchor="ma")
        pen.text((_LEFT - 12, _at((0, share))[1]), f"{share:.0%}", ink.FAINT, 14, anchor="rm")
    pen.stroke([_at((0, 0)), _at((1, 1))], ink.FAINT, 1.5, dashed=True)
    pen.text(_at((0.66, 0.60)), "chance", ink.FAINT, 14)
    pen.text((_LEFT + _SIDE / 2, _TOP + _SIDE + 40), "good takes thrown away", ink.QUIET, 16, 500, "ma")
    pen.text((_LEFT, _TOP - 14), "bad takes caught", ink.QUIET, 16, 500, "ls")
    y = _TOP + _SIDE + 50
    pen.dot((_LEGEND + 8, y), 8, ink.QUIET, hollow=True)
    pen.text((_LEGEND + 26, y), "threshold now", ink.QUIET, 14, anchor="lm")
    pen.dot((_LEGEND + 166, y), 5, ink.QUIET)
    pen.text((_LEGEND + 182, y), "cheapest threshold", ink.QUIET, 14, anchor="lm")


def _at(place: Place) -> Place:
    return _LEFT + _SIDE * place[0], _TOP + _SIDE * (1 - place[1])


@dataclass(frozen=True)
class _Pen:
    """Draws in the chart's own pixels, which are `_OVERSAMPLING` times finer in the picture."""

    draw: ImageDraw.ImageDraw

    def text(
        self, place: Place, words: str, colour: str, size: int, weight: typeface.Weight = 400, anchor: str = "la"
    ) -> None:
        font = typeface.face(size * _OVERSAMPLING, weight)
        shown = ink.shortened(words, font, (_SIZE[0] - 12 - place[0]) * _OVERSAMPLING) if anchor[0] == "l" else words
        self.draw.text((place[0] * _OVERSAMPLING, place[1] * _OVERSAMPLING), shown, colour, font, anchor=anchor)

    def stroke(self, points: Sequence[Place], colour: str, width: float, *, dashed: bool = False) -> None:
        for start, end in pairwise(points):
            length = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
            for at in range(0, round(length) + 1, 10) if dashed and length > 5 else (0,):
                near, far = (at / length, min(1.0, (at + 5) / length)) if dashed and length > 5 else (0.0, 1.0)
                piece = [
                    tuple((a + (b - a) * t) * _OVERSAMPLING for a, b in zip(start, end, strict=True))
                    for t in (near, far)
                ]
                self.draw.line(piece, fill=colour, width=round(width * _OVERSAMPLING), joint="curve")

    def dot(self, place: Place, radius: float, colour: str, *, hollow: bool = False) -> None:
        x, y = place
        box = [v * _OVERSAMPLING for v in (x - radius, y - radius, x + radius, y + radius)]
        fill = None if hollow else colour
        self.draw.ellipse(box, fill=fill, outline=colour, width=round(2.5 * _OVERSAMPLING))
