"""Lets a suspended run go on once a person has answered elsewhere than in Prefect's form: the ledger has the approval
already.
"""

from __future__ import annotations

from pathlib import Path

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateName
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import SetStateStatus
from prefect.settings import PREFECT_API_URL, temporary_settings

from wiring.settings import Settings
from wiring.up import prefect_of

_RUNS_MAX = 100


async def let_go_on(settings: Settings, scene: str, who: str) -> int:
    """Resume every run of the scene that waits for a form, in the film's `gate up` or its studio; gives how many went
    on.

    0 where there is neither, or nothing waits. It brings no approval with it: the run reads that from the ledger.
    """
    api_url = prefect_of(settings)
    if api_url is None:
        return 0
    with temporary_settings(updates={PREFECT_API_URL: api_url}):
        async with get_client() as client:
            waiting = [run for run in await _suspended(client) if _is_of(run, settings.film, scene)]
            return sum([await _resumed(client, run, who) for run in waiting])


async def _suspended(client: PrefectClient) -> list[FlowRun]:
    name = FlowRunFilterStateName(any_=["Suspended"])
    return await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(name=name)), limit=_RUNS_MAX
    )


def _is_of(run: FlowRun, film: Path, scene: str) -> bool:
    asked = run.parameters
    return asked.get("scene") == scene and (not asked.get("film") or Path(str(asked["film"])).resolve() == film)


async def _resumed(client: PrefectClient, run: FlowRun, who: str) -> bool:
    answer = {"answer": "answered elsewhere", "who": who, "max_usd": "0", "why": ""}
    told = await client.resume_flow_run(run.id, answer)
    return told.status == SetStateStatus.ACCEPT
