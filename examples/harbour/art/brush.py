"""Shapes, and an easel to paint them on.

Skia does the rasterising. It is only needed to redraw the art, never to make the film, and it ships no type stubs,
so it is looked up in this one file and everything else speaks in the shapes and strokes defined here.
"""

import importlib
import math
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from examples.harbour.art.palette import INK, LAMP, Colour, line_of, lit, shade

skia: Any = importlib.import_module("skia")

Point = tuple[float, float]
Shape = Any  # a Skia path
Stop = tuple[float, Colour, float]  # where along the ramp, colour, opacity


def poly(points: Sequence[Point], *, closed: bool = True) -> Shape:
    """A shape with straight sides."""
    path = skia.Path()
    path.addPoly([skia.Point(x, y) for x, y in points], closed)
    return path


def blob(points: Sequence[Point], *, closed: bool = True, tension: float = 0.5) -> Shape:
    """A smooth shape through the given points."""
    count = len(points)
    path = skia.Path()
    path.moveTo(*points[0])

    def near(index: int) -> Point:
        return points[index % count] if closed else points[min(max(index, 0), count - 1)]

    for i in range(count if closed else count - 1):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = (near(i + k) for k in (-1, 0, 1, 2))
        pull = tension / 3
        path.cubicTo(bx + (cx - ax) * pull, by + (cy - ay) * pull, cx - (dx - bx) * pull, cy - (dy - by) * pull, cx, cy)
    if closed:
        path.close()
    return path


def oval(x: float, y: float, rx: float, ry: float | None = None, turn: float = 0.0) -> Shape:
    """An ellipse about a centre, turned by so many degrees."""
    ry = rx if ry is None else ry
    path = skia.Path()
    path.addOval(skia.Rect(x - rx, y - ry, x + rx, y + ry))
    if turn:
        path.transform(skia.Matrix.RotateDeg(turn, skia.Point(x, y)))
    return path


def box(x: float, y: float, w: float, h: float, corner: float = 0.0) -> Shape:
    """A rectangle, its corners rounded if asked."""
    path = skia.Path()
    path.addRoundRect(skia.Rect(x, y, x + w, y + h), corner, corner)
    return path


def capsule(a: Point, b: Point, ra: float, rb: float) -> Shape:
    """The hull of two circles."""
    angle = math.atan2(b[1] - a[1], b[0] - a[0])
    distance = max(math.hypot(b[0] - a[0], b[1] - a[1]), 1e-6)
    lean = math.acos(max(-1.0, min(1.0, (ra - rb) / distance)))
    points: list[Point] = []
    for k in range(25):
        turn = angle + lean + (2 * math.pi - 2 * lean) * k / 24
        points.append((a[0] + ra * math.cos(turn), a[1] + ra * math.sin(turn)))
    for k in range(25):
        turn = angle - lean + 2 * lean * k / 24
        points.append((b[0] + rb * math.cos(turn), b[1] + rb * math.sin(turn)))
    return poly(points)


def limb(points: Sequence[Point], radii: Sequence[float], steps: int = 8) -> Shape:
    """A tapering tube along a bent line."""
    track = np.array([(x, y, r) for (x, y), r in zip(points, radii, strict=True)], dtype=float)
    padded = np.vstack([2 * track[0] - track[1], track, 2 * track[-1] - track[-2]])
    dense: list[NDArray[np.float64]] = []
    for i in range(len(track) - 1):
        p0, p1, p2, p3 = padded[i : i + 4]
        for k in range(steps):
            t = k / steps
            dense.append(
                0.5
                * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)
            )
    dense.append(track[-1])
    return union(*(capsule((a[0], a[1]), (b[0], b[1]), a[2], b[2]) for a, b in pairwise(dense)))


def union(*shapes: Shape) -> Shape:
    """One shape that covers all of them."""
    builder = skia.OpBuilder()
    for shape in shapes:
        builder.add(shape, skia.PathOp.kUnion_PathOp)
    return builder.resolve()


def cut(shape: Shape, away: Shape) -> Shape:
    """The shape less the other one."""
    return skia.Op(shape, away, skia.PathOp.kDifference_PathOp)


