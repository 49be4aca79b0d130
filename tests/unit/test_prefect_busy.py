"""Calls to Prefect's server that meet a locked database."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from wiring.prefect_server.busy import AgainWhileBusy

SLOT = "/api/v2/concurrency_limits/increment-with-lease"


class Prefect:
    """Answers with these codes, one after the other, and keeps what it was asked; the last code stays."""

    def __init__(self, codes: Iterable[int], *, raises: bool = False) -> None:
        self.codes, self.asked, self.slept = list(codes), list[bytes](), list[float]()
        routes = [Route("/{path:path}", self._answer, methods=["GET", "POST"])]
        handlers = {Exception: _answered_and_raised} if raises else {}
        app = AgainWhileBusy(Starlette(routes=routes, exception_handlers=handlers), self._sleep)
        self.client = TestClient(app, raise_server_exceptions=False)
        self._raises = raises

    async def _answer(self, request: Request) -> Response:
        self.asked.append(await request.body())
        code = self.codes.pop(0) if len(self.codes) > 1 else self.codes[0]
        if self._raises and code != 200:
            raise OSError(str(code))
        return JSONResponse({"code": code}, code)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


async def _answered_and_raised(request: Request, error: Exception) -> Response:
    return JSONResponse({"code": int(str(error))}, int(str(error)))


@pytest.mark.parametrize("raises", [False, True], ids=["answers", "raises after its answer, as Prefect does"])
def test_a_call_that_met_a_locked_database_is_made_again_with_the_same_body(raises):
    prefect = Prefect([503, 503, 200], raises=raises)

    answer = prefect.client.post(SLOT, json={"slots": 1})

    assert (answer.status_code, answer.json()) == (200, {"code": 200})
    assert prefect.asked == [b'{"slots":1}'] * 3
    assert 0 < sum(prefect.slept) < 0.1, "its own client would sleep for two seconds"


def test_a_database_that_stays_locked_is_said_to_the_caller_after_less_than_a_second():
    prefect = Prefect([503])

    assert prefect.client.post(SLOT, json={}).status_code == 503
    assert len(prefect.asked) == len(prefect.slept) + 1 == 6
    assert sum(prefect.slept) < 1


@pytest.mark.parametrize("code", [200, 201, 404, 409, 423, 500])
def test_every_other_answer_is_the_answer(code):
    prefect = Prefect([code, 200])

    assert prefect.client.post(SLOT, json={}).status_code == code
    assert len(prefect.asked) == 1


@pytest.mark.parametrize(
    ("path", "head"), [("/v2/runs", {}), (SLOT, {"content-length": str(2 << 20)})], ids=["a page", "a long body"]
)
def test_a_page_and_a_long_body_go_through_once(path, head):
    prefect = Prefect([503, 200])

    assert prefect.client.post(path, content=b"{}", headers=head).status_code == 503
    assert len(prefect.asked) == 1
