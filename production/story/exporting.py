"""Gives the film back as a screenplay: the writer's own words, and the film's where somebody changed them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from manifests.reading.film_folder import FilmFolder
from manifests.scene import Scene, Shot
from manifests.story.imported import ImportedScene, ImportedShot
from manifests.story.script import Element, Screenplay, TitleEntry
from production.story.importing import last_import
from production.story.proposing import is_sound, lines_of
from production.story.speaking import bare, pieces

_BEFORE = frozenset({"note", "section", "synopsis", "boneyard", "page_break"})
_AFTER = frozenset({"transition", "centered"})


def export_script(folder: FilmFolder) -> Screenplay:
    """The script. Raises UnreadableStory, ManifestError."""
    base = last_import(folder.root)
    if base is None:
        title = TitleEntry(key="Title", lines=(folder.film.title,))
        return Screenplay(title_page=(title,), elements=tuple(_all(folder, {})))
    elements = (*base.before, *_all(folder, {scene.id: scene for scene in base.scenes}))
    return Screenplay(title_page=base.title_page.title_page, elements=elements)


def _all(folder: FilmFolder, known: dict[str, ImportedScene]) -> Iterator[Element]:
    for name in sorted(folder.scenes):
        scene = folder.scenes[name]
        if name in known:
            yield from _as_imported(folder, scene, known[name])
        else:
            yield from _heading(scene)
            for shot in scene.shots:
                yield Element(kind="note", text=f"SHOT {shot.called or shot.id.partition('_')[2]}")
                yield from _told(folder, shot)


def _as_imported(folder: FilmFolder, scene: Scene, base: ImportedScene) -> Iterator[Element]:
    """Each group of shots that came from the same words: those words, or what the film says now."""
    heading = base.head[0]
    title = scene.title if scene.title != base.fields.get("title") else heading.text
    yield heading.model_copy(update={"text": title, "number": scene.called or ""})
    yield from base.head[1:]
    known, ours = {shot.id: shot for shot in base.shots}, {shot.id: shot for shot in scene.shots}
    owner = {
        shot.id: next(b.id for b in reversed(base.shots[: n + 1]) if b.elements or n == 0)
        for n, shot in enumerate(base.shots)
    }
    for first, group in groupby(sorted({*known, *ours}), key=lambda name: owner.get(name, name)):
        names = list(group)
        was = [known[name] for name in names if name in known]
        now = [ours[name] for name in names if name in ours]
        if not was:
            for shot in now:
                yield from _told(folder, shot)
        elif len(now) == len(was) and all(_untouched(s, b) for s, b in zip(now, was, strict=True)):
            yield from known[first].elements
        else:
            yield from _rewritten(folder, known[first].elements, now)


def _untouched(shot: Shot, base: ImportedShot) -> bool:
    lines = base.fields.get("dialogue")
    said = (
        [(line["character"], line["text"]) for line in lines if isinstance(line, dict)]
        if isinstance(lines, list)
        else []
    )
    if shot.private:
        return False
    return shot.motion == base.fields.get("motion") and said == [(line.character, line.text) for line in shot.dialogue]


def _rewritten(folder: FilmFolder, elements: Sequence[Element], shots: Sequence[Shot]) -> Iterator[Element]:
    """What the film says now: in the writer's own elements where the same people speak, else in new ones."""
    if not shots:
        return
    said = [line for shot in shots for line in shot.dialogue]
    spoken = lines_of(elements)
    if any(shot.private for shot in shots) or [who for who, _ in spoken] != [line.character for line in said]:
        yield from (e for e in elements if e.kind in _BEFORE)
        for shot in shots:
            yield from _told(folder, shot)
        yield from (e for e in elements if e.kind in _AFTER)
        return
    motion = _motion_of(elements, shots[0])
    left = [line.text for line in said]
    for element in elements:
        if element.kind in {"dialogue", "lyrics"} and (was := list(pieces(element.text))):
            now, left = left[: len(was)], left[len(was) :]
            yield element if now == was else element.model_copy(update={"text": " ".join(now)})
        elif element.kind == "action" and motion and not is_sound(element):
            yield from motion
            motion = ()
        elif element.kind != "action" or motion is None or is_sound(element):
            yield element


def _motion_of(elements: Sequence[Element], shot: Shot) -> tuple[Element, ...] | None:
    """The action that takes the place of the writer's; None where that still stands."""
    action = " ".join(bare(e.text) for e in elements if e.kind in {"action", "centered"} and not is_sound(e))
    same = action[: len(shot.motion)] == shot.motion or not action
    return None if same else (Element(kind="action", text=" ".join(shot.motion.split())),)


def _heading(scene: Scene) -> Iterator[Element]:
    yield Element(kind="scene_heading", text=scene.title, number=scene.called or "")
    if scene.intent:
        yield Element(kind="synopsis", text=" ".join(scene.intent.split()))


def _told(folder: FilmFolder, shot: Shot) -> Iterator[Element]:
    """A shot in a script's words: its action, its sound, its lines. A private shot's words stay in its own file."""
    if shot.private:
        yield Element(kind="action", text="A private shot.")
        return
    yield Element(kind="action", text=" ".join(shot.motion.split()))
    if shot.sound != "room tone":
        yield Element(kind="action", text=f"SOUND: {' '.join(shot.sound.split())}")
    for who, lines in groupby(shot.dialogue, key=lambda line: line.character):
        yield Element(kind="character", text=folder.bible.characters[who].name.upper())
        yield Element(kind="dialogue", text=" ".join(" ".join(line.text.split()) for line in lines))
