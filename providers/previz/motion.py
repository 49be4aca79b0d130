"""Idle life and walking: the small movements that keep a cut-out from standing like one.

Everybody is at rest at second 0, so that a clip begins exactly as its panel stands.
"""

from __future__ import annotations

import hashlib
import math
from typing import NamedTuple

from manifests.film import RATIOS, Aspect
from manifests.scene import CastMember, Mark, PropPlacement
from manifests.staging import ease

BREATH_STRETCH = 0.006
"""How much a breath adds to the standing height, as a fraction of it: 2 px in a figure of 340 px. Chosen by eye."""
SWAY_LEAN = 0.007
"""How far the head sways sideways, in body heights. Chosen by eye."""
STEP_BOB = 0.018
"""How high the body rises in mid-step, in body heights: people bob 3 to 5 cm when they walk."""
STEP_ROCK = 0.022
"""How far the body rocks from foot to foot, in radians."""
STEP_LENGTH = 0.42
"""One step in body heights, the usual ratio of an adult's walk."""
_SETTLE_S = 0.6
_SAME_WAY = 0.05


class Pose(NamedTuple):
    """The offset of a placement.
    `rise` upward and `lean` to the right in body heights, `stretch` a factor, `rock` radians.
    """

    rise: float
    stretch: float
    lean: float
    rock: float


REST = Pose(0.0, 1.0, 0.0, 0.0)


def pose(member: CastMember, progress: float, seconds: float, seed: int, frame: Aspect = "16:9") -> Pose:
    """The pose of `member` at `progress` (0 to 1) and `seconds` into the shot; the phase comes from seed and name.
    `frame`: the frame's shape.
    """
    idle, walk = _idle(member.character, seconds, seed), _walk(member, progress, frame)
    return Pose(walk.rise, idle.stretch, idle.lean, walk.rock)


def steps(start: Mark, end: Mark, frame: Aspect = "16:9") -> int:
    """How many steps the walk between two marks takes; 0 for somebody who stays.
    Whole, so that it ends with feet down.
    """
    across, along = (end.x - start.x) * RATIOS[frame], end.y - start.y
    size = (start.scale + end.scale) / 2
    distance = math.hypot(across, along, end.scale - start.scale) / size
    return 0 if distance < STEP_LENGTH / 4 else max(1, round(distance / STEP_LENGTH))


def carries(member: CastMember, prop: PropPlacement, frame: Aspect = "16:9") -> bool:
    """Whether a prop goes where `member` goes: both move, by the same way."""
    if member.end is None or prop.end is None or not steps(member.start, member.end, frame):
        return False
    across = (prop.end.x - prop.start.x) - (member.end.x - member.start.x)
    return math.hypot(across, (prop.end.y - prop.start.y) - (member.end.y - member.start.y)) < _SAME_WAY


def _idle(name: str, seconds: float, seed: int) -> Pose:
    breath_phase, sway_phase, pace = _chances(name, seed)
    settled = ease(seconds / _SETTLE_S)
    breath = math.sin(math.tau * (seconds * (0.24 + 0.06 * pace) + breath_phase))
    sway = math.sin(math.tau * (seconds * (0.13 + 0.05 * pace) + sway_phase))
    return Pose(0.0, 1 + BREATH_STRETCH * breath * settled, SWAY_LEAN * sway * settled, 0.0)


def _walk(member: CastMember, progress: float, frame: Aspect) -> Pose:
    count = steps(member.start, member.end, frame) if member.end else 0
    if not count:
        return REST
    stride = math.sin(math.pi * count * ease(progress))
    return Pose(STEP_BOB * abs(stride), 1.0, 0.0, STEP_ROCK * stride)


def _chances(name: str, seed: int) -> tuple[float, float, float]:
    digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
    return digest[0] / 256, digest[1] / 256, digest[2] / 256
