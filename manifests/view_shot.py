"""A reference view shot: one view of a character. Its purchases belong to the bible, and to no scene.

In the ledger it is a shot of its own below a scene called BIBLE, so that caps, claims, attempts and reports work as for
any shot.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from manifests.bible import Bible, View, view_name
from manifests.film import TierName
from manifests.keys import hash_bytes
from manifests.noun import ViewShotId
from manifests.scene import Camera, CastMember, Mark, Scene, Shot

BIBLE = "BIBLE"
"""The name in the place of a scene's where something belongs to the bible."""

TIER: TierName = "draft"
"""A view is a draft until a person locks it: it needs no approval before it is made."""

FROM_FRONT: tuple[View, ...] = ("three_quarter", "side", "back")
"""The views that are made from the front, in the order in which they are made: the nearest to it first."""

_ROOM = 18
"""The most characters after BIBLE_ in a view shot's name: a longer name would not fit the ledger's column."""

_SHORT: dict[View, str] = {"front": "front", "three_quarter": "3q", "side": "side", "back": "back"}
_MIDDLE = Mark(x=0.5, y=0.95, scale=0.9)


class ViewShot(Shot):
    """One character in one wardrobe on plain ground, seen from one side, whole."""

    id: ViewShotId

    @property
    def member(self) -> CastMember:
        """Who stands, and in what."""
        return self.cast[0]

    @property
    def view(self) -> View:
        """The side that is seen."""
        return self.member.start.facing

    @property
    def name(self) -> str:
        """The canonical name of the view."""
        return view_name(self.member.character, self.member.wardrobe, self.view)


class ViewScene(Scene):
    """Every view that the bible asks for, as if it were a scene."""

    id: Literal["BIBLE"]
    shots: Annotated[tuple[ViewShot, ...], Field(min_length=1)]


def view_shot(character: str, wardrobe: str, view: View, maker: str = "") -> ViewShot:
    """The shot of one view. `maker`: the provider that is to make it, "" for the film's provider of panels."""
    return ViewShot(
        id=view_shot_id(character, wardrobe, view),
        location="plain_ground",
        cast=(CastMember(character=character, wardrobe=wardrobe, start=_MIDDLE.model_copy(update={"facing": view})),),
        camera=Camera(size="full"),
        motion="Stands still.",
        duration_s=1,
        providers={"panel": maker} if maker else {},
    )


def view_shot_id(character: str, wardrobe: str, view: View) -> str:
    """Its name in the ledger: BIBLE_pia.raincoat.side.
    Names that are too long for it are shortened, and told apart by a hash.
    """
    look, side = f"{character}.{wardrobe}", _SHORT[view]
    if len(look) + 1 + len(side) > _ROOM:
        mark = f"~{hash_bytes(look.encode())[:4]}"
        look = look[: _ROOM - 1 - len(side) - len(mark)] + mark
    return f"{BIBLE}_{look}.{side}"


def view_shots(bible: Bible) -> ViewScene | None:
    """All of them, by name; None for a bible without characters."""
    every = (
        view_shot(who.id, wardrobe, view)
        for who in bible.characters.values()
        for wardrobe in who.wardrobes
        for view in _SHORT
    )
    shots = tuple(sorted(every, key=lambda one: one.id))
    title = "The locked views of every character"
    return (
        ViewScene(id="BIBLE", title=title, intent="Everybody is known from every side.", shots=shots) if shots else None
    )
