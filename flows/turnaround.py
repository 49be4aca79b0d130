"""A character's turnaround: the locked views that are missing, made from the approved front, checked, and laid for a person to lock.

The body runs from the top on every start, retry and resume: each view asks the store, the lock and the ledger how far it is.
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
from flows.shot import held_up
from flows.view_summary import summarise_views
from governor.errors import LedgerTrouble, RefusedBefore
from manifests.errors import GateError
from manifests.sitting import BIBLE, Sitting
from providers.errors import Refused
from tasks.current import current
from tasks.errors import Escalated
from tasks.in_flight import collecting, home_if_refused
from tasks.make_view import lay_view, make_view
from tasks.publish import publish_costs, publish_views
from tasks.show_views import show_views
from tasks.step import Step
from tasks.tell import tell_of_refusal, tell_what_is_due
from wiring.alive import alive
from wiring.form import Form, heed
from wiring.laying import send_back
from wiring.preflight import needs_of, refuse_unready
from wiring.services import Services, open_services
from wiring.telemetry import State
from wiring.views import EVERY_WARDROBE, EVERYBODY, ViewState, command, quote_of, state_of, wanted

_SOMEBODY = "somebody in Prefect's page"


@flow(name="turnaround", flow_run_name=run_name, persist_result=True, log_prints=False)
async def make_turnaround(
    character: CharacterName = EVERYBODY, wardrobe: WardrobeName = EVERY_WARDROBE, film: FilmFolder = "", *,
    views: MissingViews = (), provider: ViewMaker = AS_THE_FILM_SAYS, again: Again = False, cap_usd: BibleCapUsd = 0.0,
    who: Who = "", why: Why = "",
) -> SceneOutcome:  # fmt: skip
    """Make the views that a character lacks, from the approved front. A person looks at them and locks them: gate lock."""
    services, run_id = open_services(settings_of(film)), str(runtime.flow_run.id or BY_HAND)
    maker = "" if provider == AS_THE_FILM_SAYS else provider
    with alive(services.settings, run_id):
        say_in_log(services)
        sittings = wanted(services, character, wardrobe, views, maker)
        form = Form(None, round(cap_usd * 100) * 10_000 or None, who, why)
        async with home_if_refused(services, BIBLE):
            services = heed(services, services.scene_in_books(BIBLE), form, run_id)
        if again:
            _send_back_once(services, sittings, form, run_id)
        outcome = await _make(services, sittings)
    if not outcome.passed:
        raise SceneUnfinished(outcome)
    return outcome


def _send_back_once(services: Services, sittings: Sequence[Sitting], form: Form, run_id: str) -> None:
    """Once a run: a retry goes through the body again, and what it has made meanwhile is not sent back too."""
    note = ("again", f"run:{run_id}", " ".join(one.id for one in sittings))
    if any(each.text == note[2] for each in services.ledger.notes(kind=note[0], scope=note[1])):
        return
    send_back(services, sittings, why=form.why, who=form.who.strip() or _SOMEBODY, door="prefect form")
    services.ledger.note(*note)


async def _make(services: Services, sittings: Sequence[Sitting]) -> SceneOutcome:
    """Everything between claiming the bible and the outcome. Who cannot make a view is refused before anything is bought."""
    states = [state_of(services, one) for one in sittings]
    working = [state for state in states if state.attempt is not None]
    scene = services.scene_in_books(BIBLE).model_copy(update={"shots": tuple(sittings)})
    makers = {p.name: p for p in (services.provider("panel", state.sitting) for state in working)}
    quotes = [(state, quote) for state in states if (quote := quote_of(services, state))]
    needs = needs_of(
        (state.sitting.id, services.provider("panel", state.sitting).name, quote.high_microusd)
        for state, quote in quotes
    )
    async with home_if_refused(services, BIBLE):
        await refuse_unready(services, needs)
        run = await claim(services, scene, makers)
    async with collecting(run):
        await tell_what_is_due(run)
        run.foresee(sum(quote.likely_microusd for _, quote in quotes))
        lines = await asyncio.gather(*(_stand(one) for one in sittings))
    sheets = await show_views(sittings)
    await publish_views(sheets)
    await publish_costs(BIBLE)
    return summarise_views(sittings, lines, sheets)


async def _stand(one: Sitting) -> ShotLine:
    """Bring one view as far as it goes. Never raises for its own sake: the others go on."""
    run = current()
    async with run.lanes:
        if run.halted is not None:
            state = held_up(one, run.halted, None)
            return ShotLine(shot=one.id, status=state.status, message=f"not begun: {run.halted}")
        try:
            return await _brought(one)
        except (Refused, RefusedBefore) as error:
            cure = f"Change its words in bible/characters/{one.member.character}.yaml, or name another: {command(one)} --provider NAME"
            return await _held_up(one, RefusedBefore(error.thing, error.cause, cure))
        except (GateError, LedgerTrouble) as error:
            return await _held_up(one, error)


async def _held_up(one: Sitting, error: Exception) -> ShotLine:
    state = held_up(one, error, None)
    await tell_of_refusal(current(), error)
    return ShotLine(shot=one.id, status=state.status, message=state.message)


async def _brought(one: Sitting) -> ShotLine:
    """Take after take until one lies there, within the film's attempts. Raises Escalated where no take can help."""
    run = current()
    services, say = run.services, run.services.telemetry.say
    for _ in range(services.folder.film.limits.attempts + 1):
        state = await asyncio.to_thread(state_of, services, one)
        if state.attempt is None:
            words: State = "cached" if state.does == "approved" else "waits"
            say(one.id, "view", words, state.why)
            return _settled(one, state)
        made = await Step(f"{one.id} take", (one.id,)).run(make_view, one.id, state.attempt)
        laid = await Step(one.id, (f"{one.id} take",)).run(lay_view, one, made)
        if laid.verdict.passed:
            state = await asyncio.to_thread(state_of, services, one)
            whose = "approved" if state.does == "approved" else "a person's own"
            where = f"it lies at {laid.path}" if laid.path else f"kept and not laid: what lies there is {whose}"
            say(one.id, "view", "done" if made.fresh else "cached", f"v{made.take.version:03d}: {where}")
            break
        flaws = (f"{f.rule} {f.message}" for f in laid.verdict.findings if f.severity == "error")
        say(one.id, "view", "retake", "; ".join(flaws))
    return _settled(one, await asyncio.to_thread(state_of, services, one))


def _settled(one: Sitting, state: ViewState) -> ShotLine:
    """What is left for a person. Raises Escalated where it is more than a yes."""
    if state.does == "blocked":
        raise Escalated(one.name, state.why, state.cure)
    words = f"{one.name}: {state.why}. {state.cure}".rstrip()
    approved = state.does == "approved"
    return ShotLine(shot=one.id, status="done" if approved else "waits", message="" if approved else words)
