"""Answers /api/health for Prefect's server: 503 with a reason while one of its background loops only fails."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection

from wiring.prefect_server.door import App, Message, Receive, Send
from wiring.prefect_server.loops import Loops

PATH = "/api/health"


class Health:
    """An ASGI layer before Prefect's own application. `services`:
    the classes of Prefect's services that must be running.

    Prefect starts each of them as a task of its event loop and never looks at it again: one that raised is gone without
    a word.
    """

    def __init__(self, app: App, loops: Loops, services: Collection[str] = ()) -> None:
        self._app, self._loops, self._services = app, loops, frozenset(services)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Refuse the health check while something is broken; pass everything else on."""
        broken = self._broken() if scope["type"] == "http" and scope["path"] == PATH else {}
        if not broken:
            await self._app(scope, receive, send)
            return
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps({"broken": broken}).encode()})

    def _broken(self) -> dict[str, str]:
        return self._loops.troubles() | dict.fromkeys(sorted(self._services - _started()), "it has ended")


def _started() -> frozenset[str]:
    """The classes whose `start` runs as a task of this event loop."""
    names = (getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks())
    return frozenset(name.removesuffix(".start") for name in names if name.endswith(".start"))
