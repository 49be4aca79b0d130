"""Cuts an answer to a size that a model can read, and says in it what was cut."""

from __future__ import annotations

import json
from typing import Any

CHARACTERS_MAX = 60_000
_STEPS = ((200, 4_000), (50, 2_000), (20, 800), (5, 300), (2, 100))
"""Rows of a list and characters of a text that are left, tried in order until the answer is short enough."""


def bounded(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts with `cut`: each list and text that is not whole. At most CHARACTERS_MAX characters as JSON."""
    for rows, characters in _STEPS:
        cut: list[str] = []
        told = {**_cut(facts, "", rows, characters, cut), "cut": cut[:_NAMED] + _more(cut)}
        if len(json.dumps(told, ensure_ascii=False)) <= CHARACTERS_MAX:
            return told
    return {"cut": ["the whole answer: it is too long however it is cut; ask for one scene, or one shot"]}


_NAMED = 40


def _more(cut: list[str]) -> list[str]:
    return [f"and {len(cut) - _NAMED} more"] if len(cut) > _NAMED else []


def _cut(value: Any, at: str, rows: int, characters: int, cut: list[str]) -> Any:
    if isinstance(value, dict):
        return {key: _cut(each, f"{at}.{key}".lstrip("."), rows, characters, cut) for key, each in value.items()}
    if isinstance(value, list | tuple):
        if len(value) > rows:
            cut.append(f"{at}: the first {rows} of {len(value)} rows")
        return [_cut(each, f"{at}[{index}]", rows, characters, cut) for index, each in enumerate(value[:rows])]
    if isinstance(value, str) and len(value) > characters:
        cut.append(f"{at}: the first {characters} of {len(value)} characters")
        return value[:characters]
    return value
