"""The film's cut with every take, file and place found: what assembly.yaml asks for, as it can be made now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from manifests.assembly.assembly import Assembly
from manifests.assembly.film_cut import FilmCut, FilmShot, FilmTitle
from manifests.assembly.parts import Grade
from manifests.cut import ColourShift, CutItem
from manifests.film import Film, TierName
from manifests.keys import hash_file
from manifests.names import scene_of_shot
from production.post.colours import shifts_of
from production.post.errors import FilmUnready, NothingToJoin, OffTheCut
from production.post.layout import CutElement, crowded, elements_of, frames_moved, only_scene, order_of, scenes_of
from production.post.sounding import place_s, sounds_of
from production.post.syncing import SyncedLine, sync_line
from production.post.takes import ShotTakes, takes_of
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class MissingPart:
    """One thing that the film lacks: its shot or scene, what is missing, and the command that makes it."""

    subject: str
    words: str
    cure: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.words}"


@dataclass(frozen=True, slots=True)
class ResolvedFilm:
    """The film as it can be made. `left_out`: the scenes that are not finished, where nobody wrote an order. `synced`:
    the lines that were placed by their sound. `takes`: of each shot.
    """

    cut: FilmCut
    missing: tuple[MissingPart, ...]
    left_out: tuple[str, ...]
    synced: tuple[SyncedLine, ...]
    takes: Mapping[str, ShotTakes]


Offered = Mapping[str, Sequence[ShotTakes]]
"""The takes of each scene that the film may be made from."""


def resolve(services: Services, tier: TierName, *, partial: bool = False, scene: str | None = None) -> ResolvedFilm:
    """Find everything. `partial`: without an order, scenes that are not finished are joined too. `scene`: of one scene
    alone, with what is placed by it. Spends nothing. Raises NothingToJoin, OffTheCut, UnfitSound.
    """
    folder = services.folder
    assembly = folder.assembly or Assembly()
    assembly = assembly if scene is None else only_scene(assembly, scene)
    parts = order_of(assembly, sorted(folder.scenes))
    named = {name: services.scene(name) for name in scenes_of(parts)}  # raises, naming those that there are
    offered = {name: takes_of(services, each, tier) for name, each in named.items()}
    shown = {name: [each.shot for each in takes if not each.omitted] for name, takes in offered.items()}
    elements = elements_of(parts, shown, folder.film.fps)
    seen = {element.shot.id for element in elements if element.shot}
    missing = tuple(
        each
        for name, takes in offered.items()
        for each in missing_of(name, [one for one in takes if one.shot.id in seen], tier)
    )
    left_out: tuple[str, ...] = ()
    if not assembly.order and not partial:
        left_out = tuple(name for name, takes in offered.items() if not _whole(takes))
        parts = tuple(part for part in parts if part.scene not in left_out)
        elements = elements_of(parts, shown, folder.film.fps)
    if not any(element.shot for element in elements):
        cause = "; ".join(map(str, missing)) or "it has no scene with shots"
        raise NothingToJoin(folder.film.title, cause, missing[0].cure if missing else "Write one: gate new scene")
    _refuse_crowded(elements)
    known = {each.shot.id: each for takes in offered.values() for each in takes}
    colours = _colours(services, elements, known)
    lines = [sync_line(services, each, known) for each in assembly.dialogue if each.sync]
    cut = _film_cut(services.folder.root, folder.film, assembly, tier, elements, known, colours, lines)
    return ResolvedFilm(cut, missing, left_out, tuple(lines), known)


def missing_of(scene: str, takes: Sequence[ShotTakes], tier: TierName) -> list[MissingPart]:
    """What a scene lacks: in one line where it has nothing, else each shot."""
    what = "draft" if tier == "draft" else "final"
    needed = [each for each in takes if not each.omitted]
    lacking = [each for each in needed if each.clip() is None]
    if needed and len(lacking) == len(needed) and not any(each.why == "on hold" for each in lacking):
        return [MissingPart(scene, f"no {what}", f"gate resume {scene}")]
    return [MissingPart(each.shot.id, each.why, each.cure) for each in lacking]


def refuse_unready(found: ResolvedFilm, title: str, command: str = "gate film") -> None:
    """Raise FilmUnready where an order names what is not made. `command`: what was typed."""
    waiting = [each for each in found.missing if scene_of_shot(each.subject) not in found.left_out]
    if waiting:
        cause = "; ".join(map(str, waiting[:6])) + (f"; and {len(waiting) - 6} more" if len(waiting) > 6 else "")
        cure = f"Make it: {waiting[0].cure} ; or let its panel stand in: {command} --partial"
        raise FilmUnready(title, cause, cure, tuple(map(str, waiting)))


def _whole(takes: Sequence[ShotTakes]) -> bool:
    needed = [each for each in takes if not each.omitted]
    return bool(needed) and all(each.clip() for each in needed)


def _refuse_crowded(elements: Sequence[CutElement]) -> None:
    for element, before, after in crowded(elements):
        cause = f"its {element.frames} frames are too few for overlaps of {before} frames in and {after} out"
        raise OffTheCut(element.label, cause, "Shorten them in assembly.yaml, or make the shot longer")


def _colours(
    services: Services, elements: Sequence[CutElement], known: Mapping[str, ShotTakes]
) -> dict[tuple[str, str], ColourShift]:
    """The shift of each chained clip, by shot and take. A scene is matched once as it is first shown, and again with
    each other take of a shot that the film shows too.
    """
    wanted: dict[str, dict[tuple[str, str], None]] = {}
    for element in elements:
        if element.shot:
            take = (element.entry.take if element.entry else None) or ""
            wanted.setdefault(scene_of_shot(element.shot.id), {})[element.shot.id, take] = None
    found: dict[tuple[str, str], ColourShift] = {}
    for name, shown in wanted.items():
        scene, first = services.scene(name), dict(reversed(shown))
        clips = {s.id: clip for s in scene.shots if (clip := known[s.id].clip(first.get(s.id))) is not None}
        shifts = shifts_of(services, scene, clips)
        for shot, take in shown:
            clip = known[shot].clip(take) if take != first[shot] else None
            own = shifts if clip is None else shifts_of(services, scene, {**clips, shot: clip})
            if shot in own:
                found[shot, take] = own[shot]
    return found


def _film_cut(
    root: Path,
    film: Film,
    assembly: Assembly,
    tier: TierName,
    elements: Sequence[CutElement],
    known: Mapping[str, ShotTakes],
    colours: Mapping[tuple[str, str], ColourShift],
    synced: Sequence[SyncedLine],
) -> FilmCut:
    show = tuple(
        grade for grade in (Grade(lut=film.finish.grade) if film.finish.grade else None, assembly.grade) if grade
    )
    shots = _with_handles(
        [_film_shot(e, known[e.shot.id] if e.shot else None, colours, show, tier, film.fps) for e in elements],
        elements,
        film.fps,
    )
    end = elements[-1].end
    place = partial(place_s, elements, film.fps)
    titles = [(title, round(place(title.at, title.offset_s) * film.fps)) for title in assembly.titles]
    found = FilmCut(
        code=film.code,
        title=film.title,
        tier=tier,
        resolution=film.tier("draft" if tier == "draft" else "final").resolution,
        fps=film.fps,
        aspect=film.aspect,
        shots=shots,
        sounds=sounds_of(root, assembly, elements, film.fps, known, synced),
        titles=tuple(
            FilmTitle(title=title, start=max(0, start), end=min(end, start + max(1, round(title.seconds * film.fps))))
            for title, start in titles
            if start < end
        ),
        subtitles=assembly.subtitles.model_copy(update={"burned": _burned(assembly, film)}),
        loudness_lufs=film.finish.loudness_lufs if assembly.loudness_lufs is None else assembly.loudness_lufs,
        true_peak_dbtp=film.finish.true_peak_dbtp if assembly.true_peak_dbtp is None else assembly.true_peak_dbtp,
    )
    luts = {grade.lut for shot in found.shots for grade in shot.grades if grade.lut}
    luts |= {shot.item.grade for shot in found.shots if shot.item and shot.item.grade}
    return found.model_copy(update={"luts": {lut: hash_file(root / lut) for lut in sorted(luts)}})


def _burned(assembly: Assembly, film: Film) -> bool:
    said = assembly.subtitles.burned
    return film.finish.subtitles == "burned" if said is None else said


def _film_shot(
    element: CutElement,
    takes: ShotTakes | None,
    colours: Mapping[tuple[str, str], ColourShift],
    show: Sequence[Grade],
    tier: TierName,
    fps: int,
) -> FilmShot:
    frames = {"frames": element.frames, "overlap": element.overlap, "effect": element.effect}
    if takes is None:
        return FilmShot(label=element.label, card=element.card, **frames)
    entry, shot = element.entry, takes.shot
    clip = takes.clip(entry.take if entry else None)
    if entry and entry.take and clip is None:
        have = ", ".join(sorted(takes.passed)) or "none"
        cause = f"its {entry.take} is not among the takes that passed their gate: {have}"
        raise OffTheCut(shot.id, cause, f"Choose one of them (gate cut), or pass it: gate verdict {shot.id} pass")
    if clip and clip.artefact.frames and element.first + element.frames > clip.artefact.frames:
        cause = f"its out-point lies at frame {element.first + element.frames} of a clip of {clip.artefact.frames}"
        raise OffTheCut(shot.id, cause, f"Write an earlier to_s: at most {clip.artefact.frames / fps:g}")
    item = CutItem(
        shot=shot.id,
        frames=element.frames,
        clip=clip.artefact if clip else None,
        panel=takes.panel,
        transition=shot.transition,
        grade=shot.grade,
        dialogue=() if shot.private and tier == "draft" else shot.dialogue,
        colour=colours.get((shot.id, (entry.take if entry else None) or "")),
        take=(entry.take if entry and entry.take else takes.standing),
        note=takes.why,
    )
    return FilmShot(
        label=element.label,
        item=item,
        first=element.first,
        sound_db=entry.sound_db if entry else 0.0,
        grades=(*element.grades, *show),
        **frames,
    )


def _with_handles(shots: list[FilmShot], elements: Sequence[CutElement], fps: int) -> tuple[FilmShot, ...]:
    """The shots with how far their sound ends from their pictures, as far as both clips have frames there."""
    found = []
    for index, (shot, element) in enumerate(zip(shots, elements, strict=True)):
        asked = round(element.ends.sound_s * fps)
        if asked and index + 1 < len(shots):
            after = shots[index + 1]
            own = shot.item.clip.frames if shot.item and shot.item.clip else 0
            later = max(0, (own or 0) - shot.first - shot.frames)
            moved = frames_moved(asked, (shot.first, shot.frames, later), (after.first, after.frames))
            shot = shot.model_copy(update={"sound_frames": moved})  # noqa: PLW2901  # it stays the same shot
        found.append(shot)
    return tuple(found)
