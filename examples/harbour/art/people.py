"""The six people: their builds, their heads, and which clothes each owns."""

from collections.abc import Callable
from dataclasses import dataclass

from examples.harbour.art.brush import oval
from examples.harbour.art.faces import Features, Head
from examples.harbour.art.figure import Build, Figure
from examples.harbour.art.hair import (
    ball,
    beard,
    braids,
    cap_of_hair,
    captain_cap,
    chops,
    curls,
    moustache,
    souwester,
    souwester_behind,
    strands,
)
from examples.harbour.art.palette import FAIR, GINGER, NAVY, OLIVE, ORANGE, RED, ROSY, WARM, WEATHERED, Colour, mix
from examples.harbour.art.wardrobe_house import apron, sweater, waistcoat
from examples.harbour.art.wardrobe_pia import dungarees, nightdress, raincape
from examples.harbour.art.wardrobe_sea import jumper, oilskin, peacoat, raincoat

GREY: Colour = (178, 176, 184)
SNOW: Colour = (240, 238, 236)
BLACK: Colour = (52, 42, 56)
PEPPER: Colour = (150, 128, 112)

FRECKLES = ((22, 0.33), (31, 0.36), (40, 0.33), (27, 0.28), (36, 0.27), (46, 0.38), (13, 0.31))
SWEPT = ((0, 0.83), (30, 0.80), (58, 0.66), (80, 0.46), (104, 0.34), (140, 0.10), (180, 0.06))
SHORT = ((0, 0.86), (24, 0.84), (46, 0.82), (62, 0.66), (70, 0.40), (80, 0.38), (96, 0.50), (112, 0.26), (180, 0.10))
FRINGE = ((0, 0.72), (22, 0.715), (48, 0.70), (64, 0.52), (84, 0.30), (112, 0.16), (180, 0.08))


def marit_head(fig: Figure, _wardrobe: str) -> None:
    """Grey hair in a bun, rosy cheeks."""
    head = Head(
        fig,
        Features(
            (90, 120, 130),
            mix(GREY, BLACK, 0.3),
            7,
            nose=0.185,
            blush=(238, 96, 92),
            blush_strength=0.62,
            smile=1.25,
            crow=True,
            jaw=1.05,
            lips=(214, 104, 96),
        ),
    )
    if fig.view.yaw < 150:
        ball(head, GREY, 1.12, 0.42, 0.46)
    head.draw()
    cap_of_hair(head, GREY, SWEPT, 5, 11)
    strands(
        head,
        GREY,
        (
            ((-52, 0.74), (-40, 0.95), (0, 1.07)),
            ((40, 0.80), (30, 0.95), (0, 1.07)),
            ((-95, 0.45), (-80, 0.85), (-30, 1.06)),
            ((130, 0.2), (150, 0.6), (170, 1.0)),
            ((180, 0.15), (180, 0.6), (180, 1.0)),
            ((-130, 0.2), (-150, 0.6), (-170, 1.0)),
        ),
    )
    if fig.view.yaw > 150:
        ball(head, GREY, 1.12, 0.42, 0.46)


def ilse_head(fig: Figure, _wardrobe: str) -> None:
    """A cloud of red curls, freckles."""
    head = Head(
        fig,
        Features(
            (60, 120, 80),
            mix(GINGER, BLACK, 0.25),
            8,
            lashes=True,
            nose=0.14,
            blush_strength=0.40,
            smile=1.1,
            lips=(222, 110, 100),
            jaw=0.95,
        ),
    )
    head.draw()
    head.freckles((206, 120, 80), FRECKLES)
    curls(head, GINGER, front=True)


def bram_head(fig: Figure, wardrobe: str) -> None:
    """White beard, and the cap or the sou'wester."""
    head = Head(
        fig,
        Features(
            (60, 100, 150),
            SNOW,
            13,
            nose=0.21,
            nose_at=0.38,
            blush=(226, 96, 76),
            blush_strength=0.5,
            smile=0.8,
            crow=True,
            brow_lift=0.005,
        ),
    )
    head.draw()
    cap_of_hair(head, SNOW, ((0, 0.86), (40, 0.84), (62, 0.60), (80, 0.40), (110, 0.16), (180, 0.06)), 10, 5, 1.07, 0.0)
    beard(head, SNOW, 0.62, 9)
    moustache(head, SNOW, 44, 0.06, 0.12)
    if wardrobe == "oilskin":
        souwester(head, ORANGE)
    else:
        captain_cap(head, NAVY, (238, 228, 208))


