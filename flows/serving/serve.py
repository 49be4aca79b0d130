"""Offers every flow as a deployment of one film, and works on the runs that Prefect's page asks for."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import Callable

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.types.entrypoint import EntrypointType
from prefect.workers.process import ProcessWorker

from flows.serving.deployments import OFFERED, POOL, Offered, every_night
from flows.serving.forms import fitted
from flows.serving.left_behind import end_what_is_dead
from flows.serving.watching import watch
from governor.errors import LedgerTrouble
from manifests.errors import GateError
from wiring.opening import open_services
from wiring.services import Services
from wiring.settings import Settings

_LOOK_S = 3.0
"""How often the film's files are looked at while it is served."""

_WORKERS_LOGS = ("prefect.flow_runs.worker", "prefect.runner.flow_run_executor", "prefect.runner.state_proposer")


async def deploy(services: Services) -> dict[str, str]:
    """Register every deployment for this film, and what watches its runs; gives their ids by name. A second time
    changes nothing.

    The entrypoints name modules, never files: the file form would load every class twice.
    """
    await _make_pool()
    made = {offered.name: await _register(offered, services) for offered in OFFERED}
    await watch()
    return made


async def follow(services: Services) -> None:
    """Fit the forms to the film, and the nights to its standing orders, whenever those change, until cancelled.

    A film that cannot be read is left for its next edit, and a ledger that somebody else holds, or a server that is
    busy, for the next look.
    """
    nights, say = _hours(services), _told_when_new()
    while True:
        await asyncio.sleep(_LOOK_S)
        with contextlib.suppress(GateError, LedgerTrouble, OSError):
            now = await asyncio.to_thread(open_services, services.settings)
            then = await asyncio.to_thread(_hours, now)
            if now is services and then == nights:
                continue
            try:
                await deploy(now)
            except Exception as error:  # noqa: BLE001  its client raises what httpx and websockets do, and its next look may be better
                say(
                    f"Prefect's server could not be told of the film's new state ({type(error).__name__}); told "
                    "again soon"
                )
            else:
                services, nights = now, then
                say("")


def _hours(services: Services) -> list[tuple[str | None, str | None, bool | None]]:
    """When nights begin. Prefect's schedules hold the moment at which they were made, too, and no two of them are
    alike.
    """
    return [(each.cron, each.timezone, each.active) for each in every_night(services)]


async def keep_order(settings: Settings) -> None:
    """End what dead processes leave behind, a few seconds after they died, until cancelled.

    What the server cannot do now waits for the next look; that is said once.
    """
    say = _told_when_new()
    while True:
        await asyncio.sleep(_LOOK_S)
        try:
            for run in await end_what_is_dead(settings):
                _quietly(f"{run.name}: {run.words}")
        except Exception as error:  # noqa: BLE001  its client raises what httpx does, and a busy server does not end ours
            say(f"Prefect's server could not be asked which runs are dead ({type(error).__name__}); asked again soon")
        else:
            say("")


async def work() -> None:
    """Take runs from the pool until cancelled. Each is a process of its own; ending the worker leaves it resumable."""
    for name in _WORKERS_LOGS:
        logging.getLogger(name).addFilter(guesses_nothing)
    worker = ProcessWorker(work_pool_name=POOL, name="gate up")
    await worker.start(printer=_quietly)


def guesses_nothing(record: logging.LogRecord) -> bool:
    """False for what Prefect's worker guesses of a killed process, its memory: `end_what_is_dead` says what is known of
    it.
    """
    return record.levelno > logging.INFO or "memory" not in record.getMessage().lower()


async def _register(offered: Offered, services: Services) -> str:
    begins_with = offered.defaults(services.folder)
    deployment = await offered.flow.ato_deployment(
        name=offered.name,
        work_pool_name=POOL,
        parameters=begins_with,
        tags=[f"film:{services.folder.film.code}"],
        description=offered.words,
        concurrency_limit=offered.limit,
        schedules=offered.when(services),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    plain = deployment._parameter_openapi_schema
    deployment._parameter_openapi_schema = type(plain)(
        **fitted(plain.model_dump(), offered.flow, services, begins_with)
    )
    return str(await deployment.aapply())


async def _make_pool() -> None:
    async with get_client() as client:
        with contextlib.suppress(ObjectAlreadyExists):
            try:
                await client.read_work_pool(POOL)
            except ObjectNotFound:
                await client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))


def _told_when_new() -> Callable[[str], None]:
    """Reports a problem unless it is the last one again; "" means that there is none."""
    last = ""

    def say(trouble: str) -> None:
        nonlocal last
        if trouble and trouble != last:
            _quietly(trouble)
        last = trouble

    return say


def _quietly(line: str) -> None:
    sys.stderr.write(f"  {line}\n")
