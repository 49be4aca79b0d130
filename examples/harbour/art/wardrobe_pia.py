"""What Pia wears."""

from examples.harbour.art.brush import box, oval, shaggy, union
from examples.harbour.art.cloth import bands, buttons, collar, hood_down, hoops, seam, sewn
from examples.harbour.art.figure import Figure
from examples.harbour.art.palette import BRASS, CREAM, PALE_BLUE, RED, VIOLET, WHITE, Colour, line_of, mix, shade
from examples.harbour.art.turntable import Ring, Solid
from examples.harbour.art.wardrobe_house import bare_arm

MINT: Colour = (66, 150, 140)
ROSE: Colour = (240, 168, 160)


def dungarees(fig: Figure) -> None:
    """Red dungarees over a striped shirt."""
    b = fig.build

    def legs(f: Figure, side: int) -> None:
        f.shoe(side, (250, 246, 236), (226, 178, 70), 1.0)

    def trunk(f: Figure) -> None:
        body = f.torso(6)
        shape = body.outline(f.view)
        f.easel.form(shape, WHITE, depth=12)
        bands(f, body, shape, MINT, b.shoulders - 6, b.crotch, 34)
        bib = f.torso(11)
        top, waist, low = b.shoulders - 0.34 * (b.shoulders - b.crotch), b.middle + 4, b.crotch
        area = [(-181, waist), (-60, waist), (-50, top), (50, top), (60, waist), (181, waist), (181, low), (-181, low)]
        if f.view.yaw > 150:
            area = [(0, waist), (120, waist), (150, top), (210, top), (240, waist), (360, waist), (360, low), (0, low)]
        f.breeches(RED, 9, b.height * 0.07, 0.94, bib.patch(f.view, area), -10)
        for side in f.sides():
            x, y = f.leg_track(side, b.height * 0.07)[2]
            f.easel.form(box(x - b.leg * 1.24, y - 26, b.leg * 2.48, 34, 10), mix(RED, WHITE, 0.35), depth=7, rim=3)
        for side in (-1, 1):
            rise = b.shoulders + 0.04 * (b.shoulders - b.crotch)
            strap = [
                (side * 38, top - 14),
                (side * 46, b.shoulders - 30),
                (side * 66, rise),
                (side * 116, rise),
                (side * 140, b.shoulders - 30),
                (side * 165, top),
            ]
            seam(f, bib, strap, line_of(RED), 24, 1.0, 3)
            seam(f, bib, strap, RED, 20, 1.0, 3)
            buttons(f, bib, side * 40, (top - 14,), BRASS, 10)
        sewn(f, bib, [(-28, top - 34), (28, top - 34), (26, top - 84), (-26, top - 84)], mix(RED, WHITE, 0.14), 4)
        collar(f, MINT, b.shoulders + 4, b.face * 0.48, 14)

    def arm(f: Figure, side: int) -> None:
        f.hand(side)
        shape = f.sleeve(side, WHITE, 7)
        hoops(f.easel, shape, f.arm_track(side), MINT, 34, b.arm * 2.4)

    fig.dress(legs, trunk, arm)


def nightdress(fig: Figure) -> None:
    """A pale blue nightdress and a rose shawl."""
    b, hem = fig.build, fig.build.height * 0.105

    def legs(f: Figure, side: int) -> None:
        f.stocking(side, b.skin, -8)
        f.shoe(side, ROSE, CREAM, 1.0)

    def trunk(f: Figure) -> None:
        gown = f.torso(10, hem, 46)
        f.easel.form(gown.outline(f.view), PALE_BLUE, depth=18)
        for lon in range(-165, 180, 33):
            seam(f, gown, [(lon, b.middle), (lon, hem + 30)], line_of(PALE_BLUE), 3.2, 0.28)
        sewn(f, gown, [(-180, hem + 26), (180, hem + 26), (180, hem), (-180, hem)], WHITE, 3, 5)
        for k in range(60):
            spot = gown.spot(f.view, k * 47.0, b.middle - 30 - k * 5.2)
            if spot.facing > 0.25:
                f.easel.fill(oval(spot.x, spot.y, 6.5 * spot.facing, 6.5), WHITE, 0.95)
        buttons(f, gown, 0, [b.shoulders - 100 - k * 40 for k in range(2)], WHITE, 7)
        if f.view.yaw in (40.0, 90.0):
            return
        shawl(f)

    def arm(f: Figure, side: int) -> None:
        f.hand(side)
        f.sleeve(side, PALE_BLUE, 10, cuff=WHITE, flare=5)
        if side < 0 and f.view.yaw in (40.0, 90.0):
            shawl(f)

    fig.dress(legs, trunk, arm)


