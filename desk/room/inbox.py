"""The inbox of proposals in the room: anybody who is in reads it, and a person accepts or rejects."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from desk.room.errors import RoomRefused
from desk.room.guard import a_person, json_of
from desk.room.house import ReviewRoom
from desk.room.pages import rendered
from desk.room.reading import DOOR, read
from manifests.noun import Noun, Sha256
from production.proposals import deciding
from production.proposals.inbox import Waiting, find, inbox
from production.proposals.pictures import proposed_picture


class ProposalSaid(Noun):
    """A person's decision on one proposal, by its whole id: the one whose difference was on the screen."""

    id: Sha256
    accept: bool
    why: Annotated[str, Field(strict=True, min_length=1, max_length=2000)]


async def page(house: ReviewRoom, request: Request) -> Response:
    """`/proposals`: what waits, each with its tool, its arguments and the file's difference."""

    def look() -> tuple[str, tuple[Waiting, ...]]:
        services = house.services
        return services.folder.film.title, inbox(services)

    title, found = await run_in_threadpool(look)
    return rendered(house, request, "proposals.html", film=title, proposals=found)


def picture(house: ReviewRoom, request: Request) -> Response:
    """`/proposals/<id>.png`: a picture that is proposed."""
    services = house.services
    proposal = find(services, request.path_params["id"]).proposal
    path = proposed_picture(services, proposal) if proposal.is_picture else None
    if path is None:
        raise RoomRefused("the proposal", "it shows no picture", "Load the page again.", status=404)
    return FileResponse(path, media_type="image/png")


async def decide(house: ReviewRoom, request: Request) -> Response:
    """`POST /api/proposal`: accept or reject one. The file changes only if it still is the one that was proposed on."""
    session, said = a_person(request, "decide on a proposal"), read(ProposalSaid, await json_of(request))

    def write() -> str:
        given = {"who": session.name, "why": said.why}
        if said.accept:
            taken, path = deciding.accept(house.services, said.id, door=DOOR, **given)
            if taken.proposal.is_picture:
                return f"{taken.proposal.file} is there. Approve it as a reference: gate lock"
            return f"{path.name} is changed."
        deciding.reject(house.services, said.id, door=DOOR, **given)
        return "Rejected."

    return JSONResponse({"told": await run_in_threadpool(write)})