def tomas_head(fig: Figure, _wardrobe: str) -> None:
    """Thick black hair and a moustache."""
    head = Head(
        fig, Features((86, 56, 40), BLACK, 13, nose=0.21, blush=(214, 96, 70), blush_strength=0.36, smile=1.0, jaw=1.10)
    )
    head.draw()
    if fig.view.yaw < 150:
        with head.easel.inside(head.skull.outline(fig.view)):
            stubble = head.area(
                head.skull, (-100, 0.36), (-52, 0.22), (0, 0.30), (52, 0.22), (100, 0.36), (100, -0.1), (-100, -0.1)
            )
            head.easel.fill(stubble, (90, 66, 76), 0.24, blur=7)
    cap_of_hair(head, BLACK, SHORT, 11, 8, 1.13, 0.03)
    strands(
        head,
        (150, 140, 170),
        (
            ((-60, 0.80), (-30, 0.95), (10, 1.0)),
            ((-20, 0.88), (0, 0.98), (40, 1.0)),
            ((-120, 0.4), (-110, 0.7), (-100, 0.95)),
            ((170, 0.3), (175, 0.6), (180, 0.9)),
        ),
        5,
    )
    if 0 < fig.view.yaw < 150:
        head.ear(-1)
    moustache(head, BLACK, 42, 0.02, 0.11)


def pia_head(fig: Figure, wardrobe: str) -> None:
    """Two black braids."""
    ribbon = {"dungarees": (250, 200, 70), "nightdress": RED, "raincape": (242, 206, 90)}[wardrobe]
    head = Head(
        fig, Features((86, 56, 40), BLACK, 7, eye_size=1.18, nose=0.13, blush_strength=0.5, smile=1.15, brow_lift=0.08)
    )
    braids(head, BLACK, ribbon, near=False)
    head.draw()
    cap_of_hair(head, BLACK, FRINGE, 7, 3, 1.10, 0.02)
    strands(
        head,
        (160, 150, 180),
        (
            ((0, 1.07), (180, 0.9), (180, 0.1)),
            ((-20, 0.78), (-14, 0.95), (0, 1.07)),
            ((24, 0.78), (16, 0.95), (0, 1.07)),
            ((-70, 0.5), (-60, 0.8), (-20, 1.06)),
            ((-120, 0.2), (-120, 0.6), (-150, 0.98)),
            ((120, 0.2), (120, 0.6), (150, 0.98)),
        ),
        4,
    )
    braids(head, BLACK, ribbon, near=True)


def otto_head(fig: Figure, _wardrobe: str) -> None:
    """Bald, round glasses, side-whiskers."""
    head = Head(
        fig,
        Features(
            (80, 70, 60),
            PEPPER,
            9,
            nose=0.20,
            blush=(236, 100, 84),
            blush_strength=0.46,
            smile=1.2,
            crow=True,
            brow_lift=0.05,
            eye_size=0.92,
        ),
    )
    head.draw()
    gloss = head.skull.spot(fig.view, -38 - fig.view.yaw, head.height(0.86))
    head.easel.fill(oval(gloss.x, gloss.y, 24, 12, -32), (255, 250, 236), 0.7)
    chops(head, PEPPER)
    if fig.view.yaw < 150:
        head.glasses((70, 52, 48))


def behind(fig: Figure, wardrobe: str) -> None:
    """Whatever of a head must be drawn before the body: the far half of the curls, the tail of the rain hat."""
    head = Head(fig, Features())
    if fig.build is CAST["ilse"].build:
        curls(head, GINGER, front=False)
    elif wardrobe == "oilskin":
        souwester_behind(head, ORANGE)


@dataclass(frozen=True)
class Person:
    """One of the cast."""

    build: Build
    head: Callable[[Figure, str], None]
    clothes: dict[str, Callable[[Figure], None]]


CAST: dict[str, Person] = {
    "marit": Person(
        Build(1130, 232, 98, 150, (136, 108), (142, 128), (150, 132), 42, 46, ROSY, 14), marit_head, {"apron": apron}
    ),
    "ilse": Person(
        Build(1190, 222, 90, 118, (92, 66), (76, 60), (98, 76), 30, 42, FAIR),
        ilse_head,
        {"raincoat": raincoat, "jumper": jumper},
    ),
    "bram": Person(
        Build(1350, 226, 88, 138, (100, 76), (94, 76), (100, 78), 34, 44, WEATHERED, 4, 0.47, 12),
        bram_head,
        {"peacoat": peacoat, "oilskin": oilskin},
    ),
    "tomas": Person(
        Build(1280, 238, 102, 204, (182, 130), (170, 140), (160, 124), 56, 66, OLIVE, 16, 0.43),
        tomas_head,
        {"sweater": sweater},
    ),
    "pia": Person(
        Build(860, 214, 92, 92, (78, 58), (74, 60), (80, 62), 25, 36, WARM, 4, 0.40),
        pia_head,
        {"dungarees": dungarees, "nightdress": nightdress, "raincape": raincape},
    ),
    "otto": Person(
        Build(1210, 230, 97, 142, (122, 94), (126, 112), (122, 104), 37, 50, mix(FAIR, ROSY, 0.5), 18),
        otto_head,
        {"waistcoat": waistcoat},
    ),
}
