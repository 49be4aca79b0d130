"""Estimate against bill: does the price book foretell what providers ask? Pure functions over what was billed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from manifests.money import format_usd

TOLERANCE = Fraction(1, 10)
"""How far bills may lie from their estimates before somebody should look."""

_TAIL_PERCENT = 95


@dataclass(frozen=True, slots=True)
class Billed:
    """One paid call, in micro-dollars: what was thought likely, what was held, and the bill.

    `assumed`: no bill ever came, and the hold was booked in its place; that says nothing about estimates.
    """

    provider: str
    model: str
    operation: str
    likely: int
    held: int
    cost: int
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """How the bills of one model compare with what was thought, in micro-dollars.

    `ratio` is billed ÷ likely, `p95` the ratio that 95 of 100 calls do not pass; None where nothing was thought to cost
    anything. `above_hold`: calls whose bill was more than had been held.
    """

    provider: str
    model: str
    operation: str
    calls: int
    likely: int
    billed: int
    above_hold: int
    ratio: Fraction | None
    p95: Fraction | None

    @property
    def alarm(self) -> str | None:
        """A sentence where the bills are more than 10 % above the estimates, or one call in twenty is."""
        if self.ratio is None or self.p95 is None:
            free = f"{self._who} was thought to be free and billed ${format_usd(self.billed)}"
            return f"{free}. Date its price: docs/prices.md." if self.billed else None
        if self.ratio > 1 + TOLERANCE:
            said = (
                f"bills ${format_usd(self.billed)} where ${format_usd(self.likely)} was thought, "
                f"{_percent(self.ratio - 1)} % more"
            )
        elif self.p95 > 1 + TOLERANCE:
            said = f"bills one call in twenty {_percent(self.p95 - 1)} % or more above the estimate"
        else:
            return None
        return f"{self._who} {said}. Look its price up again: gate prices --model {self.model}"

    @property
    def notice(self) -> str | None:
        """A sentence where the bills are more than 10 % below:
        holds are larger than they need be, and plans too dear.
        """
        if self.ratio is None or self.ratio >= 1 - TOLERANCE:
            return None
        return (
            f"{self._who} bills ${format_usd(self.billed)} where ${format_usd(self.likely)} was thought, "
            f"{_percent(1 - self.ratio)} % less. Look its price up again: gate prices --model {self.model}"
        )

    @property
    def _who(self) -> str:
        return f"{self.provider} {self.model} ({self.operation})"


def compare(bills: Iterable[Billed]) -> tuple[Estimate, ...]:
    """One line a provider, model and operation, in that order. Bills that were assumed are left out."""
    groups: dict[tuple[str, str, str], list[Billed]] = {}
    for bill in bills:
        if not bill.assumed:
            groups.setdefault((bill.provider, bill.model, bill.operation), []).append(bill)
    return tuple(_estimate(*key, group) for key, group in sorted(groups.items()))


def p95(ratios: Iterable[Fraction]) -> Fraction | None:
    """The smallest of the ratios that 95 of 100 of them do not pass (nearest rank); None of none."""
    ordered = sorted(ratios)
    return ordered[-(-len(ordered) * _TAIL_PERCENT // 100) - 1] if ordered else None


def _estimate(provider: str, model: str, operation: str, bills: list[Billed]) -> Estimate:
    likely, billed = sum(bill.likely for bill in bills), sum(bill.cost for bill in bills)
    return Estimate(
        provider,
        model,
        operation,
        len(bills),
        likely,
        billed,
        above_hold=sum(bill.cost > bill.held for bill in bills),
        ratio=Fraction(billed, likely) if likely else None,
        p95=p95(Fraction(bill.cost, bill.likely) for bill in bills if bill.likely),
    )


def _percent(part: Fraction) -> int:
    return round(part * 100)
