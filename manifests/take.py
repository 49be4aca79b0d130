"""Requests to providers and their results: artefacts and takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, SerializationInfo, SerializerFunctionWrapHandler, field_validator, model_serializer

from manifests.bible import Region
from manifests.film import Aspect, Bought, Fps, Resolution, Stage, TierName
from manifests.keys import hash_bytes, hash_json, recipe_key
from manifests.noun import Noun, Sha256, SubjectId, Text
from manifests.privacy import PRIVATE
from manifests.question import Question
from manifests.scene import Shot
from manifests.view_shot import ViewShot

Operation = Literal["panel", "clip", "score", "write"]
"""The operation of a call: a picture, a clip, a judge's answer about pictures, or a writer's words."""

Pictured = Literal["panel", "clip"]
"""The operations that make pictures; a judge or a writer is asked a `manifests.question.Question` instead."""

Role = Literal[
    "character",
    "location",
    "prop",
    "start_frame",
    "end_frame",
    "panel",
    "draft",
    "guide",
    "sketch",
    "composite",
    "edited",
]
"""The role of a picture. sketch: a person's pencil lines over the shot; composite: a person's own work, handed in as it
is; edited: the picture that is to be changed.
"""

HAND = "hand"
"""The provider of what people make themselves."""

Passes = Literal["polish", "edit", "demolish", "rebuild"]


class Reference(Noun):
    """One picture a provider is shown, named by its content. `name` is its canonical name, or the shot it came from."""

    role: Role
    name: Text
    sha256: Sha256


class Edit(Noun):
    """The part of a finished picture that a pass may change: a `part` of the frame, or a `mask` in the vault (white:
    may change).
    """

    work: Passes
    part: Region | None = None
    mask: Sha256 | None = None


class Request(Noun):
    """All that decides what a provider makes; `payload` is what its generation key is made from.

    `progress`: which moment of the shot a panel shows, 0 its first frame, 1 its last. `chain_links`: how many chained
    shots lie between this one and the locked masters (0: made from masters). `parent`: the generation key it chains
    from, or is an edit of. `edit`: of a pass over the picture that is referred to as edited; a request without one is
    written as before there were edits. A reference view shot (`manifests.view_shot`) is asked for in the same way.
    However it is written down, a private shot's request is written without its words (`without_words`).
    """

    schema_name: ClassVar[str] = "gate/request/1"

    operation: Pictured
    shot: SubjectId
    staging: Shot | ViewShot
    prompt: Annotated[Text, Field(repr=False)]
    references: tuple[Reference, ...]
    resolution: Resolution
    frames: Annotated[int, Field(strict=True, ge=1)]
    fps: Fps = 24
    aspect: Aspect = Field(default="16:9", exclude_if=lambda aspect: aspect == "16:9")
    progress: Annotated[float, Field(ge=0, le=1)] = 0.0
    chain_links: Annotated[int, Field(strict=True, ge=0)] = 0
    parent: Sha256 | None = None
    weather: tuple[Region, ...] = ()
    seed: Annotated[int, Field(strict=True, ge=0)]
    attempt: Annotated[int, Field(strict=True, ge=1)] = 1
    edit: Edit | None = None

    @field_validator("staging")
    @classmethod
    def _unnamed(cls, staging: Shot | ViewShot) -> Shot | ViewShot:
        return staging.unnamed()

    @property
    def private(self) -> bool:
        """Whether its shot was private when it was asked for."""
        return self.staging.private

    @property
    def wordless(self) -> bool:
        """Whether it was read from where a private shot's request is kept: its words are not in it."""
        return _WORDLESS.fullmatch(self.prompt) is not None

    def without_words(self) -> Self:
        """The request as it is kept of a private shot: the prompt's hash in the prompt's place,
        and no words of the shot's.
        """
        if self.wordless:
            return self
        words = f"{PRIVATE} {hash_bytes(self.prompt.encode())}"
        return self.model_copy(update={"prompt": words, "staging": self.staging.without_words()})

    def payload(self) -> dict[str, Any]:
        """The canonical payload: lines and sound change no picture and stay out; the motion is in the prompt."""
        return self.model_dump(mode="json", exclude={"attempt": True, "staging": _NOT_SEEN}, context=_ALL_WORDS)

    def again(self, number: int) -> Self:
        """The same request for attempt `number`: each attempt has a seed of its own."""
        return self.model_copy(update={"attempt": number, "seed": self.seed + number - self.attempt})

    def recipe(self, provider: str, model: str) -> str:
        """The recipe key: this request at `provider`, whatever the seed and the attempt."""
        return recipe_key(provider, model, self.operation, self.payload())

    def asked_of(self, provider: str, model: str) -> str:
        """A hash of everything that `provider`'s moderation sees: the words, and the pictures without their names."""
        return hash_json([provider, model, self.operation, self.prompt, sorted({r.sha256 for r in self.references})])

    def refused_before(self, said: Callable[[str], str | None], provider: str, model: str) -> str | None:
        """Moderation's answer to these words and pictures by `said`, the ledger's word by `asked_of`;
        None where it never did.

        The shot may have become private since, or public again. Of an answer from before it was private no words are
        given.
        """
        if (answer := said(self.without_words().asked_of(provider, model))) is not None:
            return answer
        answer = said(self.asked_of(provider, model))
        return PRIVATE if answer and self.staging.private else answer

    @model_serializer(mode="wrap")
    def _kept(self, as_it_is: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        """Leave a private shot's words out of everything that is written down:
        only `payload`, which is hashed or sent, has them.
        """
        told: dict[str, Any] = as_it_is(
            self if info.context == _ALL_WORDS or not self.staging.private else self.without_words()
        )
        return told if self.edit is not None else {name: each for name, each in told.items() if name != "edit"}


_ALL_WORDS = {"words": "all"}
_WORDLESS = re.compile(rf"{re.escape(PRIVATE)} [0-9a-f]{{64}}", re.ASCII)
_NOT_SEEN = {
    "dialogue": True,
    "sound": True,
    "motion": True,
    "transition": True,
    "grade": True,
    "tier": True,
    "seed": True,
    "duration_s": True,
    "providers": True,
    "private": True,
}


Asked = Request | Question
"""The paid order: a request for a picture or clip, or a question to a judge or a writer."""


def asked_from_stored(text: str) -> Asked:
    """Read what was kept of either. Raises ValueError for anything else."""
    return Question.from_stored(text) if Question.wrote(text) else Request.from_stored(text)


class Artefact(Noun):
    """Bytes in the vault, and what they are. `frames` is 1 for a still."""

    schema_name: ClassVar[str] = "gate/artefact/1"

    sha256: Sha256
    media_type: Literal["image/png", "image/jpeg", "video/mp4", "application/json", "text/plain"]
    width: Annotated[int, Field(strict=True, ge=0)] = 0
    height: Annotated[int, Field(strict=True, ge=0)] = 0
    frames: Annotated[int, Field(strict=True, ge=0)] = 1
    size_bytes: Annotated[int, Field(strict=True, ge=0)]


class Take(Noun):
    """One attempt at one stage of one shot or at a locked view (stage "view"), or one question about a shot:
    to a judge (stage "judge"), or to a writer (stage "write", which may be about a whole scene).

    `changed` is the one thing that differs from the take before it. `late_microusd`: what was billed for it after it
    was released as not billed.
    """

    schema_name: ClassVar[str] = "gate/take/1"

    generation_key: Sha256
    recipe: Sha256
    shot: SubjectId
    stage: Bought
    tier: TierName
    attempt: Annotated[int, Field(strict=True, ge=1)]
    version: Annotated[int, Field(strict=True, ge=1)]
    provider: Text
    model: Text
    request: Asked
    changed: Text
    parent: Sha256 | None = None
    job_id: str | None = None
    state: Literal["held", "submitted", "in_doubt", "settled", "released", "written_off"]
    held_microusd: int
    cost_microusd: int | None = None
    late_microusd: int = 0
    asset: Artefact | None = None

    @property
    def origin(self) -> Literal["human", "model"]:
        """The picture's maker: a person by hand, or a model."""
        return "human" if self.provider == HAND else "model"

    @property
    def pictures(self) -> Stage | None:
        """The stage of its shot that it is a picture of; None for an answer, and for a view of the bible."""
        match self.stage:
            case "judge" | "write" | "view":
                return None
            case stage:
                return stage

    @property
    def handwork(self) -> bool:
        """Whether a person made it, or it is a pass over a finished picture that a person asked for."""
        return self.origin == "human" or (isinstance(self.request, Request) and self.request.edit is not None)

    @property
    def order(self) -> Request:
        """The request for a picture or clip. Raises TypeError for a question: it orders no picture."""
        if isinstance(self.request, Question):
            raise TypeError(f"{self.shot} {self.stage} is a question, and no order")
        return self.request
