"""Furniture and wall things built of boxes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from bench.filmset.brush import Lab, shade
from bench.filmset.rooms import Piece, Room
from bench.filmset.space import Face, Skin

Faces = list[Face]
_LEAF: Lab = (42, -26, 26)
_LIGHT: Lab = (94, 2, 22)
_PALE: Lab = (88, 0, 6)


def faces_of(piece: Piece) -> Faces:
    """A piece's faces in the room, from the farthest part to the nearest is the caller's business."""
    build = _BUILT[piece.kind]
    return list(build(piece))


def shell(room: Room) -> Faces:
    """Floor, ceiling and three walls, drawn on behind the camera so that no edge shows."""
    near, w = -7.0, room.wide / 2
    along = room.deep - near
    wall = Skin(room.wall, room.wall_grain, 1.5, 0.8, room.wall_second)
    floor = Skin(room.floor, room.floor_grain, 1.6, 0.85, shade(room.floor, -16))
    a = np.array
    out = [
        Face(a([-w, 0, room.deep]), a([2 * w, 0, 0]), a([0, 0, near - room.deep]), floor, one_sided=False),
        Face(
            a([-w, room.high, near]),
            a([2 * w, 0, 0]),
            a([0, 0, along]),
            Skin(room.ceiling, "plaster", 2),
            one_sided=False,
        ),
        Face(a([-w, 0, room.deep]), a([2 * w, 0, 0]), a([0, room.high, 0]), wall, one_sided=False),
        Face(a([-w, 0, near]), a([0, 0, along]), a([0, room.high, 0]), wall, one_sided=False),
        Face(a([w, 0, room.deep]), a([0, 0, -along]), a([0, room.high, 0]), wall, one_sided=False),
    ]
    skirting = Skin(room.wainscot or shade(room.wall, 12), "panel" if room.wainscot else "plaster", 0.8, 0.8)
    tall = 0.95 if room.wainscot else 0.12
    out += [
        Face(a([-w, 0, room.deep - 0.02]), a([2 * w, 0, 0]), a([0, tall, 0]), skirting, one_sided=False),
        Face(a([-w + 0.02, 0, near]), a([0, 0, along]), a([0, tall, 0]), skirting, one_sided=False),
        Face(a([w - 0.02, 0, room.deep]), a([0, 0, -along]), a([0, tall, 0]), skirting, one_sided=False),
    ]
    return out


def _box(piece: Piece, x: float, y: float, z: float, w: float, h: float, d: float, skin: Skin) -> Iterator[Face]:
    """A box in the piece's own metres: x across, z towards the room (0 its back), y up from the floor or its middle."""
    s = piece.size
    corners = [
        _place(piece, px * s, py * s, pz * s)
        for px, py, pz in (
            (x - w / 2, y, z),
            (x + w / 2, y, z),
            (x + w / 2, y, z + d),
            (x - w / 2, y, z + d),
        )
    ]
    up = np.array([0.0, h * s, 0.0])
    b0, b1, f1, f0 = corners
    yield Face(b1, b0 - b1, up, skin)
    yield Face(f1, b1 - f1, up, skin)
    yield Face(b0, f0 - b0, up, skin)
    yield Face(f0, f1 - f0, up, skin)
    yield Face(
        f0 + up,
        f1 - f0,
        b0 - f0,
        Skin(shade(skin.colour, 5), skin.grain, skin.size, skin.strength, skin.second, skin.glow),
    )


