"""Writes a table as CSV that Excel opens as it is: semicolons, a byte order mark, no formula, no date."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from production.story.errors import Unplaceable
from production.story.formats.columns import guarded


def as_csv(thing: str, columns: Sequence[str], rows: Iterable[Sequence[str]], encoding: str = "utf-8") -> bytes:
    """The table with its header. Raises Unplaceable, which names the `thing`, for a letter that the encoding lacks."""
    text = io.StringIO(newline="")
    written = csv.writer(text, delimiter=";", lineterminator="\r\n")
    written.writerow(columns)
    for row in rows:
        written.writerow([guarded(cell) for cell in row])
    try:
        return text.getvalue().encode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeEncodeError as error:
        lacking = error.object[error.start : error.end]
        raise Unplaceable(thing, f"{encoding} has no {lacking!r}", "Write it as UTF-8.") from None
