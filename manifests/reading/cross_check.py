"""Whether the bible has every person, place and prop that a scene names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from manifests.bible import Bible
from manifests.errors import ManifestError
from manifests.reading.document import load_yaml, place_of
from manifests.scene import Scene


def cross_check(path: Path, scene: Scene, bible: Bible) -> None:
    """Raise ManifestError at the first thing of the scene that the bible does not have."""
    for index, shot in enumerate(scene.shots):
        for location, cause, cure in _unknown(shot_index=index, scene=scene, bible=bible):
            line, column = place_of(load_yaml(path), location)
            raise ManifestError(path, line, column, f"{shot.id} {location[-1]}", cause, cure)


def _unknown(*, shot_index: int, scene: Scene, bible: Bible) -> list[tuple[tuple[int | str, ...], str, str]]:
    shot, at = scene.shots[shot_index], ("shots", shot_index)
    found: list[tuple[tuple[int | str, ...], str, str]] = []
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
    return found


def _known(entities: dict[str, Any]) -> str:
    return f"It has: {', '.join(sorted(entities)) or 'none'}."
