"""A composition: what the board arranges of one shot. It is made from the shot, and gives a shot again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator

from manifests.bible import Bible
from manifests.noun import Id, Noun
from manifests.scene import Camera, CastMember, Layer, Mark, PropMark, PropPlacement, Shot
from production.board.errors import NotComposable

Seconds = Annotated[float, Field(ge=1, le=60)]


class PlacedFigure(Noun):
    """Somebody on the board."""

    character: Id
    wardrobe: Id
    start: Mark
    end: Mark | None = None
    layer: Layer = 0

    @property
    def name(self) -> str:
        """How the board, and a change of the file, call it."""
        return f"cast/{self.character}"


class PlacedProp(Noun):
    """A prop on the board."""

    prop: Id
    start: PropMark
    end: PropMark | None = None
    layer: Layer = 0

    @property
    def name(self) -> str:
        """How the board, and a change of the file, call it."""
        return f"props/{self.prop}"


Item = PlacedFigure | PlacedProp


class Composition(Noun):
    """Where everybody and everything is, what the camera sees, and how long. Frozen, so that undo is the one before.

    `locked`: what the board leaves alone, by name. It is kept by the board and never written into the film.
    """

    location: Id
    cast: Annotated[tuple[PlacedFigure, ...], Field(max_length=12)] = ()
    props: Annotated[tuple[PlacedProp, ...], Field(max_length=24)] = ()
    camera: Camera
    duration_s: Seconds
    locked: Annotated[tuple[Annotated[str, Field(max_length=60)], ...], Field(max_length=40)] = ()

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        names = [item.name for item in self.items()]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"{', '.join(sorted(twice))} is in the shot twice: the board moves each once")
        return self

    def items(self) -> Iterator[Item]:
        """Everybody, then everything."""
        yield from self.cast
        yield from self.props

    def shows_as(self, other: Composition) -> bool:
        """Whether both show the same picture. In which order people and props are listed, and what is locked, is not
        shown.
        """
        mine, theirs = ({each.name: each for each in one.items()} for one in (self, other))
        rest = ("location", "camera", "duration_s")
        return mine == theirs and all(getattr(self, name) == getattr(other, name) for name in rest)

    def item(self, name: str) -> Item | None:
        """Who or what has this name ("cast/ilse", "props/lantern")."""
        return next((item for item in self.items() if item.name == name), None)

    def with_item(self, item: Item) -> Self:
        """The same with this item in the place of the one of its name, or added as the last."""
        if isinstance(item, PlacedFigure):
            return self.model_copy(update={"cast": _put(self.cast, item)})
        return self.model_copy(update={"props": _put(self.props, item)})

    def without(self, name: str) -> Self:
        """The same without the item of this name."""
        cast = tuple(each for each in self.cast if each.name != name)
        props = tuple(each for each in self.props if each.name != name)
        return self.model_copy(update={"cast": cast, "props": props})


def composition_of(shot: Shot) -> Composition:
    """What the board arranges of a shot. Raises NotComposable where a prop lies in it twice."""
    cast = [PlacedFigure(**_told(each, ("character", "wardrobe", "start", "end", "layer"))) for each in shot.cast]
    props = [PlacedProp(**_told(each, ("prop", "start", "end", "layer"))) for each in shot.props]
    try:
        return Composition(
            location=shot.location, cast=tuple(cast), props=tuple(props), camera=shot.camera, duration_s=shot.duration_s
        )
    except ValidationError as error:
        raise NotComposable(shot.id, _first(error), "Name each prop once in the shot.") from error


def shot_with(shot: Shot, composition: Composition, bible: Bible) -> Shot:
    """The shot as the composition arranges it; all else as it was. Raises NotComposable for what the film cannot hold:
    somebody the bible does not know, a length that is not a whole number of frames, a line that ends after the shot.
    """
    _refuse_unknown(shot, composition, bible)
    people = {member.character: member for member in shot.cast}
    things = {placed.prop: placed for placed in shot.props}
    cast = tuple(_member(each, people.get(each.character)) for each in composition.cast)
    props = tuple(_placed(each, things.get(each.prop)) for each in composition.props)
    update = {
        "location": composition.location,
        "cast": cast,
        "props": props,
        "camera": composition.camera,
        "duration_s": composition.duration_s,
    }
    try:
        return Shot.model_validate({name: getattr(shot, name) for name in Shot.model_fields} | update)
    except ValidationError as error:
        raise NotComposable(shot.id, _first(error), "Undo the last step, or change it.") from error


def _member(figure: PlacedFigure, before: CastMember | None) -> CastMember:
    told = _told(figure, ("character", "wardrobe", "start", "end", "layer"))
    return before.model_copy(update=told) if before else CastMember(**told)


def _placed(thing: PlacedProp, before: PropPlacement | None) -> PropPlacement:
    told = _told(thing, ("prop", "start", "end", "layer"))
    return before.model_copy(update=told) if before else PropPlacement(**told)


def _refuse_unknown(shot: Shot, composition: Composition, bible: Bible) -> None:
    if composition.location not in bible.locations:
        raise _unknown(shot, f"the location {composition.location}", bible.locations)
    for figure in composition.cast:
        known = bible.characters.get(figure.character)
        if known is None:
            raise _unknown(shot, figure.character, bible.characters)
        if figure.wardrobe not in known.wardrobes:
            raise _unknown(shot, f"{figure.character} in {figure.wardrobe}", known.wardrobes)
    for thing in composition.props:
        if thing.prop not in bible.props:
            raise _unknown(shot, thing.prop, bible.props)


def _unknown(shot: Shot, what: str, known: dict[str, Any]) -> NotComposable:
    return NotComposable(shot.id, f"the bible does not know {what}", f"It knows: {', '.join(sorted(known)) or 'none'}.")


def _put(items: tuple[Any, ...], item: Item) -> tuple[Any, ...]:
    names = [each.name for each in items]
    return tuple(item if each.name == item.name else each for each in items) + (() if item.name in names else (item,))


def _told(noun: Noun, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(noun, name) for name in names}


def _first(error: ValidationError) -> str:
    return error.errors(include_input=False, include_url=False)[0]["msg"].removeprefix("Value error, ")
