"""A question to a model: which pictures, in which words, and the shape of its answer. A judge or a writer answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_serializer,
)

from manifests.keys import canonical_json, hash_json, recipe_key
from manifests.noun import Noun, Sha256, Text

_SCHEMA_CHARACTERS_MAX = 20_000
_DEPTH_MAX = 20


Asks = Literal["score", "write"]
"""What a question wants: scores of pictures from a judge, or words from a writer."""


class Shown(Noun):
    """One picture that a model looks at. `label` is what the instruction calls it.

    `role`: `judged` is what the question is about, `reference` a locked picture that it is held against, `context` a
    neighbour.
    """

    label: Text
    role: Literal["judged", "reference", "context"]
    sha256: Sha256


class Question(Noun):
    """One question; all of it is in its generation key.

    `operation`: `score` is a judge's and is about pictures; `write` is a writer's and may show none. `pictures` are
    shown in this order, each after its label. `answer`: a JSON Schema of one object, closed: every
    object in it names its fields and forbids others, so that an answer either fits or does not count. `detail`: how
    closely the pictures are looked at, which is what is paid for.
    """

    schema_name: ClassVar[str] = "gate/question/1"

    operation: Asks = "score"
    instruction: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=40_000)]
    pictures: Annotated[tuple[Shown, ...], Field(max_length=64)]
    answer: dict[str, Any]
    detail: Literal["low", "medium", "high"] = "low"

    @property
    def private(self) -> bool:
        """Never: a judge's question has no words of a shot in it, and a writer's none of a private shot."""
        return False

    @classmethod
    def wrote(cls, stored: str) -> bool:
        """Whether a stored noun is a question.
        Inside a text a quotation mark is escaped, so that no words look like this field.
        """
        return f'"schema":"{cls.schema_name}"' in stored

    def recipe(self, provider: str, model: str) -> str:
        """The recipe key: this question to that judge, whatever the attempt."""
        return recipe_key(provider, model, self.operation, self.payload())

    def asked_of(self, provider: str, model: str) -> str:
        """A hash of everything that `provider`'s moderation sees."""
        return hash_json([provider, model, self.operation, self.instruction, sorted({p.sha256 for p in self.pictures})])

    def refused_before(self, said: Callable[[str], str | None], provider: str, model: str) -> str | None:
        """Moderation's answer to just this by `said`, the ledger's word by `asked_of`; None where it never did."""
        return said(self.asked_of(provider, model))

    @model_serializer(mode="wrap")
    def _as_before_there_were_writers(self, as_it_is: SerializerFunctionWrapHandler) -> dict[str, Any]:
        told: dict[str, Any] = as_it_is(self)
        return told if self.operation != "score" else {name: each for name, each in told.items() if name != "operation"}

    @field_validator("pictures")
    @classmethod
    def _a_judge_sees_one(cls, pictures: tuple[Shown, ...], info: ValidationInfo) -> tuple[Shown, ...]:
        if not pictures and info.data.get("operation") == "score":
            raise ValueError("a judge is shown at least one picture")
        return pictures

    @field_validator("answer")
    @classmethod
    def _is_closed(cls, schema: dict[str, Any]) -> dict[str, Any]:
        if len(canonical_json(schema)) > _SCHEMA_CHARACTERS_MAX:
            raise ValueError(f"a schema has at most {_SCHEMA_CHARACTERS_MAX} characters")
        if schema.get("type") != "object":
            raise ValueError("an answer is an object: type: object")
        _refuse_open(schema, 0)
        return schema

    def payload(self) -> dict[str, Any]:
        """The canonical payload, for the generation key."""
        return self.model_dump(mode="json")


def _refuse_open(part: object, depth: int) -> None:
    """Raise ValueError for an object whose fields are not all named, or a schema that lies elsewhere."""
    if depth > _DEPTH_MAX:
        raise ValueError(f"a schema is at most {_DEPTH_MAX} deep")
    if isinstance(part, list):
        for each in part:
            _refuse_open(each, depth + 1)
    if not isinstance(part, dict):
        return
    if part.get("type") == "object" and part.get("additionalProperties") is not False:
        raise ValueError("every object of a schema says additionalProperties: false")
    if not str(part.get("$ref", "#")).startswith("#"):
        raise ValueError("a schema refers to no schema elsewhere")
    for each in part.values():
        _refuse_open(each, depth + 1)
