"""Thresholds from labels: known values, and what must hold for any labels at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.calibration import Costs, Labelled, calibrate
from manifests.finding import RulePage

HIGHER = RulePage(
    code="V102",
    name="identity",
    what="w",
    why="y",
    unit="u",
    range="-1 to 1",
    direction="higher is better",
    threshold=0.05,
    source="s",
)
LOWER = HIGHER.model_copy(update={"direction": "lower is better"})
EVEN = Costs(1, 1)

values = st.integers(-20, 20).map(lambda n: n / 20)
labels = st.lists(st.tuples(values, st.booleans()), min_size=2, max_size=40).filter(
    lambda pairs: len({good for _, good in pairs}) == 2
)
costs = st.builds(Costs, st.integers(1, 50), st.integers(1, 50))


def labelled(pairs: list[tuple[float, bool]]) -> list[Labelled]:
    return [Labelled("V102", value, good, "a test") for value, good in pairs]


def said(good: list[float], bad: list[float]) -> list[Labelled]:
    return labelled([(v, True) for v in good] + [(v, False) for v in bad])


@pytest.mark.parametrize(
    ("good", "bad", "area"),
    [
        ([0.8, 0.9], [0.1, 0.2], 1.0),
        ([0.1, 0.2], [0.8, 0.9], 0.0),
        ([0.5], [0.5], 0.5),
        # sklearn.metrics.roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), the example of its documentation
        ([0.35, 0.8], [0.1, 0.4], 0.75),
        ([0.1, 0.5, 0.9], [0.5, 0.2], 3.5 / 6),
    ],
)
def test_the_area_has_its_known_value(good, bad, area):
    assert calibrate(HIGHER, said(good, bad), 0.05, EVEN).auc == pytest.approx(area)


@given(labels)
def test_the_area_lies_between_0_and_1_and_so_does_its_interval(pairs):
    told = calibrate(HIGHER, labelled(pairs), 0.05, EVEN)
    assert told.interval is not None
    assert told.auc is not None
    assert 0 <= told.interval[0] <= told.interval[1] <= 1
    assert 0 <= told.auc <= 1


@given(labels)
def test_labels_turned_round_give_one_minus_the_area(pairs):
    area = calibrate(HIGHER, labelled(pairs), 0.05, EVEN).auc
    turned = calibrate(HIGHER, labelled([(value, not good) for value, good in pairs]), 0.05, EVEN).auc
    assert area is not None
    assert turned == pytest.approx(1 - area)


@given(labels, costs)
def test_a_rule_that_is_better_when_lower_is_the_mirror_of_one_that_is_not(pairs, costs):
    told = calibrate(HIGHER, labelled(pairs), 0.05, costs)
    mirrored = calibrate(LOWER, labelled([(-value, good) for value, good in pairs]), -0.05, costs)
    assert (mirrored.auc, mirrored.best.cost, mirrored.roc) == (told.auc, told.best.cost, told.roc)
    assert mirrored.best.threshold == pytest.approx(-told.best.threshold)


@settings(max_examples=40)
@given(labels)
def test_a_stricter_threshold_catches_no_fewer_and_keeps_no_more(pairs):
    counts = [calibrate(HIGHER, labelled(pairs), step / 4, EVEN).now for step in range(-5, 6)]
    assert [c.caught for c in counts] == sorted(c.caught for c in counts)
    assert [c.kept for c in counts] == sorted((c.kept for c in counts), reverse=True)


@given(labels)
def test_the_curve_rises_from_accepting_all_to_rejecting_all(pairs):
    roc = calibrate(HIGHER, labelled(pairs), 0.05, EVEN).roc
    assert (roc[0], roc[-1]) == ((0.0, 0.0), (1.0, 1.0))
    assert list(roc) == sorted(roc)


@given(labels, costs, values)
def test_no_threshold_at_all_costs_less_than_the_cheapest(pairs, costs, now):
    told = calibrate(HIGHER, labelled(pairs), now, costs)
    for threshold in (step / 40 for step in range(-41, 43)):  # every value, every gap between two, and beyond both ends
        reject = [good for value, good in pairs if value < threshold]
        accept = [good for value, good in pairs if value >= threshold]
        cost = (sum(reject) * costs.false_reject + accept.count(False) * costs.false_accept) / len(pairs)
        assert told.best.cost <= cost + 1e-9
    assert told.best.cost <= told.now.cost


def test_a_threshold_that_is_as_cheap_as_any_stays():
    told = calibrate(HIGHER, said([0.8, 0.9], [0.1, 0.2]), 0.33, EVEN)
    assert not told.moves
    assert told.best.threshold == 0.33


def test_the_cheapest_threshold_is_a_round_number_nearest_to_the_present_one():
    told = calibrate(HIGHER, said([0.81, 0.9], [0.1, 0.2113]), 0.05, EVEN)
    assert told.best.threshold == 0.5
    assert (told.now.cost, told.best.cost) == (0.5, 0.0)


@pytest.mark.parametrize(("now", "nearest"), [(0.05, 0.2), (0.95, 0.8)])
def test_of_two_cheapest_thresholds_the_one_nearer_to_todays_is_taken(now, nearest):
    takes = said([0.3, 0.5, 0.9], [0.1, 0.7, 0.05])  # at 0.2 one bad one passes, at 0.8 two good ones are thrown away
    told = calibrate(HIGHER, takes, now, Costs(1, 2))
    assert told.best.threshold == nearest


def test_a_dear_false_accept_makes_the_threshold_stricter():
    takes = said([0.3, 0.5, 0.6, 0.7], [0.1, 0.4])
    assert calibrate(HIGHER, takes, 0.05, Costs(10, 1)).best.threshold < 0.3
    assert calibrate(HIGHER, takes, 0.05, Costs(1, 10)).best.threshold > 0.4


def test_precision_and_recall_are_of_the_bad_takes():
    told = calibrate(HIGHER, said([0.0, 0.5, 0.6], [0.0, 0.01, 0.4]), 0.05, EVEN).now
    assert (told.caught, told.missed, told.thrown_away, told.kept) == (2, 1, 1, 2)
    assert (told.recall, told.precision) == (pytest.approx(2 / 3), pytest.approx(2 / 3))


def test_a_value_on_the_threshold_passes_as_in_the_gates():
    assert calibrate(HIGHER, said([0.05], [0.04]), 0.05, EVEN).now.kept == 1
    assert calibrate(LOWER, said([18.0], [19.0]), 18.0, EVEN).now.kept == 1


def test_labels_of_one_kind_move_nothing():
    told = calibrate(HIGHER, said([0.5, 0.6], []), 0.05, EVEN)
    assert (told.auc, told.interval, told.moves) == (None, None, False)


def test_no_labels_are_no_calibration():
    with pytest.raises(ValueError, match="no labels"):
        calibrate(HIGHER, [], 0.05, EVEN)


@pytest.mark.parametrize(("good", "bad", "enough"), [(20, 20, True), (19, 40, False), (40, 19, False)])
def test_twenty_of_each_kind_are_enough(good, bad, enough):
    assert calibrate(HIGHER, said([0.5] * good, [0.1] * bad), 0.05, EVEN).enough is enough


def test_takes_told_apart_without_a_fault_still_leave_room_for_one():
    assert calibrate(HIGHER, said([0.5] * 30, [0.1] * 12), 0.05, EVEN).interval == (0.75, 1.0)
    assert calibrate(HIGHER, said([0.1] * 12, [0.5] * 30), 0.05, EVEN).interval == (0.0, 0.25)


def test_more_labels_narrow_the_interval():
    few, many = said([0.2, 0.5, 0.8], [0.1, 0.4, 0.6]), said([0.2, 0.5, 0.8] * 30, [0.1, 0.4, 0.6] * 30)
    widths = [
        high - low for takes in (few, many) for low, high in [calibrate(HIGHER, takes, 0.05, EVEN).interval or (0, 1)]
    ]
    assert widths[1] < widths[0] / 2
