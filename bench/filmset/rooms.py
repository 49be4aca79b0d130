"""Rooms as numbers: walls, floor, windows and what stands and hangs where, drawn by chance from a seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.filmset.brush import Lab, shade
from bench.filmset.people import Rng, near


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that stands (`x`, `z` its middle on the floor) or hangs (`wall` -1 left, 0 back, 1 right;
    `y` its middle).

    `turn`: quarter turns. `size`: 1 is usual. Colours are its own.
    """

    kind: str
    x: float
    z: float
    y: float
    wall: int | None
    turn: int
    size: float
    colour: Lab
    second: Lab
    seed: int


@dataclass(frozen=True, slots=True)
class Room:
    """Metres: x from -wide/2 to wide/2, z from 0 (where the camera comes in) to deep, y from 0 to high."""

    name: str
    wide: float
    deep: float
    high: float
    wall: Lab
    wall_second: Lab
    wall_grain: str
    wainscot: Lab | None
    floor: Lab
    floor_grain: str
    ceiling: Lab
    pieces: tuple[Piece, ...]


WALLS: tuple[Lab, ...] = (
    (78, 2, 14),
    (70, -8, 10),
    (66, -6, -12),
    (72, 14, 10),
    (58, -14, 2),
    (82, 0, 4),
    (62, 8, 24),
    (50, -4, -18),
    (54, 22, 12),
    (66, 10, -10),
    (46, -18, 8),
    (74, 4, 30),
)
FLOORS: tuple[Lab, ...] = ((46, 12, 24), (58, 10, 26), (34, 10, 16), (62, 2, 8), (50, 2, 2), (40, 16, 14), (68, 4, 14))
STUFF: tuple[Lab, ...] = (
    (40, 14, 22),
    (30, 10, 14),
    (56, 12, 30),
    (70, 6, 22),
    (44, 34, 22),
    (38, -18, 4),
    (36, 4, -24),
    (60, -14, -8),
    (80, 0, 8),
    (26, 0, 0),
    (54, 28, 30),
    (64, 10, 44),
    (46, 18, -14),
    (52, -22, 20),
)
WALL_GRAINS = ("plaster", "paper_stripes", "paper_flowers", "paper_diamonds", "brick", "panel", "plaster")
FLOOR_GRAINS = ("planks", "planks", "tiles", "chess", "fabric")
STANDING = (
    "sofa",
    "armchair",
    "table",
    "desk",
    "bookshelf",
    "cabinet",
    "wardrobe",
    "bed",
    "stove",
    "counter",
    "plant",
    "lamp",
    "piano",
    "crates",
    "bench",
    "fridge",
    "screen",
    "chair",
)
HANGING = ("painting", "clock", "shelf", "mirror", "painting", "sconce", "map")
WIDE = {
    "sofa": 1.9,
    "armchair": 0.9,
    "table": 1.3,
    "desk": 1.3,
    "bookshelf": 1.1,
    "cabinet": 1.2,
    "wardrobe": 1.1,
    "bed": 1.6,
    "stove": 0.8,
    "counter": 1.8,
    "plant": 0.6,
    "lamp": 0.5,
    "piano": 1.5,
    "crates": 1.0,
    "bench": 1.4,
    "fridge": 0.8,
    "screen": 1.2,
    "chair": 0.6,
}


def room(name: str, rng: Rng) -> Room:
    """A room, by chance, with eight to twelve things in it."""
    wide, deep, high = rng.uniform(5.6, 7.4), rng.uniform(4.6, 6.0), rng.uniform(2.7, 3.2)
    wall = near(rng, WALLS, 3)
    second = shade(wall, float(rng.choice([-12, -8, 9])))
    return Room(
        name,
        wide,
        deep,
        high,
        wall,
        second,
        str(rng.choice(WALL_GRAINS)),
        near(rng, STUFF, 3) if rng.random() < 0.4 else None,
        near(rng, FLOORS, 3),
        str(rng.choice(FLOOR_GRAINS)),
        shade((86, 1, 5), float(rng.uniform(-10, 4))),
        furnished(rng, wide, deep, high),
    )


def furnished(rng: Rng, wide: float, deep: float, high: float) -> tuple[Piece, ...]:
    """Furniture along three walls, things on them, a rug, and one or two windows."""
    kinds = list(rng.permutation(np.array(STANDING)))
    pieces: list[Piece] = [_piece(rng, "rug", rng.uniform(-0.6, 0.6), deep * rng.uniform(0.45, 0.6), 0.0, None, 0)]
    x = -wide / 2 + 0.35
    while x < wide / 2 - 0.7 and kinds:
        kind = kinds.pop()
        if x + WIDE[kind] > wide / 2 - 0.3:
            continue
        pieces.append(_piece(rng, kind, x + WIDE[kind] / 2, deep - 0.45, 0.0, None, 0))
        x += WIDE[kind] + rng.uniform(0.15, 0.6)
    for side in (-1, 1):
        z = rng.uniform(1.5, 2.0)
        while z < deep - 1.8 and kinds:
            kind = kinds.pop()
            pieces.append(_piece(rng, kind, side * (wide / 2 - 0.45), z + WIDE[kind] / 2, 0.0, None, side))
            z += WIDE[kind] + rng.uniform(0.3, 0.8)
    pieces += _on_walls(rng, wide, deep, high)
    return tuple(pieces)


def _on_walls(rng: Rng, wide: float, deep: float, high: float) -> list[Piece]:
    out: list[Piece] = []
    marks = [*np.arange(-wide / 2 + 0.8, wide / 2 - 0.6, 1.25)]
    windows = set(rng.choice(len(marks), size=int(rng.integers(1, 3)), replace=False).tolist())
    door = int(rng.integers(len(marks))) if rng.random() < 0.5 else -1
    for number, x in enumerate(marks):
        kind = "window" if number in windows else "door" if number == door else str(rng.choice(HANGING))
        if kind not in {"window", "door"} and rng.random() < 0.25:
            continue
        y = 1.05 if kind == "door" else high * 0.58 + rng.uniform(-0.08, 0.25) * (kind != "window")
        out.append(_piece(rng, kind, float(x), deep, y, 0, 0))
    for side in (-1, 1):
        for z in (deep * 0.45, deep * 0.78):
            if rng.random() < 0.7:
                kind = str(rng.choice(("window", *HANGING)))
                out.append(_piece(rng, kind, side * wide / 2, z, high * 0.58, side, side))
    return out


def _piece(rng: Rng, kind: str, x: float, z: float, y: float, wall: int | None, turn: int) -> Piece:
    colour, second = near(rng, STUFF, 4), near(rng, STUFF, 4)
    return Piece(
        kind,
        float(x),
        float(z),
        float(y),
        wall,
        turn,
        float(rng.uniform(0.9, 1.12)),
        colour,
        second,
        int(rng.integers(1 << 16)),
    )
