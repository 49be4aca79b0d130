"""What a rule is, and how measurements become a verdict.

A `Rule` owns its page and its threshold. It judges values that are already measured and never looks at pixels, so that a
film may change a threshold and every past measurement can be judged again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from manifests.finding import Finding, RulePage, Score, Verdict

Thresholds = Mapping[str, float]
"""A film's own thresholds by rule code; a code that is absent keeps the rule's threshold."""

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One coded rule. `severity` is how much a failure weighs: only an error fails a verdict."""

    page: RulePage
    severity: Severity = "error"

    @property
    def code(self) -> str:
        """The rule's code: P prompts, M manifests, C continuity, R references, V pictures, Q clips, D drift."""
        return self.page.code

    def threshold(self, thresholds: Thresholds) -> float:
        """The threshold in force: the film's, else the rule's own, in the rule's unit."""
        return thresholds.get(self.code, self.page.threshold)

    def score(self, subject: str, value: float | None, thresholds: Thresholds) -> Score:
        """Judge one value (None: the rule does not apply) by the rule's direction. A value on the threshold passes."""
        limit = self.threshold(thresholds)
        if value is None:
            return Score(rule=self.code, subject=subject, value=None, threshold=limit, passed=True, applies=False)
        passed = value <= limit if self.page.direction == "lower is better" else value >= limit
        return Score(rule=self.code, subject=subject, value=round(float(value), 4), threshold=limit, passed=passed)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a failed value means, in words: the flaw's short name, what is seen, what to do, and the evidence."""

    flaw: str
    message: str
    cure: str
    evidence: dict[str, float | str] = field(default_factory=dict)


def by_frame(values: Iterable[tuple[str, float | None]]) -> dict[str, float | str]:
    """The values of a clip's key frames as evidence: {"at frame 10": 0.33}. A diagnosis reads when a flaw came up."""
    return {
        f"at {label}": round(value, 4) for label, value in values if value is not None and label.startswith("frame ")
    }


class Tally:
    """Collects the scores and findings of one gate."""

    def __init__(self, thresholds: Thresholds) -> None:
        self.thresholds = thresholds
        self._scores: list[Score] = []
        self._findings: list[Finding] = []

    def judge(self, rule: Rule, subject: str, value: float | None, trouble: Trouble | None = None) -> bool:
        """Score `value`, file a finding when it fails, and say whether it passed. Info rules never fail."""
        score = rule.score(subject, value, self.thresholds)
        if rule.severity == "info":
            score = score.model_copy(update={"passed": True})
        self._scores.append(score)
        if not score.passed:
            words = trouble or Trouble(
                flaw=rule.page.name, message=f"{subject}: {rule.page.what}", cure="Look at it, then make it anew."
            )
            self._findings.append(
                Finding(
                    rule=rule.code, severity=rule.severity, subject=subject, flaw=words.flaw, message=words.message,
                    cure=words.cure, evidence=dict(words.evidence),
                )
            )  # fmt: skip
        return score.passed

    def add(self, verdict: Verdict) -> None:
        """Take over the scores and findings of another gate."""
        self._scores.extend(verdict.scores)
        self._findings.extend(verdict.findings)

    def verdict(self) -> Verdict:
        """What was found, in the order it was looked for."""
        return Verdict(scores=tuple(self._scores), findings=tuple(self._findings))
