"""A person's build, and the parts that everybody has: torso, arms, hands, legs and feet."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from examples.harbour.art.brush import Easel, Point, Shape, blob, bounds, box, capsule, cut, limb, oval, poly, union
from examples.harbour.art.palette import Colour, line_of, lit, shade
from examples.harbour.art.turntable import Ring, Solid, View

FAR, NEAR = 1, -1  # which arm or leg is which, seen from the three-quarter and the side view


@dataclass(frozen=True)
class Build:
    """The measures of a body, in pixels at the film's one scale of 715 to the metre."""

    height: float
    head: float  # chin to crown
    face: float  # half the width of the head
    shoulder: float
    chest: tuple[float, float]  # half width, half depth
    waist: tuple[float, float]
    hips: tuple[float, float]
    arm: float  # radius at the shoulder
    leg: float  # radius at the thigh
    skin: Colour
    belly: float = 0.0  # how far the waist lies forward
    legs: float = 0.46  # crotch as a part of the height
    stoop: float = 0.0  # how far the head lies forward

    @property
    def chin(self) -> float:
        """Height of the chin."""
        return self.height - self.head

    @property
    def shoulders(self) -> float:
        """Height of the top of the shoulders."""
        return self.chin - 0.035 * self.height

    @property
    def crotch(self) -> float:
        """Height where the legs part."""
        return self.height * self.legs

    @property
    def middle(self) -> float:
        """Height of the waist."""
        return self.crotch + (self.shoulders - self.crotch) * 0.36

    @property
    def ankle(self) -> float:
        """Height of the ankle."""
        return 0.05 * self.height


