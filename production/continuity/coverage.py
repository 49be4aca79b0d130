"""What a film refers to and does not have, what it has approved and never uses, what it has made and never shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from checks.gates.reference_gate import needed
from governor.errors import Excluded
from manifests.errors import ManifestError
from manifests.names import scene_of_shot
from manifests.noun import Noun
from manifests.scene import Scene, Shot
from manifests.take import Take
from wiring.services import Services


class Gap(Noun):
    """One line of the list. `subject`: a picture, a file or a shot's stage; `where`: the shots that refer to it;
    `takes`, `cost_microusd`: of what was made.
    """

    kind: Literal["missing", "unused", "never_shown"]
    subject: str
    why: str
    cure: str
    where: tuple[str, ...] = ()
    takes: int = 0
    cost_microusd: int = 0


def coverage(services: Services) -> tuple[Gap, ...]:
    """All of it, in that order. It reads the film's files, the store's names and the ledger."""
    scenes, refused = _scenes(services)
    gaps = [*refused, *_missing(services, scenes)]
    if not refused:  # a scene that cannot be read may use what seems unused
        gaps += _unused(services, scenes)
    return (*gaps, *_never_shown(services, scenes, [gap.subject for gap in refused]))


def _scenes(services: Services) -> tuple[list[Scene], list[Gap]]:
    scenes: list[Scene] = []
    refused: list[Gap] = []
    for name in sorted(services.folder.scenes):
        try:
            scenes.append(services.folder.scenes[name])
        except ManifestError as error:
            refused.append(Gap(kind="missing", subject=name, why=f"{error.thing}: {error.cause}", cure=error.cure))
    return scenes, refused


def _missing(services: Services, scenes: Iterable[Scene]) -> Iterator[Gap]:
    """Pictures that shots need and the store lacks."""
    stored = frozenset(services.canon.names())
    wanted: dict[str, list[str]] = {}
    for scene in scenes:
        for shot in scene.shots:
            for name in needed(shot, services.folder.bible):
                if name not in stored:
                    wanted.setdefault(name, []).append(shot.id)
    for name, shots in sorted(wanted.items()):
        cure = f"Put it at assets/{name}.png, then: gate lock"
        yield Gap(kind="missing", subject=name, why="it has no picture", cure=cure, where=tuple(shots))


def _unused(services: Services, scenes: Iterable[Scene]) -> Iterator[Gap]:
    """Locked pictures that no shot shows: a wardrobe with its views, a place, a prop."""
    bible = services.folder.bible
    shown = {_thing(name) for scene in scenes for shot in scene.shots for name in needed(shot, bible)}
    locked: dict[str, int] = {}
    for name in sorted(services.folder.lock.assets):
        locked[_thing(name)] = locked.get(_thing(name), 0) + 1
    for thing, pictures in locked.items():
        if thing not in shown:
            several = f"{pictures} approved pictures" if pictures > 1 else "its approved picture"
            yield Gap(
                kind="unused",
                subject=thing,
                why=f"no shot shows {several}",
                cure="Put it into a shot, or take its pictures out of assets/, then: gate lock",
            )


def _thing(name: str) -> str:
    return name.rpartition("/")[0] if name.startswith("characters/") else name


def _never_shown(services: Services, scenes: Iterable[Scene], unread: list[str]) -> Iterator[Gap]:
    """Paid takes of shots that the film does not have or omits, and of stages that a shot no longer has."""
    shots = {shot.id: shot for scene in scenes for shot in scene.shots}
    excluded = {id_: why for scene in scenes for id_, why in services.ledger.excluded(scene.id).items()}
    found: dict[tuple[str, str], list[Take]] = {}
    for take in services.ledger.takes():
        if (
            take.state == "settled"
            and take.asset is not None
            and take.pictures
            and scene_of_shot(take.shot) not in unread
        ):
            found.setdefault((take.shot, take.pictures), []).append(take)
    for (shot_id, stage), takes in found.items():
        clips = found.get((shot_id, "clip"), [])
        if why := _why(shots.get(shot_id), stage, excluded.get(shot_id), takes, clips):
            cost = sum(take.cost_microusd or 0 for take in takes)
            yield Gap(
                kind="never_shown",
                subject=f"{shot_id} {stage}",
                why=why,
                cure=_cure(shot_id, excluded.get(shot_id)),
                takes=len(takes),
                cost_microusd=cost,
            )


def _why(shot: Shot | None, stage: str, excluded: Excluded | None, takes: list[Take], clips: list[Take]) -> str:
    if shot is None:
        return "the film has no such shot"
    if excluded is not None and excluded.kind == "omit":
        return excluded.cause
    if stage == "end_panel" and shot.mode != "start_end_frames":
        return f"the shot's mode is {shot.mode}: it ends on no given frame"
    if stage == "panel" and shot.chain and clips:
        given = {reference.sha256 for reference in clips[-1].order.references}
        if not any(take.asset and take.asset.sha256 in given for take in takes):
            return "the shot is chained: it opens on the shot before"
    return ""


def _cure(shot: str, excluded: Excluded | None) -> str:
    if excluded is not None and excluded.kind == "omit":
        return f"Leave it, or take it back: {excluded.back}"
    return f"Leave it, or bring {shot} back as it was: nothing is bought twice"
