"""A scene from data to film: drafts, drift checks, the draft cut, a person's yes, finals, the final cut.

The body runs from the top on every start, retry and resume, and comes to where it was, because each step asks the ledger or
its cache first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path

from prefect import flow, runtime

from checks.drift import in_words as drift_in_words
from flows.approval import Yes, bindings_of, read_yes, wait_for_a_yes
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
from flows.shot import ShotState, film_shot, held_up
from flows.steps import see_all_drift
from flows.summary import summarise
from governor.errors import CreditShort
from manifests.decision import Binding
from manifests.film import TierName
from manifests.scene import Scene, Shot
from tasks.check_credit import check_credit
from tasks.check_roster import check_roster
from tasks.current import Run, current
from tasks.fix_baseline import fix_baseline
from tasks.in_flight import InFlight, collecting, home_if_refused
from tasks.publish import ShotNews, publish_costs, publish_outcome, publish_shots, show_progress
from tasks.restore_media import restore_media
from tasks.step import Step
from tasks.tell import tell_of_refusal, tell_what_is_due
from wiring import planning_file
from wiring.alive import alive
from wiring.form import Form, heed
from wiring.planning import plan_scene
from wiring.planning_limits import plan_within_limits
from wiring.preflight import looked, needs_of_steps, refuse_unready
from wiring.requests import tier_of
from wiring.run_options import RunOptions
from wiring.services import Services, open_services

_NOTHING_ASKED = Form()


@flow(name="scene", flow_run_name=run_name, persist_result=True, log_prints=False)
async def render_scene(
    scene: SceneName, film: FilmFolder = "", plan: PlanFile = "", *, tier: UpTo = "final",
    provider: ProviderName = AS_THE_FILM_SAYS, cap_usd: CapUsd = 0.0, who: Who = "", why: Why = "",
    night: Night = False, partial: Partial = False,
) -> SceneOutcome:  # fmt: skip
    """Make one scene: drafts at 480p, a person's yes, finals at 720p, the cut."""
    options = RunOptions(Path(plan) if plan else None, night, partial, drafts_only=tier == "draft")
    form = Form(None if provider == AS_THE_FILM_SAYS else provider, round(cap_usd * 100) * 10_000 or None, who, why)
    return await run_scene(scene, film, options, form)


async def run_scene(scene: str, film: str, options: RunOptions, form: Form = _NOTHING_ASKED) -> SceneOutcome:
    """The scene as a run of Prefect's: what its form decides is taken first. Raises SceneUnfinished where it did not come through."""
    services, run_id = open_services(settings_of(film)), str(runtime.flow_run.id or BY_HAND)
    with alive(services.settings, run_id):
        say_in_log(services)
        async with home_if_refused(services, scene):
            services = heed(services, services.scene(scene), form, run_id)
            say_in_log(services)
        outcome = await make_scene(services, services.scene(scene), options)
    await say_how_it_ended(outcome)
    if not outcome.passed:
        raise SceneUnfinished(outcome)
    return outcome


async def make_scene(services: Services, scene: Scene, options: RunOptions) -> SceneOutcome:
    """Everything between claiming the scene and its outcome. What refuses the start is raised before anything is bought."""
    async with home_if_refused(services, scene.id):
        await restore_media(services, scene.id)
        plan, night = planning_file.start(services, scene, options)
        if not looked():
            await refuse_unready(services, needs_of_steps(plan_within_limits(services, scene).plan.steps))
        run = await claim(services, scene, services.makers(scene))
    run.plan, run.night, run.partial = plan, night, options.partial
    run.drafts_only, run.approved_only = options.drafts_only, options.approved_only
    async with collecting(run) as in_flight:
        return await _make(run, in_flight)


async def _make(run: Run, in_flight: InFlight) -> SceneOutcome:
    """The journey of a scene that is claimed, beside what is collected. Nobody is asked while something is still in flight."""
    services, scene = run.services, run.scene
    run.foresee(plan_scene(services, scene).cost.drafts.likely_microusd)
    await tell_what_is_due(run)
    await Step(f"{scene.id} roster").run(check_roster, scene.id)
    drafts = await _film_tier(scene, "draft")
    await in_flight.home()
    delivery = await deliver(drafts, "draft")
    await publish_shots(_rows(drafts, "draft"))
    finals: dict[str, ShotState] = {}
    yes = await _yes(run, bindings_of(drafts), delivery)
    if not run.stops_at_drafts and yes is not None and yes.decisions and run.wall is None:
        run.foresee(plan_scene(services, scene).cost.total.likely_microusd)
        finals = await _film_tier(scene, "final", drafts, yes.given)
        if all(state.done or state.status == "omit" for state in finals.values()):
            delivery = await deliver(finals, "final", delivery)
        await publish_shots(_rows(finals, "final"))
    await publish_costs(scene.id)
    outcome = summarise(drafts, finals, delivery, yes)
    await publish_outcome(outcome.message, outcome.next)
    return outcome


