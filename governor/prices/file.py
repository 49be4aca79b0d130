"""Reading a price file strictly: every refusal names file, line, column, field and fix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent

from governor.prices.row import Confidence, PriceRow
from manifests.errors import ManifestError
from manifests.noun import Noun, Text

BOOK_BYTES_MAX = 1 << 20
_SENTENCE_MAX = 300
DEPTH_MAX = 8
"""A row's size lies on the fourth level. The parser in C has no bound of its own: too deep a file ends the process."""

_HEAD = ("provider", "source", "as_of", "confidence")
_CURE = "docs/prices.md shows how one is written."
_SLIPS = (YAMLError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""Errors that ruamel lets through on odd files, beside its own."""


class PriceFile(Noun):
    """A price file as people write it. What its head says holds for every row that does not say it itself."""

    schema_: Annotated[Literal["gate/prices/1"], Field(alias="schema")]
    provider: Text | None = None
    source: Text | None = None
    as_of: date | None = None
    confidence: Confidence | None = None
    prices: Annotated[tuple[PriceRow, ...], Field(max_length=5000)]


def read_prices(path: Path, today: date) -> tuple[PriceRow, ...]:
    """The rows of one file, in its order. Raises ManifestError; `today` finds the dates that have not come yet."""
    content = _content(path)
    rows = _rows(path, content)
    found: set[tuple[str, ...]] = set()
    for place, row in enumerate(rows):
        if row.as_of > today:
            cause = f"{row.as_of} has not come yet: this machine's clock says {today}"
            cure = "Set the clock, if it is wrong. If it is right, write the day you looked the price up."
            raise _refused(path, content, ("prices", place, "as_of"), cause, cure)
        if found & set(row.places):
            raise _refused(
                path, content, ("prices", place), f"{row.model} {row.words()} is priced twice", "Keep one row."
            )
        found.update(row.places)
    return rows


def take_rows(told: Iterable[Mapping[str, Any]], today: date) -> tuple[tuple[PriceRow, ...], tuple[str, ...]]:
    """The rows of a list that a provider told today, held to what a file is held to;
    and a sentence for each that is refused.
    """
    rows: list[PriceRow] = []
    refused: list[str] = []
    for each in told:
        try:
            row = PriceRow.model_validate({**each, "as_of": today})
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where, words = ".".join(map(str, first["loc"])), first["msg"].removeprefix("Value error, ")
            refused.append(f"{each.get('model')}: {where} {str(each.get(where))!r}: {words}"[:_SENTENCE_MAX])
            continue
        if any(set(row.places) & set(other.places) for other in rows):
            refused.append(f"{row.model}: {row.words()} is priced twice")
        else:
            rows.append(row)
    return tuple(rows), tuple(refused)


def _content(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise ManifestError(path, 0, 0, "", "it is not an ordinary file", "Give the path of a price file.")
        with path.open("rb") as file:
            content = file.read(BOOK_BYTES_MAX + 1)
    except OSError as error:
        raise ManifestError(
            path, 0, 0, "", f"it cannot be read ({error.strerror})", "Give the path of a price file."
        ) from error
    if len(content) > BOOK_BYTES_MAX:
        raise ManifestError(
            path, 0, 0, "", "it is larger than a megabyte", "Split it, or take out everything that is not a price."
        )
    return content


@lru_cache(maxsize=32)
def _rows(path: Path, content: bytes) -> tuple[PriceRow, ...]:
    """The rows as they stand there. Each content is parsed once in a process: every plan reads all lists."""
    try:
        return PriceFile.model_validate(_data(path, content)).prices
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise _refused(path, content, first["loc"], first["msg"].removeprefix("Value error, "), _CURE) from error


def _data(path: Path, content: bytes) -> Any:
    """The file's values, with its head's written into each row.
    Parsed in C: a hundred rows in a hundredth of a second.
    """
    try:
        _not_too_deep(content)
        data = YAML(typ="safe").load(content)
    except _SLIPS as error:
        line, column = _mark(content, error)
        cause = (getattr(error, "problem", None) or str(error) or "it nests too deep").partition("\n")[0]
        raise ManifestError(path, line, column, "", f"it is not YAML ({cause})", _CURE) from error
    if not isinstance(data, dict) or not isinstance(data.get("prices"), list):
        return data
    head = {name: data[name] for name in _HEAD if name in data}
    return {**data, "prices": [{**head, **row} if isinstance(row, dict) else row for row in data["prices"]]}


def _mark(content: bytes, error: Exception) -> tuple[int, int]:
    """Where the YAML is wrong; where that is past the end, the place at which what never ends began."""
    if not isinstance(error, MarkedYAMLError):
        return 0, 0
    mark = error.problem_mark
    if mark is not None and mark.line >= len(content.splitlines()):
        mark = error.context_mark or mark
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


def _not_too_deep(content: bytes) -> None:
    depth = 0
    for event in YAML(typ="safe").parse(content):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEPTH_MAX:
            raise RecursionError


def _refused(path: Path, content: bytes, location: tuple[int | str, ...], cause: str, cure: str) -> ManifestError:
    """The refusal with its place: only a file that is wrong is read a second time, for its lines."""
    line, column = _place(YAML(typ="safe").compose(content), location)
    return ManifestError(path, line, column, ".".join(str(part) for part in location), cause, cure)


def _place(node: Any, location: tuple[int | str, ...]) -> tuple[int, int]:
    """Line and column, from 1, of the deepest part of `location` that the file has."""
    for step in location:
        if isinstance(step, int) and isinstance(node.value, list) and step < len(node.value):
            node = node.value[step]
        elif isinstance(node.value, list):
            below = next((value for key, value in _pairs(node) if key.value == step), None)
            if below is None:
                break
            node = below
    return (node.start_mark.line + 1, node.start_mark.column + 1) if node is not None else (0, 0)


def _pairs(node: Any) -> list[tuple[Any, Any]]:
    return [pair for pair in node.value if isinstance(pair, tuple)]
