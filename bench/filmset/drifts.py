"""Drift of ten kinds at any strength: from one that a director would notice side by side and a viewer may miss,
up to a gross one.

`amount` is 0 (nothing) to 1 (gross). What can move by degrees does; the rest has three steps. The same `rng` seed gives
the same direction at every amount, so that a chain can creep.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, get_args

import numpy as np

from bench.filmset import people, rooms
from bench.filmset.brush import Lab, Weave, mix
from bench.filmset.people import HairStyle, Person, Rng
from bench.filmset.rooms import WIDE, Piece, Room
from bench.filmset.scenes import Scene

PersonAxis = Literal["hair_colour", "hair_style", "build", "face", "wardrobe_colour", "wardrobe", "character_swap"]
SetAxis = Literal["set_rearranged", "set_recoloured", "set_swapped"]
Axis = PersonAxis | SetAxis
PERSON_AXES: tuple[PersonAxis, ...] = get_args(PersonAxis)
SET_AXES: tuple[SetAxis, ...] = get_args(SetAxis)
AXES: tuple[Axis, ...] = (*PERSON_AXES, *SET_AXES)

STRENGTHS: dict[str, float] = {"subtle": 0.35, "clear": 0.65, "gross": 1.0}

COLOUR_DELTA = 42.0
"""Delta-E (CIE 1976) that a colour has moved at amount 1: 15 when subtle, 27 when clear."""

WALL_DELTA = 38.0
_FAR_ENOUGH = 24.0
"""Delta-E by which the colour that is drifted towards must differ from the present one."""

_A_PAIR = 0.3
"""Amount from which on at least one pair of things has changed places, however few there are."""

_SUBTLE, _CLEAR = 0.5, 0.85
"""Amounts below which a change of kind is subtle, and clear."""

_NEXT: dict[HairStyle, HairStyle] = {
    "crop": "side_part",
    "side_part": "quiff",
    "quiff": "crop",
    "bob": "long",
    "long": "ponytail",
    "ponytail": "bun",
    "bun": "ponytail",
    "curls": "bob",
    "braids": "ponytail",
}
_OTHER: dict[HairStyle, HairStyle] = {
    "crop": "long",
    "side_part": "curls",
    "quiff": "bob",
    "bob": "crop",
    "long": "shaved",
    "ponytail": "curls",
    "bun": "quiff",
    "curls": "shaved",
    "braids": "crop",
}


def drifted(scene: Scene, axis: Axis, amount: float, rng: Rng, who: int = 0) -> Scene:
    """The scene with one thing changed: the cast's member `who`, or the room."""
    if axis in SET_AXES:
        return replace(scene, room=_ROOM[axis](scene.room, amount, rng))
    cast = list(scene.cast)
    cast[who] = replace(_PERSON[axis](cast[who], amount, rng), name=cast[who].name)
    return replace(scene, cast=tuple(cast))


def _moved(colour: Lab, towards: tuple[Lab, ...], delta: float, rng: Rng) -> Lab:
    far = [c for c in towards if np.linalg.norm(np.subtract(c, colour)) >= _FAR_ENOUGH]
    target = far[int(rng.integers(len(far)))] if far else towards[0]
    way = np.subtract(target, colour)
    return mix(colour, target, min(1.2, delta / max(float(np.linalg.norm(way)), 1e-6)))


def _hair_colour(person: Person, amount: float, rng: Rng) -> Person:
    colour = _moved(person.hair.colour, people.HAIR_COLOURS, COLOUR_DELTA * amount, rng)
    return replace(person, hair=replace(person.hair, colour=colour))


def _hair_style(person: Person, amount: float, rng: Rng) -> Person:
    hair = person.hair
    if amount >= _CLEAR:
        return replace(person, hair=replace(hair, style=_OTHER[hair.style], volume=float(rng.uniform(1.07, 1.18))))
    if amount >= _SUBTLE:
        return replace(person, hair=replace(hair, style=_NEXT[hair.style]))
    longer = hair.length + 0.14 if hair.length < 0.15 else hair.length - 0.12
    fuller = hair.volume + 0.10 if hair.volume < 1.13 else hair.volume - 0.10
    return replace(
        person, hair=replace(hair, length=longer, volume=fuller, fringe=1 - hair.fringe, parting=-hair.parting)
    )


