"""The board's addresses, for the room to mount among its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk.room.board import acts, dropped, pages, pencil
from desk.room.house import ReviewRoom

Answering = Callable[[ReviewRoom, Request], Awaitable[Response]]
Filing = Callable[[ReviewRoom, Request], Response]


def board_routes(route: Callable[..., Route], file: Callable[[str, Filing], Route]) -> Iterator[Route]:
    """The routes. `route` and `file` are the room's own makers of routes."""
    yield file("/static/board/{name}", pages.static)
    yield file("/board/thumb/{name}", pages.thumb)
    yield file("/board/clip/{name}", pages.clip)
    yield file("/board/frame/{shot}/{which}.jpg", pages.frame)
    yield file("/board/pencil/{shot}.png", pages.pencil)
    tried: dict[str, Answering] = {
        "apply": acts.apply,
        "still": acts.still,
        "moving": acts.moving,
        "guide": acts.guide,
        "judge": acts.judge,
    }
    for name, answer in tried.items():
        yield route(f"/api/board/try/{{shot}}/{name}", answer, "POST")
    yield route("/api/board/{shot}/save", acts.write, "POST")
    yield route("/api/board/{shot}/propose", acts.propose, "POST")
    yield route("/api/board/cut", dropped.cut, "POST")
    yield route("/api/board/{shot}/sketch", pencil.sketch, "GET", "POST")
    yield route("/api/board/{shot}", pages.state)
    yield route("/board/{scene}", pages.page)
    yield route("/board/{scene}/{shot}", pages.page)
