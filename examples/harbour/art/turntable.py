"""Solids of elliptical slices on a turntable: the same figure drawn truly from the front, the side or the back.

A solid is a stack of rings. Seen from a yaw, its outline follows from the rings, and anything sewn on its surface
(a button, a stripe, a pair of eyes) is placed by longitude and height, and vanishes by itself when it turns away.
Longitude 0 faces forward and positive longitudes lie screen right in the front view.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from examples.harbour.art.brush import Point, Shape, poly, union

TILT = 0.15  # the camera looks down a little, so hems curve


@dataclass(frozen=True)
class View:
    """Where the figure stands on the sheet, and how far it has turned to screen right."""

    yaw: float
    x: float
    floor: float

    @property
    def sin(self) -> float:
        """Sine of the yaw."""
        return math.sin(math.radians(self.yaw))

    @property
    def cos(self) -> float:
        """Cosine of the yaw."""
        return math.cos(math.radians(self.yaw))

    def depth(self, x: float, z: float) -> float:
        """How near to the camera a place is; larger is nearer."""
        return z * self.cos - x * self.sin

    def place(self, x: float, height: float, z: float = 0.0) -> Point:
        """Where on the sheet a place in space falls."""
        return (self.x + x * self.cos + z * self.sin, self.floor - height + TILT * self.depth(x, z))


class Ring(NamedTuple):
    """One slice: height, half width, half depth, and how far its centre lies forward."""

    height: float
    wide: float
    deep: float
    forward: float = 0.0


class Spot(NamedTuple):
    """A place on a surface as the camera sees it; `facing` is 1 toward the camera and below 0 when hidden."""

    x: float
    y: float
    facing: float


@dataclass
class Solid:
    """A stack of rings, given from the top down."""

    rings: Sequence[Ring]
    _dense: list[Ring] = field(default_factory=list)

    def __post_init__(self) -> None:
        for first, second, third, fourth in self._neighbours():
            for k in range(10):
                self._dense.append(_between(first, second, third, fourth, k / 10))
        self._dense.append(self.rings[-1])

    def _neighbours(self) -> list[tuple[Ring, Ring, Ring, Ring]]:
        rings = [self.rings[0], *self.rings, self.rings[-1]]
        return [(rings[i], rings[i + 1], rings[i + 2], rings[i + 3]) for i in range(len(rings) - 3)]

    def ring(self, height: float) -> Ring:
        """The slice at a height."""
        for upper, lower in pairwise(self._dense):
            if upper.height >= height >= lower.height:
                t = (upper.height - height) / max(upper.height - lower.height, 1e-6)
                wide, deep, forward = (a + (b - a) * t for a, b in zip(upper[1:], lower[1:], strict=True))
                return Ring(height, wide, deep, forward)
        return self._dense[0] if height > self._dense[0].height else self._dense[-1]

    def spot(self, view: View, longitude: float, height: float, out: float = 0.0) -> Spot:
        """Where a place on the surface (or `out` above it) falls on the sheet."""
        turn = math.radians(longitude + view.yaw)
        ring = self.ring(height)
        across, toward = _reach(view, ring)
        x = view.x + ring.forward * view.sin + (across + out) * math.sin(turn)
        near = ring.forward * view.cos + (toward + out) * math.cos(turn)
        return Spot(x, view.floor - height + TILT * near, math.cos(turn))

    def outline(self, view: View) -> Shape:
        """The silhouette."""
        right, left = [], []
        for ring in self._dense:
            across, _ = _reach(view, ring)
            middle = view.x + ring.forward * view.sin
            y = view.floor - ring.height + TILT * ring.forward * view.cos
            right.append((middle + across, y))
            left.append((middle - across, y))
        return poly([*self._arc(view, self._dense[0]), *right, *self._arc(view, self._dense[-1])[::-1], *left[::-1]])

    def _arc(self, view: View, ring: Ring) -> list[Point]:
        spots = (self.spot(view, -90 - view.yaw + 180 * k / 16, ring.height) for k in range(17))
        return [(s.x, s.y) for s in spots]

    def patch(self, view: View, corners: Sequence[tuple[float, float]], out: float = 0.0) -> Shape | None:
        """The visible part of an area sewn on the surface, given as (longitude, height) corners."""
        parts: list[Shape] = []
        for lap in (-360.0, 0.0, 360.0):
            seen = _clip(
                _clip(_fine(corners), -90 - view.yaw + lap, keep_above=True), 90 - view.yaw + lap, keep_above=False
            )
            if len(seen) > 2:
                parts.append(poly([self.spot(view, lon, h, out)[:2] for lon, h in _fine(seen)]))
        return union(*parts) if parts else None

    def track(self, view: View, places: Sequence[tuple[float, float]], out: float = 0.0) -> list[list[Point]]:
        """The visible runs of a line drawn on the surface."""
        runs: list[list[Point]] = [[]]
        for lon, height in _fine(places, closed=False):
            spot = self.spot(view, lon, height, out)
            if spot.facing >= -0.02:
                runs[-1].append((spot.x, spot.y))
            elif runs[-1]:
                runs.append([])
        return [run for run in runs if len(run) > 1]


def _reach(view: View, ring: Ring) -> tuple[float, float]:
    across = math.hypot(ring.wide * view.cos, ring.deep * view.sin)
    toward = math.hypot(ring.deep * view.cos, ring.wide * view.sin)
    return across, toward


def _between(a: Ring, b: Ring, c: Ring, d: Ring, t: float) -> Ring:
    def curve(i: int) -> float:
        start, end = b[i], c[i]
        slope_in, slope_out = (c[i] - a[i]) / 2, (d[i] - b[i]) / 2
        span = end - start
        if (start - a[i]) * span <= 0:
            slope_in = 0.0
        if (d[i] - end) * span <= 0:
            slope_out = 0.0
        return (
            start * (2 * t**3 - 3 * t**2 + 1)
            + slope_in * (t**3 - 2 * t**2 + t)
            + end * (3 * t**2 - 2 * t**3)
            + slope_out * (t**3 - t**2)
        )

    height = b.height + (c.height - b.height) * t
    return Ring(height, curve(1), curve(2), curve(3))


def _fine(corners: Sequence[tuple[float, float]], *, closed: bool = True) -> list[tuple[float, float]]:
    out: list[tuple[float, float]] = []
    ends = list(corners[1:]) + ([corners[0]] if closed else [])
    for (lon, h), (lon2, h2) in zip(corners, ends, strict=False):
        steps = max(1, round(max(abs(lon2 - lon) / 6, abs(h2 - h) / 10)))
        out += [(lon + (lon2 - lon) * k / steps, h + (h2 - h) * k / steps) for k in range(steps)]
    return out if closed else [*out, corners[-1]]


def _clip(corners: list[tuple[float, float]], limit: float, *, keep_above: bool) -> list[tuple[float, float]]:
    sign = 1.0 if keep_above else -1.0
    out: list[tuple[float, float]] = []
    for (lon, h), (lon2, h2) in zip(corners, [*corners[1:], *corners[:1]], strict=True):
        here, there = sign * (lon - limit) >= 0, sign * (lon2 - limit) >= 0
        if here:
            out.append((lon, h))
        if here != there:
            t = (limit - lon) / (lon2 - lon)
            out.append((limit, h + (h2 - h) * t))
    return out
