"""Derives the continuity ledger from the film's scenes alone: each shot as it opens, and as it closes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from manifests.bible import View
from manifests.privacy import PRIVATE
from manifests.scene import CastMember, PropPlacement, Scene, Shot
from manifests.staging import Placement, placements
from manifests.story.continuity import OFF, ROOM, Direction, TimeOfDay
from manifests.story.states import LedgerLine, PersonState, PropState, ShotMoment, Side, Way

_LEFT_THIRD, _RIGHT_THIRD = 0.4, 0.6
_TRAVELS = 0.1
"""Of the frame's width: somebody who goes less far takes a step, and has no direction."""

_NEARS = 1.25
"""How much larger somebody gets who walks up to the camera without moving to a side."""

_DAY: frozenset[TimeOfDay] = frozenset({"day", "morning", "noon", "afternoon"})
_Rooms = dict[str, frozenset[str]]


def derive(scenes: Sequence[Scene], left_out: frozenset[str] = frozenset()) -> tuple[LedgerLine, ...]:
    """The ledger's lines in story order, without the shots that are `left_out` of the film."""
    lines: list[LedgerLine] = []
    rooms: _Rooms = {}
    last: tuple[Scene, Shot] | None = None
    for scene in scenes:
        for shot in scene.shots:
            if shot.id in left_out:
                continue
            joined = last is not None and _joined(last, (scene, shot))
            rooms = rooms if joined else {}
            lines.append(_line(scene, shot, rooms, joined=joined))
            rooms = _left_behind(lines[-1], rooms)
            last = scene, shot
    return tuple(lines)


def same_time(a: TimeOfDay | None, b: TimeOfDay | None) -> bool:
    """Whether both can be one time of day; what is not said goes with all."""
    return a is None or b is None or a == b or ("day" in (a, b) and {a, b} <= _DAY)


def time_of(shot: Shot, scene: Scene) -> TimeOfDay | None:
    """The shot's time of day, else its scene's."""
    return shot.time or scene.time


def side_of(x: float) -> Side:
    """The third of the frame, less a little, in which something stands."""
    return "left" if x < _LEFT_THIRD else "right" if x > _RIGHT_THIRD else "centre"


def _joined(last: tuple[Scene, Shot], now: tuple[Scene, Shot]) -> bool:
    """Whether the story goes on without a pause."""
    (scene_before, before), (scene, shot) = last, now
    if scene.id == scene_before.id:
        return before.transition.kind == "cut"
    if scene.continuous is not None:
        return scene.continuous
    times = time_of(before, scene_before), time_of(shot, scene)
    known = None not in times and same_time(*times)
    return known and before.location == shot.location and before.transition.kind == "cut"


def _line(scene: Scene, shot: Shot, rooms: _Rooms, *, joined: bool) -> LedgerLine:
    opens, closes = (_state(scene, shot, rooms, progress) for progress in (0.0, 1.0))
    return LedgerLine(shot=shot.id, scene=scene.id, joined=joined, opens=opens, closes=closes)


def _state(scene: Scene, shot: Shot, rooms: _Rooms, progress: float) -> ShotMoment:
    seen = {(place.entity, place.wardrobe is None): place for place in placements(shot, progress)}
    props = [_prop(what, seen[what.prop, True], progress) for what in shot.props]
    shown = {what.prop for what in shot.props}
    return ShotMoment(
        location=shot.location,
        people=tuple(_person(who, seen[who.character, False], progress) for who in shot.cast),
        props=tuple(prop for prop in props if prop is not None),
        room=tuple(sorted(rooms.get(shot.location, frozenset()) - shown)),
        light=shot.light or scene.light,
        time=time_of(shot, scene),
        weather=shot.weather or scene.weather,
        beat=PRIVATE if shot.beat and shot.private else shot.beat,
    )


def _person(who: CastMember, place: Placement, progress: float) -> PersonState:
    mark = (who.end or who.start) if progress else who.start
    return PersonState(
        character=who.character,
        wardrobe=who.wardrobe,
        x=round(place.x, 3),
        side=side_of(place.x),
        facing=mark.facing,
        mirrored=mark.mirrored,
        way=_way(mark.facing, mirrored=mark.mirrored),
        looks=who.looks,
        moves=who.moves or _moves(who),
    )


def _prop(what: PropPlacement, place: Placement, progress: float) -> PropState | None:
    """The prop at that moment; None where it has left the picture."""
    holder = what.held_by
    if progress and what.passes_to:
        holder = None if what.passes_to == ROOM else what.passes_to
    return (
        None if holder == OFF else PropState(prop=what.prop, x=round(place.x, 3), y=round(place.y, 3), held_by=holder)
    )


_WAYS: Mapping[View, Way] = {"front": "camera", "back": "away", "side": "right", "three_quarter": "right"}


def _way(facing: View, *, mirrored: bool) -> Way:
    way = _WAYS[facing]
    return "left" if mirrored and way == "right" else way


def _moves(who: CastMember) -> Direction:
    """Where the marks take somebody, the camera aside: it may go along."""
    if who.end is None:
        return "still"
    travel, grown = who.end.x - who.start.x, who.end.scale / who.start.scale
    if abs(travel) >= _TRAVELS:
        return "right" if travel > 0 else "left"
    return "toward" if grown >= _NEARS else "away" if grown <= 1 / _NEARS else "still"


def _left_behind(line: LedgerLine, rooms: _Rooms) -> _Rooms:
    """Which props lie in which place after the shot."""
    shown = {prop.prop for prop in (*line.opens.props, *line.closes.props)}
    here = frozenset(prop.prop for prop in line.closes.props if prop.held_by is None)
    kept = {place: props - shown for place, props in rooms.items()}
    return kept | {line.opens.location: kept.get(line.opens.location, frozenset()) | here}
