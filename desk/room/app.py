"""The review room as a web application: pages, media by content hash, and people's decisions.
Nobody comes in without a key or a link.

It serves what the vault and the ledger hold and fetches nothing from anywhere. Mount it, or serve it by itself
(`gate review`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk.room import answers, bulk, hands, inbox, looks, media, pages
from desk.room.ahead import while_open
from desk.room.board.routes import board_routes
from desk.room.errors import RoomRefused
from desk.room.going_on import GRACE_S, GoingOn, LetGoOn, in_prefect
from desk.room.guard import Guard, refused
from desk.room.house import ReviewRoom
from desk.room.sessions import Sessions
from desk.room.tray import Tray
from manifests.errors import GateError
from wiring.services import Services

_Answer = Callable[[ReviewRoom, Request], Awaitable[Response]]


def room_app(
    services: Services, sessions: Sessions, *, let_go_on: LetGoOn = in_prefect, grace_s: float = GRACE_S
) -> Starlette:
    """The room of one film.
    `let_go_on` resumes the runs that wait for an approval, `grace_s` seconds after it was given.
    """
    house = ReviewRoom(services, sessions, Tray(sessions.clock), going_on=GoingOn(let_go_on, grace_s))

    def route(path: str, answer: _Answer, *methods: str) -> Route:
        return Route(path, partial(_async, answer, house), methods=list(methods) or ["GET"])

    def file(path: str, answer: Callable[[ReviewRoom, Request], Response]) -> Route:
        return Route(path, partial(_sync, answer, house), methods=["GET"])

    return Starlette(
        routes=[
            route("/", pages.scenes),
            route("/enter", pages.enter, "GET", "POST"),
            route("/r/{scene}", pages.scene),
            route("/proposals", inbox.page),
            file("/proposals/{id}.png", inbox.picture),
            file("/media/{name}", media.media),
            file("/small/{name}", media.small),
            file("/strip/{name}", media.strip),
            file("/static/{name}", media.static),
            route("/api/scene/{scene}", answers.scene_json),
            route("/api/tray/{scene}", answers.tray),
            route("/api/going/{scene}", answers.going),
            route("/api/look/{scene}", looks.look, "POST"),
            route("/api/note", answers.note, "POST"),
            route("/api/say", answers.verdict, "POST"),
            route("/api/says", bulk.verdicts, "POST"),
            route("/api/hands", hands.work, "POST"),
            route("/api/composite/{shot}", hands.composite, "POST"),
            route("/api/undo", answers.undo, "POST"),
            route("/api/yes", answers.approve_offer, "POST"),
            route("/api/proposal", inbox.decide, "POST"),
            *board_routes(route, file),
        ],
        middleware=[Middleware(Guard, sessions=sessions)],
        lifespan=while_open(house),
        exception_handlers={GateError: partial(_refusal, sessions), HTTPException: partial(_nothing, sessions)},
    )


async def _async(answer: _Answer, house: ReviewRoom, request: Request) -> Response:
    return await answer(house, request)


async def _sync(answer: Callable[[ReviewRoom, Request], Response], house: ReviewRoom, request: Request) -> Response:
    return await run_in_threadpool(answer, house, request)


async def _refusal(sessions: Sessions, request: Request, error: Exception) -> Response:
    assert isinstance(error, GateError)  # it is registered for no other
    return refused(sessions, request, error)


async def _nothing(sessions: Sessions, request: Request, error: Exception) -> Response:
    """A page or a method that there is none of."""
    assert isinstance(error, HTTPException)  # it is registered for no other
    words = RoomRefused(request.scope["path"][:80], error.detail, "Go back to the room: /", status=error.status_code)
    return refused(sessions, request, words)
