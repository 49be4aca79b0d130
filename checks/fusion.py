"""One verdict from both eyes, the local one and the judge, by a stated rule;
where they disagree it is shown, never averaged.

For each axis (presence, identity, wardrobe, location, blocking, count, artefacts) of each subject:

    local        judge        the fused verdict
    pass, ask    pass         pass
    pass, ask    fail         fail: a picture passes only where neither eye refuses it; made again
    fail         fail         fail; made again
    fail         pass         fail, and for a person: no picture is bought while the eyes contradict each other
    any          n/a          the local eye's word
    n/a          any          the judge's word

It is derived from two verdicts alone, so that every caller with both gets the same result.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checks.contract import ASK
from checks.unsure import settle
from manifests.film import Judging
from manifests.finding import Finding, Score, Verdict

_AXES = {
    "V101": "presence",
    "V102": "identity",
    "V103": "wardrobe",
    "V104": "location",
    "V105": "blocking",
    "V109": "artefacts",
    "V111": "identity",
    "V112": "wardrobe",
    "V113": "location",
    "V116": "identity",
    "V117": "count",
    "V201": "identity",
    "V202": "wardrobe",
    "V203": "location",
    "V204": "presence",
    "V205": "count",
    "V206": "blocking",
    "V208": "artefacts",
}
"""The subject of each rule. V207 has no local counterpart: there the judge's word alone counts."""

_JUDGES = "V2"
_UNSURE = {"V101": 0.05, "V102": 0.05, "V103": 0.05, "V104": 0.05}
"""How near its threshold a local advantage is not an answer:
half of what the least clean previz picture has to spare.
"""

_NO_SAY = frozenset({"V102", "V103", "V104"})
_DISAGREEMENT = "disagreement:"
_WHOLE = frozenset({"blocking", "artefacts"})
"""Axes on which the judge speaks of the whole picture, and the local eye perhaps of somebody in it."""


@dataclass(frozen=True, slots=True)
class _Word:
    """One eye's verdict on an axis of a subject, by its own rule."""

    rule: str
    value: float
    passed: bool


def asks(local: Verdict, policy: Judging) -> bool:
    """Whether the judge is asked about what the local eye has looked at.
    It is asked nothing about a picture that is not sound.
    """
    if policy == "never" or any(_spoiled(finding) for finding in local.findings):
        return False
    return policy == "always" or any(unsure(local)) or any(_has_no_say(local))


def unsure(local: Verdict) -> Iterator[str]:
    """Where the local eye says "ask" of what a judge looks at:
    by its own finding, or by a score on the very edge of its threshold.
    """
    yield from (
        f"{ASK}{_place_of(finding)}"
        for finding in local.findings
        if finding.flaw.startswith(ASK) and finding.rule in _AXES
    )
    for score in local.scores:
        margin = _UNSURE.get(score.rule)
        if margin is not None and score.applies and abs((score.value or 0.0) - score.threshold) <= margin:
            yield f"{ASK}{_AXES[score.rule]}:{score.subject}"


def fuse(local: Verdict, judge: Verdict) -> Verdict:
    """The verdict of both. Every score of either eye stays in it; a disagreement is a finding with both numbers."""
    said = [
        _disagreement(mine, theirs, place)
        for place, mine, theirs in _both(local, judge)
        if mine.passed != theirs.passed
    ]
    passed = {place for place, _, theirs in _both(local, judge) if theirs.passed}
    answered = {(f.rule, f.subject): "the judge passes it" for f in local.findings if _settles(f, passed)}
    local = settle(local, answered)
    kept = [finding for finding in local.findings if not _settles(finding, passed)]
    return Verdict(scores=(*local.scores, *judge.scores), findings=(*kept, *judge.findings, *said))


def disputed(verdict: Verdict) -> tuple[str, ...]:
    """The flaws that the local eye alone sees and the judge contradicts, where there is no other:
    for a person, not a re-roll.

    Empty where the verdict passes, or where anything in it is undisputed: that is fixed first.
    """
    contradicted = {
        (finding.rule, finding.subject)
        for finding in _disagreements(verdict)
        if finding.evidence.get("judge_says") == "pass"
    }
    errors = [finding for finding in verdict.findings if finding.severity == "error"]
    if not errors or any((finding.rule, finding.subject) not in contradicted for finding in errors):
        return ()
    return tuple(sorted({finding.flaw for finding in errors}))


