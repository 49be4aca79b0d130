"""The café's own furniture and walls, shared by its two plates so that they are plainly the same house."""

import random

from examples.harbour.art.brush import Easel, Point, blob, box, capsule, limb, oval, poly, union
from examples.harbour.art.palette import BRASS, CREAM, LAMP, RED, TEAL, WHITE, Colour, line_of, lit, mix, shade

WIDE, HIGH = 1920, 1080
FLOOR = 640  # where the wall meets the floor
RAIL = 430  # top of the panelling
PAPER: Colour = (224, 172, 112)
WOOD: Colour = (132, 82, 54)
PLANK: Colour = (168, 108, 68)


def walls(easel: Easel) -> None:
    """Wallpaper with sprigs, wooden panelling, beams."""
    easel.ramp(box(0, 0, WIDE, RAIL), (0, 0), (0, RAIL), [(0, mix(PAPER, (120, 70, 60), 0.45), 1), (1, PAPER, 1)])
    for k in range(0, WIDE, 120):
        easel.fill(box(k, 0, 60, RAIL), lit(PAPER), 0.16)
    for row in range(9):
        for k in range(17):
            x, y = k * 120 + 30 + (row % 2) * 60, 66 + row * 44
            if y < RAIL - 20:
                for turn, dx in ((-38, -8), (38, 8)):
                    easel.fill(oval(x + dx, y, 10, 4.5, turn), (150, 96, 70), 0.42)
                easel.fill(oval(x, y - 10, 4.5), (190, 80, 66), 0.55)
    easel.ramp(box(0, RAIL, WIDE, FLOOR - RAIL), (0, RAIL), (0, FLOOR), [(0, WOOD, 1), (1, shade(WOOD, 0.6), 1)])
    for k in range(16):
        panel = box(k * 120 + 14, RAIL + 34, 92, FLOOR - RAIL - 76, 6)
        easel.form(panel, mix(WOOD, (96, 56, 44), 0.25), depth=-5, rim=0, edge=2)
        easel.line([(k * 120 + 18, RAIL + 39), (k * 120 + 102, RAIL + 39)], shade(WOOD), 4, 0.5)
    easel.form(box(-10, RAIL - 10, WIDE + 20, 24, 4), lit(WOOD, 0.4), depth=0, rim=5)
    easel.form(box(-10, FLOOR - 30, WIDE + 20, 32, 3), shade(WOOD, 0.5), depth=0, rim=4)
    easel.form(box(-10, -10, WIDE + 20, 52), shade(WOOD, 0.8), depth=0, rim=3)
    for x in (200, 960, 1720):
        easel.form(box(x - 34, -10, 68, 72, 6), shade(WOOD, 0.5), depth=14, rim=4)


def floor(easel: Easel, vanish: Point = (960, 180)) -> None:
    """Floorboards that run toward the wall."""
    rng = random.Random(3)
    vx, vy = vanish

    def at(k: float, y: float) -> Point:
        return (vx + (k * 118 - 1062) * (y - vy) / (FLOOR - vy), y)

    for k in range(-8, 27):
        tone = mix(PLANK, WOOD, rng.uniform(0.0, 0.34))
        easel.fill(poly([at(k, FLOOR), at(k + 1, FLOOR), at(k + 1, HIGH), at(k, HIGH)]), tone)
        for _ in range(3):
            off, y = rng.uniform(0.2, 0.8), rng.uniform(FLOOR, HIGH - 80)
            easel.line([at(k + off, y), at(k + off, y + rng.uniform(30, 90))], line_of(tone), 2, 0.16)
    for k in range(-8, 27):
        easel.line([at(k, FLOOR), at(k, HIGH)], line_of(PLANK), 3, 0.55)
        for _ in range(2):
            y = FLOOR + (HIGH - FLOOR) * rng.random() ** 1.4
            easel.line([at(k, y), at(k + 1, y)], line_of(PLANK), 3, 0.5)
    easel.ramp(
        box(0, FLOOR, WIDE, HIGH - FLOOR),
        (0, FLOOR),
        (0, HIGH),
        [(0, (60, 30, 40), 0.42), (0.18, (60, 30, 40), 0.12), (0.5, LAMP, 0.10), (1, (60, 30, 50), 0.34)],
    )


