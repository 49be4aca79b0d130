"""The room's pages: the door, the film's scenes, and a scene's room.
The rest is the script's, from the scene's JSON.
"""

from __future__ import annotations

import re
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from desk.room.errors import RoomRefused
from desk.room.guard import body_of
from desk.room.house import ReviewRoom
from desk.room.looks import Looks, looks_of
from desk.room.media import ALL
from desk.room.sessions import SESSION_S, Session
from manifests.keys import canonical_json
from manifests.money import rounded_usd
from production.review.model import SceneView

_PAGE = re.compile(r"/[A-Za-z0-9_/-]{0,60}", re.ASCII)


async def enter(house: ReviewRoom, request: Request) -> Response:
    """`GET /enter?once=…` signs one person in, once; `POST /enter` with a lasting key; otherwise it asks for one."""
    sessions, to = house.sessions, request.query_params.get("to", "/")
    to = to if _PAGE.fullmatch(to) and not to.startswith("//") else "/"
    session: Session | None = None
    if request.method == "POST":
        session = sessions.enter_with(
            (await body_of(request, 1000)).decode("utf-8", "replace").removeprefix("key=").strip()
        )
    elif "once" in request.query_params:
        session = sessions.enter_once(request.query_params["once"])
    tried = request.method == "POST" or "once" in request.query_params
    if session is None and tried:
        sessions.refused(
            address=request.client.host if request.client else "nobody",
            who="",
            what=f"{request.method} /enter",
            why="the link was used, or is too old, or the key is unknown",
        )
    page = house.pages.get_template("enter.html").render(
        base=_base(request),
        to=to,
        entered=session is not None,
        tried=tried,
        lasting=any(not k.agent for k in sessions.keys),
    )
    answer = HTMLResponse(page, 200 if session or not tried else 401)
    if session is not None:
        over_tls = request.headers.get("origin", "").startswith("https://")
        answer.set_cookie(
            sessions.cookie,
            session.id,
            max_age=SESSION_S,
            httponly=True,
            samesite="strict",
            secure=over_tls,
            path=_base(request) or "/",
        )
    return answer


async def scenes(house: ReviewRoom, request: Request) -> Response:
    """`/`: the film's scenes, with what waits in each and what it has cost."""

    def look() -> tuple[str, list[SceneView]]:
        services = house.services
        found = [house.views.view(services, services.folder.scenes[name]) for name in sorted(services.folder.scenes)]
        return services.folder.film.title, found

    title, found = await run_in_threadpool(look)
    return rendered(house, request, "scenes.html", film=title, scenes=found)


async def scene(house: ReviewRoom, request: Request) -> Response:
    """`/r/SC010`: the scene's room."""
    session: Session | None = request.state.session

    def read_scene() -> tuple[SceneView, Looks | None]:
        view = house.view(request.path_params["scene"])
        return view, looks_of(house.first, session.name, view.scene) if session and not session.agent else None

    view, looks = await run_in_threadpool(read_scene)
    shown = {
        "view": view,
        "data": in_script(view.model_dump(mode="json")),
        "looked": in_script(looks.model_dump(mode="json") if looks else None),
        "people": house.people,
    }
    return rendered(house, request, "room.html", scripts=(ALL,), static=False, **shown)


def in_script(facts: object) -> str:
    """JSON that may stand inside a script element: nothing in it can end the element, or begin a comment."""
    return canonical_json(facts).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def rendered(house: ReviewRoom, request: Request, name: str, **facts: Any) -> Response:
    """A page for whoever is signed in. Raises RoomRefused (401) where nobody is."""
    session: Session | None = request.state.session
    if session is None:
        raise RoomRefused("the review room", "you are not signed in", "Open the link again.", status=401)
    return HTMLResponse(
        house.pages.get_template(name).render(
            base=_base(request), me=session.name, agent=session.agent, csrf=session.csrf, dollars=rounded_usd, **facts
        )
    )


def _base(request: Request) -> str:
    """The path under which the room is mounted, "" at the top."""
    return str(request.scope.get("root_path", ""))
