"""When another take would be mere luck."""

from __future__ import annotations

import pytest

from governor import retries
from manifests.film import Limits
from manifests.finding import Finding, Score, Verdict


def score(value: float | None, threshold: float, *, passed: bool, applies: bool = True) -> Score:
    return Score(rule="V101", subject="marit", value=value, threshold=threshold, passed=passed, applies=applies)


def verdict(*scores: Score) -> Verdict:
    flaw = Finding(rule="V101", severity="error", subject="marit", flaw="face", message="m", cure="c")
    return Verdict(scores=scores, findings=() if all(s.passed for s in scores) else (flaw,))


@pytest.mark.parametrize(
    ("scores", "stuck"),
    [
        ([0.5], False),
        ([0.5, 0.5], False),
        ([0.5, 0.5, 0.51], True),
        ([0.5, 0.5, 0.6], False),
        ([0.5, 0.6, 0.5], False),
        ([0.7, 0.6, 0.71], True),
        ([0.2, 0.7, 0.6, 0.71], True),
    ],
)
def test_no_progress_is_a_best_score_that_two_more_takes_did_not_better(scores, stuck):
    assert retries.no_progress(scores, 2, 0.02) is stuck


@pytest.mark.parametrize(
    ("scores", "to_and_fro"),
    [
        ([0.3, 0.8, 0.3], False),
        ([0.3, 0.8, 0.3, 0.8], True),
        ([0.9, 0.3, 0.8, 0.31, 0.79], True),
        ([0.3, 0.8, 0.5, 0.8], False),
        ([0.5, 0.5, 0.5, 0.5], False),
    ],
)
def test_scores_that_go_to_and_fro_are_seen_after_two_rounds(scores, to_and_fro):
    assert retries.oscillates(scores) is to_and_fro


def test_closeness_is_that_of_the_worst_axis_whichever_way_its_rule_looks():
    passing, low, high = score(0.9, 0.6, passed=True), score(0.3, 0.6, passed=False), score(5.0, 4.0, passed=False)
    assert retries.closeness(verdict(passing)) == 1.0
    assert retries.closeness(verdict(passing, low)) == 0.5
    assert retries.closeness(verdict(passing, high)) == 0.8
    assert retries.closeness(verdict(low, high)) == 0.5
    assert retries.closeness(verdict(score(None, 0.6, passed=False))) == 0.0
    assert retries.closeness(verdict(passing, score(None, 0.6, passed=True, applies=False))) == 1.0


def test_the_sentence_names_what_makes_it_luck():
    limits = Limits(attempts=9)
    face, hand = frozenset({"face"}), frozenset({"hand"})
    assert retries.why_no_progress([face], [0.5], limits) == ""
    assert retries.why_no_progress([face, hand], [0.5, 0.6], limits) == ""
    assert "same flaw 2 times (face)" in retries.why_no_progress([face, face], [0.5, 0.6], limits)
    assert "to and fro" in retries.why_no_progress([face, hand, face, hand], [0.3, 0.8, 0.3, 0.8], limits)
    assert "no nearer (best 0.60 of 1)" in retries.why_no_progress([face, hand, face], [0.6, 0.5, 0.5], limits)


def test_a_film_that_fires_once_never_asks():
    assert Limits(attempts=1).attempts == 1
    assert retries.why_no_progress([frozenset({"face"})], [0.1], Limits(attempts=1)) == ""


def test_a_value_below_zero_is_near_a_threshold_below_zero():
    near, far = (retries.closeness(verdict(score(value, -2.5, passed=False))) for value in (-3.0, -6.0))
    assert 1 > near > far > 0