def storm(easel: Easel, x: float, y: float, w: float, h: float, seed: int, horizon: float = 0.66) -> None:
    """A night storm at sea, seen through glass."""
    rng = random.Random(seed)
    area = box(x, y, w, h)
    with easel.inside(area):
        easel.ramp(area, (0, y), (0, y + h), [(0, (30, 40, 82), 1), (0.6, (72, 100, 148), 1), (1, (40, 62, 104), 1)])
        for _ in range(9):
            cx, cy = x + rng.random() * w, y + rng.random() * h * 0.45
            puff = union(
                *(oval(cx + k * w * 0.06, cy + rng.uniform(-10, 10), w * 0.08, h * 0.07) for k in range(-2, 3))
            )
            easel.fill(puff, mix((42, 54, 96), (110, 132, 170), rng.random() * 0.6), 0.7)
        sea = y + h * horizon
        for k in range(4):
            top = sea + k * h * 0.09
            wave = [(x - 40 + i * w / 7, top + (8 if i % 2 else -8) * (1 + k * 0.4)) for i in range(10)]
            easel.fill(
                blob([*wave, (x + w + 80, y + h + 60), (x - 80, y + h + 60)], tension=0.9),
                mix((44, 74, 116), (22, 36, 72), k / 4),
            )
            for i in rng.sample(range(9), 4):
                wx, wy = wave[i][0] + rng.uniform(-12, 12), wave[i][1]
                easel.line([(wx - 16, wy + 3), (wx, wy - 1), (wx + 18, wy + 4)], (206, 224, 240), 3, 0.6)
        for _ in range(int(w * h / 2600)):
            rx, ry = x + rng.random() * (w + 60), y + rng.random() * h
            easel.line([(rx, ry), (rx - 9, ry + 30)], (196, 216, 240), 2, 0.34)
        for _ in range(int(w * h / 6000)):
            easel.fill(oval(x + rng.random() * w, y + rng.random() * h, 3, 4), (220, 236, 250), 0.5)


def far_lighthouse(easel: Easel, x: float, y: float, size: float) -> None:
    """The lighthouse, small and far, with its beam."""
    lamp = (x, y - size * 0.9)
    easel.fill(poly([lamp, (x - size * 5, y - size * 1.7), (x - size * 5, y - size * 0.7)]), LAMP, 0.20)
    easel.fill(poly([lamp, (x + size * 4, y - size * 1.2), (x + size * 4, y - size * 0.8)]), LAMP, 0.14)
    easel.fill(
        poly(
            [
                (x - size * 0.16, y),
                (x + size * 0.16, y),
                (x + size * 0.1, y - size * 0.8),
                (x - size * 0.1, y - size * 0.8),
            ]
        ),
        (226, 226, 236),
    )
    easel.fill(box(x - size * 0.13, y - size * 0.55, size * 0.26, size * 0.16), RED, 0.9)
    easel.fill(oval(x, y - size * 0.9, size * 0.1), LAMP)
    easel.glow(x, y - size * 0.9, size * 1.1, LAMP, 0.9)


def frame(easel: Easel, x: float, y: float, w: float, h: float, across: int, down: int) -> None:
    """A wooden window frame with its bars and sill."""
    thick = 20.0
    bars = [
        box(x - thick, y - thick, w + 2 * thick, thick, 4),
        box(x - thick, y, thick, h, 2),
        box(x + w, y, thick, h, 2),
    ]
    bars += [box(x + w * k / across - 6, y, 12, h) for k in range(1, across)]
    bars += [box(x, y + h * k / down - 6, w, 12) for k in range(1, down)]
    for bar in bars:
        easel.form(bar, lit(WOOD, 0.35), depth=4, rim=3, edge=2)
    easel.form(box(x - 36, y + h, w + 72, 28, 6), lit(WOOD, 0.5), depth=5, rim=5)


