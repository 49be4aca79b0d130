"""The shot matrix as a table that fits a terminal: as many columns as there is room for, and cells that wrap."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from production.matrix.columns import Column
    from production.matrix.model import MatrixRow

_GAP = "  "
_INDENT = "  "


def table(rows: Sequence[MatrixRow], width: int) -> list[str]:
    """The lines of the table, none wider than `width` where that is 72 or more; the last one names the columns that
    were left out.
    """
    from production.matrix.columns import COLUMNS

    said = {column.header: [column.words(row) for row in rows] for column in COLUMNS}
    filled = [column for column in COLUMNS if column.rank == 0 or any(said[column.header])]
    shown = _that_fit(filled, said, width)
    widths = _widths(shown, said, width)
    lines = [_line([column.header for column in shown], widths)]
    for number in range(len(rows)):
        lines += _wrapped([said[column.header][number] for column in shown], widths)
    if left := [column.header for column in filled if column not in shown]:
        told = f"Left out at this width: {', '.join(left)} (--csv and --html have all)."
        lines += ["", *textwrap.wrap(told, width, initial_indent=_INDENT, subsequent_indent=_INDENT)]
    return lines


def _that_fit(columns: Sequence[Column], said: dict[str, list[str]], width: int) -> list[Column]:
    """All of them, less those that are left out first, until their least widths fit."""
    shown = list(columns)
    while _sum([_need(column, said, column.least) for column in shown]) > width:
        last = max(shown, key=lambda column: column.rank)
        if last.rank == 0:
            break
        shown.remove(last)
    return shown


def _widths(columns: Sequence[Column], said: dict[str, list[str]], width: int) -> list[int]:
    """The least width of each, and what is left over given out, one character a round, to those that need more."""
    widths = [_need(column, said, column.least) for column in columns]
    wants = [_need(column, said, column.most) for column in columns]
    room = width - _sum(widths)
    while room > 0 and any(have < want for have, want in zip(widths, wants, strict=True)):
        for place, want in enumerate(wants):
            if room > 0 and widths[place] < want:
                widths[place], room = widths[place] + 1, room - 1
    return widths


def _need(column: Column, said: dict[str, list[str]], bound: int) -> int:
    """What the column needs, at most `bound`, and never less than its header."""
    return max(len(column.header), min(bound, max(map(len, said[column.header]), default=0)))


def _sum(widths: Sequence[int]) -> int:
    return len(_INDENT) + sum(widths) + len(_GAP) * (len(widths) - 1)


def _wrapped(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    parts = [textwrap.wrap(cell, width) or [""] for cell, width in zip(cells, widths, strict=True)]
    for number in range(max(map(len, parts))):
        yield _line([part[number] if number < len(part) else "" for part in parts], widths)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return (_INDENT + _GAP.join(padded)).rstrip()