def _build(person: Person, amount: float, rng: Rng) -> Person:
    b, sign, taller = person.build, float(rng.choice((-1, 1))), float(rng.choice((-1, 1)))
    if b.waist / b.height > 0.095:
        sign = -1.0
    by, high = 1 + sign * 0.32 * amount, 1 + taller * 0.05 * amount
    return replace(
        person,
        build=people.Build(
            b.height * high,
            b.shoulders * (1 + (by - 1) * 0.55),
            b.chest * by,
            b.waist * by * (1 + 0.1 * (by - 1)),
            b.hips * by,
            b.limb * (1 + (by - 1) * 0.8),
        ),
    )


def _face(person: Person, amount: float, rng: Rng) -> Person:
    mine, other = person.face, people.face(rng)
    part = min(1.0, 0.15 + 0.9 * amount) if amount > 0.2 else amount * 1.65
    numbers = {
        name: getattr(mine, name)
        + (_away(getattr(mine, name), getattr(other, name), name) - getattr(mine, name)) * part
        for name in _FACE_RANGES
    }
    skin = _moved(mine.skin, people.SKINS, 14 * amount, rng)
    gross, short = amount >= 0.9, person.hair.style in {"crop", "side_part", "quiff", "curls", "shaved"}
    beard = (0.0 if mine.beard else 0.8) if gross and short else mine.beard
    glasses = mine.glasses != (gross and not short)
    return replace(person, face=replace(mine, **numbers, skin=skin, beard=beard, glasses=glasses))


_FACE_RANGES: dict[str, tuple[float, float]] = {
    "width": (0.325, 0.41),
    "jaw": (0.58, 1.05),
    "eye_gap": (0.13, 0.195),
    "eye_size": (0.047, 0.078),
    "eye_high": (0.46, 0.54),
    "nose_width": (0.05, 0.115),
    "nose_long": (0.145, 0.225),
    "mouth_wide": (0.095, 0.17),
    "lips": (0.016, 0.048),
    "mouth_high": (0.175, 0.235),
    "brow_thick": (0.014, 0.048),
    "brow_tilt": (-0.34, 0.28),
    "brow_high": (0.09, 0.135),
}


def _away(mine: float, other: float, name: str) -> float:
    """The other's value; where that is much the same, the far end of the range: a face that drifts drifts somewhere."""
    low, high = _FACE_RANGES[name]
    if abs(other - mine) > 0.3 * (high - low):
        return other
    return high if mine < (low + high) / 2 else low


def _wardrobe_colour(person: Person, amount: float, rng: Rng) -> Person:
    main = _moved(person.wardrobe.main, people.CLOTH_COLOURS, COLOUR_DELTA * amount, rng)
    return replace(person, wardrobe=replace(person.wardrobe, main=main))


def _wardrobe(person: Person, amount: float, rng: Rng) -> Person:
    mine = person.wardrobe
    other = people.wardrobe(rng, _other_kind(mine.kind, rng))
    if amount >= _CLEAR:
        return replace(person, wardrobe=other)
    if amount >= _SUBTLE:
        return replace(person, wardrobe=replace(mine, kind=other.kind))
    weave: Weave = "checks" if mine.weave == "plain" else "plain"
    return replace(person, wardrobe=replace(mine, weave=weave, scarf=not mine.scarf, hem=1 - mine.hem))


def _other_kind(kind: people.WardrobeKind, rng: Rng) -> people.WardrobeKind:
    others = [k for k in people.KINDS if k != kind]
    return others[int(rng.integers(len(others)))]


def _character_swap(person: Person, amount: float, rng: Rng) -> Person:
    other = people.person(person.name, rng)
    if amount >= _CLEAR:
        return other
    if amount >= _SUBTLE:
        return replace(other, wardrobe=person.wardrobe)
    hair = replace(
        person.hair, colour=_moved(person.hair.colour, people.HAIR_COLOURS, 12, rng), volume=other.hair.volume
    )
    face = replace(_face(person, 0.89, rng).face, skin=_moved(person.face.skin, people.SKINS, 8, rng))
    build = _build(person, 0.35, rng).build
    return replace(person, face=face, hair=hair, build=build)


