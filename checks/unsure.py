"""Questions that a gate asks instead of passing or failing, and how an answer settles them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from checks.scorer.axes import ASK_BELOW
from manifests.finding import Score, Verdict

About = tuple[str, str]
"""A rule's code and its subject: what one question is about."""


_SETTLED_BY = {"V101": "V111", "V102": "V111", "V103": "V112", "V104": "V113"}
"""The rules that compare with the masters where blocking has them, and those that search the picture for the same."""


def settled_as_usual(verdict: Verdict) -> dict[About, str]:
    """The questions of V101 to V104 that V111 to V113 have an answer to.

    A free camera moves what V101 to V104 compare pixel by pixel, so that they ask about good pictures, too. V111 to
    V113 search the picture, and know how near to the masters this film's approved pictures are: -1 deviations or
    more is as usual. Measured on ten scenes of the drawn film set under a free camera: of 60 good takes 1 passed
    without this and 28 with it; of 180 with a gross flaw other than a person too many, 1 passes.
    """
    usual = {
        (score.rule, score.subject): score.value
        for score in verdict.scores
        if score.says == "pass" and score.value is not None and score.value >= ASK_BELOW
    }
    return {
        (found.rule, found.subject): f"settled by {rule}, {usual[rule, found.subject]:+.1f} deviations from usual"
        for found in verdict.questions
        if (rule := _SETTLED_BY.get(found.rule)) is not None and (rule, found.subject) in usual
    }


def settle(verdict: Verdict, said: Mapping[About, str]) -> Verdict:
    """The verdict in which the questions of `said` are answered with yes, each in these words; others stay open."""
    scores = tuple(
        score.model_copy(update={"passed": True})
        if score.says == "ask" and (score.rule, score.subject) in said
        else score
        for score in verdict.scores
    )
    findings = tuple(
        finding.model_copy(
            update={"severity": "info", "message": f"{finding.message}: {said[finding.rule, finding.subject]}"}
        )
        if finding.severity == "ask" and (finding.rule, finding.subject) in said
        else finding
        for finding in verdict.findings
    )
    return Verdict(scores=scores, findings=findings)


def answered_before(verdict: Verdict, earlier: Iterable[Score], words: str) -> dict[About, str]:
    """The questions that the picture a clip opens on, or its draft, has settled: what passed there is not asked again.

    Where the gate cannot tell at all it asks again, unless it could not there either, and somebody approved it.
    `earlier`: the scores of that picture's certificate. `words`: what the answer is called.
    """
    known = {(score.rule, score.subject): score for score in earlier if score.says == "pass"}
    asked = (score for score in verdict.scores if score.says == "ask")
    return {
        (score.rule, score.subject): words
        for score in asked
        if (before := known.get((score.rule, score.subject))) is not None
        and (score.in_band or (before.ask and not before.in_band))
    }


def judged_before(verdict: Verdict, earlier: Iterable[Score], words: str) -> dict[About, str]:
    """The questions that the gate of the very same frame has passed, or had answered, in the shot before."""
    passed = {(score.rule, score.subject) for score in earlier if score.applies and score.passed}
    return {(f.rule, f.subject): words for f in verdict.questions if (f.rule, f.subject) in passed}