def _spoiled(finding: Finding) -> bool:
    return finding.severity == "error" and (finding.rule.startswith("Q") or finding.rule == "V109")


def _has_no_say(local: Verdict) -> Iterator[str]:
    """Axes that the local eye leaves open: of the place, or of somebody who can be seen,
    and for no flaw that it has named.
    """
    named = {finding.subject for finding in local.findings if finding.severity == "error"}
    seen = {score.subject for score in local.scores if score.rule == "V101" and score.applies}
    by_face = {score.subject for score in local.scores if score.rule == "V116" and score.says == "pass"}
    for score in local.scores:
        open_ = score.rule in _NO_SAY and not score.applies and score.subject not in named
        open_ = open_ and not (score.rule == "V102" and score.subject in by_face)
        if open_ and (score.rule == "V104" or score.subject in seen):
            yield f"{_AXES[score.rule]}:{score.subject}"


def _both(local: Verdict, judge: Verdict) -> Iterator[tuple[str, _Word, _Word]]:
    """Each axis on which both have a say; of several local rules on one the one that refuses, if any does."""
    theirs = {place: word for place, word in _words(judge) if word.rule.startswith(_JUDGES)}
    for place, mine in _words(local):
        axis = place.partition(":")[0]
        found = theirs.get(place) or (theirs.get(f"{axis}:frame") if axis in _WHOLE else None)
        if found is not None and not mine.rule.startswith(_JUDGES):
            yield place, mine, found


def _words(verdict: Verdict) -> Iterator[tuple[str, _Word]]:
    for score in verdict.scores:
        if score.applies and score.value is not None and score.rule in _AXES:
            yield f"{_AXES[score.rule]}:{score.subject}", _Word(score.rule, score.value, _passed(verdict, score))


def _passed(verdict: Verdict, score: Score) -> bool:
    """A rule that only warns has refused nothing."""
    refused = {(f.rule, f.subject) for f in verdict.findings if f.severity == "error"}
    return score.passed or (score.rule, score.subject) not in refused


def _disagreement(mine: _Word, theirs: _Word, place: str) -> Finding:
    """Both numbers, in each eye's own unit; `rule` is the one that refuses."""
    axis, _, subject = place.partition(":")
    says = {True: "passes it", False: "refuses it"}
    cure = (
        f"Look at it. If the judge is right, lower {mine.rule} for this film (thresholds in film.yaml); if "
        f"not, change one thing."
        if theirs.passed
        else f"It is made again. Where the judge is often wrong here, lower {theirs.rule} for this film."
    )
    return Finding(
        rule=mine.rule if theirs.passed else theirs.rule,
        severity="warning",
        subject=subject,
        flaw=f"{_DISAGREEMENT}{place}",
        message=f"the eyes disagree on {axis} of {subject}: the local one {says[mine.passed]} ({mine.value:.2f}), "
        f"the judge {says[theirs.passed]} ({theirs.value:.2f})",
        cure=cure,
        evidence={
            "local": mine.value,
            "local_rule": mine.rule,
            "local_says": "pass" if mine.passed else "fail",
            "judge": theirs.value,
            "judge_rule": theirs.rule,
            "judge_says": "pass" if theirs.passed else "fail",
        },
    )


def _disagreements(verdict: Verdict) -> Iterator[Finding]:
    return (finding for finding in verdict.findings if finding.flaw.startswith(_DISAGREEMENT))


def _settles(finding: Finding, settled: set[str]) -> bool:
    """Whether the local eye says by this finding that it is not sure, and the judge's pass has answered it."""
    return finding.flaw.startswith(ASK) and finding.rule in _AXES and _place_of(finding) in settled


def _place_of(finding: Finding) -> str:
    """The axis and the subject that a finding is about, as the judge's answer calls them."""
    return f"{_AXES[finding.rule]}:{finding.subject}"
