"""Serves media of the vault on loopback, by content hash and never by path:
what Prefect's page shows comes from here.
"""

from __future__ import annotations

import re

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from vault.contract import Vault
from vault.errors import VaultError

_NAME = re.compile(r"([0-9a-f]{64})\.(png|jpg|mp4)")
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "mp4": "video/mp4"}
_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=31536000, immutable"}


def media_app(vault: Vault) -> Starlette:
    """`GET /<sha256>.<png|jpg|mp4>`, with Range; anything else is 404."""

    def media(request: Request) -> Response:
        found = _NAME.fullmatch(request.path_params["name"])
        if found is None:
            return PlainTextResponse("no such media", 404)
        try:
            path = vault.path(found[1])
        except VaultError:
            return PlainTextResponse("no such media", 404)
        return FileResponse(path, media_type=_TYPES[found[2]], headers=_HEADERS)

    return Starlette(routes=[Route("/{name}", media)])
