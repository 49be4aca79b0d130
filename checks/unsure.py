"""Questions that a gate asks instead of passing or failing, and how an answer settles them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import inf

from checks.scorer.axes import ASK_BELOW
from manifests.finding import Score, Verdict

About = tuple[str, str]
"""A rule's code and its subject: what one question is about."""


_NEARER = 0.25
"""Deviations from which V111 says who it is: nearer than the film's usual picture. It hardly sees another face on the
same figure. On four drawn scenes (seed 21) 5 of 16 such takes lay above -1, 2 above 0 and none above this.
"""

_SETTLED_BY = {
    "V101": ("V111", ASK_BELOW),
    "V102": ("V111", _NEARER),
    "V103": ("V112", ASK_BELOW),
    "V104": ("V113", ASK_BELOW),
}
"""The rules that compare with the masters where blocking has them, those that search the picture for the same, and from
how many deviations on these have an answer.
"""


def settled_as_usual(verdict: Verdict) -> dict[About, str]:
    """The questions of V101 to V104 that V111 to V113 have an answer to.

    A free camera moves what V101 to V104 compare pixel by pixel, so that they ask about good pictures, too. V111 to
    V113 search the picture, and know how near to the masters this film's approved pictures are: -1 deviations or
    more is as usual. Who it is takes more (`_NEARER`). docs/eyes.md has what is asked about, and what passes.
    """
    usual = {
        (score.rule, score.subject): score.value
        for score in verdict.scores
        if score.says == "pass" and score.value is not None
    }
    said = {}
    for found in verdict.questions:
        rule, least = _SETTLED_BY.get(found.rule, ("", 0.0))
        value = usual.get((rule, found.subject))
        if value is not None and value >= least:
            said[found.rule, found.subject] = f"settled by {rule}, {value:+.1f} deviations from usual"
    return said


_SETTLED_BY_APPROVED = frozenset({"V113"})
"""The rules whose question two approved shots answer. A film's first six shots may show little of a place: of two films
of photographs 6 and 4 of 14 approved shots lay 2.4 deviations out or more. Of people it is not so: another person's
deviations lie among those of good pictures.
"""


def approved_twice(approved: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """By rule, how far off the second-farthest approved shot of the film is. `approved`: by rule code, their values."""
    return {code: sorted(approved[code])[1] for code in _SETTLED_BY_APPROVED if len(approved.get(code, ())) > 1}


def settled_as_approved(verdict: Verdict, twice: Mapping[str, float]) -> dict[About, str]:
    """The questions about pictures no farther off than two that a person has approved in this film. `twice`: as
    `approved_twice` gives it.
    """
    asked = {(found.rule, found.subject) for found in verdict.questions}
    return {
        (score.rule, score.subject): f"settled by approved shots: two are as far off ({twice[score.rule]:+.1f})"
        for score in verdict.scores
        if (score.rule, score.subject) in asked
        and score.value is not None
        and score.value >= twice.get(score.rule, inf)
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
