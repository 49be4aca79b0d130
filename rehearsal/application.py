"""The house as one ASGI program: every wire below one loopback address, a real host's name before each path."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from rehearsal import files, wires
from rehearsal.faults import Script
from rehearsal.house import House
from rehearsal.report import report
from rehearsal.wire import json_response

_LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]"]


def application(house: House) -> Starlette:
    """Everything that is served. The program closes the house when it ends."""

    @asynccontextmanager
    async def living(_: Starlette) -> AsyncIterator[None]:
        yield
        await house.close()

    routes: list[BaseRoute] = [*_own(house), *files.routes(house)]
    for module in _modules().values():
        routes += module.routes(house)
    return Starlette(
        routes=routes,
        lifespan=living,
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_LOOPBACK_NAMES, www_redirect=False)],
    )


def rehearsed() -> tuple[str, ...]:
    """The providers that have a wire, by their names in the registry, sorted."""
    return tuple(sorted(module.PROVIDER for module in _modules().values()))


@cache
def _modules() -> dict[str, Any]:
    names = sorted(found.name for found in iter_modules(wires.__path__))
    found = {name: import_module(f"{wires.__name__}.{name}") for name in names}
    return {name: module for name, module in found.items() if hasattr(module, "routes")}


def _own(house: House) -> list[BaseRoute]:
    """The routes that belong to no provider: the report, and another script for a house that is open already."""

    async def told(_: Request) -> Response:
        return Response(report(house.records, house.script).model_dump_json(), media_type="application/json")

    async def tell(request: Request) -> Response:
        try:
            house.script = Script.model_validate_json(await request.body())
        except ValidationError as error:
            return PlainTextResponse(str(error), 422)
        return json_response({"script": house.script.name})

    return [Route("/rehearsal/report", told), Route("/rehearsal/script", tell, methods=["PUT"])]
