"""Stands before Prefect's server, which asks nobody who they are: a page of another site may neither read it nor approve through it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

HERE = ("127.0.0.1", "localhost")
"""The names of this machine: a foreign name that is made to lead here is none of them."""


class Door:
    """An ASGI layer. It answers under the given names alone, at any port, and takes nothing that another site's page sends.

    A browser says in Origin from which page it sends, also where it asks nobody for leave first (a body of text/plain). Programs
    send none: our workers, our commands and Prefect's client come in as ever.
    """

    def __init__(self, app: App, names: Iterable[str] = HERE) -> None:
        self._app, self._names = app, frozenset(names)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Let it through, or refuse it."""
        refusal = None if scope["type"] == "lifespan" else self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": refusal})
        else:
            plain = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": plain})
            await send({"type": "http.response.body", "body": refusal.encode()})

    def _refusal(self, scope: Message) -> str | None:
        hosts = [_split(b"//" + value) for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1 or (host := hosts[0]) is None or host.hostname not in self._names:
            return "Prefect's server does not answer under that name. Open the address that gate up printed."
        for origin in (_split(value) for name, value in scope["headers"] if name == b"origin"):
            if origin is None or origin.hostname not in self._names or origin.port != host.port:
                return "This was sent by another site's page. Say it in Prefect's own page, or with gate approve."
        return None


def _split(address: bytes) -> SplitResult | None:
    """The parts of an address; None for what is none."""
    try:
        parts = urlsplit(address.decode("ascii"))
        parts.port  # noqa: B018  it is read now, since it raises for what is no port
    except ValueError:
        return None
    return parts
