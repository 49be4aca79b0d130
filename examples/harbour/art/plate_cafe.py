"""The two plates of the café: the main room, and the front door seen from inside."""

import random

from examples.harbour.art.brush import Easel, blob, box, capsule, limb, oval, poly, union
from examples.harbour.art.palette import (
    BRASS,
    CREAM,
    LAMP,
    MUSTARD,
    NAVY,
    RED,
    TEAL,
    VIOLET,
    WHITE,
    YELLOW,
    Colour,
    lit,
    mix,
    shade,
)
from examples.harbour.art.room import (
    FLOOR,
    WOOD,
    bottle,
    chair,
    cup,
    curtains,
    dusk,
    far_lighthouse,
    floor,
    frame,
    lamp_light,
    pendant,
    picture,
    stool,
    storm,
    table,
    walls,
)

IRON: Colour = (66, 60, 70)
CUPS: tuple[Colour, ...] = (CREAM, (120, 176, 176), (224, 120, 96), (238, 196, 110), (150, 170, 210))


def main_room(easel: Easel) -> None:
    """Counter, stove, tables, and the big window on the storm."""
    walls(easel)
    floor(easel)
    storm(easel, 420, 120, 520, 292, 5)
    with easel.inside(box(420, 120, 520, 292)):
        far_lighthouse(easel, 800, 312, 92)
    frame(easel, 420, 120, 520, 292, 4, 2)
    curtains(easel, 420, 120, 520, 292, (178, 66, 60))
    plant(easel, 500, 412)
    plant(easel, 860, 412)
    stove(easel, 190, 690)
    picture(easel, 296, 236, 76, 96, "fish")
    chair(easel, 520, 692, 1)
    chair(easel, 836, 692, -1)
    table(easel, 678, 704, 122, 128)
    cup(easel, 640, 578, 30, CUPS[1])
    cup(easel, 722, 582, 30, CUPS[2])
    shelves(easel)
    counter(easel)
    for x, tone in ((1190, RED), (1390, TEAL), (1590, MUSTARD)):
        easel.pool(x, 758, 80, (30, 14, 30), 0.5, 0.22)
        stool(easel, x, 758, 176, tone)
    rug(easel, 900, 930, 470, 84)
    pendant(easel, 678, 96, 0.9)
    for x in (1190, 1450, 1710):
        pendant(easel, x, 118, 0.8, (196, 70, 60))
    dusk(easel)
    for x, y, reach in ((678, 112, 420), (1190, 132, 330), (1450, 132, 330), (1710, 132, 330), (196, 590, 260)):
        lamp_light(easel, x, y, reach, 0.46 if x < 1000 else 0.32)
    easel.glow(760, 860, 760, (255, 196, 110), 0.26, 0.34)
    easel.glow(1420, 800, 620, (255, 196, 110), 0.24, 0.30)
    easel.glow(196, 760, 300, (255, 140, 60), 0.34, 0.4)


def plant(easel: Easel, x: float, y: float) -> None:
    """A geranium in a pot."""
    for k, (dx, dy) in enumerate(((-26, -52), (-8, -74), (16, -64), (30, -48), (2, -50))):
        easel.line([(x, y - 24), (x + dx * 0.6, y + dy * 0.7), (x + dx, y + dy)], (70, 110, 66), 4)
        easel.form(oval(x + dx, y + dy + 8, 15, 11, dx), (92, 140, 78), depth=3, rim=3, edge=1.5)
        if k < 4:
            easel.form(oval(x + dx, y + dy - 6, 11), (226, 84, 92), depth=3, rim=3, edge=1.2)
    easel.form(poly([(x - 26, y - 34), (x + 26, y - 34), (x + 18, y), (x - 18, y)]), (190, 104, 66), depth=7)


