"""The acts on the camera: its frame on the plate, the size and the lens that follow, its move, and the length. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from manifests.scene import Camera, CameraMove, Viewport
from manifests.staging import plate_window
from manifests.story.blocking import HEADROOM, TALLEST
from production.board.arranging import transformed
from production.board.composition import Composition
from production.board.errors import NotComposable
from production.board.operations import CameraSet, EndFrame, LengthAct, PlateAct, ReframeAct, SizeTo, only
from production.board.perspective import tallest
from production.board.setting import BoardSetting

LENSES: Mapping[str, str] = {
    "wide": "28 mm",
    "full": "35 mm",
    "medium": "50 mm",
    "medium_close_up": "65 mm",
    "close_up": "85 mm",
}
"""The usual lens of each size on a full frame; the example film's own."""
_MILLIMETRES = re.compile(r"\d{2,3} ?mm")
_AMOUNT_MAX, _AMOUNT_LEAST = 0.6, 0.02


def plate(composition: Composition, act: PlateAct, setting: BoardSetting) -> Composition:
    """Change the place. Raises NotComposable where the bible has none of that name."""
    if act.location not in setting.bible.locations:
        known = ", ".join(sorted(setting.bible.locations))
        raise NotComposable(act.location, "the bible does not know this place", f"It knows: {known}.")
    return composition.model_copy(update={"location": act.location})


def reframe(composition: Composition, act: ReframeAct, _setting: BoardSetting) -> Composition:
    """Move the frame over the plate; people stay where they stand in the room, and the size and the lens follow."""
    view = Viewport(x=round(act.x, 3), y=round(act.y, 3), zoom=round(act.zoom, 3))
    camera = composition.camera.model_copy(update={"plate": view})
    was, sees = plate_window(_opened(composition.camera), 0.0), plate_window(_opened(camera), 0.0)
    wide, tall = sees.right - sees.left, sees.bottom - sees.top
    grown = view.zoom / composition.camera.plate.zoom
    seen = transformed(
        composition,
        lambda mark: {
            "x": (was.left + mark.x * (was.right - was.left) - sees.left) / wide,
            "y": (was.top + mark.y * (was.bottom - was.top) - sees.top) / tall,
            "scale": mark.scale * grown,
        },
    )
    return seen.model_copy(update={"camera": camera if abs(grown - 1) < 0.01 else _named(seen, camera)})


def size_to(composition: Composition, act: SizeTo, _setting: BoardSetting) -> Composition:
    """Frame the tallest at this size, with the usual room over the head. Without people only the words change."""
    camera = composition.camera.model_copy(update={"size": act.size})
    lead = tallest(composition)
    if lead is None:
        return composition.model_copy(update={"camera": _lens(composition.camera, camera)})
    grown = TALLEST[act.size] / lead.start.scale
    high = max(HEADROOM, lead.start.y - lead.start.scale) if grown < 1 else HEADROOM
    foot = max(min(lead.start.y, 0.95), high + TALLEST[act.size]) if TALLEST[act.size] > 0.7 else lead.start.y
    x, y = lead.start.x, lead.start.y
    seen = transformed(
        composition,
        lambda mark: {"x": x + (mark.x - x) * grown, "y": foot + (mark.y - y) * grown, "scale": mark.scale * grown},
    )
    view = camera.plate
    zoom = min(4.0, max(1.0, view.zoom * grown))
    kept_x = min(1.0, max(0.0, view.x + (x - 0.5) * (1 / view.zoom - 1 / zoom)))
    kept_y = min(1.0, max(0.0, view.y + (y - 0.5) / view.zoom - (foot - 0.5) / zoom))
    there = Viewport(x=round(kept_x, 3), y=round(kept_y, 3), zoom=round(zoom, 3))
    return seen.model_copy(update={"camera": _lens(composition.camera, camera.model_copy(update={"plate": there}))})


def end_frame(composition: Composition, act: EndFrame, _setting: BoardSetting) -> Composition:
    """Take the move that comes nearest to the frame that was drawn. A larger frame is a pull-out: the shot then closes
    on the arrangement, and opens nearer.
    """
    ways: dict[CameraMove, float] = {
        "push_in": act.zoom - 1,
        "pull_out": 1 / act.zoom - 1,
        "pan_right": act.dx,
        "pan_left": -act.dx,
        "tilt_down": act.dy,
        "tilt_up": -act.dy,
    }
    move = max(ways, key=lambda each: ways[each])
    amount = round(min(_AMOUNT_MAX, ways[move]), 3)
    if amount < _AMOUNT_LEAST:
        return _with_camera(composition, {"move": "static"})
    return _with_camera(composition, {"move": move, "amount": amount})


def camera(composition: Composition, act: CameraSet, _setting: BoardSetting) -> Composition:
    """Name the move, its amount, or the lens."""
    amount = None if act.amount is None else round(act.amount, 3)
    told = only(move=act.move, amount=amount, lens=act.lens)
    return _with_camera(composition, told)


def length(composition: Composition, act: LengthAct, setting: BoardSetting) -> Composition:
    """Make it the nearest whole number of frames long, from one second to sixty."""
    frames = round(min(60.0, max(1.0, act.seconds)) * setting.fps)
    return composition.model_copy(update={"duration_s": round(frames / setting.fps, 8)})


def size_of(composition: Composition, zoom: float) -> str:
    """The size word of what is framed: by the tallest, or by the part of the plate where nobody stands."""
    lead = tallest(composition)
    if lead is None:
        return "wide" if zoom < 1.5 else "full" if zoom < 2.2 else "medium" if zoom < 3 else "close_up"
    return min(TALLEST, key=lambda size: abs(TALLEST[size] / lead.start.scale - 1))


def _named(composition: Composition, camera: Camera) -> Camera:
    return _lens(camera, camera.model_copy(update={"size": size_of(composition, camera.plate.zoom)}))


def _lens(before: Camera, camera: Camera) -> Camera:
    """The usual lens of a size that is new, where the film names a lens in millimetres; other words stay."""
    if before.size == camera.size or not _MILLIMETRES.fullmatch(camera.lens):
        return camera
    return camera.model_copy(update={"lens": LENSES[camera.size]})


def _opened(camera: Camera) -> Camera:
    """The camera before its move: marks are written for it."""
    return camera.model_copy(update={"move": "static"})


def _with_camera(composition: Composition, told: Mapping[str, object]) -> Composition:
    return composition.model_copy(update={"camera": composition.camera.model_copy(update=dict(told))})
