"""Quick import: a person drops a picture on the board, and it becomes a cut-out that waits as a proposal."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from desk.room.errors import RoomRefused
from desk.room.guard import a_person, body_of
from desk.room.hands import PICTURE_BYTES_MAX
from desk.room.house import ReviewRoom
from manifests.noun import Fraction
from production.board.bringing import cut_out
from production.proposals.pictures import propose_picture
from production.proposals.proposing import Proposer

_Outline = Annotated[list[tuple[Fraction, Fraction]], Field(max_length=400)]
_OUTLINE: TypeAdapter[list[tuple[float, float]]] = TypeAdapter(_Outline)


async def cut(house: ReviewRoom, request: Request) -> Response:
    """`POST /api/board/cut` with a picture as its body: its cut-out as PNG. `?outline=`: points around the figure.
    With `?name=props/umbrella` it becomes a proposal under that name of the bible, and a person decides in the inbox.
    """
    session = a_person(request, "bring a picture in")
    try:
        outline = _OUTLINE.validate_json(request.query_params.get("outline", "[]")[:16_000])
    except ValidationError as error:
        raise RoomRefused("the outline", "it is not a list of points", "Draw it again.", status=400) from error
    content = await body_of(request, PICTURE_BYTES_MAX)
    services = house.services
    cutout = await cut_out(services, content, outline)
    name = request.query_params.get("name")
    if name is None:
        return Response(cutout, media_type="image/png")
    by = Proposer(session.name)
    made = await run_in_threadpool(propose_picture, services, name, cutout, by=by, why="brought in on the board")
    return JSONResponse({"proposal": made.id, "told": f"Proposed as {made.file}. Decide on it in the inbox."})
