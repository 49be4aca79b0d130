"""Remembers what a film's files said, so that a command parses only the files that changed since: JSON, never code.

An entry counts only for the same bytes of the file, read by the same code. Anything odd about it counts as nothing
remembered.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

from manifests.keys import hash_bytes
from manifests.noun import Noun
from manifests.reading.whole_file import put_text

N = TypeVar("N", bound=Noun)
_ENTRY_BYTES_MAX = 16 << 20
"""A scene of 400 shots has 400 kB as JSON; an entry beyond this is not ours."""


class ReadCache:
    """One film's remembered files below `folder`.
    Nothing is written before `keep`, which a refused command never reaches; after it, each at once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._new: dict[Path, str | None] = {}
        self._keeps = False

    def find(self, path: Path, content: bytes, noun: type[N]) -> N | None:
        """The parsed fields of the file with this content; None where they are not remembered."""
        try:
            entry = self._entry(path)
            if entry.stat().st_size > _ENTRY_BYTES_MAX:
                return None
            key, _, rest = entry.read_text(encoding="utf-8").partition("\n")
            seal, _, fields = rest.partition("\n")
            if key != _key(content, noun) or seal != hash_bytes(fields.encode()):
                return None
            return noun.model_validate_json(fields, strict=True)
        except (OSError, ValueError, RecursionError):
            return None

    def note(self, path: Path, content: bytes, fields: object, noun: type[Noun]) -> None:
        """Remember, once `keep` is called, that the file with this content holds `fields`, which `noun` has taken.

        A file with a private shot is forgotten instead: its words stand in that file and nowhere else.
        """
        text = None if _holds_private(fields) else json.dumps(fields, ensure_ascii=False)
        sealed = None if text is None else f"{_key(content, noun)}\n{hash_bytes(text.encode())}\n{text}"
        self._new[self._entry(path)] = sealed
        if self._keeps:
            self.keep()

    def keep(self) -> None:
        """Write what was noted, and from now on what is noted, each entry whole or not at all.
        Where nobody may write, the next command parses again.
        """
        self._keeps = True
        new, self._new = self._new, {}
        with contextlib.suppress(OSError):
            for entry, text in new.items():
                if text is None:
                    entry.unlink(missing_ok=True)
                    continue
                put_text(text, entry, synced=False)

    def _entry(self, path: Path) -> Path:
        return self._folder / f"{path.stem[:40]}-{hash_bytes(str(path).encode())[:16]}.txt"


def _holds_private(fields: object) -> bool:
    shots = fields.get("shots") if isinstance(fields, Mapping) else None
    return isinstance(shots, list) and any(isinstance(shot, Mapping) and shot.get("private") for shot in shots)


def _key(content: bytes, noun: type[Noun]) -> str:
    return f"gate/read/1 {noun.schema_name} {hash_bytes(content)} {_code()}"


@cache
def _code() -> str:
    """The code that reads manifests, by its own content: an edited rule reads every file again."""
    sources = sorted(Path(__file__).parents[1].rglob("*.py"))
    return hash_bytes(b"\0".join(source.read_bytes() for source in sources))[:16]
