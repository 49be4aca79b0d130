"""Things that are sewn: stripes, buttons, pockets, straps, knit, scarves and hoods."""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from examples.harbour.art.brush import Easel, Point, Shape, bounds, box, limb, oval, shaggy
from examples.harbour.art.figure import Figure
from examples.harbour.art.palette import BRASS, Colour, line_of, lit, shade
from examples.harbour.art.turntable import Ring, Solid


def sewn(
    fig: Figure,
    solid: Solid,
    corners: Sequence[tuple[float, float]],
    colour: Colour,
    out: float = 1.0,
    depth: float = 6.0,
    rim: float = 4.0,
) -> None:
    """A piece of cloth on a garment."""
    shape = solid.patch(fig.view, corners, out)
    if shape is not None:
        fig.easel.form(shape, colour, depth=depth, rim=rim)


def seam(
    fig: Figure,
    solid: Solid,
    places: Sequence[tuple[float, float]],
    colour: Colour,
    width: float = 3.4,
    alpha: float = 0.55,
    out: float = 1.0,
) -> None:
    """A line on a garment."""
    for run in solid.track(fig.view, places, out):
        thin = run[:: max(1, len(run) // 6)]
        fig.easel.line([*thin, run[-1]] if thin[-1] != run[-1] else thin, colour, width, alpha)


def buttons(
    fig: Figure, solid: Solid, longitude: float, heights: Iterable[float], colour: Colour = BRASS, size: float = 10.0
) -> None:
    """A row of buttons."""
    for height in heights:
        spot = solid.spot(fig.view, longitude, height, out=2)
        if spot.facing > 0.12:
            fig.easel.form(
                oval(spot.x, spot.y, size * (0.35 + 0.65 * spot.facing), size), colour, depth=3, rim=2.5, edge=2
            )


def bands(fig: Figure, solid: Solid, shape: Shape, colour: Colour, top: float, low: float, step: float) -> None:
    """Stripes round a garment."""
    with fig.easel.inside(shape):
        height = top
        while height > low:
            area = solid.patch(
                fig.view, [(-181, height), (181, height), (181, height - step / 2), (-181, height - step / 2)]
            )
            if area is not None:
                fig.easel.fill(area, colour, 0.94)
            height -= step
        _veil(fig.easel, shape)


def hoops(easel: Easel, shape: Shape, track: Sequence[Point], colour: Colour, step: float, reach: float) -> None:
    """Stripes round a sleeve."""
    with easel.inside(shape):
        for (ax, ay), (bx, by) in pairwise(track):
            length = math.hypot(bx - ax, by - ay)
            nx, ny = -(by - ay) / length, (bx - ax) / length
            for k in range(math.floor(length / step) + 1):
                x, y = ax + (bx - ax) * k * step / length, ay + (by - ay) * k * step / length
                arc = [(x - nx * reach, y - ny * reach), (x, y + step * 0.25), (x + nx * reach, y + ny * reach)]
                easel.line(arc, colour, step / 2, 0.94)
        _veil(easel, shape)


def _veil(easel: Easel, shape: Shape) -> None:
    """The shade of the form again, over a pattern."""
    left, top, right, bottom = bounds(shape)
    dark = (60, 40, 84)
    area = box(left, top, right - left, bottom - top)
    easel.ramp(
        area, (left, 0), (right, 0), [(0.0, dark, 0.0), (0.66, dark, 0.0), (0.80, dark, 0.22), (1.0, dark, 0.34)]
    )


def chevron(easel: Easel, x: float, y: float, wide: float, colour: Colour) -> None:
    """One stitch of a cable."""
    easel.line([(x - wide, y - 9), (x, y + 4), (x + wide, y - 9)], lit(colour), 7, 0.55)
    easel.line([(x - wide, y - 4), (x, y + 9), (x + wide, y - 4)], line_of(colour), 2.6, 0.5)


def cables(fig: Figure, solid: Solid, shape: Shape, colour: Colour, top: float, low: float) -> None:
    """A cable knit."""
    with fig.easel.inside(shape):
        for lon in range(-180, 180, 30):
            height = top
            while height > low:
                spot = solid.spot(fig.view, lon, height)
                if spot.facing > 0.1:
                    chevron(fig.easel, spot.x, spot.y, 16 * (0.3 + 0.7 * spot.facing), colour)
                height -= 20
            seam(fig, solid, [(lon + 15, top), (lon + 15, low)], line_of(colour), 3.4, 0.40)


def collar(fig: Figure, colour: Colour, height: float, wide: float, deep: float = 26.0, roll: float = 1.0) -> None:
    """A rolled or standing collar round the neck."""
    b = fig.build
    rings = [
        Ring(height + deep * 0.7, wide * 0.92, wide * 0.9, b.stoop * 0.5),
        Ring(height, wide * 1.06 * roll, wide * roll, b.stoop * 0.45),
        Ring(height - deep * 0.8, wide * 1.0, wide * 0.94, b.stoop * 0.4),
    ]
    fig.easel.form(Solid(rings).outline(fig.view), colour, depth=8, rim=5)


def hood_down(fig: Figure, colour: Colour, size: float = 1.0) -> None:
    """A hood that lies on the shoulders; call it before the head."""
    b = fig.build
    high, low = b.chin + 0.10 * b.head, b.shoulders - 0.05 * b.height
    rings = [
        Ring(high, b.face * 0.80 * size, b.face * 0.70 * size, -b.face * 0.28),
        Ring((high + low) / 2, b.face * 1.06 * size, b.face * 0.90 * size, -b.face * 0.30),
        Ring(low, b.face * 0.82 * size, b.face * 0.78 * size, -b.face * 0.20),
    ]
    solid = Solid(rings)
    fig.easel.form(solid.outline(fig.view), colour, depth=12)
    if fig.view.yaw < 80:
        inner = Solid([Ring(r.height - 4, r.wide * 0.74, r.deep * 0.7, r.forward) for r in rings[:2]])
        fig.easel.form(inner.outline(fig.view), shade(colour), depth=6, rim=0)
    elif fig.view.yaw > 150:
        seam(fig, solid, [(180, high), (180, low)], line_of(colour), 4)
        x, y = fig.view.place(0, low + 14, -b.face)
        tip = shaggy(oval(x, y, b.face * 0.40, b.face * 0.46), 1, 1)
        fig.easel.form(tip, colour, depth=8)


def scarf(fig: Figure, colour: Colour, tail: float = 150.0) -> None:
    """A knitted scarf, one end hanging in front."""
    b = fig.build
    collar(fig, colour, b.shoulders + 0.012 * b.height, b.face * 0.78, 30, 1.06)
    if fig.view.yaw < 150:
        x, y = fig.view.place(-b.face * 0.3, b.shoulders, b.chest[1] * 0.9)
        end = limb([(x, y), (x - 6, y + tail * 0.5), (x - 2, y + tail)], [24, 25, 28])
        fig.easel.form(end, colour, depth=9)
        for k in range(3):
            fig.easel.line([(x - 20 + k * 18, y + tail + 20), (x - 22 + k * 18, y + tail + 44)], colour, 6)
