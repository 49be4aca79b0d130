"""Gives each background service of Prefect's server one thing to do, and says which of them did it.

A service that fails does so in silence: Prefect logs it and goes on, and its page still shows schedules as active. So
this looks at outcomes: a run was scheduled, a late run is called Late, an automation acted.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from prefect import flow
from prefect.automations import AutomationCore, EventTrigger, Posture
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate, GlobalConcurrencyLimitCreate, WorkPoolCreate
from prefect.client.schemas.objects import State, StateType, WorkerStatus
from prefect.client.schemas.schedules import IntervalSchedule
from prefect.events import Event, Resource
from prefect.events.actions import ChangeFlowRunState
from prefect.events.filters import EventFilter, EventNameFilter
from prefect.server.concurrency.lease_storage import ConcurrencyLimitLeaseMetadata, get_concurrency_lease_storage
from prefect.server.database import provide_database_interface
from prefect.server.events.schemas.events import ReceivedEvent
from prefect.server.events.storage.database import write_events
from prefect.states import Cancelled, Paused, Running, Scheduled
from sqlalchemy.exc import OperationalError

_LONG_AGO = timedelta(days=100)
"""Prefect keeps events for 90 days."""

_DONE_WITHIN_S = 180.0
"""A bound, not a claim; it ends as soon as all is done. On two idle cores the whole check took 28 s, with the server's
start; beside three busy loops it took 73 to 115 s. The shortest heartbeat that an automation can miss is 10 s.
"""

_BUSY_MAX = 40
"""How often one call is made again while SQLite is busy: half a second apart."""

_WRITES_MAX = 3
"""How often this process writes to the store itself;
SQLite waits a minute each time until it says that it is locked.
"""

Task = tuple[str, Callable[[], Awaitable[bool]]]
"""The fault of a service that does not work, and whether it has done its work."""


@dataclass(frozen=True, slots=True)
class At:
    """The server's API: as Prefect's own client speaks to it, and plain for what that client has no call for."""

    client: PrefectClient
    http: httpx.AsyncClient

    async def ask(self, path: str, body: object) -> Any:
        """One POST, again while the database is busy (503), as Prefect's own client does it. Raises HTTPStatusError."""
        for _ in range(_BUSY_MAX):
            answer = await self.http.post(path, json=body)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            await asyncio.sleep(0.5)
        answer.raise_for_status()
        return answer.json() if answer.content else None


@flow
async def _nothing() -> None: ...


async def exercise(api_url: str) -> list[str]:
    """The services of the server at `api_url` that did not do their work, by name. Empty while all of them work.

    The server runs in this process: an old event and a lease, which its API does not take, go straight into its stores.
    """
    async with PrefectClient(api_url) as client, httpx.AsyncClient(base_url=api_url) as http:
        return await _exercise(At(client, http))


async def _exercise(at: At) -> list[str]:
    tasks = [
        await prepare(at)
        for prepare in (
            _scheduler,
            _late_runs,
            _pause_expirations,
            _cancellation,
            _foreman,
            _repossessor,
            _reactive_automation,
            _proactive_automation,
            _task_run_recorder,
            _vacuum,
        )
    ]
    end = time.monotonic() + _DONE_WITHIN_S
    while tasks and time.monotonic() < end:
        tasks = [(name, is_done) for name, is_done in tasks if not await is_done()]
        await asyncio.sleep(0.5)
    return [name for name, _ in tasks]


async def _scheduler(at: At) -> Task:
    schedule = DeploymentScheduleCreate(schedule=IntervalSchedule(interval=timedelta(hours=1)), active=True)
    made = await at.client.create_deployment(await at.client.create_flow(_nothing), "check", schedules=[schedule])

    async def is_done() -> bool:
        return any(run.auto_scheduled and run.deployment_id == made for run in await at.client.read_flow_runs())

    return "scheduler: an active schedule gets no runs", is_done


async def _late_runs(at: At) -> Task:
    run = await at.client.create_flow_run(_nothing, state=Scheduled(scheduled_time=_now() - timedelta(hours=1)))
    return "late runs: an overdue run is not called Late", _has_state(at.client, run.id, "Late")


async def _pause_expirations(at: At) -> Task:
    run = await at.client.create_flow_run(_nothing)
    paused: State[Any] = Paused(pause_expiration_time=_now() - timedelta(hours=1))
    await at.client.set_flow_run_state(run.id, paused, force=True)
    return "pause expirations: a pause that ran out stays Paused", _has_state(at.client, run.id, "Failed")


async def _cancellation(at: At) -> Task:
    run = await at.client.create_flow_run(_nothing)
    seed = {"flow_run_id": str(run.id), "task_key": "check", "dynamic_key": "0", "name": "check"}
    task_run = UUID((await at.ask("/task_runs/", seed))["id"])
    await at.client.set_task_run_state(task_run, Running(), force=True)
    await at.client.set_flow_run_state(run.id, Cancelled(), force=True)

    async def is_done() -> bool:
        return (await at.client.read_task_run(task_run)).state_type == StateType.CANCELLED

    return "cancellation clean-up: a cancelled run's step stays Running", is_done


