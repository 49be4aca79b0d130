"""What the board's page asks for: acts tried on a composition, previews of it, its difference and its cost; and a
person's save. Only a save writes the film's file.
"""

from __future__ import annotations

import threading
from typing import Annotated, Any, Literal

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from desk.room.errors import RoomRefused
from desk.room.guard import a_person, json_of
from desk.room.house import ReviewRoom
from desk.room.reading import read
from desk.room.sessions import Session
from manifests.names import scene_of_shot
from manifests.noun import Noun, Sha256
from manifests.scene import Shot
from production.board import previewing
from production.board.applying import applied
from production.board.composition import Composition
from production.board.costing import cost_of
from production.board.operations import Operation
from production.board.saving import drafted, propose_composition, save
from production.board.setting import BoardSetting
from production.board.view import facts, shot_of_composition, warnings
from production.proposals.proposing import Proposer
from wiring.services import Services

_ACTS_MAX = 200
_drawing = threading.BoundedSemaphore(2)
"""So many stills are drawn at once; more would each come later."""


class ToTry(Noun):
    """Acts to try on a composition, in their order."""

    composition: Composition
    operations: Annotated[tuple[Operation, ...], Field(max_length=_ACTS_MAX)] = ()


class ToDraw(Noun):
    """A composition to draw, after these acts; None: the shot as it is saved. `full`: at the panel's own size."""

    composition: Composition | None = None
    operations: Annotated[tuple[Operation, ...], Field(max_length=_ACTS_MAX)] = ()
    at: Literal["first", "last", "plate"] = "first"
    full: bool = False


class BegunOn(Noun):
    """A composition beside the file that it was begun on."""

    base: Sha256
    composition: Composition


class BoardProposed(Noun):
    """A composition that somebody proposes, and why."""

    base: Sha256
    composition: Composition
    why: Annotated[str, Field(strict=True, min_length=1, max_length=2000)]


async def apply(house: ReviewRoom, request: Request) -> Response:
    """`POST /api/board/try/SHOT/apply`: the composition after the acts, with what follows from it. Writes nothing."""
    said = read(ToTry, await json_of(request))

    def work() -> dict[str, Any]:
        services, shot = _shot(house, request)
        scene = services.scene(scene_of_shot(shot))
        one = scene.shot(shot)
        setting = BoardSetting.of(services.folder.bible, scene, one)
        composition = applied(said.composition, said.operations, setting)
        return {"composition": composition.model_dump(mode="json"), **facts(services, scene, one, composition)}

    return JSONResponse(await run_in_threadpool(work))


async def still(house: ReviewRoom, request: Request) -> Response:
    """`POST /api/board/try/SHOT/still`: the composition as previz draws it, as JPEG."""
    said = read(ToDraw, await json_of(request))

    def work() -> bytes:
        services, shot = _shot(house, request)
        now = _now(services, shot, said)
        with _drawing:
            return previewing.still(
                services, now, at_end=said.at == "last", whole_plate=said.at == "plate", full=said.full
            )

    return Response(await run_in_threadpool(work), media_type="image/jpeg")


async def moving(house: ReviewRoom, request: Request) -> Response:
    """`POST /api/board/try/SHOT/moving`: draws the shot as a small clip, and gives the name it can be fetched under."""
    said = read(ToDraw, await json_of(request))

    def work() -> str:
        services, shot = _shot(house, request)
        return previewing.moving(services, _now(services, shot, said)).name

    return JSONResponse({"name": await run_in_threadpool(work)})


async def guide(house: ReviewRoom, request: Request) -> Response:
    """`POST /api/board/try/SHOT/guide`: the blocking guide as a paid model gets it, as PNG."""
    said = read(ToDraw, await json_of(request))

    def work() -> bytes:
        services, shot = _shot(house, request)
        return previewing.guide(services, _now(services, shot, said))

    return Response(await run_in_threadpool(work), media_type="image/png")


async def judge(house: ReviewRoom, request: Request) -> Response:
    """`POST /api/board/try/SHOT/judge`: what a save would write, and what it would cost to make the shot again."""
    said = read(BegunOn, await json_of(request))

    def work() -> dict[str, Any]:
        services, shot = _shot(house, request)
        draft = drafted(services, shot, said.composition, base=said.base)
        cost = cost_of(services, draft)
        now = draft.folder.scenes[draft.board.scene.id]
        return {
            "diff": list(draft.diff),
            "stale": [[step.name, step.likely_microusd] for step in cost.stale],
            "again_microusd": cost.again_microusd,
            "change_microusd": cost.change_microusd,
            "warnings": [
                f"{each.rule} {each.subject}: {each.message}" for each in warnings(services, now, now.shot(shot))
            ],
        }

    return JSONResponse(await run_in_threadpool(work))


async def write(house: ReviewRoom, request: Request) -> Response:
    """`POST /api/board/SHOT/save`: a person's composition into the scene's file. 409 names what changed in it since."""
    session = a_person(request, "save a composition")
    said = read(BegunOn, await json_of(request))

    def work() -> dict[str, Any]:
        services, shot = _shot(house, request)
        draft = drafted(services, shot, said.composition, base=said.base)
        written = save(services, draft)
        return {"base": written, "changed": len(draft.changes), "file": draft.board.path.name, "who": session.name}

    return JSONResponse(await run_in_threadpool(work))


async def propose(house: ReviewRoom, request: Request) -> Response:
    """`POST /api/board/SHOT/propose`: an agent's composition, or a person's, into the inbox. A person decides."""
    session: Session = request.state.session
    said = read(BoardProposed, await json_of(request))

    def work() -> str:
        services, shot = _shot(house, request)
        draft = drafted(services, shot, said.composition, base=said.base)
        if not draft.changes:
            raise RoomRefused(shot, "nothing changes", "Arrange something first.", status=409)
        by = Proposer(session.name, _fingerprint(house, request) if session.agent else "")
        return propose_composition(services, draft, by=by, why=said.why).id

    return JSONResponse({"proposal": await run_in_threadpool(work)})


def _now(services: Services, name: str, said: ToDraw) -> Shot:
    """The shot as it is to be drawn. Raises NotComposable."""
    scene = services.scene(scene_of_shot(name))
    shot, composition = scene.shot(name), said.composition
    if composition is not None and said.operations:
        composition = applied(composition, said.operations, BoardSetting.of(services.folder.bible, scene, shot))
    return shot_of_composition(services, shot, composition)


def _fingerprint(house: ReviewRoom, request: Request) -> str:
    """How the inbox names an agent's key."""
    key = house.sessions.key(request.headers.get("authorization", "").partition(" ")[2])
    return key.hash.hex()[:12] if key else ""


def _shot(house: ReviewRoom, request: Request) -> tuple[Services, str]:
    services: Services = house.services
    shot = request.path_params["shot"]
    services.shot(shot)
    return services, shot
