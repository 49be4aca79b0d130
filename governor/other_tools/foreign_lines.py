"""Reads another tool's log, one JSON object a line, as calls of ours:
exactly, with a reason for every line that cannot be.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from governor.other_tools.json_lines import DIGITS_KEPT, lines_of, parsed
from manifests.keys import hash_bytes
from manifests.money import MICROUSD_PER_USD
from manifests.names import scene_of_shot
from manifests.redaction import redacted
from manifests.spending.log_map import CostPick, ForeignCall, LogMap, Pick, ScenePick, ShotPick, TimePick

T = TypeVar("T")
_PROMPT_MAX = 20_000
_RAW_MAX = 2_000
_COST_MAX_MICROUSD = 10_000_000 * MICROUSD_PER_USD
"""Ten million dollars, as for every amount that people write: no call costs that, a wrong unit does."""

_AMOUNT = re.compile(r"\$?\d{1,30}(\.\d{1,60})?([eE][+-]?\d{1,3})?", re.ASCII)
_DIGITS = re.compile(r"\d{1,12}", re.ASCII)
_ZEROS = re.compile(r"(?<!\d)0+(?!\d)", re.ASCII)
_MICROUSD = {"usd": MICROUSD_PER_USD, "cents": MICROUSD_PER_USD // 100, "microusd": 1}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ForeignLine:
    """A good line: its number in the file, from 1, the hash of its bytes without the line's end, and what it says."""

    number: int
    sha256: str
    call: ForeignCall


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be counted, and why."""

    number: int
    reason: str


def read_lines(path: Path, log_map: LogMap) -> tuple[list[ForeignLine], list[BadLine]]:
    """The good lines and the bad ones, in order; empty lines are neither.
    Raises ForeignLogRefused where no line can be read.
    """
    good, bad = [], []
    for number, line in lines_of(path):
        try:
            good.append(ForeignLine(number, hash_bytes(line), call_of(line, log_map)))
        except ValueError as error:
            bad.append(BadLine(number, str(error)))
    return good, bad


def call_of(line: bytes, log_map: LogMap) -> ForeignCall:
    """One line, read. Raises ValueError with the reason, in words, where it cannot be counted."""
    fields = parsed(line)
    shot = _picked("shot", fields, log_map.shot, lambda said: _renamed(said, log_map.shot))
    scene = _picked("scene", fields, log_map.scene, lambda said: _renamed(said, log_map.scene))
    if shot and scene and not shot.startswith(f"{scene}_"):
        raise ValueError(f"its shot is {shot} and its scene {scene}")
    if not shot and not scene:
        raise ValueError("it says neither the scene nor the shot")
    text = {
        name: _picked(name, fields, pick, _text)
        for name, pick in (
            ("provider", log_map.provider),
            ("model", log_map.model),
            ("call_id", log_map.call_id),
            ("prompt", log_map.prompt),
            ("raw", log_map.raw),
        )
    }
    words = {
        name: _picked(name, fields, pick, lambda said, words=pick.words: words.get(said, said))  # type: ignore[misc]
        for name, pick in (("stage", log_map.stage), ("tier", log_map.tier), ("outcome", log_map.outcome))
    }
    try:
        return ForeignCall.model_validate(
            {
                "source": log_map.source,
                "made_at": _made_at(fields, log_map.made_at),
                "shot": shot,
                "scene": scene or scene_of_shot(str(shot)),
                "cost_microusd": _cost(fields, log_map.cost),
                "call_id": text["call_id"],
                "provider": text["provider"] or "",
                "model": text["model"] or "",
                "prompt": _bounded(redacted(text["prompt"] or ""), _PROMPT_MAX),
                "raw": _bounded(redacted(text["raw"] or ""), _RAW_MAX),
                **{name: word or "other" for name, word in words.items()},
            }
        )
    except ValidationError as error:
        raise ValueError(_in_words(error)) from None


def to_microusd(said: object, unit: int) -> int:
    """An amount as a number or as text, times `unit`, in whole micro-dollars: exact, and the half of one is rounded up.

    Raises ValueError for what is not an amount, is below zero, or is ten million dollars and more.
    """
    exact = _times(said, unit)
    if exact >= _COST_MAX_MICROUSD:
        raise ValueError(f"it is {_shown(said)}, ten million dollars or more: look at the unit")
    return int(exact.to_integral_value(ROUND_HALF_UP))


def _times(said: object, unit: int) -> Decimal:
    given = str(said) if isinstance(said, int | Decimal) and not isinstance(said, bool) else said
    if isinstance(given, str) and given.strip().startswith("-"):
        raise ValueError(f"it is {_shown(said)}, which is below zero")
    if not isinstance(given, str) or not _AMOUNT.fullmatch(given.strip()):
        raise ValueError(f"it is {_shown(said)}, which is not a number that can be counted")
    with localcontext(prec=DIGITS_KEPT):
        return Decimal(given.strip().removeprefix("$")) * unit


def _picked(name: str, fields: dict[str, Any], pick: Pick | None, read: Callable[[str], T]) -> T | None:
    """One fact of the line, read; None where neither the map nor the line has it."""
    if pick is None:
        return None
    said = _at(fields, pick.field) if pick.field else None
    if said is None and pick.default is not None:
        return read(pick.default)
    if said is None and not pick.optional:
        raise ValueError(f"{name}: it has no field {pick.field}")
    if said is None:
        return None
    if isinstance(said, bool) or not isinstance(said, str | int):
        raise ValueError(f"{name} ({pick.field}): it is {_shown(said)}, which is not text")  # noqa: TRY004  # as above
    try:
        return read(_text(str(said)))
    except ValueError as error:
        raise ValueError(f"{name} ({pick.field}): {error}") from None


def _at(value: Any, path: str) -> Any:
    """The value at a dotted path; None where there is none. A name that has dots itself is found as it stands."""
    if isinstance(value, dict) and path in value:
        return value[path]
    step, _, rest = path.partition(".")
    if isinstance(value, dict):
        below = value.get(step)
    elif isinstance(value, list) and _DIGITS.fullmatch(step) and int(step) < len(value):
        below = value[int(step)]
    else:
        return None
    return _at(below, rest) if rest else below


def _renamed(said: str, pick: ScenePick | ShotPick | None) -> str:
    """Our name of a scene or shot: by the map's words, or with their numbers put where the zeros of `numbers` are."""
    if pick is None or said in pick.words or pick.numbers is None or said == pick.default:
        return said if pick is None else pick.words.get(said, said)
    theirs, places = _DIGITS.findall(said), _ZEROS.findall(pick.numbers)
    if len(theirs) != len(places):
        raise ValueError(f"{_shown(said)} has {len(theirs)} numbers, and {pick.numbers} has room for {len(places)}")
    numbers = iter(theirs)
    return _ZEROS.sub(lambda zeros: str(int(next(numbers))).zfill(len(zeros[0])), pick.numbers)


