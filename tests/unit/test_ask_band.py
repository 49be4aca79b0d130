"""Between pass and fail a rule asks a person; what is answered, or was settled before, is not asked again."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from checks.contract import Tally, Trouble
from checks.errors import UnknownRule
from checks.fusion import asks, fuse
from checks.rules import catalogue, judge_rules, panel_rules
from checks.unsure import answered_before, judged_before, settle
from desk.cli.tools.rule import asking_words, table_of_asking
from governor.purchase import Decided
from manifests.decision import Decision, Label, Remark
from manifests.finding import Score
from production.journey.unsure import bands_for, confirmed

PAGE = Path(__file__).parents[2] / "docs" / "qc.md"
ASSET, OTHER, KEY = "a" * 64, "b" * 64, "c" * 64
WIDE = {"V102": 0.31}


def verdict(value, rule=panel_rules.IDENTITY, *, bands=WIDE, unsure=False, subject="ada"):
    tally = Tally({}, bands)
    trouble = Trouble(
        f"identity:{subject}", "panel: nobody fits", "again", question=f"is this {subject}?", unsure=unsure
    )
    tally.judge(rule, subject, value, trouble)
    return tally.verdict()


@pytest.mark.parametrize(
    ("value", "unsure", "bands", "says"),
    [
        (0.36, False, WIDE, "pass"),
        (0.35, False, WIDE, "ask"),
        (0.29, False, WIDE, "ask"),
        (0.05, False, WIDE, "ask"),
        (0.04, False, WIDE, "fail"),
        (0.04, True, WIDE, "ask"),  # the gate cannot tell
        (0.4, True, WIDE, "pass"),
        (0.29, False, None, "pass"),  # nobody is asked: a hard rule
        (0.04, True, None, "fail"),
        (0.29, False, {"V102": 0.0}, "pass"),  # the film turned its questions off
        (0.04, True, {"V102": 0.0}, "fail"),
        (0.29, False, {}, "ask"),  # the rule's own band
        (0.32, False, {}, "pass"),
        (None, False, WIDE, "not checked"),
    ],
)
def test_a_rule_passes_asks_or_fails(value, unsure, bands, says):
    found = verdict(value, bands=bands, unsure=unsure)

    assert found.scores[0].says == says
    assert (found.passed, found.failed) == (says in {"pass", "not checked"}, says == "fail")
    assert [f.severity for f in found.findings] == (
        [{"ask": "ask", "fail": "error"}[says]] if says in {"ask", "fail"} else []
    )


@pytest.mark.parametrize(
    ("degrees", "says"), [(11.9, "pass"), (12.0, "pass"), (12.1, "ask"), (18.0, "ask"), (18.1, "fail")]
)
def test_where_lower_is_better_the_band_lies_below_the_threshold(degrees, says):
    assert verdict(degrees, panel_rules.HUE, bands={}).scores[0].says == says


def test_the_question_is_put_in_words_with_the_value_and_the_band():
    [asked] = verdict(0.29).questions
    assert asked.message == "is this ada? 0.29, asks between 0.05 and 0.36"
    [lost] = verdict(0.03, unsure=True).questions
    assert lost.message == "is this ada? nobody fits (0.03, sure from 0.36)"
    assert asked.flaw == "ask:identity:ada"


def test_a_verdict_that_fails_asks_nothing_and_its_questions_are_no_flaws():
    tally = Tally({}, WIDE)
    tally.judge(panel_rules.IDENTITY, "ada", 0.2)
    tally.judge(panel_rules.PRESENCE, "ben", -0.5, Trouble("missing:ben", "nobody", "again"))
    assert (tally.verdict().failed, tally.verdict().questions) == (True, ())
    assert tally.verdict().flaws == {"missing:ben"}


def test_what_asks_reaches_its_threshold_so_that_the_next_rule_is_looked_at():
    assert Tally({}, WIDE).judge(panel_rules.IDENTITY, "ada", 0.2)
    assert not Tally({}, WIDE).judge(panel_rules.IDENTITY, "ada", 0.02, Trouble("x", "y", "z", unsure=True))


def test_an_answered_question_is_a_pass_that_says_so():
    found = verdict(0.29)
    done = settle(found, {("V102", "ada"): "yes, says Mia"})
    assert (done.passed, done.scores[0].passed, done.scores[0].ask) == (True, True, True)
    assert done.findings[0].severity == "info"
    assert done.findings[0].message.endswith("yes, says Mia")
    assert settle(found, {("V102", "ben"): "yes"}) == found


@pytest.mark.parametrize(
    ("panel", "clip", "unsure", "settled"),
    [
        (0.5, 0.2, False, True),  # its panel was sure
        (0.29, 0.2, False, True),  # somebody said yes to its panel
        (0.5, 0.02, True, False),  # the clip lost what the panel had
        (0.02, 0.01, True, True),  # the gate could not tell in the panel either, and somebody did
        (None, 0.2, False, False),  # the panel did not show it
    ],
)
def test_a_clip_is_not_asked_what_its_panel_has_settled(panel, clip, unsure, settled):
    before = settle(verdict(panel, unsure=True), {("V102", "ada"): "yes"})
    assert bool(answered_before(verdict(clip, unsure=unsure), before.scores, "settled")) is settled


def test_an_opening_is_not_asked_what_the_clip_before_was_judged_on():
    before = verdict(0.5).scores
    assert judged_before(verdict(0.2), before, "settled") == {("V102", "ada"): "settled"}
    assert judged_before(verdict(0.2, subject="ben"), before, "settled") == {}


def judged(value, subject="ada"):
    tally = Tally({})
    tally.judge(judge_rules.IDENTITY, subject, value, Trouble(f"identity:{subject}", "no", "again"))
    return tally.verdict()


def test_the_judge_answers_a_question_first_and_what_it_cannot_say_goes_to_a_person():
    local = verdict(0.2)
    assert asks(local, "ask")
    passed = fuse(local, judged(0.9))
    assert (passed.passed, passed.scores[0].passed) == (True, True)
    assert fuse(local, judged(None)).questions
    refused = fuse(local, judged(0.1))
    assert (refused.failed, refused.questions) == (True, ())


def test_a_question_that_no_judge_could_answer_buys_no_look():
    assert not asks(verdict(15.0, panel_rules.HUE, bands={}, subject="cafe"), "ask")


def word(number, kind, **more):
    scope, at = "shot:SC010_SH0010", "2026-11-23T08:00:00+00:00"
    return Decided(number, Decision(kind=kind, scope=scope, who="Mia", made_at=at, door="terminal", **more))


def label(number, good, asset=ASSET, rules=()):
    return word(number, "verdict", label=Label(take=KEY, asset=asset, good=good, rules=rules))


def circle(number, asset=ASSET, kind="circle"):
    return word(number, kind, remark=Remark(take=KEY, asset=asset))


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ([], False),
        ([label(1, good=True)], True),
        ([label(1, good=True, rules=("V102",))], True),
        ([label(1, good=True, rules=("V104",))], False),
        ([label(1, good=True, asset=OTHER)], False),
        ([label(1, good=True), label(2, good=False)], False),
        ([label(1, good=False), label(2, good=True)], True),
        ([circle(1)], True),
        ([circle(1, kind="post_fix")], True),
        ([circle(1), word(2, "undo", subject="1")], False),
        ([circle(1, kind="note")], False),
    ],
)
def test_a_yes_is_the_newest_word_about_this_very_picture(said, answered):
    assert bool(confirmed(said, ASSET, verdict(0.2))) is answered


def test_nobody_is_asked_about_what_the_animatic_or_a_rehearsal_draws():
    def film(rehearsal=None):
        return SimpleNamespace(
            settings=SimpleNamespace(rehearsal=rehearsal), folder=SimpleNamespace(film=SimpleNamespace(ask_bands=WIDE))
        )

    assert bands_for(film(), "previz") is None
    assert bands_for(film("http://127.0.0.1:9000"), "fal") is None
    assert bands_for(film(), "fal") == WIDE


def test_only_a_rule_that_may_ask_has_a_band():
    assert catalogue.asking_page("V102").ask_band == 0.26
    for code in ("V109", "V114"):
        with pytest.raises(UnknownRule, match="it never asks"):
            catalogue.asking_page(code)
    told = {page.code: page for page in catalogue.pages()}
    assert "between 0.05 and 0.31" in asking_words(told["V102"])
    assert "between 12 and 18" in asking_words(told["V106"])
    assert "never" in asking_words(told["V109"])
    assert all(page.ask_source for page in told.values() if page.ask_band is not None)


def test_the_page_says_where_rules_ask():
    held = PAGE.read_text().partition("<!-- from gate rule --asks -->")[2].partition("<!-- end -->")[0]
    assert held.strip().splitlines() == table_of_asking()


def test_a_score_from_before_there_were_questions_is_written_as_it_was():
    score = Score(rule="V102", subject="ada", value=0.4, threshold=0.05, passed=True)
    assert set(score.model_dump(mode="json")) == {"rule", "subject", "value", "threshold", "passed", "applies"}
    asked = verdict(0.2).scores[0]
    assert Score.model_validate_json(asked.model_dump_json()) == asked
    zero = score.model_copy(update={"ask": True, "sure": 0.0})
    assert zero.model_dump(mode="json")["sure"] == 0.0
