"""What stands before Prefect's server: whose page may speak to it, and under which names it answers."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from wiring.prefect_server.door import HERE, Door

AT = "127.0.0.1:4200"
RESUME = "/api/flow_runs/x/resume"


async def _approved(request: Request) -> PlainTextResponse:
    return PlainTextResponse("approved")


async def _events(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


@pytest.fixture
def prefect() -> TestClient:
    routes = [
        Route(RESUME, _approved, methods=["GET", "POST", "OPTIONS"]),
        WebSocketRoute("/api/events/in", _events),
    ]
    return TestClient(Door(Starlette(routes=routes), (*HERE, "prefect")), base_url=f"http://{AT}")


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://evil.example:4200",
        "null",
        "",
        "http://127.0.0.1:3000",
        "http://[",
        "http://127.0.0.1.evil.example:4200",
    ],
)
@pytest.mark.parametrize("body", ["application/json", "text/plain"])
def test_what_another_sites_page_sends_is_refused_whether_the_browser_asks_first_or_not(prefect, origin, body):
    answer = prefect.post(RESUME, content=b"{}", headers={"origin": origin, "content-type": body})
    assert (answer.status_code, "gate approve" in answer.text) == (403, True)
    asked = {"origin": origin, "access-control-request-method": "POST"}
    leave = prefect.options(RESUME, headers=asked)
    assert leave.status_code == 403
    assert "access-control-allow-origin" not in leave.headers
    with pytest.raises(WebSocketDisconnect), prefect.websocket_connect("/api/events/in", headers={"origin": origin}):
        pass


@pytest.mark.parametrize("host", ["evil.example", "evil.example:4200", "127.0.0.1.evil.example:4200", "", "[", "a:b"])
def test_a_foreign_name_that_leads_here_is_not_answered(prefect, host):
    for headers in ({"host": host}, {"host": host, "origin": f"http://{host}"}):
        assert prefect.get(RESUME, headers=headers).status_code == 403
        assert prefect.post(RESUME, headers=headers).status_code == 403


@pytest.mark.parametrize("host", [AT, "localhost:4200", "LOCALHOST:4200", "prefect:4200", "127.0.0.1:14200"])
def test_programs_and_prefects_own_page_come_in_at_any_port(prefect, host):
    port = host.partition(":")[2]
    assert prefect.post(RESUME, json={}, headers={"host": host}).text == "approved"
    for page in (f"http://{host}", f"http://127.0.0.1:{port}", f"http://localhost:{port}"):
        assert prefect.post(RESUME, json={}, headers={"host": host, "origin": page}).text == "approved"
    with prefect.websocket_connect("/api/events/in", headers={"host": host, "origin": f"http://{host}"}):
        pass


@pytest.mark.parametrize("headers", [{}, {"host": "evil.example"}, {"origin": "https://evil.example"}])
def test_no_other_site_may_frame_what_prefect_answers_and_its_page_may_call_nobody_else(prefect, headers):
    answer = prefect.get(RESUME, headers=headers)
    said = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert said["frame-ancestors"] == "'none'"
    assert answer.headers["x-frame-options"] == "DENY"
    assert said["default-src"] == "'self'"
    assert "'unsafe-inline'" not in said["script-src"]
    assert "*" not in said["connect-src"]
    own = {f"{kind}://{name}:4200" for kind in ("http", "ws") for name in HERE}
    assert set(said["connect-src"].split()) <= {"'self'", *own, *(word.removesuffix(":4200") for word in own)}
