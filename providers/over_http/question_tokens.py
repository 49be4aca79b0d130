"""The tokens of a question and its answer, before anybody has counted them: at most, and as they mostly are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from manifests.question import Question
from manifests.spending.price import PriceOf, Quote, Usage

WORDS_MAX = 4096
"""The longest answer in tokens, thought included; the provider is told to stop there, so it is also the most that is
billed.
"""

_SENTENCE_SHARE = 3
"""A sentence mostly takes a third of what it may have."""

_DEPTH_MAX = 20


def at_most(usage: Usage, question: Question, picture_tokens: int) -> Usage:
    """The usage with as many tokens as there can be: no token has less than a byte.
    `picture_tokens`: the most that one picture comes to.
    """
    read = _bytes(question) + picture_tokens * len(question.pictures)
    return usage.model_copy(update={"tokens_in": read, "tokens_out": WORDS_MAX})


def likely(usage: Usage, question: Question, picture_tokens: int) -> Usage:
    """The usage as it mostly is: four bytes to a token, in what is read and in what is answered."""
    read = 1 + _bytes(question) // 4 + picture_tokens * len(question.pictures)
    return usage.model_copy(update={"tokens_in": read, "tokens_out": _answered(question)})


def quote_between(price_of: PriceOf, mostly: Usage, most: Usage) -> Quote:
    """The quote for a call whose tokens nobody knows beforehand: few are read, and perhaps none is written."""
    bound, usual = price_of(most), price_of(mostly)
    least = price_of(mostly.model_copy(update={"tokens_in": 1, "tokens_out": 1}))
    return bound.model_copy(update={"low_microusd": least.low_microusd, "likely_microusd": usual.likely_microusd})


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
