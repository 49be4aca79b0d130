"""What people, and agents, say to the room. Every word is a row of the ledger under the session's name; none but a yes spends."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from desk.room.errors import RoomRefused
from desk.room.guard import a_person, body_of, json_of
from desk.room.house import House
from desk.room.tray import REASONS, Yes, as_seen, digest_of, reason_of
from governor.errors import MoneyCommitted
from manifests.bible import Region
from manifests.decision import Binding, Door, Say
from manifests.handwork import Change
from manifests.noun import Noun, Sha256, ShotId
from wiring.approving import answered_before, approve
from wiring.bindings import bindings_now
from wiring.review import scene_view
from wiring.review_status import last_words, still_standing
from wiring.review_takes import wants_reason
from wiring.saying import lay_out_kit, remark_on, say, send_back
from wiring.saying import undo as take_back

DOOR: Door = "review room"
PICTURE_BYTES_MAX = 64 << 20
"""What a picture from outside may weigh; `checks.pictures` refuses more."""
_Words = Annotated[str, Field(max_length=2000)]
_Frame = Annotated[int, Field(strict=True, ge=0, le=100_000)]
N = TypeVar("N", bound=Noun)


class NoteSaid(Noun):
    """A note, on a frame or a range of them, perhaps with a box; from an agent it may propose a verdict."""

    shot: ShotId
    take: Sha256 | None = None
    asset: Sha256 | None = None
    frame: _Frame | None = None
    to_frame: _Frame | None = None
    box: Region | None = None
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    proposes: Say | None = None


class VerdictSaid(Noun):
    """A verdict on the take on the screen, or on the shot. Of a retake: the one thing that changes, and what is wrong."""

    shot: ShotId
    say: Say
    take: Sha256 | None = None
    asset: Sha256 | None = None
    frame: _Frame | None = None
    change: Change | None = None
    flaw: Annotated[str, Field(max_length=80)] = ""
    why: _Words = ""
    subject: Annotated[str, Field(max_length=200)] = ""


class TakenBack(Noun):
    """Words taken back: by shot and number."""

    words: Annotated[tuple[tuple[ShotId, Annotated[int, Field(strict=True, ge=1)]], ...], Field(max_length=400)]


async def scene_json(house: House, request: Request) -> Response:
    """`GET /api/scene/SC010`: all that the page shows."""

    def look() -> str:
        services = house.services
        return scene_view(services, house.scene(services, request.path_params["scene"])).stored()

    return Response(await run_in_threadpool(look), media_type="application/json")


async def note(house: House, request: Request) -> Response:
    """`POST /api/note`. An agent's is written down as a program's."""
    session, said = request.state.session, _read(NoteSaid, await json_of(request))

    def write() -> int:
        services = house.services
        remark = remark_on(
            services, said.shot, said.take, asset=said.asset, frame=said.frame, to_frame=said.to_frame, box=said.box,
            proposes=said.proposes if session.agent else None,
        )  # fmt: skip
        door: Door = "program" if session.agent else DOOR
        return say(services, "note", said.shot, who=session.name, door=door, why=said.text, remark=remark)

    return JSONResponse({"number": await run_in_threadpool(write), "shot": said.shot})


async def verdict(house: House, request: Request) -> Response:
    """`POST /api/say`: circle, retake, edit a layer, composite, post fix, hold or omit."""
    session, said = a_person(request, "give a verdict"), _read(VerdictSaid, await json_of(request))

    def write() -> tuple[tuple[int, ...], str]:
        services = house.services
        remark = remark_on(services, said.shot, said.take, asset=said.asset, frame=said.frame)
        if said.say == "retake" and said.change is not None:
            number, told = send_back(
                services, said.shot, change=said.change, flaw=said.flaw, why=said.why, who=session.name, door=DOOR,
                remark=remark,
            )  # fmt: skip
            return (number,), told
        if said.say == "composite":
            return lay_out_kit(services, said.shot, why=said.why, who=session.name, door=DOOR, remark=remark)
        why = said.why or (said.subject if said.say == "retake" else "")
        number = say(
            services, said.say, said.shot, who=session.name, door=DOOR, why=why, subject=said.subject, remark=remark
        )
        judged = services.ledger.verdict(said.take) if said.say == "circle" and said.take else None
        refused = judged is not None and not judged.passed
        teach = f"It stays refused by its gate: gate verdict {said.shot} pass teaches the rule; or change one thing."
        return (number,), teach if refused else ""

    numbers, told = await run_in_threadpool(write)
    return JSONResponse({"words": [[said.shot, number] for number in numbers], "told": told})


async def composite(house: House, request: Request) -> Response:
    """`POST /api/composite/SC010_SH0040` with a picture as its body: what somebody dropped on the page becomes the shot's frame."""
    session = a_person(request, "hand a composite in")
    shot, picture = request.path_params["shot"], await body_of(request, PICTURE_BYTES_MAX)

    def take() -> str:
        services = house.services
        services.shot(shot)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "dropped.png"
            file.write_bytes(picture)
            from wiring.compositing import take_in

            taken = take_in(services, shot, file, who=session.name, door=DOOR)
        done = f" It was {', '.join(taken.done)}." if taken.done else ""
        return f"Taken in: the next run goes on from it, for nothing.{done}"

    return JSONResponse({"told": await run_in_threadpool(take)})


