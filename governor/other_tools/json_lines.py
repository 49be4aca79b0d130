"""Reads another tool's file of JSON lines: bounded, each number exactly,
and a reason for every line that is not an object.
"""

from __future__ import annotations

import json
import reprlib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from governor.errors import ForeignLogRefused

FILE_BYTES_MAX = 64_000_000
LINE_BYTES_MAX = 1_000_000
DIGITS_KEPT = 120
"""More than `_AMOUNT` lets in times the largest unit, so that no product is ever rounded."""


def lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """Each line that is not empty, without its end; a line that is too long comes cut, and is refused by its length."""
    try:
        if not path.is_file():
            raise ForeignLogRefused(str(path), "there is no such file", "Give the path of a JSONL file.")
        if path.stat().st_size > FILE_BYTES_MAX:
            cause = f"it is larger than {FILE_BYTES_MAX // 1_000_000} MB"
            raise ForeignLogRefused(str(path), cause, "Split it by lines (split -l 10000) and import the parts.")
        with path.open("rb") as file:
            number, begins = 1, True
            while piece := file.readline(LINE_BYTES_MAX + 2):
                ended = piece.endswith(b"\n")
                line = piece.removesuffix(b"\n").removesuffix(b"\r")
                if begins and (line := line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line).strip():
                    yield number, line
                begins = ended
                number += ended
    except OSError as error:
        raise ForeignLogRefused(str(path), f"it cannot be read ({error.strerror})", "Look at its rights.") from error


def parsed(line: bytes) -> dict[str, Any]:
    """The fields of a line. Raises ValueError with the reason, in words, where it is not one JSON object."""
    if len(line) > LINE_BYTES_MAX:
        raise ValueError(f"it is longer than {LINE_BYTES_MAX // 1_000_000} MB")
    try:
        fields = json.loads(
            line.decode(),
            parse_float=Decimal,
            parse_int=_whole,
            parse_constant=_no_number,
            object_pairs_hook=_each_name_once,
        )
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON (column {error.colno}: {error.msg})") from None
    except RecursionError:
        raise ValueError("it nests too deep") from None
    except ArithmeticError:
        raise ValueError("it holds a number that nothing can count to") from None
    if not isinstance(fields, dict):
        raise ValueError("it is not a JSON object")  # noqa: TRY004  # one error for all that a line can be
    return fields


def _whole(digits: str) -> int:
    if len(digits) > DIGITS_KEPT:
        raise ValueError(f"it holds a number of {len(digits)} digits")
    return int(digits)


def _no_number(name: str) -> None:
    raise ValueError(f"it holds {name}, which is not a number")


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise ValueError(f"its field {reprlib.repr(twice)} stands there twice")
    return found
