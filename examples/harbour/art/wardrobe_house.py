"""What Marit, Tomas and Otto wear."""

from examples.harbour.art.brush import box, cut, limb, oval, poly, union
from examples.harbour.art.cloth import buttons, cables, chevron, collar, seam, sewn
from examples.harbour.art.figure import NEAR, Figure
from examples.harbour.art.palette import (
    BRASS,
    BROWN,
    CREAM,
    GREEN,
    MUSTARD,
    PLUM,
    TEAL,
    WHITE,
    Colour,
    line_of,
    mix,
    shade,
)

SHOE: Colour = (98, 56, 42)
DARK: Colour = (58, 52, 70)


def bare_arm(fig: Figure, side: int) -> None:
    """An arm with nothing on it."""
    b = fig.build
    fig.hand(side)
    fig.easel.form(limb(fig.arm_track(side), [b.arm * 0.8, b.arm * 0.74, b.arm * 0.56]), b.skin, depth=8)
    x, y = fig.arm_track(side)[2]
    fig.easel.fill(oval(x - 1, y + b.arm * 0.54, b.arm * 0.36, b.arm * 0.24), shade(b.skin, 0.16), blur=2)


def half_sleeve(fig: Figure, side: int, colour: Colour, cuff: Colour) -> None:
    """A sleeve rolled to above the elbow."""
    b = fig.build
    (ax, ay), (bx, by) = fig.arm_track(side)[:2]
    end = (ax + (bx - ax) * 0.92, ay + (by - ay) * 0.92)
    fig.easel.form(limb([(ax, ay), end], [b.arm + 8, b.arm + 4]), colour)
    roll = union(oval(end[0], end[1] + 4, b.arm + 10, b.arm * 0.55), oval(end[0], end[1] + 12, b.arm + 8, b.arm * 0.5))
    fig.easel.form(roll, cuff, depth=8, rim=4)


def apron(fig: Figure) -> None:
    """Marit: teal dress, cream apron."""

    def legs(f: Figure, side: int) -> None:
        f.shoe(side, SHOE, (60, 38, 36))
        f.stocking(side, (96, 84, 104), -8)

    def arm(f: Figure, side: int) -> None:
        bare_arm(f, side)
        half_sleeve(f, side, TEAL, mix(TEAL, WHITE, 0.25))

    fig.dress(legs, dress_and_apron, arm)


def dress_and_apron(f: Figure) -> None:
    """The dress, and the apron over it."""
    b, hem = f.build, f.build.height * 0.17
    dress = f.torso(8, hem, 44)
    f.easel.form(dress.outline(f.view), TEAL, depth=24)
    for lon in (-150, -110, 110, 150, 180):
        seam(f, dress, [(lon, b.middle - 30), (lon, hem + 6)], line_of(TEAL), 4, 0.35)
    skirt = f.torso(15, hem + 34, 40)
    sewn(
        f,
        skirt,
        [(-84, b.middle), (84, b.middle), (70, hem + 40), (40, hem + 34), (-40, hem + 34), (-70, hem + 40)],
        CREAM,
        depth=16,
    )
    top = b.shoulders - 0.30 * (b.shoulders - b.crotch)
    sewn(f, skirt, [(-44, top), (44, top), (52, b.middle), (-52, b.middle)], CREAM, depth=10)
    for side in (-1, 1):
        rise = b.shoulders + 0.03 * (b.shoulders - b.crotch)
        strap = [
            (side * 36, top - 4),
            (side * 46, b.shoulders - 50),
            (side * 66, rise),
            (side * 116, rise),
            (side * 140, b.shoulders - 50),
            (side * 205, b.middle),
        ]
        seam(f, skirt, strap, shade(CREAM, 0.8), 25, 1.0)
        seam(f, skirt, strap, CREAM, 20, 1.0)
    sewn(f, skirt, [(-180, b.middle + 14), (180, b.middle + 14), (180, b.middle - 14), (-180, b.middle - 14)], CREAM)
    pocket = [(-34, b.crotch + 26), (24, b.crotch + 26), (22, b.crotch - 66), (-32, b.crotch - 66)]
    sewn(f, skirt, pocket, mix(CREAM, TEAL, 0.10), out=3)
    sewn(
        f,
        skirt,
        [(-34, b.crotch + 26), (24, b.crotch + 26), (24, b.crotch + 12), (-34, b.crotch + 12)],
        TEAL,
        3,
        2,
        2,
    )
    if f.view.yaw > 150:
        apron_bow(f, CREAM)
    else:
        collar(f, WHITE, b.shoulders + 8, b.face * 0.66, 20)
        buttons(f, skirt, 0, (b.shoulders - 30,), BRASS, 9)


