"""A character's turnaround: the locked views that are missing, made from the approved front, checked, and laid for a
person to lock.

The body runs from the top on every start, retry and resume: each view asks the store, the lock and the ledger how far
it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from prefect import flow, runtime

from flows.claiming import claim
from flows.naming import BY_HAND, run_name, say_in_log, settings_of
from flows.outcome import SceneOutcome, SceneUnfinished, ShotLine
from flows.parameters import (
    AS_THE_FILM_SAYS,
    Again,
    BibleCapUsd,
    CharacterName,
    FilmFolder,
    MissingViews,
    ViewMaker,
    WardrobeName,
    Who,
    Why,
)
from flows.scene_run import SceneRun
from flows.shot_state import held_up
from flows.showing.publish import publish_costs, publish_views
from flows.step import Step
from flows.view_summary import summarise_views
from governor.errors import LedgerTrouble, RefusedBefore
from manifests.errors import GateError
from manifests.view_shot import BIBLE, ViewShot
from production.bible.laying import send_back
from production.bible.show_views import show_views
from production.bible.views import EVERY_WARDROBE, EVERYBODY, ViewState, command, quote_of, state_of, wanted
from production.journey.errors import Escalated
from production.planning.form import Form, heed
from production.planning.preflight import needs_of, refuse_unready
from production.purchasing.in_flight import collect_if_refused, collecting
from production.purchasing.tell import tell_of_refusal, tell_what_is_due
from providers.errors import Refused
from tasks.lay_view import lay_view
from tasks.make_view import make_view
from wiring.alive import alive
from wiring.opening import open_services
from wiring.services import Services
from wiring.telemetry import State

_SOMEBODY = "somebody in Prefect's page"


@flow(name="turnaround", flow_run_name=run_name, persist_result=True, log_prints=False)
async def make_turnaround(
    character: CharacterName = EVERYBODY,
    wardrobe: WardrobeName = EVERY_WARDROBE,
    film: FilmFolder = "",
    *,
    views: MissingViews = (),
    provider: ViewMaker = AS_THE_FILM_SAYS,
    again: Again = False,
    cap_usd: BibleCapUsd = 0.0,
    who: Who = "",
    why: Why = "",
) -> SceneOutcome:
    """Make the views that a character lacks, from the approved front. A person looks at them and locks them: gate
    lock.
    """
    services, run_id = open_services(settings_of(film)), str(runtime.flow_run.id or BY_HAND)
    maker = "" if provider == AS_THE_FILM_SAYS else provider
    with alive(services.settings, run_id):
        say_in_log(services)
        view_shots = wanted(services, character, wardrobe, views, maker)
        form = Form(None, round(cap_usd * 100) * 10_000 or None, who, why)
        async with collect_if_refused(services, BIBLE):
            services = heed(services, services.scene_or_bible(BIBLE), form, run_id)
        if again:
            _send_back_once(services, view_shots, form, run_id)
        outcome = await _make(services, view_shots)
    if not outcome.passed:
        raise SceneUnfinished(outcome)
    return outcome


def _send_back_once(services: Services, view_shots: Sequence[ViewShot], form: Form, run_id: str) -> None:
    """Once a run: a retry goes through the body again, and what it has made meanwhile is not sent back too."""
    note = ("again", f"run:{run_id}", " ".join(one.id for one in view_shots))
    if any(each.text == note[2] for each in services.ledger.notes(kind=note[0], scope=note[1])):
        return
    send_back(services, view_shots, why=form.why, who=form.who.strip() or _SOMEBODY, door="prefect form")
    services.ledger.note(*note)


async def _make(services: Services, view_shots: Sequence[ViewShot]) -> SceneOutcome:
    """Everything between claiming the bible and the outcome. Who cannot make a view is refused before anything is
    bought.
    """
    states = [state_of(services, one) for one in view_shots]
    working = [state for state in states if state.attempt is not None]
    scene = services.scene_or_bible(BIBLE).model_copy(update={"shots": tuple(view_shots)})
    makers = {p.name: p for p in (services.provider("panel", state.view_shot) for state in working)}
    quotes = [(state, quote) for state in states if (quote := quote_of(services, state))]
    needs = needs_of(
        (state.view_shot.id, services.provider("panel", state.view_shot).name, quote.high_microusd)
        for state, quote in quotes
    )
    async with collect_if_refused(services, BIBLE):
        await refuse_unready(services, needs)
        run = await claim(services, scene, makers)
    async with collecting(run):
        await tell_what_is_due(run)
        run.spending.foresee(sum(quote.likely_microusd for _, quote in quotes))
        lanes = asyncio.Semaphore(services.folder.film.limits.lanes)
        lines = await asyncio.gather(*(_stand(run, one, lanes) for one in view_shots))
    sheets = await show_views(services, view_shots)
    await publish_views(sheets)
    await publish_costs(services, scene)
    return summarise_views(run, view_shots, lines, sheets)


async def _stand(run: SceneRun, one: ViewShot, lanes: asyncio.Semaphore) -> ShotLine:
    """Bring one view as far as it goes. Never raises for its own sake: the others go on."""
    async with lanes:
        if run.walls.halted is not None:
            state = held_up(run, one, run.walls.halted, None)
            return ShotLine(shot=one.id, status=state.status, message=f"not begun: {run.walls.halted}")
        try:
            return await _brought(run, one)
        except (Refused, RefusedBefore) as error:
            cure = (
                f"Change its words in bible/characters/{one.member.character}.yaml, or name another: "
                f"{command(one)} --provider NAME"
            )
            return await _held_up(run, one, RefusedBefore(error.thing, error.cause, cure))
        except (GateError, LedgerTrouble) as error:
            return await _held_up(run, one, error)


async def _held_up(run: SceneRun, one: ViewShot, error: Exception) -> ShotLine:
    state = held_up(run, one, error, None)
    await tell_of_refusal(run, error)
    return ShotLine(shot=one.id, status=state.status, message=state.message)


async def _brought(run: SceneRun, one: ViewShot) -> ShotLine:
    """Take after take until one lies there, within the film's attempts. Raises Escalated where no take can help."""
    services, say = run.services, run.services.telemetry.say
    for _ in range(services.folder.film.limits.attempts + 1):
        state = await asyncio.to_thread(state_of, services, one)
        if state.attempt is None:
            words: State = "cached" if state.does == "approved" else "waits"
            say(one.id, "view", words, state.why)
            return _settled(one, state)
        made = await run.graph.run(Step(f"{one.id} take", (one.id,)), make_view, run, one.id, state.attempt)
        laid = await run.graph.run(Step(one.id, (f"{one.id} take",)), lay_view, services, one, made)
        if laid.verdict.passed:
            state = await asyncio.to_thread(state_of, services, one)
            whose = "approved" if state.does == "approved" else "a person's own"
            where = f"it lies at {laid.path}" if laid.path else f"kept and not laid: what lies there is {whose}"
            say(one.id, "view", "done" if made.fresh else "cached", f"v{made.take.version:03d}: {where}")
            break
        flaws = (f"{f.rule} {f.message}" for f in laid.verdict.findings if f.severity == "error")
        say(one.id, "view", "retake", "; ".join(flaws))
    return _settled(one, await asyncio.to_thread(state_of, services, one))


def _settled(one: ViewShot, state: ViewState) -> ShotLine:
    """What is left for a person. Raises Escalated where it is more than an approval."""
    if state.does == "blocked":
        raise Escalated(one.name, state.why, state.cure)
    words = f"{one.name}: {state.why}. {state.cure}".rstrip()
    approved = state.does == "approved"
    return ShotLine(shot=one.id, status="done" if approved else "waits", message="" if approved else words)
