"""A scene from data to film: drafts, drift checks, the draft cut, a person's approval, finals, the final cut.

The body runs from the top on every start, retry and resume, and comes to where it was, because each step asks the
ledger or its cache first.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

from prefect import flow, runtime

from checks.colour_match import ColourMatch
from checks.drift import DriftReport
from checks.drift import in_words as drift_in_words
from flows.approval import Approval, bindings_of, read_approval, wait_for_approval
from flows.chain import film_draft, note_drift
from flows.claiming import claim
from flows.delivery import Delivery, deliver, in_words
from flows.naming import BY_HAND, run_name, say_how_it_ended, say_in_log, settings_of
from flows.outcome import SceneOutcome, SceneUnfinished
from flows.parameters import (
    AS_THE_FILM_SAYS,
    CapUsd,
    FilmFolder,
    Night,
    Partial,
    PlanFile,
    ProviderName,
    SceneName,
    UpTo,
    Who,
    Why,
)
from flows.scene_run import SceneRun
from flows.shot import film_shot
from flows.shot_state import ShotState, held_up
from flows.showing.publish import ShotNews, publish_costs, publish_outcome, publish_shots, show_progress
from flows.step import Step
from flows.steps import see_all_drift
from flows.summary import summarise
from governor.errors import CreditShort
from manifests.decision import Binding
from manifests.film import TierName
from manifests.scene import Scene, Shot
from production.journey.anchoring import ReAnchoring
from production.journey.fix_baseline import fix_baseline
from production.journey.requests import tier_of
from production.planning import plan_file
from production.planning.form import Form, heed
from production.planning.limits import plan_within_limits
from production.planning.plan_scene import plan_scene
from production.planning.preflight import looked, needs_of_steps, refusal_for_keys, refuse_unready
from production.planning.readiness_facts import facts_of_scene
from production.planning.run_options import RunOptions
from production.purchasing.check_credit import check_credit
from production.purchasing.in_flight import InFlight, collect_if_refused, collecting
from production.purchasing.restore_media import restore_media
from production.purchasing.run import Terms
from production.purchasing.tell import tell_of_refusal, tell_what_is_due
from tasks.check_roster import check_roster
from wiring.alive import alive
from wiring.opening import open_services
from wiring.services import Services

_NOTHING_ASKED = Form()


@flow(name="scene", flow_run_name=run_name, persist_result=True, log_prints=False)
async def render_scene(
    scene: SceneName,
    film: FilmFolder = "",
    plan: PlanFile = "",
    *,
    tier: UpTo = "final",
    provider: ProviderName = AS_THE_FILM_SAYS,
    cap_usd: CapUsd = 0.0,
    who: Who = "",
    why: Why = "",
    night: Night = False,
    partial: Partial = False,
) -> SceneOutcome:
    """Make one scene: drafts at 480p, a person's approval, finals at 720p, the cut."""
    options = RunOptions(Path(plan) if plan else None, night, partial, drafts_only=tier == "draft")
    form = Form(None if provider == AS_THE_FILM_SAYS else provider, round(cap_usd * 100) * 10_000 or None, who, why)
    return await run_scene(scene, film, options, form)


async def run_scene(scene: str, film: str, options: RunOptions, form: Form = _NOTHING_ASKED) -> SceneOutcome:
    """The scene as a run of Prefect's: what its form decides is taken first. Raises SceneUnfinished where it did not
    come through.
    """
    services, run_id = open_services(settings_of(film)), str(runtime.flow_run.id or BY_HAND)
    with alive(services.settings, run_id):
        say_in_log(services)
        async with collect_if_refused(services, scene):
            services = heed(services, services.scene(scene), form, run_id)
            say_in_log(services)
        outcome = await make_scene(services, services.scene(scene), options)
    await say_how_it_ended(outcome)
    if not outcome.passed:
        raise SceneUnfinished(outcome)
    return outcome