def overlap(first: Shape, second: Shape) -> Shape:
    """What two shapes share."""
    return skia.Op(first, second, skia.PathOp.kIntersect_PathOp)


def moved(shape: Shape, dx: float, dy: float) -> Shape:
    """A copy of the shape somewhere else."""
    copy = skia.Path(shape)
    copy.offset(dx, dy)
    return copy


def bounds(shape: Shape) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a shape."""
    rect = shape.computeTightBounds()
    return rect.left(), rect.top(), rect.right(), rect.bottom()


def _outward(shape: Shape, measure: Any, length: float) -> float:
    votes = 0
    for k in range(15):
        probe, along = measure.getPosTan(length * (k + 0.37) / 15)
        votes += -1 if shape.contains(probe.x() + along.y() * 2, probe.y() - along.x() * 2) else 1
    return 1.0 if votes > 0 else -1.0


def shaggy(shape: Shape, size: float, seed: int, fall: float = 0.6, every: float = 0.9, *, soft: bool = False) -> Shape:
    """The same shape with locks of hair along its outline, that fall by `fall` of their size."""
    rng = random.Random(seed)
    measure = skia.PathMeasure(shape, forceClosed=False)
    path = skia.Path()
    while True:
        length = measure.getLength()
        if length < size:
            if not measure.nextContour():
                return union(path, shape)
            continue
        locks = max(6, round(length / (size * every)))
        step = length / locks
        out = _outward(shape, measure, length)
        place, _ = measure.getPosTan(0.0)
        path.moveTo(place.x(), place.y())
        for k in range(locks):
            middle, tangent = measure.getPosTan((k + 0.62) * step)
            end, _ = measure.getPosTan((k + 1) * step % length)
            reach = size * rng.uniform(0.55, 1.0)
            nx, ny = tangent.y() * reach * out, -tangent.x() * reach * out
            tip = (middle.x() + nx, middle.y() + ny + fall * reach)
            start, _ = measure.getPosTan(k * step)
            first, last = (0.95, 0.75) if soft else (0.5, 0.2)
            path.quadTo(start.x() + nx * first, start.y() + ny * first, *tip)
            path.quadTo(end.x() + nx * last, end.y() + ny * last, end.x(), end.y())
        path.close()
        if not measure.nextContour():
            return union(path, shape)


def _paint(colour: Colour, alpha: float = 1.0, blur: float = 0.0) -> Any:
    paint = skia.Paint(AntiAlias=True, Color=skia.Color(*colour, max(0, min(255, round(alpha * 255)))))
    if blur:
        paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.BlurStyle.kNormal_BlurStyle, blur))
    return paint


class Easel:
    """A transparent sheet that takes shapes."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._surface = skia.Surface(width, height)
        self.canvas = self._surface.getCanvas()

    def fill(self, shape: Shape, colour: Colour, alpha: float = 1.0, blur: float = 0.0) -> None:
        """Flat colour."""
        self.canvas.drawPath(shape, _paint(colour, alpha, blur))

    def line(
        self, track: Shape | Sequence[Point], colour: Colour, width: float, alpha: float = 1.0, blur: float = 0.0
    ) -> None:
        """A round-ended stroke along a shape, or smoothly through points."""
        path = blob(track, closed=False) if isinstance(track, list | tuple) else track
        paint = _paint(colour, alpha, blur)
        paint.setStyle(skia.Paint.kStroke_Style)
        paint.setStrokeWidth(width)
        paint.setStrokeCap(skia.Paint.kRound_Cap)
        paint.setStrokeJoin(skia.Paint.kRound_Join)
        self.canvas.drawPath(path, paint)

    def ramp(self, shape: Shape, start: Point, end: Point, stops: Sequence[Stop]) -> None:
        """A linear gradient inside a shape."""
        self._gradient(shape, stops, start, end, 0.0, additive=False)

    def glow(self, x: float, y: float, radius: float, colour: Colour, alpha: float, flat: float = 1.0) -> None:
        """Light that spreads from a point; `flat` squashes it into an ellipse."""
        self.canvas.save()
        self.canvas.translate(x, y)
        self.canvas.scale(1.0, flat)
        stops = [(t, colour, alpha * (1 - t) ** 2) for t in (0.0, 0.15, 0.3, 0.5, 0.7, 0.85, 1.0)]
        self._gradient(oval(0, 0, radius), stops, (0, 0), (0, 0), radius, additive=True)
        self.canvas.restore()

    def pool(self, x: float, y: float, radius: float, colour: Colour, alpha: float, flat: float = 1.0) -> None:
        """Soft darkness (or colour) that spreads from a point."""
        self.canvas.save()
        self.canvas.translate(x, y)
        self.canvas.scale(1.0, flat)
        stops = [(t, colour, alpha * (1 - t) ** 2) for t in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)]
        self._gradient(oval(0, 0, radius), stops, (0, 0), (0, 0), radius, additive=False)
        self.canvas.restore()

    def _gradient(
        self, shape: Shape, stops: Sequence[Stop], start: Point, end: Point, radius: float, *, additive: bool
    ) -> None:
        colours = [skia.Color(*c, max(0, min(255, round(a * 255)))) for _, c, a in stops]
        places = [t for t, _, _ in stops]
        if radius:
            shader = skia.GradientShader.MakeRadial(skia.Point(*start), radius, colours, places)
        else:
            shader = skia.GradientShader.MakeLinear([skia.Point(*start), skia.Point(*end)], colours, places)
        paint = skia.Paint(AntiAlias=True, Shader=shader, Dither=False)
        if additive:
            paint.setBlendMode(skia.BlendMode.kScreen)
        self.canvas.drawPath(shape, paint)

    def form(self, shape: Shape, colour: Colour, depth: float = 12.0, rim: float = 5.0, edge: float = 2.4) -> None:
        """A solid thing in lamp light: lit on the left, shaded on the right, with a thin line of its own colour."""
        left, top, right, bottom = bounds(shape)
        with self.inside(shape):
            stops = [(0.0, lit(colour, 0.16), 1.0), (0.55, colour, 1.0), (1.0, shade(colour, 0.35), 1.0)]
            self.ramp(box(left - 2, top - 2, right - left + 4, bottom - top + 4), (0, top), (0, bottom), stops)
            if depth:
                self._outside(moved(shape, -depth, -depth * 0.45), shade(colour, 0.85), 1.0)
            if rim:
                self._outside(moved(shape, rim, rim * 0.7), lit(colour), 0.75)
        if edge:
            self.line(shape, line_of(colour), edge, 0.75)

    def _outside(self, shape: Shape, colour: Colour, alpha: float) -> None:
        inverse = skia.Path(shape)
        inverse.toggleInverseFillType()
        self.canvas.drawPath(inverse, _paint(colour, alpha))

    @contextmanager
    def inside(self, shape: Shape) -> Iterator[None]:
        """Whatever is painted in this block stays inside the shape."""
        self.canvas.save()
        self.canvas.clipPath(shape, skia.ClipOp.kIntersect, doAntiAlias=True)
        try:
            yield
        finally:
            self.canvas.restore()

    def words(self, text: str, x: float, y: float, size: float, colour: Colour = INK, alpha: float = 1.0) -> None:
        """A short sign, centred on a point, in a bundled serif face."""
        face = skia.Typeface("DejaVu Serif", skia.FontStyle.Bold())
        font = skia.Font(face, size)
        self.canvas.drawString(text, x - font.measureText(text) / 2, y, font, _paint(colour, alpha))

    def pixels(self) -> NDArray[np.uint8]:
        """The sheet as rows of straight-alpha RGBA."""
        image = self._surface.makeImageSnapshot()
        out: NDArray[np.uint8] = image.toarray(colorType=skia.ColorType.kRGBA_8888_ColorType)
        return out

    def crown(self, shape: Shape, width: float, colour: Colour = LAMP, alpha: float = 0.35) -> None:
        """A streak of light along the upper edge of a shape."""
        with self.inside(shape):
            self._outside(moved(shape, width * 0.3, width), colour, alpha)
