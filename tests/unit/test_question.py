"""Questions to a judge: closed schemas, and a payload that says all of it."""

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from manifests.keys import canonical_json
from manifests.question import Question, Shown
from manifests.take import asked_from_stored

SHOWN = Shown(label="A", role="judged", sha256="a" * 64)


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")
    score: int = Field(ge=0, le=10)


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    face: Part
    notes: list[Part] = Field(max_length=3)


def question(schema, **changes):
    return Question(**{"instruction": "Is it her?", "pictures": (SHOWN,), "answer": schema, **changes})


def test_a_closed_schema_is_taken_and_comes_back_from_what_is_stored():
    asked = question(Answer.model_json_schema())
    assert Question.from_stored(asked.stored()) == asked
    assert asked.payload()["answer"] == Answer.model_json_schema()


@pytest.mark.parametrize(
    ("change", "other"),
    [
        ("instruction", "Is it him?"),
        ("detail", "high"),
        ("pictures", (SHOWN.model_copy(update={"role": "context"}),)),
        ("answer", {**Part.model_json_schema(), "title": "Other"}),
    ],
)
def test_whatever_is_asked_otherwise_is_another_payload(change, other):
    asked = question(Part.model_json_schema())
    assert question(Part.model_json_schema(), **{change: other}).payload() != asked.payload()


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({}, "type: object"),
        ({"type": "array"}, "type: object"),
        ({"type": "object"}, "additionalProperties"),
        ({"type": "object", "additionalProperties": True}, "additionalProperties"),
        (
            {"type": "object", "additionalProperties": False, "properties": {"a": {"type": "object"}}},
            "additionalProperties",
        ),
        (
            {"type": "object", "additionalProperties": False, "$defs": {"P": {"anyOf": [{"type": "object"}]}}},
            "additionalProperties",
        ),
        (
            {
                "type": "object",
                "additionalProperties": False,
                "properties": {"a": {"$ref": "https://example.com/s.json"}},
            },
            "elsewhere",
        ),
        ({"type": "object", "additionalProperties": False, "description": "x" * 30_000}, "characters"),
    ],
)
def test_an_open_schema_is_refused(schema, why):
    with pytest.raises(ValidationError, match=why):
        question(schema)


def test_a_schema_without_end_is_refused():
    deep = {"type": "object", "additionalProperties": False}
    for _ in range(30):
        deep = {"type": "object", "additionalProperties": False, "properties": {"a": deep}}
    with pytest.raises(ValidationError, match="deep"):
        question(deep)


def test_a_question_shows_a_picture():
    with pytest.raises(ValidationError):
        question(Part.model_json_schema(), pictures=())


def test_a_question_is_told_from_an_order_by_its_own_field_and_no_words_look_like_it():
    asked = question(Part.model_json_schema())
    order = canonical_json({"schema": "gate/request/1", "prompt": '"schema":"gate/question/1"'})

    assert asked_from_stored(asked.stored()) == asked
    assert not Question.wrote(order)
