"""Which film was last named from this folder, so that it need not be named again with every command."""

from __future__ import annotations

import contextlib
from pathlib import Path

from manifests.reading.whole_file import put_text

_NOTE = Path(".gate") / "film"


def remember(film: Path, here: Path) -> None:
    """Note that `film` was worked on from the folder `here`. A folder that cannot be written goes without."""
    if (here / "film.yaml").exists() or film.resolve() == here.resolve():
        return
    note = here / _NOTE
    with contextlib.suppress(OSError):
        put_text(f"{film.resolve()}\n", note)


def recall(here: Path) -> Path | None:
    """The film last named from `here`, if it is still one."""
    try:
        film = Path((here / _NOTE).read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError):
        return None
    return film if film.is_absolute() and (film / "film.yaml").is_file() else None
