"""The lamp room, high above the sea."""

from examples.harbour.art.brush import Easel, blob, box, capsule, limb, oval, poly, union
from examples.harbour.art.palette import BRASS, CREAM, LAMP, RED, WHITE, Colour, lit, mix, shade
from examples.harbour.art.plate_quay import HIGH, IRON, WIDE, sea, sky


def lamp_room(easel: Easel) -> None:
    """The lamp room, high above the sea."""
    sky(easel, 500, 19)
    sea(easel, 440, 720, 3)
    gallery(easel)
    iron_floor(easel)
    ceiling(easel)
    chest(easel, 250, 726)
    lens(easel, 1300, 742)
    dark: Colour = (24, 12, 40)
    easel.ramp(
        box(0, 0, WIDE, HIGH), (0, 0), (0, HIGH), [(0, dark, 0.4), (0.35, dark, 0), (0.8, dark, 0), (1, dark, 0.42)]
    )
    easel.ramp(
        box(0, 0, WIDE, HIGH), (0, 0), (WIDE, 0), [(0, dark, 0.42), (0.3, dark, 0), (0.85, dark, 0), (1, dark, 0.36)]
    )
    easel.glow(1300, 330, 760, (255, 190, 96), 0.62)
    easel.glow(1300, 330, 260, (255, 240, 196), 0.8)
    easel.glow(1180, 860, 860, (255, 184, 96), 0.50, 0.32)
    easel.glow(322, 560, 190, (255, 200, 110), 0.62)


def gallery(easel: Easel) -> None:
    """Iron window bars all round, with the railing outside."""
    for k in range(44):
        x = k * 45.0
        easel.line([(x, 470), (x, 610)], (34, 38, 66), 4, 0.8)
    easel.line([(0, 470), (960, 476), (1920, 470)], (34, 38, 66), 9, 0.9)
    easel.ramp(
        poly([(1300, 330), (-60, 120), (-60, 420)]),
        (1300, 0),
        (0, 0),
        [(0, LAMP, 0.6), (0.5, LAMP, 0.26), (1, LAMP, 0.08)],
    )
    wall = box(-10, 572, WIDE + 20, 120)
    easel.form(wall, (112, 66, 58), depth=0, rim=6)
    for k in range(17):
        easel.form(box(k * 120 - 46, 598, 100, 66, 8), (128, 78, 64), depth=6, rim=4, edge=1.6)
        for dx in (-54, 62):
            easel.fill(oval(k * 120 + dx, 586, 4), (214, 160, 90), 0.8)
    for k in range(9):
        x = 960.0 + (k - 4) * 262 * (1 - 0.035 * abs(k - 4))
        easel.form(box(x - 13, 60, 26, 520, 3), IRON, depth=8, rim=5)
    for y in (236, 404):
        bend = [(-20, y - 12), (480, y + 3), (960, y + 8), (1440, y + 3), (1940, y - 12)]
        easel.line(bend, shade(IRON), 16)
        easel.line([(px, py - 3) for px, py in bend], lit(IRON, 0.5), 5, 0.7)
    easel.form(box(-10, 560, WIDE + 20, 26, 5), BRASS, depth=0, rim=7)


def iron_floor(easel: Easel) -> None:
    """Planks in a ring about the lens."""
    floor = box(0, 690, WIDE, 400)
    easel.ramp(floor, (0, 690), (0, 1080), [(0, (122, 72, 52), 1), (1, (92, 54, 50), 1)])
    with easel.inside(floor):
        for k in range(-26, 27):
            easel.line([(1300 + k * 46, 690), (1300 + k * 150, 1100)], (62, 34, 42), 3.4, 0.6)
        for ry in (62, 130, 230, 350):
            easel.line(oval(1300, 742, ry * 4.4, ry), (62, 34, 42), 4, 0.5)
            easel.line(oval(1300, 745, ry * 4.4, ry), (214, 150, 90), 2.4, 0.35)
    easel.form(box(-10, 680, WIDE + 20, 16, 3), (74, 44, 50), depth=0, rim=3)
    hatch = poly([(560, 826), (830, 826), (796, 898), (490, 898)])
    easel.form(hatch, (104, 62, 52), depth=0, rim=6)
    easel.line([(586, 846), (790, 846)], (62, 34, 42), 4, 0.7)
    easel.line([(566, 872), (780, 872)], (62, 34, 42), 4, 0.7)
    easel.line(oval(656, 860, 20, 8), BRASS, 6)


def ceiling(easel: Easel) -> None:
    """The copper dome and its ribs."""
    dome = poly([(-20, -20), (1940, -20), (1940, 62), (1500, 84), (960, 92), (420, 84), (-20, 62)])
    easel.form(dome, (138, 84, 62), depth=0, rim=0)
    with easel.inside(dome):
        for k in range(-8, 9):
            easel.line([(1100 + k * 60, -30), (960 + k * 150, 110)], (84, 46, 46), 6, 0.6)
    easel.line([(-20, 62), (420, 84), (960, 92), (1500, 84), (1940, 62)], BRASS, 12)
    easel.line([(-20, 58), (420, 80), (960, 88), (1500, 80), (1940, 58)], lit(BRASS), 4, 0.8)


