"""The asset bible: who is in the film, what they wear, where it happens, and the words that are locked for each."""

from __future__ import annotations

from collections.abc import Container
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field, model_validator

from manifests.noun import Fraction, Id, Noun, Text, Words

View = Literal["front", "three_quarter", "side", "back"]
VIEWS: tuple[View, ...] = get_args(View)
"""The four locked views. Side and three-quarter look to screen right; `mirrored` turns them to the left."""


class Wardrobe(Noun):
    """Somebody's clothes, as the locked words of every prompt that shows them."""

    words: Words = ""


class Character(Noun):
    """One person or animal. `identity` is locked: face, hair, age and build, never clothes. `height_m` in metres."""

    schema_name: ClassVar[str] = "gate/character/1"

    id: Id
    name: Text
    kind: Literal["person", "animal"] = "person"
    height_m: Annotated[float, Field(gt=0.1, le=3.0)] = 1.7
    identity: Words = ""
    wardrobes: Annotated[dict[Id, Wardrobe], Field(min_length=1, max_length=12)]


class Region(Noun):
    """A rectangle of a picture, in fractions of its width and height from the top left."""

    x: Fraction
    y: Fraction
    w: Annotated[float, Field(gt=0, le=1)]
    h: Annotated[float, Field(gt=0, le=1)]

    @model_validator(mode="after")
    def _inside(self) -> Region:
        if self.x + self.w > 1.0001 or self.y + self.h > 1.0001:
            raise ValueError("the rectangle leaves the picture: x + w and y + h are at most 1")
        return self


class Location(Noun):
    """One place. `weather` are the windows (or the sky) in which an animatic lets it rain.

    `floor`: how far down the plate people stand who have no marks, in fractions of its height. `horizon`: the height of
    the camera's eye on the plate, by which the board makes nearer people larger; None: it is taken from the people.
    """

    schema_name: ClassVar[str] = "gate/location/1"

    id: Id
    name: Text
    words: Words = ""
    light: Words = ""
    floor: Annotated[float, Field(gt=0.3, le=1)] = 0.92
    horizon: Annotated[float, Field(ge=-0.5, lt=1)] | None = None
    weather: tuple[Region, ...] = ()


class Prop(Noun):
    """A thing that must survive from shot to shot."""

    schema_name: ClassVar[str] = "gate/prop/1"

    id: Id
    name: Text
    words: Words = ""


class Style(Noun):
    """Words every prompt carries, and the two phrases a single take needs."""

    schema_name: ClassVar[str] = "gate/style/1"

    words: Words = ""
    single_take: Text = "One continuous shot."
    avoid: Text = "Avoid cuts, added people and on-screen text."


class Bible(Noun):
    """Everything that stays the same from shot to shot."""

    characters: dict[Id, Character]
    locations: dict[Id, Location]
    props: dict[Id, Prop] = {}
    style: Style

    def assets(self) -> tuple[str, ...]:
        """The names of every canonical picture the bible asks for, sorted."""
        names = [view_name(c.id, w, v) for c in self.characters.values() for w in c.wardrobes for v in VIEWS]
        names += [plate_name(location) for location in self.locations]
        names += [prop_name(prop) for prop in self.props]
        return tuple(sorted(names))


def view_name(character: str, wardrobe: str, view: str) -> str:
    """The canonical name of one locked view; also its path under the film's assets folder, less the ending."""
    return f"characters/{character}/{wardrobe}/{view}"


_NEAREST: dict[str, tuple[View, ...]] = {
    "front": ("three_quarter", "side", "back"),
    "three_quarter": ("front", "side", "back"),
    "side": ("three_quarter", "front", "back"),
    "back": ("side", "three_quarter", "front"),
}
"""Of each view the others, the one that looks most like it first."""


def views_shown(character: str, wardrobe: str, there: Container[str]) -> tuple[View, ...]:
    """The views that a film goes on with: those whose pictures are `there`, where the front and one more are; else all
    four, for there is too little to show anybody by.
    """
    found = tuple(view for view in VIEWS if view_name(character, wardrobe, view) in there)
    return found if "front" in found and len(found) > 1 else VIEWS


def nearest_view(name: str, there: Container[str]) -> str:
    """The picture that shows somebody in the place of a view: the view itself, or, where it is not `there`, the one
    that looks most like it. Other names as they are, and where nothing is there.
    """
    look, _, view = name.rpartition("/")
    if name in there or view not in _NEAREST or not look.startswith("characters/"):
        return name
    others = (f"{look}/{other}" for other in _NEAREST[view])
    return next((other for other in others if other in there), name)


def plate_name(location: str) -> str:
    """The canonical name of a location's plate."""
    return f"locations/{location}"


def prop_name(prop: str) -> str:
    """The canonical name of a prop's picture."""
    return f"props/{prop}"
