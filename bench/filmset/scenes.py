"""Scenes and their shots: who stands where in which room, and what the camera,
the light and the poses are this time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from bench.filmset.figure import Pose, by_chance
from bench.filmset.people import Person, Rng, person
from bench.filmset.rooms import Room, room

Framing = Literal["wide", "full", "medium", "close"]

HEAD_LINES: dict[Framing, tuple[float, float]] = {
    "wide": (26, 36),
    "full": (38, 50),
    "medium": (54, 74),
    "close": (86, 112),
}
"""Lines of 360 that the lead's head takes: a wide shot, a full figure, a medium shot, a medium close-up."""

SHARES: dict[Framing, float] = {"wide": 0.30, "full": 0.30, "medium": 0.22, "close": 0.18}
FACINGS = ((-70, 70, 0.82), (70, 100, 0.10), (140, 220, 0.08))
"""Degrees from and to, and how often: towards us, in profile, from behind. Half of the profiles look left."""

_TOWARDS_US = FACINGS[1][1]
"""Degrees beyond which somebody is seen from behind."""


@dataclass(frozen=True, slots=True)
class Light:
    """Changes that are not drift. `exposure`: stops; `warm`, `tint`: stops of red over blue, of green;

    `contrast`: a power; `side`: where it comes from, -1 left to 1 right; `depth`: how dark the far side falls, 0 to 1;
    `grain`: deviation of 255; `quality`: JPEG's.
    """

    exposure: float
    warm: float
    tint: float
    contrast: float
    side: float
    depth: float
    grain: float
    quality: int
    seed: int


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture to be taken. `aim`: where the lead's head lies in the frame, fractions;
    `pan`: the camera's yaw, radians;

    `away`: metres from the lead; `lines`: how many of 360 the lead's head takes; `mirrored` is each pose's own
    business.
    """

    framing: Framing
    lead: int
    lines: float
    aim: tuple[float, float]
    pan: float
    away: float
    eye_high: float
    poses: tuple[Pose, ...]
    offsets: tuple[tuple[float, float], ...]
    light: Light


@dataclass(frozen=True, slots=True)
class Scene:
    """A room and the one or two people in it. `marks`: where they stand, x and z in metres.

    `freedom`: how far camera, poses and light go from the usual, 0 to 1; framing, arms, grain and what happens within a
    take are always by chance.
    """

    name: str
    room: Room
    cast: tuple[Person, ...]
    marks: tuple[tuple[float, float], ...]
    freedom: float = 1.0


def scene(name: str, rng: Rng) -> Scene:
    """A scene, by chance; two in three have two people."""
    place = room(f"{name}_room", rng)
    count = 2 if rng.random() < 0.66 else 1
    cast = tuple(person(f"{name}_{'ab'[i]}", rng) for i in range(count))
    z = place.deep * 0.48
    middle = float(rng.uniform(-0.4, 0.4))
    apart = float(rng.uniform(0.50, 0.75))
    marks = ((middle, z),) if count == 1 else ((middle - apart, z), (middle + apart, z + float(rng.uniform(-0.3, 0.3))))
    return Scene(name, place, cast, marks)


def shot(scene_: Scene, rng: Rng, lead: int | None = None) -> Shot:
    """Camera, framing, light and poses by chance."""
    names = list(SHARES)
    framing = names[int(rng.choice(len(names), p=list(SHARES.values())))]
    low, high = HEAD_LINES[framing]
    poses = tuple(by_chance(rng, facing(rng)) for _ in scene_.cast)
    offsets = tuple((float(rng.uniform(-0.35, 0.35)), float(rng.uniform(-0.25, 0.25))) for _ in scene_.cast)
    down = {"wide": (0.32, 0.5), "full": (0.20, 0.32), "medium": (0.24, 0.36), "close": (0.30, 0.42)}[framing]
    away = {"wide": (4.6, 6.0), "full": (3.8, 5.0), "medium": (2.8, 4.0), "close": (2.1, 3.0)}[framing]
    taken = Shot(
        framing=framing,
        lead=int(rng.integers(len(scene_.cast))) if lead is None else lead,
        lines=float(rng.uniform(low, high)),
        aim=(float(rng.uniform(0.32, 0.68)), float(rng.uniform(*down))),
        pan=float(rng.uniform(-0.36, 0.36)),
        away=float(rng.uniform(*away)),
        eye_high=float(rng.uniform(1.15, 1.75)),
        poses=poses,
        offsets=offsets,
        light=light(rng),
    )
    return taken if scene_.freedom == 1 else _calmed(taken, scene_.freedom, sum(down) / 2, sum(away) / 2)


def _calmed(taken: Shot, freedom: float, down: float, away: float) -> Shot:
    """The same shot, nearer to the usual one: people face us, the camera stands straight before them,
    and light is even.
    """

    def to(value: float, usual: float = 0.0) -> float:
        return usual + freedom * (value - usual)

    poses = tuple(
        replace(p, yaw=to(p.yaw) if abs(p.yaw) <= _TOWARDS_US else p.yaw, head=to(p.head), lean=to(p.lean))
        for p in taken.poses
    )
    lit, even = taken.light, plain_light()
    return replace(
        taken,
        poses=poses,
        aim=(to(taken.aim[0], 0.5), to(taken.aim[1], down)),
        pan=to(taken.pan),
        away=to(taken.away, away),
        eye_high=to(taken.eye_high, 1.45),
        offsets=tuple((to(x), to(z)) for x, z in taken.offsets),
        light=replace(
            lit,
            exposure=to(lit.exposure),
            warm=to(lit.warm),
            tint=to(lit.tint),
            contrast=to(lit.contrast, even.contrast),
            side=to(lit.side, even.side),
            depth=to(lit.depth, even.depth),
        ),
    )


def moments(taken: Shot, rng: Rng) -> tuple[Shot, ...]:
    """A take's three key frames: the shot, and twice the same a second or two later.
    People move, and the camera drifts.
    """
    return taken, _later(taken, rng), _later(taken, rng)


def _later(taken: Shot, rng: Rng) -> Shot:
    poses = tuple(
        replace(by_chance(rng, float(np.round(pose.yaw + rng.normal(0, 20), 1))), mirrored=pose.mirrored)
        for pose in taken.poses
    )
    across, down = taken.aim
    return replace(
        taken,
        poses=poses,
        pan=taken.pan + float(rng.normal(0, 0.04)),
        lines=taken.lines * float(rng.uniform(0.92, 1.08)),
        aim=(across + float(rng.normal(0, 0.03)), down + float(rng.normal(0, 0.015))),
        offsets=tuple((x + float(rng.normal(0, 0.08)), z + float(rng.normal(0, 0.06))) for x, z in taken.offsets),
        light=replace(taken.light, seed=int(rng.integers(1 << 30))),
    )


def light(rng: Rng) -> Light:
    """A light, by chance: half a stop either way, a colour temperature or two, soft or hard, from either side."""
    return Light(
        exposure=float(rng.uniform(-0.5, 0.4)),
        warm=float(rng.uniform(-0.22, 0.22)),
        tint=float(rng.uniform(-0.06, 0.06)),
        contrast=float(rng.uniform(0.88, 1.15)),
        side=float(rng.choice((-1, 1)) * rng.uniform(0.25, 1.0)),
        depth=float(rng.uniform(0.05, 0.40)),
        grain=float(rng.uniform(1.0, 5.0)),
        quality=int(rng.integers(58, 93)),
        seed=int(rng.integers(1 << 30)),
    )


def plain_light(seed: int = 0) -> Light:
    """The light of a bible's pictures."""
    return Light(0.0, 0.0, 0.0, 1.0, -0.5, 0.08, 0.8, 95, seed)


def facing(rng: Rng) -> float:
    """The yaw of somebody in a shot, degrees, by chance: mostly towards us."""
    low, high, _ = FACINGS[int(rng.choice(len(FACINGS), p=[f[2] for f in FACINGS]))]
    sign = float(rng.choice((-1, 1))) if low == 70 else 1.0
    return float(np.round(sign * rng.uniform(low, high), 1))