@dataclass
class Figure:
    """Somebody being drawn, from one side."""

    easel: Easel
    view: View
    build: Build

    @property
    def name_of_view(self) -> str:
        """front, three_quarter, side or back."""
        return {0.0: "front", 40.0: "three_quarter", 90.0: "side"}.get(self.view.yaw, "back")

    def torso(self, ease: float = 0.0, hem: float | None = None, flare: float = 0.0, neck: float = 1.0) -> Solid:
        """The trunk, or a garment over it that ends at `hem`, `flare` wider than the hips."""
        b = self.build
        drop = b.shoulders - b.crotch
        collar = b.face * 0.46 * neck
        rings = [
            Ring(b.shoulders + 0.10 * drop, collar + ease * 0.4, collar + ease * 0.4, b.stoop * 0.5),
            Ring(b.shoulders + 0.03 * drop, collar * 1.5 + ease, collar * 1.15 + ease, b.stoop * 0.4),
            Ring(b.shoulders - 0.09 * drop, b.shoulder * 0.96 + ease, b.chest[1] * 0.86 + ease, b.stoop * 0.2),
            Ring(b.shoulders - 0.30 * drop, b.chest[0] + ease, b.chest[1] + ease, b.belly * 0.3),
            Ring(b.middle, b.waist[0] + ease, b.waist[1] + ease, b.belly),
            Ring(b.crotch + 0.10 * drop, b.hips[0] + ease, b.hips[1] + ease, b.belly * 0.5),
        ]
        low = b.crotch - 0.02 * drop if hem is None else hem
        if low < b.crotch + 0.05 * drop:
            halfway = (low + b.crotch + 0.10 * drop) / 2
            rings.append(Ring(halfway, b.hips[0] + ease + flare * 0.55, b.hips[1] + ease + flare * 0.5, b.belly * 0.3))
            rings.append(Ring(low, b.hips[0] + ease + flare, b.hips[1] + ease + flare * 0.8, b.belly * 0.2))
        return Solid([r for r in rings if r.height >= low])

    def neck(self) -> None:
        """The neck."""
        b = self.build
        low = self.view.place(0, b.shoulders - 0.01 * b.height, b.stoop * 0.4)
        high = self.view.place(0, b.chin + 0.25 * b.head, b.stoop * 0.8)
        shape = capsule(low, high, b.face * 0.46, b.face * 0.42)
        self.easel.form(shape, shade(b.skin, 0.45), depth=8, rim=0)

    def arm_track(self, side: int, reach: float = 1.0) -> list[Point]:
        """Shoulder, elbow and wrist of one arm on the sheet."""
        b = self.build
        length = (b.shoulders - b.crotch) * 1.08
        x = b.shoulder - b.arm * 0.75
        joints = [
            (x, b.shoulders - b.arm * 1.3, -4.0),
            (x + length * 0.14, b.shoulders - b.arm * 1.3 - length * 0.47, -12.0),
            (x + length * 0.19, b.shoulders - b.arm * 1.3 - length * 0.47 - length * 0.44 * reach, 20.0 * reach),
        ]
        if self.name_of_view == "side":
            joints = [(px, h, pz + (22 if side == FAR else -4)) for px, h, pz in joints]
        return [self.view.place(side * px, h, pz) for px, h, pz in joints]

    def sleeve(
        self,
        side: int,
        colour: Colour,
        ease: float = 8.0,
        cuff: Colour | None = None,
        flare: float = 0.0,
        depth: float = 12.0,
    ) -> Shape:
        """One arm in cloth; returns its shape, so that a pattern can go on it."""
        b = self.build
        radii = [b.arm + ease, b.arm * 0.86 + ease, b.arm * 0.70 + ease + flare]
        track = self.arm_track(side)
        (ex, ey), (wx, wy) = track[1], track[2]
        length = math.hypot(wx - ex, wy - ey)
        ux, uy = (wx - ex) / length, (wy - ey) / length
        wide = radii[2] + 60
        beyond = poly(
            [
                (wx - uy * wide, wy + ux * wide),
                (wx + uy * wide, wy - ux * wide),
                (wx + uy * wide + ux * 300, wy - ux * wide + uy * 300),
                (wx - uy * wide + ux * 300, wy + ux * wide + uy * 300),
            ]
        )
        shape = cut(limb(track, radii), beyond)
        self.easel.form(shape, colour, depth=depth)
        if cuff is not None:
            reach, back = radii[2] + 3.5, b.arm * 0.75
            corners = [
                (wx - ux * back, wy - uy * back, -reach),
                (wx - ux * back, wy - uy * back, reach),
                (wx + ux * 5, wy + uy * 5, reach),
                (wx + ux * 9, wy + uy * 9, 0.0),
                (wx + ux * 5, wy + uy * 5, -reach),
            ]
            self.easel.form(blob([(x - uy * r, y + ux * r) for x, y, r in corners], tension=0.25), cuff, depth=8, rim=4)
        return shape

    def hand(self, side: int) -> None:
        """One relaxed hand; draw it before its sleeve."""
        b = self.build
        (ex, ey), (x, y) = self.arm_track(side)[1:]
        lean = (x - ex) / max(y - ey, 1.0) * 0.6
        size = b.face * 0.62
        y += 2
        broad = size * (0.42 + 0.12 * abs(self.view.sin))
        thumb = -side * 0.5 * self.view.cos + 0.85 * self.view.sin
        palm = capsule((x, y), (x + lean * size * 0.7, y + size * 0.7), broad * 0.84, broad)
        fingers: list[Shape] = []
        seams: list[list[Point]] = []
        for k in range(4):
            off = (k - 1.5) * broad * 0.46
            start = (x + lean * size * 0.7 + off, y + size * 0.75)
            tip = (x + lean * size * 1.5 + off * 0.86, y + size * (1.42 - 0.10 * abs(k - 1.3)))
            fingers.append(capsule(start, tip, broad * 0.29, broad * 0.24))
            if k:
                edge = start[0] - broad * 0.23
                seams.append([(edge, start[1] + size * 0.18), (edge + lean * size * 0.5, tip[1] - size * 0.06)])
        hold = (x + thumb * broad * 0.7, y + size * 0.25)
        end = (x + thumb * broad * 1.55 + lean * size * 0.4, y + size * 0.95)
        shape = union(palm, *fingers, capsule(hold, end, broad * 0.36, broad * 0.26))
        self.easel.form(shape, b.skin, depth=7, rim=3)
        for seam in seams:
            self.easel.line(seam, line_of(b.skin), 2.2, 0.5)

    def leg_track(self, side: int, foot: float | None = None) -> list[Point]:
        """Hip, knee and ankle of one leg on the sheet."""
        b = self.build
        x = b.hips[0] - b.leg * 0.92
        stride = -side * 8.0 if self.name_of_view == "side" else 0.0
        low = b.ankle if foot is None else foot
        joints = [
            (min(x, b.leg * 1.02), b.crotch + b.leg * 0.5, 0.0),
            (x * 0.98, (b.crotch + b.ankle) * 0.52, 6.0 + stride),
            (x * 1.06, low, -4.0 + stride * 2.2),
        ]
        return [self.view.place(side * px, h, pz) for px, h, pz in joints]

    def leg(self, side: int, ease: float, foot: float | None, taper: float) -> Shape:
        """One leg's shape, cut off straight at the foot."""
        b = self.build
        thick = (b.hips[1] - b.leg) * abs(self.view.sin)
        spare = max(0.0, b.hips[0] - min(b.hips[0] - b.leg * 0.92, b.leg * 1.02) - b.leg) * 0.5 * abs(self.view.cos)
        radii = [b.leg + ease + thick * 0.9 + spare, b.leg * 0.84 + ease + thick * 0.3, b.leg * taper + ease]
        track = self.leg_track(side, foot)
        x, y = track[2]
        return cut(limb(track, radii), box(x - 300, y + 4, 600, 500))

    def stocking(self, side: int, colour: Colour, ease: float) -> None:
        """One leg that is seen only below a hem."""
        self.easel.form(self.leg(side, ease, None, 0.66), colour, depth=14)

    def breeches(
        self,
        colour: Colour,
        ease: float = 6.0,
        foot: float | None = None,
        taper: float = 0.66,
        bib: Shape | None = None,
        waist: float = 0.0,
    ) -> None:
        """Both trouser legs and the seat as one piece of cloth, with a bib if there is one."""
        b = self.build
        rings = [
            Ring(b.middle + 10 + waist, b.waist[0] + ease, b.waist[1] + ease, b.belly),
            Ring(b.crotch + 0.04 * b.height, b.hips[0] + ease, b.hips[1] + ease, b.belly * 0.4),
            Ring(b.crotch - 0.010 * b.height, b.hips[0] + ease - 2, b.hips[1] * 0.84 + ease, 0),
        ]
        seat = Solid(rings).outline(self.view)
        far, near = self.leg(FAR, ease, foot, taper), self.leg(NEAR, ease, foot, taper)
        shape = union(seat, far, near) if bib is None else union(seat, far, near, bib)
        self.easel.form(shape, colour, depth=15)
        if self.name_of_view in ("three_quarter", "side"):
            below = self.view.place(0, b.crotch - 0.010 * b.height)[1]
            with self.easel.inside(cut(shape, box(0, 0, 2000, below))):
                hidden = cut(far, near)
                tone = shade(colour)
                self.easel.ramp(
                    hidden, (0, below - 4), (0, below + b.height * 0.16), [(0.0, tone, 0.0), (1.0, tone, 0.7)]
                )
                self.easel.line(near, line_of(colour), 3, 0.7)

    def shoe(
        self, side: int, colour: Colour, sole: Colour, length: float = 1.0, shaft: float = 0.0, shaft_wide: float = 1.0
    ) -> None:
        """One shoe, or a boot whose shaft reaches the given height."""
        b = self.build
        heel_x, heel_y = self.leg_track(side)[2]
        wide = b.leg * 0.74
        reach = b.face * 1.05 * length
        ground = heel_y + b.ankle
        tx, ty = heel_x + reach * self.view.sin, ground + 0.22 * reach * self.view.cos
        toe_out = side * 0.16 * reach * self.view.cos
        heel_r, toe_r = wide * 0.86, wide * 0.80
        heel = oval(heel_x - 4 * self.view.sin, ground - heel_r * 1.0, heel_r, heel_r * 1.05)
        upper = union(
            heel,
            capsule((heel_x, ground - heel_r * 1.1), (tx + toe_out, ty - toe_r * 0.74), heel_r * 0.98, toe_r * 0.86),
        )
        floor = max(ground, ty)
        upper = cut(upper, box(heel_x - 400, floor - 3, 800, 200))
        if shaft:
            top = self.view.place(0, shaft)[1]
            kx = self.leg_track(side)[1][0]
            upright = limb(
                [(heel_x + (kx - heel_x) * 0.5, top), (heel_x, heel_y - 4), (heel_x, ground - heel_r)],
                [wide * 1.04 * shaft_wide, wide * 0.94, heel_r],
            )
            upper = union(upper, cut(upright, box(heel_x - 400, top - 300, 800, 300)))
        self.easel.form(upper, colour, depth=10, rim=5)
        left, _, right, _ = bounds(upper)
        with self.easel.inside(upper):
            self.easel.fill(box(left - 4, floor - 13, right - left + 8, 16), sole)
            self.easel.fill(box(left - 4, floor - 15, right - left + 8, 3), shade(sole), 0.6)
        if self.view.yaw < 120:
            gloss = oval(tx + toe_out - toe_r * 0.2, ty - toe_r * 1.05, toe_r * 0.34, toe_r * 0.18, -18)
            self.easel.fill(gloss, lit(colour), 0.7)

    def sides(self) -> tuple[int, int]:
        """Left and right in the order to draw them: the far one first."""
        return FAR, NEAR

    def dress(
        self,
        legs: Callable[["Figure", int], None],
        trunk: Callable[["Figure"], None],
        arm: Callable[["Figure", int], None],
    ) -> None:
        """Draw legs, trunk and arms in the order that this view needs."""
        turned = self.name_of_view in ("three_quarter", "side")
        arm(self, FAR)
        if not turned:
            arm(self, NEAR)
        for side in self.sides():
            legs(self, side)
        trunk(self)
        if turned:
            arm(self, NEAR)
