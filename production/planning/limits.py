"""Holds the way through a scene to what people said and to every cap: what would stop it, where, and how much is
left.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from governor import policy, scene_records
from governor.errors import ApprovalLapsed, BudgetRefused
from governor.purchase import Balance
from governor.scene_records import SceneRecords
from manifests.film import Film
from manifests.scene import Scene
from manifests.spending.plan import Block, Headroom, PlanStep, PlanTier, ScenePlan
from production.journey.standing import SceneKnown
from production.planning.bindings import bindings_of
from production.planning.draft_approval import binding_of_step, needs_approval, undecided, words_of
from production.planning.plan_scene import Plan, plan_scene
from production.planning.roster import roster_refusal, roster_verdict
from production.planning.switching import switch_refusal
from wiring.services import Services

RUN = "run:next"
"""The cap of the run that would begin now; it has spent nothing yet."""


@dataclass(frozen=True, slots=True)
class RefusedStep:
    """The first step whose hold would not fit, the cap, and the ledger's own words."""

    step: PlanStep
    scope: str
    refusal: BudgetRefused


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan held to its limits. `first_refused`: None while everything fits, should each step cost the most it may."""

    plan: ScenePlan
    first_refused: RefusedStep | None


def plan_within_limits(
    services: Services,
    scene: Scene,
    tier: PlanTier = "all",
    *,
    known: SceneKnown | None = None,
    journey: Plan | None = None,
) -> Planned:
    """What a run of the scene would do now, and what would stop it. Asks nobody outside and spends nothing.

    `known`, `journey`: the records and the way through the scene, where they were read just now.
    """
    known = known or SceneKnown.of(services, scene.id)
    journey = journey or plan_scene(services, scene, known)
    steps = tuple(step for step in journey.steps if tier in {"all", step.tier})
    film = services.folder.film
    for words, block in _walls(services, scene, known):
        steps = tuple(_blocked(step, block, words) if step.does == "run" else step for step in steps)
    steps = _held_to_approvals(services, scene, journey, _held_to_drafts(services, steps))
    steps = _held_to_caps(known.records, film, scene, steps)
    plan = ScenePlan(
        film=film.code,
        scene=scene.id,
        tier=tier,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version("check-the-gate"),
        steps=steps,
        caps=headroom(known.records, film, scene.id, steps),
    )
    return Planned(plan.sealed(), _first_refused(known.records, film, scene.id, plan.counting))


def headroom(records: SceneRecords, film: Film, scene: str, steps: Iterable[PlanStep]) -> tuple[Headroom, ...]:
    """Every cap that the steps would be held against, with what they need of it; the wide ones first."""
    needs: dict[str, list[int]] = {}
    for step in steps:
        for scope in scopes_of(records, film, scene, step) if step.counts else ():
            need = needs.setdefault(scope, [0, 0])
            need[0] += step.likely_microusd
            need[1] += step.high_microusd
    found = {scope: _balance(records, film, scope) for scope in needs}
    return tuple(
        Headroom(
            scope=scope,
            cap_microusd=b.cap,
            settled_microusd=b.settled,
            held_microusd=b.held,
            likely_microusd=needs[scope][0],
            high_microusd=needs[scope][1],
        )
        for scope, b in sorted(found.items(), key=lambda item: (_ORDER.index(item[0].partition(":")[0]), item[0]))
    )


_ORDER = ("film", "scene", "run", "night", "key", "shot")


def scopes_of(records: SceneRecords, film: Film, scene: str, step: PlanStep) -> tuple[str, ...]:
    """The caps that a step counts against: film, scene, run and shot; a night's and the provider's key where one is
    set.
    """
    today = datetime.now(UTC).date().isoformat()
    nights = [night for night in records.nights if night.removeprefix("night:") >= today]
    key = f"key:{step.provider}"
    keys = [key] if key in records.caps or step.provider in film.budget.keys else []
    return (f"film:{film.code}", f"scene:{scene}", RUN, *nights, *keys, f"shot:{step.shot}")


def _walls(services: Services, scene: Scene, known: SceneKnown) -> Iterable[tuple[str, Block]]:
    """What would end a run before it bought anything; the first one is what a step says."""
    if blocked := roster_refusal(roster_verdict(services), scene.id):
        yield f"{blocked.cause}. {blocked.cure}", "roster"
    if known.records.stopped:
        yield f"{known.records.stopped.cause}. {known.records.stopped.cure}", "stopped"
    if refusal := switch_refusal(services, scene, known.records):
        yield f"{refusal.cause}. {refusal.cure}", "switch"
    film = services.folder.film
    for scope in (f"film:{film.code}", f"scene:{scene.id}", *(f"shot:{shot.id}" for shot in scene.shots)):
        wanted = _wanted(film, scope)
        if wanted is not None and (raised := scene_records.refused_start(known.records.cap(scope), wanted)):
            yield f"{raised.thing}: {raised.cause}. {raised.cure}", "cap"


def _held_to_drafts(services: Services, steps: tuple[PlanStep, ...]) -> tuple[PlanStep, ...]:
    """Block the drafts that a person approves first, and those dearer than a person decided."""
    if undecided_now := undecided(services, (step for step in steps if step.does == "run")):
        why = f"{undecided_now.cause}. {undecided_now.cure}"
        return tuple(
            _blocked(s, "resolution", why)
            if (s.tier, s.stage, s.does) == ("draft", "clip", "run") and s.high_microusd
            else s
            for s in steps
        )
    asked = [step for step in steps if step.does == "run" and needs_approval(services, step)]
    if not asked:
        return steps
    refusals = services.ledger.refusals(binding_of_step(services, step) for step in asked if step.key)
    why_not = {
        s.place: words_of(refusals[s.shot]) if s.key else "waits for its picture and your approval"
        for s in asked
        if s.key is None or s.shot in refusals
    }
    return tuple(_blocked(s, "approval", why_not[s.place]) if s.place in why_not else s for s in steps)


def _held_to_approvals(
    services: Services, scene: Scene, journey: Plan, steps: tuple[PlanStep, ...]
) -> tuple[PlanStep, ...]:
    above = {step.shot for step in steps if step.tier != "draft" and step.does == "run"}
    if not above:
        return steps
    drafts = {shot: draft for shot, draft in journey.drafts.items() if shot in above}
    refusals = services.ledger.refusals(bindings_of(services, scene, drafts).values())

    def held(step: PlanStep) -> PlanStep:
        if step.shot not in above or step.tier == "draft" or step.does != "run":
            return step
        if step.shot not in drafts:
            return _blocked(step, "approval", "waits for its draft and an approval")
        if (refusal := refusals.get(step.shot)) is None:
            return step
        words = refusal.cause if isinstance(refusal, ApprovalLapsed) else "waits for your approval"
        return _blocked(step, "approval", words)

    return tuple(held(step) for step in steps)


def _held_to_caps(records: SceneRecords, film: Film, scene: Scene, steps: tuple[PlanStep, ...]) -> tuple[PlanStep, ...]:
    """Block the first step that the ledger would refuse after likely bills, and all that would have come after it."""
    running = _in_order(step for step in steps if step.does == "run")
    refused = _first_refused(records, film, scene.id, running, bills="likely")
    if refused is None:
        return steps
    after = {step.place for step in running[running.index(refused.step) :]}
    words = f"the run ends before it: {refused.scope} does not hold"
    said = {refused.step.place: f"{refused.refusal.thing}: {refused.refusal.cause}"}
    return tuple(_blocked(step, "cap", said.get(step.place, words)) if step.place in after else step for step in steps)


def _first_refused(
    records: SceneRecords, film: Film, scene: str, steps: Iterable[PlanStep], *, bills: str = "high"
) -> RefusedStep | None:
    """Hold step by step, as a run would. `bills`: whether those before cost what is likely, or the most they may."""
    in_order = _in_order(steps)
    standing: dict[str, Balance] = {}
    foreseen = sum(step.high_microusd for step in in_order)
    for step in in_order:
        for scope in scopes_of(records, film, scene, step):
            b = standing.get(scope) or _balance(records, film, scope)
            rest = foreseen if not scope.startswith("shot:") else 0
            if refusal := policy.fits_cap(b, step.high_microusd, rest):
                return RefusedStep(step, scope, refusal)
            bill = step.likely_microusd if bills == "likely" else step.high_microusd
            standing[scope] = Balance(scope, b.cap, b.settled + bill, b.held)
        foreseen -= step.high_microusd
    return None


def _in_order(steps: Iterable[PlanStep]) -> list[PlanStep]:
    """As they are bought: every draft before any final."""
    return sorted(steps, key=lambda step: step.tier != "draft")


def _balance(records: SceneRecords, film: Film, scope: str) -> Balance:
    """How a cap will stand when the run has declared what film.yaml says; as it stands where that is refused."""
    if scope == RUN:
        return Balance(RUN, film.budget.run_usd, 0, 0)
    return records.at_start(scope, _wanted(film, scope))


def _wanted(film: Film, scope: str) -> int | None:
    """What film.yaml says of a cap; None where it says nothing."""
    budget = film.budget
    kind, _, name = scope.partition(":")
    wanted = {"film": budget.film_usd, "scene": budget.scene_usd, "shot": budget.shot_usd, "key": budget.keys.get(name)}
    return wanted.get(kind)


def _blocked(step: PlanStep, block: Block, why: str) -> PlanStep:
    return step.model_copy(update={"does": "blocked", "block": block, "why": why})