def _text(said: str) -> str:
    try:
        said.encode()
    except UnicodeEncodeError:
        raise ValueError("its text holds half a character") from None
    return said


def _made_at(fields: dict[str, Any], pick: TimePick) -> str:
    said = _at(fields, pick.field)
    if said is None:
        raise ValueError(f"made_at: it has no field {pick.field}")
    try:
        when = _iso(said, pick.zone) if pick.written == "iso" else _unix(said, 1 if pick.written == "unix_ms" else 1000)
        return when.astimezone(UTC).isoformat(timespec="milliseconds")
    except OverflowError:
        raise ValueError(f"made_at ({pick.field}): {_shown(said)} lies outside of all calendars") from None
    except ValueError as error:
        raise ValueError(f"made_at ({pick.field}): {error}") from None


def _iso(said: object, zone: str | None) -> datetime:
    try:
        when = datetime.fromisoformat(said.strip() if isinstance(said, str) else "")
    except ValueError:
        raise ValueError(f"{_shown(said)} is not an ISO 8601 time") from None
    if when.tzinfo is None and zone is None:
        raise ValueError(f"{_shown(said)} names no time zone; say it in the map (zone: UTC)")
    return when if when.tzinfo else when.replace(tzinfo=ZoneInfo(str(zone)))


def _unix(said: object, ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=int(_times(said, ms)))


def _cost(fields: dict[str, Any], pick: CostPick) -> int | None:
    said = _at(fields, pick.field)
    if said is None:
        if pick.optional:
            return None
        raise ValueError(f"cost: it has no field {pick.field}")
    unit = pick.usd_per_credit if pick.usd_per_credit is not None else _MICROUSD[pick.unit]
    try:
        return to_microusd(said, unit)
    except ValueError as error:
        raise ValueError(f"cost ({pick.field}): {error}") from None


def _in_words(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    name = ".".join(str(part) for part in first["loc"])
    cure = "; say in the map what it means" if first["type"] in {"literal_error", "string_pattern_mismatch"} else ""
    return f"{name}: {_shown(first.get('input'))} will not do: {first['msg'].removeprefix('Value error, ')}{cure}"


def _bounded(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _shown(said: object) -> str:
    """A value of theirs in a sentence of ours: short, and without what opens a door."""
    return redacted(reprlib.repr(said)) if not isinstance(said, Decimal) else str(said)[:60]
