"""Who is in the film: faces, hair, builds and wardrobes as numbers, drawn by chance from a seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from bench.filmset.brush import Lab, Weave, shade

HairStyle = Literal["crop", "side_part", "bob", "long", "ponytail", "bun", "curls", "braids", "quiff", "shaved"]
WardrobeKind = Literal[
    "tshirt", "shirt", "sweater", "hoodie", "suit", "coat", "dress", "dungarees", "waistcoat", "cardigan", "raincoat"
]
Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Face:
    """A face. Sizes are parts of the head's height (0.23 m in a person of 1.72 m), angles radians, `beard` 0 to 1."""

    width: float
    jaw: float
    eye_gap: float
    eye_size: float
    eye_high: float
    nose_width: float
    nose_long: float
    mouth_wide: float
    lips: float
    mouth_high: float
    brow_thick: float
    brow_tilt: float
    brow_high: float
    skin: Lab
    iris: Lab
    beard: float
    glasses: bool


@dataclass(frozen=True, slots=True)
class Hair:
    """`length`: metres below the chin for long styles. `volume`: 1 is close to the skull. `parting`: -1 to 1."""

    style: HairStyle
    colour: Lab
    length: float
    volume: float
    parting: float
    fringe: float


@dataclass(frozen=True, slots=True)
class Build:
    """Metres: height, and half widths of shoulders, chest, waist, hips; `limb`: thickness, 1 is usual."""

    height: float
    shoulders: float
    chest: float
    waist: float
    hips: float
    limb: float


@dataclass(frozen=True, slots=True)
class Wardrobe:
    """Clothes. `main` is the garment that shows most, `under` what looks out of it, `legs` trousers or skirt."""

    kind: WardrobeKind
    main: Lab
    second: Lab
    under: Lab
    legs: Lab
    shoes: Lab
    weave: Weave
    pitch: float
    skirt: bool
    scarf: bool
    hem: float


@dataclass(frozen=True, slots=True)
class Person:
    """One of the cast. `seed` places folds and strands."""

    name: str
    face: Face
    hair: Hair
    build: Build
    wardrobe: Wardrobe
    seed: int


SKINS: tuple[Lab, ...] = (
    (80, 9, 17),
    (74, 12, 20),
    (68, 14, 24),
    (58, 16, 27),
    (47, 15, 25),
    (37, 13, 20),
    (71, 10, 26),
    (77, 13, 14),
)
HAIR_COLOURS: tuple[Lab, ...] = (
    (18, 2, 3),
    (27, 6, 9),
    (36, 11, 18),
    (48, 12, 28),
    (66, 8, 36),
    (77, 4, 30),
    (44, 28, 36),
    (52, 34, 44),
    (62, 0, 2),
    (85, 0, 5),
    (32, 18, 12),
)
CLOTH_COLOURS: tuple[Lab, ...] = (
    (30, 6, -22),
    (42, 1, -26),
    (58, -8, -20),
    (42, 38, 20),
    (52, 40, 28),
    (68, 14, 42),
    (78, 2, 46),
    (45, -24, 18),
    (60, -20, 12),
    (34, -14, 10),
    (50, -16, -8),
    (38, 22, -18),
    (62, 20, -10),
    (84, 1, 8),
    (70, 3, 16),
    (56, 10, 28),
    (36, 12, 18),
    (24, 2, -2),
    (46, 0, -2),
    (68, 0, -4),
    (74, 18, 8),
    (30, 26, 10),
)
STYLES: tuple[HairStyle, ...] = get_args(HairStyle)
"""The last, shaved, is only drifted to: it has hardly a colour to drift from."""

KINDS: tuple[WardrobeKind, ...] = get_args(WardrobeKind)
WEAVES: tuple[Weave, ...] = (
    "plain",
    "plain",
    "plain",
    "stripes",
    "pinstripes",
    "checks",
    "dots",
    "tweed",
    "flowers",
    "knit",
)


def person(name: str, rng: Rng) -> Person:
    """Somebody, by chance. Beards go with short hair, for the sake of the cast's looks."""
    his, locks = face(rng), hair(rng)
    if locks.style not in {"crop", "side_part", "quiff", "curls"}:
        his = replace(his, beard=0.0)
    return Person(name, his, locks, build(rng), wardrobe(rng), int(rng.integers(1 << 16)))


def face(rng: Rng) -> Face:
    """A face, by chance."""
    return Face(
        width=rng.uniform(0.335, 0.40),
        jaw=rng.uniform(0.62, 1.0),
        eye_gap=rng.uniform(0.135, 0.19),
        eye_size=rng.uniform(0.050, 0.074),
        eye_high=rng.uniform(0.47, 0.53),
        nose_width=rng.uniform(0.055, 0.11),
        nose_long=rng.uniform(0.15, 0.22),
        mouth_wide=rng.uniform(0.10, 0.165),
        lips=rng.uniform(0.018, 0.045),
        mouth_high=rng.uniform(0.18, 0.23),
        brow_thick=rng.uniform(0.016, 0.045),
        brow_tilt=rng.uniform(-0.3, 0.25),
        brow_high=rng.uniform(0.095, 0.13),
        skin=near(rng, SKINS, 2),
        iris=near(rng, HAIR_COLOURS[:4], 3),
        beard=float(rng.choice([0, 0, 0, 0.5, 1.0])),
        glasses=bool(rng.random() < 0.22),
    )


def hair(rng: Rng) -> Hair:
    """Hair, by chance."""
    return Hair(
        style=STYLES[int(rng.integers(len(STYLES) - 1))],
        colour=near(rng, HAIR_COLOURS, 2),
        length=rng.uniform(0.05, 0.24),
        volume=rng.uniform(1.07, 1.18),
        parting=rng.uniform(-1, 1),
        fringe=float(rng.choice([0.0, 0.0, 1.0])),
    )


def build(rng: Rng) -> Build:
    """A build, by chance: 1.52 to 1.95 m, slim to stout."""
    height, stout = rng.uniform(1.54, 1.94), rng.uniform(0.8, 1.25)
    shoulders = height * rng.uniform(0.108, 0.128) * (0.85 + 0.15 * stout)
    return Build(
        height,
        shoulders,
        height * 0.094 * stout,
        height * rng.uniform(0.076, 0.088) * stout**1.4,
        height * rng.uniform(0.090, 0.102) * stout,
        0.75 + 0.25 * stout,
    )


def wardrobe(rng: Rng, kind: WardrobeKind | None = None) -> Wardrobe:
    """Clothes, by chance."""
    main, second, under, legs = (near(rng, CLOTH_COLOURS, 4) for _ in range(4))
    if abs(main[0] - second[0]) < 14:
        second = shade(second, 26 if main[0] < 55 else -26)
    return Wardrobe(
        kind=kind or KINDS[int(rng.integers(len(KINDS)))],
        main=main,
        second=second,
        under=under,
        legs=shade(legs, -10),
        shoes=near(rng, ((20, 4, 6), (34, 14, 20), (82, 0, 3), (26, 2, -10), (40, 40, 22)), 3),
        weave=WEAVES[int(rng.integers(len(WEAVES)))],
        pitch=rng.uniform(0.05, 0.10),
        skirt=bool(rng.random() < 0.3),
        scarf=bool(rng.random() < 0.18),
        hem=rng.uniform(0.0, 1.0),
    )


def near(rng: Rng, colours: tuple[Lab, ...], spread: float) -> Lab:
    light, a, b = colours[int(rng.integers(len(colours)))]
    moved = rng.normal(0, spread, 3)
    return (float(np.clip(light + moved[0], 10, 92)), a + float(moved[1]), b + float(moved[2]))
