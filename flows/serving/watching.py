"""Finds runs whose process died: a live one gives a sign every half minute, and after three that were missed it is
Crashed.

Runs that wait for a person, or for a retry, give no sign and are none of its business. It marks and does nothing else:
to go on is for a person, and a process that was only slow is fenced by its epoch should somebody go on without it. A
run that was to be cancelled, and whose process does not come to an end, is Cancelled after the same time.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from prefect.automations import AutomationCore, EventTrigger, Posture
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import StateType
from prefect.events import Event, Resource
from prefect.events.actions import ChangeFlowRunState
from prefect.events.clients import get_events_client

from flows.serving.last_words import NOTHING_LOST

SILENCE_S = 90
"""Three signs of 30 s. 88.5 s were measured from the kill to Crashed."""

SILENT = f"No sign of life for {SILENCE_S} s"

_GO_ON = f"{NOTHING_LOST} Go on: ⋮ → Retry on this page, or a new run of the same scene, or gate resume SCENE."
_SPARED = "gate.flow-run.waits"
_MOST = 200
_ENDED = ("Completed", "Failed", "Cancelled", "Crashed")
_WAITS = ("Suspended", "Paused", "AwaitingRetry", "Scheduled", "Late", "Resuming")


async def watch() -> None:
    """Create the automations, or bring them to what they are here; a second time changes nothing. A paused one stays
    paused.
    """
    async with get_client() as client:
        for wanted in (_dead(), _not_begun(), _not_cancelled()):
            there = await client.read_automations_by_name(wanted.name)
            if not there:
                await client.create_automation(wanted)
            for known in there[:1]:
                kept = wanted.model_copy(update={"enabled": known.enabled})
                if _says(kept) != _says(known):  # an update begins its count of the runs under way from zero
                    await client.update_automation(known.id, kept)
            for extra in there[1:]:
                await client.delete_automation(extra.id)
        await _spare_what_waits(client)


async def _spare_what_waits(client: PrefectClient) -> None:
    """Say of every run that waits that it does: a server that was killed may have lost the news, and would count its
    silence.
    """
    waits = FlowRunFilterStateType(any_=[StateType.PAUSED, StateType.SCHEDULED])
    runs = await client.read_flow_runs(flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=waits)), limit=_MOST)
    async with get_events_client() as events:
        for run in (run for run in runs if not run.auto_scheduled):
            resource = Resource(
                {"prefect.resource.id": f"prefect.flow-run.{run.id}", "prefect.resource.name": run.name}
            )
            await events.emit(Event(event=_SPARED, resource=resource))


def _says(automation: AutomationCore) -> dict[str, Any]:
    """What it does, without what the server gave it."""
    told = automation.model_dump(mode="json", include={"description", "enabled", "actions"})
    trigger = automation.trigger.model_dump(mode="json", exclude={"id"})
    return told | {"trigger": {name: sorted(v) if isinstance(v, list) else v for name, v in trigger.items()}}


def _dead() -> AutomationCore:
    return _automation(
        "gate: a run whose process died",
        f"A run that gives no sign of life for {SILENCE_S} s is Crashed, and says how to go on.",
        _missing("heartbeat", {"heartbeat", *_ENDED, *_WAITS}, _SPARED),
        StateType.CRASHED,
        f"{SILENT}: its process, or the machine it was on, is gone. {_GO_ON}",
    )


def _not_begun() -> AutomationCore:
    return _automation(
        "gate: a run that was never begun",
        f"A run that a worker took and did not begin within {SILENCE_S} s is Crashed.",
        _missing("Pending", {"Running", *_ENDED, *_WAITS, "Cancelling"}),
        StateType.CRASHED,
        f"A worker took it and did not begin it within {SILENCE_S} s: that worker is gone. {_GO_ON}",
    )


def _not_cancelled() -> AutomationCore:
    return _automation(
        "gate: a run that was to be cancelled",
        f"A run that is Cancelling for {SILENCE_S} s is Cancelled: nobody is there to end it.",
        _missing("Cancelling", {*_ENDED}),
        StateType.CANCELLED,
        f"It was to be cancelled, and did not come to an end for {SILENCE_S} s. {_GO_ON}",
    )


def _automation(name: str, words: str, trigger: EventTrigger, state: StateType, message: str) -> AutomationCore:
    """What fires the trigger is brought to the state, which says why."""
    change = ChangeFlowRunState(state=state, name=state.value.capitalize(), message=message)
    return AutomationCore(name=name, description=words, trigger=trigger, actions=[change])


def _missing(after: str, expected: set[str], *more: str) -> EventTrigger:
    """Fires for each run that has none of `expected` within the time of its last `after`."""
    return EventTrigger(
        after={f"prefect.flow-run.{after}"},
        expect={f"prefect.flow-run.{name}" for name in expected} | {*more},
        match={"prefect.resource.id": ["prefect.flow-run.*"]},
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=timedelta(seconds=SILENCE_S),
    )
