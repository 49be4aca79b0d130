"""A provider's answer: its status, its JSON, its words as they may be kept, and the meaning of a bare status."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from manifests.redaction import redacted
from providers.errors import Invalid, KeyLimit, NoCredit, OutcomeUnknown, ProviderError, RateLimited

JSON_BYTES_MAX = 4 << 20
RAW_CHARACTERS_MAX = 2000
PAUSE_S_MAX = 60.0
"""The longest pause that a provider may ask for."""

ACCEPTED = frozenset({200, 201, 202})
_MISFITS = frozenset({400, 404, 405, 413, 415, 422})
_SPENT = re.compile(r"limit|quota|budget|spend|exhaust", re.IGNORECASE)
_SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?", re.ASCII)
_TAIL_CHARACTERS = 30
"""Room for the words that say how long they were: so that they may go through here twice."""

_READ_CHARACTERS_MAX = 8 * RAW_CHARACTERS_MAX


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status, its JSON object (None where it holds none), and its words, bounded and printable.

    An error that comes as the one element of a list is taken out of it. `headers`: by lower-case name, without secrets.
    """

    status: int
    data: dict[str, Any] | None
    raw: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class Again(Exception):
    """A free call brought nothing this time. `pause_s`: how long the provider asks us to wait, in seconds."""

    def __init__(self, words: str, pause_s: float = 0.0) -> None:
        super().__init__(words)
        self.pause_s = pause_s


def printable(words: str) -> str:
    """A provider's words as they may be kept: bounded, printable,
    without keys and without the queries of signed addresses.
    """
    # JSON writes "&" and "/" in two ways, and an address is only known for one in the plain way.
    start = words[:_READ_CHARACTERS_MAX].replace("\\u0026", "&").replace("\\/", "/")
    start, whole = redacted(start), len(words) <= RAW_CHARACTERS_MAX + _TAIL_CHARACTERS
    start = start if whole else start[:RAW_CHARACTERS_MAX]
    shown = "".join(c if c.isprintable() or c == "\n" else f"\\u{ord(c):04x}" for c in start)
    return shown if whole else f"{shown}… ({len(words)} characters)"


def keyless(text: str, secrets: Iterable[str]) -> str:
    """The text without the keys that are in `secrets` (the headers that carry them), however JSON spells them."""
    for piece in (piece for secret in secrets for piece in re.split(r"[\s:]", secret) if len(piece) > 7):
        text = text.replace(piece, "[key]")
        text = text.replace(piece.replace("/", "\\/"), "[key]") if "/" in piece else text
    return text


def meaning(reply: Reply, *, free_429: bool) -> tuple[type[ProviderError], str]:
    """The meaning of a bare status for a call, with the fix. A doubtful status means an unknown outcome."""
    if reply.status == 402:
        return NoCredit, "Top up the account; then: gate resume"
    if reply.status == 403 and _SPENT.search(f"{reply.raw} {reply.data}"):
        return KeyLimit, "Raise the key's limit at the provider; then: gate resume"
    if reply.status in {401, 403}:
        return Invalid, "Check the provider's key: gate doctor"
    if reply.status == 429 and free_429:
        return RateLimited, "Wait a little; then: gate resume"
    return (Invalid, "Change what it says; then: gate resume") if reply.status in _MISFITS else (OutcomeUnknown, "")


def pause_asked(headers: Mapping[str, str], data: Mapping[str, Any] | None = None) -> float:
    """The pause in seconds that an answer asks for in its `Retry-After` or its `retry_after`,
    at most PAUSE_S_MAX; else 0.
    """
    asked = headers.get("retry-after") or str((data or {}).get("retry_after", ""))
    return min(PAUSE_S_MAX, float(asked)) if _SECONDS.fullmatch(asked.strip()) else 0.0


def json_object(text: str, *, unwrap: bool = False) -> dict[str, Any] | None:
    """The one JSON object in `text`; None for anything else, a name that stands twice, or nesting without end.

    NaN and Infinity are null: one number that is none does not make the job's id and its state unreadable.

    `unwrap`: an object that is the only element of a list will do too.
    """
    try:
        data = json.loads(text, object_pairs_hook=_each_once, parse_float=Decimal, parse_constant=_null)
    except (ValueError, RecursionError):
        return None
    if unwrap and isinstance(data, list) and len(data) == 1:
        data = data[0]
    return data if isinstance(data, dict) else None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _null(_name: str) -> None:
    return None
