"""Temporary folders of a film: gone with their block, and after `kill -9` at the next start of a run."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from manifests.reading.durable import leftovers
from manifests.reading.whole_file import is_part
from wiring.alive import lock
from wiring.services import Services
from wiring.settings import Settings

_LOCK = ".lock"
_WRITE_S = 60.0
"""A file in the vault that nobody has locked, and nobody wrote to for so long, was left by a dead process."""

_OLD_S = 24 * 3600.0
"""Folders of an older version, drafts of a provider of ours, and parts of films have no lock: after a day their owner
has ended.
"""


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
    """Remove what killed processes left in the film's state, its vault and `out`, never a living one's;
    gives how many things.
    """
    settings, now_s = services.settings, time.time()
    providers, claims = settings.state / "providers", settings.state / "claims"
    swept = sum(_swept(path) for path in (*_root(settings).glob(f"*{_LOCK}"), *claims.glob("*/*")))
    swept += sum(_emptied(folder) for folder in claims.glob("*"))
    for old in (*settings.state.glob("tmp?*"), *providers.glob("*/.*"), *filter(is_part, settings.out.rglob(".*"))):
        with contextlib.suppress(FileNotFoundError):  # its writer finished meanwhile
            if now_s - old.stat().st_ctime > _OLD_S:  # a part may be a link to an older film
                _remove(old)
                swept += 1
    for unfinished in leftovers(providers, now_s=now_s, older_than_s=_WRITE_S):
        unfinished.unlink(missing_ok=True)
        swept += 1
    return swept + services.vault.sweep(now_s=now_s, older_than_s=_WRITE_S)


def _emptied(folder: Path) -> bool:
    """Whether there was nothing in the folder, so that it is gone now."""
    with contextlib.suppress(OSError):
        folder.rmdir()
        return True
    return False


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


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
