"""How a shot stands by its plan: ready, held back and why, waiting, drafted, finished, or left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from manifests.film import Bought, Stage
from manifests.spending.plan import PlanStep
from production.journey.readiness import Obstacle, ObstacleKind, ShotFacts, unready

Standing = Literal["ready", "not ready", "waits", "drafted", "final", "left out"]
"""How a shot stands.

ready: its next step may be generated, or is with its provider. not ready: the readiness gate holds it back. waits: for
another shot or for a person. drafted: its draft passed, and its final may be made. final: its final passed. left out: a
person took it out.
"""

SAID: Mapping[ObstacleKind, str] = {
    "reference": "reference",
    "words": "prompt",
    "continuity": "continuity",
    "proposed": "proposed",
    "invalid": "capability",
    "price": "price",
    "key": "key",
}
"""What people read for each kind of obstacle."""


@dataclass(frozen=True, slots=True)
class ShotStanding:
    """`why`: what the next step waits for, or why it runs. `obstacles`: everything that the readiness gate names, the
    first to fix first. `drafted`: its draft passed, however its final stands.
    """

    standing: Standing
    drafted: bool
    why: str = ""
    obstacles: tuple[Obstacle, ...] = ()

    @property
    def words(self) -> str:
        """The standing with its reasons in a word each: "not ready: reference, key"."""
        kinds = dict.fromkeys(SAID[each.kind] for each in self.obstacles)
        return f"{self.standing}: {', '.join(kinds)}" if kinds else self.standing


def standing_of(steps: Sequence[PlanStep], facts: ShotFacts) -> ShotStanding:
    """By the steps that a plan has of the shot, and what the readiness gate says of the next one."""
    left = [step for step in steps if step.stage != "judge" and step.does != "cached"]
    if not left:
        return ShotStanding("final", drafted=True)
    here, drafted = left[0], all(step.tier != "draft" for step in left)
    if here.block in {"hold", "omit"}:
        return ShotStanding("left out", drafted=False, why=here.why)
    if here.block in SAID:
        found = unready(facts, here.tier, _made(here.stage))
        return ShotStanding("not ready", drafted, here.why, found)
    if here.does == "blocked":
        return ShotStanding("waits", drafted, here.why)
    return ShotStanding("drafted" if drafted else "ready", drafted, here.why)


def _made(stage: Bought) -> Stage:
    assert stage not in {"view", "judge"}, "a scene's plan has no view of the bible, and the judge's looks are left out"
    return stage  # type: ignore[return-value]
