"""The acts on people and props: where they stand, how large, which way they look, and who is before whom. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from manifests.bible import View
from manifests.scene import Mark, PropMark
from manifests.story.blocking import TALLEST, floor_line, usual_foot
from production.board.composition import Composition, Item, PlacedFigure, PlacedProp
from production.board.errors import NotComposable
from production.board.operations import (
    DressAct,
    FlipAct,
    LayerBy,
    LockAct,
    MirrorAct,
    MoveAct,
    PathAct,
    PlaceAct,
    RemoveAct,
    ScaleAct,
    SetAct,
    TurnAct,
    WhichMark,
    only,
)
from production.board.perspective import Floor, height_of, tallest
from production.board.setting import BoardSetting

SNAP = 0.02
"""How near a line draws somebody, in frame widths or heights: about 20 pixels on a stage of 1000."""
EYES = 0.93
"""Where a standing person's eyes are, in parts of the height: anthropometric tables give 0.93 to 0.94."""
_CIRCLE: tuple[tuple[View, bool], ...] = (
    ("front", False),
    ("three_quarter", False),
    ("side", False),
    ("back", False),
    ("side", True),
    ("three_quarter", True),
)
_STEP_ASIDE = 0.12
_LEAST: dict[type, float] = {Mark: 0.021, PropMark: 0.011}
_MOST: dict[type, float] = {Mark: 6.0, PropMark: 3.0}
_AnyMark = Mark | PropMark


def place(composition: Composition, act: PlaceAct, setting: BoardSetting) -> Composition:
    """Put somebody or something on the board; who is there already is moved there."""
    kind, _, called = act.what.partition("/")
    known = setting.bible.characters if kind == "cast" else setting.bible.props
    if called not in known:
        raise NotComposable(called, "the bible does not know it", f"It knows: {', '.join(sorted(known)) or 'none'}.")
    y = act.y if act.y is not None else _beside(composition, setting, person=kind == "cast")
    ground = setting.ground(composition)
    where = {"x": act.x, "y": y, "scale": ground.scale_at(y, height_of(act.what, setting.bible))}
    found = composition.item(act.what)
    if found is not None:
        if act.what in composition.locked:
            return composition
        return _changed(composition, act.what, lambda item: _with_marks(item, "start", lambda mark: _mark(mark, where)))
    if kind == "props":
        return composition.with_item(PlacedProp(prop=called, start=_mark(PropMark(x=0, y=0, scale=1), where)))
    character = setting.bible.characters[called]
    wardrobe = act.wardrobe or next(iter(character.wardrobes))
    look = {"facing": "three_quarter", "mirrored": act.x > 0.5}
    start = _mark(Mark(x=0, y=0, scale=1), where).model_copy(update=look)
    return composition.with_item(PlacedFigure(character=called, wardrobe=wardrobe, start=start))


def _beside(composition: Composition, setting: BoardSetting, *, person: bool) -> float:
    """How far down somebody stands whom nobody placed: beside the others, or where the shot's size puts a person; a
    prop lies on the floor line.
    """
    floor = floor_line(composition.camera, setting.bible.locations[composition.location].floor)
    lead = tallest(composition)
    if not person:
        return floor
    return lead.start.y if lead else max(floor, usual_foot(TALLEST[composition.camera.size]))


def remove(composition: Composition, act: RemoveAct, _setting: BoardSetting) -> Composition:
    """Take them off the board."""
    for name in _free(composition, act.what):
        composition = composition.without(name)
    return composition


def move(composition: Composition, act: MoveAct, setting: BoardSetting) -> Composition:
    """Move them together, by what the first of them is drawn to."""
    names = list(_free(composition, act.what))
    if not names:
        return composition
    ground = setting.ground(composition)
    dx, dy = _snapped(composition, names[0], act, setting, ground)

    def moved(mark: _AnyMark) -> Any:
        y = mark.y + dy
        scale = ground.grown(mark.scale, mark.y, y) if act.floor and dy else mark.scale
        return _mark(mark, {"x": mark.x + dx, "y": y, "scale": scale})

    return _each(composition, names, lambda item: _with_marks(item, act.mark, moved))


def scale(composition: Composition, act: ScaleAct, _setting: BoardSetting) -> Composition:
    """Make them larger or smaller; their feet stay."""
    grown = _scaled_by(act.by)
    return _each(composition, _free(composition, act.what), lambda item: _with_marks(item, act.mark, grown))


def set_mark(composition: Composition, act: SetAct, _setting: BoardSetting) -> Composition:
    """Set the numbers of one mark."""

    def told(mark: _AnyMark) -> Any:
        facing = only(facing=act.facing) if isinstance(mark, Mark) else {}
        return _mark(mark, only(x=act.x, y=act.y, scale=act.scale)).model_copy(update=facing)

    return _each(composition, _free(composition, (act.what,)), lambda item: _with_marks(item, act.mark, told))


def turn(composition: Composition, act: TurnAct, _setting: BoardSetting) -> Composition:
    """Turn people through their views; props have one."""

    def turned(mark: _AnyMark) -> _AnyMark:
        if not isinstance(mark, Mark):
            return mark
        now = (mark.facing, mark.mirrored and mark.facing in {"side", "three_quarter"})
        facing, mirrored = _CIRCLE[(_CIRCLE.index(now) + act.by) % len(_CIRCLE)]
        return mark.model_copy(update={"facing": facing, "mirrored": mirrored})

    return _each(composition, _free(composition, act.what), lambda item: _with_marks(item, act.mark, turned))