async def _yes(run: Run, bindings: dict[str, Binding], delivery: Delivery) -> Yes | None:
    """A person's yes to the finals; where this run makes none, or only those that have one, nobody is asked."""
    if run.wall is not None:
        return None
    silent = run.stops_at_drafts or run.approved_only
    return read_yes(bindings) if silent else await wait_for_a_yes(bindings, delivery)


async def _film_tier(
    scene: Scene,
    tier: TierName,
    drafts: Mapping[str, ShotState] | None = None,
    bindings: Mapping[str, Binding] | None = None,
) -> dict[str, ShotState]:
    """Every shot at a tier. After each fifth draft comes a drift check of all so far; chains have looked after themselves.

    Finals are held to their own drafts by the clip gate, and open on masters or on a last frame as those did.
    """
    states: dict[str, ShotState] = {}
    await show_progress(tier, 0, len(scene.shots))
    every = current().services.folder.film.limits.drift_every
    for start in range(0, len(scene.shots), every):
        segment = scene.shots[start : start + every]
        await _film_segment(segment, tier, states, drafts, bindings)
        await show_progress(tier, sum(state.done for state in states.values()), len(scene.shots))
        if tier == "draft":
            await _drift(segment, states)
    # In story order, however they finished: what is derived from them must come out the same on every start.
    return {shot.id: states[shot.id] for shot in scene.shots}


async def _film_segment(
    segment: tuple[Shot, ...],
    tier: TierName,
    states: dict[str, ShotState],
    drafts: Mapping[str, ShotState] | None,
    bindings: Mapping[str, Binding] | None,
) -> None:
    """Chains run in order, and side by side with everything they do not depend on."""

    async def film_chain(chain: list[Shot], before: ShotState | None) -> None:
        parked = current().services.ledger.parked(current().scene.id)
        # It goes on beyond this segment, and is begun only if all of it is covered.
        rest = list(takewhile(lambda shot: shot.id not in parked, _chain_from(chain[0])))
        buys = [shot for shot in rest if tier == "draft" or shot.id in (bindings or {})]
        for shot in chain:
            at = tier if tier == "draft" else tier_of(shot)
            draft, binding = (drafts or {}).get(shot.id), (bindings or {}).get(shot.id)
            waits = shot.chain and before is not None and not before.done
            if shot in buys and not waits and (short := await _short_of_credit(buys[buys.index(shot) :], tier)):
                before = states[shot.id] = held_up(shot, short, draft)
                await tell_of_refusal(current(), short)
                continue
            opens_on = before if shot.chain and (draft is None or draft.links > 0) else None
            if tier == "draft":
                before = states[shot.id] = await film_draft(shot, opens_on, states)
            else:
                before = states[shot.id] = await film_shot(shot, at, opens_on, draft, binding)

    chains = _chains(segment)
    first_before = _state_before(segment[0], states)
    await asyncio.gather(*(film_chain(chain, first_before if chain[0].chain else None) for chain in chains))


async def _short_of_credit(rest: Sequence[Shot], tier: TierName) -> CreditShort | None:
    """Why the rest of a chain is not begun now, or not gone on with; its other shots then wait for this one."""
    try:
        await check_credit(current(), rest, tier)
    except CreditShort as refusal:
        return refusal
    return None


def _chain_from(first: Shot) -> list[Shot]:
    """The shot, and all that are chained to it."""
    shots = current().scene.shots
    at = shots.index(first)
    return [first, *takewhile(lambda shot: shot.chain, shots[at + 1 :])]


def _chains(segment: tuple[Shot, ...]) -> list[list[Shot]]:
    chains: list[list[Shot]] = []
    for shot in segment:
        if shot.chain and chains:
            chains[-1].append(shot)
        else:
            chains.append([shot])
    return chains


def _state_before(shot: Shot, states: Mapping[str, ShotState]) -> ShotState | None:
    before = current().scene.before(shot.id)
    return states.get(before.id) if before else None


async def _drift(segment: tuple[Shot, ...], states: Mapping[str, ShotState]) -> None:
    """Check the shots so far against the masters: the scheduled check, which reads everything."""
    run = current()
    made = {i: (s.clip, s.links) for i, s in states.items() if s.clip is not None}
    ordered = {shot.id: made[shot.id] for shot in run.scene.shots if shot.id in made}
    if not ordered:
        return
    report = run.drift = await see_all_drift(list(ordered)[-1], ordered, segment)
    note_drift(report)
    detail = drift_in_words(report, [shot.id for shot in run.scene.shots if shot.id in states])
    run.services.telemetry.say(list(ordered)[-1], "drift check", "retake" if report.drifted else "done", detail)
    await fix_baseline(segment[-1].id)


def _rows(states: Mapping[str, ShotState], tier: TierName) -> list[ShotNews]:
    return [
        ShotNews(shot, tier, state.status, state.message or _told(shot), state.clip, state.panel)
        for shot, state in states.items()
    ]


def _told(shot: str) -> str:
    """What is worth knowing of a shot that came through: that it was re-anchored, and what the cut does to its colours."""
    run = current()
    anchoring, match = run.re_anchored.get(shot), run.colours.get(shot)
    said = [f"It was {anchoring.words}."] if anchoring else []
    return " ".join([*said, *([f"Colour: {in_words(match)}."] if match else [])])