async def make_scene(services: Services, scene: Scene, options: RunOptions) -> SceneOutcome:
    """Everything between claiming the scene and its outcome. What refuses the start is raised before anything is
    bought.
    """
    async with collect_if_refused(services, scene.id):
        await restore_media(services, scene.id)
        plan, night = plan_file.start(services, scene, options)
        if not looked():
            steps = plan_within_limits(services, scene).plan.steps
            if keyless := refusal_for_keys(services, steps):
                raise keyless
            await refuse_unready(services, needs_of_steps(steps))
        terms = Terms(plan, night, options.partial, options.drafts_only, options.approved_only)
        run = await claim(services, scene, services.makers(scene), terms)
        run = replace(run, facts=facts_of_scene(services, scene))
    async with collecting(run) as in_flight:
        return await _make(run, in_flight)


async def _make(run: SceneRun, in_flight: InFlight) -> SceneOutcome:
    """The journey of a scene that is claimed, beside what is collected. Nobody is asked while something is still in
    flight.
    """
    services, scene = run.services, run.scene
    run.spending.foresee(plan_scene(services, scene, facts=run.facts).cost.drafts.likely_microusd)
    await tell_what_is_due(run)
    await run.graph.run(Step(f"{scene.id} roster"), check_roster, services, scene.id)
    drafts, drift = await _film_tier(run, "draft")
    await in_flight.collected()
    delivery = await deliver(run, drafts, "draft", drift)
    await publish_shots(services, _rows(run, drafts, "draft", delivery))
    finals: dict[str, ShotState] = {}
    yes = await _yes(run, bindings_of(services, drafts), delivery)
    if not run.terms.stops_at_drafts and yes is not None and yes.decisions and run.walls.met is None:
        run.spending.foresee(plan_scene(services, scene, facts=run.facts).cost.total.likely_microusd)
        finals, _ = await _film_tier(run, "final", drafts, yes.given)
        if all(state.done or state.status == "omit" for state in finals.values()):
            delivery = await deliver(run, finals, "final", drift, delivery)
        await publish_shots(services, _rows(run, finals, "final", delivery))
    await publish_costs(services, scene)
    outcome = summarise(run, drafts, finals, delivery, yes, drift)
    await publish_outcome(services, scene, outcome.message, outcome.next)
    return outcome


async def _yes(run: SceneRun, bindings: dict[str, Binding], delivery: Delivery) -> Approval | None:
    """A person's approval of the finals; where this run makes none, or only those that have one, nobody is asked."""
    if run.walls.met is not None:
        return None
    silent = run.terms.stops_at_drafts or run.terms.approved_only
    return read_approval(run, bindings) if silent else await wait_for_approval(run, bindings, delivery)


async def _film_tier(
    run: SceneRun,
    tier: TierName,
    drafts: Mapping[str, ShotState] | None = None,
    bindings: Mapping[str, Binding] | None = None,
) -> tuple[dict[str, ShotState], DriftReport | None]:
    """Every shot at a tier, and the newest drift check: chains are begun in story order, `limits.lanes` of them side by
    side, and each goes on shot by shot.

    Beside them, each fifth draft in story order brings a drift check of all up to it; chains have looked after
    themselves by then. Finals are held to their own drafts by the clip gate, and open on masters or on a last frame as
    those did.
    """
    scene, limits = run.scene, run.services.folder.film.limits
    states: dict[str, ShotState] = {}
    ended = {shot.id: asyncio.Event() for shot in scene.shots}
    waiting = iter(_chains(scene.shots))

    async def film_next() -> None:
        for chain in waiting:
            async for state in _film_chain(run, chain, tier, states, drafts or {}, bindings or {}):
                states[state.shot.id] = state
                ended[state.shot.id].set()

    async def check_each_fifth() -> DriftReport | None:
        drift: DriftReport | None = None
        every = limits.drift_every
        for end in range(0, len(scene.shots) + every, every):
            upto = scene.shots[:end]
            await asyncio.gather(*(ended[shot.id].wait() for shot in upto))
            await show_progress(scene.id, tier, sum(states[shot.id].done for shot in upto), len(scene.shots))
            if tier == "draft" and upto:
                drift = await _drift(run, upto, scene.shots[end - every : end], states) or drift
        return drift

    checking = asyncio.create_task(check_each_fifth())
    try:
        await asyncio.gather(checking, *(film_next() for _ in range(limits.lanes)))
    finally:
        checking.cancel()  # where a lane ended with an error, what the check waits for never comes
    # In story order, however they finished: what is derived from them must come out the same on every start.
    return {shot.id: states[shot.id] for shot in scene.shots}, checking.result()


