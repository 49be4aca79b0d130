"""Gives everybody a mark whom the manifest gives none, so that a shot needs no coordinate to be previewed.

The same scene and bible always give the same marks. What a person wrote stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from manifests.bible import Bible, View
from manifests.film import RATIOS, Shown, lines_shown
from manifests.scene import Camera, CastMember, Mark, PropMark, PropPlacement, Scene, Shot

TALLEST: Mapping[str, float] = {
    "wide": 0.46,
    "full": 0.64,
    "medium": 1.6,
    "medium_close_up": 2.2,
    "close_up": 2.85,
}
"""By size: how high the tallest of the cast stands, in frame heights. Wide and full: the whole figure, with room about
it. Medium: down to the waist; medium close-up: to the chest; close-up: head and shoulders (the usual meaning of the
words). Each is above the least of M202, and leaves a foot that a mark can name.
"""

HEADROOM = 0.12
"""Where the tallest head begins in a shot that cuts the feet off: the usual tenth of the frame."""

_LOWEST_HEAD = 0.62
"""Where the head of somebody far smaller (a child, a dog) begins at the lowest, so that the frame still shows it."""

PROP_HEIGHT = 0.22
"""A prop beside a person, in parts of the person's height: the example film's suitcase has 0.25, its lantern 0.21."""


_FIGURE, _CLOSE = 0.36, 1.3
"""How wide a figure is in parts of its height, and how many times as wide as their distance two figures may be: what
limits the heights of several people in one frame.
"""

_LEAST: Mapping[str, float] = {"wide": 0.2, "full": 0.3, "medium": 0.7, "medium_close_up": 1.0, "close_up": 1.4}
"""By size: what several people leave of those heights at the least. M202 asks for no less."""

_WHOLE = 0.7
"""Up to this height the frame shows a figure from head to foot."""

_LOWEST_FOOT = 0.96
"""Where feet stand at the lowest in what a cropped picture shows."""


def blocked(scene: Scene, bible: Bible, shown: Shown = "16:9") -> Scene:
    """The scene with a mark for everybody and everything. In a chained shot people stand where the last one left
    them; in the same place they keep their sides, and whoever is alone looks where they looked. `shown`: the film's
    shape; marks are fractions of the picture, of which a film in 2.39:1 shows a part.
    """
    shots: list[Shot] = []
    places: dict[str, dict[str, Mark]] = {}
    for shot in scene.shots:
        here = places.setdefault(shot.location, {})
        shots.append(_blocked(shot, shots[-1] if shot.chain and shots else None, here, bible, shown))
        here |= _left_at(shots[-1])
    return scene.model_copy(update={"shots": tuple(shots)}) if tuple(shots) != scene.shots else scene


def _blocked(shot: Shot, before: Shot | None, here: Mapping[str, Mark], bible: Bible, shown: Shown) -> Shot:
    open_cast = [who for who in shot.cast if "start" not in who.model_fields_set]
    open_props = [what for what in shot.props if "start" not in what.model_fields_set]
    if not open_cast and not open_props:
        return shot
    marks = _marks(shot, here, bible, shown) | _left_at(before)
    laid = _prop_marks(shot, bible, shown)
    cast = tuple(_stands(who, marks[who.character]) if who in open_cast else who for who in shot.cast)
    props = tuple(_lies(what, laid[what.prop]) if what in open_props else what for what in shot.props)
    return shot.model_copy(update={"cast": cast, "props": props})


def _marks(shot: Shot, here: Mapping[str, Mark], bible: Bible, shown: Shown) -> dict[str, Mark]:
    """`here`: where the last shots of the place have left people."""
    listed = [who.character for who in shot.cast]
    among = {who: (n + 1) / (len(listed) + 1) for n, who in enumerate(listed)}
    listed.sort(key=lambda who: here[who].x if who in here else among[who])
    heights = {who: bible.characters[who].height_m for who in listed}
    tallest, most = max(heights.values(), default=1.0), _most(shot, shown)
    ground, part = _ground(shot, bible, shown), lines_shown(shown)
    found: dict[str, Mark] = {}
    for index, (who, height) in enumerate(heights.items()):
        x = round((index + 1) / (len(heights) + 1), 3)
        facing, mirrored = _facing(index, len(heights))
        if len(heights) == 1 and who in here:
            mirrored = here[who].mirrored
        scale = round(max(0.05, most * height / tallest), 3)
        foot = max(ground, usual_foot(most))
        y = _in_picture(min(foot, _LOWEST_HEAD + scale), part)
        found[who] = Mark(x=x, y=y, scale=round(scale * part, 3), facing=facing, mirrored=mirrored)
    return found


def _most(shot: Shot, shown: Shown) -> float:
    """How high the tallest stands, in heights of what is shown; several people leave one another room."""
    most, people = TALLEST[shot.camera.size], len(shot.cast)
    if people < 2:
        return most
    room = _CLOSE * RATIOS[shown] / (_FIGURE * (people + 1))
    return max(min(most, room), _LEAST[shot.camera.size])


def _ground(shot: Shot, bible: Bible, shown: Shown) -> float:
    """The floor line in what is shown."""
    line, part = floor_line(shot.camera, bible.locations[shot.location].floor), lines_shown(shown)
    return line if part == 1 else min(_LOWEST_FOOT, 0.5 + (line - 0.5) / part)


def _in_picture(y: float, part: float) -> float:
    return round(0.5 + (y - 0.5) * part, 3) if part != 1 else round(y, 3)


def floor_line(camera: Camera, floor: float) -> float:
    """How far down the frame the plate's floor line is, for the part of the plate that the camera sees."""
    return min(1.2, max(0.5, 0.5 + (floor - camera.plate.y) * camera.plate.zoom))


def usual_foot(height: float) -> float:
    """How far down the frame somebody's feet are, at the least, who stands so high in it: the head has room above it,
    and where the frame cuts the feet off, it cuts them.
    """
    return HEADROOM + height if height > _WHOLE else 0.0


def _facing(index: int, count: int) -> tuple[View, bool]:
    """Those on the left look to the right, those on the right to the left; whoever stands alone looks half aside."""
    if count > 1 and count % 2 and index == count // 2:
        return "front", False
    return "three_quarter", count > 1 and index >= count // 2


def _prop_marks(shot: Shot, bible: Bible, shown: Shown) -> dict[str, PropMark]:
    ground, part = min(0.96, _ground(shot, bible, shown)), lines_shown(shown)
    scale = round(PROP_HEIGHT * min(1.0, TALLEST[shot.camera.size]) * part, 3)
    places = _gaps(len(shot.cast), len(shot.props))
    return {
        what.prop: PropMark(x=x, y=_in_picture(ground, part), scale=scale)
        for what, x in zip(shot.props, places, strict=True)
    }


def _gaps(people: int, props: int) -> Sequence[float]:
    """Places half-way between two people, or between somebody and the edge, from the middle outwards."""
    step = 1 / (people + 1)
    gaps = sorted((round(step * (i + 0.5), 3) for i in range(people + 1)), key=lambda x: (abs(x - 0.5), x))
    return [min(0.98, gaps[i % len(gaps)] + 0.04 * (i // len(gaps))) for i in range(props)]


def _left_at(before: Shot | None) -> dict[str, Mark]:
    return {who.character: who.end or who.start for who in before.cast} if before else {}


def _stands(who: CastMember, mark: Mark) -> CastMember:
    return who.model_copy(update={"start": mark})


def _lies(what: PropPlacement, mark: PropMark) -> PropPlacement:
    return what.model_copy(update={"start": mark})
