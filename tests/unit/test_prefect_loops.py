"""Prefect's background loops are watched by what Docket logs of them,
and the health check fails while one only fails.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from wiring.prefect_server.health import Health
from wiring.prefect_server.loops import FAILURES, SILENT_S, Loops

SCHEDULER = "schedule_deployments(){schedule_deployments}"
BULK = ValueError("Can't evaluate bulk DML statement")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def loops(clock) -> Loops:
    return Loops(clock=clock)


def _says(loops, message, call, *, error=None, logger="docket.dependencies"):
    level = logging.ERROR if error else logging.INFO
    told = (type(error), error, None) if error else None
    loops.emit(logging.LogRecord(logger, level, "perpetual.py", 1, message, ("12ms", call), told))


def _fails(loops, call=SCHEDULER, error=BULK):
    """What Docket logs of a failed loop: the error, then that the loop is called again, exactly as after a success."""
    _says(loops, "↩ [%s] %s", call, error=error)
    _says(loops, "↫ [%s] %s", call)


def _succeeds(loops, call=SCHEDULER):
    _says(loops, "↫ [%s] %s", call)


def test_a_scheduler_that_only_throws_is_named_with_its_error_and_printed_once(loops, capsys):
    for _ in range(FAILURES + 4):
        _fails(loops)
        _succeeds(loops, "monitor_late_runs(){monitor_late_runs}")
    assert list(loops.troubles()) == ["schedule_deployments"]
    assert "bulk DML" in loops.troubles()["schedule_deployments"]
    assert loops.well == {"monitor_late_runs"}
    assert capsys.readouterr().err.count("Prefect's schedule_deployments does not work") == 1


def test_one_success_between_failures_is_a_busy_database_and_no_trouble(loops):
    for _ in range(10):
        for _ in range(FAILURES - 1):
            _fails(loops)
        _succeeds(loops)
    assert loops.troubles() == {}


def test_the_task_that_a_loop_hands_on_counts_too_and_an_error_that_the_server_caught_itself(loops):
    for _ in range(FAILURES):
        _says(loops, "↩ [%s] %s", "mark_flow_run_late(1){mark-flow-run-late:1}", error=BULK, logger="docket.worker")
        record = logging.LogRecord(
            "prefect.server.services.scheduler", logging.ERROR, "s.py", 1, "Error scheduling", (), None
        )
        loops.emit(record)
    assert set(loops.troubles()) == {"mark_flow_run_late", "services.scheduler"}


def test_loops_that_fall_silent_are_a_trouble_where_this_process_runs_them(loops, clock):
    elsewhere = Loops(running=False, clock=clock)
    _succeeds(loops)
    clock.now += SILENT_S - 1
    assert loops.troubles() == {}
    clock.now += 2
    assert list(loops.troubles()) == ["every loop"]
    assert elsewhere.troubles() == {}


async def _health(_: Request) -> PlainTextResponse:
    return PlainTextResponse("true")


def test_the_health_check_fails_with_the_reason_while_a_loop_only_fails_and_passes_again_after(loops):
    app = Starlette(routes=[Route("/api/health", _health), Route("/api/flow_runs", _health)])
    prefect = TestClient(Health(app, loops))
    assert prefect.get("/api/health").text == "true"
    for _ in range(FAILURES):
        _fails(loops)
    answer = prefect.get("/api/health")
    assert answer.status_code == 503
    assert "bulk DML" in answer.json()["broken"]["schedule_deployments"]
    assert prefect.get("/api/flow_runs").status_code == 200, "the page still works, and shows what there is"
    _succeeds(loops)
    assert prefect.get("/api/health").status_code == 200


class EventPersister:
    async def start(self) -> None:
        await asyncio.Event().wait()


async def test_the_health_check_fails_when_one_of_prefects_services_has_ended(loops):
    async def passed(*_: object) -> None:
        answers.append({"passed": True})

    async def send(message) -> None:
        if message["type"] == "http.response.body":
            answers.append(json.loads(message["body"]))

    answers: list[object] = []
    health = Health(passed, loops, ["EventPersister"])
    scope = {"type": "http", "path": "/api/health", "headers": []}
    service = asyncio.create_task(EventPersister().start())
    await asyncio.sleep(0)
    await health(scope, passed, send)
    service.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await service
    await health(scope, passed, send)
    assert answers == [{"passed": True}, {"broken": {"EventPersister": "it has ended"}}]
