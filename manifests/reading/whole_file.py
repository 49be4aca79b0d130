"""Files that readers find whole or not at all.

Each is written under a hidden name beside its own, and renamed. `durable` beside this does more for media, receipts and
money: it sets the mode, makes the name durable too, and holds a lock for as long as it writes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PART = re.compile(r"\..+\.[0-9a-f]{16}\.part(\.[^.]+)?")


@contextmanager
def whole_file(into: Path, *, synced: bool = True, suffixed: bool = False) -> Iterator[Path]:
    """The path to write in the block: what lies there takes the place of `into` where the block ends well, else it
    goes. No two writers have the same one. The folder of `into` is made. Raises OSError.

    `synced`: flush the file to the disk before the rename, which takes milliseconds. Use False for files that can be
    made again at no cost: a power loss may leave them empty. `suffixed`: its name ends as `into` does, for a library
    that goes by the ending; else no reader that looks for that ending meets it.
    """
    into.parent.mkdir(parents=True, exist_ok=True)
    part = into.with_name(f".{into.name}.{os.urandom(8).hex()}.part{into.suffix if suffixed else ''}")
    try:
        yield part
        if synced:
            put_in_place(part, into)
        else:
            part.replace(into)
    finally:
        part.unlink(missing_ok=True)


def put_in_place(made: Path, into: Path) -> None:
    """Flush a finished file of the same disk to it, and give it its name at once. Raises OSError."""
    with made.open("rb") as file:
        os.fsync(file.fileno())
    made.replace(into)


def put_text(text: str, into: Path, *, synced: bool = True) -> None:
    """Write `text` to `into` as UTF-8, its line ends as they are; `synced` as in `whole_file`. Raises OSError."""
    put_bytes(text.encode(), into, synced=synced)


def put_bytes(content: bytes, into: Path, *, synced: bool = True) -> None:
    """Write `content` to `into`; `synced` as in `whole_file`. Raises OSError."""
    with whole_file(into, synced=synced) as part:
        part.write_bytes(content)


def is_part(path: Path) -> bool:
    """Whether its name is that of a file under way: one of a living process, or of a killed one."""
    return _PART.fullmatch(path.name) is not None