def stove(easel: Easel, x: float, y: float) -> None:
    """An iron stove with its pipe and its fire."""
    easel.pool(x, y + 4, 190, (30, 14, 30), 0.6, 0.2)
    easel.form(box(x - 24, -10, 48, 470), shade(IRON, 0.3), depth=14, rim=7)
    for level in (150, 330):
        easel.form(box(x - 30, level, 60, 16, 5), IRON, depth=8)
    for dx in (-92, 92):
        easel.form(capsule((x + dx * 0.8, y - 50), (x + dx, y - 6), 14, 11), IRON, depth=5)
    easel.form(box(x - 116, y - 250, 232, 214, 22), IRON, depth=24, rim=8)
    easel.form(box(x - 134, y - 270, 268, 30, 12), mix(IRON, WHITE, 0.12), depth=8, rim=6)
    door = box(x - 72, y - 204, 144, 118, 20)
    easel.form(door, mix(IRON, WHITE, 0.08), depth=8)
    fire = box(x - 56, y - 190, 112, 90, 14)
    easel.ramp(fire, (0, y - 190), (0, y - 100), [(0, (190, 60, 30), 1), (1, (255, 190, 70), 1)])
    with easel.inside(fire):
        for dx, high in ((-34, 52), (-8, 76), (20, 60), (40, 40)):
            flame = blob(
                [
                    (x + dx - 18, y - 96),
                    (x + dx - 8, y - 96 - high * 0.6),
                    (x + dx, y - 96 - high),
                    (x + dx + 10, y - 96 - high * 0.5),
                    (x + dx + 18, y - 96),
                ]
            )
            easel.fill(flame, (255, 220, 110), 0.85)
        for k in range(4):
            easel.fill(box(x - 56 + 16 + k * 27, y - 190, 8, 90), IRON)
    easel.form(capsule((x + 84, y - 150), (x + 84, y - 128), 8, 8), BRASS, depth=3)
    body = blob(
        [
            (x - 40, y - 276),
            (x - 52, y - 316),
            (x - 26, y - 340),
            (x + 30, y - 340),
            (x + 54, y - 316),
            (x + 42, y - 276),
        ]
    )
    easel.line([(x - 44, y - 330), (x, y - 392), (x + 46, y - 330)], (70, 50, 50), 7)
    easel.form(limb([(x + 44, y - 300), (x + 76, y - 316), (x + 88, y - 338)], [13, 9, 7]), (176, 58, 52), depth=4)
    easel.form(body, (196, 66, 58), depth=12)
    for k in range(3):
        sx, sy = x + 92 + k * 5, y - 360 - k * 28
        easel.line([(sx, sy + 20), (sx + 8, sy + 8), (sx - 2, sy - 6)], WHITE, 7, 0.22 - k * 0.05, blur=3)


def shelves(easel: Easel) -> None:
    """Cups, jars and the board behind the counter."""
    rng = random.Random(9)
    easel.form(box(1070, 84, 800, 300, 8), shade(WOOD, 0.55), depth=14)
    for row, level in enumerate((186, 282, 374)):
        easel.fill(box(1086, level - 88, 768, 88), (92, 50, 44), 0.7)
        easel.form(box(1076, level, 788, 14, 3), lit(WOOD, 0.45), depth=3, rim=4)
        x = 1116.0
        while x < 1840:
            if 1356 < x < 1584 and row < 2:
                x += 30
                continue
            if rng.random() < 0.62:
                cup(easel, x, level, rng.uniform(30, 38), rng.choice(CUPS))
                x += 56
            else:
                bottle(easel, x, level, rng.uniform(60, 76), rng.choice(((70, 120, 84), (150, 74, 50), (90, 110, 150))))
                x += 44
    easel.form(box(1360, 104, 220, 168, 6), BRASS, depth=5)
    easel.form(box(1370, 114, 200, 148, 3), (44, 60, 58), depth=0, rim=0)
    for k, text in enumerate(("FISH SOUP", "WARM BUNS", "STRONG TEA")):
        easel.words(text, 1470, 158 + k * 40, 23, (240, 232, 210), 0.92)


