"""One cell of the audit table: which score it shows, and in which words."""

from __future__ import annotations

import pytest

from manifests.finding import Finding, Score, Verdict
from production.learning.auditing import _cell


def scored(*scores: tuple[str, str, float | None, float, bool], findings: tuple[Finding, ...] = ()) -> Verdict:
    return Verdict(
        scores=tuple(
            Score(rule=r, subject=s, value=v, threshold=t, passed=p, applies=v is not None) for r, s, v, t, p in scores
        ),
        findings=findings,
    )


def test_where_nobody_is_in_frame_there_is_nothing_to_judge():
    empty = scored(("V104", "quay", 0.6, 0.1, True), ("V102", "ada", None, 0.05, True))
    assert _cell("identity", empty).state == "n/a"
    assert _cell("wardrobe", empty).words == "n/a"
    assert _cell("location", empty).state == "ok"


def test_the_one_who_is_nearest_to_failing_decides():
    two = scored(("V102", "ada", 0.5, 0.05, True), ("V102", "bo", 0.2, 0.05, True))
    assert (_cell("identity", two).subject, _cell("identity", two).words) == ("bo", "0.20 ≥ 0.05")


@pytest.mark.parametrize(("severity", "state"), [("error", "no"), ("warning", "look")])
def test_a_failed_score_goes_before_a_nearer_one_and_a_warning_asks_to_look(severity, state):
    found = Finding(rule="V102", severity=severity, subject="ada", flaw="x", message="m", cure="c")
    both = scored(("V102", "ada", -0.2, 0.05, False), ("V102", "bo", 0.06, 0.05, True), findings=(found,))
    cell = _cell("identity", both)
    assert (cell.subject, cell.state, cell.words) == ("ada", state, "-0.20 < 0.05")


def test_a_rule_that_is_better_when_lower_reads_the_other_way():
    over = Finding(rule="V115", severity="warning", subject="quay", flaw="x", message="m", cure="c")
    assert _cell("continuity", scored(("V115", "quay", 2.0, 4.0, True))).words == "2.00 ≤ 4"
    assert _cell("continuity", scored(("V115", "quay", 5.0, 4.0, False), findings=(over,))).words == "5.00 > 4"


def test_drift_is_no_axis_of_one_picture():
    assert _cell("identity", scored(("D101", "ada", 9.0, 5.0, False))).state == "n/a"
