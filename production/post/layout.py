"""Where each part of the film lies, to the frame, by assembly.yaml and the scenes. Reads no file and no ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from manifests.assembly.assembly import Assembly
from manifests.assembly.parts import Ending, Grade, Part, ShotInFilm
from manifests.names import scene_of_shot
from manifests.scene import Shot

Effect = Literal["fade", "fadeblack", "wipeleft", "wiperight", "wipeup", "wipedown"]

_WIPES: Mapping[str, Effect] = {"left": "wipeleft", "right": "wiperight", "up": "wipeup", "down": "wipedown"}


@dataclass(frozen=True, slots=True)
class CutElement:
    """One shot or card of the picture track, from frame `start` of the film on, for `frames`; from its clip's frame
    `first` on. `overlap`: the frames that it shares with the next. `label`: how people call it; where a shot is shown
    again, with (2), (3), ….
    """

    label: str
    start: int
    frames: int
    first: int
    ends: Ending
    overlap: int
    shot: Shot | None = None
    entry: ShotInFilm | None = None
    card: str | None = None
    grades: tuple[Grade, ...] = ()

    @property
    def end(self) -> int:
        """The frame after its last."""
        return self.start + self.frames

    @property
    def effect(self) -> Effect:
        """How its pictures change into the next."""
        if self.ends.kind == "wipe":
            return _WIPES[self.ends.direction]
        return "fadeblack" if self.ends.kind == "fade" else "fade"


def order_of(assembly: Assembly, scenes: Sequence[str]) -> tuple[Part, ...]:
    """The film's parts in order: those of the file, else all scenes with cuts."""
    return assembly.order or tuple(Part(scene=scene) for scene in scenes)


def scenes_of(parts: Sequence[Part]) -> tuple[str, ...]:
    """The scenes that the parts show something of, each once, in the order of the parts."""
    return tuple(dict.fromkeys(part.of_scene for part in parts if part.of_scene))


def only_scene(assembly: Assembly, scene: str) -> Assembly:
    """The film's parts that are of one scene: its cut, and the titles and sounds that begin at it or at its shots."""

    def here(at: str | None) -> bool:
        return at is not None and scene_of_shot(at) == scene

    found: dict[str, object] = {
        name: tuple(each for each in getattr(assembly, name) if here(each.at))
        for name in ("titles", "music", "effects")
    }
    parts = tuple(part for part in assembly.order if part.of_scene == scene) or (Part(scene=scene),)
    lines = tuple(line for line in assembly.dialogue if here(line.shot))
    return assembly.model_copy(update={**found, "order": parts, "dialogue": lines, "deliverables": ()})


def elements_of(parts: Sequence[Part], scenes: Mapping[str, Sequence[Shot]], fps: int) -> tuple[CutElement, ...]:
    """The picture track. `scenes`: the shots that are shown of each scene, in order; a scene that is not there is left
    out. The last element overlaps nothing.
    """
    laid: list[CutElement] = []
    for number, part in enumerate(parts, start=1):
        shots = scenes.get(part.of_scene or "", ())
        laid += _card(part, number, fps) if part.card is not None else _shots(part, shots, fps)
    placed, at, times = [], 0, Counter[str]()
    for index, each in enumerate(laid):
        last = index == len(laid) - 1
        overlap = 0 if last or each.ends.kind == "cut" else max(1, round(each.ends.seconds * fps))
        times[each.label] += 1
        label = f"{each.label} ({times[each.label]})" if times[each.label] > 1 else each.label
        placed.append(replace(each, label=label, start=at, overlap=overlap))
        at += each.frames - overlap
    return tuple(placed)


def place_of(elements: Sequence[CutElement], at: str | None) -> int | None:
    """The frame with which a shot or a scene begins; None where the film does not show it. The film's for no name."""
    if at is None:
        return 0
    shown = (e for e in elements if e.shot and (e.shot.id == at or e.shot.id.startswith(f"{at}_")))
    return next((element.start for element in shown), None)


def frames_moved(asked: int, shot: tuple[int, int, int], after: tuple[int, int]) -> int:
    """By how many of the `asked` frames the sound can end after a shot's pictures (below 0: before). `shot`: its first
    frame, its frames, and those that its clip has after them; `after`: the first frame and the frames of the next.
    """
    moved = max(-after[0], asked) if asked < 0 else min(shot[2], asked)
    return max(1 - shot[1], min(after[1] - 1, moved))


def crowded(elements: Sequence[CutElement]) -> list[tuple[CutElement, int, int]]:
    """The elements that are too short for the overlaps on both sides, with the frames of each."""
    before = [0, *(element.overlap for element in elements)]
    return [
        (element, left, element.overlap)
        for element, left in zip(elements, before, strict=False)
        if left + element.overlap >= element.frames and left + element.overlap > 0
    ]


def _card(part: Part, number: int, fps: int) -> list[CutElement]:
    frames = max(1, round((part.seconds or 0) * fps))
    words = (part.card or "").splitlines()
    label = f"card {number}" + (f" {words[0][:30]}" if words else "")
    return [CutElement(label, 0, frames, 0, part.ends, 0, card=part.card or "")]


def _shots(part: Part, shots: Sequence[Shot], fps: int) -> list[CutElement]:
    """A scene without what it leaves out, or a shot on its own."""
    if alone := part.alone:
        return [_shot(shot, alone, part, fps, last=True) for shot in shots if shot.id == alone.shot]
    entries = {entry.shot: entry for entry in part.shots}
    shown = [shot for shot in shots if not ((entry := entries.get(shot.id)) and entry.leave_out)]
    return [_shot(shot, entries.get(shot.id), part, fps, last=shot is shown[-1]) for shot in shown]


def _shot(shot: Shot, entry: ShotInFilm | None, part: Part, fps: int, *, last: bool) -> CutElement:
    first = round(entry.from_s * fps) if entry else 0
    end = round(entry.to_s * fps) if entry and entry.to_s is not None else shot.frames
    own = Ending(kind=shot.transition.kind, seconds=shot.transition.seconds)
    ends = entry.ends if entry and entry.ends else part.ends if last else own
    grades = tuple(grade for grade in ((entry.grade if entry else None), part.grade) if grade)
    return CutElement(shot.id, 0, max(1, end - first), first, ends, 0, shot=shot, entry=entry, grades=grades)
