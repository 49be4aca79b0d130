"""Kelp, the dog: a heap of shaggy balls on a turntable."""

import math
from dataclasses import dataclass

from examples.harbour.art.brush import Easel, Shape, bounds, capsule, limb, oval, poly, shaggy, union
from examples.harbour.art.palette import INK, WHITE, YELLOW, Colour, line_of, lit, mix, shade
from examples.harbour.art.turntable import Ring, Solid, View

WARDROBES = ("fur", "souwester")
GREY: Colour = (128, 130, 146)
PALE: Colour = (238, 234, 228)
BLUE: Colour = (40, 110, 190)


@dataclass(frozen=True)
class Ball:
    """A round part of the dog: where it is, and how big."""

    x: float
    height: float
    z: float
    radius: float


BODY = (Ball(0, 270, 80, 104), Ball(0, 276, 10, 100), Ball(0, 272, -70, 102), Ball(0, 262, -120, 92))
CHEST = (Ball(0, 300, 136, 84), Ball(0, 240, 130, 74))
SKULL = Ball(0, 450, 176, 104)
MUZZLE = Ball(0, 408, 262, 58)


def draw_kelp(easel: Easel, view: View, wardrobe: str) -> None:
    """The whole dog from one side."""
    back = view.yaw > 150
    stride = 34 if view.yaw == 90 else 0
    legs = [(x, z + (stride if x > 0 else 0)) for z in (118, -118) for x in (54, -54)]
    legs.sort(key=lambda leg: view.depth(*leg))
    for x, z in legs[:2]:
        _leg(easel, view, x, z)
    if not back:
        _tail(easel, view)
    if back:
        _head(easel, view, wardrobe)
        _chest(easel, view)
        _collar(easel, view)
    _trunk(easel, view)
    for x, z in legs[2:]:
        _leg(easel, view, x, z)
    if back:
        _tail(easel, view)
        return
    if view.yaw == 0:
        _haunches(easel, view)
    _chest(easel, view)
    _collar(easel, view)
    _head(easel, view, wardrobe)


def _seen(view: View, ball: Ball, flat: float = 1.0) -> Shape:
    x, y = view.place(ball.x, ball.height, ball.z)
    return oval(x, y, ball.radius, ball.radius * flat)


def _trunk(easel: Easel, view: View) -> None:
    shape = union(*(_seen(view, ball) for ball in BODY))
    easel.form(shaggy(shape, 30, 4, fall=0.9), GREY, depth=22)
    left, top, right, bottom = bounds(shape)
    with easel.inside(shape):
        for k in range(9):
            x = left + (right - left) * (k + 0.5) / 9
            y = top + (bottom - top) * (0.28 + 0.22 * ((k * 5) % 3))
            easel.line([(x, y), (x + 5, y + 22), (x - 4, y + 44)], line_of(GREY), 4, 0.35)
            easel.line([(x + 12, y - 18), (x + 16, y - 2), (x + 9, y + 16)], lit(GREY), 5, 0.5)


def _haunches(easel: Easel, view: View) -> None:
    for side in (-1, 1):
        x, y = view.place(side * 84, 240, 20)
        easel.form(shaggy(oval(x, y, 38, 60), 16, 12 + side, fall=0.9), GREY, depth=10)


def _chest(easel: Easel, view: View) -> None:
    shape = union(*(_seen(view, ball) for ball in CHEST))
    if view.yaw < 150:
        easel.form(shaggy(shape, 30, 6, fall=1.0), PALE, depth=16)
        left, top, right, bottom = bounds(shape)
        for k in range(4):
            x, y = left + (right - left) * (0.25 + 0.17 * k), top + (bottom - top) * (0.52 + 0.12 * (k % 2))
            easel.line([(x, y), (x + 3, y + 18), (x - 3, y + 36)], line_of(PALE), 4, 0.3)


