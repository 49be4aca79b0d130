from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from governor import credit, policy
from governor.errors import AlreadyBought, StillOpen
from governor.purchase import Balance, Epoch
from manifests.decision import Decision
from manifests.spending.standing_order import StandingOrder

SHOT = "SC010_SH0010"


@pytest.mark.parametrize(
    ("settled", "held", "need", "fits"),
    [
        (0, 0, 100, True),
        (60, 39, 1, True),
        (60, 40, 1, False),
        (0, 0, 101, False),
        (500, 0, 0, True),
        (500, 0, 1, False),
    ],
)
def test_a_hold_fits_up_to_the_last_micro_dollar_of_its_cap(settled, held, need, fits):
    assert (policy.fits_cap(Balance("scene:SC010", 100, settled, held), need) is None) is fits


def test_the_advised_cap_is_rounded_up_to_a_cent_and_makes_room_for_what_is_foreseen():
    refusal = policy.fits_cap(Balance("shot:SC010_SH0010", 10_000, 1, 0), 20_000, 1_000_000)
    assert refusal is not None
    assert "--usd 1.01 " in refusal.cure
    assert refusal.thing == "the shot SC010_SH0010"
    assert not refusal.retry_helps


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        (None, None),
        ("settled", AlreadyBought),
        ("written_off", AlreadyBought),
        ("held", StillOpen),
        ("submitted", StillOpen),
        ("in_doubt", StillOpen),
    ],
)
def test_a_generation_key_buys_once(state, refusal):
    assert type(policy.not_bought(SHOT, state)) is (refusal or type(None))


def test_an_open_video_names_what_brings_it_home():
    assert policy.one_video(SHOT, None) is None
    assert "gate resume SC010" in str(policy.one_video(SHOT, "submitted"))
    assert "gate resume SC010" in str(policy.one_video(SHOT, "in_doubt"))


@pytest.mark.parametrize(("attempt", "takes", "within"), [(1, 0, True), (3, 2, True), (4, 0, False), (2, 3, False)])
def test_attempts_are_counted_by_number_and_by_recipe(attempt, takes, within):
    assert (policy.within_attempts(SHOT, "clip", attempt, takes, 3) is None) is within


def test_any_of_three_things_stops():
    assert policy.not_stopped([], None) is None
    assert "gate go" in str(policy.not_stopped([("breaker", "a bill")], None))
    assert "late" in str(policy.not_stopped([("stop", "Ada: late")], None))
    assert "(/film/STOP)" in str(policy.not_stopped([], "/film/STOP"))


def test_only_the_newest_claim_on_a_scene_buys():
    older, newer = Epoch("SC010", 1, "r1"), Epoch("SC010", 2, "r2")
    assert policy.not_fenced(newer, newer) is None
    assert "SC010: another run has taken the scene over" in str(policy.not_fenced(older, newer))
    assert "no run has claimed" in str(policy.not_fenced(older, None))


def test_the_first_missing_certificate_is_named():
    assert policy.certified_inputs(SHOT, ()) is None
    assert "bbbbbbbbbbbb" in str(policy.certified_inputs(SHOT, {"c" * 64, "b" * 64}))


@pytest.mark.parametrize(
    ("delta", "left", "decided", "allowed"),
    [
        (15, 100, None, True),
        (16, 100, None, False),
        (0, 0, None, True),
        (1, 0, None, False),
        (-1000, 0, None, True),
        (16, 100, 16, True),
        (17, 100, 16, False),
        (16, 100, 0, False),
    ],
)
def test_a_switch_takes_a_persons_word_above_a_part_of_what_is_left(delta, left, decided, allowed):
    refusal = policy.switch_allowed(delta, left, decided, scene="SC010", stage="clip", to="fal")
    assert (refusal is None) is allowed
    assert allowed or "gate provider switch SC010 --to fal" in str(refusal)


@pytest.mark.parametrize(
    "kind",
    ["approve", "reject", "raise_cap", "write_off", "release", "stop", "go", "reanchor", "switch_provider"],
)
def test_a_program_decides_only_what_costs_nothing(kind):
    decision = Decision(kind=kind, scope="SC010", who="agent", made_at="2026-11-21T12:00:00Z", door="program")
    assert (policy.by_a_person(decision) is None) is (kind in {"reject", "stop", "reanchor"})
    assert policy.by_a_person(decision.model_copy(update={"door": "review room"})) is None


ORDER = StandingOrder(scene="SC010", opens="22:00", closes="07:00", zone="UTC", night_usd="5.00", plan=None)
NIGHT = "2026-11-21"


@pytest.mark.parametrize(
    ("hour", "takes_s", "words"),
    [
        ("2026-11-21T21:59", 0, "opens again at 2026-11-21 22:00 UTC"),
        ("2026-11-21T22:00", 600, None),
        ("2026-11-22T06:49", 600, None),
        ("2026-11-22T06:50", 600, "closes in 600 s, and such a call may take 600 s"),
        ("2026-11-22T22:30", 0, "window of its standing order is closed"),  # the next night is another cap
    ],
)
def test_a_call_at_night_begins_only_if_it_ends_within_the_window(hour, takes_s, words):
    refusal = policy.within_the_night(
        "SC010", ORDER, NIGHT, None, datetime.fromisoformat(hour).replace(tzinfo=UTC), takes_s
    )
    assert (refusal is None) if words is None else (refusal is not None and words in str(refusal))


def test_an_order_bound_to_a_plan_allows_no_other():
    now = datetime(2026, 11, 21, 23, tzinfo=UTC)
    bound = ORDER.model_copy(update={"plan": "a" * 64})
    assert policy.within_the_night("SC010", bound, NIGHT, "a" * 64, now, 0) is None
    assert "keep to that one" in str(policy.within_the_night("SC010", bound, NIGHT, "b" * 64, now, 0))
    assert "keep to that one" in str(policy.within_the_night("SC010", bound, NIGHT, None, now, 0))
    assert "gate order SC010" in str(policy.within_the_night("SC010", None, "", None, now, 0))


def test_credit_that_does_not_reach_says_how_far_it_does():
    needs = [("SC010_SH0040", 30), ("SC010_SH0050", 30), ("SC010_SH0060", 30)]
    assert credit.covered_by_credit("SC010", "fal", 90, needs) is None
    assert "to the end of SC010_SH0050" in str(credit.covered_by_credit("SC010", "fal", 89, needs))
    assert "not enough for the first shot" in str(credit.covered_by_credit("SC010", "fal", 29, needs))
    assert credit.covered_by_credit("SC010", "fal", 0, []) is None


def test_a_provider_is_given_no_more_calls_than_the_film_allows():
    assert policy.lane_free("fal", "SC010", 7, 8) is None
    refusal = policy.lane_free("fal", "SC010", 8, 8)
    assert refusal is not None
    assert refusal.retry_helps


def test_a_model_is_called_up_to_its_last_day():
    last = date(2026, 11, 21)
    assert policy.not_retired("m", None, last) is None
    assert policy.not_retired("m", last, last) is None
    assert "ended it on 2026-11-21" in str(policy.not_retired("m", last, date(2026, 11, 22)))
