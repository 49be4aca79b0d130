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

    if not isinstance(error, GateError):
        return None
    return Refusal(str(error), _code(error))


def _code(error: Exception) -> int:
    from governor.errors import BudgetRefused, CapRaise, LedgerTrouble, NotAPerson, NotApproved, Stopped
    from providers.errors import KeyLimit, NoCredit, Refused
    from wiring.errors import ServerDown

    codes: tuple[tuple[tuple[type[Exception], ...], int], ...] = (
        ((NotApproved,), 3),
        ((BudgetRefused, CapRaise), 4),
        ((KeyLimit, NoCredit), 5),
        ((Stopped,), 6),
        ((Refused,), 8),
        ((NotAPerson, LedgerTrouble, ServerDown), 1),
    )
    return next((code for kinds, code in codes if isinstance(error, kinds)), 2)
