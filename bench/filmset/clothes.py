"""Somebody whole: body, clothes of eleven cuts, arms before and behind, head last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from bench.filmset import faces
from bench.filmset.brush import Brush, Cloth, Lab, Points, capsule, oval, shade
from bench.filmset.figure import Body, Pose, Solid, body, draw_hand, draw_shoe, leaning
from bench.filmset.people import Person, Wardrobe, WardrobeKind


@dataclass(frozen=True, slots=True)
class Cut:
    """How a garment is cut. `sleeve`: part of the arm; `hem`: part of the height; `flare`: metres wider at the hem."""

    sleeve: float
    hem: float
    flare: float
    loose: float
    neck: Literal["round", "collar", "roll", "hood", "lapels", "vee"]
    sleeves_of: Literal["main", "under"] = "main"


CUTS: dict[WardrobeKind, Cut] = {
    "tshirt": Cut(0.38, 0.485, 0.0, 0.004, "round"),
    "shirt": Cut(0.96, 0.47, 0.004, 0.006, "collar"),
    "sweater": Cut(0.98, 0.475, -0.004, 0.014, "roll"),
    "hoodie": Cut(0.98, 0.47, -0.002, 0.020, "hood"),
    "suit": Cut(0.96, 0.455, 0.010, 0.012, "lapels"),
    "coat": Cut(0.98, 0.27, 0.045, 0.022, "lapels"),
    "dress": Cut(0.30, 0.30, 0.085, 0.004, "round"),
    "dungarees": Cut(0.96, 0.50, 0.0, 0.004, "round", "under"),
    "waistcoat": Cut(0.96, 0.49, 0.0, 0.006, "vee", "under"),
    "cardigan": Cut(0.98, 0.445, 0.006, 0.014, "vee"),
    "raincoat": Cut(0.98, 0.36, 0.060, 0.026, "hood"),
}


def draw_person(brush: Brush, person: Person, pose: Pose) -> None:
    """Draw somebody with their feet at the brush's origin."""
    figure = body(person, pose)
    if pose.mirrored:
        brush = replace(brush, mirrored=not brush.mirrored)
    brush = leaning(brush, pose)
    arms = {side: figure.arm(side) for side in (-1, 1)}
    behind = {side for side, places in arms.items() if places[1, 2] + places[2, 2] < -0.02}
    for side in behind:
        _arm(brush, figure, arms[side])
    if figure.front:
        faces.draw_hair_behind(brush, figure)
        if CUTS[person.wardrobe.kind].neck == "hood":
            _hood(brush, figure)
    _legs(brush, figure)
    faces.draw_neck(brush, figure)
    _garment(brush, figure)
    for side in {-1, 1} - behind:
        _arm(brush, figure, arms[side])
    if person.wardrobe.scarf:
        _scarf(brush, figure)
    faces.draw_head(brush, figure)
    if not figure.front:
        if CUTS[person.wardrobe.kind].neck == "hood":
            _hood(brush, figure)
        faces.draw_hair_behind(brush, figure)


def _main(person: Person, lighter: float = 0.0) -> Cloth:
    w = person.wardrobe
    weave = "knit" if w.kind in {"sweater", "cardigan"} and w.weave == "plain" else w.weave
    gloss = 0.5 if w.kind == "raincoat" else 0.0
    return Cloth(shade(w.main, lighter), shade(w.second, lighter), weave, w.pitch, gloss, person.seed)


def _under(person: Person) -> Cloth:
    return Cloth(person.wardrobe.under, seed=person.seed + 3)


