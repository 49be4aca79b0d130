"""The quay at night, and the sky and sea that the lamp room also looks out on."""

import math
import random

from examples.harbour.art.brush import Easel, blob, box, cut, oval, poly, union
from examples.harbour.art.palette import CREAM, LAMP, TEAL, WHITE, Colour, mix, shade

WIDE, HIGH = 1920, 1080
STONE: Colour = (86, 90, 118)
IRON: Colour = (52, 54, 72)


def sky(easel: Easel, low: float, seed: int) -> None:
    """Storm clouds at night, in broad flat shapes."""
    rng = random.Random(seed)
    area = box(0, 0, WIDE, low)
    easel.ramp(area, (0, 0), (0, low), [(0, (22, 26, 62), 1), (0.55, (52, 70, 122), 1), (1, (112, 138, 176), 1)])
    for row in range(6):
        y = low * (0.06 + 0.14 * row)
        tone = mix((30, 36, 78), (124, 144, 182), row / 6)
        for _ in range(4):
            x, wide = rng.uniform(-100, WIDE), rng.uniform(160, 330)
            lumps = [
                oval(x + k * wide * 0.34, y + rng.uniform(-16, 16), wide * rng.uniform(0.22, 0.34), wide * 0.15)
                for k in range(-2, 4)
            ]
            puff = cut(union(*lumps), box(x - 2000, y + wide * 0.07, 5000, 400))
            easel.ramp(
                puff, (0, y - wide * 0.4), (0, y + wide * 0.07), [(0, tone, 0.92), (0.6, tone, 0.75), (1, tone, 0.12)]
            )
            easel.crown(puff, 9, mix(tone, (190, 206, 232), 0.55), 0.36)


def sea(easel: Easel, top: float, low: float, seed: int) -> None:
    """Rows of waves with white caps."""
    rng = random.Random(seed)
    rows = 7
    for k in range(rows):
        y = top + (low - top) * (k / rows) ** 1.25
        step = 60 + 34 * k
        count = int(WIDE / step) + 4
        shift = rng.uniform(0, step)
        crest = [(i * step - step - shift, y + (1 if i % 2 else -1) * (3 + 3.2 * k)) for i in range(count)]
        shape = blob([*crest, (WIDE + 400, low + 80), (-400, low + 80)], tension=0.9)
        easel.fill(shape, mix((84, 118, 160), (22, 38, 78), (k + 0.4) / rows))
        for i in range(0, count, 2):
            x, cy = crest[i]
            if rng.random() < 0.75:
                wide = step * 0.34
                easel.line([(x - wide, cy + 5), (x, cy), (x + wide, cy + 6)], (214, 230, 244), 2.5 + k * 0.7, 0.65)


def quay(easel: Easel) -> None:
    """The harbour in the storm."""
    sky(easel, 470, 4)
    beam(easel, 1480, 176)
    sea(easel, 440, 700, 8)
    headland(easel)
    tower(easel, 1480, 430)
    breakwater(easel)
    boat(easel, 690, 640, 1.0, (178, 58, 54))
    boat(easel, 1120, 628, 0.82, (46, 110, 124))
    boat(easel, 1650, 650, 1.1, (216, 158, 66))
    stones(easel)
    for x in (560, 960, 1360, 1790):
        bollard(easel, x, 742)
    rope(easel)
    facade(easel)
    crates(easel)
    rain(easel)
    night_light(easel)


def beam(easel: Easel, x: float, y: float) -> None:
    """The beam, sweeping out to the left."""
    easel.ramp(
        poly([(x, y), (-60, 20), (-60, 260)]), (x, 0), (0, 0), [(0, LAMP, 0.72), (0.4, LAMP, 0.30), (1, LAMP, 0.06)]
    )
    easel.ramp(poly([(x, y), (1990, 110), (1990, 190)]), (x, 0), (1960, 0), [(0, LAMP, 0.6), (1, LAMP, 0.08)])


