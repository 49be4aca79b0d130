"""What comes next for a stage of a shot."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifests.film import Limits
from manifests.finding import Finding, Verdict
from production.journey.next_step import Next, Tried, attempts_allowed, next_step

LIMITS = Limits(attempts=3, same_flaw=2)


def take(state: str = "settled", *, asset: bool = True) -> Any:
    return SimpleNamespace(state=state, attempt=1, asset=object() if asset else None)


def said(flaw: str = "", severity: str = "error", **evidence: str) -> Verdict:
    found = (
        Finding(rule="V104", severity=severity, subject="ada", flaw=flaw, message="off", cure="look", evidence=evidence)
        if flaw
        else None
    )
    return Verdict(scores=(), findings=(found,) if found else ())


FAILS, OTHER, PASSES = said("black"), said("wrong_location"), said()
RIVAL = said("wrong_location", fits="cafe_main")


@pytest.mark.parametrize(
    ("tried", "does", "number", "cause"),
    [
        ([], "make", 1, None),
        ([Tried(None)], "make", 1, None),
        ([Tried(take("submitted"))], "collect", 1, None),
        ([Tried(take("in_doubt"))], "collect", 1, None),
        ([Tried(take("written_off"))], "stop", 1, "written off"),
        ([Tried(take(asset=False))], "stop", 1, "nothing came"),
        ([Tried(take())], "gate", 1, None),
        ([Tried(take(), PASSES)], "gate", 1, None),
        ([Tried(take(), PASSES, passed=True)], "keep", 1, None),
        ([Tried(take(), PASSES, passed=True, sent_back=True)], "make", 2, None),
        ([Tried(take(), said("ask:identity", "ask"), asks=("is it Ada?",))], "stop", 1, "question"),
        ([Tried(take(), said("ask:identity", "ask"))], "gate", 1, None),
        ([Tried(take(), FAILS)], "make", 2, None),
        ([Tried(take(), RIVAL)], "diagnose", 1, None),
        ([Tried(take(), RIVAL, blames="")], "make", 2, None),
        ([Tried(take(), RIVAL, blames="location: cafe_door → cafe_main")], "stop", 1, "wrong entry"),
        ([Tried(take(), RIVAL, sent_back=True)], "make", 2, None),
        ([Tried(take(), FAILS), Tried(take(), FAILS)], "stop", 2, "no progress"),
        ([Tried(take(), FAILS), Tried(take(), OTHER)], "make", 3, None),
    ],
)
def test_each_state_of_a_stage_has_one_next_step(tried, does, number, cause):
    step = next_step(tried, LIMITS, 3)
    assert (step.does, step.number, step.cause) == (does, number, cause)
    assert bool(step.why) == (cause is not None), "a person who is asked to act is told why"


def test_after_the_last_take_that_is_allowed_a_person_acts():
    tried = [Tried(take(), FAILS), Tried(take(), PASSES, passed=True, sent_back=True)]
    assert next_step(tried, LIMITS, 2) == Next("stop", 2, "no takes left", "2 of 2 takes failed, or were sent back")


def test_an_approval_buys_one_final_and_a_draft_has_the_films_limit():
    assert attempts_allowed(LIMITS, "clip", "final") == 1
    assert attempts_allowed(LIMITS, "clip", "draft") == attempts_allowed(LIMITS, "panel", "final") == 3


VERDICTS = st.sampled_from([None, PASSES, FAILS, OTHER, RIVAL, said("ask:identity", "ask")])
ATTEMPTS = st.lists(
    st.builds(
        Tried,
        st.sampled_from([None, take(), take("held"), take("in_doubt"), take("written_off"), take(asset=False)]),
        VERDICTS,
        passed=st.booleans(),
        sent_back=st.booleans(),
        asks=st.sampled_from([(), ("is it Ada?",)]),
        blames=st.sampled_from([None, "", "a line"]),
    ),
    max_size=6,
)


@given(ATTEMPTS, st.integers(1, 5), st.integers(1, 4), st.integers(1, 4))
def test_no_take_is_bought_past_what_is_allowed_nor_before_the_one_ahead_of_it_is_judged(tried, allowed, same, stuck):
    step = next_step(tried, Limits(attempts=allowed, same_flaw=same, no_progress=stuck), allowed)

    assert 1 <= step.number <= allowed
    if step.does == "make":
        assert step.number == len(tried) + 1 or tried[step.number - 1].take is None
        before = tried[: step.number - 1]
        assert all(each.verdict is not None and (each.verdict.failed or each.sent_back) for each in before)


@given(ATTEMPTS, st.integers(1, 5))
def test_the_step_depends_on_nothing_after_the_attempt_that_it_is_about(tried, allowed):
    limits = Limits(attempts=5)
    step = next_step(tried, limits, allowed)
    if step.number <= len(tried) and step.cause != "no takes left":
        assert next_step(tried[: step.number], limits, allowed) == step
