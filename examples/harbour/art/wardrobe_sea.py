"""What Ilse and Bram wear."""

from examples.harbour.art.brush import box
from examples.harbour.art.cloth import bands, buttons, collar, hood_down, hoops, scarf, seam, sewn
from examples.harbour.art.figure import NEAR, Figure
from examples.harbour.art.palette import (
    BRASS,
    BROWN,
    CREAM,
    NAVY,
    ORANGE,
    WHITE,
    YELLOW,
    Colour,
    line_of,
    mix,
)

SHOE: Colour = (98, 56, 42)
DARK: Colour = (58, 52, 70)


def raincoat(fig: Figure) -> None:
    """Ilse: yellow raincoat, blue boots."""
    b, hem = fig.build, fig.build.height * 0.27

    def legs(f: Figure, side: int) -> None:
        f.stocking(side, (74, 84, 120), 0)
        f.shoe(side, (34, 96, 132), (232, 222, 200), 1.05, shaft=b.height * 0.215, shaft_wide=1.12)

    def trunk(f: Figure) -> None:
        coat = f.torso(14, hem, 52)
        f.easel.form(coat.outline(f.view), YELLOW, depth=20)
        seam(f, coat, [(8, b.shoulders), (8, hem + 2)], line_of(YELLOW), 4, 0.7)
        seam(f, coat, [(-180, hem + 18), (180, hem + 18)], line_of(YELLOW), 3, 0.45)
        buttons(f, coat, -4, [b.shoulders - 40 - k * 92 for k in range(5)], (120, 72, 40), 12)
        for side in (-1, 1):
            low = b.crotch - 30
            lons = (side * 26, side * 66)
            sewn(
                f, coat, [(lons[0], low + 60), (lons[1], low + 70), (lons[1], low + 34), (lons[0], low + 24)], YELLOW, 3
            )
        if f.view.yaw > 150:
            seam(f, coat, [(180, b.crotch), (180, hem)], line_of(YELLOW), 4, 0.6)
        hood_down(f, YELLOW, 1.12)

    def arm(f: Figure, side: int) -> None:
        f.hand(side)
        f.sleeve(side, YELLOW, 13, cuff=mix(YELLOW, BROWN, 0.22), flare=4)

    fig.dress(legs, trunk, arm)


def jumper(fig: Figure) -> None:
    """Ilse: a borrowed striped jumper, rolled trousers."""
    b = fig.build
    sand: Colour = (196, 156, 112)

    def legs(f: Figure, side: int) -> None:
        f.stocking(side, b.skin, -13)
        f.shoe(side, (226, 92, 70), CREAM, 0.95)
        if side == NEAR:
            f.breeches(sand, 9, b.height * 0.135, 0.8)
            for each in f.sides():
                x, y = f.leg_track(each, b.height * 0.135)[2]
                f.easel.form(
                    box(x - b.leg * 1.06, y - 30, b.leg * 2.12, 38, 12), mix(sand, CREAM, 0.35), depth=9, rim=4
                )

    def trunk(f: Figure) -> None:
        low = b.crotch + 6
        body = f.torso(18, low, 6)
        shape = body.outline(f.view)
        f.easel.form(shape, CREAM, depth=18)
        bands(f, body, shape, NAVY, b.shoulders - 34, low + 30, 52)
        sewn(f, body, [(-180, low + 26), (180, low + 26), (180, low), (-180, low)], NAVY, 2)
        collar(f, NAVY, b.shoulders + 14, b.face * 0.70, 26)

    def arm(f: Figure, side: int) -> None:
        f.hand(side)
        shape = f.sleeve(side, CREAM, 15, flare=4, cuff=NAVY)
        hoops(f.easel, shape, f.arm_track(side), NAVY, 52, b.arm * 2.4)

    fig.dress(legs, trunk, arm)


