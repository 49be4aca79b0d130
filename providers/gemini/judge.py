"""A question as Gemini's wire has it: the instruction, then each picture after its label;
the answer bound to a schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from manifests.question import Question
from manifests.spending.price import Usage
from providers.gemini.panels import inline
from providers.models import ModelRow

WORDS_MAX = 4096
"""The longest answer in tokens, thought included; Google stops there, so it is also the most that is billed."""

_SENTENCE_SHARE = 3
"""A sentence mostly takes a third of what it may have."""

_DEPTH_MAX = 20
_PICTURE_TOKENS_MAX = 1120
_PICTURE_TOKENS = {"low": 280, "medium": 560, "high": 1120}
"""The tokens of a picture at each detail, as Gemini 3's guide has it; the hold takes the most expensive one."""


def body(question: Question, row: ModelRow, at: Mapping[str, str]) -> dict[str, Any]:
    """The call's body. `at`: where each picture is, as a data URL or the name of its content."""
    parts: list[dict[str, Any]] = [{"text": question.instruction}]
    for shown in question.pictures:
        parts += [{"text": f"{shown.label} ({shown.role})"}, inline(at[shown.sha256])]
    config: dict[str, Any] = {
        "temperature": 0.0,
        "maxOutputTokens": WORDS_MAX,
        "responseMimeType": "application/json",
        "responseJsonSchema": question.answer,
        "mediaResolution": f"MEDIA_RESOLUTION_{question.detail.upper()}",
    }
    if budget := row.wire.get("thinking_budget"):
        config["thinkingConfig"] = {"thinkingBudget": int(budget)}
    return {"contents": [{"role": "user", "parts": parts}], "generationConfig": config}


def at_most(usage: Usage, question: Question) -> Usage:
    """The usage with as many tokens as there can be: no token has less than a byte."""
    written = _bytes(question)
    return usage.model_copy(
        update={"tokens_in": written + _PICTURE_TOKENS_MAX * len(question.pictures), "tokens_out": WORDS_MAX}
    )


def likely(usage: Usage, question: Question) -> Usage:
    """The usage as it mostly is: four bytes to a token, in what is read and in what is answered."""
    pictures = _PICTURE_TOKENS[question.detail] * len(question.pictures)
    return usage.model_copy(
        update={"tokens_in": 1 + _bytes(question) // 4 + pictures, "tokens_out": _answered(question)}
    )


def _answered(question: Question) -> int:
    """The tokens of an answer in which everything applies, from the schema that it fits."""
    return min(WORDS_MAX, 1 + _characters(question.answer, question.answer) // 4)


def _characters(part: Mapping[str, Any], whole: Mapping[str, Any], depth: int = 0) -> int:
    """About how long the JSON of a value is."""
    if depth > _DEPTH_MAX:
        return 0
    if "$ref" in part:
        found: Any = whole
        for name in str(part["$ref"]).removeprefix("#/").split("/"):
            found = found[name]
        return _characters(found, whole, depth + 1)
    if either := part.get("anyOf") or part.get("oneOf"):
        return max(_characters(each, whole, depth + 1) for each in either)
    fields: Mapping[str, Any] = part.get("properties", {})
    inside = sum(len(name) + 4 + _characters(each, whole, depth + 1) for name, each in fields.items())
    if "items" in part:
        inside += int(part.get("minItems", 1)) * _characters(part["items"], whole, depth + 1)
    return 2 + inside + int(part.get("maxLength", 9)) // _SENTENCE_SHARE


def _bytes(question: Question) -> int:
    """All that is written to it; a schema is read like words."""
    said = [question.instruction, str(question.answer), *(f"{s.label} ({s.role})" for s in question.pictures)]
    return sum(len(words.encode()) for words in said)
