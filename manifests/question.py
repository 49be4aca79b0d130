"""A question to a judge about pictures: which ones, in which words, and the shape of its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints, field_validator

from manifests.keys import canonical_json, hash_json, recipe_key
from manifests.noun import Noun, Sha256, Text

_SCHEMA_CHARACTERS_MAX = 20_000
_DEPTH_MAX = 20


class Shown(Noun):
    """One picture that a judge looks at. `label` is what the instruction calls it.

    `role`: `judged` is what the question is about, `reference` a locked picture that it is held against, `context` a
    neighbour.
    """

    label: Text
    role: Literal["judged", "reference", "context"]
    sha256: Sha256


class Question(Noun):
    """One question; all of it is in its generation key.

    `pictures` are shown in this order, each after its label. `answer`: a JSON Schema of one object, closed: every
    object in it names its fields and forbids others, so that an answer either fits or does not count. `detail`: how
    closely the pictures are looked at, which is what is paid for.
    """

    schema_name: ClassVar[str] = "gate/question/1"

    instruction: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=20_000)]
    pictures: Annotated[tuple[Shown, ...], Field(min_length=1, max_length=64)]
    answer: dict[str, Any]
    detail: Literal["low", "medium", "high"] = "low"

    @property
    def private(self) -> bool:
        """Never: a question is put together from the bible and the blocking, and has no words of a shot in it."""
        return False

    @property
    def operation(self) -> Literal["score"]:
        """The operation of a judge's call."""
        return "score"

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
