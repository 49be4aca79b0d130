"""Several verdicts at once: each is a decision by itself, and one that is refused holds up none of the others."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from desk.room.answers import VerdictSaid, write_verdict
from desk.room.guard import a_person, json_of
from desk.room.house import ReviewRoom
from desk.room.reading import read
from manifests.errors import GateError
from manifests.noun import Noun

_BYTES_MAX = 256_000


class VerdictsSaid(Noun):
    """One verdict for each of several shots, as they were on the screen."""

    verdicts: Annotated[tuple[VerdictSaid, ...], Field(min_length=1, max_length=200)]


async def verdicts(house: ReviewRoom, request: Request) -> Response:
    """`POST /api/says`: the numbers of what was written down, and a sentence for each verdict that was refused."""
    session, said = a_person(request, "give a verdict"), read(VerdictsSaid, await json_of(request, _BYTES_MAX))

    def write() -> dict[str, Any]:
        words, refused = list[list[object]](), list[str]()
        for each in said.verdicts:
            try:
                numbers, _ = write_verdict(house, each, session.name)
                words += [[each.shot, number] for number in numbers]
            except GateError as error:
                refused.append(f"{error.thing}: {error.cause}. {error.cure}")
        return {"words": words, "refused": refused, "written": len(said.verdicts) - len(refused)}

    return JSONResponse(await run_in_threadpool(write))