def apron_bow(f: Figure, colour: Colour) -> None:
    """The bow at the back of the apron."""
    b = f.build
    x, y = f.view.place(0, b.middle, -b.waist[1])
    for s in (-1, 1):
        f.easel.form(limb([(x, y), (x + s * 16, y + 60), (x + s * 26, y + 120)], [9, 13, 17]), colour, depth=5)
        f.easel.form(oval(x + s * 42, y - 6, 44, 24, s * -14), colour, depth=7)
    f.easel.form(oval(x, y, 17, 19), colour, depth=5)


def sea_boots(f: Figure, side: int) -> None:
    """Short black boots."""
    b = f.build
    f.shoe(side, (62, 60, 58), (196, 120, 60), 1.08, shaft=b.height * 0.145, shaft_wide=1.32)


def sweater(fig: Figure) -> None:
    """Tomas: green cable knit under brown bibs."""

    def legs(_figure: Figure, _side: int) -> None:
        """The boots go on over the bibs."""

    def arm(f: Figure, side: int) -> None:
        f.hand(side)
        shape = f.sleeve(side, GREEN, 15, cuff=mix(GREEN, CREAM, 0.14), flare=2, depth=16)
        with f.easel.inside(shape):
            (ax, ay), (bx, by), (cx, cy) = f.arm_track(side)
            for k in range(22):
                t = k / 11
                x = ax + (bx - ax) * t if t < 1 else bx + (cx - bx) * (t - 1)
                y = ay + (by - ay) * t if t < 1 else by + (cy - by) * (t - 1)
                chevron(f.easel, x, y, 15, GREEN)

    fig.dress(legs, knit_and_bibs, arm)


def knit_and_bibs(f: Figure) -> None:
    """The sweater, and the bibs over it."""
    b = f.build
    body = f.torso(16)
    shape = body.outline(f.view)
    f.easel.form(shape, GREEN, depth=22)
    cables(f, body, shape, GREEN, b.shoulders - 20, b.crotch)
    bib = f.torso(21)
    drop = b.shoulders - b.crotch
    top, waist = b.shoulders - 0.42 * drop, b.middle + 16
    band = [
        (-181, waist),
        (-58, waist),
        (-46, top),
        (46, top),
        (58, waist),
        (181, waist),
        (181, b.crotch),
        (-181, b.crotch),
    ]
    if f.view.yaw > 150:
        band = [
            (0, waist),
            (118, waist),
            (150, top),
            (210, top),
            (242, waist),
            (360, waist),
            (360, b.crotch),
            (0, b.crotch),
        ]
    f.breeches(BROWN, 16, b.height * 0.138, 0.70, bib.patch(f.view, band), -30)
    for side in f.sides():
        sea_boots(f, side)
    for side in (-1, 1):
        strap = [
            (side * 36, top - 26),
            (side * 44, b.shoulders - 0.14 * drop),
            (side * 64, b.shoulders + 0.04 * drop),
            (side * 116, b.shoulders + 0.04 * drop),
            (side * 140, b.shoulders - 0.14 * drop),
            (side * 166, top),
        ]
        seam(f, bib, strap, line_of(BROWN), 32, 1.0, 3)
        seam(f, bib, strap, mix(BROWN, CREAM, 0.10), 27, 1.0, 3)
        buttons(f, bib, side * 38, (top - 26,), BRASS, 13)
    pocket = [(-22, top - 50), (22, top - 50), (22, top - 120), (-22, top - 120)]
    sewn(f, bib, pocket, mix(BROWN, CREAM, 0.08), 4)
    collar(f, GREEN, b.shoulders + 20, b.face * 0.74, 40, 1.04)


