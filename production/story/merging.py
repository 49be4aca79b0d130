"""Brings a script's changes into a scene's file and leaves what a person edited: three-way, field by field.

A field that only the script changed is taken over; one that a person changed stays, and where both did, the person's
stays and the script's is reported.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from manifests.privacy import PRIVATE
from manifests.story.imported import Fields, ImportedScene, ImportedShot
from production.story.proposing import SceneDraft, ShotDraft

_SCENE_FIELDS = ("called", "title", "intent", "time", "continuous")
_ORDER = (
    "id",
    "called",
    "proposed",
    "location",
    "chain",
    "mode",
    "cast",
    "props",
    "camera",
    "motion",
    "dialogue",
    "sound",
)
_SHORT = 90


@dataclass(slots=True)
class Report:
    """What an import did. `unplaced`: what it did not write, since a person's edit stands there."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def merge_scene(document: Any, base: ImportedScene, theirs: SceneDraft, report: Report) -> None:
    """Change a scene's YAML document in its place."""
    for name in _SCENE_FIELDS:
        _merge_field(document, name, base.fields, theirs.fields, theirs.id, report)
    known = {shot.id: shot for shot in base.shots}
    shots: CommentedSeq = document["shots"]
    for shot in theirs.shots:
        there = next((entry for entry in shots if entry["id"] == shot.id), None)
        was = known.pop(shot.id, None)
        if there is None and was is None:
            _insert(shots, shot)
            report.added.append(shot.id)
        elif there is None and was is not None:
            if shot.fields != was.fields:
                report.unplaced.append(f"{shot.id}: the script changed it, and you took it out")
        elif there is not None and was is None:
            report.unplaced.append(f"{shot.id}: your file has a shot of this number, so the script's new one stays out")
        elif there is not None and was is not None:
            _merge_shot(there, was, shot, report)
    for shot_id, was in known.items():
        _drop(shots, shot_id, was, report)


def entry_of(shot: ShotDraft) -> CommentedMap:
    """A new shot as it stands in the file."""
    entry = CommentedMap({"id": shot.id})
    for name, value in shot.fields.items():
        entry[name] = as_yaml(value)
    return entry


def as_yaml(value: Any) -> Any:
    """A value as people write it: marks, lines and cameras on one line each."""
    if isinstance(value, dict):
        flow = CommentedMap({key: as_yaml(each) for key, each in value.items()})
        flow.fa.set_flow_style()
        return flow
    return CommentedSeq([as_yaml(each) for each in value]) if isinstance(value, list) else value


def _merge_shot(ours: Any, base: ImportedShot, theirs: ShotDraft, report: Report) -> None:
    for name in dict.fromkeys((*base.fields, *theirs.fields)):
        if name == "cast":
            _merge_cast(ours, base.fields, theirs.fields, theirs.id, report)
        elif name != "duration_s":
            _merge_field(ours, name, base.fields, theirs.fields, theirs.id, report)
    _merge_field(ours, "duration_s", base.fields, theirs.fields, theirs.id, report)
    ends = max((float(line["to_s"]) for line in ours.get("dialogue") or ()), default=0.0)
    if ends > float(ours["duration_s"]):
        longer = theirs.fields["duration_s"]
        report.notes.append(f"{theirs.id}: {ours['duration_s']} s became {longer} s, which its new dialogue needs")
        ours["duration_s"] = longer


def _merge_field(ours: Any, name: str, base: Fields, theirs: Fields, where: str, report: Report) -> None:
    was, now, there = base.get(name), theirs.get(name), ours.get(name)
    if now in (was, there) or (name == "dialogue" and _said(now) == _said(there)):
        return  # the times of the same words are a person's
    if there != was:
        wrote, says = (PRIVATE, PRIVATE) if ours.get("private") else (_shown(there), _shown(now))
        report.unplaced.append(f"{where} {name}: you wrote {wrote}, and the script says {says} now")
        return
    report.changed.append(f"{where} {name}")
    if now is None:
        del ours[name]
    elif name in ours:
        ours[name] = as_yaml(now)
    else:
        before = [key for key in _ORDER[: _ORDER.index(name)] if key in ours] if name in _ORDER else list(ours)
        ours.insert(len([key for key in before if key != "shots"]), name, as_yaml(now))


def _merge_cast(ours: Any, base: Fields, theirs: Fields, where: str, report: Report) -> None:
    """People come and go one by one, so that the marks of the others stay."""
    was, now = _by_character(base), _by_character(theirs)
    there = {entry["character"]: entry for entry in ours.get("cast") or ()}
    for who in now.keys() - was.keys() - there.keys():
        if "cast" not in ours:
            ours.insert(len([key for key in _ORDER[: _ORDER.index("cast")] if key in ours]), "cast", CommentedSeq())
        ours["cast"].append(as_yaml(now[who]))
        report.changed.append(f"{where} cast: {who} comes in")
    for who in was.keys() - now.keys():
        if who not in there:
            continue
        if there[who] != was[who]:
            report.unplaced.append(f"{where} cast: {who} left the script, and you staged {who}")
            continue
        ours["cast"].remove(there[who])
        report.changed.append(f"{where} cast: {who} goes out")
    if "cast" in ours and not ours["cast"]:
        del ours["cast"]


def _said(lines: Any) -> list[tuple[str, str]]:
    return [(line["character"], line["text"]) for line in lines or ()]


def _by_character(fields: Fields) -> dict[str, Any]:
    cast = fields.get("cast")
    return (
        {str(entry["character"]): entry for entry in cast if isinstance(entry, dict)} if isinstance(cast, list) else {}
    )


def _insert(shots: CommentedSeq, shot: ShotDraft) -> None:
    at = next((i for i, entry in enumerate(shots) if entry["id"] > shot.id), len(shots))
    shots.insert(at, entry_of(shot))


def _drop(shots: CommentedSeq, shot_id: str, was: ImportedShot, report: Report) -> None:
    """Take out a proposal that the script no longer has, unless a person made something of it."""
    there = next((entry for entry in shots if entry["id"] == shot_id), None)
    if there is None:
        return
    if dict(there) == {"id": shot_id, **was.fields} and len(shots) > 1:
        shots.remove(there)
        report.removed.append(shot_id)
    else:
        report.unplaced.append(f"{shot_id}: the script no longer has it; your edited shot stays")


def _shown(value: object) -> str:
    said = "nothing" if value is None else repr(value) if isinstance(value, str) else str(value)
    return said if len(said) <= _SHORT else f"{said[: _SHORT - 1]}…"