def headland(easel: Easel) -> None:
    """The rock that the lighthouse stands on."""
    rock = blob(
        [(1220, 486), (1300, 456), (1370, 440), (1410, 420), (1540, 416), (1600, 440), (1690, 452), (1800, 490)],
        tension=0.6,
    )
    easel.form(rock, (54, 58, 88), depth=10, rim=4)
    for x, y in ((1340, 464), (1450, 446), (1560, 452), (1660, 470)):
        easel.line([(x, y), (x + 26, y + 10), (x + 60, y + 8)], (110, 120, 156), 4, 0.5)
    easel.line([(1214, 486), (1360, 494), (1500, 486), (1660, 496), (1806, 488)], (226, 238, 248), 7, 0.7)


def tower(easel: Easel, x: float, y: float) -> None:
    """The lighthouse: white with red bands."""
    body = poly([(x - 46, y), (x + 46, y), (x + 29, y - 226), (x - 29, y - 226)])
    easel.form(body, (226, 224, 232), depth=18, rim=4)
    with easel.inside(body):
        for level in (60, 150):
            easel.form(box(x - 60, y - level - 42, 120, 42), (190, 56, 56), depth=0, rim=0, edge=0)
        easel.ramp(body, (x - 40, 0), (x + 46, 0), [(0, IRON, 0), (0.5, IRON, 0.05), (1, (30, 24, 60), 0.5)])
    easel.fill(box(x - 7, y - 118, 14, 22, 6), LAMP)
    easel.form(box(x - 44, y - 236, 88, 14, 4), IRON, depth=4)
    for k in range(-3, 4):
        easel.line([(x + k * 13, y - 236), (x + k * 13, y - 252)], IRON, 3)
    easel.line([(x - 42, y - 253), (x + 42, y - 253)], IRON, 4)
    easel.fill(box(x - 22, y - 276, 44, 42), (255, 240, 196))
    for k in (-1, 0, 1):
        easel.line([(x + k * 14, y - 276), (x + k * 14, y - 236)], IRON, 3)
    easel.form(
        blob([(x - 30, y - 274), (x - 20, y - 298), (x, y - 310), (x + 20, y - 298), (x + 30, y - 274)], tension=0.6),
        (190, 56, 56),
        depth=8,
    )
    easel.line([(x, y - 308), (x, y - 326)], IRON, 4)


def breakwater(easel: Easel) -> None:
    """The far harbour wall, with spray."""
    wall = poly([(420, 520), (1010, 512), (1010, 556), (420, 566)])
    easel.form(wall, mix(STONE, (40, 44, 80), 0.3), depth=0, rim=5)
    for k in range(12):
        easel.line([(440 + k * 50, 522), (438 + k * 50, 562)], (40, 44, 80), 3, 0.4)
    for x, high in ((640, 60), (930, 90)):
        for k in range(9):
            lean = (k - 4) * 11
            easel.line([(x + lean * 0.3, 514), (x + lean, 500 - high * (1 - abs(k - 4) / 6))], (224, 236, 248), 7, 0.55)
    easel.form(box(980, 440, 20, 76, 3), (190, 56, 56), depth=5)
    easel.fill(oval(990, 434, 9), (140, 255, 190))
    easel.glow(990, 434, 70, (120, 255, 180), 0.6)