def counter(easel: Easel) -> None:
    """The counter, with the coffee urn, a cake and cups."""
    easel.pool(1480, 690, 560, (30, 14, 30), 0.55, 0.12)
    easel.form(box(1050, 462, 860, 220, 6), WOOD, depth=0, rim=6)
    for k in range(7):
        easel.form(box(1070 + k * 122, 500, 98, 150, 8), TEAL if k % 2 else mix(TEAL, WHITE, 0.12), depth=8, rim=5)
    easel.form(box(1044, 660, 872, 26, 4), shade(WOOD, 0.6), depth=0, rim=4)
    easel.form(box(1028, 438, 904, 34, 10), lit(WOOD, 0.65), depth=7, rim=8)
    urn = blob([(1120, 436), (1108, 350), (1136, 316), (1196, 316), (1224, 350), (1212, 436)], tension=0.6)
    easel.form(urn, BRASS, depth=18, rim=9)
    easel.form(box(1126, 298, 80, 22, 8), shade(BRASS, 0.3), depth=6)
    easel.form(oval(1166, 290, 12), BRASS, depth=4)
    easel.form(capsule((1166, 398), (1166, 416), 9, 6), shade(BRASS, 0.5), depth=3)
    easel.fill(oval(1140, 364, 9, 26), WHITE, 0.55)
    for k, tone in enumerate((CUPS[0], CUPS[2], CUPS[0])):
        cup(easel, 1276 + k * 46, 438, 34, tone)
    easel.form(box(1476, 424, 180, 14, 6), CREAM, depth=4)
    easel.form(box(1500, 372, 132, 52, 12), (172, 104, 66), depth=10)
    easel.form(
        blob([(1498, 384), (1530, 356), (1600, 356), (1634, 384), (1610, 398), (1580, 388), (1550, 402), (1520, 388)]),
        (252, 226, 214),
        depth=6,
    )
    for dx in (0, 34, 68):
        easel.form(oval(1532 + dx, 356, 10), (214, 50, 64), depth=3, rim=3)
    dome = blob([(1480, 428), (1486, 350), (1566, 312), (1646, 350), (1652, 428)], tension=0.7)
    easel.fill(dome, (220, 236, 240), 0.22)
    easel.line(dome, WHITE, 3.5, 0.6)
    easel.line([(1502, 396), (1512, 356), (1540, 334)], WHITE, 6, 0.7)
    for k in range(4):
        easel.form(box(1726 + k * 3, 424 - k * 13, 96 - k * 6, 13, 6), CUPS[(k + 1) % 5], depth=4, rim=3, edge=1.5)


def rug(easel: Easel, x: float, y: float, rx: float, ry: float) -> None:
    """A braided rug."""
    for k, tone in enumerate(
        ((150, 60, 58), (226, 190, 140), (60, 108, 110), (226, 190, 140), (168, 74, 62), (190, 104, 70))
    ):
        scale = 1 - k * 0.15
        easel.fill(oval(x, y, rx * scale, ry * scale), tone, 0.82)
    easel.line(oval(x, y, rx, ry), (80, 36, 44), 4, 0.5)


def door_side(easel: Easel) -> None:
    """The front door, the coats and the bench."""
    walls(easel)
    floor(easel, (800, 180))
    storm(easel, 1330, 150, 280, 226, 11)
    frame(easel, 1330, 150, 280, 226, 2, 2)
    curtains(easel, 1330, 150, 280, 226, (178, 66, 60))
    front_door(easel, 560, 110, 300)
    picture(easel, 150, 190, 150, 110, "boat")
    picture(easel, 352, 216, 84, 104, "sun")
    console(easel, 230, FLOOR + 44)
    coats(easel)
    bench(easel, 1470, 716)
    umbrellas(easel, 474, 716)
    easel.form(poly([(548, 700), (872, 700), (930, 778), (490, 778)]), (112, 84, 56), depth=0, rim=6)
    easel.line(poly([(568, 710), (852, 710), (896, 766), (524, 766)]), (196, 164, 110), 5, 0.8)
    easel.words("WIPE YOUR FINS", 710, 749, 28, (58, 40, 36), 0.85)
    pendant(easel, 1040, 104, 0.95)
    pendant(easel, 236, 84, 0.75, (196, 70, 60))
    dusk(easel)
    lamp_light(easel, 1040, 120, 470, 0.5)
    lamp_light(easel, 236, 98, 320, 0.44)
    easel.glow(1010, 860, 720, (255, 196, 110), 0.28, 0.34)
    easel.glow(710, 640, 330, (130, 170, 230), 0.20, 0.5)


