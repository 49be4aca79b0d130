"""Defines a rule with its page; the rule files beside this one pass what theirs have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from checks.contract import Rule, Severity
from manifests.finding import RulePage

Evidence = Literal["provider", "guide", "field report", "heuristic"]
"""The source: the provider's own document, a third party's guide, a report of a production, or a rule of thumb."""


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


@dataclass(frozen=True, slots=True)
class Said:
    """Where a prompt rule comes from: the kind of evidence, the source in words, and the day it was read."""

    kind: Evidence
    source: str
    on: str


@dataclass(frozen=True, slots=True)
class PromptRule(Rule):
    """A rule about the words that a model gets. `bad` and `good`: words that fire, and the same thing said well.

    `fix`: "safe" where `gate lint --fix` may write it, "suggested" where a person writes it. `measured_by`: the rules
    that look for the effect in what the model made.
    """

    said: Said = Said("heuristic", "", "")
    bad: str = ""
    good: str = ""
    fix: Literal["safe", "suggested"] = "suggested"
    measured_by: tuple[str, ...] = ()


def prompt_rule(
    code: str,
    name: str,
    what: str,
    why: str,
    said: Said,
    example: tuple[str, str],
    *,
    severity: Severity = "warning",
    fix: Literal["safe", "suggested"] = "suggested",
    measured_by: tuple[str, ...] = (),
) -> PromptRule:
    """A prompt rule. `example`: bad words and good ones."""
    source = f"{said.kind}: {said.source} (read {said.on})"
    page = define_rule(code, name, what, why, source=source).page
    return PromptRule(page, severity, said, *example, fix, measured_by)
