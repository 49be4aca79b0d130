from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governor.prices.estimates import Billed, compare, p95

CENT = 10_000


def bill(likely, cost, model="m-1", **given):
    fields = {"provider": "maker", "model": model, "operation": "clip", "held": 2 * likely * CENT, **given}
    return Billed(**fields, likely=likely * CENT, cost=cost * CENT)


def test_bills_as_thought_raise_no_alarm():
    (line,) = compare([bill(40, 40), bill(40, 42), bill(20, 20)])
    assert (line.calls, line.likely, line.billed) == (3, 100 * CENT, 102 * CENT)
    assert (line.ratio, line.alarm, line.notice) == (Fraction(102, 100), None, None)


@pytest.mark.parametrize(("cost", "alarmed"), [(110, False), (111, True), (89, False), (90, False)])
def test_a_sum_more_than_ten_percent_above_its_estimate_raises_the_alarm(cost, alarmed):
    (line,) = compare([bill(100, cost)])
    assert (line.alarm is not None) is alarmed
    assert (line.notice is not None) is (cost == 89)


def test_the_alarm_names_the_model_the_sums_and_the_next_command():
    (line,) = compare([bill(40, 60), bill(40, 60)])
    said = "maker m-1 (clip) bills $1.20 where $0.80 was thought, 50 % more."
    assert line.alarm == f"{said} Look its price up again: gate prices --model m-1"


def test_one_call_in_twenty_far_above_raises_the_alarm_though_the_sum_is_right():
    (line,) = compare([*[bill(100, 100)] * 18, bill(100, 130), bill(100, 130)])
    assert line.ratio == Fraction(103, 100)
    assert line.p95 == Fraction(13, 10)
    assert line.alarm is not None
    assert "one call in twenty 30 % or more above" in line.alarm


def test_one_call_in_a_hundred_does_not():
    (line,) = compare([*[bill(100, 100)] * 99, bill(100, 300)])
    assert (line.p95, line.alarm) == (1, None)


def test_bills_far_below_are_told_too_because_plans_and_holds_are_too_dear():
    (line,) = compare([bill(100, 40)])
    assert line.alarm is None
    assert line.notice is not None
    assert "60 % less" in line.notice


def test_what_was_thought_to_be_free_and_is_not_raises_the_alarm():
    paid, free = compare([bill(0, 5, "a"), bill(0, 0, "b")])
    assert paid.alarm is not None
    assert "thought to be free and billed $0.05" in paid.alarm
    assert (paid.ratio, free.alarm, free.notice) == (None, None, None)


def test_an_assumed_bill_says_nothing_about_estimates():
    assert compare([bill(40, 80, assumed=True)]) == ()
    (line,) = compare([bill(40, 80, assumed=True), bill(40, 40)])
    assert (line.calls, line.ratio) == (1, 1)


def test_models_and_operations_stand_apart_in_order_and_bills_above_their_hold_are_counted():
    lines = compare([bill(10, 10, "b"), bill(10, 90, "a", held=50 * CENT), bill(10, 10, "a", operation="panel")])
    assert [(line.model, line.operation, line.above_hold) for line in lines] == [
        ("a", "clip", 1),
        ("a", "panel", 0),
        ("b", "clip", 0),
    ]


@given(st.lists(st.fractions(0, 9), min_size=1, max_size=60))
def test_95_of_100_ratios_do_not_pass_the_95th_percentile_and_one_less_would_not_do(ratios):
    bound = p95(ratios)
    assert bound in ratios
    assert sum(r <= bound for r in ratios) * 100 >= 95 * len(ratios)
    assert sum(r < bound for r in ratios) * 100 < 95 * len(ratios)
