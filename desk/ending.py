"""Which refusal ends a command with which exit code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is said, and the exit code."""

    words: str
    code: int


def refusal_of(error: Exception) -> Refusal | None:
    """The words and the exit code of a refusal of ours; None for a fault of the program, which shows its traceback."""
    from manifests.errors import GateError

    if isinstance(error, GateError):
        return Refusal(_on_one_line(str(error)), _code(error))
    if isinstance(error, OSError) and error.filename is not None:
        words = f"{error.filename}: {error.strerror}. Look at the folder's rights and the disk's free space."
        return Refusal(_on_one_line(words), 1)
    return None


def _on_one_line(words: str) -> str:
    """What a file's name or a provider's answer brings along must not move the terminal's cursor."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in words)


def _code(error: Exception) -> int:
    from governor.errors import BudgetRefused, CapRaise, LedgerTrouble, NotAPerson, NotApproved, Stopped
    from providers.errors import KeyLimit, NoCredit, Refused
    from vault.errors import StoreDown
    from wiring.errors import ServerDown

    codes: tuple[tuple[tuple[type[Exception], ...], int], ...] = (
        ((NotApproved,), 3),
        ((BudgetRefused, CapRaise), 4),
        ((KeyLimit, NoCredit), 5),
        ((Stopped,), 6),
        ((Refused,), 8),
        ((NotAPerson, LedgerTrouble, ServerDown, StoreDown), 1),
    )
    return next((code for kinds, code in codes if isinstance(error, kinds)), 2)
