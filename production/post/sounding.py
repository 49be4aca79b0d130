"""Where each sound of assembly.yaml is heard in the film, in seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from assembly import probe
from manifests.assembly.assembly import Assembly
from manifests.assembly.film_cut import FilmSound
from manifests.assembly.parts import LineFile, PlacedSound
from manifests.keys import hash_file
from production.post.errors import OffTheCut
from production.post.layout import CutElement, place_of
from production.post.syncing import SyncedLine
from production.post.takes import ShotTakes


def place_s(elements: Sequence[CutElement], fps: int, at: str | None, offset_s: float) -> float:
    """Seconds of the film at which something begins that is placed by a shot or a scene, or by the film's beginning.
    Raises OffTheCut where the film does not show it.
    """
    start = place_of(elements, at)
    if start is None:
        raise OffTheCut(str(at), "assembly.yaml names it, and the film does not show it", "See all of it: gate lint")
    return start / fps + offset_s


def sounds_of(
    root: Path,
    assembly: Assembly,
    elements: Sequence[CutElement],
    fps: int,
    known: Mapping[str, ShotTakes],
    synced: Sequence[SyncedLine],
) -> tuple[FilmSound, ...]:
    """Music, effects and recorded lines that are heard in the film. Raises OffTheCut, UnfitSound."""
    end_s = elements[-1].end / fps
    found = [
        _music(kind, each, place_s(elements, fps, each.at, each.offset_s), root, end_s)
        for kind, each in _placed(assembly)
    ]
    where = {(each.shot, each.line): each for each in synced}
    for line in assembly.dialogue:
        place_s(elements, fps, line.shot, 0)  # raises where the film does not show the shot
        found.append(_line(line, elements, fps, root / line.file, known, where.get((line.shot, line.line))))
    return tuple(sound for sound in found if sound.start_s < end_s and sound.seconds > 0)


def _placed(assembly: Assembly) -> list[tuple[Literal["music", "effect"], PlacedSound]]:
    return [*(("music", each) for each in assembly.music), *(("effect", each) for each in assembly.effects)]


def _music(kind: Literal["music", "effect"], asked: PlacedSound, start: float, root: Path, end_s: float) -> FilmSound:
    file = root / asked.file
    there = max(0.0, probe.sound_length_s(file) - asked.from_s)
    before = max(0.0, -start)  # what would begin before the film begins with it
    seconds = min(there if asked.seconds is None else min(asked.seconds, there), end_s - start) - before
    return FilmSound(
        kind=kind,
        file=asked.file,
        sha256=hash_file(file),
        start_s=start + before,
        from_s=asked.from_s + before,
        seconds=max(0.0, seconds),
        gain_db=asked.gain_db,
        fade_in_s=asked.fade_in_s,
        fade_out_s=asked.fade_out_s,
        duck_db=asked.duck.by_db if asked.duck else 0.0,
        duck_within_s=asked.duck.within_s if asked.duck else 0.3,
    )


def _line(
    line: LineFile,
    elements: Sequence[CutElement],
    fps: int,
    file: Path,
    known: Mapping[str, ShotTakes],
    synced: SyncedLine | None,
) -> FilmSound:
    """A recorded line. Where its time is a time of the clip, it begins with the picture that shows this time: in a
    trimmed shot earlier, in one that was cut in two perhaps in the second piece. Nobody hears the part trimmed
    away.
    """
    length_s = probe.sound_length_s(file)
    shown = [element for element in elements if element.shot and element.shot.id == line.shot]
    start_s, late_s, heard_s = 0.0, 0.0, 0.0
    if line.offset_s is not None:
        start_s, heard_s = shown[0].start / fps + line.offset_s, length_s
        shown = []
    said_s = _said_s(line, known, synced)
    for element in shown:
        first_s, end_s = element.first / fps, (element.first + element.frames) / fps
        if said_s < end_s and said_s + length_s > first_s:
            late_s = max(0.0, first_s - said_s) if element.first else 0.0
            start_s, heard_s = element.start / fps + said_s - first_s + late_s, length_s - late_s
            break
    return FilmSound(
        kind="dialogue",
        file=line.file,
        sha256=hash_file(file),
        start_s=start_s,
        from_s=late_s,
        seconds=heard_s,
        gain_db=line.gain_db,
        own_db=line.own_db,
    )


def _said_s(line: LineFile, known: Mapping[str, ShotTakes], synced: SyncedLine | None) -> float:
    """Seconds of its clip at which a recorded line begins."""
    if synced is not None and synced.sure:
        return synced.offset_s
    takes = known.get(line.shot)
    lines = takes.shot.dialogue if takes else ()
    return lines[line.line - 1].from_s if line.line <= len(lines) else 0.0
