"""A person drawn in any pose and from any side: solids of rings that turn, so that every view shows the same one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench.filmset.brush import Brush, Cloth, Picture, Points, capsule, oval, shade
from bench.filmset.people import Person, Rng

_ANGLES = np.radians(np.arange(0, 360, 10))
_EDGE = np.radians(84)
"""A part that lies farther round than this is drawn at the edge:
a lapel seen from the side is a thin line, not gone.
"""


@dataclass(frozen=True, slots=True)
class Arm:
    """Radians: out to the side, swung forward, and the bend of the elbow."""

    out: float
    swing: float
    bend: float


@dataclass(frozen=True, slots=True)
class Pose:
    """How somebody stands. `yaw`: degrees turned to the picture's right; `head`: the head's yaw more; `lean`: shear."""

    yaw: float
    head: float
    lean: float
    left: Arm
    right: Arm
    stance: float
    smile: float
    mirrored: bool


@dataclass(frozen=True, slots=True)
class Solid:
    """Rings one above the other: rows of y, half width, depth to the front, depth to the back, and z of the middle."""

    rings: Points
    turn: float

    def spots(self, degrees: Sequence[float] | Points, heights: Sequence[float] | Points, out: float = 1.0) -> Points:
        """Places on its surface, by azimuth (0 the front, 90 to the picture's right) and height;
        at the edge if behind.
        """
        around = np.radians(np.asarray(degrees, float)) + self.turn
        around = np.clip((around + np.pi) % (2 * np.pi) - np.pi, -_EDGE, _EDGE) - self.turn
        y = np.asarray(heights, float)
        wide, front, back, middle = (np.interp(y, self.rings[:, 0], self.rings[:, i]) for i in (1, 2, 3, 4))
        deep = np.where(np.cos(around) > 0, front, back)
        x, z = wide * np.sin(around) * out, deep * np.cos(around) * out + middle
        return np.stack([x * np.cos(self.turn) + z * np.sin(self.turn), y], 1)

    def faces(self, degrees: float) -> float:
        """How much that azimuth looks at the camera, -1 to 1."""
        return float(np.cos(np.radians(degrees) + self.turn))

    def outline(self) -> Points:
        """Its silhouette, from the lowest left round the top to the lowest right."""
        left, right = self.edges(self.rings[:, 0])
        return np.concatenate([left, right[::-1]])

    def edges(self, heights: Sequence[float] | Points) -> tuple[Points, Points]:
        """The left and the right edge at these heights."""
        y = np.asarray(heights, float)
        wide, front, back, middle = (np.interp(y, self.rings[:, 0], self.rings[:, i])[:, None] for i in (1, 2, 3, 4))
        deep = np.where(np.cos(_ANGLES) > 0, front, back)
        x, z = wide * np.sin(_ANGLES), deep * np.cos(_ANGLES) + middle
        seen = x * np.cos(self.turn) + z * np.sin(self.turn)
        return np.stack([seen.min(1), y], 1), np.stack([seen.max(1), y], 1)

    def swollen(self, by: float) -> Solid:
        """The same, `by` metres thicker all round."""
        rings = self.rings.copy()
        rings[:, 1:4] += by
        return replace(self, rings=rings)

    def between(self, low: float, high: float) -> Solid:
        """The part between two heights."""
        inside = self.rings[(self.rings[:, 0] > low) & (self.rings[:, 0] < high), 0]
        y = np.concatenate([[low], inside, [high]])
        rows = [np.interp(y, self.rings[:, 0], self.rings[:, i]) for i in range(1, 5)]
        return replace(self, rings=np.stack([y, *rows], 1))


@dataclass(frozen=True, slots=True)
class Body:
    """Somebody's solids in a pose; all in metres, feet at 0."""

    person: Person
    pose: Pose
    turn: float
    head_turn: float
    torso: Solid
    head_high: float
    chin: float

    @property
    def front(self) -> bool:
        """True unless we look at the back."""
        return bool(np.cos(self.turn) > -0.25)

    def head(self, by: float = 1.0) -> Solid:
        """The skull, or a shell `by` times as large around it."""
        face, size, chin = self.person.face, self.head_high, self.chin
        w, d = face.width * size, 0.43 * size
        jaw = face.jaw
        rows = (
            (0.0, 0.30 * jaw, 0.55, 0.10),
            (0.05, 0.52 * jaw, 0.70, 0.25),
            (0.14, 0.70 * jaw + 0.08, 0.80, 0.45),
            (0.28, 0.90 * (0.6 + 0.4 * jaw), 0.86, 0.72),
            (0.46, 0.99, 0.90, 0.98),
            (0.60, 1.0, 0.92, 1.10),
            (0.74, 0.97, 0.90, 1.08),
            (0.86, 0.80, 0.74, 0.88),
            (0.95, 0.50, 0.44, 0.56),
            (1.0, 0.10, 0.10, 0.12),
        )
        middle = 0.52
        rings = [
            (chin + size * (middle + (y - middle) * by), wide * w * by, front * d * by, back * d * by, 0.02)
            for y, wide, front, back in rows
        ]
        return Solid(np.array(rings), self.head_turn)

    def shoulder(self, side: int) -> Points:
        """Where an arm hangs, as x, y, z before turning; `side` 1 is the picture's right when seen from the front."""
        build = self.person.build
        return np.array([side * build.shoulders * 0.84, build.height * 0.783, 0.0])

    def arm(self, side: int) -> Points:
        """Shoulder, elbow, wrist and fingertips, turned; columns x, y and z towards the camera."""
        arm = self.pose.right if side > 0 else self.pose.left
        height = self.person.build.height
        upper = _limb(side, arm.out, arm.swing) * height * 0.172
        lower = _limb(side, arm.out * 0.45 - 0.18 * arm.bend, arm.swing + arm.bend) * height * 0.150
        start = self.shoulder(side)
        places = np.array([start, start + upper, start + upper + lower, start + upper + lower * 1.38])
        return turned(places, self.turn)

    def leg(self, side: int) -> Points:
        """Hip, knee, ankle, turned; columns x, y, z."""
        build, stance = self.person.build, self.pose.stance
        h, x = build.height, side * build.hips * 0.50
        step = side * stance * 0.13 * h
        places = np.array(
            [
                [x, 0.49 * h, 0.0],
                [x * (1 + 0.4 * abs(stance)), 0.27 * h, step * 0.35],
                [x * (1 + 0.8 * abs(stance)), 0.045 * h, step],
            ]
        )
        return turned(places, self.turn)


def body(person: Person, pose: Pose) -> Body:
    """Work out somebody's solids."""
    build = person.build
    h = build.height
    turn, head_turn = np.radians(pose.yaw), np.radians(pose.yaw + pose.head)
    s, c, w, p = build.shoulders, build.chest, build.waist, build.hips
    rows = (
        (0.455, p * 0.86, p * 0.62, p * 0.66),
        (0.50, p, p * 0.62, p * 0.76),
        (0.545, p * 0.99, w * 0.72, p * 0.70),
        (0.62, w, w * 0.74, w * 0.62),
        (0.70, (c + w) / 2 * 1.02, c * 0.68, c * 0.62),
        (0.755, c * 1.06, c * 0.66, c * 0.64),
        (0.785, s * 0.97, c * 0.56, c * 0.60),
        (0.806, s * 0.88, c * 0.46, c * 0.52),
        (0.824, s * 0.60, 0.08, 0.085),
        (0.842, s * 0.36, 0.055, 0.065),
    )
    torso = Solid(np.array([(y * h, wide, front, back, 0.0) for y, wide, front, back in rows]), turn)
    head_high = 0.240 + 0.016 * (h - 1.6)
    return Body(person, pose, turn, head_turn, torso, head_high, h - head_high * 1.0)


def turned(places: Points, turn: float) -> Points:
    """Points turned about the upright axis."""
    x, y, z = places.T
    return np.stack([x * np.cos(turn) + z * np.sin(turn), y, z * np.cos(turn) - x * np.sin(turn)], 1)


def _limb(side: int, out: float, swing: float) -> Points:
    return np.array([side * np.sin(out), -np.cos(out) * np.cos(swing), np.cos(out) * np.sin(swing)])


def leaning(brush: Brush, pose: Pose) -> _Leaning:
    """The brush, with everything above the feet sheared by the pose's lean."""
    return _Leaning(
        brush.picture, brush.at, brush.scale, brush.side, brush.relief, brush.mirrored, brush.covered, pose.lean
    )


@dataclass(slots=True)
class _Leaning(Brush):
    lean: float = 0.0

    def pixels(self, points: Points) -> Points:
        moved = points.astype(float).copy()
        moved[:, 0] += self.lean * np.maximum(moved[:, 1] - 0.5, 0)
        return Brush.pixels(self, moved)


def draw_hand(brush: Brush, body_: Body, places: Points) -> None:
    """The hand past the cuff, thumb and all."""
    skin = Cloth(body_.person.face.skin, seed=body_.person.seed)
    thick = 0.030 * (0.6 + 0.4 * body_.person.build.limb)
    hand = places[2:, :2]
    brush.shape(capsule(hand, [thick * 0.85, thick]), skin)
    across = np.array([0.022 * (1 if places[2, 2] > 0 else -1), -0.01])
    thumb = np.array([hand[0] * 0.4 + hand[1] * 0.6, hand[1] * 0.8 + hand[0] * 0.2 + across * 1.4])
    brush.shape(capsule(thumb, [0.011, 0.009]), skin, 0.5)


def draw_shoe(brush: Brush, body_: Body, places: Points, cloth: Cloth) -> None:
    """A shoe under the ankle, pointing where the body looks."""
    x, y = places[2, 0], places[2, 1]
    toe = 0.15 * np.sin(body_.turn)
    wide = 0.050 + 0.02 * abs(np.cos(body_.turn))
    shape = np.array(
        [
            [x - wide, 0.0],
            [x - wide, 0.05],
            [x - 0.045, y + 0.035],
            [x + 0.045, y + 0.035],
            [x + wide, 0.05],
            [x + wide, 0.0],
        ]
    )
    shape[[0, 1], 0] += min(toe, 0) * np.array([1, 0.8])
    shape[[4, 5], 0] += max(toe, 0) * np.array([0.8, 1])
    brush.shape(shape, cloth)
    sole = np.array([[shape[0, 0], 0.0], [shape[0, 0], 0.016], [shape[5, 0], 0.016], [shape[5, 0], 0.0]])
    brush.flat(sole, shade(cloth.colour, -16))


def neutral(yaw: float) -> Pose:
    """How a bible shows somebody."""
    return Pose(yaw, 0.0, 0.0, Arm(0.13, 0.02, 0.12), Arm(0.13, 0.02, 0.12), 0.1, 0.5, mirrored=False)


ARMS: tuple[Arm, ...] = (
    Arm(0.12, 0.0, 0.1),
    Arm(0.18, 0.15, 0.35),
    Arm(0.15, -0.2, 0.25),
    Arm(0.5, 0.1, 1.2),
    Arm(0.25, 0.5, 1.3),
    Arm(0.2, 0.35, 1.6),
    Arm(0.7, 0.6, 0.6),
    Arm(0.3, 1.2, 0.5),
    Arm(0.12, 0.25, 0.8),
)
"""Hanging, at ease, swung back, on the hip, holding, at the chest, reaching out, pointing, half raised."""


def by_chance(rng: Rng, yaw: float) -> Pose:
    """A pose of somebody who looks to `yaw`."""

    def arm() -> Arm:
        usual = ARMS[int(rng.integers(len(ARMS)))]
        return Arm(*(float(v + rng.normal(0, 0.07)) for v in (usual.out, usual.swing, usual.bend)))

    return Pose(
        yaw,
        float(rng.uniform(-28, 28)),
        float(rng.uniform(-0.10, 0.10)),
        arm(),
        arm(),
        float(rng.uniform(-1, 1)),
        float(rng.uniform(-0.3, 1)),
        bool(rng.random() < 0.3),
    )


__all__ = ["ARMS", "Arm", "Body", "Picture", "Pose", "Solid", "body", "by_chance", "neutral", "oval"]