def _place(piece: Piece, x: float, y: float, z: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    lifted = piece.y + y if piece.wall is not None else y
    depth = z - (0.4 if piece.wall is None else 0.0)
    match piece.turn:
        case 0:
            return np.array([piece.x + x, lifted, piece.z - depth])
        case 1:
            return np.array([piece.x - depth, lifted, piece.z - x])
        case _:
            return np.array([piece.x + depth, lifted, piece.z + x])


def _wood(piece: Piece, lighter: float = 0.0) -> Skin:
    return Skin(shade(piece.colour, lighter), "wood", 0.9, 0.8)


def _soft(piece: Piece, lighter: float = 0.0) -> Skin:
    grain = ("fabric", "paper_flowers", "paper_stripes", "fabric", "paper_diamonds")[piece.seed % 5]
    return Skin(shade(piece.second, lighter), grain, 0.7, 0.5)


def _legs(p: Piece, wide: float, deep: float, tall: float, skin: Skin, thick: float = 0.06) -> Iterator[Face]:
    for z in (0.04, deep - thick - 0.04):
        for x in (-wide / 2 + thick, wide / 2 - thick):
            yield from _box(p, x, 0, z, thick, tall, thick, skin)


def _sofa(p: Piece, wide: float = 1.9) -> Iterator[Face]:
    soft = _soft(p)
    yield from _legs(p, wide, 0.8, 0.12, _wood(p))
    yield from _box(p, 0, 0.12, 0.0, wide, 0.75, 0.22, soft)
    yield from _box(p, 0, 0.12, 0.2, wide, 0.30, 0.62, _soft(p, -5))
    for side in (-1, 1):
        yield from _box(p, side * (wide / 2 - 0.09), 0.12, 0.1, 0.18, 0.50, 0.70, soft)
    if wide > 1:
        for part in (-0.5, 0.5):
            yield from _box(p, part * wide * 0.44, 0.42, 0.22, 0.40, 0.34, 0.13, Skin(p.colour, "fabric", 0.5))


def _armchair(p: Piece) -> Iterator[Face]:
    yield from _sofa(p, 0.9)


def _table(p: Piece) -> Iterator[Face]:
    yield from _legs(p, 1.2, 0.75, 0.72, _wood(p, -6))
    yield from _box(p, 0, 0.72, 0.0, 1.25, 0.05, 0.8, _wood(p))
    yield from _box(p, -0.2, 0.77, 0.3, 0.16, 0.20, 0.16, Skin(p.second, "tiles", 0.4, 0.4))
    yield from _box(p, 0.3, 0.77, 0.25, 0.3, 0.06, 0.22, Skin(shade(p.second, 18), "plaster"))


def _desk(p: Piece) -> Iterator[Face]:
    yield from _box(p, -0.48, 0, 0.02, 0.34, 0.72, 0.62, _wood(p, -4))
    yield from _box(p, 0.48, 0, 0.02, 0.34, 0.72, 0.62, _wood(p, -4))
    yield from _box(p, 0, 0.72, 0.0, 1.34, 0.05, 0.68, _wood(p))
    for n in range(3):
        yield from _box(p, 0.48, 0.08 + n * 0.21, 0.64, 0.28, 0.17, 0.02, _wood(p, 7))
    yield from _box(p, -0.3, 0.77, 0.2, 0.5, 0.34, 0.05, Skin((26, 0, -4), "plaster"))
    yield from _box(p, 0.35, 0.77, 0.25, 0.22, 0.12, 0.3, Skin(p.second, "books", 0.4))


def _bookshelf(p: Piece) -> Iterator[Face]:
    yield from _box(p, 0, 0, 0.0, 1.1, 2.0, 0.28, _wood(p, -10))
    for n in range(5):
        yield from _box(p, 0, 0.06 + n * 0.39, 0.27, 1.1, 0.04, 0.04, _wood(p, 4))
        if n < 4:
            tall = 0.24 + 0.05 * ((p.seed >> n) % 3)
            skin = Skin(
                p.second if n % 2 else shade(p.second, 14), "books", 0.9 + 0.2 * n, 1.0, shade(p.colour, 24 - 9 * n)
            )
            yield from _box(p, 0.04 * (n - 2), 0.10 + n * 0.39, 0.27, 0.82, tall, 0.01, skin)


def _cabinet(p: Piece) -> Iterator[Face]:
    yield from _legs(p, 1.2, 0.45, 0.14, _wood(p, -8))
    yield from _box(p, 0, 0.14, 0.0, 1.2, 0.72, 0.45, _wood(p))
    for side in (-0.3, 0.3):
        yield from _box(p, side, 0.20, 0.45, 0.54, 0.60, 0.02, _wood(p, 8))
        yield from _box(p, side * 0.2, 0.48, 0.47, 0.04, 0.06, 0.02, Skin((70, 4, 36)))
    yield from _box(p, -0.3, 0.86, 0.12, 0.18, 0.28, 0.18, Skin(p.second, "tiles", 0.5, 0.3))
    yield from _box(p, 0.28, 0.86, 0.10, 0.30, 0.22, 0.05, Skin(shade(p.second, 20), "picture", 0.3))


def _wardrobe(p: Piece) -> Iterator[Face]:
    yield from _box(p, 0, 0.0, 0.0, 1.1, 2.05, 0.55, _wood(p))
    for side in (-0.26, 0.26):
        yield from _box(p, side, 0.12, 0.55, 0.48, 1.80, 0.02, _wood(p, 7))
        yield from _box(p, side * 0.25, 1.0, 0.57, 0.03, 0.16, 0.03, Skin((72, 4, 30)))
    yield from _box(p, 0, 2.05, -0.01, 1.18, 0.07, 0.62, _wood(p, -8))


def _bed(p: Piece) -> Iterator[Face]:
    yield from _box(p, 0, 0.0, -0.02, 1.6, 1.05, 0.08, _wood(p))
    yield from _box(p, 0, 0.10, 0.06, 1.55, 0.38, 1.5, _soft(p))
    for side in (-0.38, 0.38):
        yield from _box(p, side, 0.48, 0.10, 0.58, 0.13, 0.34, Skin(_PALE, "fabric", 0.5))
    yield from _box(p, 0, 0.0, 1.52, 1.6, 0.55, 0.06, _wood(p, -4))


def _stove(p: Piece) -> Iterator[Face]:
    iron = Skin((24, 0, -1), "plaster", 0.6)
    yield from _box(p, 0, 0.9, 0.15, 0.16, 1.9, 0.16, iron)
    yield from _legs(p, 0.7, 0.55, 0.15, iron)
    yield from _box(p, 0, 0.15, 0.0, 0.72, 0.78, 0.55, iron)
    yield from _box(p, 0, 0.32, 0.55, 0.42, 0.34, 0.02, Skin((66, 38, 62), "leaves", 0.5, 0.8, (88, 6, 60), glow=True))
    yield from _box(p, 0.15, 0.93, 0.25, 0.26, 0.2, 0.24, Skin(p.second, "plaster"))


def _counter(p: Piece) -> Iterator[Face]:
    yield from _box(p, 0, 0, 0.0, 1.8, 0.88, 0.6, _wood(p))
    yield from _box(p, 0, 0.88, -0.01, 1.86, 0.05, 0.66, Skin(shade(p.second, 12), "plaster", 0.5))
    for side in (-0.6, 0.0, 0.6):
        yield from _box(p, side, 0.10, 0.6, 0.52, 0.70, 0.02, _wood(p, 8))
    for at, tall in ((-0.65, 0.3), (-0.2, 0.16), (0.15, 0.24), (0.6, 0.2)):
        yield from _box(p, at, 0.93, 0.15, 0.16, tall, 0.16, Skin(shade(p.second, 30 * at), "tiles", 0.4, 0.3))


def _plant(p: Piece) -> Iterator[Face]:
    yield from _box(p, 0, 0, 0.2, 0.34, 0.36, 0.34, Skin(p.second, "tiles", 0.5, 0.4))
    chance = np.random.default_rng(p.seed)
    for _ in range(12):
        x, y, z = chance.uniform(-0.28, 0.28), chance.uniform(0.4, 1.25), chance.uniform(0.08, 0.5)
        wide, tall = chance.uniform(0.12, 0.22), chance.uniform(0.10, 0.30)
        green = shade(_LEAF, float(chance.uniform(-12, 12)))
        yield from _box(p, x, y, z, wide, tall, 0.03, Skin(green, "leaves", 0.3))


def _lamp(p: Piece) -> Iterator[Face]:
    yield from _box(p, 0, 0, 0.25, 0.32, 0.04, 0.32, _wood(p, -10))
    yield from _box(p, 0, 0.04, 0.39, 0.04, 1.40, 0.04, _wood(p, -10))
    yield from _box(p, 0, 1.36, 0.22, 0.40, 0.30, 0.40, Skin(_LIGHT, "fabric", 0.4, 0.6, p.second, glow=True))


def _piano(p: Piece) -> Iterator[Face]:
    yield from _box(p, 0, 0, 0.0, 1.45, 1.2, 0.38, _wood(p, -6))
    yield from _box(p, 0, 0.66, 0.36, 1.45, 0.12, 0.30, _wood(p, -2))
    yield from _box(p, 0, 0.78, 0.42, 1.28, 0.02, 0.18, Skin((92, 0, 4), "panel", 0.35, 1.0, (12, 0, 0)))
    yield from _box(p, 0.0, 0.92, 0.39, 0.5, 0.26, 0.02, Skin(_PALE, "paper_stripes", 0.3, 0.6))
    for side in (-0.66, 0.66):
        yield from _box(p, side, 0, 0.55, 0.08, 0.66, 0.08, _wood(p, -10))


def _crates(p: Piece) -> Iterator[Face]:
    planks = Skin(p.colour, "planks", 0.6)
    yield from _box(p, -0.2, 0, 0.1, 0.58, 0.5, 0.52, planks)
    yield from _box(p, 0.34, 0, 0.1, 0.42, 0.4, 0.42, Skin(shade(p.colour, 8), "planks", 0.5))
    yield from _box(p, -0.14, 0.5, 0.12, 0.46, 0.4, 0.42, Skin(p.second, "planks", 0.5))


def _bench(p: Piece) -> Iterator[Face]:
    yield from _legs(p, 1.4, 0.42, 0.42, _wood(p, -6))
    yield from _box(p, 0, 0.42, 0.0, 1.4, 0.05, 0.42, _wood(p))
    yield from _box(p, 0, 0.62, 0.0, 1.4, 0.28, 0.04, _wood(p, 3))
    yield from _box(p, 0.25, 0.47, 0.05, 0.5, 0.10, 0.32, _soft(p))


def _fridge(p: Piece) -> Iterator[Face]:
    white = Skin(shade(p.second, 22), "plaster", 1.0, 0.5)
    yield from _box(p, 0, 0, 0.0, 0.72, 1.75, 0.62, white)
    yield from _box(p, 0, 0.06, 0.62, 0.68, 1.02, 0.03, white)
    yield from _box(p, 0, 1.12, 0.62, 0.68, 0.58, 0.03, white)
    yield from _box(p, -0.26, 0.75, 0.65, 0.04, 0.28, 0.03, Skin((50, 0, -2)))
    yield from _box(p, 0.12, 1.3, 0.65, 0.16, 0.2, 0.005, Skin(p.colour, "picture", 0.3))


def _screen(p: Piece) -> Iterator[Face]:
    for side, deep in ((-0.42, 0.1), (0.0, 0.2), (0.42, 0.1)):
        yield from _box(p, side, 0.04, deep, 0.41, 1.65, 0.03, _soft(p, 4))
        yield from _box(p, side, 0.0, deep + 0.031, 0.03, 1.72, 0.01, _wood(p))


def _chair(p: Piece) -> Iterator[Face]:
    yield from _legs(p, 0.46, 0.46, 0.44, _wood(p, -4), 0.05)
    yield from _box(p, 0, 0.44, 0.0, 0.48, 0.05, 0.46, _soft(p))
    yield from _box(p, 0, 0.55, 0.0, 0.46, 0.46, 0.04, _wood(p))


def _rug(p: Piece) -> Iterator[Face]:
    wide, deep = 2.3 * p.size, 1.6 * p.size
    corner = np.array([p.x - wide / 2, 0.004, p.z + deep / 2])
    skin = Skin(p.colour, "rug", wide, 0.9, p.second)
    yield Face(corner, np.array([wide, 0, 0.0]), np.array([0, 0, -deep]), skin, one_sided=False)


def _window(p: Piece) -> Iterator[Face]:
    sky = Skin((84, -4, -12), "sky", 1.0, 0.9, (62, -18, 16) if p.seed % 2 else (52, 2, -20), glow=True)
    yield from _box(p, 0, -0.58, 0.0, 1.12, 1.26, 0.03, Skin(_PALE, "wood"))
    yield from _box(p, 0, -0.5, 0.032, 0.96, 1.08, 0.004, sky)
    yield from _box(p, 0, -0.5, 0.04, 0.05, 1.08, 0.03, Skin(_PALE, "wood"))
    yield from _box(p, 0, 0.0, 0.04, 0.96, 0.05, 0.03, Skin(_PALE, "wood"))
    for side in (-0.62, 0.62):
        yield from _box(p, side, -0.78, 0.05, 0.30, 1.54, 0.08, Skin(p.second, "panel", 0.3, 0.9))
    yield from _box(p, 0, 0.72, 0.05, 1.6, 0.09, 0.10, _wood(p))


def _door(p: Piece) -> Iterator[Face]:
    yield from _box(p, 0, -1.05, 0.0, 1.06, 2.12, 0.04, _wood(p, 12))
    yield from _box(p, 0, -1.05, 0.04, 0.90, 2.03, 0.02, _wood(p))
    for low in (-0.9, 0.05):
        yield from _box(p, 0, low, 0.06, 0.62, 0.78, 0.015, _wood(p, -7))
    yield from _box(p, 0.36, -0.05, 0.06, 0.06, 0.06, 0.05, Skin((74, 4, 40)))


def _painting(p: Piece) -> Iterator[Face]:
    wide, tall = 0.42 + 0.3 * (p.seed % 3) / 2, 0.42 + 0.2 * (p.seed % 2)
    yield from _box(p, 0, -tall / 2 - 0.05, 0, wide + 0.1, tall + 0.1, 0.03, _wood(p))
    yield from _box(
        p, 0, -tall / 2, 0.03, wide, tall, 0.005, Skin(p.second, "picture", max(wide, tall), 1.0, shade(p.colour, 25))
    )


def _clock(p: Piece) -> Iterator[Face]:
    yield from _box(p, 0, -0.3, 0, 0.34, 0.62, 0.10, _wood(p))
    yield from _box(p, 0, 0.0, 0.10, 0.26, 0.26, 0.01, Skin(_PALE, "plaster"))
    yield from _box(p, 0, 0.12, 0.11, 0.02, 0.10, 0.01, Skin((10, 0, 0)))
    yield from _box(p, 0.04, 0.12, 0.11, 0.08, 0.02, 0.01, Skin((10, 0, 0)))


def _shelf(p: Piece) -> Iterator[Face]:
    for low in (-0.25, 0.15):
        yield from _box(p, 0, low, 0, 0.95, 0.04, 0.22, _wood(p))
        for n in range(4):
            tall = 0.12 + 0.05 * ((p.seed >> n) % 3)
            skin = Skin(shade(p.second, 12.0 * (n - 1)), "tiles", 0.3, 0.4)
            yield from _box(p, -0.34 + n * 0.22, low + 0.04, 0.05, 0.10 + 0.03 * (n % 2), tall, 0.12, skin)


def _mirror(p: Piece) -> Iterator[Face]:
    yield from _box(p, 0, -0.48, 0, 0.62, 0.96, 0.04, _wood(p))
    yield from _box(p, 0, -0.42, 0.04, 0.50, 0.84, 0.005, Skin((82, -3, -3), "plaster", 2.0, 0.6, (96, 0, 0)))


def _sconce(p: Piece) -> Iterator[Face]:
    yield from _box(p, 0, -0.1, 0, 0.08, 0.2, 0.12, _wood(p))
    yield from _box(p, 0, 0.06, 0.03, 0.24, 0.22, 0.20, Skin(_LIGHT, "fabric", 0.4, 0.5, p.second, glow=True))


def _map(p: Piece) -> Iterator[Face]:
    yield from _box(p, 0, -0.36, 0, 1.0, 0.72, 0.015, Skin((80, 2, 22), "leaves", 1.0, 0.7, shade(p.second, 10)))


_BUILT: dict[str, Callable[[Piece], Iterator[Face]]] = {
    name.removeprefix("_"): build
    for name, build in list(globals().items())
    if name
    in {
        "_sofa",
        "_armchair",
        "_table",
        "_desk",
        "_bookshelf",
        "_cabinet",
        "_wardrobe",
        "_bed",
        "_stove",
        "_counter",
        "_plant",
        "_lamp",
        "_piano",
        "_crates",
        "_bench",
        "_fridge",
        "_screen",
        "_chair",
        "_rug",
        "_window",
        "_door",
        "_painting",
        "_clock",
        "_shelf",
        "_mirror",
        "_sconce",
        "_map",
    }
}