def front_door(easel: Easel, x: float, y: float, w: float) -> None:
    """The door: a big pane above, a panel below, a bell over it."""
    low = FLOOR + 26
    easel.form(box(x - 34, y - 34, w + 68, low - y + 34, 8), lit(WOOD, 0.35), depth=12, rim=8)
    easel.form(box(x, y, w, low - y, 6), (44, 104, 104), depth=10, rim=8)
    pane = (x + 44, y + 44, w - 88, 296.0)
    storm(easel, *pane, 21, 0.8)
    easel.fill(poly([(x + 60, y + 340), (x + 170, y + 44), (x + 214, y + 44), (x + 104, y + 340)]), WHITE, 0.10)
    frame_bar = lit((44, 104, 104), 0.3)
    for bar in (
        box(x + 36, y + 36, w - 72, 14, 4),
        box(x + 36, y + 334, w - 72, 14, 4),
        box(x + 34, y + 36, 14, 312, 4),
        box(x + w - 48, y + 36, 14, 312, 4),
        box(x + w / 2 - 6, y + 44, 12, 296),
    ):
        easel.form(bar, frame_bar, depth=4, rim=3)
    easel.form(box(x + 48, y + 386, w - 96, 126, 10), (36, 88, 90), depth=-6, rim=0)
    easel.line([(x + w / 2, y + 190), (x + w / 2 - 46, y + 226)], (90, 60, 50), 4)
    easel.line([(x + w / 2, y + 190), (x + w / 2 + 46, y + 226)], (90, 60, 50), 4)
    easel.form(box(x + w / 2 - 76, y + 222, 152, 62, 8), CREAM, depth=5)
    easel.words("STILL OPEN", x + w / 2, y + 260, 19, (150, 46, 44))
    easel.form(oval(x + w - 24, y + 366, 15), BRASS, depth=5, rim=5)
    easel.form(capsule((x + w - 24, y + 366), (x + w - 58, y + 370), 8, 7), BRASS, depth=3, rim=4)
    easel.line([(x + w - 16, y - 6), (x + w - 20, y - 30), (x + w - 52, y - 34)], IRON, 6)
    bell = blob([(x + w - 60, y - 32), (x + w - 44, y - 32), (x + w - 34, y + 4), (x + w - 70, y + 4)], tension=0.6)
    easel.form(bell, BRASS, depth=5, rim=5)
    easel.form(oval(x + w - 52, y + 8, 7), shade(BRASS, 0.4), depth=2)


def coats(easel: Easel) -> None:
    """A rail of hooks with a coat, a scarf, a cap and a bag."""
    easel.form(box(930, 236, 320, 30, 8), lit(WOOD, 0.35), depth=5, rim=5)
    for k in range(5):
        easel.form(capsule((960 + k * 65, 256), (960 + k * 65, 280), 7, 9), BRASS, depth=3, rim=3)
    coat = blob(
        [(960, 276), (992, 300), (1008, 400), (1014, 520), (962, 534), (908, 520), (916, 400), (930, 300)], tension=0.5
    )
    easel.form(coat, NAVY, depth=14)
    easel.line([(960, 290), (964, 400), (960, 528)], shade(NAVY), 4)
    for y in (340, 390, 440):
        easel.form(oval(972, y, 6), BRASS, depth=2, rim=2)
    easel.form(limb([(1022, 280), (1012, 380), (1018, 486)], [12, 16, 18]), RED, depth=8)
    easel.form(limb([(1030, 280), (1044, 370), (1040, 440)], [12, 15, 17]), mix(RED, WHITE, 0.15), depth=8)
    oil = blob(
        [(1156, 276), (1186, 298), (1202, 400), (1212, 500), (1156, 512), (1102, 500), (1112, 400), (1126, 298)],
        tension=0.5,
    )
    easel.form(oil, YELLOW, depth=14)
    easel.line([(1156, 292), (1160, 400), (1156, 508)], shade(YELLOW), 4)
    hat = blob(
        [(1186, 270), (1196, 236), (1222, 226), (1248, 238), (1258, 270), (1276, 282), (1222, 290), (1170, 282)],
        tension=0.7,
    )
    easel.form(hat, VIOLET, depth=8)


