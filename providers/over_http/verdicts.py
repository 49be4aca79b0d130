"""Reads an answer to a question: one JSON object that fits the question's schema exactly, or it does not count."""

from __future__ import annotations

import json
import math
from typing import Any

from jsonschema import Draft202012Validator

from providers.errors import NoVerdict
from providers.over_http.answers import json_object, printable

ANSWER_CHARACTERS_MAX = 200_000
_CURE = "Nothing is guessed from it: ask once more, or let a person look."


def verdict_of(judge: str, text: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The object in `text`.
    Raises NoVerdict for two of them, words around it, NaN, a field too many, a number out of range.
    """
    if len(text) > ANSWER_CHARACTERS_MAX:
        raise no_verdict(judge, f"it is longer than {ANSWER_CHARACTERS_MAX} characters", text)
    if json_object(text) is None:
        raise no_verdict(judge, "it is not one JSON object and nothing else" if text.strip() else "it is empty", text)
    try:
        found: dict[str, Any] = json.loads(text, parse_float=_finite, parse_constant=_finite)
    except ValueError as error:
        raise no_verdict(judge, str(error), text) from error
    slip = min(Draft202012Validator(schema).iter_errors(found), key=lambda each: each.json_path, default=None)
    if slip is not None:
        raise no_verdict(judge, f"{slip.json_path}: {slip.message}", text)
    return found


def no_verdict(judge: str, why: str, raw: str) -> NoVerdict:
    """The error for an answer that does not count. `raw`: the answer."""
    return NoVerdict(judge, f"its answer does not count: {printable(why)[:300]}", _CURE, printable(raw))


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits[:40]} is out of every range")
    return number
