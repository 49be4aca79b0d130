"""The labelled film set: masters and approved shots of every scene, and takes that are consistent or drifted.

In every picture camera, framing, light and poses are random. One seed gives one set, whatever the number of processes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.filmset.brush import Picture
from bench.filmset.drifts import AXES, PERSON_AXES, STRENGTHS, Axis, drifted
from bench.filmset.frame import Frame, camera_of, cutout, draw, plate, take
from bench.filmset.people import Person, Rng
from bench.filmset.scenes import Scene, Shot, moments, scene, shot

DEVELOPMENT_SEED = 1
"""The set that one may look at while building an eye. Published numbers come from another seed, `MEASURED_SEED`."""

MEASURED_SEED = 20261209
"""Measured once, at the next release, and logged in docs/eyes.md; then another is drawn."""

VIEWS: dict[str, float] = {"front": 0.0, "three_quarter": 38.0, "side": 90.0, "back": 180.0}
APPROVED = 6
"""Approved shots a scene: consistent takes that a person has approved; a film has them before it has drift."""

_TRIES = 8
_CHANGED = 6.0
"""Delta-E by which a pixel must differ to count as changed."""

_VISIBLE: dict[bool, float] = {True: 0.0004, False: 0.015}
"""Share of the frame's pixels that must have changed, by whether it is a person: about 90 pixels of a face, 3,500 of a
set. Where a drift cannot be seen (a face from behind), another shot is taken: nobody could be asked to find it.
"""

_FACE_SEEN = 0.0
"""Cosine of the head's turn from which on no face is seen."""


@dataclass(frozen=True, slots=True)
class Masters:
    """The references of a scene's people and place. `views`: by entity, RGBA cut-outs by view; `plates`: RGB 1280×720.

    `approved`: the three key frames of each approved shot, of which the first stands for its panel.
    """

    scene: str
    location: str
    views: dict[str, dict[str, Picture]]
    plates: tuple[Picture, ...]
    approved: tuple[tuple[Frame, ...], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A labelled take. `axis`: what has drifted, None for a consistent one; `strength`: subtle, clear or gross.

    `entity`: the character or location that drifted, or "". `changed`: share of the first frame that the drift changed.
    `frames`: its three key frames, of which the first alone is a panel.
    """

    scene: str
    axis: Axis | None
    strength: str | None
    entity: str
    framing: str
    changed: float
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One scene of the set."""

    masters: Masters
    items: tuple[Item, ...]


Say = Callable[[str], None]
J = TypeVar("J")
R = TypeVar("R")


def spread(make: Callable[[J], R], jobs: list[J], workers: int) -> Iterator[R]:
    """Do the jobs in so many processes, and give the results in order."""
    if workers <= 1:
        yield from map(make, jobs)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        yield from pool.map(make, jobs)


def scene_of(seed: int, number: int, freedom: float = 1.0) -> tuple[Scene, Rng]:
    """One scene's room and cast, and the chance that goes on from there."""
    rng = np.random.default_rng([seed, number])
    return replace(scene(f"scene{number:02d}", rng), freedom=freedom), rng


def cast_of(seed: int, number: int) -> Masters:
    """Only the views of a scene's cast: the others in the film whom somebody might be taken for."""
    here, _ = scene_of(seed, number)
    views = {p.name: {name: cutout(p, yaw) for name, yaw in VIEWS.items()} for p in here.cast}
    return Masters(here.name, here.room.name, views, (), ())


def masters_of(scene_: Scene, rng: Rng, approved: int = APPROVED) -> Masters:
    """A scene's bible, and the shots that were approved."""
    views = {p.name: {name: cutout(p, yaw) for name, yaw in VIEWS.items()} for p in scene_.cast}
    plates = tuple(plate(scene_.room, sideways) for sideways in (0.0, -0.7, 0.7))
    shots = tuple(_frames(scene_, shot(scene_, rng), rng) for _ in range(approved))
    return Masters(scene_.name, scene_.room.name, views, plates, shots)


def on_ground(view: Picture, grey: int = 196) -> Picture:
    """A cut-out as a plain picture: on grey, with a margin."""
    pad = view.shape[0] // 16
    padded = cv2.copyMakeBorder(view, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=(grey, grey, grey, 0))
    alpha = padded[..., 3:].astype(np.float32) / 255
    return np.asarray(padded[..., :3] * alpha + grey * (1 - alpha), np.uint8)


def film_scene(seed: int, number: int, consistent: int = 10, rounds: int = 1, freedom: float = 1.0) -> Labelled:
    """One scene of the set. `freedom` of camera, poses and light, 0 to 1; people and rooms are the same with any."""
    here, rng = scene_of(seed, number, freedom)
    masters = masters_of(here, rng)
    items = [_consistent(here, rng) for _ in range(consistent)]
    for axis in AXES:
        for strength, amount in STRENGTHS.items():
            items += [_drifted(here, axis, strength, amount, rng) for _ in range(rounds)]
    return Labelled(masters, tuple(items))


def _consistent(here: Scene, rng: Rng) -> Item:
    taken = shot(here, rng)
    return Item(here.name, None, None, "", taken.framing, 0.0, _frames(here, taken, rng))


def drifted_pair(here: Scene, axis: Axis, amount: float, rng: Rng) -> tuple[Scene, Shot]:
    """The drifted scene, and a shot in which it can be seen; of a few tries the last, if it never can."""
    for _ in range(_TRIES):
        taken = shot(here, rng)
        other = drifted(here, axis, amount, np.random.default_rng(rng.integers(1 << 30)), taken.lead)
        pose = taken.poses[taken.lead]
        turned_away = axis == "face" and np.cos(np.radians(pose.yaw + pose.head)) < _FACE_SEEN
        if not turned_away and changed(here, other, taken) >= _VISIBLE[axis in PERSON_AXES]:
            break
    return other, taken


def _drifted(here: Scene, axis: Axis, strength: str, amount: float, rng: Rng) -> Item:
    other, taken = drifted_pair(here, axis, amount, rng)
    entity = here.cast[taken.lead].name if axis in PERSON_AXES else here.room.name
    share = changed(here, other, taken)
    return Item(here.name, axis, strength, entity, taken.framing, share, _frames(other, taken, rng, here))


def _frames(scene_: Scene, taken: Shot, rng: Rng, expected: Scene | None = None) -> tuple[Frame, ...]:
    return tuple(take(scene_, moment, rng, expected) for moment in moments(taken, rng))


def changed(here: Scene, other: Scene, taken: Shot) -> float:
    """The share of the frame's pixels that differ between two scenes in one shot, before light and coding."""
    return float(differing(here, other, taken).mean())


def differing(here: Scene, other: Scene, taken: Shot) -> NDArray[np.bool_]:
    """The frame's pixels that differ between two scenes in one shot, before light and coding."""
    camera = camera_of(here, taken)
    seen = (draw(s, taken, camera, 1, room=here.room != other.room) for s in (here, other))
    one, two = (cv2.cvtColor(p.astype(np.float32) / 255, cv2.COLOR_RGB2LAB) for p in seen)
    return np.asarray(np.linalg.norm(one - two, axis=2) > _CHANGED)


def told(words: str) -> None:
    """Progress goes where it is in nobody's way."""
    print(words, file=sys.stderr, flush=True)


__all__ = ["Item", "Labelled", "Masters", "Person", "masters_of", "on_ground", "told"]
