"""The table of a turnover's media, media.csv: which file and which take each reel stands for."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from assembly.conform.bounds import content_of, text_of
from assembly.conform.names import name_of
from assembly.errors import UnreadableEdit

TABLE = "media.csv"
_ROWS_MAX = 100_000
_COLUMNS = ("reel", "file", "sha256", "shot", "take", "tier", "start", "copy_of")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One file. `file`: its path below the turnover's folder; `sha256`: of the file; `copy_of`: of the take that it is
    a copy of; `start`: its own timecode, empty where nobody wrote it.
    """

    reel: str = ""
    file: str = ""
    sha256: str = ""
    shot: str = ""
    take: str = ""
    tier: str = ""
    start: str = ""
    copy_of: str = ""

    @property
    def called(self) -> str:
        """The take as its file would be called; empty for what is none."""
        return "_".join(filter(None, (self.shot, self.tier, self.take))) if self.shot else ""


class MediaTable:
    """The rows by reel and by file. Where two rows have one reel or one name, neither is found by it."""

    def __init__(self, rows: Sequence[TableRow]) -> None:
        self._reels = _each_once([(row.reel, row) for row in rows])
        self._names = _each_once([(name_of(row.file).casefold(), row) for row in rows])

    def find(self, reel: str, names: Sequence[str]) -> TableRow | None:
        """By the reel, else by a file's name."""
        found = (self._names.get(name_of(name).casefold()) for name in names)
        return self._reels.get(reel) or next((row for row in found if row), None)


def read_table(folder: Path) -> MediaTable:
    """The table in the folder of the edit; an empty one where it has none, or a link to elsewhere. Raises
    UnreadableEdit.
    """
    file = folder / TABLE
    if file.is_symlink() or not file.exists():
        return MediaTable([])
    text = text_of(content_of(file), str(file))
    rows: list[TableRow] = []
    try:
        for row in csv.DictReader(StringIO(text, newline="")):
            if len(rows) >= _ROWS_MAX:
                raise UnreadableEdit(str(file), f"it has more than {_ROWS_MAX} rows", "Take it away from the folder")
            rows.append(TableRow(**{name: _cell(row.get(name)) for name in _COLUMNS}))
    except csv.Error as error:
        raise UnreadableEdit(str(file), f"it is not a table: {error}", "Write the turnover again") from None
    return MediaTable(rows)


def _cell(value: object) -> str:
    """A cell without the mark that keeps a spreadsheet from taking it for a formula."""
    return value.removeprefix("'").strip()[:1_000] if isinstance(value, str) else ""


def _each_once(pairs: Sequence[tuple[str, TableRow]]) -> dict[str, TableRow]:
    found: dict[str, TableRow | None] = {}
    for name, row in pairs:
        found[name] = None if name in found and found[name] != row else row
    return {name: row for name, row in found.items() if name and row}
