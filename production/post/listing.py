"""The film's cut as a list: where each shot and card begins, its take and alternates, and how it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from manifests.assembly.assembly import Assembly
from manifests.film import TierName
from production.post.layout import CutElement, elements_of, order_of, scenes_of
from production.post.takes import ShotTakes, takes_of
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class CutLine:
    """One shot or card. `timecode`: where it begins, with the film beginning at 01:00:00:00. `alternates`: other takes
    that passed. `why`: what keeps it out, where it is not made.
    """

    label: str
    timecode: str
    start: int
    frames: int
    first: int
    take: str
    alternates: tuple[str, ...]
    ends: str
    why: str

    def facts(self) -> dict[str, object]:
        """For programs."""
        return asdict(self)


def lines_of(services: Services, tier: TierName) -> list[CutLine]:
    """The whole cut, in order, with what is not made yet."""
    folder = services.folder
    parts = order_of(folder.assembly or Assembly(), sorted(folder.scenes))
    takes = {scene: takes_of(services, services.scene(scene), tier) for scene in scenes_of(parts)}
    known = {each.shot.id: each for found in takes.values() for each in found}
    shown = {scene: [each.shot for each in found if not each.omitted] for scene, found in takes.items()}
    return [_line(element, known, folder.film.fps) for element in elements_of(parts, shown, folder.film.fps)]


def timecode(frame: int, fps: int) -> str:
    """A frame of the film, which begins at 01:00:00:00."""
    seconds, rest = divmod(frame, fps)
    return f"{1 + seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{rest:02d}"


def _line(element: CutElement, known: Mapping[str, ShotTakes], fps: int) -> CutLine:
    takes = known[element.shot.id] if element.shot else None
    chosen = (element.entry.take if element.entry else None) or (takes.standing if takes else "")
    ends = f"{element.ends.kind} {element.overlap}" if element.overlap else "cut"
    if element.ends.sound_s:
        ends += f" (sound {element.ends.sound_s:+g} s)"
    return CutLine(
        label=element.label,
        timecode=timecode(element.start, fps),
        start=element.start,
        frames=element.frames,
        first=element.first,
        take=chosen,
        alternates=tuple(sorted(set(takes.passed) - {chosen})) if takes else (),
        ends=ends,
        why=takes.why if takes and takes.clip(chosen or None) is None else "",
    )
