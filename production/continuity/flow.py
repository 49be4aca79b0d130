"""The continuity of the film's shots: what each opens and closes on, what is open against the shots before it, and what
is accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from checks.continuity.judging import check_continuity
from manifests.bible import Bible
from manifests.errors import ManifestError
from manifests.finding import Finding
from manifests.scene import Scene
from manifests.story.states import ShotContinuity
from wiring.services import Services


def continuity_of(
    scenes: Sequence[Scene], bible: Bible, left_out: frozenset[str] = frozenset()
) -> Mapping[str, ShotContinuity]:
    """By shot: its state in and out, its open findings, and those that are accepted. Pure: it reads no file.

    `scenes`: in story order; the first of them has nothing before it. `left_out`: shots that the film omits.
    """
    return {each.line.shot: each for each in check_continuity(scenes, bible, left_out)}


def scene_continuity(services: Services, scene: Scene) -> Mapping[str, ShotContinuity]:
    """The same of one scene of the film, compared across its border with the scene before, less the omitted shots."""
    before = scene_before(services, scene.id)
    both = (before, scene) if before else (scene,)
    left_out = {shot for each in both for shot, why in services.ledger.excluded(each.id).items() if why.kind == "omit"}
    found = continuity_of(both, services.folder.bible, frozenset(left_out))
    return {shot: each for shot, each in found.items() if each.line.scene == scene.id}


def continuity_findings(services: Services, scenes: Iterable[Scene]) -> list[Finding]:
    """All that is open in these scenes, and their waivers that accept nothing."""
    return [
        finding for scene in scenes for each in scene_continuity(services, scene).values() for finding in each.findings
    ]


def scene_before(services: Services, scene: str) -> Scene | None:
    """The scene before that one in story order; None where there is none, or its file cannot be read: a command about
    one scene does not fail for another's file.
    """
    earlier = sorted(name for name in services.folder.scenes if name < scene)
    try:
        return services.folder.scenes[earlier[-1]] if earlier else None
    except ManifestError:
        return None
