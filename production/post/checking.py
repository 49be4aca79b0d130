"""What is wrong with assembly.yaml before anything is rendered: the findings A101 to A108 of gate lint."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from assembly import grade, probe, typeface
from assembly.errors import AssemblyError
from checks.contract import Rule
from checks.rules import assembly_rules as rules
from manifests.assembly.assembly import Assembly
from manifests.assembly.parts import Grade, Part
from manifests.errors import GateError
from manifests.film import Film, frame_size
from manifests.finding import Finding
from manifests.names import scene_of_shot
from manifests.scene import Scene
from production.post.layout import CutElement, crowded, elements_of, order_of, place_of
from wiring.scratch import scratch
from wiring.services import Services


def assembly_findings(services: Services) -> list[Finding]:
    """The findings on assembly.yaml; none where there is no such file. Reads the film's files alone."""
    folder = services.folder
    if folder.assembly is None:
        return []
    found = named_findings(folder.assembly, {name: folder.scenes[name] for name in sorted(folder.scenes)}, folder.film)
    with scratch(services.settings) as work:
        return [*found, *_files(folder.assembly, folder.root, work), *_words(folder.assembly)]


def named_findings(assembly: Assembly, scenes: dict[str, Scene], film: Film) -> list[Finding]:
    """What can be said without opening a file: names, lengths, places and sizes."""
    parts, found = order_of(assembly, sorted(scenes)), list[Finding]()
    found += [found for part in parts for found in _unknown(part, scenes)]
    shown = {name: scene.shots for name, scene in scenes.items()}
    elements = elements_of(parts, shown, film.fps)
    for element, before, after in crowded(elements):
        words = f"its {element.frames} frames are too few for overlaps of {before} frames in and {after} out"
        found.append(_finding(rules.OVERLAPS, element.label, words, "Shorten the overlaps, or make the shot longer."))
    found += _trims(elements, film.fps) + _handles(elements, film.fps) + _places(assembly, elements, film.fps)
    for line in assembly.dialogue:
        shot = next((e.shot for e in elements if e.shot and e.shot.id == line.shot), None)
        if shot is not None and line.offset_s is None and line.line > len(shot.dialogue):
            words = f"it has {len(shot.dialogue)} lines, and a file is named for line {line.line}"
            found.append(_finding(rules.KNOWN_PARTS, line.shot, words, "Name one of its lines, or write offset_s."))
    if assembly.order:
        seen = {scene_of_shot(element.shot.id) for element in elements if element.shot}
        for name in sorted(set(scenes) - seen):
            named = any(part.scene == name for part in parts)
            words = "all of its shots are left out" if named else "it does not stand in the order"
            cure = "Take one leave_out away, or the scene." if named else f"Add - scene: {name} where it belongs."
            found.append(_finding(rules.ALL_SCENES, name, f"{words}, so the film shows nothing of it", cure))
    master = frame_size(film.tiers.final.resolution, film.aspect)
    for order in assembly.deliverables:
        size = frame_size(order.resolution, order.aspect or film.aspect)
        if size[0] > master[0] and size[1] > master[1]:
            words = f"it has {size[0]}×{size[1]}, and the master {master[0]}×{master[1]}"
            found.append(_finding(rules.NOT_LARGER, order.name, words, "Choose a smaller one, or a larger final tier."))
    return found


def _unknown(part: Part, scenes: dict[str, Scene]) -> list[Finding]:
    if part.of_scene is None:
        return []
    if part.of_scene not in scenes:
        words = f"the film has no such scene; it has {', '.join(scenes) or 'none'}"
        subject = part.shot or part.of_scene
        return [_finding(rules.KNOWN_PARTS, subject, words, "Correct it in assembly.yaml, or take it out.")]
    known = {shot.id for shot in scenes[part.of_scene].shots}
    return [
        _finding(rules.KNOWN_PARTS, entry.shot, "its scene has no such shot", "Correct it, or take the entry out.")
        for entry in ((part.alone,) if part.alone else part.shots)
        if entry.shot not in known
    ]


def _trims(elements: Sequence[CutElement], fps: int) -> list[Finding]:
    found = []
    for element in elements:
        entry, shot = element.entry, element.shot
        if entry is not None and shot is not None:
            end_s = shot.frames / fps if entry.to_s is None else entry.to_s
            if entry.from_s >= end_s:
                words = f"its in-point, {entry.from_s:g} s, does not lie before its out-point, {end_s:g} s"
                found.append(_finding(rules.OVERLAPS, shot.id, words, "Write from_s below to_s."))
    return found