def _legs(brush: Brush, figure: Body) -> None:
    person = figure.person
    w, h = person.wardrobe, person.build.height
    own = w.kind == "dungarees"
    cloth = Cloth(
        w.main if own else w.legs,
        seed=person.seed + 7,
        weave=w.weave if own else "plain",
        second=w.second,
        pitch=w.pitch,
    )
    bare = w.kind == "dress" or (w.skirt and not own and CUTS[w.kind].hem > 0.4)
    order = sorted((-1, 1), key=lambda side: float(figure.leg(side)[2, 2]))
    thick = person.build.hips * 0.50
    for number, side in enumerate(order):
        places = figure.leg(side)
        draw_shoe(brush, figure, places, Cloth(w.shoes, gloss=0.6))
        ends = [places[0, :2], places[1, :2], places[2, :2] + (0, 0.015)]
        skin = Cloth(shade(person.face.skin, -4), seed=person.seed)
        dark = -7.0 if number == 0 else 0.0
        leg = replace(skin if bare else cloth, colour=shade((skin if bare else cloth).colour, dark))
        wide = [thick, thick * 0.66, 0.036 if bare else 0.052 + 0.012 * w.hem]
        brush.shape(capsule(np.array(ends), wide), leg)
    hips = figure.torso.between(0.455 * h, 0.62 * h)
    if bare and w.kind != "dress":
        hem = (0.30 + 0.08 * w.hem) * h
        brush.shape(_skirt(figure, hips.swollen(0.008), hem, 0.06), replace(cloth, weave="plain"))
    else:
        brush.shape(hips.swollen(0.004).outline(), cloth)


def _skirt(figure: Body, top: Solid, hem: float, flare: float) -> Points:
    outline = top.between(figure.person.build.height * 0.50, top.rings[-1, 0])
    left, right = outline.edges(outline.rings[:, 0])
    wide = (right[0, 0] - left[0, 0]) / 2 + flare
    middle = (right[0, 0] + left[0, 0]) / 2
    bottom = np.array([[middle + x * wide, hem - 0.012 * (1 - x * x)] for x in np.linspace(1, -1, 9)])
    return np.concatenate([left, right[::-1], bottom])


def _garment(brush: Brush, figure: Body) -> None:
    person = figure.person
    w, h, cut = person.wardrobe, person.build.height, CUTS[person.wardrobe.kind]
    torso = figure.torso.swollen(cut.loose)
    shown = torso.between(min(cut.hem, 0.5) * h if cut.hem > 0.44 else 0.47 * h, 0.84 * h)
    if w.kind in {"dungarees", "waistcoat"}:
        brush.shape(figure.torso.between(0.5 * h, 0.842 * h).swollen(0.003).outline(), _under(person))
    if cut.hem <= 0.46:
        brush.shape(_skirt(figure, shown, cut.hem * h, cut.flare), _main(person))
    elif w.kind == "dungarees":
        _bib(brush, figure)
    else:
        brush.shape(shown.outline(), _main(person))
    if w.kind != "dungarees":
        _front(brush, figure, torso)
    if w.kind in {"dress", "coat"}:
        belt = torso.between(0.605 * h, 0.63 * h).swollen(0.006)
        brush.shape(belt.outline(), Cloth(w.second if w.kind == "dress" else shade(w.main, -14)))


def _front(brush: Brush, figure: Body, torso: Solid) -> None:
    cut = CUTS[figure.person.wardrobe.kind]
    if torso.faces(0) > 0.05 and cut.neck in _FRONTS:
        _FRONTS[cut.neck](brush, figure.person, torso)
    if cut.neck == "roll":
        _roll(brush, figure, torso)
    elif cut.neck == "collar" and torso.faces(0) > -0.3:
        _collar(brush, figure.person, torso)
    elif cut.neck == "round" and torso.faces(0) > 0:
        h = figure.person.build.height
        line = torso.spots([-60, -30, 0, 30, 60], [0.84 * h, 0.822 * h, 0.812 * h, 0.822 * h, 0.84 * h])
        brush.line(line, shade(figure.person.wardrobe.main, -14), 0.014)


def _jacket_front(brush: Brush, person: Person, torso: Solid) -> None:
    w, h, suit = person.wardrobe, person.build.height, person.wardrobe.kind == "suit"
    _vee(brush, torso, h, _under(person), 0.62 if suit else 0.70, 17)
    if suit:
        _strip(brush, torso, h, w.second, (0.64, 0.825), 4.0)
    _lapels(brush, torso, h, w)
    _buttons(brush, torso, h, shade(w.main, -22), (0.50, 0.56) if suit else (0.45, 0.53, 0.61), 12)


