"""Reads a script or shot list from outside: bounded in bytes, as text of whatever encoding it was saved in."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import ValidationError

from manifests.story.script import Screenplay
from production.story.errors import UnreadableStory
from production.story.formats.fdx import read_fdx
from production.story.formats.fountain import read_fountain

BYTES_MAX = 16 << 20
"""A script of 120 pages has 0.2 MB as Fountain and 1 MB as FDX."""

SCRIPTS = (".fountain", ".spmd", ".txt", ".fdx")
LISTS = (".csv", ".tsv", ".xlsx")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def read_script(path: Path) -> Screenplay:
    """The script in a file: Final Draft by its ending, else Fountain. Raises UnreadableStory."""
    content = bounded(path)
    try:
        return read_fdx(content, str(path)) if path.suffix.lower() == ".fdx" else read_fountain(text_of(content))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UnreadableStory(str(path), f"{place}: {first['msg']}", "It is larger than a script; split it.") from None


def bounded(path: Path) -> bytes:
    """The bytes of an ordinary file of a script's size. Raises UnreadableStory."""
    try:
        if not path.is_file():
            cause = "it is not an ordinary file" if path.exists() else "there is no such file"
            raise UnreadableStory(str(path), cause, "Name a script or a shot list.")
        if (size := path.stat().st_size) > BYTES_MAX:
            raise UnreadableStory(str(path), f"it has {size} bytes, and a script at most {BYTES_MAX}", "Split it.")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableStory(str(path), f"it cannot be read ({error.strerror})", "Look at its permissions.") from None


def text_of(content: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark, else Windows' cp1252; without control characters."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    return _CONTROL.sub("", text)
