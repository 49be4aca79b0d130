"""Simulated vision judges of a rehearsal: an honest one, and one that believes whatever it reads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from manifests.keys import canonical_json, hash_file
from rehearsal import looking
from rehearsal.house import House
from rehearsal.looking import Truth
from rehearsal.records import PlayedJob

_PLANTED = re.compile(
    r"\b(ignore|disregard|forget)\b.{0,80}\b(instruction|rule|above|previous)", re.IGNORECASE | re.DOTALL
)
_GOOD, _MIDDLING, _BAD = 0.9, 0.5, 0.1
_DEPTH_MAX = 20


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture that a judge is shown. `flaws`: what is wrong with it, None where nobody here drew it;
    `truth`: what is in it.
    """

    path: Path | None
    flaws: tuple[str, ...] | None
    truth: Truth | None = None


def answer(player: str, schema: dict[str, Any], texts: Sequence[str], shown: Sequence[ShownPicture]) -> str:
    """The simulated judge's answer, as JSON that fits the schema. It depends only on the pictures that it is shown."""
    paths = [seen.path for seen in shown if seen.path]
    told = " ".join([*texts, *(_metadata(path, path.stat().st_mtime_ns) for path in paths)])
    believes = player == "gullible" and _PLANTED.search(told) is not None
    if sheet := looking.sheet_of(schema, texts, [seen.truth for seen in shown]):
        return canonical_json(looking.look(sheet, believes=believes))
    if believes:
        return canonical_json(_value(schema, 1.0, "all is well", schema))
    level, words = _judged(shown)
    return canonical_json(_value(schema, level, words, schema))


def seen(house: House, name: str) -> ShownPicture:
    """The house's knowledge of a picture that it was sent: one that it drew, or nearly; a frame of a clip of its own;
    a locked one.
    """
    path = house.received(name)
    if path is None:
        return ShownPicture(None, None)
    drawn: dict[Path, PlayedJob] = {}
    for job in house.records.jobs():
        made = house.output(job)
        if not made.is_file():
            continue
        if _content(made, made.stat().st_mtime_ns) == name:
            return ShownPicture(path, _flaws(job), _truth(house, job))
        if job.order.operation in {"panel", "clip"}:
            drawn[made] = job
    if (locked := house.studio.locked_as(name)) is not None:
        return ShownPicture(path, None, looking.truth_of_locked(locked))
    if drawn and house.studio.knows_shots and (found := _job_like(path, drawn)) is not None:
        return ShownPicture(path, _flaws(found), _truth(house, found))
    return ShownPicture(path, None)


def _flaws(job: PlayedJob) -> tuple[str, ...]:
    return tuple(str(fault.of) for fault in job.faults if fault.fault == "drift")


def _truth(house: House, job: PlayedJob) -> Truth | None:
    known = house.studio.shot_of(job.order)
    return looking.truth_of_shot(known.shot, _flaws(job), house.studio.places) if known else None


def _job_like(picture: Path, drawn: Mapping[Path, PlayedJob]) -> PlayedJob | None:
    from rehearsal.frames import most_alike  # noqa: PLC0415  it loads the pixel libraries

    found = most_alike(picture, tuple(drawn))
    return drawn[found] if found else None


def _judged(shown: Sequence[ShownPicture]) -> tuple[float, str]:
    known = [each.flaws for each in shown if each.flaws is not None]
    flaws = sorted({flaw for each in known for flaw in each})
    if flaws:
        return _BAD, f"drifted: {', '.join(flaws)}"
    return (_GOOD, "as it was asked for") if known else (_MIDDLING, "nobody here drew this")


def _value(schema: dict[str, Any], level: float, words: str, root: dict[str, Any], depth: int = 0) -> Any:
    """A value that fits the schema: high in its range where all is well."""
    if depth > _DEPTH_MAX:
        return None
    if named := schema.get("$ref"):
        schema = _referred(str(named), root)
    if choices := schema.get("enum") or ([schema["const"]] if "const" in schema else []):
        return choices[0] if level >= _MIDDLING else choices[-1]
    if either := schema.get("anyOf") or schema.get("oneOf"):
        return _value(either[0], level, words, root, depth + 1)
    kind = str(schema.get("type", "")).lower()
    if kind == "object":
        fields = schema.get("properties", {})
        return {name: _value(each, level, words, root, depth + 1) for name, each in fields.items()}
    if kind == "array":
        return [_value(schema["items"], level, words, root, depth + 1)] * int(schema.get("minItems", 0))
    plain = {
        "integer": round(_within(schema, level, 10)),
        "number": _within(schema, level, 1),
        "boolean": level >= _MIDDLING,
        "string": words[: int(schema.get("maxLength", len(words)))],
    }
    return plain.get(kind)


def _within(schema: dict[str, Any], level: float, high: float) -> float:
    low, high = float(schema.get("minimum", 0)), float(schema.get("maximum", high))
    return low + (high - low) * level


def _referred(name: str, root: dict[str, Any]) -> dict[str, Any]:
    found = root
    for part in name.removeprefix("#/").split("/"):
        found = found[part]
    return found


@lru_cache(2048)
def _metadata(path: Path, changed_ns: int) -> str:  # noqa: ARG001  as below
    """The words that ride along in a picture's file. To be sure of them Pillow decodes all of it."""
    try:
        with Image.open(path) as picture:
            held = [*picture.info.values(), *picture.getexif().values()]
    except (OSError, UnidentifiedImageError, SyntaxError):
        return ""
    return " ".join(each.decode(errors="replace") if isinstance(each, bytes) else str(each) for each in held)


@lru_cache(2048)
def _content(path: Path, changed_ns: int) -> str:  # noqa: ARG001  a file that is written again is another
    return hash_file(path)
