"""An edit from an editing program as the film's cut: planned, compared with what the film would show, and written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Any

from assembly.conform.edited import one_after_another
from assembly.conform.reading import read_cut
from assembly.turnover.losses import Loss
from checks.rules.assembly_rules import ALL_SCENES
from manifests.assembly.assembly import Assembly
from manifests.reading.film_folder import read
from production.planning.shot_file import edited, rewritten
from production.post.checking import named_findings
from production.post.conform.matching import Progress, TakeIndex
from production.post.conform.ordering import Ordering
from production.post.conform.splicing import spliced
from production.post.conform.wanted import WantedEnd, WantedShot, wanted_of
from production.post.editing import begun, first_text
from production.post.errors import OffTheCut
from production.post.layout import CutElement, crowded, elements_of, order_of
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class ImportedCut:
    """What an edit makes of assembly.yaml. `before`, `after`: its text; equal where nothing changes. `found`: place in
    the edit, shot, take ("" for the one that stands), and content or name. `rest`: what the film cannot show of it.
    """

    file: Path
    before: str
    after: str
    found: tuple[tuple[str, str, str, str], ...]
    rest: tuple[Loss, ...]
    frames: int

    @property
    def diff(self) -> str:
        """How assembly.yaml changes, as a unified diff."""
        lines = (self.before.splitlines(keepends=True), self.after.splitlines(keepends=True))
        return "".join(unified_diff(*lines, "assembly.yaml", "assembly.yaml (imported)"))


def plan_import(
    services: Services,
    edits: Sequence[Path],
    scene: str | None = None,
    progress: Progress = lambda _done, _of: None,
) -> ImportedCut:
    """Read an edit, of the whole film or of one scene, and see what it changes. `edits`: its file; several files of one
    folder that follow one another, where it was divided. Writes nothing. Raises UnreadableEdit; OffTheCut where it
    shows nothing of this film.
    """
    folder, path, edit = services.folder, services.folder.root / "assembly.yaml", edits[0]
    fps = folder.film.fps
    cut, index = one_after_another([read_cut(each, fps) for each in edits]), TakeIndex(services, edit, progress)
    shots = {
        each.id: [shot for shot in each.shots if not index.takes[shot.id, "final"].omitted]
        for each in folder.scenes.values()
    }
    now = elements_of(order_of(folder.assembly or Assembly(), sorted(folder.scenes)), shots, fps)
    told = wanted_of(cut, index, now, [title.text for title in folder.assembly.titles] if folder.assembly else [], fps)
    if not told.found:
        cause = f"none of its {len(cut.clips)} clips is a take of {folder.film.title}"
        cure = "Import an edit of this film's own clips, with the media.csv of its turnover beside it"
        raise OffTheCut(str(edit), cause, cure)
    shown = told.shown if scene is None else spliced(told.shown, now, scene)
    ordering = Ordering(shown, shots, fps)

    def change(document: Any) -> None:
        if not document.get("order"):
            document["order"] = [{"scene": name} for name in sorted(folder.scenes)]
        ordering.write(document["order"])

    before = path.read_text(encoding="utf-8") if path.exists() else first_text(services)
    same = _same(now, shown)
    after = before if same else edited(before, change)
    anew = read(path, Assembly, content=after.encode())
    elements = elements_of(order_of(anew, sorted(folder.scenes)), shots, fps)
    _check(edit, elements, shown)
    rest = (*told.rest, *ordering.losses, *_findings(services, anew))
    return ImportedCut(path, before, after, tuple(told.found), rest, elements[-1].end)


def write_import(services: Services, planned: ImportedCut) -> Path | None:
    """Write it, where it changes anything. Raises FileChanged where somebody has changed assembly.yaml since."""
    if planned.before == planned.after:
        return None
    path = begun(services)
    with rewritten(services.folder.root, path, planned.after, before=planned.before.encode()):
        return path


def _same(now: Sequence[CutElement], wanted: Sequence[WantedShot]) -> bool:
    """Whether the film shows this already, takes included."""
    if _shows(now) != _wants(wanted):
        return False
    pairs = zip(now, wanted, strict=True)
    return all(_take_stays(element, each) for element, each in pairs)


def _take_stays(element: CutElement, each: WantedShot) -> bool:
    said = element.entry.take if element.entry else None
    return each.take is None or said == each.take or (said is None and each.standing)


def _check(edit: Path, elements: Sequence[CutElement], wanted: Sequence[WantedShot]) -> None:
    """Refuse to write a cut that would not show what the edit shows, to the frame."""
    for element, before, after in crowded(elements):
        cause = f"{element.label} has {element.frames} frames, too few for overlaps of {before} in and {after} out"
        raise OffTheCut(str(edit), cause, "Shorten them in the editor, and export it again")
    if _shows(elements) != _wants(wanted):
        cause = "assembly.yaml cannot be written so that the film shows this edit to the frame"
        raise OffTheCut(str(edit), cause, "Report it with the file; write the order by hand meanwhile (docs/film.md)")


def _shows(elements: Sequence[CutElement]) -> list[tuple[object, ...]]:
    """What a cut shows, and how each of its parts ends but the last."""
    return [
        (
            element.shot.id if element.shot else f"card {element.card}",
            element.first,
            element.frames,
            element.overlap,
            element.effect if element.overlap else "",
            0.0 if element.overlap or element is elements[-1] else element.ends.sound_s,
        )
        for element in elements
    ]


def _wants(wanted: Sequence[WantedShot]) -> list[tuple[object, ...]]:
    effects = {"dissolve": "fade", "fade": "fadeblack"}
    told: list[tuple[object, ...]] = []
    for each in wanted:
        end = each.ends or WantedEnd()
        effect = effects.get(end.kind, f"wipe{end.direction}") if end.frames else ""
        name = each.shot.id if each.shot else f"card {each.card}"
        told.append((name, each.first, each.frames, end.frames, effect, end.sound_s))
    return told


def _findings(services: Services, anew: Assembly) -> list[Loss]:
    """What the new order makes wrong, such as a title at a shot that the film no longer shows, and scenes that it no
    longer shows at all.
    """
    scenes = {name: services.folder.scenes[name] for name in sorted(services.folder.scenes)}
    before = services.folder.assembly
    known = {found.flaw for found in named_findings(before, scenes, services.folder.film)} if before else set()
    return [
        Loss(found.subject, f"{found.rule}: {found.message}", found.cure)
        for found in named_findings(anew, scenes, services.folder.film)
        if (found.severity == "error" or found.rule == ALL_SCENES.code) and found.flaw not in known
    ]