async def _film_chain(
    run: SceneRun,
    chain: Sequence[Shot],
    tier: TierName,
    states: Mapping[str, ShotState],
    drafts: Mapping[str, ShotState],
    bindings: Mapping[str, Binding],
) -> AsyncIterator[ShotState]:
    """The states of a chain's shots as they end, in order; it is begun only if the account covers all of it."""
    excluded = run.services.ledger.excluded(run.scene.id)
    rest = takewhile(lambda shot: shot.id not in excluded, chain)
    buys = [shot for shot in rest if tier == "draft" or shot.id in bindings]
    before: ShotState | None = None
    for shot in chain:
        draft = drafts.get(shot.id)
        waits = shot.chain and before is not None and not before.done
        if shot in buys and not waits and (short := await _short_of_credit(run, buys[buys.index(shot) :], tier)):
            before = held_up(run, shot, short, draft)
            await tell_of_refusal(run, short)
        else:
            opens_on = before if shot.chain and (draft is None or draft.links > 0) else None
            if tier == "draft":
                before = await film_draft(run, shot, opens_on, states)
            else:
                before = await film_shot(run, shot, tier_of(shot), opens_on, draft, bindings.get(shot.id))
        yield before


async def _short_of_credit(run: SceneRun, rest: Sequence[Shot], tier: TierName) -> CreditShort | None:
    """Why the rest of a chain is not begun now, or not gone on with; its other shots then wait for this one."""
    try:
        await check_credit(run, rest, tier)
    except CreditShort as refusal:
        return refusal
    return None


def _chains(shots: Sequence[Shot]) -> list[list[Shot]]:
    """In story order: a shot, and those after it that are chained to it."""
    chains: list[list[Shot]] = []
    for shot in shots:
        if shot.chain and chains:
            chains[-1].append(shot)
        else:
            chains.append([shot])
    return chains


async def _drift(
    run: SceneRun, upto: Sequence[Shot], new: Sequence[Shot], states: Mapping[str, ShotState]
) -> DriftReport | None:
    """Hold these shots against the masters: the scheduled check, which reads everything. `new`: those since the last
    one.
    """
    made = {
        state.shot.id: (state.clip, state.links)
        for state in (states[shot.id] for shot in upto)
        if state.clip is not None
    }
    if not made:
        return None
    last = list(made)[-1]
    report = await see_all_drift(run, last, made, new)
    note_drift(run, report)
    detail = drift_in_words(report, [shot.id for shot in upto])
    run.services.telemetry.say(last, "drift check", "retake" if report.drifted else "done", detail)
    await fix_baseline(run.services, upto[-1].id)
    return report


def _rows(run: SceneRun, states: Mapping[str, ShotState], tier: TierName, delivery: Delivery) -> list[ShotNews]:
    return [
        ShotNews(
            shot,
            tier,
            state.status,
            state.message or _told(run.re_anchored.get(shot), delivery.colours.get(shot)),
            state.clip,
            state.panel,
        )
        for shot, state in states.items()
    ]


def _told(anchoring: ReAnchoring | None, match: ColourMatch | None) -> str:
    """What is worth knowing of a shot that came through: that it was re-anchored, and what the cut does to its
    colours.
    """
    said = [f"It was {anchoring.words}."] if anchoring else []
    return " ".join([*said, *([f"Colour: {in_words(match)}."] if match else [])])