async def undo(house: House, request: Request) -> Response:
    """`POST /api/undo`: each word by itself; what cannot be taken back any more is said."""
    session, said = a_person(request, "take a word back"), _read(TakenBack, await json_of(request))

    def write() -> list[str]:
        services, kept = house.services, []
        for shot, number in said.words:
            try:
                take_back(services, number, shot, who=session.name, door=DOOR)
            except MoneyCommitted as error:
                kept.append(str(error))
        return kept

    kept = await run_in_threadpool(write)
    return JSONResponse({"kept": kept, "taken_back": len(said.words) - len(kept)})


async def tray(house: House, request: Request) -> Response:
    """`GET /api/tray/SC010`: the finals that can be said yes to, with what the yes would be bound to, once."""
    session = a_person(request, "open the tray")

    def look() -> dict[str, Any]:
        services = house.services
        scene = house.scene(services, request.path_params["scene"])
        bindings = bindings_now(services, scene)
        view = scene_view(services, scene)
        ready = {shot.id for shot in view.shots if shot.final and shot.status not in {"final", "hold", "omit"}}
        shown = {shot: binding for shot, binding in bindings.items() if shot in ready}
        return {
            "nonce": house.tray.show(session, scene.id, shown),
            "left_microusd": view.money.left_microusd,
            "cap_microusd": view.money.cap_microusd,
            "reasons": list(REASONS),
            "shots": {
                shot: {
                    "digest": digest_of(b), "tier": b.tier, "resolution": b.resolution, "provider": b.provider,
                    "price_microusd": b.price_microusd, "wants_reason": wants_reason(services, b),
                }
                for shot, b in shown.items()
            },
        }  # fmt: skip

    return JSONResponse(await run_in_threadpool(look))


async def yes(house: House, request: Request) -> Response:
    """`POST /api/yes`: a yes to what the tray showed. The same row as any other door writes; ten seconds later the run goes on."""
    session, said = a_person(request, "approve"), _read(Yes, await json_of(request))
    seen = house.tray.take(session, said)
    scene = next(iter(seen)).partition("_")[0]
    services = house.services

    def write() -> dict[str, Any]:
        as_seen(seen, bindings_now(services, house.scene(services, scene)))
        _not_parked(house, scene, seen)
        why = reason_of(said, wanted=any(wants_reason(services, binding) for binding in seen.values()))
        decisions = approve(services, seen.values(), who=session.name, door=DOOR, why=why)
        bodies = {decision.stored() for decision in decisions}
        numbers = [[d.decision.scope.rpartition(":")[2], d.number] for d in services.ledger.decided(scene)
                   if d.decision.stored() in bodies]  # fmt: skip
        return {"words": numbers, "told": list(answered_before(services, decisions))}

    written = await run_in_threadpool(write)
    house.going_on.after(services, scene, session.name, list(seen.values()))
    return JSONResponse({**written, "seconds": house.going_on.grace_s, "next": f"gate resume {scene}"})


async def going(house: House, request: Request) -> Response:
    """`GET /api/going/SC010`: what became of the run after the last yes."""
    scene = request.path_params["scene"]
    return JSONResponse({"outcome": house.going_on.outcomes.get(scene, ""), "next": f"gate resume {scene}"})


def _not_parked(house: House, scene: str, seen: dict[str, Binding]) -> None:
    """Raises RoomRefused where somebody has parked one of the shots since the tray was opened."""
    standing = still_standing(house.services.ledger.decided(scene))
    for shot in seen:
        words = last_words([d for d in standing if d.decision.scope == f"shot:{shot}"], None)
        if parked := next((w.decision for w in words if w.decision.kind in {"hold", "omit"}), None):
            said = "on hold" if parked.kind == "hold" else "to be omitted"
            raise RoomRefused(shot, f"{parked.who} says it is {said}", "Take that back first.", status=409)


def _read(kind: type[N], said: dict[str, Any]) -> N:
    try:
        # As JSON, so that a list may stand for a tuple and nothing else is bent into shape.
        return kind.model_validate_json(json.dumps(said))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the request"
        raise RoomRefused(place[:80], first["msg"][:200], "Load the page again.", status=400) from error
