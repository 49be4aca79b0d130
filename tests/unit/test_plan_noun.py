from __future__ import annotations

import pytest
from pydantic import ValidationError

from manifests.spending.plan import Headroom, MadeFrom, PlanStep, ScenePlan

MADE = MadeFrom(prompt="a" * 64, references="b" * 64, shot="c" * 64, model="previz previz-clip-1")


def step(**changes):
    fields = {
        "shot": "SC010_SH0010",
        "stage": "clip",
        "tier": "draft",
        "does": "run",
        "why": "it was never made",
        "made_from": MADE,
        "provider": "previz",
        "price": "d" * 64,
        "unit_price": "$0.14/s",
        "low_microusd": 1,
        "likely_microusd": 2,
        "high_microusd": 3,
        "takes_left": 3,
    }
    return PlanStep(**{**fields, **changes})


CAP = Headroom(
    scope="scene:SC010", cap_microusd=10, settled_microusd=4, held_microusd=1, likely_microusd=2, high_microusd=3
)
PLAN = ScenePlan(
    film="HRB",
    scene="SC010",
    tier="all",
    made_at="2026-11-21T12:00:00+00:00",
    version="0.1.0",
    steps=(step(),),
    caps=(CAP,),
)
SEALED = PLAN.sealed()


def test_the_same_plan_has_the_same_hash_whoever_stores_it():
    assert PLAN.sealed().hash == SEALED.hash == SEALED.sealed().hash
    assert ScenePlan.from_stored(SEALED.stored()) == SEALED


@pytest.mark.parametrize(
    "change",
    [
        {"film": "TEA"},
        {"scene": "SC020"},
        {"tier": "draft"},
        {"made_at": "2026-11-22"},
        {"version": "0.2.0"},
        {"steps": ()},
        {"caps": ()},
        {"steps": (step(high_microusd=4),)},
        {"steps": (step(made_from=MADE.model_copy(update={"model": "x"})),)},
        {"caps": (CAP.model_copy(update={"cap_microusd": 11}),)},
    ],
    ids=str,
)
def test_a_plan_that_says_anything_else_has_another_hash_and_cannot_carry_the_first(change):
    other = PLAN.model_copy(update=change)
    assert other.sealed().hash != SEALED.hash
    with pytest.raises(ValidationError, match="its hash does not fit"):
        ScenePlan.from_stored(other.model_copy(update={"hash": SEALED.hash}).stored())


@pytest.mark.parametrize(
    ("does", "block", "counts"),
    [
        ("run", None, True),
        ("cached", None, False),
        ("collect", None, False),
        ("blocked", "approval", True),
        ("blocked", "roster", True),
        ("blocked", "stopped", True),
        ("blocked", "cap", True),
        ("blocked", "switch", True),
        ("blocked", "doubt", False),
        ("blocked", "attempts", False),
        ("blocked", "escalated", False),
        ("blocked", "price", False),
        ("blocked", "invalid", False),
        ("blocked", "upstream", False),
    ],
)
def test_a_step_counts_when_it_runs_or_waits_for_a_word_alone(does, block, counts):
    assert step(does=does, block=block).counts is counts


def test_the_worst_is_every_take_at_the_most_that_is_held_for_it():
    assert (step().worst_microusd, step(takes_left=0).worst_microusd) == (9, 0)


@pytest.mark.parametrize(
    ("cap", "high", "left", "fits"),
    [(10, 5, 5, True), (10, 6, 5, False), (4, 1, 0, False), (None, 0, 0, True), (None, 1, 0, False)],
)
def test_a_plan_fits_a_cap_to_the_last_micro_dollar(cap, high, left, fits):
    room = CAP.model_copy(update={"cap_microusd": cap, "high_microusd": high})
    assert (room.left_microusd, room.fits) == (left, fits)
