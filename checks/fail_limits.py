"""How far off a value must be before a rule may fail a picture of one film, by what people approved in it.

A rule that compares a picture with the masters was measured on other films. On this one it may be wrong about good
pictures: a paid model frees the camera, a grade turns the hues. So the rules fail a picture only where all of them
together would fail at most 1 in 100 good ones, as far as this film's own approved pictures tell; elsewhere they ask.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import scipy
from numpy.typing import NDArray

from checks.contract import ASK, HOW_TO_ANSWER
from checks.rules import catalogue
from manifests.finding import Finding, Score, Verdict

RELATIVE = frozenset({"V101", "V102", "V103", "V104", "V105", "V106", "V107", "V111", "V112", "V113", "V116", "V117"})
"""The rules that compare a picture with masters. The others find technical faults, and fail by themselves."""

MIS_SEEN = frozenset({"V106"})
"""Those of `RELATIVE` that only ask: now and then they measure something else than they should, and no spread of good
values bounds that. Both of the false failures that were left on fresh drawn scenes (of 96 takes under a free camera and
of 45 in five looks) were hues of a figure, one off by 155 degrees.
"""

SHOTS_MIN = 12
"""Approved shots below which no rule of `RELATIVE` may fail: fewer tell a rule's spread too badly."""

FALSE_FAILS_MAX = 0.01
"""The share of good pictures that all rules together may fail. A picture has all of them, and they are not independent:
each may fail its part of this, whatever the others do (Bonferroni).
"""

FREEDOM = 3.0
"""Degrees of freedom of the Student t that the values are taken to come from, whatever their number: now and then a
good picture is mis-seen. With eight rules a limit lies 5.5 deviations out, where a normal's would lie 3. Chosen on four
drawn scenes (seed 21): hues of good takes lay up to 3.9 deviations out, and as much was caught with 5 degrees.
"""

FailLimits = Mapping[str, float]
"""By rule code, in the rule's unit: a value on its worse side may fail a picture. A code that is absent only asks."""


def fail_limits(approved: Mapping[str, Sequence[float]], thresholds: Mapping[str, float]) -> dict[str, float]:
    """From approved pictures: by rule code the worst value of each approved shot. `thresholds`: the film's own.

    A limit is the quantile of its part of `FALSE_FAILS_MAX` that the values predict for the next good shot, or the
    rule's threshold, whichever is laxer. A rule of `MIS_SEEN` has none, and no rule has one below `SHOTS_MIN` shots,
    nor where half of them have the same value (most shots have nobody too many, and that says nothing of the odd one
    that looks as if), nor where more than `FALSE_FAILS_MAX` of the shots would fail by the limit that the others give.
    """
    limits = {}
    may_fail = [code for code in sorted(approved.keys() & RELATIVE - MIS_SEEN) if len(approved[code]) >= SHOTS_MIN]
    quantile = float(-scipy.special.stdtrit(FREEDOM, FALSE_FAILS_MAX / max(1, len(may_fail))))
    out = quantile / math.sqrt(FREEDOM / (FREEDOM - 2))
    for code in may_fail:
        page = catalogue.page(code)
        # Signed so that higher is better, whichever way the rule runs.
        sign = -1.0 if page.direction == "lower is better" else 1.0
        values, threshold = sign * np.asarray(approved[code], np.float64), sign * thresholds.get(code, page.threshold)
        if 2 * np.count_nonzero(values == np.median(values)) >= values.size:
            continue
        others = [_limit(np.delete(values, index), threshold, out) for index in range(values.size)]
        if float((values < np.array(others)).mean()) <= FALSE_FAILS_MAX:
            limits[code] = sign * _outward(_limit(values, threshold, out)) + 0.0
    return limits


def ask_instead(verdict: Verdict, limits: FailLimits) -> Verdict:
    """The verdict in which every failure of a rule of `RELATIVE` within its limit is a question to a person."""
    asked = {
        (s.rule, s.subject): s
        for s in verdict.scores
        if s.says == "fail" and s.rule in RELATIVE and not _is_beyond(s, limits.get(s.rule))
    }
    return Verdict(
        scores=tuple(s.model_copy(update={"ask": True}) if (s.rule, s.subject) in asked else s for s in verdict.scores),
        findings=tuple(
            _question(found, asked[found.rule, found.subject])
            if found.severity == "error" and (found.rule, found.subject) in asked
            else found
            for found in verdict.findings
        ),
    )


def _limit(values: NDArray[np.float64], threshold: float, out: float) -> float:
    """`out`: how many deviations out."""
    spread = float(np.std(values, ddof=1) * np.sqrt(1 + 1 / values.size))
    return min(threshold, float(values.mean()) - out * spread)


def _outward(limit: float) -> float:
    """With four digits, and no stricter."""
    return math.floor(limit * 1e4) / 1e4


def _is_beyond(score: Score, limit: float | None) -> bool:
    if limit is None or score.value is None:
        return False
    lower = catalogue.page(score.rule).direction == "lower is better"
    return score.value > limit if lower else score.value < limit


def _question(finding: Finding, score: Score) -> Finding:
    lower = catalogue.page(score.rule).direction == "lower is better"
    passes = f"{score.value or 0.0:.2f}, passes {'up to' if lower else 'from'} {score.threshold:g}"
    told = f"{finding.question or f'is {finding.subject} as asked for?'} {finding.message} ({passes})"
    return finding.model_copy(
        update={"severity": "ask", "flaw": f"{ASK}{finding.flaw}", "message": told, "cure": HOW_TO_ANSWER}
    )
