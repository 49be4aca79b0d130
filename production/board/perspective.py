"""The floor in perspective: who stands nearer is larger, by the plate's horizon and one known height. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from manifests.bible import Bible
from manifests.scene import Camera, Shot
from manifests.staging import plate_window
from manifests.story.blocking import PROP_HEIGHT, TALLEST, floor_line, usual_foot
from production.board.composition import Composition, PlacedFigure

EYE_M = 1.5
"""How high a camera stands whose plate names no horizon: at the eyes of somebody who sits or is small, as crews set it
for people who stand. The horizon crosses everybody at this height.
"""
_NEAREST_TO_HORIZON = 0.02
_PROP_M = PROP_HEIGHT * 1.7


class Floor(NamedTuple):
    """A floor, as one camera sees it. `horizon`: where it ends, in frame heights from the top; `per_metre`: how many
    frame heights a metre has, for each frame height that its feet are below the horizon.
    """

    horizon: float
    per_metre: float

    def scale_at(self, y: float, height_m: float) -> float:
        """The height in the frame of somebody of `height_m` whose feet are at `y`."""
        return self.per_metre * height_m * max(_NEAREST_TO_HORIZON, y - self.horizon)

    def grown(self, scale: float, y: float, to_y: float) -> float:
        """The height that somebody of this one has after a walk from `y` to `to_y`."""
        return scale * max(_NEAREST_TO_HORIZON, to_y - self.horizon) / max(_NEAREST_TO_HORIZON, y - self.horizon)


def ground_of(composition: Composition, bible: Bible, others: Iterable[Shot] = ()) -> Floor:
    """The floor of what the camera sees. The known height is that of the tallest who stands in the shot; in an empty
    one, of the tallest in `others` in the same place; where nobody was ever placed there, the usual one of the shot's
    size where such a person stands.
    """
    place, camera = bible.locations[composition.location], composition.camera
    known = [(bible.characters[who.character].height_m, who.start.y, who.start.scale) for who in composition.cast]
    if not known:
        known = [
            each for shot in others if shot.location == composition.location for each in _seen(shot, camera, bible)
        ]
    if not known:
        usual = TALLEST[camera.size]
        known = [(1.7, max(floor_line(camera, place.floor), usual_foot(usual)), usual)]
    height_m, y, scale = max(known)
    if place.horizon is None:
        horizon = y - scale * min(EYE_M, height_m * 0.9) / height_m
    else:
        horizon = 0.5 + (place.horizon - camera.plate.y) * camera.plate.zoom
    return Floor(horizon, scale / height_m / max(_NEAREST_TO_HORIZON, y - horizon))


def height_of(name: str, bible: Bible) -> float:
    """How tall somebody is in metres; of a prop, which the bible does not measure, a fifth of a person."""
    kind, _, called = name.partition("/")
    return bible.characters[called].height_m if kind == "cast" else _PROP_M


def tallest(composition: Composition) -> PlacedFigure | None:
    """Whoever fills most of the frame's height."""
    return max(composition.cast, key=lambda who: who.start.scale, default=None)


def _seen(shot: Shot, camera: Camera, bible: Bible) -> list[tuple[float, float, float]]:
    """Everybody of another shot of the place, as this camera would see them: height in metres, feet, height."""
    was, sees = plate_window(shot.camera, 0.0), plate_window(camera, 0.0)
    part = (was.bottom - was.top) / (sees.bottom - sees.top)
    found = []
    for who in shot.cast:
        down = (was.top - sees.top) / (sees.bottom - sees.top) + who.start.y * part
        found.append((bible.characters[who.character].height_m, down, who.start.scale * part))
    return found
