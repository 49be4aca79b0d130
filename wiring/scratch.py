"""Temporary folders of a film: gone with their block, and after `kill -9` at the next start of a run."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from wiring.alive import lock
from wiring.services import Services
from wiring.settings import Settings

_LOCK = ".lock"
_WRITE_S = 60.0
"""A file in the vault that nobody has locked, and nobody wrote to for so long, was left by a dead process."""

_OLD_S = 24 * 3600.0
"""Folders of an older version have no lock: after a day their owner has ended."""


@contextlib.contextmanager
def scratch(settings: Settings) -> Iterator[Path]:
    """A temporary folder on the film's own disk for the length of the block. Its owner holds a lock beside it."""
    root = _root(settings)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = None
    while held is None:  # a sweep may have locked the fresh file before us; it removes it
        handle, name = tempfile.mkstemp(suffix=_LOCK, dir=root)
        os.close(handle)
        held = lock(Path(name), alone=True)
    folder = Path(name.removesuffix(_LOCK))
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        Path(name).unlink(missing_ok=True)
        os.close(held)


def sweep(services: Services) -> int:
    """Remove what killed processes left in the film's state and its vault, never a living one's; gives how many things."""
    settings = services.settings
    locks = [*_root(settings).glob(f"*{_LOCK}"), *(settings.state / "claims").glob("*/*")]
    swept = sum(_swept(path) for path in locks)
    for old in settings.state.glob("tmp?*"):
        if time.time() - old.stat().st_mtime > _OLD_S:
            shutil.rmtree(old, ignore_errors=True)
            swept += 1
    return swept + services.vault.sweep(now_s=time.time(), older_than_s=_WRITE_S)


def _swept(path: Path) -> bool:
    """Whether nobody holds the lock: then the file is removed, with the folder that it stands for, if any."""
    if not path.exists() or (held := lock(path, alone=True)) is None:
        return False
    try:
        if path.suffix == _LOCK:
            shutil.rmtree(path.with_suffix(""), ignore_errors=True)
        path.unlink(missing_ok=True)
    finally:
        os.close(held)
    return True


def _root(settings: Settings) -> Path:
    return settings.state / "tmp"
