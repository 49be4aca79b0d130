"""Stands before every page of the room: it checks the Host name, the session, the origin of a decision,
and the rate of requests.
"""

from __future__ import annotations

import json
from http.cookies import CookieError, SimpleCookie
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desk.room.errors import RoomRefused
from desk.room.sessions import LOOKS, TRIES, TRIES_S, WRITES, WRITES_S, Session, Sessions
from manifests.errors import GateError

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), fullscreen=(self)",
}
_OPEN = ("/enter", "/static/")
"""The pages that anybody may read: the door itself, and the script and the style of the pages,
which say nothing of a film.
"""

_LOOKS = "/api/board/try/"
"""Requests that draw an unsaved composition. They change nothing, and a drag sends many of them a second."""


class Guard:
    """An ASGI layer.
    What it lets through carries its `Session` in `request.state.session`, except at the open paths.
    """

    def __init__(self, app: ASGIApp, sessions: Sessions) -> None:
        self._app, self._sessions = app, sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or refuse it and write that down."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})["session"] = None
        request = Request(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            scope["state"]["session"] = self._admit(request)
        except RoomRefused as refusal:
            await refused(self._sessions, request, refusal)(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)

    def _admit(self, request: Request) -> Session | None:
        """The session of the caller, None at an open path. Raises RoomRefused."""
        if request.headers.get("host", "").lower() not in self._sessions.hosts:
            cause = "this room does not answer under that name"
            raise RoomRefused("Host", cause, "Open the address that gate review printed.", status=421)
        path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        writes = request.method not in {"GET", "HEAD"}
        caller = request.client.host if request.client else "nobody"
        if path.startswith(_OPEN):
            self._not_too_fast(
                f"door {caller}", TRIES, TRIES_S, watched=path == "/enter" and (writes or bool(request.query_params))
            )
            if writes:
                self._from_here(request.headers)
            return None
        session = self._who(request, caller)
        if session is None:
            raise RoomRefused("the review room", "you are not signed in", _COME_IN, status=401)
        looks = path.startswith(_LOOKS)
        times = LOOKS if looks else WRITES
        self._not_too_fast(f"{session.id or session.name} {caller} {looks}", times, WRITES_S, watched=writes)
        if writes and session.csrf:
            self._from_here(request.headers)
            if request.headers.get("x-gate-csrf") != session.csrf:
                raise RoomRefused(
                    "the request", "it does not come from a page of this room", "Load the page again.", status=403
                )
        return session

    def _who(self, request: Request, caller: str) -> Session | None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            self._not_too_fast(f"key {caller}", WRITES * 5, WRITES_S, watched=True)
            return self._sessions.bearer(token)
        try:
            cookie = SimpleCookie(request.headers.get("cookie", "")).get(self._sessions.cookie)
        except CookieError:
            return None
        return self._sessions.session(cookie.value) if cookie else None

    def _not_too_fast(self, caller: str, times: int, within_s: float, *, watched: bool) -> None:
        if watched and self._sessions.too_fast(caller, times, within_s):
            raise RoomRefused("the review room", "too many requests came from here", "Wait a minute.", status=429)

    def _from_here(self, headers: Headers) -> None:
        """A browser says from which page a decision was sent. A word without that is not taken. Raises RoomRefused."""
        scheme, _, host = headers.get("origin", "").partition("://")
        if scheme not in {"http", "https"} or host.lower() not in self._sessions.hosts:
            raise RoomRefused("the request", "it was sent from another page", "Send it from the room.", status=403)


_COME_IN = "Open the link that gate review printed; it works once, for one person."


def refused(sessions: Sessions, request: Request, error: GateError) -> Response:
    """Answer a refusal, as JSON to the script and as a sentence to a person; and write it down. A script tells refusals
    apart by their `kind`, and never by their words.
    """
    status = error.status if isinstance(error, RoomRefused) else 409
    session: Session | None = request.scope.get("state", {}).get("session")
    sessions.refused(
        address=request.client.host if request.client else "nobody",
        who=session.name if session else "",
        what=f"{request.method} {request.scope['path']}",
        why=str(error),
    )
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        return PlainTextResponse(f"{error}\n", status)
    told = {"kind": type(error).__name__, "thing": error.thing, "cause": error.cause, "cure": error.cure}
    return JSONResponse({"refused": told}, status)


async def body_of(request: Request, limit: int) -> bytes:
    """The request's body. Raises RoomRefused where it is longer than `limit` bytes; no more than that is read."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise RoomRefused("the request", f"it is longer than {limit} bytes", "Send less.", status=413)
        parts.append(part)
    return b"".join(parts)


async def json_of(request: Request, limit: int = 64_000) -> dict[str, Any]:
    """The request's JSON object. Raises RoomRefused for anything else."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise RoomRefused("the request", "it is not JSON", "Load the page again.", status=415)
    try:
        said = json.loads(await body_of(request, limit))
    except (ValueError, RecursionError) as error:
        raise RoomRefused("the request", "its JSON cannot be read", "Load the page again.", status=400) from error
    if not isinstance(said, dict):
        raise RoomRefused("the request", "it is not a JSON object", "Load the page again.", status=400)
    return said


def a_person(request: Request, what: str) -> Session:
    """The session of the person who decides. Raises RoomRefused for an agent:
    it reads and proposes, and decides nothing.
    """
    session: Session = request.state.session
    if session.agent:
        cause = f"{session.name} is an agent, and only a person may {what}"
        raise RoomRefused(what, cause, "Propose it: POST /api/note with proposes.", status=403)
    return session
