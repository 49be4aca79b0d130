"""Puts the question to the film's judge together for what a stage made, and finds what the ledger has of it.

A question is named by all that is in it: pictures by content, words, schema, judge. The same question is bought once,
whichever run, shot or tier asks it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from governor.errors import NoSuchTake
from manifests.film import Stage
from manifests.keys import generation_key
from manifests.names import scene_of_shot
from manifests.question import Question
from manifests.scene import Shot
from manifests.take import Artefact, Take
from production.journey.requests import NOT_MADE
from providers.contract import Answerer
from wiring.services import Services

if TYPE_CHECKING:
    from checks.judge.question import Judged, QuestionSheet

TRIES = 2
"""How often one question is bought: an answer that is not a verdict is asked for once more, then a person looks."""

_COMING = (0.1, 0.5, 1.0)
"""About where a clip's three key frames will lie."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One attempt at a question, with the take that the ledger has of it."""

    number: int
    request: Question
    key: str
    recipe: str
    take: Take | None


def asking(services: Services, asked: Answerer, question: Question, number: int) -> Asking:
    """Attempt `number` (from 1) at a question, as the ledger knows it."""
    model = asked.model(question.operation)
    key = generation_key(asked.name, model, question.operation, question.payload(), number)
    try:
        take: Take | None = services.ledger.take(key)
    except NoSuchTake:
        take = None
    if take is not None and take.state == "released":
        take = None
    return Asking(number, question, key, question.recipe(asked.name, model), take)


def sheets_for(services: Services, shot: Shot, stage: Stage, asset: Artefact) -> tuple[QuestionSheet, ...]:
    """What may be asked about an artefact, the fullest question first; where a neighbour is shown, the one without it
    too.

    A question that was asked before the shot before was made is so found again afterwards.
    """
    from checks.judge.question import lay_out  # noqa: PLC0415  # loads the schema's words only where a judge is asked

    judged, bible, hashes = judged_pictures(services, shot, stage, asset), services.folder.bible, services.hashes()
    before = neighbour_of(services, shot)
    wanted = (before, None) if before is not None else (None,)
    return tuple(lay_out(judged, bible, hashes, each) for each in wanted)


def judged_pictures(services: Services, shot: Shot, stage: Stage, asset: Artefact) -> tuple[Judged, ...]:
    """The panel itself, or the clip's key frames, each with its moment of the shot."""
    from checks.gates.clip_gate import key_moments  # noqa: PLC0415  # loads the pixel libraries
    from checks.judge.question import Judged, pictures_at_once  # noqa: PLC0415  # same

    if stage != "clip":
        return (Judged(asset.sha256, shot, 1.0 if stage == "end_panel" else 0.0),)
    end, moments = max(1, asset.frames - 1), key_moments(asset.frames)[-pictures_at_once(len(shot.cast)) :]
    return tuple(Judged(services.last_frame(asset, moment + 1).sha256, shot, moment / end) for moment in moments)


def neighbour_of(services: Services, shot: Shot) -> str | None:
    """The content of the newest certified panel of the shot before, None where there is none yet."""
    before = services.scene(scene_of_shot(shot.id)).before(shot.id)
    if before is None:
        return None
    made = [take.asset for take in services.ledger.takes(shot=before.id, stage="panel") if take.asset is not None]
    passed = (a.sha256 for a in reversed(made) if services.ledger.certificate(a.sha256, before.id, "panel"))
    return next(passed, None)


def coming_questions(services: Services, shot: Shot, *, panels: bool) -> tuple[tuple[Question, Stage], ...]:
    """What would be asked about a shot's clip, and about its `panels`, while the pictures are not made yet. Never sent
    to anybody.

    Each has the right words, and as many pictures as there will be, which is all that a price looks at.
    """
    from checks.judge.question import Judged, lay_out, pictures_at_once  # noqa: PLC0415  # as above

    before = NOT_MADE if services.scene(scene_of_shot(shot.id)).before(shot.id) else None
    wanted: list[tuple[Stage, tuple[float, ...]]] = [("clip", _COMING[-pictures_at_once(len(shot.cast)) :])]
    if panels:
        wanted.insert(0, ("panel", (0.0,)))
    if panels and shot.mode == "start_end_frames":
        wanted.insert(1, ("end_panel", (1.0,)))
    hashes, bible = services.hashes(), services.folder.bible
    return tuple(
        (lay_out([Judged(NOT_MADE, shot, at) for at in moments], bible, hashes, before).question, stage)
        for stage, moments in wanted
    )
