"""Judges a frame that a person composed: by the technical rules alone; likeness is reported, and not judged.

A person who sets a figure elsewhere, or half behind a door, knows it. So every rule of likeness that refuses becomes a
remark, and what was let pass in a composite is not held against the clip that is made from it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from checks.rules import panel_rules as rules
from manifests.finding import Finding, Score, Verdict

LIKENESS = frozenset(
    rule.code
    for rule in (
        rules.PRESENCE,
        rules.IDENTITY,
        rules.WARDROBE,
        rules.LOCATION,
        rules.BLOCKING,
        rules.HUE,
        rules.PROPS,
        rules.COMPOSITION,
        rules.IDENTITY_KEPT,
        rules.WARDROBE_KEPT,
        rules.LOCATION_KEPT,
        rules.FACE,
        rules.COUNT,
    )
)
"""Characters, clothes, place and composition: the rules that a person has judged by eye."""

WORDS = "human-approved geometry"


def approved_by_hand(verdict: Verdict) -> Verdict:
    """The verdict over a composite: what its likeness failed at does not apply, and stays to be read as a remark."""
    failed = {(s.rule, s.subject) for s in verdict.scores if s.rule in LIKENESS and not s.passed}
    return _let_pass(verdict, failed)


def let_pass_in(scores: Iterable[Score]) -> frozenset[tuple[str, str]]:
    """The rules of likeness that did not apply to a composite, each with its subject, by its certificate's scores."""
    return frozenset((s.rule, s.subject) for s in scores if s.rule in LIKENESS and not s.applies)


def as_composed(verdict: Verdict, let_pass: Collection[tuple[str, str]]) -> Verdict:
    """The verdict over a clip made from a composite, in which these were let pass."""
    return _let_pass(verdict, let_pass)


def _let_pass(verdict: Verdict, which: Collection[tuple[str, str]]) -> Verdict:
    scores = tuple(_not_judged(s) if (s.rule, s.subject) in which and not s.passed else s for s in verdict.scores)
    findings = tuple(_remark(f) if (f.rule, f.subject) in which else f for f in verdict.findings)
    return Verdict(scores=scores, findings=findings)


def _not_judged(score: Score) -> Score:
    return score.model_copy(update={"value": None, "passed": True, "applies": False})


def _remark(finding: Finding) -> Finding:
    return finding.model_copy(update={"severity": "info", "message": f"{WORDS}: {finding.message}"})
