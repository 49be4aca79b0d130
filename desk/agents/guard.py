"""Stands before the MCP server on loopback HTTP: it checks the Host name, the Origin, the agent's key and the rate."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from desk.agents.agent_log import log_agent
from desk.room.sessions import TRIES_S, WRITES, WRITES_S, Sessions
from production.proposals.proposing import Proposer
from wiring.settings import Settings

_TRIES = 60


class AgentGuard:
    """An ASGI layer. What it lets through carries its `Proposer` in the scope's state, under "agent"."""

    def __init__(self, app: ASGIApp, settings: Settings, sessions: Sessions) -> None:
        self._app, self._settings, self._sessions = app, settings, sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or refuse it and write that down."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        request = Request(scope)
        status, why = self._refusal(request)
        if status == 0:
            kind, _, token = request.headers.get("authorization", "").partition(" ")
            key = self._sessions.key(token) if kind.lower() == "bearer" else None
            if key is None:
                status, why = 401, "it has no agent's key: send Authorization: Bearer KEY"
            elif self._sessions.too_fast(f"agent {key.name}", WRITES * 5, WRITES_S):
                status, why = 429, "too many requests came from this agent: wait a minute"
            else:
                scope.setdefault("state", {})["agent"] = Proposer(key.name, key.hash.hex()[:12])
                await self._app(scope, receive, send)
                return
        caller = request.client.host if request.client else "nobody"
        what = f"{request.method} {scope['path']} from {caller}"
        log_agent(self._settings.state, who="", key="", what=what, outcome="refused", why=why)
        await JSONResponse({"refused": why}, status)(scope, receive, send)

    def _refusal(self, request: Request) -> tuple[int, str]:
        """The status and the reason with which a request is refused before its key is read; 0 where it is not."""
        if request.headers.get("host", "").lower() not in self._sessions.hosts:
            return 421, "this server does not answer under that Host name"
        origin = request.headers.get("origin")
        if origin is not None and origin.partition("://")[2].lower() not in self._sessions.hosts:
            return 403, "a page of another origin sent it"
        caller = request.client.host if request.client else "nobody"
        known = self._sessions.key(request.headers.get("authorization", "").partition(" ")[2])
        if known is None and self._sessions.too_fast(f"door {caller}", _TRIES, TRIES_S):
            return 429, "too many tries at a key came from here: wait a minute"
        return 0, ""
