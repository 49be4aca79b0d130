"""The CUSUM: what adds up, what does not, and where it begins again."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.rules.cusum import Chart, heights, usual_in

CLOSE = 1e-9
HELD = Chart(baseline_shots=0)
OWN = Chart()
LEVEL = st.floats(-8, 8).map(lambda x: round(x, 3))
SERIES = st.lists(st.none() | LEVEL, min_size=1, max_size=24)
CHARTS = st.builds(
    Chart,
    usual=LEVEL,
    spread=st.floats(0.1, 4),
    two_sided=st.booleans(),
    baseline_shots=st.integers(0, 8),
    reach=st.tuples(st.sampled_from([0.0, 1.0, math.inf]), st.sampled_from([0.0, 2.0])),
    late=st.booleans(),
    cap=st.sampled_from([3.0, math.inf]),
)


def first_alarm(values, chart):
    """The index of the first value at which the CUSUM is over the alarm; None when it never is."""
    return next((index for index, height in enumerate(heights(values, chart)) if height > chart.alarm), None)


@given(SERIES, CHARTS, st.data())
def test_a_height_depends_on_nothing_that_comes_after_it(values, chart, data):
    upto = data.draw(st.integers(1, len(values)))
    anchored = data.draw(st.sets(st.integers(0, len(values) - 1)))
    assert heights(values[:upto], chart, anchored) == heights(values, chart, anchored)[:upto]


@given(SERIES, CHARTS, st.floats(-5, 5), st.floats(0.2, 5))
def test_units_do_not_matter(values, chart, shift, scale):
    moved = [None if v is None else v * scale + shift for v in values]
    other = replace(chart, usual=chart.usual * scale + shift, spread=chart.spread * scale)
    assert heights(moved, other) == pytest.approx(heights(values, chart), abs=1e-6)


@given(SERIES, CHARTS)
def test_two_sides_are_alike(values, chart):
    both = replace(chart, two_sided=True, reach=(2.0, 2.0), usual=0.0)
    mirrored = [None if v is None else -v for v in values]
    assert heights(mirrored, both) == pytest.approx(heights(values, both), abs=CLOSE)


@given(SERIES, CHARTS)
def test_it_is_never_under_zero_and_a_shot_not_seen_changes_nothing(values, chart):
    chart = replace(chart, late=True)
    found = heights(values, chart)
    assert min(found) >= 0
    seen = [value for value in values if value is not None]
    assert [h for h, v in zip(found, values, strict=True) if v is not None] == list(heights(seen, chart))


@given(st.lists(st.floats(-8, 0.5), max_size=60))
def test_what_is_within_the_slack_never_adds_up(values):
    assert set(heights(values, HELD)) <= {0.0}


@given(st.floats(0.6, 4), st.integers(0, 12))
def test_a_lasting_shift_is_found_as_soon_as_it_must_add_up(shift, before):
    needed = math.floor(HELD.alarm / (shift - HELD.slack)) + 1
    at = first_alarm([0.0] * before + [shift] * (needed + 1), HELD)
    assert at is not None
    assert abs(at - (before + needed - 1)) <= 1  # a sum that lands on the alarm itself may round to either side


@given(SERIES, SERIES, CHARTS)
def test_what_changed_on_purpose_begins_anew(before, after, chart):
    found = heights([*before, *after], chart, renewed={len(before)})
    assert found[len(before) :] == heights(after, chart)


@given(SERIES, SERIES, CHARTS)
def test_a_shot_made_from_the_masters_begins_the_sum_at_zero(before, after, chart):
    held = replace(chart, baseline_shots=0)
    found = heights([*before, *after], held, anchored={len(before)})
    assert found[len(before) :] == heights(after, held)


def test_the_masters_begin_the_sum_anew_and_what_is_usual_stays_known():
    values = [1.0] * 6 + [4.0] * 3 + [1.0] * 3
    found = heights(values, OWN, anchored={9})
    assert found[8] > OWN.alarm
    assert found[9:] == (0.0, 0.0, 0.0)


def test_a_chain_that_is_off_throughout_is_usual_within_the_reach_and_drift_beyond_it():
    assert first_alarm([1.2] * 30, OWN) is None
    assert first_alarm([4.0] * 30, OWN) is not None
    assert usual_in([9.0] * 6, OWN) == OWN.reach[1]


def test_a_chains_own_first_shots_find_a_creep_that_the_prior_alone_misses():
    creeping = [-1.5] * 8 + [-1.5 + 0.15 * n for n in range(1, 14)]
    assert first_alarm(creeping, OWN) is not None
    assert first_alarm(creeping, HELD) is None


def test_what_is_scored_late_in_a_chain_does_not_take_the_drift_for_usual():
    late = [None] * 8 + [1.9] * 6
    assert first_alarm(late, OWN) is None
    assert first_alarm(late, replace(OWN, late=False)) is not None
    framed = ["wide"] * 8 + ["close"] * 6
    off = [0.0] * 8 + [1.9] * 6
    assert (
        max(heights(off, OWN, setups=framed)) < OWN.alarm < max(heights(off, replace(OWN, late=False), setups=framed))
    )


def test_one_wild_shot_alone_is_no_creep_when_capped():
    wild = [0.0] * 8 + [40.0] + [0.0] * 8
    assert first_alarm(wild, HELD) == 8
    assert first_alarm(wild, replace(HELD, cap=4.0)) is None
