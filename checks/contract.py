"""Rules, and how measurements become a verdict.

A `Rule` owns its page and its threshold. It judges values that are already measured and never looks at pixels, so that
a film may change a threshold and every past measurement can be judged again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from manifests.finding import Finding, RulePage, Score, Verdict

Thresholds = Mapping[str, float]
"""A film's own thresholds by rule code; a code that is absent keeps the rule's threshold."""

AskBands = Mapping[str, float]
"""A film's own ask bands by rule code: widths beyond the threshold; a code that is absent keeps the rule's band."""

Severity = Literal["error", "warning", "info"]

ASK = "ask:"
"""How the flaw of a finding begins where the gate is not sure."""

HOW_TO_ANSWER = "Look at it. Yes: gate verdict SHOT pass. No: gate retake SHOT --change seed"


@dataclass(frozen=True, slots=True)
class Rule:
    """One coded rule. `severity` is how much a failure weighs: only an error fails a verdict."""

    page: RulePage
    severity: Severity = "error"

    @property
    def code(self) -> str:
        """Its code: A assembly, P prompts, M manifests, C continuity, R references, V pictures, Q clips, D drift."""
        return self.page.code

    def threshold(self, thresholds: Thresholds) -> float:
        """The threshold in force: the film's, else the rule's own, in the rule's unit."""
        return thresholds.get(self.code, self.page.threshold)

    def reaches(self, value: float, limit: float) -> bool:
        """Whether a value is on this limit, or on its better side."""
        return value <= limit if self.page.direction == "lower is better" else value >= limit

    def sure(self, thresholds: Thresholds, bands: AskBands) -> float | None:
        """The value from which the rule passes without a question; None for a rule that never asks."""
        width = None if self.page.ask_band is None else bands.get(self.code, self.page.ask_band)
        if not width:
            return None
        return round(self.threshold(thresholds) + (-width if self.page.direction == "lower is better" else width), 4)

    def score(
        self,
        subject: str,
        value: float | None,
        thresholds: Thresholds,
        bands: AskBands | None = None,
        *,
        unsure: bool = False,
        why: str = "",
    ) -> Score:
        """Judge one value (None: the rule is not checked, for the reason `why`). A value on the threshold reaches it.

        `bands`: None where nobody is asked. A value in the band asks, and so does one that the gate is `unsure` of.
        """
        limit = self.threshold(thresholds)
        if value is None:
            return Score(
                rule=self.code, subject=subject, value=None, threshold=limit, passed=True, applies=False, why=why
            )
        sure = None if bands is None else self.sure(thresholds, bands)
        reached = self.reaches(value, limit)
        ask = sure is not None and (not self.reaches(value, sure) if reached else unsure)
        return Score(
            rule=self.code,
            subject=subject,
            value=round(float(value), 4),
            threshold=limit,
            passed=reached and not ask,
            ask=ask,
            sure=sure if ask else None,
        )


@dataclass(frozen=True, slots=True)
class Trouble:
    """The meaning of a failed value, in words: the flaw's short name, the visible effect, the fix, and the evidence.

    `question`: what a person is asked where the value neither passes nor fails, or the rule may not fail this film. A
    yes to it passes the picture. `unsure`: the gate cannot tell, although the value is below the threshold.
    """

    flaw: str
    message: str
    cure: str
    evidence: dict[str, float | str] = field(default_factory=dict)
    question: str = ""
    unsure: bool = False


def by_frame(values: Iterable[tuple[str, float | None]]) -> dict[str, float | str]:
    """The values of a clip's key frames as evidence: {"at frame 10": 0.33}. A diagnosis reads when a flaw came up."""
    return {
        f"at {label}": round(value, 4) for label, value in values if value is not None and label.startswith("frame ")
    }


class Tally:
    """Collects the scores and findings of one gate. `bands`: the film's own ask bands; None where nobody is asked."""

    def __init__(self, thresholds: Thresholds, bands: AskBands | None = None) -> None:
        self.thresholds, self.bands = thresholds, bands
        self._scores: list[Score] = []
        self._findings: list[Finding] = []

    def judge(
        self,
        rule: Rule,
        subject: str,
        value: float | None,
        trouble: Trouble | None = None,
        *,
        why: str = "",
        settled: str = "",
    ) -> bool:
        """Score `value`, file a finding where it fails or asks, and say whether it reached its threshold.
        Info rules never fail.

        `why`: of a value of None, why the rule was not checked. `settled`: why a stronger rule has answered this one's
        question with yes; a value that does not pass then does not apply, and counts as reached.
        """
        words = trouble or Trouble(
            flaw=rule.page.name, message=f"{subject}: {rule.page.what}", cure="Look at it, then make it again."
        )
        score = rule.score(subject, value, self.thresholds, self.bands, unsure=words.unsure, why=why)
        if settled and not score.passed:
            score = rule.score(subject, None, self.thresholds, why=settled)
        if rule.severity == "info":
            score = score.model_copy(update={"passed": True})
        self._scores.append(score)
        if not score.passed:
            self._findings.append(_question(score, words) if score.ask else _failure(rule, subject, words))
        return score.passed or (value is not None and rule.reaches(value, score.threshold))

    def skip(self, rules: Iterable[Rule], subject: str, why: str) -> None:
        """Write down that these rules were not checked, and why."""
        for rule in rules:
            self.judge(rule, subject, None, why=why)

    def reword(self, said_first: Callable[[Finding], str]) -> None:
        """Put words before what findings say, after the name of the frame or the question; "" changes nothing."""
        self._findings = [_reworded(found, said_first(found)) for found in self._findings]

    def add(self, verdict: Verdict) -> None:
        """Take over the scores and findings of another gate."""
        self._scores.extend(verdict.scores)
        self._findings.extend(verdict.findings)

    def verdict(self) -> Verdict:
        """The findings, in the order of the checks."""
        return Verdict(scores=tuple(self._scores), findings=tuple(self._findings))


def _reworded(found: Finding, words: str) -> Finding:
    head, mark, rest = found.message.partition("? " if found.severity == "ask" else ": ")
    return found.model_copy(update={"message": f"{head}{mark}{words}; {rest}"}) if words and rest else found


def _failure(rule: Rule, subject: str, words: Trouble) -> Finding:
    return Finding(
        rule=rule.code,
        severity=rule.severity,
        subject=subject,
        flaw=words.flaw,
        message=words.message,
        cure=words.cure,
        evidence=dict(words.evidence),
        question=words.question,
    )


def _question(score: Score, words: Trouble) -> Finding:
    """The question to a person, with the value and the band: "is this ada? 0.29, asks between 0.05 and 0.36"."""
    question, value = words.question or f"is {score.subject} as asked for?", score.value or 0.0
    frame = str(words.evidence.get("frame", ""))
    where = f" ({frame})" if frame.startswith("frame ") else ""
    if not score.in_band:
        said = f"{question} {words.message.partition(': ')[2] or words.message} ({value:.2f}, sure from {score.sure:g})"
    else:
        low, high = sorted((score.threshold, score.sure or 0.0))
        said = f"{question} {value:.2f}{where}, asks between {low:g} and {high:g}"
    return Finding(
        rule=score.rule,
        severity="ask",
        subject=score.subject,
        flaw=f"{ASK}{words.flaw}",
        message=said,
        cure=HOW_TO_ANSWER,
        evidence=dict(words.evidence),
    )
