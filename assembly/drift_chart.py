"""Drift drawn as a line: how near each shot stays to the locked masters, the threshold,
and where it was re-anchored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw

from assembly import ink, typeface
from manifests.reading.whole_file import whole_file

_SIZE = (1200, 420)
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 210, 84, 62
_OVERSAMPLING = 2  # Pillow draws lines without anti-aliasing: draw twice as large, shrink once.
_COLOURS = ("#7fb4f0", "#f0b35c", "#8fd6a8", "#d79bea", "#ef8f86", "#c9d177")
_LABELS_MAX = 14
_LABEL_HEIGHT = 22


@dataclass(frozen=True)
class ChartPoint:
    """One shot on one line. `score` is 0 to 1, higher is nearer to the masters, None where it was not measured.

    `undone`: the score of the take that had drifted, where the shot was made again.
    """

    shot: str
    score: float | None
    re_anchored: bool = False
    undone: float | None = None


def render(
    lines: Mapping[str, Sequence[ChartPoint]],
    into: Path,
    *,
    threshold: float,
    title: str = "Likeness to the locked masters",
) -> Path:
    """Draw one line a subject ("marit", "cafe_main") over the shots as a PNG of 1200×420 and return `into`.

    A score under `threshold` is a hollow ring; a re-anchoring is a dashed upright with its word, up which the line
    comes back from the take that had drifted. At most six lines differ in colour; each carries its name at its end, so
    that colour alone says nothing.
    """
    image = Image.new("RGB", (_SIZE[0] * _OVERSAMPLING, _SIZE[1] * _OVERSAMPLING), ink.SURROUND)
    chart = _Chart(ImageDraw.Draw(image), _shots(lines), *_bounds(lines, threshold))
    chart.frame(title, threshold)
    for shot in sorted({p.shot for points in lines.values() for p in points if p.re_anchored}):
        chart.re_anchored(shot)
    labels: list[tuple[float, str, str]] = []
    for index, (name, points) in enumerate(lines.items()):
        colour = _COLOURS[index % len(_COLOURS)]
        last = chart.line(points, colour, threshold)
        if last is not None:
            labels.append((chart.y(last), f"{name} {last:.2f}", colour))
    chart.names(labels)
    with whole_file(into) as part:
        image.resize(_SIZE, Image.Resampling.LANCZOS).save(part, format="PNG")
    return into


@dataclass(frozen=True)
class _Chart:
    """Draws in the chart's own pixels, which are `_OVERSAMPLING` times finer in the picture."""

    pen: ImageDraw.ImageDraw
    shots: tuple[str, ...]
    low: float
    high: float

    def x(self, shot: str) -> float:
        room = _SIZE[0] - _LEFT - _RIGHT
        return _LEFT + room * (self.shots.index(shot) + 0.5) / len(self.shots)

    def y(self, score: float) -> float:
        room = _SIZE[1] - _TOP - _BOTTOM
        return _TOP + room * (self.high - score) / (self.high - self.low)

    def frame(self, title: str, threshold: float) -> None:
        self._text((_LEFT - 44, 24), title, ink.TEXT, 24, 600)
        right, step = (
            _SIZE[0] - _RIGHT,
            0.05 if self.high - self.low < 0.35 else 0.1 if self.high - self.low < 0.7 else 0.2,
        )
        for tick in range(int((self.high - self.low) / step + 1.01)):
            score = self.high - tick * step
            self._stroke([(_LEFT, self.y(score)), (right, self.y(score))], ink.PANEL, 1)
            self._text((_LEFT - 12, self.y(score)), f"{score:.2f}", ink.FAINT, 14, 400, "rm")
        every = -(-len(self.shots) // _LABELS_MAX)
        for shot in self.shots[::every]:
            self._text((self.x(shot), _SIZE[1] - _BOTTOM + 24), shot.rsplit("_", 1)[-1], ink.QUIET, 14, 400, "mm")
        self._dashes((_LEFT, self.y(threshold)), (right, self.y(threshold)), ink.MARK_COLOURS["fail"])
        self._text(
            (_LEFT + 8, self.y(threshold) + 12), f"threshold {threshold:.2f}", ink.MARK_COLOURS["fail"], 14, 500, "lm"
        )

    def re_anchored(self, shot: str) -> None:
        self._dashes((self.x(shot), _TOP), (self.x(shot), _SIZE[1] - _BOTTOM), ink.QUIET)
        self._text((self.x(shot), _TOP - 14), "re-anchored", ink.QUIET, 14, 500, "mm")

    def line(self, points: Sequence[ChartPoint], colour: str, threshold: float) -> float | None:
        """Draw one subject; an unmeasured shot leaves no dot. Returns its last score."""
        known = [
            [(self.x(p.shot), score) for score in (p.undone, p.score) if score is not None]
            for p in points
            if p.score is not None
        ]
        for (*_, before), (first, *_) in pairwise(known):
            self._stroke([(x, self.y(score)) for x, score in (before, first)], colour, 2.5)
        for x, score in (place for places in known for place in places):
            under = score < threshold
            radius = 6.5 if under else 4.5
            box = [v * _OVERSAMPLING for v in (x - radius, self.y(score) - radius, x + radius, self.y(score) + radius)]
            self.pen.ellipse(
                box, fill=ink.SURROUND if under else colour, outline=colour, width=round(2.5 * _OVERSAMPLING)
            )
        return known[-1][-1][1] if known else None

    def names(self, labels: list[tuple[float, str, str]]) -> None:
        """Write the lines' names at their ends, pushed apart where they would overlap."""
        free = float("-inf")
        for y, words, colour in sorted(labels):
            free = max(y, free + _LABEL_HEIGHT)
            self._text((_SIZE[0] - _RIGHT + 14, free), words, colour, 16, 500, "lm")

    def _text(
        self,
        place: tuple[float, float],
        words: str,
        colour: str,
        size: int,
        weight: typeface.Weight,
        anchor: str = "la",
    ) -> None:
        font = typeface.face(size * _OVERSAMPLING, weight)
        self.pen.text((place[0] * _OVERSAMPLING, place[1] * _OVERSAMPLING), words, colour, font, anchor=anchor)

    def _stroke(self, points: Sequence[tuple[float, float]], colour: str, width: float) -> None:
        if len(points) > 1:
            scaled = [(x * _OVERSAMPLING, y * _OVERSAMPLING) for x, y in points]
            self.pen.line(scaled, fill=colour, width=round(width * _OVERSAMPLING), joint="curve")

    def _dashes(self, begin: tuple[float, float], end: tuple[float, float], colour: str) -> None:
        length = max(abs(end[0] - begin[0]), abs(end[1] - begin[1]))
        for at in range(0, round(length), 10):
            part, stop = at / length, min(1.0, (at + 5) / length)
            self._stroke(
                [(begin[0] + (end[0] - begin[0]) * t, begin[1] + (end[1] - begin[1]) * t) for t in (part, stop)],
                colour,
                1.5,
            )


def _shots(lines: Mapping[str, Sequence[ChartPoint]]) -> tuple[str, ...]:
    return tuple(sorted({point.shot for points in lines.values() for point in points})) or ("no shots",)


def _bounds(lines: Mapping[str, Sequence[ChartPoint]], threshold: float) -> tuple[float, float]:
    """The scores drawn, to the next twentieth below and above: a chart from 0 to 1 would hide what matters."""
    told = (score for points in lines.values() for p in points for score in (p.score, p.undone))
    scores = [score for score in told if score is not None] + [threshold]
    low, high = int(min(scores) * 20) / 20 - 0.05, -(-max(scores) * 20 // 1) / 20
    return max(0.0, low) if low >= 0 else low, max(high, low + 0.1)