def shawl(f: Figure) -> None:
    """A fringed shawl, knotted in front."""
    b = f.build
    drop = b.shoulders - b.crotch
    wrap = Solid(
        [
            Ring(b.shoulders + 12, b.face * 0.56, b.face * 0.52),
            Ring(b.shoulders - 6, b.face * 0.9, b.face * 0.74),
            Ring(b.shoulders - 0.16 * drop, b.shoulder + 24, b.chest[1] + 24),
            Ring(b.shoulders - 0.56 * drop, b.shoulder + 44, b.chest[1] + 42),
        ]
    )
    low = b.shoulders - 0.54 * drop
    deep = b.shoulders - 0.56 * drop
    area = [
        (16, b.shoulders + 10),
        (181, b.shoulders + 10),
        (181, deep),
        (90, low),
        (40, low + 4),
        (4, b.shoulders - 70),
    ]
    halves = [wrap.patch(f.view, [(side * lon, h) for lon, h in area]) for side in (-1, 1)]
    seen = [half for half in halves if half is not None]
    for shape in [union(*seen)] if f.view.yaw > 150 else seen:
        f.easel.form(shaggy(shape, 12, 3, fall=0.9), ROSE, depth=10)
    for side in (-1, 1):
        for k in (0.35, 0.7):
            height = b.shoulders - drop * 0.5 * k
            seam(f, wrap, [(side * 22, height), (side * 180, height)], WHITE, 5, 0.75, 1)
    knot = wrap.spot(f.view, 0, b.shoulders - 62, out=4)
    if knot.facing > -0.05:
        f.easel.form(oval(knot.x, knot.y, 17, 15), mix(ROSE, RED, 0.35), depth=4, rim=4)


def raincape(fig: Figure) -> None:
    """A violet cape, its hood down, and yellow boots."""
    b, hem = fig.build, fig.build.height * 0.30

    def legs(f: Figure, side: int) -> None:
        f.stocking(side, (70, 62, 104), 1)
        f.shoe(side, (240, 190, 50), (250, 240, 214), 1.05, shaft=b.height * 0.20, shaft_wide=1.16)

    def trunk(f: Figure) -> None:
        drop = b.shoulders - b.crotch
        cape = Solid(
            [
                Ring(b.shoulders + 14, b.face * 0.5, b.face * 0.48),
                Ring(b.shoulders - 4, b.face * 0.9, b.face * 0.72),
                Ring(b.shoulders - 0.2 * drop, b.shoulder + 18, b.chest[1] + 18),
                Ring(b.crotch + 0.3 * drop, b.shoulder + 46, b.chest[1] + 50),
                Ring(hem, b.shoulder + 78, b.chest[1] + 84),
            ]
        )
        shape = cape.outline(f.view)
        f.easel.form(shape, VIOLET, depth=22)
        for lon in (-140, -85, -40, 48, 88, 140):
            seam(f, cape, [(lon, b.crotch + 0.5 * drop), (lon, hem + 4)], line_of(VIOLET), 5, 0.30)
        seam(f, cape, [(6, b.shoulders), (6, hem)], line_of(VIOLET), 4, 0.75)
        sewn(f, cape, [(-180, hem + 26), (180, hem + 26), (180, hem + 10), (-180, hem + 10)], (242, 226, 170), 2, 4, 3)
        buttons(f, cape, 0, [b.shoulders - 34 - k * 66 for k in range(4)], (242, 206, 90), 11)
        hood_down(f, mix(VIOLET, WHITE, 0.06), 0.92)

    def arm(f: Figure, side: int) -> None:
        bare_arm(f, side)
        f.sleeve(side, shade(VIOLET, 0.7), 4)

    for side in (1, -1):
        legs(fig, side)
    for side in (1, -1):
        arm(fig, side)
    trunk(fig)
