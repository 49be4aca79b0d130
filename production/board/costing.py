"""What a composition costs before it is saved: the steps that it makes stale, at their price, from the planner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from manifests.film import Bought, TierName
from manifests.spending.plan import PlanStep
from production.board.saving import EditDraft
from production.planning.plan_scene import plan_scene
from wiring.services import Services

_MADE = frozenset({"cached", "collect"})


@dataclass(frozen=True, slots=True)
class StaleStep:
    """A step that is made, and would be made again; `likely_microusd`: at its likely price."""

    name: str
    likely_microusd: int


@dataclass(frozen=True, slots=True)
class Cost:
    """`stale`: what is made and would be made again. `again_microusd`: together. `change_microusd`: what the scene's
    whole plan would cost more than now; below 0 where it would cost less.
    """

    stale: tuple[StaleStep, ...]
    again_microusd: int
    change_microusd: int


def cost_of(services: Services, draft: EditDraft) -> Cost:
    """Plan the scene as it is and as it would be. Asks nobody outside, and spends nothing."""
    if not draft.changes:
        return Cost((), 0, 0)
    scene = draft.board.scene.id
    then = replace(services, folder=draft.folder, providers={})
    before = {step.place: step for step in plan_scene(services, services.scene(scene)).steps}
    after = plan_scene(then, then.scene(scene)).steps
    stale = tuple(
        StaleStep(step.name, step.likely_microusd if step.counts else 0) for step in after if _is_stale(before, step)
    )
    change = sum(_price(step) for step in after) - sum(_price(step) for step in before.values())
    return Cost(stale, sum(step.likely_microusd for step in stale), change)


def _is_stale(before: Mapping[tuple[str, Bought, TierName], PlanStep], step: PlanStep) -> bool:
    was = before.get(step.place)
    return was is not None and was.does in _MADE and step.does not in _MADE


def _price(step: PlanStep) -> int:
    return step.likely_microusd if step.counts else 0
