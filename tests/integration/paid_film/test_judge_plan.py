"""A judge in a plan: its looks are lines of their own, under every cap, and what only a person can settle is not made
again.
"""

from __future__ import annotations

import pytest

from checks import fusion
from checks.contract import Tally
from checks.rules.judge_rules import IDENTITY as JUDGED
from checks.rules.panel_rules import IDENTITY
from desk.cli.tools import doctor_makers
from governor.errors import PriceRefused
from production.planning.limits import plan_within_limits
from providers.gemini.adapter import Gemini

SHOT = "SC010_SH0010"


@pytest.fixture
def judged(paid):
    """The paid film, with Gemini as its judge."""

    def name(policy="always", **providers):
        paid.edit("film.yaml", lambda film: film.update(providers={"judge": "gemini", **providers}, judge=policy))
        return paid

    return name


def looks(paid):
    return {at: step for at, step in paid.steps().items() if at[1] == "judge"}


def test_the_looks_of_a_judge_are_lines_of_their_own(judged):
    draft, final = (looks(judged())[tier, "judge"] for tier in ("draft", "final"))

    assert (draft.does, draft.why, draft.provider) == ("run", "2 looks", "gemini")
    assert (final.does, final.why) == ("run", "1 look")
    assert 0 < draft.low_microusd < draft.likely_microusd < draft.high_microusd
    assert final.high_microusd < draft.high_microusd


def test_under_ask_the_least_is_nothing_and_the_most_is_the_same(judged):
    always, ask = looks(judged())["draft", "judge"], looks(judged("ask"))["draft", "judge"]

    assert (ask.low_microusd, ask.high_microusd) == (0, always.high_microusd)
    assert ask.why == "2 looks at most; asked where the local eye is not sure"
    assert not looks(judged("never"))


def test_what_has_passed_both_eyes_is_looked_at_no_more(judged):
    paid = judged()
    paid.draft()
    steps = paid.steps()

    assert steps["draft", "judge"].does == "cached"
    assert steps["draft", "judge"].high_microusd == 0


def test_a_film_without_a_judge_has_the_plan_it_had(paid):
    assert {stage for _, stage in paid.steps()} == {"panel", "clip"}


def test_the_caps_of_a_plan_count_the_judge(judged, paid):
    def needed():
        services = paid.services
        made = plan_within_limits(services, services.scene("SC010")).plan
        return next(cap for cap in made.caps if cap.scope == "scene:SC010").high_microusd

    without = needed()
    judged()
    assert needed() > without


def test_a_judge_without_a_price_blocks_its_line(judged, monkeypatch):
    def refuse(*_):
        raise PriceRefused("gemini-3.8-flash", "nobody says what it costs", "Write it down: gate prices")

    monkeypatch.setattr(Gemini, "question_quote", refuse)
    step = looks(judged())["draft", "judge"]

    assert (step.does, step.block, step.high_microusd) == ("blocked", "price", 0)


def test_a_take_on_which_the_eyes_contradict_each_other_is_not_made_again(judged):
    paid = judged()
    key = paid.make(SHOT, "panel", flaw="identity:ada")
    local, judge = Tally({}), Tally({})
    local.judge(IDENTITY, "ada", -0.3)
    judge.judge(JUDGED, "ada", 0.9)
    paid.services.ledger.record_verdict(key, fusion.fuse(local.verdict(), judge.verdict()))
    step = paid.steps()["draft", "panel"]

    assert (step.does, step.block) == ("blocked", "escalated")
    assert step.why == "the judge passes what the local eye refuses (identity): a person looks at it"


def test_nobody_judges_who_is_nobody_or_makes_pictures_only(judged, gate):
    paid = judged(judge="gemni")
    assert "Did you mean gemini?" in gate("lint", "--film", str(paid.root))[2]
    judged(judge_model="gemini-0")
    assert "it has no model gemini-0 for a score" in gate("lint", "--film", str(paid.root))[2]
    judged(judge="fal")
    code, _, said = gate("lint", "--film", str(paid.root))
    assert (code, "it makes pictures, and judges none" in said) == (2, True)


def test_doctor_asks_for_the_key_of_the_judge(judged):
    found, others = doctor_makers.makers(judged().services)

    assert (found.name, found.ok, found.cure) == ("gemini", False, "Set GEMINI_API_KEY to a key of gemini")
    assert others.ok
    assert "openrouter OPENROUTER_API_KEY" in others.says