async def _foreman(at: At) -> Task:
    await at.client.create_work_pool(WorkPoolCreate(name="check", type="process"))
    await at.client.send_worker_heartbeat("check", "gone", heartbeat_interval_seconds=1)

    async def is_done() -> bool:
        workers = await at.client.read_workers_for_work_pool("check")
        return [worker.status for worker in workers] == [WorkerStatus.OFFLINE]

    return "foreman: a worker without a sign of life stays online", is_done


async def _repossessor(at: At) -> Task:
    limit = await at.client.create_global_concurrency_limit(
        GlobalConcurrencyLimitCreate(name="check", limit=1, active_slots=1)
    )
    held = ConcurrencyLimitLeaseMetadata(slots=1)
    await get_concurrency_lease_storage().create_lease([limit], timedelta(seconds=0.1), held)

    async def is_done() -> bool:
        return (await at.client.read_global_concurrency_limit_by_name("check")).active_slots == 0

    return "repossessor: the slot of a dead holder is never freed", is_done


async def _reactive_automation(at: At) -> Task:
    run = await at.client.create_flow_run(_nothing, state=Running())
    await at.client.create_automation(_crashes("seen", run.id, posture=Posture.Reactive, expect={"gate.check.seen"}))

    async def is_done() -> bool:
        # Each time: an automation reads nothing that happened before the server loaded it.
        await _tell(at, "gate.check.seen", run.id)
        found = await at.ask("/events/filter", {"filter": _named("gate.check.seen").model_dump(mode="json")})
        return bool(found["events"]) and await _has_state(at.client, run.id, "Crashed")()

    return "automations, event persister: an event changes nothing", is_done


async def _proactive_automation(at: At) -> Task:
    run = await at.client.create_flow_run(_nothing, state=Running())
    missed = {"after": {"gate.check.sign"}, "expect": {"gate.check.sign"}, "within": timedelta(seconds=10)}
    await at.client.create_automation(_crashes("silent", run.id, posture=Posture.Proactive, **missed))
    await _tell(at, "gate.check.sign", run.id)
    return "proactive automations: a missed heartbeat changes nothing", _has_state(at.client, run.id, "Crashed")


async def _task_run_recorder(at: At) -> Task:
    task_run = uuid4()
    state: State[Any] = Running()
    told = {
        "validated_state": {
            "type": state.type.value,
            "name": state.name,
            "message": "",
            "state_details": {},
            "data": None,
        },
        "task_run": {"task_key": "check", "dynamic_key": "1", "name": "check"},
    }
    event = Event(
        event="prefect.task-run.Running",
        payload=told,
        resource=Resource({"prefect.resource.id": f"prefect.task-run.{task_run}", "prefect.orchestration": "client"}),
    )
    await at.ask("/events", [event.model_dump(mode="json")])
    counted = {"task_runs": {"id": {"any_": [str(task_run)]}}}

    async def is_done() -> bool:
        return bool(await at.ask("/task_runs/count", counted))

    return "task run recorder: a step that began does not appear", is_done


async def _vacuum(at: At) -> Task:
    old = ReceivedEvent(
        event="gate.check.old",
        occurred=_now() - _LONG_AGO,
        id=uuid4(),
        resource={"prefect.resource.id": "gate.check"},
    )
    await _write(old)
    counted = {"filter": _named("gate.check.old").model_dump(mode="json")}

    async def is_done() -> bool:
        return not (await at.ask("/events/filter", counted))["events"]

    return "vacuum: events older than 90 days stay", is_done


async def _write(event: ReceivedEvent) -> None:
    """Straight into the server's store, again where SQLite was busy for a whole minute. Raises OperationalError."""
    database = provide_database_interface()
    for left in reversed(range(_WRITES_MAX)):
        try:
            async with database.session_context(begin_transaction=True, with_for_update=True) as session:
                await write_events(session, [event])
        except OperationalError:
            if not left:
                raise
        else:
            return


def _crashes(name: str, run: UUID, **trigger: Any) -> AutomationCore:
    """An automation that calls one run Crashed."""
    match = {"prefect.resource.id": f"prefect.flow-run.{run}"}
    seen = EventTrigger(match=match, for_each={"prefect.resource.id"}, threshold=1, **trigger)
    return AutomationCore(name=name, trigger=seen, actions=[ChangeFlowRunState(state=StateType.CRASHED)])


async def _tell(at: At, name: str, run: UUID) -> None:
    event = Event(event=name, resource=Resource({"prefect.resource.id": f"prefect.flow-run.{run}"}))
    await at.ask("/events", [event.model_dump(mode="json")])


def _named(name: str) -> EventFilter:
    return EventFilter(event=EventNameFilter(name=[name]))


def _has_state(client: PrefectClient, run: UUID, name: str) -> Callable[[], Awaitable[bool]]:
    async def is_done() -> bool:
        state = (await client.read_flow_run(run)).state
        return state is not None and state.name == name

    return is_done


def _now() -> datetime:
    return datetime.now(UTC)
