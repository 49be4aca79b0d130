"""Which refusal ends a command with which exit code."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wiring.settings import read_settings


@dataclass(frozen=True, slots=True)
class CommandRefusal:
    """The message, and the exit code."""

    words: str
    code: int


def refusal_of(error: BaseException) -> CommandRefusal | None:
    """The words and the exit code of a refusal of ours; None for a fault of the program,
    of which a report is written.
    """
    from manifests.errors import GateError

    if full := _full_disk(error):
        return CommandRefusal(on_one_line(full), 1)
    if isinstance(error, GateError):
        return CommandRefusal(on_one_line(str(error)), exit_code(error))
    if isinstance(error, OSError) and error.filename is not None:
        words = f"{error.filename}: {error.strerror}. Check the folder's permissions and the free space on the disk."
        return CommandRefusal(on_one_line(words), 1)
    if _is_of("httpx", error):  # providers' failures have been put into words of ours: this is Prefect's client
        words = (
            f"Prefect's server: it is too busy, or has ended "
            f"({on_one_line(str(error).splitlines()[0] if str(error) else type(error).__name__)}). "
            "Nothing is lost, and nothing is bought twice. Go on: gate resume SCENE, or see what is up: gate status"
        )
        return CommandRefusal(words, 1)
    return None


def ends_by_signal(error: BaseException) -> bool:
    """Whether it says that somebody ended us: Ctrl-C, or SIGTERM as Prefect's engine raises it while a flow runs."""
    return isinstance(error, KeyboardInterrupt) or type(error).__name__ == "TerminationSignal"


def _full_disk(error: BaseException) -> str | None:
    """Which folder has no space left, where that is the cause, or the cause of the cause; None for any other error."""
    found = next((each for each in _causes(error) if _says_full(each)), None)
    if found is None:
        return None
    named = getattr(found, "filename", None)
    folders = [Path(str(named)).absolute().parent] if named else [read_settings().state, Path(tempfile.gettempdir())]
    there = [folder for folder in folders if folder.is_dir()] or [Path.cwd()]
    fullest = min(there, key=lambda folder: shutil.disk_usage(folder).free)
    free = f" ({shutil.disk_usage(fullest).free / 1e9:.1f} GB free)"
    return (
        f"{fullest}: the disk is full{free}, so something could not be written. "
        "Free some space there; nothing is lost: gate resume goes on."
    )


def _says_full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    return "database or disk is full" in str(error)  # SQLite's own words, through whatever raised them


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what caused it, and what is in a group, each once."""
    waiting, seen = [error], set[int]()
    while waiting:
        here = waiting.pop(0)
        if id(here) in seen:
            continue
        seen.add(id(here))
        yield here
        inner = here.exceptions if isinstance(here, BaseExceptionGroup) else ()
        waiting += [each for each in (here.__cause__, here.__context__, *inner) if each is not None]


def _is_of(package: str, error: BaseException) -> bool:
    return any(kind.__module__.partition(".")[0] == package for kind in type(error).__mro__)


def on_one_line(words: str) -> str:
    """Escape control characters: a file's name or a provider's answer must not move the terminal's cursor."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in words)


def exit_code(error: BaseException) -> int:
    """The exit code of a refusal of ours."""
    from desk.cli.errors import NobodyAsked
    from governor.errors import BudgetRefused, CapRaise, LedgerTrouble, NotAPerson, NotApproved, Stopped
    from production.post.errors import FilmUnready
    from providers.errors import KeyLimit, NoCredit, Refused
    from vault.errors import StoreDown
    from wiring.errors import CannotPay, NoRoom, RosterBlocked, ServerDown, Unreachable

    codes: tuple[tuple[tuple[type[Exception], ...], int], ...] = (
        ((NotApproved, NobodyAsked, FilmUnready), 3),
        ((BudgetRefused, CapRaise), 4),
        ((KeyLimit, NoCredit, CannotPay), 5),
        ((Stopped,), 6),
        ((RosterBlocked,), 7),
        ((Refused,), 8),
        ((NotAPerson, LedgerTrouble, ServerDown, StoreDown, Unreachable, NoRoom), 1),
    )
    return next((code for kinds, code in codes if isinstance(error, kinds)), 2)
