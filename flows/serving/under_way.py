"""What Prefect has to do for a film right now: what works, what waits for a person, what comes next."""

from __future__ import annotations

from typing import Literal

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort

from manifests.noun import Noun

Doing = Literal["works", "waits for a person", "comes next"]

_STATES: dict[Doing, list[StateType]] = {
    "works": [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING],
    "waits for a person": [StateType.PAUSED],
    "comes next": [StateType.SCHEDULED],
}
_MOST = 100


class RunLine(Noun):
    """One run. `since`: when it began, or when it is to begin, ISO 8601; `state` is Prefect's own word."""

    id: str
    name: str
    doing: Doing
    state: str
    since: str
    url: str

    @property
    def scene(self) -> str:
        """The scene it makes, by the first word of its name; "SCENE" where it is about more than one."""
        first = self.name.split(" ", 1)[0]
        return first if first.isupper() else "SCENE"


async def runs_under_way(page_url: str) -> list[RunLine]:
    """Every run that is not at its end, in the order of what it does; of a schedule's runs only the next."""
    async with get_client() as client:
        return [line for doing in _STATES for line in await _lines(client, doing, page_url)]


async def _lines(client: PrefectClient, doing: Doing, page_url: str) -> list[RunLine]:
    states = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_STATES[doing])))
    runs = await client.read_flow_runs(flow_run_filter=states, sort=FlowRunSort.EXPECTED_START_TIME_ASC, limit=_MOST)
    return [_line(run, doing, page_url) for run in _next_of_each(runs) if run.parent_task_run_id is None]


def _next_of_each(runs: list[FlowRun]) -> list[FlowRun]:
    """Without all but the first run that a schedule has made of a deployment."""
    kept: list[FlowRun] = []
    seen: set[object] = set()
    for run in runs:
        if not run.auto_scheduled or run.deployment_id not in seen:
            kept.append(run)
        if run.auto_scheduled:
            seen.add(run.deployment_id)
    return kept


def _line(run: FlowRun, doing: Doing, page_url: str) -> RunLine:
    since = run.start_time or run.expected_start_time
    return RunLine(
        id=str(run.id),
        name=run.name,
        doing=doing,
        state=run.state_name or "",
        url=f"{page_url}/runs/flow-run/{run.id}",
        since=since.isoformat(timespec="seconds") if since else "",
    )
