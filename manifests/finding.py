"""A check's result: scores and findings, and the verdict that they add up to."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, SerializerFunctionWrapHandler, StringConstraints, model_serializer

from manifests.noun import Noun, Text

RuleCode = Annotated[str, StringConstraints(strict=True, pattern=r"^[APMCRVDQ][0-9]{3}$")]


class Score(Noun):
    """One measurement of one rule. `value` and `threshold` are in the rule's own unit; `passed` follows its direction.

    `subject` is what was measured: a character, a location, "clip". `applies` is false where the rule was not checked
    (nobody in frame); then `value` is None, and `why` gives the reason. `ask`: the gate is not sure, and a person is
    asked; it has passed once somebody has approved it. `sure`: the value from which the rule passes without a question.
    What says nothing is left out of what is stored, so that older certificates keep their names.
    """

    rule: RuleCode
    subject: Text
    value: float | None
    threshold: float
    passed: bool
    applies: bool = True
    ask: bool = False
    sure: float | None = None
    why: str = ""

    @property
    def says(self) -> Literal["pass", "ask", "fail", "not checked"]:
        """The rule's answer."""
        if not self.applies:
            return "not checked"
        return "pass" if self.passed else "ask" if self.ask else "fail"

    @property
    def in_band(self) -> bool:
        """Of a value that asks: whether it reaches its threshold.
        One that does not is one that the gate cannot tell.
        """
        if self.sure is None or self.value is None:
            return False
        return min(self.threshold, self.sure) <= self.value <= max(self.threshold, self.sure)

    @model_serializer(mode="wrap")
    def _told(self, as_it_is: SerializerFunctionWrapHandler) -> dict[str, Any]:
        told: dict[str, Any] = as_it_is(self)
        return {name: each for name, each in told.items() if name not in _SELDOM or _says_something(each)}


_SELDOM = frozenset({"ask", "sure", "why"})


def _says_something(value: object) -> bool:
    return value is not False and value is not None and value != ""


class Finding(Noun):
    """One thing that is wrong, with its evidence and the one thing to do about it.

    `flaw` is the short word by which two takes are seen to fail alike ("wrong_wardrobe:marit"). One of severity `ask`
    is a question: the gate is not sure, and a person answers. `question`: what a person would be asked, where the rule
    may not fail this film's pictures; left out of what is stored where there is none.
    """

    rule: RuleCode
    severity: Literal["error", "ask", "warning", "info"]
    subject: Text
    flaw: Text
    message: Text
    cure: Text
    evidence: dict[str, float | str] = {}
    question: str = ""

    @model_serializer(mode="wrap")
    def _told(self, as_it_is: SerializerFunctionWrapHandler) -> dict[str, Any]:
        told: dict[str, Any] = as_it_is(self)
        return told if self.question else {name: each for name, each in told.items() if name != "question"}


class Verdict(Noun):
    """All scores and findings of one gate over one artefact: it passes, asks a person, or fails."""

    schema_name: ClassVar[str] = "gate/verdict/1"

    scores: tuple[Score, ...]
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """True when nothing found is an error, and no question is open."""
        return not any(finding.severity in {"error", "ask"} for finding in self.findings)

    @property
    def failed(self) -> bool:
        """True when something found is an error."""
        return any(finding.severity == "error" for finding in self.findings)

    @property
    def questions(self) -> tuple[Finding, ...]:
        """The questions to a person before it passes; none where it fails anyway."""
        return () if self.failed else tuple(finding for finding in self.findings if finding.severity == "ask")

    @property
    def not_checked(self) -> tuple[Score, ...]:
        """The rules that were not applied, each with the reason."""
        return tuple(score for score in self.scores if not score.applies)

    @property
    def flaws(self) -> frozenset[str]:
        """The flaws that failed it, for comparing takes."""
        return frozenset(f.flaw for f in self.findings if f.severity == "error")


class RulePage(Noun):
    """A rule's page, as `gate rule` prints it. `direction` says which way is better;
    `source` where the threshold comes from.

    `ask_band`: how far beyond the threshold, in the rule's unit, a person is asked; None for a rule that never asks.
    `ask_source`: where that number comes from.
    """

    code: RuleCode
    name: Text
    what: Text
    why: Text
    unit: Text
    range: Text
    direction: Literal["higher is better", "lower is better", "must hold"]
    threshold: float
    source: Annotated[str, Field(min_length=1)]
    ask_band: Annotated[float, Field(ge=0)] | None = None
    ask_source: str = ""
