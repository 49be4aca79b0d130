"""Writes the files that a user names: a new file, or one that the same command wrote before.
No other file is replaced.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click

from manifests.reading.whole_file import whole_file

_READ_BYTES_MAX = 64 << 20
"""The largest file that is looked at: a log of 100 000 calls has about 60 MB. A larger one counts as foreign."""

_MARK = b"check-the-gate report"
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"
_PNG_HEADER_END = 33
"""Eight bytes of signature and the 25 of IHDR, which must come first (PNG, 5.6)."""

_NAMES_MAX = 1000


@dataclass(frozen=True, slots=True)
class Output:
    """One kind of file that a command writes. `schema`: how its JSON names itself;
    "" for a picture, which carries a mark.

    `option`: where the user names the file, for messages; "" where gate names it. `noun`: what the file is called.
    `suffix`: of a suggested name. `begins`: the first words of a page of this kind.
    """

    option: str
    noun: str
    suffix: str
    schema: str = ""
    layout: Literal["document", "lines"] = "document"
    begins: str = ""

    def check(self, path: Path) -> None:
        """Raise BadParameter, which names a free file, where `path` is something that this command did not write."""
        if self.may_write(path):
            return
        if not self.option:
            raise click.UsageError(
                f"{path} is not {self.noun} that this program wrote, so it stays as it is. Move it away."
            )
        other = self._free(path)
        cause = f"{path} is not {self.noun} that this program wrote, so it stays as it is"
        raise click.BadParameter(f"{cause}. Name a new file: {self.option} {other}", param_hint=self.option)

    def may_write(self, path: Path) -> bool:
        """True where nothing is there, an empty file, or a file of this kind by its content."""
        if not path.exists():
            return not path.is_symlink()  # a link to nowhere would be replaced
        return self.wrote(path) or (path.is_file() and path.stat().st_size == 0)

    def wrote(self, path: Path) -> bool:
        """True where a file of this kind is there, by its content."""
        if not path.is_file() or path.stat().st_size > _READ_BYTES_MAX:
            return False
        content = path.read_bytes()
        if self.begins:
            return content.startswith(self.begins.encode())
        return self._names_schema(content) if self.schema else _is_marked(content)

    def write_text(self, path: Path, text: str) -> None:
        """Write the file whole or not at all. Raises BadParameter as `check` does, OSError."""
        self.check(path)
        _replace(path, lambda part: part.write_text(text, encoding="utf-8"))

    def draw(self, path: Path, render: Callable[[Path], object]) -> None:
        """Let `render` draw a PNG or JPEG, mark it as ours, and put it in place.
        Raises BadParameter as `check` does, OSError.
        """
        self.check(path)

        def drawn(part: Path) -> None:
            render(part)
            part.write_bytes(_marked(part.read_bytes()))

        _replace(path, drawn)

    def _names_schema(self, content: bytes) -> bool:
        try:
            found = json.loads(content.partition(b"\n")[0] if self.layout == "lines" else content)
        except (ValueError, RecursionError):
            return False
        named = found.get("schema", found.get("$id")) if isinstance(found, dict) else None
        return isinstance(named, str) and named.startswith(self.schema)

    def _free(self, path: Path) -> Path:
        names = (path.with_name(f"{path.stem}_{number}{self.suffix}") for number in range(2, _NAMES_MAX))
        return next((name for name in names if not os.path.lexists(name)), path.with_name(f"NEW{self.suffix}"))


def _replace(path: Path, fill: Callable[[Path], object]) -> None:
    target = path.resolve()  # behind a link the file is replaced, and the link stays
    target.parent.stat()  # one that is not there was misspelt: it is not made
    with whole_file(target, suffixed=True) as part:
        fill(part)


def _is_marked(content: bytes) -> bool:
    head = content[: _PNG_HEADER_END + 4096]
    return (head.startswith(_PNG) and b"tEXtSoftware\0" + _MARK in head) or (head.startswith(_JPEG) and _MARK in head)


def _marked(content: bytes) -> bytes:
    """The picture with a line of text in its head that viewers pass over."""
    if content.startswith(_PNG):
        body = b"Software\0" + _MARK
        chunk = struct.pack(">I", len(body)) + b"tEXt" + body + struct.pack(">I", zlib.crc32(b"tEXt" + body))
        return content[:_PNG_HEADER_END] + chunk + content[_PNG_HEADER_END:]
    assert content.startswith(_JPEG)
    end = 4 + struct.unpack(">H", content[4:6])[0]  # APP0 comes first (JFIF 1.02), a comment after it
    return content[:end] + b"\xff\xfe" + struct.pack(">H", 2 + len(_MARK)) + _MARK + content[end:]
