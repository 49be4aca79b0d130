"""A film's first Prefect database, as a copy of an empty one that this machine has kept.

Prefect builds its tables by running each of its migrations since 2022, which takes 8 s of processor time, once a film.
The result is the same 1 MB each time, so the first film of a version leaves a copy in the user's cache folder, and the
next films take that.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path

from manifests.reading.whole_file import whole_file


def lay_database(home: Path, migrate: Callable[[], None]) -> None:
    """Put an empty database with every table into `home`, Prefect's folder, where there is none.
    `migrate` builds one there.

    Without a cache folder that can be written, each film runs the migrations.
    """
    database = home / "prefect.db"
    if database.exists():
        return
    kept = _kept()
    if _is_whole(kept) and _copied(kept, database):
        return
    migrate()
    with contextlib.suppress(OSError, sqlite3.Error):
        _keep(database, kept)


def _kept() -> Path:
    return user_cache_path("check-the-gate") / f"prefect-{version('prefect')}.db"


def _is_whole(file: Path) -> bool:
    if not file.is_file():
        return False
    try:
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as opened:
            (pages,), (size,) = (opened.execute(f"PRAGMA {what}").fetchone() for what in ("page_count", "page_size"))
            well = opened.execute("PRAGMA quick_check").fetchall() == [("ok",)]
            return bool(well and pages * size == file.stat().st_size)
    except sqlite3.Error:
        return False


def _copied(kept: Path, database: Path) -> bool:
    """Copy it whole or not at all, and never over one that another server of the film has made meanwhile."""
    try:
        with tempfile.TemporaryDirectory(dir=database.parent, prefix=".prefect.") as folder:
            part = Path(folder, database.name)
            shutil.copyfile(kept, part)
            database.hardlink_to(part)
    except FileExistsError:
        return True
    except OSError:
        return False
    return True


def _keep(database: Path, kept: Path) -> None:
    """A copy without a log beside it. It holds the tables and nothing else: no run has used the database yet."""
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with whole_file(kept) as part:
        part.touch(mode=0o600)
        with contextlib.closing(sqlite3.connect(database)) as whole, contextlib.closing(sqlite3.connect(part)) as copy:
            whole.backup(copy)
