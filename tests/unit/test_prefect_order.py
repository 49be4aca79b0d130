"""The order in which Prefect's page lists artefacts."""

from __future__ import annotations

import json

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from wiring.prefect_server.order import InReadingOrder


async def _as_asked(request: Request) -> JSONResponse:
    return JSONResponse(await request.json())


@pytest.fixture
def prefect() -> TestClient:
    lists = ("/api/artifacts/filter", "/api/artifacts/latest/filter", "/api/flow_runs/filter")
    return TestClient(InReadingOrder(Starlette(routes=[Route(path, _as_asked, methods=["POST"]) for path in lists])))


def asked(prefect: TestClient, path: str, **words: object) -> dict[str, object]:
    """As a browser writes it, without blanks."""
    answer = prefect.post(path, content=json.dumps(words, separators=(",", ":")))
    read: dict[str, object] = answer.json()
    return read


@pytest.mark.parametrize("path", ["/api/artifacts/filter", "/api/artifacts/latest/filter"])
def test_the_page_that_asks_for_the_order_of_random_ids_gets_that_of_the_keys(prefect, path):
    its = {"flow_run_id": {"any_": ["x"]}}
    found = asked(prefect, path, artifacts=its, sort="ID_DESC", offset=0)
    assert found == {"artifacts": its, "sort": "KEY_ASC", "offset": 0}


def test_who_asks_for_another_order_or_another_list_is_left_alone(prefect):
    assert asked(prefect, "/api/artifacts/filter", sort="CREATED_DESC")["sort"] == "CREATED_DESC"
    assert asked(prefect, "/api/flow_runs/filter", sort="ID_DESC")["sort"] == "ID_DESC"