def _vee_front(brush: Brush, person: Person, torso: Solid) -> None:
    w, h, cardigan = person.wardrobe, person.build.height, person.wardrobe.kind == "cardigan"
    _vee(brush, torso, h, _under(person), 0.62 if cardigan else 0.68, 15)
    if cardigan:
        _strip(brush, torso, h, w.under, (0.46, 0.64), 9.0)
    else:
        _strip(brush, torso, h, shade(w.main, -10), (0.50, 0.68), 1.5)
    _buttons(brush, torso, h, w.second, (0.53, 0.58, 0.63), 0)


def _buttoned_front(brush: Brush, person: Person, torso: Solid) -> None:
    w, h = person.wardrobe, person.build.height
    _strip(brush, torso, h, shade(w.main, -14), (0.475, 0.82), 1.6)
    _buttons(brush, torso, h, w.second, (0.54, 0.60, 0.66, 0.72, 0.78), 0)
    if w.kind == "hoodie":
        pocket = torso.spots([-34, -24, 24, 34], [0.50 * h, 0.57 * h, 0.57 * h, 0.50 * h])
        brush.shape(pocket, _main(person, -7), 0.4)


def _roll(brush: Brush, figure: Body, torso: Solid) -> None:
    h = figure.person.build.height
    roll = figure.torso.between(0.825 * h, 0.845 * h).swollen(0.014)
    brush.shape(roll.outline() + np.array([0, 0.018]), _main(figure.person, -4))
    rib = torso.between(0.475 * h, 0.50 * h).swollen(0.002)
    brush.shape(rib.outline(), _main(figure.person, -9), 0.6)


def _collar(brush: Brush, person: Person, torso: Solid) -> None:
    h = person.build.height
    for side in (-1, 1):
        places = torso.spots(
            [side * 2, side * 70, side * 52, side * 20], [0.824 * h, 0.846 * h, 0.806 * h, 0.782 * h], 1.06
        )
        brush.shape(places, replace(_main(person, 9), weave="plain"), 0.5)
        brush.line(places[[0, 3, 2]], shade(person.wardrobe.main, -16), 0.006)


def _vee(brush: Brush, torso: Solid, h: float, cloth: Cloth, low: float, wide: float) -> None:
    brush.shape(
        torso.spots([-wide * 2, 0, wide * 2, wide, -wide], [0.83 * h, low * h, 0.83 * h, 0.845 * h, 0.845 * h]),
        cloth,
        0.3,
    )


def _strip(brush: Brush, torso: Solid, h: float, colour: Lab, between: tuple[float, float], wide: float) -> None:
    low, high = between
    brush.shape(
        torso.spots([-wide, -wide, wide, wide], [low * h, high * h, high * h, low * h], 1.01), Cloth(colour), 0.2
    )


def _lapels(brush: Brush, torso: Solid, h: float, w: Wardrobe) -> None:
    colour = shade(w.main, -9)
    low = 0.62 if w.kind == "suit" else 0.70
    for side in (-1, 1):
        places = torso.spots(
            [side * 26, side * 46, side * 50, side * 40, side * 44, 0],
            [0.84 * h, 0.835 * h, 0.775 * h, 0.765 * h, 0.75 * h, low * h],
            1.02,
        )
        brush.shape(places, Cloth(colour), 0.5)


def _buttons(brush: Brush, torso: Solid, h: float, colour: Lab, levels: tuple[float, ...], beside: float) -> None:
    for level in levels:
        for degrees in {-beside, beside}:
            at = torso.spots([degrees], [level * h], 1.01)[0]
            brush.flat(oval(at[0], at[1], 0.011 * max(0.3, torso.faces(degrees)), 0.011, 10), colour)