def boat(easel: Easel, x: float, y: float, size: float, colour: Colour) -> None:
    """A moored fishing boat with its mast and a cabin."""
    s = size
    easel.line([(x + 10 * s, y - 60 * s), (x + 14 * s, y - 330 * s)], (92, 66, 60), 9 * s)
    easel.line([(x + 12 * s, y - 110 * s), (x + 120 * s, y - 196 * s)], (92, 66, 60), 6 * s)
    for end in (-170, 170):
        easel.line([(x + 14 * s, y - 322 * s), (x + end * s, y - 64 * s)], (30, 30, 56), 2.4, 0.8)
    flag = poly(
        [
            (x + 14 * s, y - 328 * s),
            (x - 24 * s, y - 318 * s),
            (x - 50 * s, y - 326 * s),
            (x - 84 * s, y - 312 * s),
            (x - 50 * s, y - 304 * s),
            (x - 24 * s, y - 290 * s),
            (x + 14 * s, y - 292 * s),
        ]
    )
    easel.form(flag, MUSTARD_FLAG, depth=4, rim=3)
    easel.form(box(x - 110 * s, y - 142 * s, 104 * s, 92 * s, 8), (222, 214, 204), depth=14)
    easel.form(box(x - 122 * s, y - 156 * s, 128 * s, 20 * s, 6), colour, depth=6)
    for dx in (-96, -52):
        easel.form(box(x + dx * s, y - 126 * s, 34 * s, 34 * s, 5), (255, 214, 130), depth=0, rim=0)
    hull = blob(
        [
            (x - 190 * s, y - 74 * s),
            (x - 60 * s, y - 52 * s),
            (x + 80 * s, y - 54 * s),
            (x + 214 * s, y - 96 * s),
            (x + 170 * s, y - 10 * s),
            (x + 120 * s, y + 34 * s),
            (x - 130 * s, y + 34 * s),
            (x - 172 * s, y - 8 * s),
        ],
        tension=0.6,
    )
    easel.form(hull, colour, depth=16, rim=7)
    with easel.inside(hull):
        easel.line(
            [(x - 196 * s, y - 62 * s), (x - 60 * s, y - 38 * s), (x + 80 * s, y - 40 * s), (x + 216 * s, y - 82 * s)],
            CREAM,
            9 * s,
        )
        easel.fill(box(x - 300 * s, y + 10 * s, 600 * s, 60 * s), shade(colour), 0.7)
    for k in (-1, 1):
        easel.form(oval(x + k * 76 * s, y - 14 * s, 17 * s, 20 * s), (230, 226, 216), depth=5)
    easel.line(
        [(x - 186 * s, y + 28 * s), (x - 60 * s, y + 38 * s), (x + 60 * s, y + 32 * s), (x + 180 * s, y + 36 * s)],
        (216, 230, 244),
        6,
        0.7,
    )


MUSTARD_FLAG: Colour = (222, 166, 60)


def stones(easel: Easel) -> None:
    """Wet cobbles of the quay, smaller with distance."""
    rng = random.Random(17)
    edge = 672.0
    easel.ramp(box(0, edge, WIDE, HIGH - edge), (0, edge), (0, HIGH), [(0, (66, 70, 104), 1), (1, (44, 46, 78), 1)])
    easel.form(box(-10, edge - 8, WIDE + 20, 40, 4), mix(STONE, WHITE, 0.18), depth=0, rim=6)
    for k in range(13):
        easel.line([(k * 160 + 30, edge - 6), (k * 160 + 30, edge + 30)], (44, 46, 80), 3, 0.7)
    y, row = edge + 36.0, 0
    while y < HIGH:
        t = (y - edge) / (HIGH - edge)
        high, wide = 14 + 34 * t, 52 + 84 * t
        x = -wide * (0.5 if row % 2 else 0.0) - 20
        while x < WIDE:
            w = wide * rng.uniform(0.8, 1.2)
            tone = mix(mix(STONE, (40, 44, 80), 0.45), (110, 116, 150), rng.random() * 0.35)
            easel.fill(box(x + 3, y + 2, w - 6, high - 4, high * 0.34), tone)
            if rng.random() < 0.5:
                easel.line(
                    [(x + w * 0.22, y + high * 0.26), (x + w * 0.6, y + high * 0.22)], (168, 186, 220), 2.5, 0.34
                )
            x += w
        y += high
        row += 1
    for px, py, rx in ((900, 930, 210), (1500, 860, 170), (1250, 1030, 240), (520, 880, 170)):
        puddle = blob(
            [
                (px - rx, py),
                (px - rx * 0.4, py - rx * 0.12),
                (px + rx * 0.5, py - rx * 0.10),
                (px + rx, py + 4),
                (px + rx * 0.4, py + rx * 0.13),
                (px - rx * 0.5, py + rx * 0.11),
            ],
            tension=0.9,
        )
        easel.fill(puddle, (64, 84, 134), 0.85)
        easel.line([(px - rx * 0.6, py + 2), (px, py - rx * 0.05), (px + rx * 0.5, py)], (170, 196, 232), 3, 0.6)
        for dx in (-0.4, 0.2, 0.6):
            easel.line(oval(px + dx * rx, py + 2, 24, 6), (200, 216, 240), 2.4, 0.6)


