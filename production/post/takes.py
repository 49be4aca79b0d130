"""The takes that the film is made from: of each shot the one that passed, its alternates, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from manifests.certificate import Certified
from manifests.film import TierName
from manifests.scene import Scene, Shot
from manifests.take import Artefact, Take
from production.journey.requests import tier_of
from production.journey.standing import SceneKnown
from production.planning.plan_scene import plan_scene
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class ShotTakes:
    """One shot as the film can have it. `passed`: its takes that a gate let through, by version; `standing`: the
    version that a run would keep; `why`: in words, where there is none. `omitted`: a person took it out of the film.
    """

    shot: Shot
    passed: Mapping[str, Certified]
    standing: str = ""
    panel: Artefact | None = None
    why: str = ""
    cure: str = ""
    omitted: bool = False

    def clip(self, take: str | None = None) -> Certified | None:
        """The take of that version, else the standing one."""
        return self.passed.get(take or self.standing)


def takes_of(services: Services, scene: Scene, tier: TierName) -> tuple[ShotTakes, ...]:
    """The scene's shots in story order. `tier`: draft for drafts; else each shot's own finishing tier. Asks nobody
    outside and spends nothing.
    """
    known = SceneKnown.of(services, scene.id)
    plan = plan_scene(services, scene, known)
    made: dict[str, list[Take]] = {}
    for take in services.ledger.takes(scene=scene.id):
        made.setdefault(take.shot, []).append(take)
    found = []
    for shot in scene.shots:
        wanted: TierName = "draft" if tier == "draft" else tier_of(shot)
        step = next((s for s in plan.of(shot.id) if s.stage == "clip" and s.tier == wanted), None)
        takes = [t for t in made.get(shot.id, []) if t.stage == "clip" and t.tier == wanted and t.asset is not None]
        passed = {version_of(t): clip for t in takes if (clip := known.of_take(t, shot.id, "clip").passed)}
        standing = next((version_of(t) for t in takes if step and t.generation_key == step.key), "")
        drafted = plan.drafts.get(shot.id)
        excluded = known.records.excluded.get(shot.id)
        if excluded is not None:
            why, cure = ("on hold" if excluded.kind == "hold" else "omitted"), excluded.back
        elif standing in passed:
            why, cure = "", ""
        else:
            what = "draft" if wanted == "draft" else "final"
            why, cure = f"no {what}{f' ({step.why})' if step and step.why else ''}", f"gate resume {scene.id}"
        found.append(
            ShotTakes(
                shot,
                passed,
                standing if not excluded else "",
                drafted.panel.artefact if drafted else None,
                why,
                cure,
                excluded is not None and excluded.kind == "omit",
            )
        )
    return tuple(found)


def version_of(take: Take) -> str:
    """A take's version as people call it: v002."""
    return f"v{take.version:03d}"
