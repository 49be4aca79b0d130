"""Heads: skull, features, beard, glasses, and hair in ten styles."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bench.filmset.brush import Brush, Cloth, Points, capsule, mix, oval, shade
from bench.filmset.figure import Body, Solid
from bench.filmset.people import HairStyle

_INK = (14.0, 3.0, 2.0)


def draw_head(brush: Brush, body: Body) -> None:
    """Neck, skull, face and the hair in front; `draw_hair_behind` comes before the body."""
    face, skull = body.person.face, body.head()
    skin = Cloth(face.skin, seed=body.person.seed + 1)
    for ear in (-1, 1):
        if skull.faces(ear * 92) > -0.55:
            at = _at(body, skull, ear * 92, 0.42, 1.0)
            brush.oval(at[0], at[1], 0.016 + 0.012 * abs(np.sin(body.head_turn)), 0.032, Cloth(shade(face.skin, -5)))
    brush.shape(skull.outline(), skin)
    if skull.faces(0) > -0.15:
        _features(brush, body, skull)
    _hair_front(brush, body)
    if face.glasses and skull.faces(0) > 0:
        _glasses(brush, body, skull)


def draw_neck(brush: Brush, body: Body) -> None:
    """The neck, in the shade of the chin."""
    h, wide = body.person.build.height, 0.062 * (0.55 + 0.45 * body.person.build.limb)
    top = body.head().spots([0], [body.chin + 0.05])[0, 0] * 0.35
    shape = np.array(
        [
            [-wide * 1.15, 0.80 * h],
            [-wide + top, body.chin + 0.06],
            [wide + top, body.chin + 0.06],
            [wide * 1.15, 0.80 * h],
        ]
    )
    brush.shape(shape, Cloth(shade(body.person.face.skin, -9), seed=body.person.seed), 0.7)


def draw_hair_behind(brush: Brush, body: Body) -> None:
    """Hair that hangs behind the shoulders when seen from the front, and before them when seen from the back."""
    if (draw := _BEHIND.get(body.person.hair.style)) is not None:
        draw(brush, body)


def _features(brush: Brush, body: Body, skull: Solid) -> None:
    face, size = body.person.face, body.head_high
    for side in (-1, 1):
        if skull.faces(side * 27) > 0.12:
            _eye(brush, body, skull, side)
    _mouth(brush, body, skull)
    _nose(brush, body, skull)
    if face.beard:
        _beard(brush, body, skull)
    blush = mix(face.skin, (face.skin[0] - 6, face.skin[1] + 16, face.skin[2] + 4), 0.8)
    for side in (-1, 1):
        if skull.faces(side * 42) > 0.3:
            at = _at(body, skull, side * 42, 0.31)
            brush.flat(oval(at[0], at[1], 0.10 * size * skull.faces(side * 42), 0.055 * size), blush, 0.35)


def _eye(brush: Brush, body: Body, skull: Solid, side: int) -> None:
    face, size = body.person.face, body.head_high
    degrees = side * np.degrees(np.arcsin(min(0.9, face.eye_gap / face.width)))
    at, narrow = _at(body, skull, degrees, face.eye_high), max(0.25, skull.faces(degrees))
    wide, high = face.eye_size * size * narrow * 1.25, face.eye_size * size * 0.72
    brush.flat(oval(at[0], at[1] + high * 0.25, wide * 1.5, high * 1.6), shade(face.skin, -8), 0.45)
    brush.flat(oval(at[0], at[1], wide, high), (92, 0, 2))
    look = np.sin(body.head_turn) * wide * 0.3
    brush.flat(oval(at[0] + look, at[1], high * 0.86 * max(narrow, 0.6), high * 0.92), face.iris)
    brush.flat(oval(at[0] + look, at[1], high * 0.45 * max(narrow, 0.6), high * 0.5), _INK)
    brush.flat(oval(at[0] + look + high * 0.22, at[1] + high * 0.3, high * 0.17, high * 0.17), (98, 0, 0))
    lid = np.linspace(-1.12, 1.12, 7)
    brush.line(np.stack([at[0] + lid * wide, at[1] + high * (1.02 - 0.85 * lid**2)], 1), _INK, 0.011 * size * 2)
    brow = np.linspace(-1.35, 1.35, 7)
    high_up = face.brow_high * size + face.brow_tilt * side * brow * wide * 0.5 - 0.20 * high * brow**2
    hair = body.person.hair.colour
    brush.line(
        np.stack([at[0] + brow * wide, at[1] + high_up], 1),
        shade(hair, -8 if hair[0] > 22 else 0),
        face.brow_thick * size,
    )


def _nose(brush: Brush, body: Body, skull: Solid) -> None:
    face, size = body.person.face, body.head_high
    bottom = face.eye_high - face.nose_long
    turn = np.sin(body.head_turn)
    tip, top = _at(body, skull, 0, bottom, 1.0), _at(body, skull, 0, face.eye_high + 0.02, 0.98)
    out = 0.085 * size * turn * (0.8 + 3 * face.nose_width)
    wide = face.nose_width * size * (0.55 + 0.45 * abs(np.cos(body.head_turn)))
    bridge = np.array(
        [
            [top[0] - wide * 0.25, top[1]],
            [top[0] + wide * 0.25, top[1]],
            [tip[0] + out + wide * 0.55, tip[1] + 0.02 * size],
            [tip[0] + out + wide * 0.35, tip[1] - 0.02 * size],
            [tip[0] + out - wide * 0.35, tip[1] - 0.02 * size],
            [tip[0] + out - wide * 0.55, tip[1] + 0.02 * size],
        ]
    )
    brush.shape(bridge, Cloth(shade(face.skin, 2)), 0.5)
    brush.oval(
        tip[0] + out * 0.9,
        tip[1],
        wide,
        0.042 * size * (0.6 + 5 * face.nose_width),
        Cloth(shade(mix(face.skin, (60, 30, 25), 0.12), 1)),
        0.9,
    )
    curve = np.linspace(-0.8, 0.8, 6)
    under = np.stack([tip[0] + out * 0.9 + curve * wide, tip[1] - 0.035 * size * (1 - 0.5 * curve**2)], 1)
    brush.line(under, shade(face.skin, -26), 0.012 * size, 0.8)


def _mouth(brush: Brush, body: Body, skull: Solid) -> None:
    face, size, smile = body.person.face, body.head_high, body.pose.smile
    span = np.linspace(-1, 1, 9)
    degrees = np.degrees(np.arcsin(np.clip(span * face.mouth_wide / face.width, -0.9, 0.9)))
    heights = body.chin + size * (face.mouth_high + 0.030 * smile * span**2)
    line = skull.spots(degrees, heights, 1.0)
    lips = mix(face.skin, (45, 38, 20), 0.55)
    thick = face.lips * size * (1 - span**2)
    upper = line + np.stack([0 * span, thick * 0.8], 1)
    lower = line - np.stack([0 * span, thick * 1.2], 1)
    brush.flat(np.concatenate([upper, lower[::-1]]), lips)
    brush.line(line, shade(lips, -22), 0.014 * size)
    chin = line[2:7] - np.array([0, 0.085 * size])
    brush.line(chin, shade(face.skin, -8), 0.012 * size, 0.5)


def _beard(brush: Brush, body: Body, skull: Solid) -> None:
    face, size = body.person.face, body.head_high
    cloth = Cloth(shade(body.person.hair.colour, -3), weave="hair", pitch=0.05, seed=body.person.seed)
    full = skull.swollen(0.006 + 0.014 * face.beard)
    drop = size * (0.02 + 0.07 * face.beard)
    degrees, heights = [-88, -70, -45, -20, 0, 20, 45, 70, 88], [0.38, 0.27, 0.20, 0.265, 0.27, 0.265, 0.20, 0.27, 0.38]
    top = full.spots(degrees, [body.chin + size * v for v in heights])
    under = full.spots(
        [88, 60, 30, 0, -30, -60, -88], [body.chin + size * v for v in (0.22, 0.05, 0.01, 0.0, 0.01, 0.05, 0.22)]
    )
    under[1:-1, 1] -= drop
    brush.shape(np.concatenate([top, under]), cloth, 0.6)
    _mouth(brush, body, skull)


def _glasses(brush: Brush, body: Body, skull: Solid) -> None:
    face, size = body.person.face, body.head_high
    degrees = np.degrees(np.arcsin(min(0.9, face.eye_gap / face.width)))
    places = []
    for side in (-1, 1):
        if (narrow := skull.faces(side * degrees)) <= 0.1:
            continue
        at = _at(body, skull, side * degrees, face.eye_high, 1.06)
        ring = oval(at[0], at[1], 0.125 * size * max(narrow, 0.3), 0.105 * size)
        brush.flat(ring, (80, -2, -6), 0.22)
        brush.line(np.concatenate([ring, ring[:1]]), (16, 4, 4), 0.020 * size)
        places.append(at)
    if len(places) == 2:
        half = 0.11 * size
        line = np.array([places[0] + np.array([half, 0.01]), places[1] - np.array([half, -0.01])])
        brush.line(line, (16, 4, 4), 0.018 * size)


def _hair_front(brush: Brush, body: Body) -> None:
    hair = body.person.hair
    cloth = _strands(body)
    if hair.style == "shaved":
        cloth = Cloth(mix(hair.colour, body.person.face.skin, 0.45), seed=body.person.seed)
        brush.shape(_cap(body, 1.015, _SHORT), cloth, 0.4)
        return
    by = hair.volume + {"curls": 0.16, "quiff": 0.03}.get(hair.style, 0.0)
    line = _FRINGE if hair.fringe and hair.style in {"bob", "long", "ponytail", "bun", "braids", "crop"} else _PARTED
    if hair.style in {"crop", "quiff", "side_part", "curls"} and line is _PARTED:
        line = _SHORT
    cap = _cap(body, by, line)
    if hair.style == "curls":
        _curls(brush, body, cap, cloth)
    else:
        brush.shape(cap, cloth, 0.9)
        _sheen(brush, body, by)
    if hair.style in {"bob", "long"}:
        _locks(brush, body, by, cloth)
    if hair.style == "quiff":
        _quiff(brush, body, cloth)
    if hair.style == "side_part":
        _sweep(brush, body, by, cloth)


_Line = tuple[tuple[int, float], ...]
_PARTED: _Line = ((0, 0.86), (25, 0.83), (50, 0.70), (75, 0.48), (95, 0.34), (130, 0.16), (180, 0.10))
_SHORT: _Line = ((0, 0.82), (30, 0.81), (52, 0.76), (66, 0.58), (80, 0.44), (96, 0.46), (115, 0.26), (180, 0.12))
_FRINGE: _Line = ((0, 0.665), (25, 0.66), (48, 0.63), (66, 0.50), (84, 0.34), (112, 0.18), (180, 0.10))


def _cap(body: Body, by: float, line: _Line) -> Points:
    shell, size, chin = body.head(by), body.head_high, body.chin
    degrees = np.degrees(body.head_turn)
    seen = np.linspace(-90, 90, 25)
    azimuth = (seen - degrees + 180) % 360 - 180
    skew = body.person.hair.parting * 12 * (np.abs(azimuth) < 60)
    level = np.interp(np.abs(azimuth + skew), [p[0] for p in line], [p[1] for p in line])
    heights = chin + size * (0.52 + (level - 0.52) * (0.5 + 0.5 * by))
    hairline = shell.spots(azimuth, heights, 0.995)
    top = shell.rings[-1, 0]
    left_heights, right_heights = np.linspace(heights[0], top, 14), np.linspace(top, heights[-1], 14)
    left, _ = shell.edges(left_heights)
    _, right = shell.edges(right_heights)
    return np.concatenate([left, right, hairline[::-1]])


def _sheen(brush: Brush, body: Body, by: float) -> None:
    shell, size = body.head(by * 1.0), body.head_high
    degrees = -np.degrees(body.head_turn) + np.array([-58, -40, -15, 12, 36])
    band = shell.spots(degrees, body.chin + size * np.array([0.86, 0.91, 0.94, 0.945, 0.93]), 0.99)
    brush.line(band, shade(body.person.hair.colour, 16), 0.035 * size, 0.45)


def _locks(brush: Brush, body: Body, by: float, cloth: Cloth) -> None:
    shell, size, hair = body.head(by), body.head_high, body.person.hair
    bottom = body.chin + (0.02 if hair.style == "bob" else -hair.length)
    for side in (-1, 1):
        if shell.faces(side * 75) < -0.5:
            continue
        heights = np.linspace(body.chin + size * 0.80, bottom, 6)
        held = np.maximum(heights, body.chin + size * 0.25)
        outer = shell.spots([side * 96] * 6, held, 1.04)
        inner = shell.spots([side * 66] * 6, held, 1.0)
        outer[:, 1], inner[:, 1] = heights, heights
        inner[-1, 1] += 0.015
        brush.shape(np.concatenate([outer, inner[::-1]]), cloth, 0.8)


def _quiff(brush: Brush, body: Body, cloth: Cloth) -> None:
    shell, size = body.head(body.person.hair.volume), body.head_high
    degrees = [-48, -30, -10, 12, 34, 48]
    low = shell.spots(degrees, body.chin + size * np.array([0.80, 0.80, 0.79, 0.79, 0.80, 0.82]))
    high = shell.spots(degrees[::-1], body.chin + size * np.array([1.02, 1.12, 1.16, 1.15, 1.08, 1.0]), 1.0)
    high[:, 1] = body.chin + size * np.array([1.00, 1.10, 1.17, 1.16, 1.09, 0.98])
    brush.shape(np.concatenate([low, high]), cloth, 1.0)


def _sweep(brush: Brush, body: Body, by: float, cloth: Cloth) -> None:
    shell, size, side = body.head(by * 1.03), body.head_high, 1 if body.person.hair.parting > 0 else -1
    degrees = np.array([38, 20, -5, -30, -55]) * side
    low = shell.spots(degrees, body.chin + size * np.array([0.93, 0.84, 0.76, 0.68, 0.62]))
    high = shell.spots(degrees[::-1], body.chin + size * np.array([0.78, 0.94, 1.0, 1.01, 0.99]))
    brush.shape(np.concatenate([low, high]), cloth, 0.9)


def _curls(brush: Brush, body: Body, cap: Points, cloth: Cloth) -> None:
    chance = np.random.default_rng(body.person.seed)
    brush.shape(cap, cloth, 0.7)
    size = body.head_high * 0.10 * body.person.hair.volume
    for x, y in cap[::2]:
        jump = chance.normal(0, size * 0.25, 2)
        lighter = Cloth(shade(cloth.colour, float(chance.uniform(-5, 8))), weave="hair", pitch=0.05, seed=cloth.seed)
        brush.oval(x + jump[0], y + jump[1], size, size, lighter, 1.0)


def _long_behind(brush: Brush, body: Body) -> None:
    hair, size = body.person.hair, body.head_high
    shell = body.head(hair.volume)
    bottom = body.chin + (0.0 if hair.style == "bob" else -hair.length - 0.03)
    heights = np.array([body.chin + size * 0.7, body.chin + size * 0.4, body.chin + size * 0.2, bottom])
    left, right = shell.edges(np.maximum(heights, body.chin + size * 0.4))
    left[:, 1], right[:, 1] = heights, heights
    back = -0.05 * np.sin(body.head_turn)
    left[2:, 0] += back
    right[2:, 0] += back * 1.2 + (0 if abs(np.sin(body.head_turn)) < 0.5 else -0.02 * np.sign(np.sin(body.head_turn)))
    brush.shape(np.concatenate([left, right[::-1]]), _strands(body), 0.8)


def _tail(brush: Brush, body: Body) -> None:
    hair, size, shell = body.person.hair, body.head_high, body.head(1.1)
    knot = shell.spots([180], [body.chin + size * 0.72], 1.0)[0]
    back = -np.sin(body.head_turn)
    knot[0] = (0.02 + shell.rings[5, 3]) * back
    falls = ((0.0, 0.0), (0.05, -0.03), (0.07, -0.14), (0.05, -0.20 - hair.length))
    points = np.array([(knot[0] + out * back, knot[1] + down) for out, down in falls])
    brush.shape(capsule(points, [0.028, 0.042, 0.045 * hair.volume, 0.012]), _strands(body), 0.9)


def _bun(brush: Brush, body: Body) -> None:
    hair, size = body.person.hair, body.head_high
    back = -np.sin(body.head_turn)
    at = np.array([0.10 * back, body.chin + size * (0.98 if abs(back) < 0.9 else 0.90)])
    brush.oval(at[0], at[1], 0.058 * hair.volume, 0.054 * hair.volume, _strands(body), 1.1)


def _braids(brush: Brush, body: Body) -> None:
    hair, size, shell = body.person.hair, body.head_high, body.head(1.06)
    for side in (-1, 1):
        start = shell.spots([side * 100], [body.chin + size * 0.30])[0]
        for knot in range(7):
            y = start[1] - knot * (0.035 + hair.length * 0.1)
            x = start[0] + side * np.cos(body.head_turn) * 0.012 * min(knot, 3)
            brush.oval(x, y, 0.026 - 0.0016 * knot, 0.026, _strands(body), 1.0)


def _strands(body: Body) -> Cloth:
    hair = body.person.hair
    return Cloth(hair.colour, shade(hair.colour, -9), "hair", 0.045, 0.3, body.person.seed)


def _at(body: Body, skull: Solid, degrees: float, level: float, out: float = 1.0) -> Points:
    return np.asarray(skull.spots([degrees], [body.chin + body.head_high * level], out)[0])


_BEHIND: dict[HairStyle, Callable[[Brush, Body], None]] = {
    "bob": _long_behind,
    "long": _long_behind,
    "ponytail": _tail,
    "bun": _bun,
    "braids": _braids,
}