def _leg(easel: Easel, view: View, x: float, z: float) -> None:
    far = view.depth(x, z) < 0
    tone = shade(PALE, 0.55) if far else PALE
    upper = shade(GREY, 0.5) if far else GREY
    hip, hock, foot = view.place(x, 200, z), view.place(x * 1.05, 96, z - 8), view.place(x * 1.08, 34, z)
    easel.form(shaggy(limb([hip, hock, foot], [48, 34, 30]), 14, int(x + z) % 97, fall=0.8), upper, depth=12)
    toe = view.place(x * 1.08, 24, z + 30)
    sock = union(capsule(hock, foot, 30, 31), capsule((foot[0], foot[1] + 4), toe, 32, 28))
    easel.form(shaggy(sock, 11, int(x - z) % 89, fall=0.5), tone, depth=10)
    if view.yaw < 150:
        for k in (-1, 1):
            tx = toe[0] + k * 9 + 6 * view.sin
            easel.line([(tx, toe[1] + 8), (tx, toe[1] + 24)], line_of(tone), 3.4, 0.6)


def _tail(easel: Easel, view: View) -> None:
    track = [view.place(0, 310, -190), view.place(0, 390, -236), view.place(10, 452, -204), view.place(16, 462, -164)]
    if view.yaw in (0, 180):
        sway = 1 if view.yaw == 0 else -1
        track = [(x + sway * k * 20, y) for k, (x, y) in enumerate(track)]
    shape = limb(track, [30, 34, 32, 20])
    easel.form(shaggy(shape, 24, 17, fall=0.4), GREY, depth=12)
    tip = limb(track[2:], [28, 18])
    easel.form(shaggy(tip, 20, 18, fall=0.4), PALE, depth=8)


def _collar(easel: Easel, view: View) -> None:
    if view.yaw > 150:
        return
    x, y = view.place(0, 334, 158)
    wide = 84
    band = [(x - wide, y - 8), (x - wide * 0.5, y + 16), (x, y + 24), (x + wide * 0.5, y + 16), (x + wide, y - 8)]
    easel.line(band, line_of(BLUE), 27)
    easel.line(band, BLUE, 22)
    easel.line([(px - 1, py - 5) for px, py in band[:4]], lit(BLUE), 5, 0.8)
    tag = (x + 30 * view.sin, y + 46)
    easel.form(oval(*tag, 15), (236, 190, 80), depth=4, rim=4)


def _head(easel: Easel, view: View, wardrobe: str) -> None:
    back = view.yaw > 150
    if wardrobe == "souwester":
        _hat_back(easel, view)
    if view.yaw == 40.0:
        _ear(easel, view, 1)
    shape = union(_seen(view, SKULL, 0.94), _seen(view, Ball(0, 414, 190, 92)))
    easel.form(shaggy(shape, 22, 23, fall=0.8), GREY, depth=16)
    if not back:
        _blaze(easel, view)
        _muzzle(easel, view)
        _eyes(easel, view)
    for side in (1, -1):
        if view.yaw in (0, 180) or side < 0:
            _ear(easel, view, side)
    if wardrobe == "souwester":
        _hat(easel, view)
    elif not back:
        _fringe(easel, view)


def _blaze(easel: Easel, view: View) -> None:
    cx, cy = view.place(0, 450, 176)
    x, y = view.place(0, 474, 254)
    with easel.inside(oval(cx, cy, 106, 102)):
        easel.form(shaggy(oval(x, y + 4, 26 + 8 * view.cos, 74), 10, 8), PALE, depth=0, rim=0, edge=0)


