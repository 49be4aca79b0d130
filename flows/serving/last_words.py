"""The last words on a run whose process died, wherever Prefect's page shows some: its state, its log, its name; and its
steps.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import LogCreate
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import TERMINAL_STATES, FlowRun, State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import Cancelled, Crashed

from flows.turn import named

NOTHING_LOST = "Nothing is lost, and what was paid for is not bought again."

_RETRY = "ended early: ⋮ → Retry"
_KILLED = ("-9.", "137.")
_TOLD_TO_END = ("-15.", "143.", "termination signal")
_UNFINISHED = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
_MOST = 200
_LATELY = 20
_LAG = timedelta(seconds=30)
"""Prefect hears of a task's end by an event, which may come later than the end of its run."""


async def end(
    client: PrefectClient, run: FlowRun, what_happened: str, *, cancelled: bool = False
) -> State[None] | None:
    """Call the run Crashed, or Cancelled, say why and how to go on, and end its tasks; None where it has moved on
    meanwhile.
    """
    words = f"{what_happened} {how_to_go_on(run)}"
    state: State[None] = Cancelled(message=words) if cancelled else Crashed(message=words)
    now = await client.read_flow_run(run.id)
    if now.state is None or run.state is None or now.state.id != run.state.id:
        return None
    await client.set_flow_run_state(run.id, state, force=True)
    if run.deployment_id and not cancelled:
        await client.set_flow_run_name(run.id, named(run.name, _RETRY))
    line = LogCreate(name="gate", level=logging.WARNING, message=words, timestamp=datetime.now(UTC), flow_run_id=run.id)
    await client.create_logs([line])
    await _end_tasks(client, FlowRunFilter(id=FlowRunFilterId(any_=[run.id])))
    return state


async def end_orphaned_tasks(client: PrefectClient, works_here: Callable[[str], bool]) -> None:
    """End every task that Prefect calls unfinished although its run, one of the last, came to an end.

    `works_here` says by a run's id whether a process of this machine works on it, whatever Prefect calls the run: its
    tasks are left alone.
    """
    over = FlowRunFilterState(type=FlowRunFilterStateType(any_=sorted(TERMINAL_STATES)))
    before = FlowRunFilterEndTime(before_=datetime.now(UTC) - _LAG)
    lately = await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(state=over, end_time=before), sort=FlowRunSort.END_TIME_DESC, limit=_LATELY
    )
    if films := [run.id for run in lately if is_of_a_film(run) and not works_here(str(run.id))]:
        await _end_tasks(client, FlowRunFilter(id=FlowRunFilterId(any_=films)))


async def _end_tasks(client: PrefectClient, of: FlowRunFilter) -> None:
    unfinished = TaskRunFilterState(type=TaskRunFilterStateType(any_=_UNFINISHED))
    tasks = await client.read_task_runs(
        flow_run_filter=of, task_run_filter=TaskRunFilter(state=unfinished), limit=_MOST
    )
    for task in tasks:
        state: State[None] = Cancelled(
            name="Left behind",
            message="Its run is over, and nobody has said how it ended. What it bought is in the ledger, and is not "
            "bought again.",
        )
        await client.set_task_run_state(task.id, state, force=True)


def is_of_a_film(run: FlowRun) -> bool:
    """Whether it is a run of ours: a studio's server may have others."""
    return any(tag.startswith("film:") for tag in run.tags)


def is_prefects(run: FlowRun) -> bool:
    """Whether a crashed run has Prefect's words alone, which speak of memory and name no way on."""
    return run.state is not None and NOTHING_LOST not in (run.state.message or "")


def in_our_words(prefects: str) -> str:
    """What happened to a process, from what Prefect's worker or engine said of its end."""
    if any(sign in prefects for sign in _KILLED):
        return "Its process was killed: by somebody, or by the machine, which may have been out of memory."
    if any(sign in prefects for sign in _TOLD_TO_END):
        return "Its process was told to end before the run was over."
    return f"Its process ended before the run was over. Prefect says: {prefects or 'nothing'}"


def how_to_go_on(run: FlowRun) -> str:
    """How to go on, for people. A run by hand has no deployment, and Prefect's page cannot retry it."""
    scene = run.parameters.get("scene", "")
    resume = f"gate resume {scene}" if str(scene).startswith("SC") else "launch it again"
    retry = f"⋮ → Retry on this page, or {resume}" if run.deployment_id else resume
    return f"{NOTHING_LOST} Go on: {retry}."
