"""Puts long refusals into a line: what is in the way, and which layer is to blame. The whole of it stands below."""

from __future__ import annotations

import json
import re
from typing import Any

_BRIEF_MAX = 150
_TELLING = ("message", "error", "detail", "reason", "msg")
_OPENING = re.compile(r"^SC[0-9]{3,4}_SH[0-9]{4}( \w+){0,2}: ")


def brief(text: str) -> str:
    """The first thing a refusal says, and by its diagnosis whose fault it is."""
    head, _, diagnosis = _OPENING.sub("", " ".join(text.split())).partition("; diagnosis: ")
    if head.startswith("the same flaw "):
        head = head.partition("): ")[0] + ("" if head.partition("): ")[0].endswith(")") else ")")
    head = head.removeprefix("not begun: ").partition(". ")[0].rstrip(".")
    short = head if len(head) <= _BRIEF_MAX else f"{head[: _BRIEF_MAX - 1].rstrip()}…"
    return f"{short}; to blame: {diagnosis.partition(':')[0]}" if diagnosis else short


def their_sentence(raw: str) -> str:
    """The sentence in a provider's answer, where it is JSON with one in it; else the answer as it is."""
    try:
        return _sentence(json.loads(raw)) or raw
    except (ValueError, RecursionError):
        return raw


def _sentence(told: Any) -> str:
    if isinstance(told, dict):
        for key in _TELLING:
            if isinstance(told.get(key), str) and told[key].strip():
                return str(told[key])
        return next((found for value in told.values() if (found := _sentence(value))), "")
    return next((found for value in told if (found := _sentence(value))), "") if isinstance(told, list) else ""