def waistcoat(fig: Figure) -> None:
    """Otto: mustard waistcoat, white shirt, plum trousers."""
    b = fig.build
    low = b.crotch + 34
    shirt: Colour = (246, 242, 236)

    def legs(f: Figure, side: int) -> None:
        f.shoe(side, SHOE, (52, 34, 34))
        if side == NEAR:
            f.breeches(PLUM, 8, None, 0.74)

    def trunk(f: Figure) -> None:
        f.easel.form(f.torso(6, low + 10).outline(f.view), shirt, depth=14)
        vest = f.torso(13, low, 4)
        if f.view.yaw > 150:
            f.easel.form(vest.outline(f.view), mix(MUSTARD, BROWN, 0.30), depth=18)
            strap = [(140, b.middle + 10), (220, b.middle + 10), (220, b.middle - 12), (140, b.middle - 12)]
            sewn(f, vest, strap, MUSTARD, 3)
            buttons(f, vest, 180, (b.middle,), BRASS, 12)
        else:
            vee = b.shoulders - 0.36 * (b.shoulders - b.crotch)
            area = [
                (0, vee),
                (34, b.shoulders - 26),
                (50, b.shoulders),
                (180, b.shoulders),
                (180, low),
                (20, low),
                (0, low - 14),
                (-20, low),
                (-180, low),
                (-180, b.shoulders),
                (-50, b.shoulders),
                (-34, b.shoulders - 26),
            ]
            sewn(f, vest, area, MUSTARD, 2, 18)
            seam(f, vest, [(0, vee), (0, low)], line_of(MUSTARD), 3.6, 0.7, 3)
            buttons(f, vest, 0, [vee - 34 - k * 52 for k in range(4)], PLUM, 10)
            chain = [(6, b.middle + 4), (26, b.middle - 22), (44, b.middle + 6)]
            seam(f, vest, chain, (255, 214, 110), 4, 1.0, 4)
            sewn(
                f, vest, [(40, b.middle + 14), (66, b.middle + 16), (66, b.middle - 8), (40, b.middle - 8)], MUSTARD, 4
            )
        collar(f, shirt, b.shoulders + 10, b.face * 0.62, 26)
        if f.view.yaw < 150:
            bow_tie(f)

    def arm(f: Figure, side: int) -> None:
        f.hand(side)
        shape = f.sleeve(side, shirt, 12, cuff=WHITE, flare=0)
        (ax, ay), (bx, by), _ = f.arm_track(side)
        x, y = ax + (bx - ax) * 0.72, ay + (by - ay) * 0.72
        ring = cut(oval(x, y, b.arm * 2, 14, 8 * side * f.view.cos), box(x - 300, y - 200, 1, 1))
        with f.easel.inside(shape):
            f.easel.form(ring, PLUM, depth=0, rim=3)

    fig.dress(legs, trunk, arm)


def bow_tie(f: Figure) -> None:
    """A bow tie."""
    b = f.build
    x, y = f.view.place(0, b.shoulders - 12, b.face * 0.72 + b.stoop * 0.4)
    wide = 44 * (0.35 + 0.65 * f.view.cos)
    for s in (-1, 1):
        f.easel.form(poly([(x, y), (x + s * wide, y - 24), (x + s * wide, y + 24)]), PLUM, depth=5)
    f.easel.form(oval(x, y, 11, 13), PLUM, depth=4)