def flip(composition: Composition, act: FlipAct, _setting: BoardSetting) -> Composition:
    """Turn people to the other side of the screen."""
    return _each(composition, _free(composition, act.what), lambda item: _with_marks(item, act.mark, _flipped))


def mirror(composition: Composition, act: MirrorAct, _setting: BoardSetting) -> Composition:
    """They change sides around the middle of the frame."""

    def mirrored(mark: _AnyMark) -> Any:
        return _flipped(_mark(mark, {"x": 1 - mark.x}))

    return _each(composition, _free(composition, act.what), lambda item: _with_marks(item, "both", mirrored))


def layer(composition: Composition, act: LayerBy, _setting: BoardSetting) -> Composition:
    """Bring them nearer or farther in the order of drawing."""

    def layered(item: Item) -> Item:
        return item.model_copy(update={"layer": max(-9, min(9, item.layer + act.by))})

    return _each(composition, _free(composition, act.what), layered)


def lock(composition: Composition, act: LockAct, _setting: BoardSetting) -> Composition:
    """Lock or release them."""
    there = {name for name in act.what if composition.item(name)}
    kept = set(composition.locked) | there if act.on else set(composition.locked) - there
    return composition.model_copy(update={"locked": tuple(sorted(kept))})


def path(composition: Composition, act: PathAct, _setting: BoardSetting) -> Composition:
    """Give them an end mark, a step towards where they look, or take it away."""

    def walked(item: Item) -> Item:
        if not act.on:
            return item.model_copy(update={"end": None})
        if item.end is not None:
            return item
        aside = -_STEP_ASIDE if getattr(item.start, "mirrored", item.start.x > 0.5) else _STEP_ASIDE
        return item.model_copy(update={"end": _mark(item.start, {"x": item.start.x + aside})})

    return _each(composition, _free(composition, act.what), walked)


def dress(composition: Composition, act: DressAct, setting: BoardSetting) -> Composition:
    """Put somebody into another wardrobe. Raises NotComposable where the bible has none of that name."""
    found = composition.item(act.what)
    if not isinstance(found, PlacedFigure) or act.what in composition.locked:
        return composition
    known = setting.bible.characters[found.character].wardrobes
    if act.wardrobe not in known:
        cause = f"the bible does not know {found.character} in {act.wardrobe}"
        raise NotComposable(found.character, cause, f"It knows: {', '.join(known)}.")
    return composition.with_item(found.model_copy(update={"wardrobe": act.wardrobe}))


def transformed(composition: Composition, change: Callable[[_AnyMark], dict[str, float]]) -> Composition:
    """Everybody and everything, locked or not, where another camera sees them."""
    names = [item.name for item in composition.items()]
    return _each(composition, names, lambda item: _with_marks(item, "both", lambda mark: _mark(mark, change(mark))))


def _free(composition: Composition, names: tuple[str, ...]) -> Iterator[str]:
    return (name for name in names if composition.item(name) and name not in composition.locked)


def _each(composition: Composition, names: Any, change: Callable[[Item], Item]) -> Composition:
    for name in list(names):
        composition = _changed(composition, name, change)
    return composition


def _changed(composition: Composition, name: str, change: Callable[[Item], Item]) -> Composition:
    item = composition.item(name)
    return composition if item is None else composition.with_item(change(item))


def _with_marks(item: Item, which: WhichMark, change: Callable[[Any], Any]) -> Item:
    """The item with one mark changed, or both. An act on the end of somebody who stands still is one on the start."""
    told: dict[str, Any] = {}
    if which in {"start", "both"} or item.end is None:
        told["start"] = change(item.start)
    if which in {"end", "both"} and item.end is not None:
        told["end"] = change(item.end)
    return item.model_copy(update=told)


def _mark(mark: Any, told: dict[str, float]) -> Any:
    """The mark with these numbers, in thousandths, within what the film can hold."""
    kind = type(mark)
    update = {}
    for name, value in told.items():
        low, high = (_LEAST[kind], _MOST[kind]) if name == "scale" else (-1.0, 3.0)
        update[name] = round(max(low, min(high, value)), 3)
    return mark.model_copy(update=update)


def _scaled_by(factor: float) -> Callable[[_AnyMark], _AnyMark]:
    return lambda mark: _mark(mark, {"scale": mark.scale * factor})


def _flipped(mark: _AnyMark) -> _AnyMark:
    return mark.model_copy(update={"mirrored": not mark.mirrored}) if isinstance(mark, Mark) else mark


def _snapped(
    composition: Composition, lead: str, act: MoveAct, setting: BoardSetting, ground: Floor
) -> tuple[float, float]:
    """How far the first of them goes, once it is drawn to the lines that are near."""
    item = composition.item(lead)
    assert item is not None, "only who is on the board is moved"
    mark = item.end if act.mark == "end" and item.end else item.start
    x, y = mark.x + act.dx, mark.y + act.dy
    if "thirds" in act.snap and act.dx:
        x = _near(x, (1 / 3, 0.5, 2 / 3))
    if "floor" in act.snap and act.dy:
        y = _near(y, (floor_line(composition.camera, setting.bible.locations[composition.location].floor),))
    if "eyeline" in act.snap and act.dy and isinstance(item, PlacedFigure):
        scale = ground.grown(mark.scale, mark.y, y) if act.floor else mark.scale
        others = [who for who in composition.cast if who.name not in act.what]
        lines = [1 / 3, *(who.start.y - EYES * who.start.scale for who in others)]
        eyes = y - EYES * scale
        y += _near(eyes, lines) - eyes
    return x - mark.x, y - mark.y


def _near(value: float, lines: Any) -> float:
    best = min(lines, key=lambda line: abs(line - value))
    return best if abs(best - value) <= SNAP else value
