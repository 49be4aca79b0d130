"""Runs that a dead process left behind: Prefect calls them Running, or Cancelling, for ever.

Only what is known to be dead is touched: a run of another machine, or one that an orphan still works on, is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort

from flows.serving.last_words import end, end_orphaned_tasks, in_our_words, is_of_a_film, is_prefects
from flows.serving.watching import SILENCE_S, SILENT
from flows.turn import plain
from wiring.alive import dead, forget, is_gone, works_here
from wiring.settings import Settings, prefect_home

_UNDER_WAY = [StateType.RUNNING, StateType.CANCELLING, StateType.PENDING]
_MOST = 200
_LATELY = 20
_SILENCE = timedelta(seconds=SILENCE_S)


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A run whose process is gone, and what its page says of that now."""

    name: str
    now: str
    words: str


async def end_what_is_dead(settings: Settings, *, no_worker: bool = False) -> list[LeftBehind]:
    """Mark every run of this machine whose process is gone: Crashed, or Cancelled where somebody had asked for that.

    `no_worker`: none of ours lives. A run that was taken and not begun is dead too then, if nobody shares this film's
    Prefect.
    """
    async with get_client() as client:
        over = await lately_over(client)
        crashed = [run for run in over if run.state_type == StateType.CRASHED]
        await put_back_what_waits(client, crashed)
        await name_plainly(client, [run for run in over if run.state_type == StateType.CANCELLED])
        silent = [run for run in crashed if is_prefects(run) and _is_over(settings, run)]
        under_way = await client.read_flow_runs(flow_run_filter=_of(_UNDER_WAY), limit=_MOST)
        taken = no_worker and prefect_home() is not None
        dead_runs = [
            run for run in under_way if (taken if run.state_type == StateType.PENDING else _is_gone(settings, run))
        ]
        ended = [await _end(client, settings, run) for run in silent + dead_runs]
        await end_orphaned_tasks(client, partial(works_here, settings))
        return [each for each in ended if each is not None]


async def clear_away(settings: Settings) -> list[LeftBehind]:
    """End the runs whose processes were killed here, and forget them all. Asks the server only where there is one."""
    if not (runs := dead(settings)):
        return []
    ended = await end_what_is_dead(settings)
    for run_id in runs:
        forget(settings, run_id)
    return ended


def _is_gone(settings: Settings, run: FlowRun) -> bool:
    running = run.state is not None and run.state_type == StateType.RUNNING
    return is_gone(settings, str(run.id), run.state.timestamp if running and run.state else None)


def _is_over(settings: Settings, run: FlowRun) -> bool:
    """Whether it is a crashed run of ours on which nobody works here."""
    return is_gone(settings, str(run.id)) or (is_of_a_film(run) and not works_here(settings, str(run.id)))


async def lately_over(client: PrefectClient) -> list[FlowRun]:
    """The runs that were called Crashed or Cancelled last."""
    return await client.read_flow_runs(
        flow_run_filter=_of([StateType.CRASHED, StateType.CANCELLED]), sort=FlowRunSort.END_TIME_DESC, limit=_LATELY
    )


async def name_plainly(client: PrefectClient, cancelled: list[FlowRun]) -> None:
    """Take "your turn" out of the names of runs that a person cancelled while they waited: nothing of ours ran then."""
    for run in cancelled:
        if is_of_a_film(run) and (name := plain(run.name)) != run.name:
            await client.set_flow_run_name(run.id, name)


async def put_back_what_waits(client: PrefectClient, crashed: list[FlowRun]) -> None:
    """Put a run back that was taken for dead and is not: it waits for a person, or it has come on since its last sign
    of life.

    A server that is killed loses the news of that. The form of an approval, and what it was asked with, are where they
    were.
    """
    for run in crashed:
        if run.state is None or not (run.state.message or "").startswith(SILENT):
            continue
        states = sorted(await client.read_flow_run_states(run.id), key=lambda state: state.timestamp)
        if len(states) > 1 and (states[-2].is_paused() or states[-1].timestamp - states[-2].timestamp < _SILENCE):
            await client.set_flow_run_state(run.id, states[-2], force=True)


async def _end(client: PrefectClient, settings: Settings, run: FlowRun) -> LeftBehind | None:
    """Say on the run's page what happened; None where the run has moved on meanwhile."""
    asked, prefects = run.state_type == StateType.CANCELLING, (run.state and run.state.message) or ""
    words = (
        in_our_words(prefects)
        if run.state_type == StateType.CRASHED
        else "It was to be cancelled, and its process is gone."
        if asked
        else "Its process is gone."
    )
    state = await end(client, run, words, cancelled=asked)
    forget(settings, str(run.id))
    return LeftBehind(run.name, state.name or "", state.message or "") if state else None


def _of(states: list[StateType]) -> FlowRunFilter:
    return FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=states)))
