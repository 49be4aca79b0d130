"""Reads a shot list: CSV and TSV as any spreadsheet saves them, and XLSX; bounded, and never a formula's code."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path

from production.story.errors import UnreadableStory
from production.story.formats.columns import COLUMNS, Row, column_of, unguarded
from production.story.formats.source import bounded, text_of

_ROWS_MAX, _COLUMNS_MAX, _CELL_MAX = 5_000, 60, 10_000
_UNZIPPED_MAX = 128 << 20
"""A list of 5 000 rows has 2 MB when it is unzipped; a bomb has gigabytes."""

_DATE = "\x00date "
_HEADER_WITHIN = 20


def read_rows(path: Path) -> tuple[list[Row], list[str]]:
    """The rows of a list by our columns, and what has to be said about them. Raises UnreadableStory."""
    content = bounded(path)
    cells = _xlsx(content, str(path)) if path.suffix.lower() == ".xlsx" else _csv(text_of(content), str(path))
    table = [row[:_COLUMNS_MAX] for row in _bounded_rows(cells, str(path))]
    at = next(
        (n for n, row in enumerate(table[:_HEADER_WITHIN]) if len({column_of(c) for c in row} - {None}) >= 2), None
    )
    if at is None:
        names = ", ".join(COLUMNS[:-1])
        raise UnreadableStory(str(path), "no row names its columns", f"Name them as a shot list does: {names}.")
    header, notes = [column_of(cell) for cell in table[at]], list[str]()
    unknown = [cell for cell, column in zip(table[at], header, strict=True) if cell.strip() and column is None]
    if unknown:
        notes.append(f"columns that are left out: {', '.join(unknown)}")
    rows = [_row(header, row, number, notes) for number, row in enumerate(table[at + 1 :], at + 2)]
    return [row for row in rows if any(row.values())], notes


def _row(header: Sequence[str | None], cells: Sequence[str], number: int, notes: list[str]) -> Row:
    row: Row = {}
    for column, cell in zip(header, cells, strict=False):
        if column is None:
            continue
        if cell.startswith(_DATE):
            made = cell.removeprefix(_DATE)
            notes.append(f"row {number}, {column}: the spreadsheet made a date of it, {made}; write what you meant")
        elif not row.get(column):
            row[column] = unguarded(cell.strip())
    return row


def _bounded_rows(cells: Iterable[list[str]], source: str) -> Iterator[list[str]]:
    for number, row in enumerate(cells, 1):
        if number > _ROWS_MAX:
            raise UnreadableStory(source, f"it has more than {_ROWS_MAX} rows", "Split it by scene.")
        if any(len(cell) > _CELL_MAX for cell in row):
            raise UnreadableStory(source, f"row {number} has a cell of more than {_CELL_MAX} letters", "Shorten it.")
        yield row


def _csv(text: str, source: str) -> Iterator[list[str]]:
    lines = text.lstrip("\n")
    if lines.lower().startswith("sep=") and "\n" in lines:
        first, _, lines = lines.partition("\n")
        separator = first[4:5] or ";"
    else:
        head = next((line for line in lines.split("\n") if line.strip()), "")
        separator = max(";\t,", key=head.count)
    try:
        yield from csv.reader(io.StringIO(lines, newline=""), delimiter=separator)
    except csv.Error as error:
        raise UnreadableStory(source, f"it is not a table: {error}", "Save it again as CSV.") from None


def _xlsx(content: bytes, source: str) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # noqa: PLC0415  # 0.2 s to load, for those who bring a workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _refuse_bomb(sum(each.file_size for each in packed.infolist()), source)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets[:1]:
            for row in sheet.iter_rows(max_row=_ROWS_MAX + 1, max_col=_COLUMNS_MAX, values_only=True):
                yield [_shown(cell) for cell in row]
    except UnreadableStory:
        raise
    except Exception as error:  # noqa: BLE001  # openpyxl lets all errors of its parsers through
        cause = f"it is not a workbook ({type(error).__name__})"
        raise UnreadableStory(source, cause, "Save it again as .xlsx, or as CSV.") from None


def _refuse_bomb(size: int, source: str) -> None:
    if size > _UNZIPPED_MAX:
        raise UnreadableStory(source, f"it unpacks to {size} bytes", "Save the list alone as a new workbook.")


def _shown(cell: object) -> str:
    match cell:
        case None:
            return ""
        case datetime() | date():
            return f"{_DATE}{cell:%Y-%m-%d}"
        case time():
            return f"{_DATE}{cell:%H:%M}"
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return text_of(str(cell).encode())
