"""The pencil layer over HTTP: anybody who is in sees it, agents not that of a private shot, and a person draws."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from desk.room.errors import RoomRefused
from desk.room.guard import a_person, json_of
from desk.room.house import ReviewRoom
from desk.room.reading import read
from manifests.noun import Noun
from manifests.story.sketch import ShotSketch
from production.board.sketching import keep_sketch, sketch_of

_BYTES_MAX = 800_000


class Drawn(Noun):
    """A sketch, and the hash of the one that it was drawn over, "" where there was none."""

    base: Annotated[str, Field(strict=True, pattern=r"^([0-9a-f]{64})?$")]
    sketch: ShotSketch


async def sketch(house: ReviewRoom, request: Request) -> Response:
    """`GET /api/board/SHOT/sketch`: the strokes, and whether a model gets them; `POST` replaces them."""
    shot = request.path_params["shot"]
    if request.method == "POST":
        a_person(request, "draw on a shot")
        said = read(Drawn, await json_of(request, _BYTES_MAX))

        def write() -> str:
            own = said.sketch.model_copy(update={"shot": shot})
            return keep_sketch(house.services, own, base=said.base)

        return JSONResponse({"base": await run_in_threadpool(write)})

    def look() -> dict[str, Any]:
        services = house.services
        found = services.shot(shot)
        if found.private and request.state.session.agent:
            cause = "the shot is private, and its sketch may hold words"
            raise RoomRefused(shot, cause, "Leave it to a person.", status=403)
        kept = sketch_of(services, shot)
        told = {"base": kept.base, "sketch": kept.sketch.model_dump(mode="json")}
        return told | {"to_models": found.sketch.to_models}

    return JSONResponse(await run_in_threadpool(look))