def _handles(elements: Sequence[CutElement], fps: int) -> list[Finding]:
    found = []
    for element, after in pairwise(elements):
        frames = round(element.ends.sound_s * fps)
        if frames < -after.first:
            words = f"its sound is to begin {-frames} frames early, and its clip is shown from frame {after.first} on"
            found.append(
                _finding(rules.HANDLES, after.label, words, "Give it a from_s, or a shorter sound_s before it.")
            )
        spare = (element.shot.frames if element.shot else 0) - element.first - element.frames
        if frames > max(0, spare):
            words = f"its sound is to go on for {frames} frames, and its shot has {max(0, spare)} after its out-point"
            found.append(_finding(rules.HANDLES, element.label, words, "Give it a to_s, or a shorter sound_s."))
    return found


def _places(assembly: Assembly, elements: Sequence[CutElement], fps: int) -> list[Finding]:
    end_s, found = (elements[-1].end / fps if elements else 0.0), []
    placed = [(f"title {title.text[:30]!r}", title.at, title.offset_s) for title in assembly.titles]
    placed += [(sound.file, sound.at, sound.offset_s) for sound in (*assembly.music, *assembly.effects)]
    placed += [(line.file, line.shot, line.offset_s or 0.0) for line in assembly.dialogue]
    for label, at, offset_s in placed:
        start = place_of(elements, at)
        if start is None:
            words = f"it begins at {at}, which the film does not show"
            found.append(_finding(rules.KNOWN_PARTS, label, words, "Name a shot or a scene of the order."))
        elif start / fps + offset_s >= end_s:
            words = f"it begins at {start / fps + offset_s:g} s, and the film ends at {end_s:g} s"
            found.append(_finding(rules.IN_REACH, label, words, "Begin it earlier, or take it out."))
    return found


def _files(assembly: Assembly, root: Path, work: Path) -> list[Finding]:
    starts = [(sound.file, sound.from_s) for sound in (*assembly.music, *assembly.effects)]
    starts += [(line.file, 0.0) for line in assembly.dialogue]
    found = [finding for file, from_s in starts for finding in _sound(root, file, from_s)]
    luts = sorted({each.lut for each in _grades(assembly) if each.lut})
    refused = {lut: _outside(root, lut) or _refused_lut(root / lut, work) for lut in luts}
    cure = "Put a 3D .cube there, or correct its name."
    return found + [_finding(rules.FILES, lut, words, cure) for lut, words in refused.items() if words]


def _sound(root: Path, file: str, from_s: float) -> list[Finding]:
    if words := _outside(root, file):
        return [_finding(rules.FILES, file, words, "Put the file there, or correct its name.")]
    try:
        length_s = probe.sound_length_s(root / file)
    except AssemblyError as error:
        return [_finding(rules.FILES, file, error.cause, error.cure)]
    if from_s < length_s:
        return []
    words = f"its in-point is {from_s:g} s, and it lasts {length_s:.2f} s"
    return [_finding(rules.IN_REACH, file, words, "Write an earlier from_s.")]


def _refused_lut(lut: Path, work: Path) -> str | None:
    try:
        grade.table(grade.bring(lut, work / "lut.cube"))
    except GateError as error:
        return error.cause
    return None


def _grades(assembly: Assembly) -> list[Grade]:
    entries = [entry.grade for part in assembly.order for entry in part.shots]
    return [each for each in (assembly.grade, *(part.grade for part in assembly.order), *entries) if each]


def _outside(root: Path, name: str) -> str | None:
    file = (root / name).resolve()
    if not file.is_relative_to(root.resolve()):
        return "it lies outside the film's folder"
    return None if file.is_file() else "there is no such file in the film's folder"


def _words(assembly: Assembly) -> list[Finding]:
    found = []
    for text in (*(title.text for title in assembly.titles), *(part.card for part in assembly.order if part.card)):
        try:
            typeface.check_readable(text)
        except AssemblyError as error:
            found.append(_finding(rules.READABLE, text.splitlines()[0][:40], error.cause, "Write it in other letters."))
    return found


def _finding(rule: Rule, subject: str, message: str, cure: str) -> Finding:
    flaw = f"{rule.page.name}:{subject}"
    return Finding(rule=rule.code, severity=rule.severity, subject=subject, flaw=flaw, message=message, cure=cure)
