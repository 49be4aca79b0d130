"""A rule may fail a film's pictures only where it would fail at most one in a hundred that people approved there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.contract import Tally, Trouble
from checks.fail_limits import SHOTS_MIN, ask_instead, fail_limits
from checks.rules import clip_rules, panel_rules
from checks.unsure import approved_twice, settle, settled_as_approved, settled_as_usual

FAR_APART = st.lists(st.floats(-1, 1), min_size=SHOTS_MIN, max_size=60)


def verdict(*judged):
    """A verdict over (rule, value) about ilse, each with its own question."""
    tally = Tally({})
    for rule, value in judged:
        flaw = f"{rule.page.name}:ilse"
        tally.judge(rule, "ilse", value, Trouble(flaw, "panel: somebody else", "again", question="is this ilse?"))
    return tally.verdict()


def test_without_approved_pictures_a_rule_of_likeness_asks_and_a_technical_fault_fails():
    found = verdict((panel_rules.IDENTITY, -0.4), (panel_rules.ARTEFACTS, 0.5))

    softened = ask_instead(found, {})

    assert [score.says for score in softened.scores] == ["ask", "fail"]
    assert softened.failed, "a blank picture is not asked about"
    assert ask_instead(verdict((panel_rules.IDENTITY, -0.4)), {}).questions[0].message == (
        "is this ilse? panel: somebody else (-0.40, passes from 0.05)"
    )
    assert ask_instead(verdict((panel_rules.HUE, 30.0)), {}).questions[0].message.endswith("(30.00, passes up to 18)")
    assert ask_instead(verdict((clip_rules.FROZEN, 5.0)), {}).failed


def test_a_rule_fails_only_beyond_its_limit_whichever_way_it_runs():
    limits = {"V102": -0.2, "V106": 40.0}

    def says(rule, value):
        return ask_instead(verdict((rule, value)), limits).scores[0].says

    assert [says(panel_rules.IDENTITY, value) for value in (0.2, 0.0, -0.2, -0.21)] == ["pass", "ask", "ask", "fail"]
    assert [says(panel_rules.HUE, value) for value in (10.0, 30.0, 40.0, 41.0)] == ["pass", "ask", "ask", "fail"]


def test_a_rule_has_no_limit_until_enough_shots_are_approved():
    values = list(np.linspace(0.3, 0.5, SHOTS_MIN))

    assert fail_limits({"V102": values[1:]}, {}) == {}
    assert fail_limits({"V102": values}, {}) == {"V102": 0.05}, "its own threshold is laxer than what is usual here"


def test_a_film_whose_good_pictures_lie_below_the_threshold_has_a_laxer_limit_and_keeps_the_right_to_fail():
    values = list(np.linspace(-0.1, 0.3, 20))

    limit = fail_limits({"V102": values}, {})["V102"]

    assert limit < min(values)
    assert limit > -0.5, "somebody else altogether still fails"


def test_a_rule_that_would_have_failed_an_approved_shot_by_what_the_others_show_never_fails():
    assert fail_limits({"V102": [0.4] * 15 + [-0.6]}, {}) == {}


def test_a_rule_that_found_nothing_in_most_approved_shots_only_asks():
    found = [0.0] * 13 + [0.3]

    assert fail_limits({"V117": found, "V105": [0.0] * 14}, {}) == {}, "fourteen zeros do not tell one in a hundred"
    assert "V117" in fail_limits({"V117": [*np.linspace(0.0, 0.3, 14)]}, {})


def test_a_rule_that_now_and_then_measures_something_else_only_asks():
    assert fail_limits({"V106": [*np.linspace(2.0, 9.0, 30)]}, {}) == {}


def test_technical_rules_have_no_limits():
    assert fail_limits({"V109": [0.0] * 30, "Q106": [0.0] * 30}, {}) == {}


@given(FAR_APART)
def test_no_approved_shot_of_the_film_is_failed_by_the_limit_that_all_of_them_give(values):
    limits = fail_limits({"V102": values, "V105": [30 * value for value in values]}, {})

    assert all(value >= limits["V102"] for value in values if "V102" in limits)
    assert all(30 * value <= limits["V105"] for value in values if "V105" in limits)


@pytest.mark.parametrize("seed", range(3))
def test_of_a_thousand_good_pictures_like_those_approved_about_one_in_a_hundred_fails(seed):
    chance = np.random.default_rng(seed)
    failed = 0
    for _ in range(200):
        approved = list(chance.normal(0.1, 0.2, 20))
        limit = fail_limits({"V102": approved}, {}).get("V102", -np.inf)
        failed += int((chance.normal(0.1, 0.2, 50) < limit).sum())

    assert failed / 10_000 < 0.012


def test_a_rule_shares_the_one_in_a_hundred_with_the_others_that_may_fail_a_picture():
    values = list(np.linspace(-0.1, 0.3, 20))
    alone = fail_limits({"V102": values}, {})["V102"]

    among_four = fail_limits({f"V10{code}": values for code in range(1, 5)} | {"V102": values}, {})["V102"]
    beside_one_that_only_asks = fail_limits({"V102": values, "V103": values[: SHOTS_MIN - 1]}, {})["V102"]

    assert among_four < alone == beside_one_that_only_asks


@pytest.mark.parametrize("alike", [0.0, 0.7], ids=["independent rules", "rules that fail together"])
def test_of_a_thousand_good_pictures_at_most_about_one_in_a_hundred_fails_by_any_of_eight_rules(alike):
    chance = np.random.default_rng(4)
    codes = ("V101", "V102", "V103", "V104", "V107", "V111", "V112", "V113")

    def pictures(count):
        own, shared = chance.normal(0, 1, (count, len(codes))), chance.normal(0, 1, (count, 1))
        return 0.1 + 0.2 * (np.sqrt(1 - alike**2) * own + alike * shared)

    failed = 0
    for _ in range(40):
        limits = fail_limits(dict(zip(codes, pictures(18).T, strict=True)), {})
        failed += int((pictures(250) < [limits.get(code, -np.inf) for code in codes]).any(1).sum())

    assert failed / 10_000 < 0.012


@pytest.mark.parametrize(
    ("rule", "by"),
    [
        (panel_rules.PRESENCE, panel_rules.IDENTITY_KEPT),
        (panel_rules.IDENTITY, panel_rules.IDENTITY_KEPT),
        (panel_rules.WARDROBE, panel_rules.WARDROBE_KEPT),
        (panel_rules.LOCATION, panel_rules.LOCATION_KEPT),
    ],
)
def test_what_is_as_usual_in_this_film_settles_the_question_of_the_rule_that_compares_at_the_mark(rule, by):
    least = 0.25 if rule is panel_rules.IDENTITY else -1.0
    asks = ask_instead(verdict((rule, -0.2), (by, least)), {})

    said = settled_as_usual(asks)

    assert said == {(rule.code, "ilse"): f"settled by {by.code}, {least:+.1f} deviations from usual"}
    assert settle(asks, said).passed
    for value in (least - 0.1, None):
        open_ = ask_instead(verdict((rule, -0.2), (by, value)), {})
        assert settled_as_usual(open_) == {}, "what is less near than usual, or was not measured, settles nothing"


def test_what_is_as_usual_settles_no_hue_no_mark_and_no_failure():
    hue = ask_instead(verdict((panel_rules.HUE, 30.0), (panel_rules.WARDROBE_KEPT, 1.0)), {})
    mark = ask_instead(verdict((panel_rules.BLOCKING, 0.2), (panel_rules.IDENTITY_KEPT, 1.0)), {})
    failed = ask_instead(verdict((panel_rules.IDENTITY, -0.9), (panel_rules.IDENTITY_KEPT, 1.0)), {"V102": -0.5})

    assert [settled_as_usual(each) for each in (hue, mark, failed)] == [{}, {}, {}]
    assert failed.failed


def test_a_place_as_far_off_as_two_approved_shots_is_not_asked_about_again():
    twice = approved_twice({"V113": [-2.8, 0.4, -2.6, -0.9], "V111": [-2.5, -2.5, 0.1], "V117": [0.5]})
    near, far = (ask_instead(verdict((panel_rules.LOCATION_KEPT, value)), {}) for value in (-2.6, -2.65))

    assert twice == {"V113": -2.6}, "of people, and from one shot, nothing is settled"
    said = settled_as_approved(near, twice)
    assert said == {("V113", "ilse"): "settled by approved shots: two are as far off (-2.6)"}
    assert settle(near, said).passed
    assert settled_as_approved(far, twice) == settled_as_approved(near, {}) == {}
