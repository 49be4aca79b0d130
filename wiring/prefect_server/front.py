"""Stands before Prefect's server: its front page shows the runs, or the deployments while there are no runs yet.

Prefect's own front page is a dashboard. Before the first run it is empty; after that it counts runs, and names none
that waits for a person.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from wiring.prefect_server.door import App, Message, Receive, Send

_FRONT = frozenset({"/v2", "/v2/"})
_RUNS, _LAUNCH = b"/v2/runs", b"/v2/deployments"


class FrontPage:
    """An ASGI layer that redirects the front page. The dashboard is in the page's menu.

    `any_run`: whether Prefect's database has a run.
    """

    def __init__(self, app: App, any_run: Callable[[], Awaitable[bool]]) -> None:
        self._app, self._any_run = app, any_run

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Let it through, unless it is the front page."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in _FRONT:
            await self._app(scope, receive, send)
            return
        there = _RUNS if await self._any_run() else _LAUNCH
        head = [(b"location", there), (b"cache-control", b"no-store"), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 307, "headers": head})
        await send({"type": "http.response.body", "body": b""})
