"""Begins a pitch, a character, a place, a prop, a scene or a shot: one file, or one entry, that reads at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import JsonValue
from ruamel.yaml.comments import CommentedMap

from manifests.reading.film_folder import FilmFolder
from manifests.story.imported import Fields
from production.planning.shot_file import with_edit
from production.story.errors import Unplaceable
from production.story.importing import scene_text
from production.story.merging import entry_of
from production.story.naming import STEP, slug
from production.story.proposing import SceneDraft, ShotDraft
from production.story.speaking import length_s, pieces, timed, whole_frames
from production.story.writing import write_all, yaml_text

_FOLDERS = {"character": "characters", "place": "locations", "prop": "props"}
_SCHEMAS = {"character": "character", "place": "location", "prop": "prop"}
_SHOT_LAST, _SCENE_LAST = 9_999, 999


def new_entry(folder: FilmFolder, kind: str, name: str, fields: Mapping[str, Any]) -> Path:
    """A file of the bible, called after `name`. Raises Unplaceable where there is one, ManifestError."""
    path = folder.root / "bible" / _FOLDERS[kind] / f"{slug(name)}.yaml"
    if path.exists():
        raise Unplaceable(str(path), f"the film has this {kind} already", "Change that file, or give another name.")
    write_all(folder.root, {path: yaml_text(_SCHEMAS[kind], {"id": slug(name), "name": name, **fields}, depth=2)})
    return path


def new_pitch(folder: FilmFolder, fields: Mapping[str, Any]) -> Path:
    """pitch.yaml. Raises Unplaceable where there is one, ManifestError."""
    path = folder.root / "pitch.yaml"
    if path.exists():
        raise Unplaceable(str(path), "the film has a pitch already", "Change that file.")
    write_all(folder.root, {path: yaml_text("pitch", fields, depth=0)})
    return path


def new_scene(folder: FilmFolder, title: str, intent: str, shot: Fields) -> tuple[str, Path]:
    """A scene after all others, with its first shot. Raises Unplaceable, ManifestError."""
    last = max((int(name[2:]) for name in folder.scenes), default=0)
    wide = any(len(name) > len("SC000") for name in folder.scenes)
    if last + STEP > (9_990 if wide else _SCENE_LAST):
        raise Unplaceable(
            title, "no number is free after the last scene", "Write its file by hand, with a free number."
        )
    scene = f"SC{last + STEP:0{4 if wide else 3}d}"
    draft = SceneDraft({"title": title, "intent": intent}, [], [ShotDraft(shot, id=f"{scene}_SH0010")], id=scene)
    path = folder.root / "scenes" / f"{scene}.yaml"
    write_all(folder.root, {path: scene_text(draft)})
    return f"{scene}_SH0010", path


def new_shot(folder: FilmFolder, scene: str, shot: Fields) -> tuple[str, Path]:
    """A shot after all others of its scene. Raises Unplaceable, ManifestError, KeyError for an unknown scene."""
    last = int(folder.scenes[scene].shots[-1].id[-4:])
    if last + STEP > _SHOT_LAST:
        raise Unplaceable(scene, "no number is free after its last shot", "Write the shot by hand, with a free number.")
    draft, path = ShotDraft(shot, id=f"{scene}_SH{last + STEP:04d}"), folder.root / "scenes" / f"{scene}.yaml"
    write_all(folder.root, {path: with_edit(path, lambda document: document["shots"].append(entry_of(draft)))})
    return draft.id, path


def shot_fields(
    folder: FilmFolder,
    *,
    place: str,
    action: str,
    cast: Sequence[str],
    says: Sequence[str],
    camera: Mapping[str, str],
    name: str | None = None,
    length: float | None = None,
) -> Fields:
    """The fields of a shot. `cast`: ada, or ada/coat; `says`: "ada: Well."; without `length`, what its words take.

    Nobody has a mark: `manifests.story.blocking` gives one. Raises Unplaceable for one that the bible does not have.
    """
    known = folder.bible.characters
    lines: list[tuple[str, str]] = []
    for said in says:
        who, colon, words = said.partition(":")
        if not colon or not words.strip():
            raise Unplaceable(repr(said), "it does not say who speaks", 'Write it as "ada: Well."')
        lines += [(_character(folder, who.strip()), piece) for piece in pieces(words)]
    staged: list[JsonValue] = []
    for each in cast:
        who, _, worn = each.partition("/")
        staged.append(
            {"character": (found := _character(folder, who)), "wardrobe": worn or next(iter(known[found].wardrobes))}
        )
    fields: Fields = {"called": name} if name else {}
    fields["location"] = slug(place)
    if staged:
        fields["cast"] = staged
    fields |= {"camera": dict(camera), "motion": action}
    if lines:
        fields["dialogue"] = list(timed(lines))
    fields["duration_s"] = whole_frames(length or length_s(action, lines), folder.film.fps)
    return fields


def _character(folder: FilmFolder, name: str) -> str:
    if (found := slug(name)) in folder.bible.characters:
        return found
    plain = re.sub(r"[^\w-]", "", name)
    raise Unplaceable(name, "the bible has no such character", f"Begin one: gate new character --name {plain}")


def worn(name: str, words: str) -> CommentedMap:
    """A character's first wardrobe."""
    return CommentedMap({slug(name): {"words": words}})