def lens(easel: Easel, x: float, y: float) -> None:
    """The great lens on its pedestal."""
    easel.pool(x, y + 24, 330, (30, 12, 30), 0.7, 0.18)
    for level, half, thick in ((0, 214, 46), (-40, 176, 40)):
        easel.form(box(x - half, y + level - 8, half * 2, thick, 10), mix(IRON, BRASS, 0.18), depth=14, rim=7)
    easel.form(
        poly([(x - 112, y - 46), (x + 112, y - 46), (x + 86, y - 176), (x - 86, y - 176)]),
        (62, 104, 100),
        depth=22,
        rim=8,
    )
    easel.form(box(x - 44, y - 146, 88, 70, 10), BRASS, depth=7)
    easel.line(oval(x, y - 111, 24), (110, 70, 40), 6)
    easel.line([(x, y - 111), (x + 12, y - 124)], (110, 70, 40), 5)
    easel.form(box(x - 190, y - 206, 380, 34, 10), BRASS, depth=12, rim=9)
    high, wide, cy = 236.0, 176.0, y - 412
    right = [(x + wide * (1 - abs(t / 10) ** 3) ** 0.42, cy + high * t / 10.2) for t in range(-9, 10)]
    glass = blob([*right, *((2 * x - px, py) for px, py in reversed(right))])
    easel.ramp(
        glass,
        (x - wide, 0),
        (x + wide, 0),
        [(0, (120, 190, 190), 0.9), (0.5, (255, 240, 190), 0.95), (1, (96, 150, 170), 0.92)],
    )
    with easel.inside(glass):
        for k in range(9):
            radius = 30 + k * 26
            easel.line(oval(x, cy, radius * 0.94, radius), (92, 150, 158), 5, 0.55)
            easel.line(oval(x - 2, cy - 3, radius * 0.94, radius), WHITE, 4, 0.65)
        easel.fill(oval(x, cy, 30), (255, 252, 230))
        for dx in (-0.62, 0.62):
            easel.line(
                [(x + dx * wide * 0.8, cy - high), (x + dx * wide * 1.15, cy), (x + dx * wide * 0.8, cy + high)],
                BRASS,
                12,
            )
    easel.line(glass, (126, 84, 40), 15)
    easel.line(glass, BRASS, 10)
    easel.line([(x - wide + 1, cy + 70), (x - wide, cy), (x - wide + 1, cy - 70)], lit(BRASS), 5, 0.9)
    easel.form(
        poly(
            [
                (x - 96, cy - high * 0.86),
                (x + 96, cy - high * 0.86),
                (x + 44, cy - high * 0.86 - 48),
                (x - 44, cy - high * 0.86 - 48),
            ]
        ),
        BRASS,
        depth=12,
        rim=7,
    )


def chest(easel: Easel, x: float, y: float) -> None:
    """The keeper's chest: log book, lantern, mug; a coil of rope and an oil can beside it."""
    easel.pool(x, y + 6, 250, (30, 12, 30), 0.7, 0.14)
    easel.form(box(x - 150, y - 120, 300, 122, 8), (146, 88, 56), depth=16, rim=7)
    easel.form(box(x - 162, y - 146, 324, 36, 12), (164, 102, 64), depth=8, rim=7)
    for dx in (-110, 98):
        easel.form(box(x + dx, y - 146, 16, 148, 3), BRASS, depth=4, rim=4)
    easel.form(
        poly([(x - 110, y - 148), (x - 6, y - 148), (x + 2, y - 170), (x - 104, y - 170)]), (66, 96, 130), depth=5
    )
    easel.fill(box(x - 108, y - 166, 104, 7), CREAM)
    easel.form(box(x + 46, y - 160, 54, 14, 4), BRASS, depth=4)
    easel.form(box(x + 52, y - 216, 42, 58, 10), (255, 232, 160), depth=0, rim=0)
    easel.form(poly([(x + 46, y - 212), (x + 100, y - 212), (x + 84, y - 236), (x + 62, y - 236)]), BRASS, depth=5)
    easel.line(oval(x + 73, y - 246, 20, 18), BRASS, 5)
    for k in range(4):
        easel.form(box(x + 180 - k * 3, y - 14 - k * 22, 130 + k * 2, 26, 13), (200, 164, 112), depth=8, rim=5)
    can = union(
        box(x - 236, y - 70, 66, 72, 8),
        poly([(x - 232, y - 66), (x - 174, y - 66), (x - 196, y - 104), (x - 210, y - 104)]),
    )
    easel.form(can, RED, depth=10)
    easel.form(limb([(x - 178, y - 60), (x - 150, y - 96), (x - 142, y - 116)], [7, 5, 4]), RED, depth=3)
    easel.form(capsule((x - 203, y - 110), (x - 203, y - 104), 8, 8), BRASS, depth=3)
