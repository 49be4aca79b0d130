"""Defines a rule with its page; the rule files beside this one pass what theirs have in common."""

from __future__ import annotations

from typing import Literal

from checks.contract import Rule, Severity
from manifests.finding import RulePage


def define_rule(
    code: str,
    name: str,
    what: str,
    why: str,
    threshold: float = 1.0,
    unit: str = "holds",
    source: str = "A fact, not a measurement",
    *,
    span: str = "0 or 1",
    direction: Literal["higher is better", "lower is better", "must hold"] = "must hold",
    severity: Severity = "error",
    ask: tuple[float, str] | None = None,
) -> Rule:
    """A rule; one that must hold needs no more than its words. `RulePage` says what they are.

    `span`: the range of its values. `ask`: how wide the ask band is, in the rule's unit, and where that number comes
    from; None for a rule that never asks.
    """
    band, why_band = ask or (None, "")
    page = RulePage(
        code=code,
        name=name,
        what=what,
        why=why,
        unit=unit,
        range=span,
        direction=direction,
        threshold=threshold,
        source=source,
        ask_band=band,
        ask_source=why_band,
    )
    return Rule(page, severity)