def peacoat(fig: Figure) -> None:
    """Bram: navy peacoat, grey trousers."""
    b, hem = fig.build, fig.build.crotch - 70
    navy: Colour = (44, 52, 84)

    def legs(f: Figure, side: int) -> None:
        f.shoe(side, (48, 40, 46), (30, 24, 30))
        if side == NEAR:
            f.breeches((128, 122, 130), 7, None, 0.8)

    def trunk(f: Figure) -> None:
        coat = f.torso(14, hem, 16)
        f.easel.form(coat.outline(f.view), navy, depth=18)
        seam(f, coat, [(22, b.shoulders - 40), (22, hem)], (20, 24, 48), 4, 0.8)
        for lon in (-20, 44):
            buttons(f, coat, lon, [b.shoulders - 120 - k * 96 for k in range(4)], BRASS, 13)
        for side in (-1, 1):
            seam(f, coat, [(side * 46, b.crotch + 50), (side * 72, b.crotch + 100)], (20, 24, 48), 7, 0.9)
            lapel = [
                (side * 6, b.shoulders - 20),
                (side * 60, b.shoulders - 6),
                (side * 56, b.shoulders - 84),
                (side * 8, b.shoulders - 150),
            ]
            sewn(f, coat, lapel, mix(navy, WHITE, 0.08), 4)
        if f.view.yaw > 80:
            seam(f, coat, [(180, b.middle - 20), (180, hem)], (20, 24, 48), 4, 0.8)
            belt = [(128, b.middle + 14), (232, b.middle + 14), (232, b.middle - 18), (128, b.middle - 18)]
            sewn(f, coat, belt, mix(navy, WHITE, 0.08), 3)
            buttons(f, coat, 142, (b.middle - 2,))
            buttons(f, coat, -142, (b.middle - 2,))
        collar(f, mix(navy, WHITE, 0.08), b.shoulders + 16, b.face * 0.84, 40)
        scarf(f, (168, 62, 50), 10)

    def arm(f: Figure, side: int) -> None:
        f.hand(side)
        f.sleeve(side, navy, 13, cuff=mix(navy, WHITE, 0.10), flare=4)

    fig.dress(legs, trunk, arm)


def oilskin(fig: Figure) -> None:
    """Bram: a long orange oilskin, dark green boots."""
    b, hem = fig.build, fig.build.height * 0.20

    def legs(f: Figure, side: int) -> None:
        f.stocking(side, (70, 74, 66), 2)
        f.shoe(side, (52, 74, 62), (206, 190, 150), 1.1, shaft=b.height * 0.20, shaft_wide=1.1)

    def trunk(f: Figure) -> None:
        coat = f.torso(20, hem, 46)
        f.easel.form(coat.outline(f.view), ORANGE, depth=22)
        seam(f, coat, [(10, b.shoulders), (10, hem)], line_of(ORANGE), 4.5, 0.8)
        for k in range(4):
            height = b.shoulders - 110 - k * 128
            sewn(f, coat, [(-8, height + 12), (26, height + 12), (26, height - 12), (-8, height - 12)], DARK, 4)
            buttons(f, coat, 18, (height,), BRASS, 8)
        for side in (-1, 1):
            low = b.crotch - 60
            pocket = [(side * 30, low + 64), (side * 70, low + 70), (side * 70, low + 22), (side * 30, low + 16)]
            sewn(f, coat, pocket, ORANGE, 4)
        strip = [(-180, hem + 64), (180, hem + 64), (180, hem + 34), (-180, hem + 34)]
        sewn(f, coat, strip, (250, 226, 150), 3, 4, 3)
        if f.view.yaw > 80:
            yoke = [(110, b.shoulders - 130), (250, b.shoulders - 130)]
            seam(f, coat, yoke, line_of(ORANGE), 4, 0.7)
            seam(f, coat, [(180, b.crotch), (180, hem)], line_of(ORANGE), 4, 0.7)
        collar(f, mix(ORANGE, BROWN, 0.35), b.shoulders + 18, b.face * 0.86, 42)

    def arm(f: Figure, side: int) -> None:
        f.hand(side)
        f.sleeve(side, ORANGE, 18, cuff=(250, 226, 150), flare=6)

    fig.dress(legs, trunk, arm)
