"""Whether a process of ours still lives: it holds a lock on a file,
and the kernel lets go of that when the process ends.

Prefect calls a run Running until somebody says otherwise, and a process that was killed says nothing. The number of a
process proves little: it is given to another one soon.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from wiring.settings import Settings, make_state


@contextlib.contextmanager
def alive(settings: Settings, run_id: str) -> Iterator[None]:
    """Say for the length of the block that a process works on the run. Two may: a retry does not wait for an orphan."""
    make_state(settings)
    path = _file(settings, run_id)
    path.parent.mkdir(exist_ok=True)
    with held(path):
        yield


@contextlib.contextmanager
def held(path: Path, *, alone: bool = False) -> Iterator[None]:
    """Hold the lock of a file for the length of the block. Raises BlockingIOError where `alone` and somebody has it."""
    descriptor = _opened(path, fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH)
    try:
        os.utime(descriptor)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def _opened(path: Path, how: int) -> int:
    """The file's descriptor, locked; never that of a file which somebody has just removed."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, how)
            if path.stat().st_ino == os.fstat(descriptor).st_ino:
                return descriptor
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def is_gone(settings: Settings, run_id: str, since: datetime | None = None) -> bool:
    """True only where the run had a process on this machine and has none any more;
    of other machines nothing is known here.

    `since`: when it was begun, with its zone. What an earlier process of it left says nothing about the one that was
    begun then, which may not have come to say that it lives.
    """
    path = _file(settings, run_id)
    if is_free(path) is not True:
        return False
    with contextlib.suppress(FileNotFoundError):
        return since is None or path.stat().st_mtime >= since.timestamp()
    return False


def works_here(settings: Settings, run_id: str) -> bool:
    """Whether a process on this machine works on the run now. Of other machines nothing is known here."""
    return is_free(_file(settings, run_id)) is False


def lock(path: Path, *, alone: bool) -> int | None:
    """Take the lock of a file: alone, or shared. Gives the descriptor that holds it, until it is closed.

    None where somebody holds it in a way that keeps us out. A child that inherits the descriptor holds the lock too.
    """
    try:
        return _opened(path, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return None


def lock_when_free(path: Path) -> int:
    """Wait until nobody holds the file's lock, take it alone, and give the descriptor that holds it. Whoever wants to
    share the lock meanwhile is let in before us.
    """
    return _opened(path, fcntl.LOCK_EX)


def is_free(path: Path) -> bool | None:
    """Whether nobody holds the file's lock, although somebody did; None where there is no such file."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def dead(settings: Settings) -> list[str]:
    """The runs that had a process on this machine and have none any more."""
    folder = settings.state / "alive"
    return sorted(path.name for path in folder.iterdir() if is_free(path)) if folder.is_dir() else []


def forget(settings: Settings, run_id: str) -> None:
    """Remove what a dead process left; nothing where another one works on the run by now."""
    path = _file(settings, run_id)
    if is_free(path) and (descriptor := lock(path, alone=True)) is not None:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _file(settings: Settings, run_id: str) -> Path:
    return settings.state / "alive" / run_id
