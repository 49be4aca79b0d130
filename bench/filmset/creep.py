"""Chains of thirty shots, in which a look or a set creeps away from shot eight on, and chains in which nothing does.

Every shot has its own camera, framing, light and poses. Shot for shot the creep is too small to be seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

from bench.filmset.drifts import Axis, drifted
from bench.filmset.frame import Frame, take
from bench.filmset.people import Rng
from bench.filmset.scenes import Scene, shot

Creep = Literal["none", "look", "set"]

SHOTS = 30
ONSET = 8
"""The first shot, counted from one, that is off."""

GROWTH = 1 / 16
"""Of the whole way (amount 1, gross) a shot: subtle after six shots, clear after eleven, gross after sixteen."""

_WHAT: dict[Creep, tuple[Axis, ...]] = {
    "none": (),
    "look": ("hair_colour", "wardrobe_colour", "build", "face"),
    "set": ("set_recoloured", "set_rearranged"),
}


def amount_at(number: int) -> float:
    """How far the drift has gone at a shot, counted from one: 0 to 1."""
    return float(np.clip((number - ONSET + 1) * GROWTH, 0, 1))


def chain(here: Scene, creep: Creep, rng: Rng) -> Iterator[tuple[str, Frame]]:
    """Thirty shots, each with its framing."""
    way = int(rng.integers(1 << 30))
    for number in range(1, SHOTS + 1):
        other = crept(here, creep, amount_at(number), way)
        taken = shot(here, rng)
        yield taken.framing, take(other, taken, rng, here)


def crept(here: Scene, creep: Creep, amount: float, way: int) -> Scene:
    """The scene as far gone as `amount`; the same `way` always goes the same way."""
    for index, axis in enumerate(_WHAT[creep] if amount > 0 else ()):
        here = drifted(here, axis, amount, np.random.default_rng([way, index]))
    return here