def bench(easel: Easel, x: float, y: float) -> None:
    """A bench with two cushions, and boots below."""
    easel.pool(x, y + 4, 300, (30, 14, 30), 0.6, 0.12)
    for dx in (-206, 206):
        easel.form(box(x + dx - 14, y - 110, 28, 112, 5), shade(WOOD, 0.3), depth=7)
    for dx in (-60, 20):
        easel.form(union(box(x + dx, y - 74, 34, 66, 8), box(x + dx, y - 26, 60, 26, 12)), (64, 92, 74), depth=6)
    easel.form(box(x - 236, y - 126, 472, 28, 8), lit(WOOD, 0.45), depth=6, rim=6)
    easel.form(
        blob([(x - 200, y - 130), (x - 190, y - 206), (x - 104, y - 214), (x - 92, y - 130)], tension=0.6),
        TEAL,
        depth=12,
    )
    cushion = blob([(x + 84, y - 130), (x + 96, y - 210), (x + 186, y - 204), (x + 194, y - 130)], tension=0.6)
    easel.form(cushion, CREAM, depth=12)
    with easel.inside(cushion):
        for k in range(5):
            easel.line([(x + 84 + k * 28, y - 226), (x + 84 + k * 28, y - 120)], (196, 80, 70), 9, 0.8)


def umbrellas(easel: Easel, x: float, y: float) -> None:
    """A stand with three wet umbrellas."""
    easel.pool(x + 20, y + 2, 110, (110, 150, 200), 0.35, 0.2)
    for dx, lean, tone in ((-24, -18, RED), (4, 6, (52, 92, 140)), (28, 24, MUSTARD)):
        easel.form(
            limb([(x + dx + lean, y - 226), (x + dx + lean * 0.4, y - 120), (x + dx, y - 40)], [5, 15, 18]),
            tone,
            depth=6,
        )
        top = (x + dx + lean * 1.2, y - 258)
        easel.line(
            [(x + dx + lean, y - 226), top, (top[0] - 14, top[1] - 12), (top[0] - 24, top[1] + 6)], (104, 62, 40), 8
        )
    easel.form(poly([(x - 56, y - 116), (x + 56, y - 116), (x + 46, y), (x - 46, y)]), (88, 128, 150), depth=12)
    for level in (92, 30):
        easel.line([(x - 54, y - level), (x, y - level + 7), (x + 52, y - level)], WHITE, 6, 0.8)


def console(easel: Easel, x: float, y: float) -> None:
    """A little chest with a lamp, letters and a jar of shells."""
    easel.pool(x, y + 4, 210, (30, 14, 30), 0.6, 0.14)
    easel.form(box(x - 150, y - 190, 300, 190, 8), mix(WOOD, (160, 90, 50), 0.5), depth=14)
    for row in (0, 1):
        for dx in (-136, 6):
            easel.form(box(x + dx, y - 170 + row * 82, 130, 70, 6), mix(WOOD, (170, 100, 56), 0.6), depth=5)
            easel.form(oval(x + dx + 65, y - 135 + row * 82, 9), BRASS, depth=3, rim=3)
    easel.form(box(x - 164, y - 208, 328, 22, 8), lit(WOOD, 0.5), depth=5, rim=6)
    bottle(easel, x + 106, y - 208, 90, (120, 160, 170))
    easel.form(
        poly([(x - 30, y - 210), (x + 54, y - 214), (x + 58, y - 232), (x - 26, y - 230)]), WHITE, depth=3, rim=2
    )
    easel.form(poly([(x - 116, y - 208), (x - 84, y - 208), (x - 92, y - 250), (x - 108, y - 250)]), BRASS, depth=5)
    easel.form(poly([(x - 144, y - 250), (x - 56, y - 250), (x - 78, y - 322), (x - 122, y - 322)]), LAMP, depth=10)
    easel.glow(x - 100, y - 282, 210, (255, 200, 110), 0.7)