def _bib(brush: Brush, figure: Body) -> None:
    person, torso = figure.person, figure.torso.swollen(0.010)
    h, main = person.build.height, _main(figure.person)
    brush.shape(torso.between(0.455 * h, 0.60 * h).outline(), main)
    front, top = (0.0, 0.74) if figure.front else (180.0, 0.68)
    degrees = [front - 62, front - 40, front + 40, front + 62]
    brush.shape(torso.spots(degrees, [0.59 * h, top * h, top * h, 0.59 * h]), main, 0.7)
    for side in (-1, 1):
        strap = torso.spots(
            [front + side * 36, front + side * 40, front + side * 60], [top * h, 0.78 * h, 0.825 * h], 1.02
        )
        brush.line(strap, shade(person.wardrobe.main, -8), 0.032)
        at = torso.spots([front + side * 36], [top * h], 1.02)[0]
        brush.flat(oval(at[0], at[1], 0.013, 0.013, 10), (78, 4, 40))
    if figure.front:
        pocket = torso.spots([-22, -22, 22, 22], [0.64 * h, 0.71 * h, 0.71 * h, 0.64 * h], 1.01)
        brush.shape(pocket, _main(person, -8), 0.4)


def _arm(brush: Brush, figure: Body, places: Points) -> None:
    person = figure.person
    cut = CUTS[person.wardrobe.kind]
    limb = person.build.limb
    skin = Cloth(person.face.skin, seed=person.seed)
    base = 0.050 * (0.45 + 0.55 * limb)
    line = places[:3, :2]
    draw_hand(brush, figure, places)
    if cut.sleeve < 0.9:
        brush.shape(capsule(line, [base, base * 0.80, base * 0.55]), skin)
        upper = np.array([line[0], line[0] + (line[1] - line[0]) * cut.sleeve * 2])
        brush.shape(capsule(upper, [base * 1.22 + cut.loose, base * 1.18 + cut.loose]), _main(person))
        return
    cloth = _main(person) if cut.sleeves_of == "main" else _under(person)
    thick = base * 1.1 + cut.loose * 0.7
    brush.shape(capsule(line, [thick * 1.0, thick * 0.98, thick * 0.80]), cloth)
    cuff = np.array([line[2] * 0.9 + line[1] * 0.1, line[2]])
    brush.shape(capsule(cuff, [thick * 0.86, thick * 0.86]), replace(cloth, colour=shade(cloth.colour, -9)), 0.6)


def _hood(brush: Brush, figure: Body) -> None:
    person = figure.person
    h = person.build.height
    at = figure.torso.spots([180], [0.83 * h])[0]
    back = -np.sin(figure.turn)
    lower = 0.0 if figure.front else 0.03
    brush.oval(at[0] * 0.4 + 0.05 * back, 0.845 * h - lower, 0.125, 0.075, _main(person, -10))


def _scarf(brush: Brush, figure: Body) -> None:
    person = figure.person
    w, h = person.wardrobe, person.build.height
    cloth = Cloth(w.second, shade(w.second, -14), "knit", 0.05, 0.0, person.seed + 11)
    band = figure.torso.between(0.81 * h, 0.842 * h)
    rings = band.rings.copy()
    rings[:, 1] = np.minimum(rings[:, 1], 0.10) + 0.012
    rings[:, 2:4] += 0.03
    if figure.front:
        tail = np.array([[0.05, 0.82 * h], [0.06, 0.72 * h], [0.055, 0.64 * h]])
        tail[:, 0] = figure.torso.swollen(0.03).spots([25, 25, 25], tail[:, 1])[:, 0]
        brush.shape(capsule(tail, [0.034, 0.036, 0.034]), cloth, 0.8)
    brush.shape(replace(band, rings=rings).outline(), cloth)


_FRONTS: dict[str, Callable[[Brush, Person, Solid], None]] = {
    "lapels": _jacket_front,
    "vee": _vee_front,
    "collar": _buttoned_front,
    "hood": _buttoned_front,
}