def bollard(easel: Easel, x: float, y: float) -> None:
    """An iron bollard."""
    easel.pool(x + 12, y + 2, 74, (16, 14, 40), 0.7, 0.24)
    body = union(box(x - 24, y - 76, 48, 78, 10), box(x - 34, y - 12, 68, 18, 8))
    easel.form(body, IRON, depth=12, rim=7)
    easel.form(box(x - 37, y - 96, 74, 30, 15), mix(IRON, (110, 80, 80), 0.3), depth=9, rim=7)


def rope(easel: Easel) -> None:
    """Mooring ropes from boats to bollards."""
    for ax, ay, bx, by in ((560, 690, 512, 580), (960, 690, 900, 556), (1360, 690, 1288, 560), (1790, 690, 1870, 560)):
        sag = [(ax, ay), ((ax + bx) / 2 + 8, max(ay, by) - 16), (bx, by)]
        easel.line(sag, (70, 56, 56), 9)
        easel.line(sag, (206, 174, 124), 6)
        easel.line([(ax - 22, ay - 4), (ax, ay + 4), (ax + 22, ay - 4)], (206, 174, 124), 9)


def facade(easel: Easel) -> None:
    """The corner of the café on the left, its window alight."""
    wall = box(-40, -20, 400, 790, 4)
    easel.form(wall, (108, 74, 78), depth=16, rim=0)
    with easel.inside(wall):
        for row in range(16):
            for k in range(6):
                easel.line(box(-30 + k * 90 - (row % 2) * 45, row * 48, 84, 42, 5), (70, 46, 62), 2.5, 0.45)
    easel.form(box(-40, 640, 414, 134, 4), mix(TEAL, (30, 40, 70), 0.35), depth=14, rim=6)
    pane = box(44, 300, 250, 300, 10)
    easel.ramp(pane, (0, 300), (0, 600), [(0, (255, 224, 150), 1), (1, (250, 172, 84), 1)])
    with easel.inside(pane):
        easel.fill(oval(170, 346, 58, 24), (255, 250, 220))
        easel.fill(box(40, 520, 260, 90), (150, 84, 54), 0.8)
        for dx in (90, 150, 220):
            easel.fill(box(dx, 492, 24, 30, 6), (206, 120, 84))
    for bar in (
        box(30, 286, 278, 18, 5),
        box(30, 596, 278, 24, 6),
        box(30, 286, 18, 330, 4),
        box(290, 286, 18, 330, 4),
        box(162, 300, 12, 300),
        box(44, 442, 250, 12),
    ):
        easel.form(bar, (66, 110, 110), depth=4, rim=4)
    awning = poly([(-40, 196), (330, 196), (424, 282), (-40, 282)])
    easel.form(awning, CREAM, depth=0)
    with easel.inside(awning):
        for k in range(7):
            easel.fill(
                poly([(-30 + k * 104, 196), (22 + k * 104, 196), (42 + k * 120, 284), (-22 + k * 120, 284)]),
                (186, 62, 58),
                0.9,
            )
    for k in range(8):
        easel.form(oval(-22 + k * 62, 284, 31, 18), (186, 62, 58) if k % 2 else CREAM, depth=4, rim=3)
    easel.form(box(10, 96, 320, 84, 14), (38, 62, 84), depth=8, rim=6)
    easel.words("THE DRY SOCK", 170, 149, 30, (255, 226, 160))
    easel.line([(360, 366), (420, 366), (424, 384)], IRON, 7)
    easel.form(poly([(402, 388), (446, 388), (438, 440), (410, 440)]), (255, 226, 150), depth=0, rim=0)
    for dx in (404, 424, 442):
        easel.line([(dx, 386), (dx + (424 - dx) * 0.2, 442)], IRON, 4)
    easel.form(poly([(394, 390), (454, 390), (424, 364)]), IRON, depth=4)