def _rearranged(room: Room, amount: float, rng: Rng) -> Room:
    """So many pairs of things change places: one or two when subtle, two thirds of them when clear, all when gross."""
    standing = [p for p in room.pieces if p.wall is None and p.kind != "rug"]
    hanging = [p for p in room.pieces if p.wall is not None]
    rugs = [p for p in room.pieces if p.kind == "rug"]
    standing = _repacked(room, _exchanged(standing, amount, rng))
    order = _exchanged(hanging, amount, rng)
    hung = [
        replace(p, x=at.x, z=at.z, y=p.y if p.kind in {"door", "window"} else at.y, wall=at.wall, turn=at.turn)
        for p, at in zip(order, hanging, strict=True)
    ]
    if amount > _CLEAR:
        rugs = [replace(p, x=-p.x + 0.8, z=p.z - 0.5) for p in rugs]
    return replace(room, pieces=(*rugs, *standing, *hung))


def _exchanged(pieces: list[Piece], amount: float, rng: Rng) -> list[Piece]:
    out, order = list(pieces), rng.permutation(len(pieces))
    least = 1 if amount >= _A_PAIR else 0
    for pair in range(max(least, round(amount * len(pieces) / 2))):
        if 2 * pair + 1 < len(order):
            a, b = order[2 * pair], order[2 * pair + 1]
            out[a], out[b] = out[b], out[a]
    return out


def _repacked(room: Room, order: list[Piece]) -> list[Piece]:
    """Give each piece the place of its number along the walls, spread so that none stands in another."""
    places = [p for p in room.pieces if p.wall is None and p.kind != "rug"]
    out: list[Piece] = []
    for turn in (0, -1, 1):
        run = [piece for piece, at in zip(order, places, strict=True) if at.turn == turn]
        if not run:
            continue
        total = sum(WIDE[p.kind] for p in run)
        start, end = (-room.wide / 2 + 0.3, room.wide / 2 - 0.3) if turn == 0 else (1.3, room.deep - 1.2)
        gap = (end - start - total) / len(run)
        at = start + gap / 2
        for piece in run:
            middle = at + WIDE[piece.kind] / 2
            x, z = (middle, room.deep - 0.45) if turn == 0 else (turn * (room.wide / 2 - 0.45), middle)
            out.append(replace(piece, x=x, z=z, turn=turn))
            at += WIDE[piece.kind] + gap
    return out


def _recoloured(room: Room, amount: float, rng: Rng) -> Room:
    """Walls first, the floor from 0.4 on, furniture from 0.6 on."""
    wall = _moved(room.wall, rooms.WALLS, WALL_DELTA * amount, rng)
    way = np.subtract(wall, room.wall)
    floor = _moved(room.floor, rooms.FLOORS, WALL_DELTA * 1.5 * max(0.0, amount - 0.4), rng)
    pieces = []
    for piece in room.pieces:
        by = WALL_DELTA * 2 * max(0.0, amount - 0.6)
        colours = [_moved(c, rooms.STUFF, by, rng) for c in (piece.colour, piece.second)]
        pieces.append(replace(piece, colour=colours[0], second=colours[1]))
    second: Lab = tuple(float(v) for v in np.add(room.wall_second, way))  # type: ignore[assignment] # three of them
    return replace(room, wall=wall, wall_second=second, floor=floor, pieces=tuple(pieces))


def _swapped(room: Room, amount: float, rng: Rng) -> Room:
    """Another room: with the same walls and floor when subtle, with the same walls' colour when clear."""
    other = replace(rooms.room(room.name, rng), wide=room.wide, deep=room.deep, high=room.high)
    other = replace(other, pieces=rooms.furnished(rng, room.wide, room.deep, room.high))
    if amount >= _CLEAR:
        return other
    other = replace(other, wall=room.wall, wall_second=room.wall_second)
    if amount >= _SUBTLE:
        return other
    return replace(
        other,
        wall_grain=room.wall_grain,
        wainscot=room.wainscot,
        floor=room.floor,
        floor_grain=room.floor_grain,
        ceiling=room.ceiling,
    )


_PERSON: dict[str, Callable[[Person, float, Rng], Person]] = {
    "hair_colour": _hair_colour,
    "hair_style": _hair_style,
    "build": _build,
    "face": _face,
    "wardrobe_colour": _wardrobe_colour,
    "wardrobe": _wardrobe,
    "character_swap": _character_swap,
}
_ROOM: dict[str, Callable[[Room, float, Rng], Room]] = {
    "set_rearranged": _rearranged,
    "set_recoloured": _recoloured,
    "set_swapped": _swapped,
}
