"""Heads: the skull and its features, kept few and friendly."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from examples.harbour.art.brush import Shape, bounds, oval, shaggy
from examples.harbour.art.figure import Figure
from examples.harbour.art.palette import INK, WHITE, Colour, line_of, lit, mix, shade
from examples.harbour.art.turntable import Ring, Solid

SKULL = (
    (1.0, 0.10, 0.10),
    (0.965, 0.44, 0.46),
    (0.86, 0.80, 0.84),
    (0.68, 0.98, 1.02),
    (0.46, 1.0, 1.02),
    (0.28, 0.94, 0.92),
    (0.13, 0.74, 0.76),
    (0.03, 0.42, 0.52),
    (0.0, 0.16, 0.30),
)


@dataclass(frozen=True)
class Features:
    """What makes a face this one."""

    eye: Colour = INK
    brow: Colour = INK
    brow_width: float = 8.0
    brow_lift: float = 0.0
    eye_size: float = 1.0
    nose: float = 0.17  # radius as a part of half the face's width
    nose_at: float = 0.36
    blush: Colour = (236, 120, 100)
    blush_strength: float = 0.42
    smile: float = 1.0
    lashes: bool = False
    lips: Colour | None = None
    jaw: float = 1.0
    crow: bool = False  # laughter lines


class Head:
    """A head on a figure, with a shell around it for hair and hats to sit on."""

    def __init__(self, figure: Figure, features: Features) -> None:
        self.figure, self.features = figure, features
        self.easel, self.view, self.build = figure.easel, figure.view, figure.build
        self.skull = self.shell(1.0, 0.0)

    def height(self, t: float) -> float:
        """The height of a level of the head: 0 is the chin, 1 the crown."""
        return self.build.chin + t * self.build.head

    def shell(self, scale: float, lift: float, low: float = 0.0) -> Solid:
        """The skull's own form, grown; cut off below the level `low`."""
        rings: list[Ring] = []
        for t, wide, deep in SKULL:
            jaw = self.features.jaw if t < 0.4 else 1.0
            forward = self.build.stoop + (self.build.face * 0.10 if t < 0.2 else 0.0)
            level = 0.5 + (t - 0.5) * scale + lift
            if t >= low:
                rings.append(
                    Ring(
                        self.height(level),
                        self.build.face * wide * jaw * scale,
                        self.build.face * deep * scale,
                        forward,
                    )
                )
        return Solid(rings)

    def level(self, *places: tuple[float, float]) -> list[tuple[float, float]]:
        """(longitude, level) places as (longitude, height) places."""
        return [(lon, self.height(t)) for lon, t in places]

    def area(self, solid: Solid, *corners: tuple[float, float], out: float = 0.0) -> Shape | None:
        """A visible area on a solid, its corners given by longitude and level."""
        return solid.patch(self.view, self.level(*corners), out)

    def draw(self) -> None:
        """Skull, ears and face."""
        if self.view.yaw in (0, 180):
            self.ear(-1)
            self.ear(1)
        shape = self.skull.outline(self.view)
        self.easel.form(shape, self.build.skin, depth=self.build.face * 0.14, rim=6)
        if 0 < self.view.yaw < 180:
            self.ear(-1)
        if self.view.yaw < 150:
            self._cheeks()
            self._mouth()
            self._eyes()
            self._nose()

    def ear(self, side: int) -> None:
        """One ear."""
        lon = side * (92 if self.view.yaw in (0, 180) else 96)
        spot = self.skull.spot(self.view, lon, self.height(0.44), out=4)
        face = self.build.face
        wide = face * (0.15 + 0.08 * abs(self.view.sin))
        shape = oval(spot.x, spot.y, wide, face * 0.26, 8 * (self.view.sin or side))
        self.easel.form(shape, self.build.skin, depth=4, rim=3)
        self.easel.fill(oval(spot.x, spot.y + 2, wide * 0.5, face * 0.15), shade(self.build.skin), 0.7)

    def _cheeks(self) -> None:
        face = self.build.face
        with self.easel.inside(self.skull.outline(self.view)):
            for lon in (-40, 40):
                spot = self.skull.spot(self.view, lon, self.height(0.27))
                if spot.facing > 0.1:
                    shape = oval(spot.x, spot.y, face * 0.25 * max(spot.facing, 0.5), face * 0.18)
                    self.easel.fill(shape, self.features.blush, self.features.blush_strength, blur=face * 0.06)

    def _nose(self) -> None:
        f, face = self.features, self.build.face
        radius = face * f.nose
        spot = self.skull.spot(self.view, 0, self.height(f.nose_at), out=radius * 0.35)
        shape = oval(spot.x, spot.y, radius * 1.05, radius * 0.92)
        warm = mix(self.build.skin, f.blush, 0.26)
        self.easel.form(shape, warm, depth=radius * 0.35, rim=0, edge=0)
        self.easel.fill(
            oval(spot.x - radius * 0.3, spot.y - radius * 0.35, radius * 0.32, radius * 0.22, -25), WHITE, 0.6
        )
        under = [
            (spot.x - radius * 0.8, spot.y + radius * 0.62),
            (spot.x, spot.y + radius * 0.98),
            (spot.x + radius * 0.8, spot.y + radius * 0.62),
        ]
        self.easel.line(under, line_of(self.build.skin), 3.0, 0.65)

    def _eyes(self) -> None:
        f, face = self.features, self.build.face
        for side in (-1, 1):
            lon = side * (25 if self.view.yaw < 80 else 36)
            spot = self.skull.spot(self.view, lon, self.height(0.475))
            if spot.facing < 0.15:
                continue
            thin = 0.62 + 0.38 * spot.facing
            rx, ry = face * 0.115 * f.eye_size * thin, face * 0.165 * f.eye_size
            self.easel.fill(oval(spot.x, spot.y, rx * 1.5, ry * 1.22), lit(self.build.skin), 0.55)
            self.easel.fill(oval(spot.x, spot.y, rx, ry), mix(INK, f.eye, 0.25))
            with self.easel.inside(oval(spot.x, spot.y, rx, ry)):
                self.easel.fill(oval(spot.x, spot.y + ry * 0.55, rx * 0.9, ry * 0.62), f.eye, 0.9)
            self.easel.fill(oval(spot.x - rx * 0.3, spot.y - ry * 0.4, rx * 0.40, ry * 0.30), WHITE)
            self.easel.fill(oval(spot.x + rx * 0.34, spot.y + ry * 0.36, rx * 0.18, ry * 0.14), WHITE, 0.8)
            turns = [math.radians(180 + 22 + 136 * k / 8) for k in range(9)]
            lid = [(spot.x + rx * 1.3 * math.cos(t), spot.y + ry * 1.14 * math.sin(t)) for t in turns]
            self.easel.line(lid, INK, 4.4 if f.lashes else 3.4, 0.9)
            self._lashes(side, spot.x, spot.y, rx, ry)
            self._brow(side)

    def _lashes(self, side: int, x: float, y: float, rx: float, ry: float) -> None:
        outer = side if self.view.yaw < 80 else 1
        if self.features.lashes:
            for k in (0, 1):
                root = (x + outer * rx * (1.25 - 0.4 * k), y - ry * (0.5 + 0.34 * k))
                self.easel.line([root, (root[0] + outer * rx * 0.6, root[1] - ry * 0.34)], INK, 3.4, 0.9)
        if self.features.crow and not (side > 0 and self.view.yaw > 20):
            outer = side if self.view.yaw < 80 else -1
            for k in (-1, 1):
                root = (x + outer * rx * 2.0, y + ry * 0.25 * k)
                tip = (root[0] + outer * rx * 0.9, root[1] + ry * 0.3 * k)
                self.easel.line([root, tip], line_of(self.build.skin), 2.4, 0.45)

    def _brow(self, side: int) -> None:
        f = self.features
        turn = 25 if self.view.yaw < 80 else 36
        lift = 0.665 + f.brow_lift
        places = self.level(*((side * (turn + d), lift + 0.028 - 0.00032 * (d + 2) ** 2) for d in range(-12, 14, 5)))
        for run in self.skull.track(self.view, places):
            self.easel.line(run, f.brow, f.brow_width)

    def _mouth(self) -> None:
        f = self.features
        wide = 17 * f.smile
        places = self.level(*((lon, 0.165 - 0.045 * f.smile * (1 - (lon / wide) ** 2)) for lon in _span(wide)))
        for run in self.skull.track(self.view, places):
            if f.lips:
                self.easel.line([(x, y + 3) for x, y in run], f.lips, 8, 0.85)
            self.easel.line(run, line_of(mix(self.build.skin, f.blush, 0.4)), 4.6)
        for lon in (-wide, wide):
            spot = self.skull.spot(self.view, lon * 1.04, self.height(0.17))
            if spot.facing > 0.2:
                self.easel.fill(oval(spot.x, spot.y, 4.0), line_of(self.build.skin), 0.6)

    def freckles(self, colour: Colour, places: Sequence[tuple[float, float]]) -> None:
        """Freckles at the given longitudes and levels, on both cheeks."""
        if self.view.yaw > 150:
            return
        for lon, t in places:
            for side in (-1, 1):
                spot = self.skull.spot(self.view, side * lon, self.height(t))
                if spot.facing > 0.2:
                    self.easel.fill(oval(spot.x, spot.y, 3.6 * (0.5 + spot.facing / 2), 3.4), colour, 0.75)

    def glasses(self, colour: Colour) -> None:
        """Round glasses with a glint."""
        face = self.build.face
        ends = []
        for side in (-1, 1):
            lon = side * (25 if self.view.yaw < 80 else 36)
            spot = self.skull.spot(self.view, lon, self.height(0.47), out=5)
            if spot.facing < 0.12:
                continue
            rx, ry = face * 0.31 * (0.45 + 0.55 * spot.facing), face * 0.31
            self.easel.fill(oval(spot.x, spot.y, rx, ry), (226, 240, 250), 0.30)
            self.easel.line(oval(spot.x, spot.y, rx, ry), colour, 5.5)
            self.easel.line(
                [(spot.x - rx * 0.5, spot.y - ry * 0.2), (spot.x - rx * 0.1, spot.y - ry * 0.62)], WHITE, 4.5, 0.8
            )
            ends.append((spot.x, spot.y, rx))
        if len(ends) == 2:
            (ax, ay, ar), (bx, by, br) = ends
            self.easel.line([(ax + ar, ay - 4), ((ax + ar + bx - br) / 2, ay - 12), (bx - br, by - 4)], colour, 5)
        if ends and self.view.yaw > 20:
            x, y, rx = ends[0]
            ear = self.skull.spot(self.view, -92, self.height(0.5))
            self.easel.line([(x - rx, y - 6), (ear.x, ear.y)], colour, 5)


def _span(wide: float) -> list[float]:
    return [-wide + 2 * wide * k / 10 for k in range(11)]


def tufted(
    head: Head, shape: Shape | None, colour: Colour, size: float, seed: int, depth: float = 8.0, every: float = 2.2
) -> None:
    """Hair or beard with a locky outline."""
    if shape is None or bounds(shape)[2] - bounds(shape)[0] < 4:
        return
    head.easel.form(shaggy(shape, size, seed, fall=0.4, every=every, soft=True), colour, depth=depth, rim=4)
