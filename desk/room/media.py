"""Serves the film's media by content hash, with Range, and small pictures of them.
A path is never taken, nor a link followed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from checks.errors import CheckError
from desk.room.errors import RoomRefused
from desk.room.house import HERE, ReviewRoom
from manifests.reading.media_head import is_file
from production.review.filmstrips import filmstrip
from production.review.thumbnails import thumbnail
from vault.errors import VaultError
from wiring.services import Services

_NAME = re.compile(r"([0-9a-f]{64})\.(png|jpg|mp4)", re.ASCII)
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "mp4": "video/mp4"}
_FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}
KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
SCRIPTS = (
    *("room", "filter", "shots", "stage", "versions", "mention", "notes", "since", "facts", "checks", "zoom", "sound"),
    *("sketch", "box", "compare", "transport", "play", "reel", "film", "say", "bulk", "tray", "dialogs", "hands"),
    *("keys", "begin"),
)
"""The scripts of a scene's page, in the order in which they build on each other."""

ALL = "scene.js"
"""All of them in one file, which a browser gets with one request."""

STATIC = {file.name: KINDS[file.suffix] for file in sorted((HERE / "static").iterdir()) if file.suffix in KINDS}
"""The files of the pages, by name; nothing else is served."""


def media(house: ReviewRoom, request: Request) -> Response:
    """`/media/<sha256>.<png|jpg|mp4>`: the bytes of the vault under that hash, all of them or a range."""
    sha256, ending = _named(request)
    services = house.first  # media are the same whatever was edited since
    try:
        path = services.vault.path(sha256)
    except VaultError as error:
        raise _none(str(error)) from error
    return FileResponse(_inside(path, services.settings.vault), media_type=_TYPES[ending], headers=_FOR_EVER)


def small(house: ReviewRoom, request: Request) -> Response:
    """`/small/<sha256>.jpg`: 320 pixels wide, of a picture or a clip."""
    return _derived(house, request, thumbnail)


def strip(house: ReviewRoom, request: Request) -> Response:
    """`/strip/<sha256>.jpg`: frames of a clip side by side, for scrubbing."""
    return _derived(house, request, filmstrip)


def _derived(house: ReviewRoom, request: Request, make: Callable[[Services, str], Path]) -> Response:
    sha256, _ = _named(request)
    services = house.first  # media are the same whatever was edited since
    try:
        path = make(services, sha256)
    except (VaultError, CheckError) as error:
        raise _none(str(error)) from error
    return FileResponse(_inside(path, services.settings.vault), media_type="image/jpeg", headers=_FOR_EVER)


def static(_house: ReviewRoom, request: Request) -> Response:
    """`/static/room.css` and the few others; `/static/scene.js` is all scripts of a scene's page."""
    name = request.path_params["name"]
    if name == ALL:
        return Response(_all_scripts(), media_type=KINDS[".js"], headers={"Cache-Control": "no-cache"})
    if name not in STATIC:
        raise _none("there is no such file")
    return FileResponse(HERE / "static" / name, media_type=STATIC[name], headers={"Cache-Control": "no-cache"})


@cache
def _all_scripts() -> str:
    return "\n".join((HERE / "static" / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)


def _named(request: Request) -> tuple[str, str]:
    found = _NAME.fullmatch(request.path_params["name"])
    if found is None:
        raise _none("media are asked for by their hash")
    return found[1], found[2]


def _inside(path: Path, vault: Path) -> Path:
    """The path, where it is a plain file of the vault's own folder."""
    if path.is_symlink() or not path.resolve().is_relative_to(vault.resolve()) or not is_file(path):
        raise _none("it is not a plain file")
    return path


def _none(cause: str) -> RoomRefused:
    return RoomRefused("media", cause, "Load the page again.", status=404)
