"""What a person composed is judged as a picture, not by its likeness;
and what stands of people's work is read from their decisions.
"""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from checks.gates.by_hand import approved_by_hand, as_composed, let_pass_in
from governor.decisions.undoing import set_aside, standing
from governor.purchase import Decided
from manifests.decision import Decision
from manifests.finding import Finding, Score, Verdict
from manifests.handwork import Handwork, Retake
from manifests.take import Artefact
from production.journey.handwork import count, hands_of

COMPOSITE = Artefact(sha256="c" * 64, media_type="image/png", width=1280, height=720, size_bytes=1)


def score(rule, subject, *, passed, applies=True):
    value = 0.4 if applies else None
    return Score(rule=rule, subject=subject, value=value, threshold=0.1, passed=passed, applies=applies)


def finding(rule, subject):
    return Finding(rule=rule, severity="error", subject=subject, flaw=f"x:{subject}", message="seen", cure="again")


def decided(**given):
    kind = "retake" if "retake" in given else "hands" if "hands" in given else "undo"
    return Decision(kind=kind, scope="shot:SC010_SH0040", who="ada", made_at="2026-11-21", door="terminal", **given)


def rows(*decisions):
    """The decisions as the ledger has them, numbered from 1."""
    return tuple(Decided(number, decision) for number, decision in enumerate(decisions, start=1))


def back(number):
    return decided(subject=str(number))


def hands(work, **given):
    return decided(hands=Handwork(work=work, **given))


def test_a_composite_passes_with_a_likeness_that_fails_and_says_so():
    failed = Verdict(
        scores=(score("V102", "ilse", passed=False), score("V104", "room", passed=True)),
        findings=(finding("V102", "ilse"),),
    )
    passed = approved_by_hand(failed)

    assert not failed.passed
    assert passed.passed
    assert [(s.applies, s.value) for s in passed.scores] == [(False, None), (True, 0.4)]
    assert passed.findings[0].severity == "info"
    assert passed.findings[0].message == "human-approved geometry: seen"


def test_a_technical_fault_of_a_composite_is_a_fault():
    blank = Verdict(scores=(score("V109", "panel", passed=False),), findings=(finding("V109", "panel"),))
    assert not approved_by_hand(blank).passed


def test_what_was_let_pass_in_a_composite_is_let_pass_in_its_clip_and_nothing_else():
    certified = (
        score("V102", "ilse", passed=True, applies=False),
        score("V102", "pia", passed=True),
        score("V109", "panel", passed=True, applies=False),
    )
    clip = Verdict(
        scores=(score("V102", "ilse", passed=False), score("V102", "pia", passed=False)),
        findings=(finding("V102", "ilse"), finding("V102", "pia")),
    )
    let_pass = let_pass_in(certified)
    assert let_pass == {("V102", "ilse")}
    assert [f.subject for f in as_composed(clip, let_pass).findings if f.severity == "error"] == ["pia"]


def test_a_kit_waits_until_a_composite_comes_and_a_new_one_begins_anew():
    kit, composite = hands("kit"), hands("composite", asset=COMPOSITE)
    polish, use = hands("polish", on="c" * 64), hands("use", asset=COMPOSITE)

    assert hands_of([]) is None
    assert hands_of(rows(use)) is None
    assert hands_of(rows(kit)).kit == kit.hands
    assert hands_of(rows(kit)).human is False
    taken = hands_of(rows(kit, composite))
    assert (taken.kit, taken.composite, taken.human) == (None, composite.hands, True)
    polished = hands_of(rows(kit, composite, polish, use))
    assert (polished.passes, polished.used) == ((polish.hands,), use.hands)
    assert hands_of(rows(kit, composite, polish, use, polish)).used is None
    assert hands_of(rows(kit, composite, polish, use, composite)).passes == ()
    assert hands_of(rows(kit), "end_panel") is None
    assert count(rows(kit, kit, composite), "panel", "kit") == 2


@pytest.mark.parametrize("work", ["composite", "use", "polish", "edit", "demolish"])
def test_work_that_does_not_say_on_what_is_none(work):
    with pytest.raises(ValidationError, match="names"):
        Handwork(work=work)


def test_a_later_word_takes_one_back_by_its_number_and_both_passes_of_a_rebuilding():
    kit, composite = hands("kit"), hands("composite", asset=COMPOSITE)
    demolish, rebuild = hands("demolish", on="c" * 64), hands("rebuild")

    assert [each.decision for each in standing(rows(kit, composite, back(2)))] == [kit]
    assert [each.decision for each in standing(rows(kit, composite, back(9)))] == [kit, composite]
    assert [each.decision for each in standing(rows(composite, demolish, rebuild, back(3)))] == [composite]
    assert hands_of(rows(composite, demolish, rebuild)).passes == (demolish.hands, rebuild.hands)


def test_only_a_take_that_is_sent_back_for_another_seed_is_set_aside():
    seed = decided(retake=Retake(stage="clip", take="a" * 64, change="seed"))
    prompt = decided(retake=Retake(stage="clip", take="b" * 64, change="prompt"))

    assert set_aside(rows(seed, prompt)) == {"a" * 64}
    assert set_aside(rows(seed, back(1))) == set()
