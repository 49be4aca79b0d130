"""Where everybody is in the frame at any moment: the geometry that an animatic draws and that a gate expects.

All positions are fractions of the frame (0 to 1 inside it, from the top left). `progress` runs from 0 at a shot's first
frame to 1 at its last. The cast moves with the camera fully, the plate by `PLATE_PARALLAX` of it, so that a room has
depth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from manifests.bible import View
from manifests.film import RATIOS, Aspect
from manifests.scene import Camera, CastMember, PropPlacement, Shot

PLATE_PARALLAX = 0.6
"""The part of a camera move that the plate takes: below 1, so that what is far moves less. Chosen by eye."""


class Box(NamedTuple):
    """A rectangle in fractions of a picture: left, top, right, bottom. May reach outside 0 to 1."""

    left: float
    top: float
    right: float
    bottom: float


class CameraState(NamedTuple):
    """The camera's move so far: travel right and down in frame widths and heights, and magnification."""

    right: float
    down: float
    zoom: float


@dataclass(frozen=True, slots=True)
class Placement:
    """One cut-out in the frame. `x`, `y`: its foot point; `scale`: its height in frame heights;
    wardrobe None: a prop. `frame`: the shape of the frame.
    """

    entity: str
    wardrobe: str | None
    view: View
    mirrored: bool
    x: float
    y: float
    scale: float
    frame: Aspect = "16:9"

    def box(self, aspect: float) -> Box:
        """The box of a cut-out whose picture is `aspect` times as wide as it is high."""
        half = self.scale * aspect / RATIOS[self.frame] / 2
        return Box(self.x - half, self.y - self.scale, self.x + half, self.y)


def placements(shot: Shot, progress: float) -> tuple[Placement, ...]:
    """Everybody and everything in the shot at `progress`, as the camera sees it then: the lowest layer first, and
    within it the farthest.
    """
    eased, camera = ease(progress), camera_state(shot.camera, progress)
    staged = [(member.layer, _cast_at(member, eased)) for member in shot.cast]
    staged += [(prop.layer, _prop_at(prop, eased)) for prop in shot.props]
    staged.sort(key=lambda each: (each[0], each[1].y, each[1].entity))
    return tuple(_seen(placement, camera, shot.aspect) for _, placement in staged)


def plate_window(camera: Camera, progress: float) -> Box:
    """The part of the plate (`plate_part`) that fills the frame at `progress`, in fractions of it."""
    state = camera_state(camera, progress)
    half = 0.5 / (camera.plate.zoom * (1 + (state.zoom - 1) * PLATE_PARALLAX))
    x = camera.plate.x + state.right * PLATE_PARALLAX / camera.plate.zoom
    y = camera.plate.y + state.down * PLATE_PARALLAX / camera.plate.zoom
    return Box(x - half, y - half, x + half, y + half)


def plate_part(size: tuple[int, int], aspect: Aspect) -> tuple[int, int, int, int]:
    """The part of a plate of `size` (width and height in pixels) that has the frame's shape: left, top, right, bottom.

    It is the middle of the plate, as large as it can be. In 16:9 it is the whole plate, which is made in that shape.
    """
    wide, tall = size
    if aspect == "16:9":
        return 0, 0, wide, tall
    across, down = min(wide, round(tall * RATIOS[aspect])), min(tall, round(wide / RATIOS[aspect]))
    left, top = (wide - across) // 2, (tall - down) // 2
    return left, top, left + across, top + down


def camera_state(camera: Camera, progress: float) -> CameraState:
    """The camera at `progress`. Blocking is written for how the shot opens, so only a pull-out starts off it."""
    done = ease(progress) * camera.amount
    match camera.move:
        case "push_in":
            return CameraState(0.0, 0.0, 1 + done)
        case "pull_out":
            return CameraState(0.0, 0.0, 1 + camera.amount - done)
        case "pan_left" | "pan_right":
            return CameraState(done if camera.move == "pan_right" else -done, 0.0, 1.0)
        case "tilt_up" | "tilt_down":
            return CameraState(0.0, done if camera.move == "tilt_down" else -done, 1.0)
        case "static":
            return CameraState(0.0, 0.0, 1.0)


def ease(progress: float) -> float:
    """Smoothstep: starts and ends at rest. Clamped to 0 and 1."""
    p = min(1.0, max(0.0, progress))
    return p * p * (3 - 2 * p)


def _seen(placement: Placement, camera: CameraState, frame: Aspect) -> Placement:
    return Placement(
        placement.entity,
        placement.wardrobe,
        placement.view,
        placement.mirrored,
        0.5 + (placement.x - 0.5 - camera.right) * camera.zoom,
        0.5 + (placement.y - 0.5 - camera.down) * camera.zoom,
        placement.scale * camera.zoom,
        frame,
    )


def _cast_at(member: CastMember, eased: float) -> Placement:
    a, b = member.start, member.end or member.start
    turned = b if eased >= 0.5 else a
    return Placement(
        member.character,
        member.wardrobe,
        turned.facing,
        turned.mirrored,
        _between(a.x, b.x, eased),
        _between(a.y, b.y, eased),
        _between(a.scale, b.scale, eased),
    )


def _prop_at(prop: PropPlacement, eased: float) -> Placement:
    a, b = prop.start, prop.end or prop.start
    x, y, scale = _between(a.x, b.x, eased), _between(a.y, b.y, eased), _between(a.scale, b.scale, eased)
    return Placement(prop.prop, None, "front", mirrored=False, x=x, y=y, scale=scale)


def _between(a: float, b: float, eased: float) -> float:
    return a + (b - a) * eased
