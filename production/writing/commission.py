"""What a writer is asked: a question about one shot or one scene, put together from what is on file.

The same files and verdicts are the same question, so that an answer that was paid for is found again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from manifests.names import scene_of_shot
from manifests.question import Question, Shown
from manifests.scene import Scene, Shot
from production.writing import facts
from production.writing.answer_schema import FIX, SHOTS, WORDS, shots_schema, words_schema
from production.writing.errors import NothingFailed, PrivateWords
from production.writing.failure import failure_of
from wiring.services import Services

Job = Literal["words", "fix", "shots"]


@dataclass(frozen=True, slots=True)
class Commission:
    """One question to a writer. `subject`: the shot, or the scene. `sources`: the passages that a cause may quote, by
    what they are. `left_out`: what did not fit into the question, in words.
    """

    job: Job
    subject: str
    question: Question
    sources: Mapping[str, str]
    left_out: tuple[str, ...] = ()

    @property
    def scene(self) -> str:
        """The scene that it is about."""
        return scene_of_shot(self.subject)

    @property
    def ask_again(self) -> str:
        """How to have it answered once more, where the answer is of no use."""
        more = {"words": "", "fix": " --fix", "shots": " --shots"}[self.job]
        return f"It is paid for. Ask once more: gate write {self.subject}{more} --again"


def words_for(services: Services, shot_id: str) -> Commission:
    """Better words for a shot. Raises PrivateWords."""
    shot = _public(services, shot_id)
    told = facts.of_shot(services, shot)
    return _commission("words", shot.id, WORDS, told, words_schema())


def fix_for(services: Services, shot_id: str, pictures_max: int) -> Commission:
    """A fix for a shot that a gate has failed. `pictures_max`: how many pictures the writer looks at.
    Raises PrivateWords, NothingFailed.
    """
    shot = _public(services, shot_id)
    failed = failure_of(services, shot, pictures_max)
    if failed is None:
        cause = "no gate has failed it as it stands"
        raise NothingFailed(shot.id, cause, f"Ask for better words instead: gate write {shot.id}")
    told = facts.of_shot(services, shot)
    told = facts.WriterFacts({**told.data, **failed.data}, {**told.sources, **failed.sources}, told.left_out)
    return _commission("fix", shot.id, FIX, told, words_schema(), failed.pictures)


def shots_for(services: Services, scene_id: str) -> Commission:
    """A list of shots for a scene."""
    scene, bible = services.scene(scene_id), services.folder.bible
    looks = [f"{who}/{worn}" for who in sorted(bible.characters) for worn in sorted(bible.characters[who].wardrobes)]
    told = facts.of_scene(services, scene)
    return _commission("shots", scene.id, SHOTS, told, shots_schema(sorted(bible.locations), looks))


def present(scene: Scene, commission: Commission) -> Shot:
    """The shot that it is about, as it stands."""
    return scene.shot(commission.subject)


def _commission(
    job: Job,
    subject: str,
    instruction: str,
    told: facts.WriterFacts,
    answer: dict[str, Any],
    pictures: Sequence[Shown] = (),
) -> Commission:
    """Our words, and after them everything that somebody else wrote, as one line of JSON."""
    data = json.dumps(told.data, sort_keys=True, ensure_ascii=True)
    question = Question(
        operation="write", instruction=f"{instruction}\n{data}", pictures=tuple(pictures), answer=answer
    )
    return Commission(job, subject, question, told.sources, told.left_out)


def _public(services: Services, shot_id: str) -> Shot:
    shot = services.shot(shot_id)
    if shot.private:
        cause = "it is private: its words go to the provider that makes it, and to nobody else"
        raise PrivateWords(shot.id, cause, "Write them yourself, or take `private` out of the shot.")
    return shot
