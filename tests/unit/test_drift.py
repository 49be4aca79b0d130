"""What adds up to drift, what changed on purpose, and how a re-anchoring is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.drift import in_words, judge_drift
from checks.drift_shot import Measured, with_scores
from manifests.finding import Score
from production.journey import anchoring
from production.journey.anchoring import Crossing, ReAnchoring


def shots(axis, *values, entity="ilse", **told):
    """A chain, one value a shot. `told`: by name, what the manifest says of each shot."""
    rows = []
    for index, value in enumerate(values):
        more = {name: given[index] for name, given in told.items()}
        links = more.pop("links", index)
        rows.append(Measured(f"SC010_SH{(index + 1) * 10:04d}", links, {(entity, axis): value}, **more))
    return rows


def judge(measured, **thresholds):
    return judge_drift(measured, thresholds, 5, "eye")


def alarms(report):
    return [point.shot for point in report.series if point.alarm]


def test_a_crossing_between_two_readings_is_an_alarm():
    report = judge(shots("hue", 0, 6.5, 13, 0, 0, entity="cafe"))

    assert alarms(report)[0] == "SC010_SH0030"
    assert report.read_at == ("SC010_SH0050",)


def test_a_film_sets_its_own_alarm():
    assert judge(shots("hue", 0, 6.5, 13, entity="cafe")).drifted
    assert judge(shots("hue", 0, 6.5, 13, entity="cafe"), D104=9.0).passed


def test_other_clothes_in_the_manifest_are_no_drift():
    coat, apron = {"ilse": "coat"}, {"ilse": "apron"}
    creeping = (0, 4, 8, 8, 8)
    assert judge(shots("wardrobe", *creeping, looks=[coat] * 5)).drifted
    assert judge(shots("wardrobe", *creeping, looks=[coat, coat, coat, apron, apron])).passed
    absent = [coat, coat, {}, coat, coat]
    assert judge(shots("wardrobe", *creeping, looks=absent)).drifted  # who comes back as they were has not changed


def test_another_framing_has_a_usual_value_of_its_own_and_a_creep_through_both_is_found():
    setups = ["wide"] * 6 + ["close_up"] * 4
    lens = [0.08] * 6 + [0.27] * 4
    assert judge(shots("location", *lens, entity="cafe", setup=setups)).passed
    assert judge(shots("location", *lens, entity="cafe")).drifted
    creep = [value + 0.035 * n for n, value in enumerate(lens)]
    assert judge(shots("location", *creep, entity="cafe", setup=setups)).drifted


def test_a_re_anchored_shot_begins_at_zero_and_what_is_usual_in_its_chain_stays_known():
    room = (0.26, 0.27, 0.26, 0.27, 0.26, 0.27, 0.26, 0.27)
    links = [0, 1, 2, 3, 4, 5, 0, 1]
    report = judge(shots("location", *room, entity="cafe", links=links, re_anchored=[False] * 6 + [True, False]))

    assert [point.cusum for point in report.series][6] < 0.5
    assert report.passed


def test_what_the_gate_scored_on_the_films_own_scale_adds_up_too():
    scores = [
        Score(rule=rule, subject="ilse", value=value, threshold=-2.5, passed=True, applies=applies)
        for rule, value, applies in (("V111", -1.75, True), ("V112", None, False), ("V102", 0.4, True))
    ]
    told = with_scores(Measured("SC010_SH0010", 0, {("ilse", "identity"): 0.1}), scores)
    assert told.values == {("ilse", "identity"): 0.1, ("ilse", "identity_kept"): 1.75}

    creep = judge(shots("identity_kept", 0, 0.2, -0.3, 0.1, 0, 0.2, *[2.4] * 4))
    assert [f.rule for f in creep.drifted] == ["D101"]
    assert "deviations" in creep.drifted[0].message
    assert judge(shots("identity_kept", *[-3.0] * 8)).passed  # nearer to the masters than usual is not drift


crossings = st.builds(
    Crossing,
    entity=st.sampled_from(["ilse", "cafe_main"]),
    axis=st.sampled_from(["hue", "identity"]),
    cusum=st.integers(501, 9999).map(lambda n: n / 100),
    alarm=st.sampled_from([5.0, 7.5, 12.0]),
)


@given(st.lists(crossings, min_size=1, max_size=4).map(tuple), st.booleans())
def test_a_re_anchoring_is_read_back_from_its_own_words(crossed, again):
    found = ReAnchoring("SC010_SH0040", "SC010_SH0030", crossed, again)
    mark = anchoring.mark_of("rules-1", "eye", "a" * 64)

    assert anchoring.read("SC010_SH0040", ["words of old", f"{found.words} [{mark}]"], mark) == found


@pytest.mark.parametrize(
    "other", [("rules-2", "eye", "a" * 64), ("rules-1", "sharp eye", "a" * 64), ("rules-1", "eye", "b" * 64)]
)
def test_a_re_anchoring_lapses_with_the_clip_before_the_rules_or_the_eye(other):
    found = ReAnchoring("SC010_SH0040", "SC010_SH0030", why="it failed its gate (V106 cafe: 30° off)")
    text = f"{found.words} [{anchoring.mark_of('rules-1', 'eye', 'a' * 64)}]"

    assert anchoring.read("SC010_SH0040", [text], anchoring.mark_of("rules-1", "eye", "a" * 64)) == found
    assert anchoring.read("SC010_SH0040", [text], anchoring.mark_of(*other)) is None


def test_a_drift_check_says_which_shots_it_looked_at_and_which_it_did_not():
    report = judge_drift((Measured("SC010_SH0010", 0, {("cafe", "hue"): 0.0}),), {}, 5, "eye")

    told = in_words(report, ["SC010_SH0010", "SC010_SH0020"])

    assert told == "true to the masters in SH0010; not checked: SH0020"
    empty = judge_drift((Measured("SC010_SH0010", 0, {}),), {}, 5, "eye")
    assert in_words(empty, ["SC010_SH0010"]) == "nothing was checked: SH0010 has nothing to measure"
