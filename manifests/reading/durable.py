"""Files that are there in full, or not at all, even after a power loss."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

TMP_PREFIX = ".tmp-"
"""Names that no reader looks at. What begins with it is a write under way, or one whose process died."""


def write_durably(path: Path, pieces: Iterable[bytes], *, mode: int) -> None:
    """Write `pieces` to `path`, replacing what is there, with permission bits `mode`.

    The order is what makes it safe: write beside the target, sync the bytes, rename, sync the folder. Without the first
    sync a power loss leaves an empty file under the final name; without the last the name itself may be lost.
    If `pieces` raises, nothing is left behind.
    """
    _make_folder(path.parent)
    descriptor, tmp_name = tempfile.mkstemp(prefix=TMP_PREFIX, dir=path.parent)
    tmp = Path(tmp_name)
    fcntl.flock(
        descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB
    )  # until it is closed: a process that sweeps sees that it is being written
    try:
        with os.fdopen(descriptor, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        tmp.replace(path)
    except BaseException:
        tmp.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def remove_durably(path: Path) -> None:
    """Remove the file and make its absence durable. Raises FileNotFoundError."""
    path.unlink()
    sync_folder(path.parent)


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there: the one in which it would be made."""
    return next(found for found in (folder, *folder.parents) if found.is_dir())


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def leftovers(root: Path, *, now_s: float, older_than_s: float) -> tuple[Path, ...]:
    """Unfinished writes under `root` whose last byte is more than `older_than_s` old,
    and that nobody has open to write.
    """
    old = []
    for path in root.rglob(f"{TMP_PREFIX}*"):
        try:
            if now_s - path.stat().st_mtime > older_than_s and not _is_written(path):
                old.append(path)
        except FileNotFoundError:  # its writer finished between the listing and here
            continue
    return tuple(old)


def _is_written(path: Path) -> bool:
    """Whether a living process writes it: that holds a lock on it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _make_folder(folder: Path) -> None:
    """Create `folder` and its parents, syncing each parent that gained a name."""
    missing = [folder, *folder.parents]
    for made in reversed([f for f in missing if not f.is_dir()]):
        made.mkdir(exist_ok=True)
        sync_folder(made.parent)
