"""Finds what of a script was there at the last import, by content: scenes and shots move, and their numbers stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from manifests.story.imported import Fields, ImportedScene, ImportedShot, ScriptImport
from production.story.errors import Unplaceable
from production.story.naming import between
from production.story.proposing import SceneDraft, ShotDraft, StoryDraft

T = TypeVar("T")
B = TypeVar("B")
_ALIKE = 0.34
"""The least part of their words that two versions of one scene share: a rewrite keeps names, place and some lines."""

_SCENES_3 = 99
_SHOTS_MAX = 9_999


def number(draft: StoryDraft, base: ScriptImport | None, taken: Sequence[str]) -> list[str]:
    """Give each scene and shot of the draft its number: the one that it had, else a free one. `taken`: the film's
    scenes beside those of the script. Returns what stands in another order than its numbers say. Raises Unplaceable.
    """
    old = list(base.scenes) if base else []
    pairs = match(draft.scenes, old, (_same_scene, _same_heading), _likeness)
    known = [int(found.id[2:]) if (found := pairs.get(i)) else None for i in range(len(draft.scenes))]
    used = [int(name[2:]) for name in taken]
    wide = len(draft.scenes) > _SCENES_3 or any(len(name) > 5 for name in (*taken, *(s.id for s in old)))
    floor, most = max(used, default=0), 9_990 if wide else 999
    numbers = between([floor, *known] if floor and not old else known, most)
    numbers = numbers[1:] if floor and not old else numbers
    moved: list[str] = []
    for index, scene in enumerate(draft.scenes):
        found, free = pairs.get(index), numbers[index]
        while found is None and free is not None and free in {*used, *(n for n in known if n)}:
            free = free + 1 if free < most else None
        used += [free] if free is not None else []
        if found is None and free is None:
            raise Unplaceable(
                str(scene.fields["title"]),
                "there is no free number for it",
                "Renumber the scenes after it, or split the film.",
            )
        scene.id = found.id if found else f"SC{free:0{4 if wide else 3}d}"
        if found and numbers[index] is None:
            moved.append(f"{scene.id} stands elsewhere in the script now; its number, and so its place, stays")
        moved += number_shots(scene, found)
    return moved


def number_shots(scene: SceneDraft, base: ImportedScene | None) -> list[str]:
    """Give each shot of a scene its number. Returns those that moved. Raises Unplaceable."""
    old = list(base.shots) if base else []
    pairs = match(scene.shots, old, (_same_shot, _same_name), _shot_likeness)
    known = [int(found.id[-4:]) if (found := pairs.get(i)) else None for i in range(len(scene.shots))]
    gone = {int(shot.id[-4:]) for shot in old} - {n for n in known if n}
    moved: list[str] = []
    for index, new in enumerate(between(known, _SHOTS_MAX)):
        shot, found = scene.shots[index], pairs.get(index)
        free = new
        while free is not None and found is None and free in gone:
            free = free + 1 if free + 1 not in {n for n in known if n} else None
        if found is None and free is None:
            raise Unplaceable(
                scene.id, "no number is free for a new shot", "Give its neighbours other numbers by hand."
            )
        shot.id = found.id if found else f"{scene.id}_SH{free:04d}"
        if found and new is None:
            moved.append(f"{shot.id} stands elsewhere in its scene now; its number, and so its place, stays")
    return moved


def match(
    new: Sequence[T],
    old: Sequence[B],
    same: Sequence[Callable[[T, B], bool]],
    likeness: Callable[[T, B], float],
) -> dict[int, B]:
    """The old one of each new one, by its index: first those that are the same, then the most alike, each once."""
    found: dict[int, B] = {}
    left = dict(enumerate(old))

    def take(index: int, at: int) -> None:
        found[index] = left.pop(at)

    for test in same:
        for index, each in enumerate(new):
            at = next((at for at, other in left.items() if test(each, other)), None) if index not in found else None
            if at is not None:
                take(index, at)
    scored = sorted(
        (
            (-likeness(each, other), abs(index - at), index, at)
            for index, each in enumerate(new)
            if index not in found
            for at, other in left.items()
        ),
    )
    for score, _, index, at in scored:
        if -score >= _ALIKE and index not in found and at in left:
            take(index, at)
    return found


def _same_scene(new: SceneDraft, old: ImportedScene) -> bool:
    return bool(new.head) and _elements(new) == [*old.head, *(e for shot in old.shots for e in shot.elements)]


def _same_heading(new: SceneDraft, old: ImportedScene) -> bool:
    if new.fields.get("called") or old.fields.get("called"):
        return new.fields.get("called") == old.fields.get("called")
    return new.fields["title"] == old.fields.get("title") and _likeness(new, old) >= _ALIKE


def _likeness(new: SceneDraft, old: ImportedScene) -> float:
    if not new.head:  # a list has no words but its shots'
        sides = [frozenset().union(*(_words(shot.fields) for shot in side)) for side in (new.shots, old.shots)]
        return _shared(*sides)
    told = " ".join(e.text.lower() for e in (*old.head, *(e for shot in old.shots for e in shot.elements)))
    return _shared(new.words(), frozenset(re.findall(r"\w+", told)))


def _elements(scene: SceneDraft) -> list[object]:
    return [*scene.head, *(element for shot in scene.shots for element in shot.elements)]


def _same_shot(new: ShotDraft, old: ImportedShot) -> bool:
    return _story(new.fields) == _story(old.fields) and tuple(new.elements) == old.elements


def _same_name(new: ShotDraft, old: ImportedShot) -> bool:
    return bool(new.fields.get("called")) and new.fields.get("called") == old.fields.get("called")


def _shot_likeness(new: ShotDraft, old: ImportedShot) -> float:
    return _shared(_words(new.fields), _words(old.fields))


def _story(fields: Fields) -> tuple[object, object]:
    return fields.get("motion"), fields.get("dialogue")


def _words(fields: Fields) -> frozenset[str]:
    lines = fields.get("dialogue")
    said = (
        " ".join(str(line.get("text")) for line in lines if isinstance(line, dict)) if isinstance(lines, list) else ""
    )
    return frozenset(re.findall(r"\w+", f"{fields.get('motion', '')} {said}".lower()))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))
