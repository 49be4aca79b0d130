"""What the last cut of the film was made of, and how the next one differs from it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from manifests.assembly.film_cut import FilmCut, FilmShot
from manifests.keys import hash_json
from manifests.noun import Noun, Sha256
from manifests.reading.whole_file import put_text
from manifests.take import Artefact
from wiring.services import Services
from wiring.settings import make_state

_RULE = 1
"""Raise it when the same cut would come out another film."""


class RecordedShot(Noun):
    """One shot or card of a cut as people compare it. `key`: of all that it shows and plays."""

    label: str
    take: str
    start: int
    first: int
    frames: int
    overlap: int
    key: str


class CutRecord(Noun):
    """A cut that was rendered. `key`: of all that it is made from; `others`: of each sound, title and setting, by what
    people call it. `deliverables`: the files made from it, by name, with what each was made by. No word that somebody
    says is in it.
    """

    schema_name: ClassVar[str] = "gate/cut_record/1"

    key: str
    film: Artefact
    shots: tuple[RecordedShot, ...]
    others: dict[str, str]
    integrated_lufs: float
    true_peak_dbtp: float
    silent: tuple[str, ...] = ()
    deliverables: dict[str, tuple[str, Sha256]] = {}


def cut_key(cut: FilmCut) -> str:
    """A hash of all that a film is made from."""
    return hash_json([_RULE, cut.model_dump(mode="json")])


def recorded_shots(cut: FilmCut) -> tuple[RecordedShot, ...]:
    """The shots of a cut as they are compared."""
    return tuple(
        RecordedShot(
            label=shot.label,
            take=(shot.item.take if shot.item and shot.item.clip else ""),
            start=start,
            first=shot.first,
            frames=shot.frames,
            overlap=shot.overlap,
            key=_looks(shot, cut),
        )
        for shot, start in zip(cut.shots, cut.starts(), strict=True)
    )


def others_of(cut: FilmCut) -> dict[str, str]:
    """What else the cut holds, by what people call it."""
    told = {f"{sound.kind} {sound.file}": sound.model_dump(mode="json") for sound in cut.sounds}
    told |= {f"title {title.title.text[:40]!r}": title.model_dump(mode="json") for title in cut.titles}
    told["subtitles"] = cut.subtitles.model_dump(mode="json")
    told["loudness"] = {"lufs": cut.loudness_lufs, "peak": cut.true_peak_dbtp}
    told["size"] = {"resolution": cut.resolution, "aspect": cut.aspect, "fps": cut.fps}
    return {name: hash_json(each) for name, each in told.items()}


def changes_since(before: CutRecord | None, cut: FilmCut) -> list[str]:
    """What differs from the last cut, a line each; none where nothing does, or where there was none."""
    if before is None:
        return []
    was, now = {shot.label: shot for shot in before.shots}, {shot.label: shot for shot in recorded_shots(cut)}
    told = [f"{label}: no longer in the film" for label in was if label not in now]
    told += [f"{label}: new in the film" for label in now if label not in was]
    both = [label for label in now if label in was]
    told += [f"{label}: {words}" for label in both if (words := _differs(was[label], now[label]))]
    if both != [label for label in was if label in now]:
        told.append("the order of the shots changed")
    others = others_of(cut)
    told += [
        f"{name}: {_how(before.others.get(name), others.get(name))}"
        for name in {**before.others, **others}
        if before.others.get(name) != others.get(name)
    ]
    return told


def read_record(services: Services, tier: str) -> CutRecord | None:
    """The last cut at this tier; None where there is none that this version reads."""
    try:
        return CutRecord.from_stored(_file(services, tier).read_bytes())
    except (OSError, ValueError):
        return None


def keep_record(services: Services, tier: str, record: CutRecord) -> None:
    """Remember it for the next comparison."""
    make_state(services.settings)
    put_text(record.stored(), _file(services, tier))


def _file(services: Services, tier: str) -> Path:
    return services.settings.state / "cuts" / f"{services.folder.film.code}_{tier}.json"


def _looks(shot: FilmShot, cut: FilmCut) -> str:
    told = shot.model_dump(mode="json", exclude={"first", "frames", "overlap"})
    if told.get("item"):
        told["item"] = {name: each for name, each in told["item"].items() if name != "frames"}
    luts = {grade.lut: cut.luts.get(grade.lut, "") for grade in shot.grades if grade.lut}
    return hash_json([told, luts])


def _differs(was: RecordedShot, now: RecordedShot) -> str:
    told = []
    if was.take != now.take:
        told.append(f"{was.take or 'a stand-in'} → {now.take or 'a stand-in'}")
    if was.first != now.first:
        told.append(f"begins at frame {now.first} of its clip, was {was.first}")
    if was.frames != now.frames:
        told.append(f"{now.frames} frames, was {was.frames}")
    if was.overlap != now.overlap:
        told.append(f"overlaps the next by {now.overlap} frames, was {was.overlap}")
    if not told and was.key != now.key:
        told.append("its look, its words or its sound changed")
    return ", ".join(told)


def _how(was: str | None, now: str | None) -> str:
    return "new" if was is None else "gone" if now is None else "changed"
