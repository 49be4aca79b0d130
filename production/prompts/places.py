"""Line and column of words in a film's files, as a person's editor counts them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from checks.prompts.record import Hit
from checks.prompts.record import Path as FieldPath
from manifests.errors import GateError
from manifests.reading.document import load_yaml, place_of

_LINES_MAX = 60
"""A field's text of 2000 letters, folded at 80, ends within them."""


class Places:
    """The files below one film's folder, each read once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: dict[str, tuple[Any, list[str]]] = {}

    def of(self, hit: Hit) -> tuple[int, int]:
        """Where the words stand; the field, where they cannot be found as they are (quoted, folded, or by default)."""
        line, column = self.at(hit.piece.file, hit.piece.path)
        lines = self._read(hit.piece.file)[1]
        words, skip = hit.words.split("\n")[0], hit.piece.text[: hit.start].count(hit.words)
        for number, text in enumerate(lines[line - 1 : line - 1 + _LINES_MAX] if words else (), line):
            start = column - 1 if number == line else 0
            while (found := text.find(words, start)) >= 0:
                if skip == 0:
                    return number, found + 1
                skip, start = skip - 1, found + 1
        return line, column

    def at(self, file: str, path: FieldPath) -> tuple[int, int]:
        """Where a field stands."""
        return place_of(self._read(file)[0], path)

    def _read(self, file: str) -> tuple[Any, list[str]]:
        if file not in self._files:
            whole = self._root / file
            try:
                content = whole.read_bytes()
                self._files[file] = (load_yaml(whole, content=content), content.decode("utf-8-sig").splitlines())
            except (GateError, OSError, UnicodeDecodeError):  # it was read a moment ago: somebody is writing it
                self._files[file] = (None, [])
        return self._files[file]