def curtains(easel: Easel, x: float, y: float, w: float, h: float, colour: Colour) -> None:
    """Two curtains, tied back, and a pelmet."""
    for side, edge in ((1, x - 30), (-1, x + w + 30)):
        tie = y + h * 0.62
        cloth = blob(
            [
                (edge, y - 30),
                (edge + side * w * 0.22, y - 30),
                (edge + side * w * 0.17, y + h * 0.3),
                (edge + side * 40, tie),
                (edge + side * 66, y + h + 14),
                (edge - side * 8, y + h + 14),
            ],
            tension=0.7,
        )
        easel.form(cloth, colour, depth=12 * side, rim=6)
        for k in (0.35, 0.6, 0.85):
            easel.line(
                [
                    (edge + side * w * 0.2 * k, y - 20),
                    (edge + side * w * 0.14 * k, y + h * 0.35),
                    (edge + side * 34 * k, tie),
                ],
                line_of(colour),
                4,
                0.35,
            )
        easel.line([(edge - side * 6, tie - 4), (edge + side * 42, tie + 2)], BRASS, 11)
    easel.line([(x - 70, y - 40), (x + w + 70, y - 40)], BRASS, 10)
    for px in (x - 74, x + w + 74):
        easel.form(oval(px, y - 40, 13), BRASS, depth=4, rim=4)


def pendant(easel: Easel, x: float, y: float, size: float = 1.0, colour: Colour = TEAL) -> None:
    """An enamel lamp on a cord."""
    easel.line([(x, 0), (x, y - 40 * size)], (60, 40, 44), 5)
    easel.fill(oval(x, y + 4 * size, 58 * size, 15 * size), (255, 246, 214))
    bell = blob(
        [
            (x - 14 * size, y - 46 * size),
            (x + 14 * size, y - 46 * size),
            (x + 34 * size, y - 20 * size),
            (x + 66 * size, y + 4 * size),
            (x, y + 1 * size),
            (x - 66 * size, y + 4 * size),
            (x - 34 * size, y - 20 * size),
        ],
        tension=0.6,
    )
    easel.form(bell, colour, depth=10 * size, rim=6)
    easel.form(oval(x, y + 10 * size, 20 * size, 15 * size), (255, 244, 200), depth=0, rim=0, edge=0)


def lamp_light(easel: Easel, x: float, y: float, reach: float, alpha: float = 0.55) -> None:
    """The light about a lamp, painted last."""
    easel.glow(x, y, reach, (255, 190, 96), alpha)
    easel.glow(x, y, reach * 0.3, (255, 236, 180), alpha)


def cup(easel: Easel, x: float, y: float, size: float, colour: Colour) -> None:
    """A cup that stands with its foot at y."""
    easel.line(oval(x + size * 0.62, y - size * 0.48, size * 0.26), colour, size * 0.14)
    body = blob(
        [
            (x - size * 0.5, y - size * 0.9),
            (x + size * 0.5, y - size * 0.9),
            (x + size * 0.42, y - size * 0.2),
            (x + size * 0.2, y),
            (x - size * 0.2, y),
            (x - size * 0.42, y - size * 0.2),
        ],
        tension=0.5,
    )
    easel.form(body, colour, depth=size * 0.14, rim=3, edge=1.6)


def bottle(easel: Easel, x: float, y: float, size: float, colour: Colour) -> None:
    """A bottle or a jar."""
    easel.form(
        union(
            box(x - size * 0.2, y - size * 0.7, size * 0.4, size * 0.7, size * 0.08),
            box(x - size * 0.08, y - size, size * 0.16, size * 0.4, 2),
        ),
        colour,
        depth=size * 0.1,
        rim=3,
        edge=1.6,
    )
    easel.fill(box(x - size * 0.2, y - size * 0.46, size * 0.4, size * 0.22), CREAM, 0.8)


def picture(easel: Easel, x: float, y: float, w: float, h: float, kind: str) -> None:
    """A framed picture: a boat, a fish or the sun."""
    easel.form(box(x - 12, y - 12, w + 24, h + 24, 4), BRASS, depth=6, rim=5)
    easel.fill(box(x, y, w, h), (216, 228, 220))
    cx, cy = x + w / 2, y + h / 2
    with easel.inside(box(x, y, w, h)):
        easel.fill(box(x, cy + h * 0.12, w, h), (92, 146, 160))
        if kind == "boat":
            easel.fill(
                poly(
                    [
                        (cx - w * 0.28, cy + h * 0.1),
                        (cx + w * 0.28, cy + h * 0.1),
                        (cx + w * 0.18, cy + h * 0.26),
                        (cx - w * 0.18, cy + h * 0.26),
                    ]
                ),
                RED,
            )
            easel.fill(poly([(cx, cy - h * 0.36), (cx + w * 0.2, cy + h * 0.06), (cx, cy + h * 0.06)]), WHITE)
        elif kind == "fish":
            easel.fill(oval(cx, cy, w * 0.26, h * 0.16), (226, 134, 70))
            easel.fill(
                poly([(cx + w * 0.2, cy), (cx + w * 0.38, cy - h * 0.16), (cx + w * 0.38, cy + h * 0.16)]),
                (226, 134, 70),
            )
            easel.fill(oval(cx - w * 0.14, cy - 3, 4), (40, 30, 40))
        else:
            easel.fill(oval(cx, cy + h * 0.12, w * 0.22), (246, 190, 90))


