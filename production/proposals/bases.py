"""Remembers a file as somebody read it, by a short hash of each field: a later difference has a name then, although
none of the file's words is kept.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from manifests.keys import hash_json
from manifests.reading.document import load_yaml, plain
from wiring.services import Services

_DIGITS = 12
_NAMED_MAX = 8


def fields_of(path: Path, content: bytes) -> dict[str, str]:
    """A short hash of each field by its place; of a private shot one for all of it. Raises ManifestError."""
    found: dict[str, str] = {}
    for name, value in plain(path, load_yaml(path, content=content)).items():
        if name != "shots" or not isinstance(value, list):
            found[str(name)] = _short(value)
            continue
        for index, shot in enumerate(value):
            found |= _of_shot(shot, index)
    return found


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The places that differ, each with what became of it."""
    places = dict.fromkeys((*before, *now))
    return [
        place if place in before and place in now else f"{place} ({'new' if place in now else 'gone'})"
        for place in places
        if before.get(place) != now.get(place)
    ]


def in_words(places: Iterable[str]) -> str:
    """The first few of them, and how many more there are."""
    named = list(places)
    more = f" and {len(named) - _NAMED_MAX} more" if len(named) > _NAMED_MAX else ""
    return ", ".join(named[:_NAMED_MAX]) + more


def hand_out(services: Services, file: str) -> str:
    """The hash of a file as it is now, for somebody who will propose a change of it. Its fields are remembered, so that
    a later refusal can say what changed since. Raises ManifestError.
    """
    path = services.folder.root / file
    content = path.read_bytes()
    base = sha256(content).hexdigest()
    note = _note(services, base)
    if not note.exists():
        with contextlib.suppress(OSError):  # where nobody may write, a later refusal names no field
            note.parent.mkdir(parents=True, exist_ok=True)
            note.write_text(json.dumps(fields_of(path, content)), encoding="utf-8")
    return base


def remembered(services: Services, base: str) -> dict[str, str] | None:
    """The fields of the file with this hash, where somebody was given it or proposed a change of it."""
    for filed in services.ledger.proposals():
        if filed.proposal.base == base:
            return filed.proposal.fields
    note = _note(services, base)
    if not note.exists():
        return None
    said: dict[str, str] = json.loads(note.read_text(encoding="utf-8"))
    return said


def _note(services: Services, base: str) -> Path:
    return services.settings.cache / "bases" / f"{base}.json"


def _of_shot(shot: Any, index: int) -> dict[str, str]:
    at = f"shots/{shot.get('id', index)}" if isinstance(shot, dict) else f"shots/{index}"
    if not isinstance(shot, dict) or shot.get("private"):
        return {at: _short(shot)}
    return {f"{at}/{name}": _short(value) for name, value in shot.items() if name != "id"}


def _short(value: Any) -> str:
    return hash_json(value)[:_DIGITS]
