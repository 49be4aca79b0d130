"""What people see who open Prefect's page."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from wiring.prefect_server.front import FrontPage


async def _prefects(request: Request) -> PlainTextResponse:
    return PlainTextResponse("Prefect's own")


def prefect(*, any_run: bool) -> TestClient:
    async def answer() -> bool:
        return any_run

    app = FrontPage(Starlette(routes=[Route("/{path:path}", _prefects, methods=["GET", "POST"])]), answer)
    return TestClient(app, follow_redirects=False)


@pytest.mark.parametrize("front", ["/v2", "/v2/"])
@pytest.mark.parametrize(("any_run", "there"), [(False, "/v2/deployments"), (True, "/v2/runs")])
def test_the_front_page_leads_to_the_runs_and_before_there_is_any_to_what_can_be_launched(front, any_run, there):
    answer = prefect(any_run=any_run).get(front)
    assert (answer.status_code, answer.headers["location"]) == (307, there)
    assert answer.headers["cache-control"] == "no-store", "the next time it may lead elsewhere"


@pytest.mark.parametrize("path", ["/", "/v2/dashboard", "/v2/deployments", "/api/health"])
def test_every_other_page_is_prefects_own(path):
    assert prefect(any_run=False).get(path).text == "Prefect's own"
