"""Whether the bible has every person, place and prop that a scene names."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

from manifests.bible import Bible
from manifests.errors import ManifestError
from manifests.reading.document import load_yaml, place_of
from manifests.scene import Scene, Shot
from manifests.story.continuity import OFF, ROOM
from manifests.story.states import Way

_WAYS = frozenset(get_args(Way))
_PLACES = frozenset({ROOM, OFF})

_Unknown = tuple[tuple[int | str, ...], str, str]
"""Where it stands in the file, the cause, and the fix."""


def cross_check(path: Path, scene: Scene, bible: Bible) -> None:
    """Raise ManifestError at the first thing of the scene that the bible does not have."""
    for index, shot in enumerate(scene.shots):
        for location, cause, cure in _unknown(shot_index=index, scene=scene, bible=bible):
            line, column = place_of(load_yaml(path), location)
            raise ManifestError(path, line, column, f"{shot.id} {location[-1]}", cause, cure)


def _unknown(*, shot_index: int, scene: Scene, bible: Bible) -> list[_Unknown]:
    shot, at = scene.shots[shot_index], ("shots", shot_index)
    found: list[_Unknown] = []
    if shot.location not in bible.locations:
        found.append(((*at, "location"), f"the bible has no location {shot.location}", _known(bible.locations)))
    for i, member in enumerate(shot.cast):
        person = bible.characters.get(member.character)
        where = (*at, "cast", i)
        if person is None:
            found.append(
                ((*where, "character"), f"the bible has no character {member.character}", _known(bible.characters))
            )
        elif member.wardrobe not in person.wardrobes:
            cause = f"{member.character} has no wardrobe {member.wardrobe}"
            found.append(((*where, "wardrobe"), cause, _known(person.wardrobes)))
    for i, placed in enumerate(shot.props):
        if placed.prop not in bible.props:
            found.append(((*at, "props", i, "prop"), f"the bible has no prop {placed.prop}", _known(bible.props)))
    cast = {member.character for member in shot.cast}
    for i, line in enumerate(shot.dialogue):
        if line.character not in bible.characters:
            cause = f"the bible has no character {line.character}" + (" (nor has the shot)" if cast else "")
            found.append(((*at, "dialogue", i, "character"), cause, _known(bible.characters)))
    return [*found, *_unknown_in_continuity(shot, at, bible)]


def _unknown_in_continuity(shot: Shot, at: tuple[int | str, ...], bible: Bible) -> list[_Unknown]:
    """Who is looked at, holds something, or takes it, and is not in the bible."""
    named: list[tuple[tuple[int | str, ...], str | None, frozenset[str]]] = []
    named += [((*at, "cast", i, "looks"), who.looks, _WAYS) for i, who in enumerate(shot.cast)]
    named += [((*at, "props", i, "held_by"), what.held_by, frozenset()) for i, what in enumerate(shot.props)]
    named += [((*at, "props", i, "passes_to"), what.passes_to, _PLACES) for i, what in enumerate(shot.props)]
    return [
        (where, f"the bible has no character {who}", _known(dict.fromkeys((*free, *bible.characters))))
        for where, who, free in named
        if who and who not in free and who not in bible.characters
    ]


def _known(entities: dict[str, Any]) -> str:
    return f"It has: {', '.join(sorted(entities)) or 'none'}."
