"""Takes with the right people, and with the wrong ones: a stranger too many, one of the cast twice, one missing.

In all of them blocking names everybody who is asked for and can be seen, as a shot list does. Camera, framing, light
and poses are by chance, as in every take of the set; blocking knows nothing of the change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from bench.filmset.figure import by_chance
from bench.filmset.frame import WIDTH, Frame, camera_of, expect, take
from bench.filmset.labelled import differing
from bench.filmset.people import Person, Rng, person
from bench.filmset.scenes import Scene, Shot, facing, moments, shot
from bench.filmset.space import Camera
from manifests.staging import Box

CastChange = Literal["none", "extra", "twice", "missing"]
CAST_CHANGES: tuple[CastChange, ...] = get_args(CastChange)

_TRIES = 60
_VISIBLE = 0.01
"""Share of the frame's pixels that the change must change: 2,300 pixels are somebody of 110 lines, head to foot."""

_UNSEEN = 0.001
"""Share of the frame below which somebody whom blocking leaves out is not seen either: 230 pixels, a hand."""

_HEAD_VISIBLE = 0.4
"""Share of the head's box that must change: a head hidden behind somebody is found by nobody."""

_APART = 0.55
"""Metres between two people who stand beside each other."""

_OUTSIDE = -50.0
"""Metres before the room: where somebody stands whom no picture shows."""


@dataclass(frozen=True, slots=True)
class Recast:
    """A take. `entity`: whom of the cast the change is about, "" for a stranger. `changed`: share of the first frame
    that it changed. `where`: the box, in fractions of the first frame, in which the person too many stands, or the
    missing one should; None where nothing was changed. `frames`: three key frames, of which the first alone is a panel;
    the blocking in them is that of the shot as it was asked for.
    """

    scene: str
    change: CastChange
    entity: str
    framing: str
    changed: float
    where: Box | None
    frames: tuple[Frame, ...]


def recast(here: Scene, change: CastChange, rng: Rng) -> Recast | None:
    """A take of `here`, as free as it is, with this change; the same `rng` draws the same take.

    The change can be seen in the first frame: it changes at least 1 in 100 of its pixels, a head is among them, and
    nobody's head is before or behind it. None where `_TRIES` shots showed it in none.
    """
    for _ in range(_TRIES):
        taken = shot(here, rng)
        if change == "none":
            tried: _Tried | None = _Tried(here, taken, "", None, np.zeros((0, 0), np.bool_))
        elif change == "missing":
            tried = _without(here, taken, rng)
        else:
            one = here.cast[int(rng.integers(len(here.cast)))] if change == "twice" else person("", rng)
            tried = _with(here, taken, one, rng)
        if tried is None or (change != "none" and tried.share < _VISIBLE):
            continue
        frames = tuple(take(tried.drawn, moment, rng, here) for moment in moments(tried.taken, rng))
        asked = {placed.entity for placed in frames[0].placed}
        if (change == "missing" and tried.entity not in asked) or _unnamed(here, taken, asked):
            continue
        return Recast(here.name, change, tried.entity, taken.framing, tried.share, tried.where, frames)
    return None


def _unnamed(here: Scene, taken: Shot, asked: set[str]) -> bool:
    """Whether the shot as asked for shows somebody whom its blocking leaves out: half cut by the frame, or hidden."""
    left_out = [index for index, one in enumerate(here.cast) if one.name not in asked]
    return any(float(differing(here, _gone(here, index), taken).mean()) > _UNSEEN for index in left_out)


def _gone(here: Scene, index: int) -> Scene:
    """The scene without somebody; everybody else keeps pose and mark."""
    return replace(here, marks=tuple((x, _OUTSIDE) if i == index else (x, z) for i, (x, z) in enumerate(here.marks)))


@dataclass(frozen=True, slots=True)
class _Tried:
    drawn: Scene
    taken: Shot
    entity: str
    where: Box | None
    differs: NDArray[np.bool_]

    @property
    def share(self) -> float:
        return float(self.differs.mean()) if self.differs.size else 0.0


def _with(here: Scene, taken: Shot, one: Person, rng: Rng) -> _Tried | None:
    camera = camera_of(here, taken)
    mark = _free_mark(here, taken, camera, rng)
    if mark is None:
        return None
    drawn = replace(here, cast=(*here.cast, one), marks=(*here.marks, mark))
    more = replace(taken, poses=(*taken.poses, by_chance(rng, facing(rng))), offsets=(*taken.offsets, (0.0, 0.0)))
    new = len(here.cast)
    heads = [None if (p := expect(drawn, more, camera, i, rng)) is None else p.head for i in range(new + 1)]
    if any(_overlap(heads[new], head) for head in heads[:new]):
        return None
    return _judged(here, drawn, more, (drawn, new), rng)


def _without(here: Scene, taken: Shot, rng: Rng) -> _Tried | None:
    index = int(rng.integers(len(here.cast)))
    return _judged(here, _gone(here, index), taken, (here, index), rng)


def _overlap(one: Box | None, two: Box | None) -> bool:
    if one is None or two is None:
        return False
    across = min(one.right, two.right) - max(one.left, two.left)
    return across > 0 and min(one.bottom, two.bottom) > max(one.top, two.top)


def _judged(here: Scene, drawn: Scene, taken: Shot, who: tuple[Scene, int], rng: Rng) -> _Tried | None:
    """What the change changes; None where the head of `who` is not in the frame, or is hidden."""
    scene, index = who
    placed = expect(scene, taken, camera_of(here, taken), index, rng)
    if placed is None:
        return None
    differs = differing(here, drawn, taken)
    lines, columns = differs.shape
    rows = slice(max(0, round(placed.head.top * lines)), max(1, round(placed.head.bottom * lines)))
    head = differs[rows, max(0, round(placed.head.left * columns)) : max(1, round(placed.head.right * columns))]
    if not head.size or float(head.mean()) < _HEAD_VISIBLE:
        return None
    return _Tried(drawn, taken, scene.cast[index].name, placed.figure, differs)


def _free_mark(here: Scene, taken: Shot, camera: Camera, rng: Rng) -> tuple[float, float] | None:
    """Where one more may stand: somewhere in the frame, from a little before the lead to the furniture at the wall."""
    across = (float(rng.uniform(0.06, 0.94)) - 0.5) * 2 * WIDTH / camera.focal
    away = float(rng.uniform(0.75, 1.0)) * taken.away if rng.random() < 0.4 else taken.away + float(rng.uniform(0, 2.5))
    way = camera.yaw + np.arctan(across)
    x, z = float(camera.x + away * np.sin(way)), float(camera.z + away * np.cos(way))
    there = [(x0 + dx, z0 + dz) for (x0, z0), (dx, dz) in zip(here.marks, taken.offsets, strict=True)]
    near = any(np.hypot(x - x0, z - z0) < _APART for x0, z0 in there)
    inside = abs(x) < here.room.wide / 2 - 0.5 and z < here.room.deep - 0.9
    return (x, z) if inside and not near else None
