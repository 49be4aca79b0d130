"""What of a scene goes to a review tool: its shots, and of each the takes that people are to look at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from governor.scene_records import SceneRecords
from manifests.film import Stage
from manifests.scene import Scene, Shot
from manifests.take import Take
from production.review.takes import ENDINGS, file_of, name_of
from production.review_tools.contract import SceneSheet, ShotSheet, ToolVersion
from wiring.services import Services

STAGES: tuple[Stage, ...] = ("panel", "end_panel", "clip")
_DESCRIPTION_MAX = 2000


@dataclass(frozen=True, slots=True)
class Choice:
    """Which takes go. `failed`: those too that failed their gate. `private`: private shots too, without their words."""

    stages: tuple[Stage, ...] = STAGES
    failed: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class SceneToSend:
    """A scene as it goes. `kept_back`: the shots that stay here, and why, in words."""

    sheet: SceneSheet
    versions: tuple[ToolVersion, ...]
    kept_back: tuple[str, ...]


def gathered(services: Services, scene: Scene, choice: Choice) -> SceneToSend:
    """The scene's shots and takes, in story order, the oldest take of a shot first. Reads the ledger alone."""
    records, film = services.ledger.of_scene(scene.id), services.folder.film
    kept_back = [words for shot in scene.shots if (words := _kept_back(records, shot, private=choice.private))]
    shots = [shot for shot in scene.shots if not _kept_back(records, shot, private=choice.private)]
    sheets = {shot.id: _sheet(shot) for shot in shots}
    private = {shot.id for shot in shots if shot.private}
    takes = [
        take
        for take in services.ledger.takes(scene=scene.id)
        if take.shot in sheets and _is_shown(records, take, choice.stages, failed=choice.failed)
    ]
    versions = _once(_version(services, sheets[take.shot], take, private) for take in _in_order(takes, list(sheets)))
    return SceneToSend(
        SceneSheet(scene.id, scene.title, film.fps, film.aspect, tuple(sheets.values())), versions, tuple(kept_back)
    )


def _kept_back(records: SceneRecords, shot: Shot, *, private: bool) -> str:
    excluded = records.excluded.get(shot.id)
    if excluded is not None and excluded.kind == "omit":
        return f"{shot.id} is omitted from the film"
    return "" if private or not shot.private else f"{shot.id} is private; --private sends its pictures"


def _sheet(shot: Shot) -> ShotSheet:
    words = "" if shot.private else shot.motion[:_DESCRIPTION_MAX]
    return ShotSheet(shot.id, shot.id.partition("_")[2], shot.frames, words)


def _is_shown(records: SceneRecords, take: Take, stages: Collection[Stage], *, failed: bool) -> bool:
    if take.asset is None or take.pictures not in stages or take.asset.media_type not in ENDINGS:
        return False
    verdict = records.verdict(take.generation_key)
    return failed or verdict is None or not verdict.failed


def _in_order(takes: Sequence[Take], shots: Sequence[str]) -> list[Take]:
    """By shot in story order; panels before clips, and each in its order."""
    return sorted(takes, key=lambda take: (shots.index(take.shot), STAGES.index(take.pictures or "panel")))


def _version(services: Services, sheet: ShotSheet, take: Take, private: Collection[str]) -> ToolVersion:
    assert take.asset is not None  # only such takes are shown
    return ToolVersion(
        shot=sheet,
        name=name_of(take),
        file=f"{file_of(services.folder.film, take)}.{ENDINGS[take.asset.media_type]}",
        sha256=take.asset.sha256,
        media_type=take.asset.media_type,
        size_bytes=take.asset.size_bytes,
        line=" · ".join((name_of(take), take.order.resolution, take.provider, take.model)),
        private=take.shot in private,
    )


def _once(versions: Iterable[ToolVersion]) -> tuple[ToolVersion, ...]:
    """Each content of a shot once: the same bytes are the same picture, whatever they were made as."""
    seen: dict[tuple[str, str], ToolVersion] = {}
    for version in versions:
        seen.setdefault((version.shot.id, version.sha256), version)
    return tuple(seen.values())
