"""The board's page and its files: a script and a style of its own, small pictures of the shelf, previews that were
drawn, and the neighbours' frames.
"""

from __future__ import annotations

import re
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from desk.room.errors import RoomRefused
from desk.room.house import HERE, ReviewRoom
from desk.room.media import KINDS
from desk.room.pages import in_script, rendered
from manifests.film import frame_size
from manifests.reading.sketches import read_sketch
from manifests.reading.whole_file import whole_file
from production.board import previewing
from production.board.saving import on_board
from production.board.view import board_view, scene_opened
from production.journey.sketches import on_paper
from vault.errors import VaultError
from wiring.services import Services

_FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}
_FILES = sorted((HERE / "static" / "board").iterdir())
_STATIC = {file.name: KINDS[file.suffix] for file in _FILES if file.suffix in KINDS}
_SHA256 = re.compile(r"([0-9a-f]{64})\.(png|mp4)", re.ASCII)
_SMALL_PX = 200


async def page(house: ReviewRoom, request: Request) -> Response:
    """`/board/SC010`: the scene's board; `/board/SC010/SH0040`, or `#SH0040` at its end, opens that shot."""

    def look() -> dict[str, object]:
        services = house.services
        scene = house.scene(services, request.path_params["scene"])
        wide, tall = frame_size("720p", scene.shots[0].aspect)
        facts = {
            "scene": scene.id,
            "title": scene.title,
            "shots": scene_opened(scene),
            "width": wide,
            "height": tall,
            "open": request.path_params.get("shot", ""),
        }
        return {"view": scene, "code": services.folder.film.code, "data": in_script(facts)}

    return rendered(house, request, "board.html", **await run_in_threadpool(look))


async def state(house: ReviewRoom, request: Request) -> Response:
    """`GET /api/board/SC010_SH0040`: the shot as its file says now. With `?base=` of what the page has: 304 if that is
    still so.
    """
    from starlette.responses import JSONResponse

    def look() -> Response:
        services = house.services
        board = on_board(services, request.path_params["shot"])
        if request.query_params.get("base") == board.base:
            return Response(status_code=304)
        return JSONResponse(board_view(services, board))

    return await run_in_threadpool(look)


def static(_house: ReviewRoom, request: Request) -> Response:
    """`/static/board/board.js` and the few others."""
    name = request.path_params["name"]
    if name not in _STATIC:
        raise _none("there is no such file")
    headers = {"Cache-Control": "no-cache"}
    return FileResponse(HERE / "static" / "board" / name, media_type=_STATIC[name], headers=headers)


def thumb(house: ReviewRoom, request: Request) -> Response:
    """`/board/thumb/<sha256>.png`: a picture of the bible, 200 pixels high, clear where it is clear."""
    sha256, services = _named(request), house.services
    if sha256 not in set(services.hashes().values()):
        raise _none("the bible has no such picture")
    try:
        return FileResponse(_small(services, sha256), media_type="image/png", headers=_FOR_EVER)
    except VaultError as error:
        raise _none(str(error)) from error


def clip(house: ReviewRoom, request: Request) -> Response:
    """`/board/clip/<key>.mp4`: a moving preview that was drawn."""
    found = previewing.clip_file(house.services, _named(request))
    if not found.is_file() or found.is_symlink():
        raise _none("this preview is not kept any more")
    return FileResponse(found, media_type="video/mp4", headers=_FOR_EVER)


def frame(house: ReviewRoom, request: Request) -> Response:
    """`/board/frame/SC010_SH0040/first.jpg` (or `last`): a frame of a shot as it is saved."""
    services, which = house.services, request.path_params["which"]
    if which not in {"first", "last"}:
        raise _none("a shot has a first frame and a last one")
    content = previewing.still(services, services.shot(request.path_params["shot"]), at_end=which == "last")
    return Response(content, media_type="image/jpeg")


def pencil(house: ReviewRoom, request: Request) -> Response:
    """`/board/pencil/SC010_SH0040.png`: a shot's pencil sketch alone, on grey."""
    services, shot = house.services, house.services.shot(request.path_params["shot"])
    sketch = read_sketch(services.folder.root, shot.id)
    if shot.private or not sketch.strokes:
        raise _none("there is no sketch to be shown here")
    return Response(on_paper(sketch, previewing.STILL[shot.aspect]), media_type="image/png")


def _small(services: Services, sha256: str) -> Path:
    """The small picture, made once."""
    kept = services.settings.cache / "board" / "thumbs" / f"{sha256}.png"
    if kept.is_file():
        return kept
    from PIL import Image

    with Image.open(services.vault.path(sha256)) as picture, whole_file(kept) as part:
        picture.thumbnail((_SMALL_PX * 2, _SMALL_PX))
        picture.save(part, "PNG")
    return kept


def _named(request: Request) -> str:
    found = _SHA256.fullmatch(request.path_params["name"])
    if found is None:
        raise _none("it is asked for by its hash")
    return found[1]


def _none(cause: str) -> RoomRefused:
    return RoomRefused("the board", cause, "Load the page again.", status=404)