def stool(easel: Easel, x: float, y: float, seat: float, colour: Colour) -> None:
    """A bar stool standing at y, so high to the seat."""
    for dx, foot in ((-26, -40), (26, 40), (-10, -16), (10, 16)):
        easel.form(capsule((x + dx, y - seat), (x + foot, y - (0 if abs(dx) > 20 else 14)), 7, 6), WOOD, depth=4, rim=3)
    easel.form(capsule((x - 32, y - seat * 0.36), (x + 32, y - seat * 0.36), 5, 5), shade(WOOD, 0.3), depth=2, rim=2)
    easel.form(box(x - 46, y - seat - 14, 92, 26, 13), colour, depth=6, rim=5)


def chair(easel: Easel, x: float, y: float, face: int) -> None:
    """A wooden chair seen from its side; `face` says which way it looks."""
    back, front = x - face * 44, x + face * 40
    for foot, top in ((back - face * 8, y - 186), (front, y - 92)):
        easel.form(capsule((foot, y), (back if foot != front else front, top), 7, 8), WOOD, depth=4, rim=3)
    for level in (178, 146, 118):
        easel.form(capsule((back, y - level), (back + face * 14, y - level - 2), 8, 7), lit(WOOD, 0.2), depth=3, rim=3)
    easel.form(box(min(back, front) - 8, y - 100, 100, 20, 8), lit(WOOD, 0.3), depth=4, rim=4)


def table(easel: Easel, x: float, y: float, wide: float, high: float) -> None:
    """A round table with a checked cloth."""
    easel.form(capsule((x, y - high), (x, y - 12), 14, 16), shade(WOOD, 0.4), depth=6)
    easel.form(limb([(x - 58, y), (x, y - 22), (x + 58, y)], [8, 12, 8]), shade(WOOD, 0.4), depth=4)
    top = oval(x, y - high, wide, wide * 0.2)
    drop = blob(
        [
            (x - wide, y - high),
            (x, y - high + wide * 0.2),
            (x + wide, y - high),
            (x + wide * 0.94, y - high + 58),
            (x + wide * 0.4, y - high + 82),
            (x, y - high + 74),
            (x - wide * 0.4, y - high + 84),
            (x - wide * 0.94, y - high + 58),
        ],
        tension=0.7,
    )
    easel.form(drop, CREAM, depth=14)
    with easel.inside(union(drop, top)):
        easel.form(top, WHITE, depth=0, rim=4)
        for k in range(-7, 8):
            easel.line([(x + k * wide / 6, y - high - 40), (x + k * wide / 5.6, y - high + 100)], RED, 10, 0.42)
        for k in range(-2, 5):
            easel.line(
                [(x - wide, y - high + k * 22 - 6), (x, y - high + k * 24 + 12), (x + wide, y - high + k * 22 - 6)],
                RED,
                9,
                0.38,
            )


def dusk(easel: Easel, strength: float = 0.5) -> None:
    """Evening in the corners of the picture."""
    dark: Colour = (36, 18, 44)
    everything = box(0, 0, WIDE, HIGH)
    easel.ramp(
        everything,
        (0, 0),
        (0, HIGH),
        [(0, dark, strength * 0.7), (0.3, dark, 0), (0.75, dark, 0), (1, dark, strength * 0.7)],
    )
    easel.ramp(
        everything, (0, 0), (WIDE, 0), [(0, dark, strength), (0.25, dark, 0), (0.75, dark, 0), (1, dark, strength)]
    )