def _muzzle(easel: Easel, view: View) -> None:
    x, y = view.place(0, MUZZLE.height, MUZZLE.z)
    cheek = view.place(0, 404, 226)
    shape = union(oval(x, y, 60, 46), oval(cheek[0], cheek[1] + 6, 74, 52))
    easel.form(shaggy(shape, 20, 31, fall=1.0), PALE, depth=12)
    nx, ny = view.place(0, 428, 318)
    if view.yaw > 80:
        mouth = [(nx - 6, ny + 34), (nx - 44, ny + 52), (nx - 84, ny + 40)]
        easel.line(mouth, INK, 5, 0.85)
        easel.form(limb([(nx - 40, ny + 54), (nx - 36, ny + 84)], [15, 16]), (234, 120, 128), depth=5, rim=4)
    else:
        easel.form(limb([(nx, ny + 48), (nx + 2, ny + 82)], [15, 18]), (234, 120, 128), depth=5, rim=4)
        easel.line([(nx + 1, ny + 52), (nx + 2, ny + 80)], (190, 80, 96), 3, 0.8)
        easel.line(
            [(nx - 46, ny + 30), (nx - 24, ny + 50), (nx, ny + 36), (nx + 24, ny + 50), (nx + 44, ny + 30)],
            INK,
            5,
            0.85,
        )
        easel.line([(nx, ny + 10), (nx, ny + 36)], INK, 4.5, 0.85)
    easel.form(oval(nx, ny, 29 - 4 * view.sin, 22), (46, 38, 48), depth=5, rim=0)
    easel.fill(oval(nx - 9, ny - 9, 9, 5, -20), WHITE, 0.85)


def _eyes(easel: Easel, view: View) -> None:
    skull = Solid([Ring(560, 60, 60, 176), Ring(500, 96, 98, 176), Ring(450, 104, 106, 176), Ring(380, 90, 96, 176)])
    for side in (-1, 1):
        spot = skull.spot(view, side * (32 if view.yaw < 80 else 44), 476)
        if spot.facing < 0.15:
            continue
        wide = 17 * (0.55 + 0.45 * spot.facing)
        easel.fill(oval(spot.x, spot.y, wide * 1.4, 27), mix(GREY, PALE, 0.6), 0.8)
        easel.fill(oval(spot.x, spot.y, wide, 21), INK)
        easel.fill(oval(spot.x, spot.y + 9, wide * 0.7, 9), (120, 76, 44), 0.8)
        easel.fill(oval(spot.x - wide * 0.3, spot.y - 8, wide * 0.4, 7), WHITE)
        brow = skull.spot(view, side * (32 if view.yaw < 80 else 44), 522)
        easel.form(shaggy(oval(brow.x, brow.y, wide * 1.3, 11, side * 10), 9, 3), PALE, depth=3, rim=0, edge=1.5)


def _ear(easel: Easel, view: View, side: int) -> None:
    x, y = view.place(side * 100, 506, 160)
    out = side * view.cos if view.yaw != 90 else -0.25
    tip = (x + out * 38, y + 82)
    shape = limb([(x - out * 14, y - 12), (x + out * 26, y + 24), tip], [30, 38, 24])
    easel.form(shaggy(shape, 18, 40 + side, fall=1.0), shade(GREY, 0.45), depth=10)


def _fringe(easel: Easel, view: View) -> None:
    x, y = view.place(0, 545, 200)
    easel.form(shaggy(oval(x, y, 48, 22), 22, 51, fall=0.7), mix(GREY, PALE, 0.25), depth=6)


def _hat_back(easel: Easel, view: View) -> None:
    x, y = view.place(0, 488, 118)
    easel.form(oval(x, y, 132 - 52 * view.sin, 56, -14 * view.sin), shade(YELLOW, 0.7), depth=8)


def _hat(easel: Easel, view: View) -> None:
    x, y = view.place(0, 520, 170)
    dome = poly([(x + dx, y + dy) for dx, dy in _half_moon(96, 92)])
    easel.form(dome, YELLOW, depth=18)
    for k in (-0.45, 0.0, 0.45):
        lean = k + 0.4 * view.sin
        with easel.inside(dome):
            easel.line([(x + lean * 150, y + 4), (x + lean * 110, y - 46), (x, y - 76)], line_of(YELLOW), 3.5, 0.5)
    bx, by = view.place(0, 516, 200)
    if view.yaw > 150:
        easel.form(oval(x, y + 22, 128, 44), YELLOW, depth=10)
    else:
        easel.form(oval(bx, by - 4, 122, 25, 8 * view.sin), YELLOW, depth=8, rim=6)


def _half_moon(wide: float, high: float) -> list[tuple[float, float]]:
    return [(wide * math.cos(math.pi * k / 32), 14 - high * math.sin(math.pi * k / 32)) for k in range(33)]
