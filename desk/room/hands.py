"""Work by hand in the room: a polish, the choice between two pictures, an edit of one part, a composite handed in.

Nothing is bought here: the next run buys each pass under the ledger, guards it and gates it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from desk.cli.shots.retake import TWO_RUNS, steps_of, total_words
from desk.room.errors import RoomRefused
from desk.room.guard import a_person, body_of, json_of
from desk.room.house import ReviewRoom
from desk.room.reading import DOOR, read
from manifests.bible import Region
from manifests.decision import Decision
from manifests.handwork import FrameStage
from manifests.money import rounded_usd
from manifests.noun import Noun, ShotId
from production.bible.saying import number_of
from wiring.services import Services

PICTURE_BYTES_MAX = 64 << 20
"""The most bytes of a picture from outside; `checks.seeing.pictures` refuses more."""
_Words = Annotated[str, Field(max_length=400)]


class HandsSaid(Noun):
    """One piece of work on a shot's frame. `only`, `say`, `box`:
    of an edit or a rebuilding, which part and what it shall be.
    """

    shot: ShotId
    work: Literal["polish", "use", "edit", "rebuild"]
    stage: FrameStage = "panel"
    which: Literal["composite", "polish"] | None = None
    only: _Words = ""
    say: _Words = ""
    box: Region | None = None
    why: Annotated[str, Field(max_length=2000)] = ""


async def work(house: ReviewRoom, request: Request) -> Response:
    """`POST /api/hands`: asks for a polish or an edit, or says which picture counts.
    Gives the decision's number, and its cost.
    """
    session, said = a_person(request, "work on a frame by hand"), read(HandsSaid, await json_of(request))

    def write() -> tuple[int, str]:
        services = house.services
        decision, told = _ask(services, said, session.name)
        coming = _coming(services, said.shot, TWO_RUNS if said.work == "polish" else "The next run is")
        return number_of(services, decision), f"{told} {coming}"

    number, told = await run_in_threadpool(write)
    return JSONResponse({"words": [[said.shot, number]], "told": told})


async def composite(house: ReviewRoom, request: Request) -> Response:
    """`POST /api/composite/SC010_SH0040` with a picture as its body:
    it becomes the shot's first frame, or its last (`?stage=end_panel`).
    """
    session = a_person(request, "hand a composite in")
    shot, asked = request.path_params["shot"], request.query_params.get("stage", "panel")
    stage: FrameStage | None = "panel" if asked == "panel" else "end_panel" if asked == "end_panel" else None
    if stage is None:
        raise RoomRefused("the composite", "a shot has no such frame", "Hand it in as panel or end_panel.", status=400)
    picture = await body_of(request, PICTURE_BYTES_MAX)

    def take() -> tuple[int, str]:
        from production.hands.compositing import take_in

        services = house.services
        services.shot(shot)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "handed_in.png"
            file.write_bytes(picture)
            taken = take_in(services, shot, file, stage=stage, who=session.name, door=DOOR)
            done = f" It was {', '.join(taken.done)}." if taken.done else ""
            told = f"Taken in: the next run continues with it.{done} {_coming(services, shot)}"
        return number_of(services, taken.decision), told

    number, told = await run_in_threadpool(take)
    return JSONResponse({"words": [[shot, number]], "told": told})


def _ask(services: Services, said: HandsSaid, who: str) -> tuple[Decision, str]:
    """Write the work down; gives the decision that takes all of it back, and what was asked for."""
    from production.hands import compositing, editing

    if said.work == "polish":
        asked = compositing.polish(services, said.shot, stage=said.stage, why=said.why, who=who, door=DOOR)
        return asked.decision, f"{asked.plan_line}."
    if said.work == "use":
        if said.which is None:
            raise RoomRefused(said.shot, "it does not say which picture to use", "Say composite or polish.", status=400)
        chosen = compositing.use(services, said.shot, said.which, stage=said.stage, why=said.why, who=who, door=DOOR)
        return chosen, f"The {said.which} is used from the next run on."
    where = editing.Where(said.box)
    if said.work == "edit":
        edits = editing.edit(
            services,
            said.shot,
            only=said.only,
            say=said.say,
            where=where,
            stage=said.stage,
            why=said.why,
            who=who,
            door=DOOR,
        )
    else:
        edits = editing.demolish_and_rebuild(
            services,
            said.shot,
            demolish=said.only,
            rebuild=said.say,
            where=where,
            stage=said.stage,
            why=said.why,
            who=who,
            door=DOOR,
        )
    likely, high = (sum(getattr(quote, f"{name}_microusd") for quote in edits.quotes) for name in ("likely", "high"))
    passes = "1 pass" if len(edits.quotes) == 1 else f"{len(edits.quotes)} passes"
    price = f"likely ${rounded_usd(likely)}, at most ${rounded_usd(high)}"
    return edits.decisions[-1], f"{passes}, {price}; nothing outside the part may move."


def _coming(services: Services, shot: str, runs: str = "The next run is") -> str:
    """The purchases for the shot from now on, with the clip that opens on the frame, and their sum."""
    steps = steps_of(services, shot)
    parts = ", ".join(
        f"{step.tier} {step.stage.replace('_', ' ')} ${rounded_usd(step.likely_microusd)}" for step in steps
    )
    return f"{total_words(steps, runs)}{f' ({parts})' if parts else ''}; nothing is spent yet."
