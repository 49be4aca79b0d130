"""The drawn film set as takes of a film: good ones under a free camera, and ones with a gross flaw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import cv2
import numpy as np

from bench.filmset.brush import Picture
from bench.filmset.cast_changes import CAST_CHANGES, recast
from bench.filmset.drifts import Axis
from bench.filmset.frame import Frame, cutout, plate, take
from bench.filmset.labelled import VIEWS, drifted_pair, scene_of
from bench.filmset.people import Rng
from bench.filmset.scenes import Scene, Shot, shot
from bench.gating.film import DRESS, Made
from bench.gating.looks import Look
from bench.gating.material import GOOD, Material
from manifests.bible import View
from manifests.scene import Camera, CastMember, Mark, Viewport
from manifests.scene import Shot as Asked

AXES: dict[str, Axis] = {
    "another person": "character_swap",
    "another face": "face",
    "other clothes": "wardrobe",
    "clothes in another colour": "wardrobe_colour",
    "another room": "set_swapped",
    "room rearranged": "set_rearranged",
    "room repainted": "set_recoloured",
}
FLAWS = (*AXES, *(change for change in CAST_CHANGES if change != "none"), "mirrored")

_TRIES = 60
_HEAD_ROOM = 1.04
"""How much higher a box of the blocking is than the figure: a hundredth below the feet and three above the head."""

_SIZES = {"wide": "wide", "full": "full", "medium": "medium", "close": "medium_close_up"}


def drawn(seed: int, number: int, freedom: float, look: Look, rivals: int = 2) -> Material:
    """One scene of the set as a film, in one look. `freedom` of camera, poses and light, 0 to 1.

    The bible has the cast and the room of `rivals` further scenes too, so that a gate has somebody to mistake them for.
    """
    here, rng = scene_of(seed, number, freedom)
    everybody = [here, *(scene_of(seed, number + 1000 * (i + 1))[0] for i in range(rivals))]
    everybody = [here, *(_renamed(other, index) for index, other in enumerate(everybody[1:], 1))]
    views = {
        person.name: {name: look.reference(cutout(person, yaw)) for name, yaw in VIEWS.items()}
        for each in everybody
        for person in each.cast
    }
    plates = {each.room.name: look.reference(plate(each.room)) for each in everybody}

    def approved(count: int) -> Iterator[Made]:
        chance = np.random.default_rng([seed, number, 1])
        for _ in range(count):
            yield _good(here, chance, look)

    def takes(kind: str, count: int) -> Iterator[Made]:
        chance = np.random.default_rng([seed, number, 2, *kind.encode()])
        for _ in range(count):
            made = _make(kind)(here, chance, look)
            if made is not None:
                yield made

    del rng  # every kind has dice of its own, so that one may be measured alone
    return Material(views, plates, (GOOD, *FLAWS), approved, takes)


def _renamed(scene: Scene, index: int) -> Scene:
    """Another scene under names of its own."""
    cast = tuple(replace(person, name=f"other{index}_{'ab'[i]}") for i, person in enumerate(scene.cast))
    return replace(scene, cast=cast, room=replace(scene.room, name=f"other{index}_room"))


Make = Callable[[Scene, Rng, Look], Made | None]


def _make(kind: str) -> Make:
    if kind == GOOD:
        return _good
    if kind == "mirrored":
        return _mirrored
    if kind in CAST_CHANGES:
        return lambda here, rng, look: _recast(here, kind, rng, look)
    return lambda here, rng, look: _drifted(here, AXES[kind], rng, look)


def _good(here: Scene, rng: Rng, look: Look) -> Made:
    for _ in range(_TRIES):
        taken = shot(here, rng)
        frame = take(here, taken, rng)
        if _complete(frame, here):
            break
    return _made(frame, taken.framing, look, rng)


def _mirrored(here: Scene, rng: Rng, look: Look) -> Made:
    made = _good(here, rng, look)
    return replace(made, picture=np.ascontiguousarray(made.picture[:, ::-1]))


def _recast(here: Scene, kind: str, rng: Rng, look: Look) -> Made | None:
    for _ in range(_TRIES):
        found = recast(here, kind, rng)  # type: ignore[arg-type]  # `_make` gives it none but cast changes
        if found is not None and _complete(found.frames[0], here):
            return _made(found.frames[0], found.framing, look, rng)
    return None


def _drifted(here: Scene, axis: Axis, rng: Rng, look: Look) -> Made | None:
    for _ in range(_TRIES):
        other, taken = drifted_pair(here, axis, 1.0, rng)
        frame = take(other, taken, rng, here)
        if _complete(frame, here):
            return _made(frame, taken.framing, look, rng)
    return None


def _complete(frame: Frame, here: Scene) -> bool:
    """Everybody of the cast has a mark: a manifest names all whom the picture is to show."""
    return {placed.entity for placed in frame.placed} == {person.name for person in here.cast}


def _made(frame: Frame, framing: str, look: Look, rng: Rng) -> Made:
    return Made(look.take(frame.picture, rng), _asked(frame, framing))


def _asked(frame: Frame, framing: str) -> Asked:
    """The shot as a manifest says it. The camera moves a little, as a model's does: nothing is locked off."""
    window = frame.window
    wide = window.right - window.left
    middle = (window.left + window.right) / 2, (window.top + window.bottom) / 2
    x, y = (float(np.clip(value, 0, 1)) for value in middle)
    camera = Camera(
        size=_SIZES[framing],
        move="push_in",
        amount=0.05,
        plate=Viewport(x=x, y=y, zoom=float(np.clip(1 / max(wide, 1e-3), 1, 4))),
    )
    cast = []
    for placed in frame.placed:
        box, facing = placed.figure, _facing(placed.yaw)
        mark = Mark(
            x=float(np.clip((box.left + box.right) / 2, -1, 3)),
            y=float(np.clip(box.bottom, -1, 3)),
            scale=float(np.clip((box.bottom - box.top) / _HEAD_ROOM, 0.03, 6)),
            facing=facing,
            mirrored=placed.yaw < 0 and facing in {"side", "three_quarter"},
        )
        cast.append(CastMember(character=placed.entity, wardrobe=DRESS, start=mark))
    return Asked(
        id="SC010_SH0010", location=frame.location, cast=tuple(cast), camera=camera, motion="as drawn", duration_s=4
    )


def _facing(yaw: float) -> View:
    turned = abs((yaw + 180) % 360 - 180)
    if turned < 19:
        return "front"
    if turned < 64:
        return "three_quarter"
    return "side" if turned < 130 else "back"


def enlarged(picture: Picture, lines: int) -> Picture:
    """The picture with so many lines, as a provider delivers it."""
    size = round(picture.shape[1] * lines / picture.shape[0]), lines
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), np.uint8)


__all__ = ["FLAWS", "Shot", "drawn"]
