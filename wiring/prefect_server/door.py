"""Stands before Prefect's server, which authenticates nobody:
a page of another site may neither read it nor approve through it.
"""

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

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "img-src 'self' data: blob: http://127.0.0.1:* http://localhost:*; worker-src 'self' blob:; "
    "connect-src 'self' {own}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""The rights of Prefect's page. No other site may frame it: two clicks on such a site started a run here. It may call
no other host: with its analytics switched off it still called sr-client-cfg.amplitude.com. It writes styles into
itself; the contact sheet of an approval comes from another port of this machine, or as data:. The library that draws
the graph of a run makes its programs as it goes ('unsafe-eval'); without that the graph is an empty field. `own`: the
server's address under each of its names, since the page calls 127.0.0.1 also when somebody opened it as localhost.
"""


class Door:
    """An ASGI layer.
    It answers under the given names alone, at any port, and takes nothing that another site's page sends.

    A browser says in Origin from which page it sends, also where it asks nobody for leave first (a body of text/plain).
    Programs send none: our workers, our commands and Prefect's client come in as ever.
    """

    def __init__(self, app: App, names: Iterable[str] = HERE) -> None:
        self._app, self._names = app, frozenset(names)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Let it through, or refuse it."""
        refusal = None if scope["type"] == "lifespan" else self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, _with_policy(scope, send) if scope["type"] == "http" else send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": refusal})
        else:
            plain = [(b"content-type", b"text/plain; charset=utf-8")]
            send = _with_policy(scope, send)
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


def _with_policy(scope: Message, send: Send) -> Send:
    """Adds the policy to an answer, also to a refusal."""
    host = next((_split(b"//" + value) for name, value in scope["headers"] if name == b"host"), None)
    port = f":{host.port}" if host and host.port else ""
    own = " ".join(f"{kind}://{name}{port}" for kind in ("http", "ws") for name in HERE)
    said = {
        b"content-security-policy": POLICY.format(own=own).encode(),
        b"x-frame-options": b"DENY",
        b"x-content-type-options": b"nosniff",
        b"referrer-policy": b"same-origin",
    }

    async def send_with_policy(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message["headers"] if name.lower() not in said]
            message = {**message, "headers": [*kept, *said.items()]}
        await send(message)

    return send_with_policy


def _split(address: bytes) -> SplitResult | None:
    """The parts of an address; None for what is none."""
    try:
        parts = urlsplit(address.decode("ascii"))
        parts.port  # noqa: B018  it is read now, since it raises for a text that is not a port
    except ValueError:
        return None
    return parts