def crates(easel: Easel) -> None:
    """Fish crates and a lobster pot at the right."""
    easel.pool(1790, 846, 190, (16, 14, 40), 0.7, 0.18)
    for x, y, w in ((1700, 752, 190), (1726, 672, 150)):
        easel.form(box(x, y, w, 84, 5), (138, 100, 78), depth=14, rim=6)
        for k in range(1, 4):
            easel.line([(x + 5, y + k * 21), (x + w - 5, y + k * 21)], (72, 48, 58), 4, 0.7)
        for side in (0.08, 0.92):
            easel.line([(x + w * side, y + 5), (x + w * side, y + 79)], (72, 48, 58), 7, 0.5)
    ring = cut(oval(1640, 800, 46), oval(1640, 800, 25))
    easel.form(ring, (236, 232, 226), depth=8, rim=5)
    with easel.inside(ring):
        for angle in (45, 135, 225, 315):
            turn = math.radians(angle)
            easel.fill(oval(1640 + 36 * math.cos(turn), 800 + 36 * math.sin(turn), 15), (206, 60, 56))


def rain(easel: Easel) -> None:
    """A little standing rain; the moving rain comes later."""
    rng = random.Random(31)
    for _ in range(210):
        x, y, length = rng.uniform(0, WIDE + 80), rng.uniform(-40, 900), rng.uniform(26, 62)
        easel.line([(x, y), (x - length * 0.3, y + length)], (190, 208, 236), 2, 0.22)


def night_light(easel: Easel) -> None:
    """The last layer: dark corners, then every lamp."""
    dark: Colour = (14, 10, 40)
    easel.ramp(
        box(0, 0, WIDE, HIGH), (0, 0), (0, HIGH), [(0, dark, 0.32), (0.3, dark, 0), (0.8, dark, 0), (1, dark, 0.38)]
    )
    easel.ramp(box(0, 0, WIDE, HIGH), (0, 0), (WIDE, 0), [(0, dark, 0.0), (0.7, dark, 0), (1, dark, 0.38)])
    reflections(easel)
    easel.glow(1480, 176, 300, LAMP, 0.95)
    easel.glow(170, 440, 460, (255, 176, 84), 0.55)
    easel.glow(424, 414, 220, (255, 196, 100), 0.8)
    easel.glow(250, 860, 640, (255, 160, 70), 0.62, 0.42)
    easel.glow(520, 900, 560, (255, 170, 80), 0.36, 0.26)
    for x, y in ((620, 530), (1066, 536), (1590, 530)):
        easel.glow(x, y, 120, (255, 200, 110), 0.5)


def reflections(easel: Easel) -> None:
    """Lamp light broken up on wet stones and on the water."""
    rng = random.Random(41)
    for left, right, top, low, tone, count in (
        (40, 330, 786, 1060, (255, 190, 104), 90),
        (380, 470, 700, 980, (255, 206, 120), 34),
        (1440, 1520, 500, 560, (255, 230, 170), 16),
        (580, 650, 690, 800, (255, 206, 120), 8),
        (1030, 1100, 690, 790, (255, 206, 120), 8),
    ):
        for _ in range(count):
            y = rng.uniform(top, low)
            fade = 1 - (y - top) / (low - top)
            spread = (1 - fade) * 90
            x, wide = rng.uniform(left - spread * 0.2, right + spread), rng.uniform(12, 40)
            easel.line([(x - wide, y), (x, y - 2), (x + wide, y)], tone, rng.uniform(2.5, 5.0), 0.12 + 0.42 * fade)
