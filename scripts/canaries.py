"""Looks for planted words in everything that was written: as they are, and as URLs, JSON, base64 and hex spell them.

    python scripts/canaries.py FOLDER WORD...

prints each file that holds one of the words, and ends with 1 where there is any.
"""

from __future__ import annotations

import base64
import gzip
import json
import sqlite3
import sys
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

_PNG, _GZIP = b"\x89PNG\r\n\x1a\n", b"\x1f\x8b"

_LONG = 100_000
"""Bytes from which on it is quicker to look first which three bytes stand next to each other anywhere."""

_TEXT_CHUNKS = {b"zTXt", b"iTXt", b"iCCP"}


def found_in(content: bytes, words: Iterable[str]) -> list[str]:
    """Which of the words stand there in any spelling, each as `word (spelling)`. Letters of either case count."""
    low = content.lower()
    triples = _triples_of(low) if len(low) > _LONG else None
    return [
        f"{word} ({spelling})"
        for word in words
        for spelling, forms in spellings(word).items()
        if any((triples is None or triples[_places(form)].all()) and form in low for form in map(bytes.lower, forms))
    ]


def _triples_of(content: bytes) -> NDArray[np.bool_]:
    """Which three bytes stand next to each other anywhere.

    Few words have all of theirs among them, and only those are looked for.
    """
    there = np.zeros(1 << 24, bool)
    there[_places(content)] = True
    return there


def _places(content: bytes) -> NDArray[np.uint32]:
    """Each three bytes that stand next to each other, as one number."""
    each = np.frombuffer(content, np.uint8).astype(np.uint32)
    return np.asarray(each[:-2] << 16 | each[1:-1] << 8 | each[2:], np.uint32)


@cache
def spellings(word: str) -> dict[str, tuple[bytes, ...]]:
    """The word as it may be written down. In base64 it looks different at each of three places;
    what its neighbours change is left off.
    """
    plain = word.encode()
    shifted = [base64.b64encode(b"\0" * shift + plain).decode() for shift in range(3)]
    inner = [text[-(-shift * 8 // 6) : len(text.rstrip("=")) - 1].encode() for shift, text in enumerate(shifted)]
    return {
        "plain": (plain, plain.decode().encode("utf-16-le")),
        "url": (quote(word, safe="").encode(), quote(word).encode()),
        "json": (json.dumps(word)[1:-1].encode(), json.dumps(json.dumps(word)[1:-1])[1:-1].encode()),
        "base64": (*inner, *(text.replace(b"+", b"-").replace(b"/", b"_") for text in inner)),
        "hex": (plain.hex().encode(),),
    }


def contents(file: Path) -> Iterator[bytes]:
    """The file as it lies there, and as a reader of its kind would see it:
    the values of each table of a database, the text in a picture.
    """
    raw = file.read_bytes()
    yield raw
    if raw.startswith(b"SQLite format 3\0"):
        yield from _values(file)
    elif raw.startswith(_PNG):
        yield from _unpacked_chunks(raw)
    elif raw.startswith(_GZIP):
        yield gzip.decompress(raw)


def written(folder: Path) -> Iterator[Path]:
    """Every file below the folder."""
    yield from sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _values(database: Path) -> Iterator[bytes]:
    """Long text is spread over pages, so that the file alone does not show it."""
    with sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True) as connection:
        connection.text_factory = bytes
        tables = [
            name.decode() for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in tables:
            rows = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608  the database's own names
            yield b"\n".join(
                value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row
            )
    connection.close()


def _unpacked_chunks(raw: bytes) -> Iterator[bytes]:
    at = len(_PNG)
    while at + 8 <= len(raw):
        size, kind = int.from_bytes(raw[at : at + 4]), raw[at + 4 : at + 8]
        if kind in _TEXT_CHUNKS:
            yield from _unpacked(raw[at + 8 : at + 8 + size])
        at += 12 + size


def _unpacked(chunk: bytes) -> Iterator[bytes]:
    """Wherever in the chunk the packed text begins."""
    for start in range(len(chunk)):
        if chunk[start : start + 1] == b"\x78":
            try:
                yield zlib.decompressobj().decompress(chunk[start:])
            except zlib.error:
                continue


def main(folder: str, *words: str) -> int:
    """Say what was found where."""
    told = [
        f"{path}: {one}"
        for path in written(Path(folder))
        for content in contents(path)
        for one in found_in(content, words)
    ]
    print("\n".join(dict.fromkeys(told)) or "none of them")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
