"""Decisions of people and agents in the room. Each decision is a row of the ledger under the session's name;
only an approval spends.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from desk.room.guard import a_person, json_of
from desk.room.house import ReviewRoom
from desk.room.reading import DOOR, read
from desk.room.tray import REASONS, OfferApproval, as_seen, digest_of, reason_of
from governor.errors import MoneyCommitted
from manifests.bible import Region
from manifests.decision import Door, Remark, Say
from manifests.handwork import Change
from manifests.names import scene_of_shot
from manifests.noun import Noun, Sha256, ShotId
from manifests.review.drawing import Drawing
from production.bible.saying import lay_out_kit, remark_on, say, send_back
from production.journey import retaking
from production.messages.mentions import announce_mentions
from production.messages.notifying import deliver_due
from production.planning.draft_approval import approvable, drafts_that_wait
from production.review.approving import answered_before, approve, refuse_excluded_shots
from production.review.scene import view_and_bindings
from production.review.takes import wants_reason
from wiring.services import Services

_Words = Annotated[str, Field(max_length=2000)]
_Frame = Annotated[int, Field(strict=True, ge=0, le=100_000)]


class NoteSaid(Noun):
    """A note, on a frame or a range of them, perhaps with a box or a drawing; from an agent it may propose a verdict.
    It may answer another note, by its number, and close that note or open it again.
    """

    shot: ShotId
    take: Sha256 | None = None
    asset: Sha256 | None = None
    frame: _Frame | None = None
    to_frame: _Frame | None = None
    box: Region | None = None
    text: Annotated[str, Field(max_length=2000)] = ""
    proposes: Say | None = None
    drawing: Drawing = ()
    answers: Annotated[int, Field(strict=True, ge=1)] | None = None
    resolves: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> NoteSaid:
        if not self.text.strip() and not self.drawing and self.resolves is None:
            raise ValueError("a note has words or a drawing")
        if self.resolves is not None and self.answers is None:
            raise ValueError("what closes or opens a note names it")
        return self


class VerdictSaid(Noun):
    """A verdict on the take on the screen, or on the shot.
    Of a retake: the one thing that changes, and what is wrong.
    """

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


async def scene_json(house: ReviewRoom, request: Request) -> Response:
    """`GET /api/scene/SC010`: all that the page shows."""

    def look() -> str:
        return house.view(request.path_params["scene"]).stored()

    return Response(await run_in_threadpool(look), media_type="application/json")


def note_remark(services: Services, said: NoteSaid) -> Remark:
    """What a note is about. Raises StaleView."""
    return remark_on(
        services,
        said.shot,
        said.take,
        asset=said.asset,
        frame=said.frame,
        to_frame=said.to_frame,
        box=said.box,
        proposes=said.proposes,
        drawing=said.drawing,
        answers=said.answers,
        resolves=said.resolves,
    )


async def note(house: ReviewRoom, request: Request) -> Response:
    """`POST /api/note`. An agent's is written down as a program's: it closes no note, and nobody is told of it."""
    session, said = request.state.session, read(NoteSaid, await json_of(request))
    if said.resolves is not None:
        a_person(request, "close a note")

    services = house.services

    def write() -> tuple[int, bool]:
        about = note_remark(services, said)
        remark = about if session.agent else about.model_copy(update={"proposes": None})
        door: Door = "program" if session.agent else DOOR
        number = say(services, "note", said.shot, who=session.name, door=door, why=said.text, remark=remark)
        told = not session.agent and announce_mentions(
            services, said.shot, said.text, by=session.name, number=number, people=house.people
        )
        return number, told

    number, told = await run_in_threadpool(write)
    sending = BackgroundTask(deliver_due, services) if told else None
    return JSONResponse({"number": number, "shot": said.shot}, background=sending)


async def verdict(house: ReviewRoom, request: Request) -> Response:
    """`POST /api/say`: circle, retake, edit a layer, composite, post fix, hold or omit."""
    session, said = a_person(request, "give a verdict"), read(VerdictSaid, await json_of(request))
    numbers, told = await run_in_threadpool(write_verdict, house, said, session.name)
    return JSONResponse({"words": [[said.shot, number] for number in numbers], "told": told})


def write_verdict(house: ReviewRoom, said: VerdictSaid, who: str) -> tuple[tuple[int, ...], str]:
    """Write one verdict down; gives the numbers of its rows, and what follows from it. Raises GateError."""
    services = house.services
    remark = remark_on(services, said.shot, said.take, asset=said.asset, frame=said.frame)
    if said.say == "retake" and said.change is not None:
        number, told = send_back(
            services, said.shot, change=said.change, flaw=said.flaw, why=said.why, who=who, door=DOOR, remark=remark
        )
        return (number,), told
    if said.say == "composite":
        return lay_out_kit(services, said.shot, why=said.why, who=who, door=DOOR, remark=remark)
    why = said.why or (said.subject if said.say == "retake" else "")
    number = say(services, said.say, said.shot, who=who, door=DOOR, why=why, subject=said.subject, remark=remark)
    judged = services.ledger.verdict(said.take) if said.say == "circle" and said.take else None
    told = ""
    if judged is not None and judged.failed:
        told = f"The take stays refused. Teach the rule: gate verdict {said.shot} pass; or change one thing."
    elif judged is not None and judged.questions:
        told = f"That answers the gate's question. Continue with it: gate resume {scene_of_shot(said.shot)}"
    return (number,), told


async def undo(house: ReviewRoom, request: Request) -> Response:
    """`POST /api/undo`: each decision by itself; the answer names the part that cannot be taken back any more."""
    session, said = a_person(request, "take a decision back"), read(TakenBack, await json_of(request))

    def write() -> list[str]:
        services, kept = house.services, []
        for shot, number in said.words:
            try:
                retaking.undo(services, shot, number=number, who=session.name, door=DOOR)
            except MoneyCommitted as error:
                kept.append(str(error))
        return kept

    kept = await run_in_threadpool(write)
    return JSONResponse({"kept": kept, "taken_back": len(said.words) - len(kept)})


async def tray(house: ReviewRoom, request: Request) -> Response:
    """`GET /api/tray/SC010`: the finals that can be approved, what each approval would be bound to,
    and the scene as it stands.

    Where the film asks for it, the drafts that wait too, each with the picture it opens on and its words.
    """
    session = a_person(request, "open the tray")

    def look() -> dict[str, Any]:
        services = house.services
        scene = house.scene(services, request.path_params["scene"])
        view, bindings = view_and_bindings(services, scene)
        ready = {shot.id for shot in view.shots if shot.final and shot.status not in {"final", "hold", "omit"}}
        drafts = drafts_that_wait(services, scene)
        shown = {shot: binding for shot, binding in bindings.items() if shot in ready}
        shown |= {shot: asked.binding for shot, asked in drafts.items()}
        return {
            "nonce": house.tray.show(session, scene.id, shown),
            "scene": view.model_dump(mode="json"),
            "left_microusd": view.money.left_microusd,
            "cap_microusd": view.money.cap_microusd,
            "reasons": list(REASONS),
            "shots": {
                shot: {
                    "digest": digest_of(b),
                    "tier": b.tier,
                    "resolution": b.resolution,
                    "provider": b.provider,
                    "price_microusd": b.price_microusd,
                    "wants_reason": wants_reason(services, b),
                    **(
                        {"picture": b.panel if drafts[shot].picture else None, "words": drafts[shot].prompt}
                        if shot in drafts
                        else {}
                    ),
                }
                for shot, b in shown.items()
            },
        }

    return JSONResponse(await run_in_threadpool(look))


async def approve_offer(house: ReviewRoom, request: Request) -> Response:
    """`POST /api/yes`: an approval of what the tray showed.
    It is the same row as anywhere else; ten seconds later the run continues.
    """
    session, said = a_person(request, "approve"), read(OfferApproval, await json_of(request))
    seen = house.tray.take(session, said)
    scene = scene_of_shot(next(iter(seen)))
    services = house.services

    def write() -> dict[str, Any]:
        refuse_excluded_shots(services, seen)
        now = house.scene(services, scene)
        as_seen(seen, approvable(services, now, drafts_that_wait(services, now)))
        why = reason_of(said, wanted=any(wants_reason(services, binding) for binding in seen.values()))
        decisions = approve(services, seen.values(), who=session.name, door=DOOR, why=why)
        bodies = {decision.stored() for decision in decisions}
        numbers = [
            [d.decision.scope.rpartition(":")[2], d.number]
            for d in services.ledger.decided(scene)
            if d.decision.stored() in bodies
        ]
        return {"words": numbers, "told": list(answered_before(services, decisions))}

    written = await run_in_threadpool(write)
    house.going_on.after(services, scene, session.name, list(seen.values()))
    return JSONResponse({**written, "seconds": house.going_on.grace_s, "next": f"gate resume {scene}"})


async def going(house: ReviewRoom, request: Request) -> Response:
    """`GET /api/going/SC010`: what became of the run after the last approval."""
    scene = request.path_params["scene"]
    return JSONResponse({"outcome": house.going_on.outcomes.get(scene, ""), "next": f"gate resume {scene}"})
