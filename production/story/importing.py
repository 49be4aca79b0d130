"""Imports a script: new scenes, people and places get their files, and what is there already is merged."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from manifests.bible import Bible
from manifests.reading.film_folder import FilmFolder
from manifests.story.imported import ImportedScene, ImportedShot, ScriptImport
from manifests.story.script import Screenplay
from production.planning.shot_file import with_edit
from production.story.errors import UnreadableStory
from production.story.formats.source import bounded
from production.story.matching import number
from production.story.merging import Report, entry_of, merge_scene
from production.story.proposing import UNWORN, SceneDraft, ShotDraft, StoryDraft, propose
from production.story.speaking import whole_frames
from production.story.writing import write_all, yaml_text

RECORD = Path("story", "script.json")
"""Where the last import of a script is kept, below the film's folder. It belongs to the film's files."""


@dataclass(slots=True)
class Import:
    """What an import would write, and its report."""

    root: Path
    files: dict[Path, str] = field(default_factory=dict)
    report: Report = field(default_factory=Report)

    def write(self) -> None:
        """Write it. Raises ManifestError, with the film as it was."""
        write_all(self.root, self.files)


def import_script(folder: FilmFolder, script: Screenplay, source: str) -> Import:
    """What importing the script changes in the film; nothing is written. Raises UnreadableStory, Unplaceable."""
    draft = propose(script, {who.id: next(iter(who.wardrobes)) for who in folder.bible.characters.values()})
    if not draft.scenes:
        cause = "it has no scene heading (INT., EXT. or a line that begins with a dot)"
        raise UnreadableStory(source, cause, "Add one.")
    return import_draft(folder, draft, source, RECORD)


def import_draft(folder: FilmFolder, draft: StoryDraft, source: str, record: Path) -> Import:
    """What bringing a draft into the film changes. `record`: where the last one of its kind is kept. Raises
    UnreadableStory, Unplaceable.
    """
    for shot in _shots(draft):
        shot.fields["duration_s"] = whole_frames(float(str(shot.fields["duration_s"])), folder.film.fps)
    base, found = last_import(folder.root, record), Import(folder.root)
    ours = {scene.id for scene in base.scenes} if base else set()
    found.report.unplaced += number(draft, base, sorted(set(folder.scenes) - ours))
    known = {scene.id: scene for scene in base.scenes} if base else {}
    for scene in draft.scenes:
        _scene(folder.root, scene, known.pop(scene.id, None), found)
    for name in known:
        if (folder.root / "scenes" / f"{name}.yaml").exists():
            found.report.unplaced.append(f"{name}: {source} no longer has this scene; its file stays")
    add_entries(folder.root, folder.bible, draft, found)
    found.files[folder.root / record] = _record(draft, source).stored()
    return found


def last_import(root: Path, record: Path = RECORD) -> ScriptImport | None:
    """The last import of a script, or of what `record` keeps; None where there was none. Raises UnreadableStory."""
    path = root / record
    if not path.exists():
        return None
    try:
        return ScriptImport.from_stored(bounded(path))
    except ValueError as error:
        cure = f"Put {path} back from your backup; without it an import takes every scene for a new one."
        raise UnreadableStory(str(path), f"it holds no record of an import ({type(error).__name__})", cure) from None


def scene_text(scene: SceneDraft) -> str:
    """A new scene's file."""
    fields = CommentedMap({"id": scene.id, **scene.fields})
    if not fields.get("intent"):
        fields.pop("intent", None)
    fields["shots"] = CommentedSeq([entry_of(shot) for shot in scene.shots])
    text = yaml_text("scene", fields, depth=1)
    return re.sub(r"\n(  - id: )", r"\n\n\1", text).replace("shots:\n\n", "shots:\n")


def add_entries(root: Path, bible: Bible, draft: StoryDraft, found: Import) -> None:
    """Files for the people and places that the bible does not have."""
    shown = {str(m["character"]) for shot in _shots(draft) for m in _dicts(shot.fields.get("cast"))}
    shown |= {str(m["character"]) for shot in _shots(draft) for m in _dicts(shot.fields.get("dialogue"))}
    for who in sorted(shown - bible.characters.keys()):
        fields = {"id": who, "name": draft.people.get(who, who).title(), "height_m": 1.7, "identity": ""}
        worn = CommentedMap({UNWORN: {"words": ""}})
        found.files[root / "bible/characters" / f"{who}.yaml"] = yaml_text(
            "character", fields | {"wardrobes": worn}, depth=2
        )
        found.report.added.append(f"bible/characters/{who}.yaml")
    for place in sorted(set(draft.places) - bible.locations.keys()):
        fields = {
            "id": place,
            "name": draft.places[place].capitalize(),
            "words": "",
            "light": draft.light[place].lower(),
        }
        found.files[root / "bible/locations" / f"{place}.yaml"] = yaml_text("location", fields, depth=2)
        found.report.added.append(f"bible/locations/{place}.yaml")


def _scene(root: Path, scene: SceneDraft, base: ImportedScene | None, found: Import) -> None:
    path = root / "scenes" / f"{scene.id}.yaml"
    if base is None:
        found.files[path] = scene_text(scene)
        found.report.added.append(f"{scene.id} ({len(scene.shots)} shots): {scene.fields['title']}")
    elif not path.exists():
        if _imported(scene) != base:
            found.report.unplaced.append(f"{scene.id}: the script changed this scene, and you took its file away")
    else:
        text = with_edit(path, lambda document: merge_scene(document, base, scene, found.report))
        if text != path.read_text(encoding="utf-8"):
            found.files[path] = text


def _record(draft: StoryDraft, source: str) -> ScriptImport:
    return ScriptImport(
        source=source,
        title_page=draft.title_page,
        before=tuple(draft.before),
        scenes=tuple(_imported(scene) for scene in draft.scenes),
    )


def _imported(scene: SceneDraft) -> ImportedScene:
    shots = tuple(ImportedShot(id=s.id, fields=s.fields, elements=tuple(s.elements)) for s in scene.shots)
    return ImportedScene(id=scene.id, fields=scene.fields, head=tuple(scene.head), shots=shots)


def _shots(draft: StoryDraft) -> list[ShotDraft]:
    return [shot for scene in draft.scenes for shot in scene.shots]


def _dicts(value: object) -> list[dict[str, object]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
