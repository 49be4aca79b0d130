"""What a check says: scores and findings, and the verdict they add up to."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from manifests.noun import Noun, Text

RuleCode = Annotated[str, StringConstraints(strict=True, pattern=r"^[PMCRVDQ][0-9]{3}$")]


class Score(Noun):
    """One measurement of one rule. `value` and `threshold` are in the rule's own unit; `passed` follows its direction.

    `subject` is what was measured: a character, a location, "clip". `applies` is false where the rule has nothing to say
    (nobody in frame), and then `value` is None.
    """

    rule: RuleCode
    subject: Text
    value: float | None
    threshold: float
    passed: bool
    applies: bool = True


class Finding(Noun):
    """One thing that is wrong, with its evidence and the one thing to do about it.

    `flaw` is the short word by which two takes are seen to fail alike ("wrong_wardrobe:marit").
    """

    rule: RuleCode
    severity: Literal["error", "warning", "info"]
    subject: Text
    flaw: Text
    message: Text
    cure: Text
    evidence: dict[str, float | str] = {}


class Verdict(Noun):
    """All scores and findings of one gate over one artefact. It passes when no finding is an error."""

    schema_name: ClassVar[str] = "gate/verdict/1"

    scores: tuple[Score, ...]
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """True when nothing found is an error."""
        return not any(finding.severity == "error" for finding in self.findings)

    @property
    def flaws(self) -> frozenset[str]:
        """The flaws that failed it, for comparing takes."""
        return frozenset(f.flaw for f in self.findings if f.severity == "error")


class RulePage(Noun):
    """What `gate rule` prints. `direction` says which way is better; `source` where the threshold comes from."""

    code: RuleCode
    name: Text
    what: Text
    why: Text
    unit: Text
    range: Text
    direction: Literal["higher is better", "lower is better", "must hold"]
    threshold: float
    source: Annotated[str, Field(min_length=1)]
