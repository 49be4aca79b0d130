"""Stands before Prefect's server: a call that met a locked database is made again at once, and not two seconds later.

On SQLite, Prefect reads and then writes in one transaction. Where something else is written between the two, SQLite
refuses at once, Prefect's server rolls back and answers 503, and its client sleeps for two seconds before it asks
again. Measured: the slot of nearly every paid call met the events of its own task, and so each waited for nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from wiring.prefect_server.door import App, Message, Receive, Send

_BUSY = 503
_PAUSES_S = (0.01, 0.02, 0.05, 0.1, 0.2)
"""Before each further try, in seconds. Where it is still refused after that, the client asks again."""

_BODY_BYTES_MAX = 1 << 20
"""A call with a longer body goes through once: it would have to be kept."""


class AgainWhileBusy:
    """An ASGI layer. It repeats a call that was answered with 503:
    nothing was done then, and Prefect's own client repeats it too.
    """

    def __init__(self, app: App, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._app, self._sleep = app, sleep

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Let it through, as often as it takes and `_PAUSES_S` allows."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/") or _length(scope) > _BODY_BYTES_MAX:
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        for pause_s in _PAUSES_S:
            answer = _UnlessBusy(send)
            try:
                await self._app(dict(scope), _given(body, receive), answer)
            except Exception:  # Starlette raises what it has answered, for the code that writes the log
                if not answer.busy:
                    raise
            if not answer.busy:
                return
            await self._sleep(pause_s)
        await self._app(scope, _given(body, receive), send)


class _UnlessBusy:
    """Sends an answer on, unless it says that the server is busy."""

    def __init__(self, send: Send) -> None:
        self._send, self.busy = send, False

    async def __call__(self, message: Message) -> None:
        self.busy = self.busy or (message["type"] == "http.response.start" and message["status"] == _BUSY)
        if not self.busy:
            await self._send(message)


def _length(scope: Message) -> int:
    """The bytes of the call's body; more than any where its head does not say."""
    said = {name: value for name, value in scope["headers"] if name in {b"content-length", b"transfer-encoding"}}
    return _BODY_BYTES_MAX + 1 if b"transfer-encoding" in said else int(said.get(b"content-length", b"0"))


async def _read(receive: Receive) -> list[Message]:
    """The messages of the call: its body, or the news that its caller has gone."""
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    return messages


def _given(body: list[Message], receive: Receive) -> Receive:
    """The messages received so far, from the beginning, and then the new ones."""
    left = iter(body)

    async def received() -> Message:
        return dict(message) if (message := next(left, None)) is not None else await receive()

    return received
