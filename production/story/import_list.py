"""Imports a shot list: rows that name our shots change those, and all others are the writer's own scenes and shots.

A list is taken as it is: one row, one shot, and none is a proposal unless its row says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from manifests.noun import SCENE_NAME
from manifests.privacy import PRIVATE
from manifests.reading.film_folder import FilmFolder
from manifests.scene import Scene, Shot
from manifests.story.imported import Fields
from production.planning.shot_file import with_edit
from production.story.errors import Unplaceable
from production.story.formats.columns import Row
from production.story.importing import Import, add_entries, import_draft
from production.story.listing import cell_value, fields_of, row_of
from production.story.merging import as_yaml, entry_of
from production.story.naming import slug
from production.story.proposing import SceneDraft, ShotDraft, StoryDraft
from production.story.speaking import whole_frames

RECORD = Path("story", "list.json")
"""Where the last import of a list without our names is kept."""

_OURS = re.compile(rf"{SCENE_NAME}_SH[0-9]{{4}}")
_FIELDS = {
    "Name": "called",
    "Place": "location",
    "Cast": "cast",
    "Action": "motion",
    "Dialogue": "dialogue",
    "Sound": "sound",
    "Length": "duration_s",
}
_CAMERA = {"Size": "size", "Move": "move", "Lens": "lens"}


def import_list(folder: FilmFolder, rows: Sequence[Row], source: str, notes: Sequence[str]) -> Import:
    """What the list changes in the film; nothing is written. Raises UnreadableStory, Unplaceable."""
    ours = any(_OURS.fullmatch(row.get("Shot", "")) for row in rows)
    found = _own_list(folder, rows) if ours else _foreign_list(folder, rows, source)
    found.report.notes += notes
    return found


def _foreign_list(folder: FilmFolder, rows: Sequence[Row], source: str) -> Import:
    draft, worn = StoryDraft([]), _worn(folder)
    label = ""
    for number, row in enumerate(rows, 1):
        label = row.get("Scene") or label
        title = label or Path(source).stem.replace("_", " ")
        scene = next(
            (each for each in draft.scenes if each.fields.get("called", each.fields["title"]) == (label or title)), None
        )
        if scene is None:
            called: Fields = {"called": label[:40]} if label else {}
            scene = SceneDraft(called | {"title": f"Scene {label}" if label else title, "intent": ""}, [], [])
            draft.scenes.append(scene)
        with _in_row(number):
            fields = fields_of(row, worn, row.get("Place") or title, draft.people)
        draft.places.setdefault(str(fields["location"]), row.get("Place") or title)
        draft.light.setdefault(str(fields["location"]), "")
        scene.shots.append(ShotDraft(fields))
    return import_draft(folder, draft, source, RECORD)


def _own_list(folder: FilmFolder, rows: Sequence[Row]) -> Import:
    """Changes of rows that name our shots. Rows between them without a name become shots there."""
    found, draft, worn = Import(folder.root), StoryDraft([]), _worn(folder)
    shots = {shot.id: (scene, shot) for scene in folder.scenes.values() for shot in scene.shots}
    edits: dict[str, list[tuple[str, Fields]]] = {}
    fresh: dict[str, list[tuple[str, Fields]]] = {}
    last = ""
    for number, row in enumerate(rows, 1):
        name = row.get("Shot", "")
        with _in_row(number):
            if name in shots:
                last = name
                changes = _changes(*shots[name], row, worn, draft.people, found)
                edits.setdefault(name[: name.index("_")], []).append((name, changes))
            elif _OURS.fullmatch(name) or not last:
                found.report.unplaced.append(f"row {number}: the film has no shot {name or 'before this row'}")
                continue
            else:
                where = shots[last][1].location
                fields = fields_of(row, worn, row.get("Place") or where, draft.people)
                fresh.setdefault(last, []).append((last, fields))
        if row.get("Place"):
            draft.places.setdefault(slug(row["Place"]), row["Place"])
            draft.light.setdefault(slug(row["Place"]), "")
    named = {name for scene in edits.values() for name, _ in scene}
    gone = [shot for scene in edits for shot in (s.id for s in folder.scenes[scene].shots) if shot not in named]
    found.report.unplaced += [
        f"{name}: it is not in the list; to leave it out of the film: gate omit {name}" for name in gone
    ]
    for scene, changed in edits.items():
        _write_scene(folder, scene, changed, fresh, found, draft)
    add_entries(folder.root, folder.bible, draft, found)
    return found


def _write_scene(
    folder: FilmFolder,
    scene: str,
    changed: Sequence[tuple[str, Fields]],
    fresh: dict[str, list[tuple[str, Fields]]],
    found: Import,
    draft: StoryDraft,
) -> None:
    path = folder.root / "scenes" / f"{scene}.yaml"
    added = _numbered(folder.scenes[scene], fresh)
    for _, fields in (*changed, *added):
        if "duration_s" in fields:
            fields["duration_s"] = whole_frames(float(str(fields["duration_s"])), folder.film.fps)
    draft.scenes.append(SceneDraft({"title": scene}, [], [ShotDraft(fields) for _, fields in (*changed, *added)]))

    def edit(document: Any) -> None:
        for entry in document["shots"]:
            fields = next((fields for name, fields in changed if name == entry["id"]), {})
            for field, value in fields.items():
                _set(entry, field, value)
        for name, fields in added:
            at = next((i for i, entry in enumerate(document["shots"]) if entry["id"] > name), len(document["shots"]))
            document["shots"].insert(at, entry_of(ShotDraft(fields, id=name)))
            found.report.added.append(name)

    text = with_edit(path, edit) if added or any(fields for _, fields in changed) else ""
    if text:
        found.files[path] = text
    found.report.changed += [f"{name} {', '.join(fields)}" for name, fields in changed if fields]


def _changes(scene: Scene, shot: Shot, row: Row, worn: dict[str, str], people: dict[str, str], found: Import) -> Fields:
    """What a row says otherwise than the film."""
    now = row_of(scene, shot)
    differ = [
        c for c in row if c not in {"Scene", "Shot", "Check"} and row[c].strip() != now[c].strip() and row[c] != PRIVATE
    ]
    if row.get("Check") and row["Check"] != now["Check"]:
        told = [f"{shot.id} {c}: the list says {row[c]!r}, the film {now[c]!r}; both changed since" for c in differ]
        told = [f"{shot.id}: the list and the film both changed since"] if differ and shot.private else told
        found.report.unplaced += told
        return {}
    fields: Fields = {}
    for column in differ:
        if column == "Status":
            fields["proposed"] = True if row[column].strip().lower() == "proposed" else None
        elif column in _CAMERA:
            value = cell_value(column, row[column], worn, people)
            fields["camera"] = {**_dict(fields.get("camera")), _CAMERA[column]: value}
        elif column == "Cast":
            fields["cast"] = cell_value(column, row[column], worn, people)
        else:
            fields[_FIELDS[column]] = cell_value(column, row[column], worn, people) if row[column] else None
    if fields.get("motion", "") is None or fields.get("location", "") is None or fields.get("duration_s", 0) is None:
        raise Unplaceable(shot.id, "its action, place or length is empty", "Write it, or omit the shot: gate omit.")
    return fields


def _set(entry: Any, field: str, value: Any) -> None:
    if field == "camera":
        entry["camera"].update(value)
    elif value is None:
        entry.pop(field, None)
    elif field == "cast":
        there = {member["character"]: member for member in entry.get("cast") or ()}
        entry["cast"] = [_member(there.get(each["character"]), each) for each in value]
    elif field in entry:
        entry[field] = as_yaml(value)
    else:
        entry.insert(1 if field in {"called", "proposed"} else len(entry), field, as_yaml(value))


def _member(there: Any, each: dict[str, Any]) -> Any:
    if there is None:
        return as_yaml(each)
    there["wardrobe"] = each["wardrobe"]
    return there


def _numbered(scene: Scene, fresh: dict[str, list[tuple[str, Fields]]]) -> list[tuple[str, Fields]]:
    """New shots with numbers after those that they follow. Raises Unplaceable where there is no room."""
    ids = [shot.id for shot in scene.shots]
    found: list[tuple[str, Fields]] = []
    for at, name in enumerate(ids):
        wanted = fresh.get(name, [])
        here, after = int(name[-4:]), int(ids[at + 1][-4:]) if at + 1 < len(ids) else None
        step = max(1, (after - here) // (len(wanted) + 1)) if after else 10
        for index, (_, fields) in enumerate(wanted, 1):
            number = here + step * index
            if (after and number >= after) or number > 9_999:
                raise Unplaceable(name, "no number is free after it", "Give its neighbours other numbers by hand.")
            found.append((f"{scene.id}_SH{number:04d}", fields))
    return found


def _worn(folder: FilmFolder) -> dict[str, str]:
    return {who.id: next(iter(who.wardrobes)) for who in folder.bible.characters.values()}


def _dict(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}


@contextmanager
def _in_row(number: int) -> Iterator[None]:
    """A refusal says which row it is about."""
    try:
        yield
    except Unplaceable as error:
        raise Unplaceable(f"row {number}, {error.thing}", error.cause, error.cure) from None
