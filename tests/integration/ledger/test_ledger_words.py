"""What people say in the review room: the first approval counts;
a decision is taken back only by the person who made it.
"""

from __future__ import annotations

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governor.decisions.undoing import standing
from governor.errors import Excluded, MoneyCommitted, NotAPerson, NotApproved, WrongState
from governor.purchase import Proof
from manifests.handwork import Handwork

SHOT = "shot:SC010_SH0010"
ON_ONE_LEDGER = settings(
    max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)  # each example is about a draft of its own


def test_two_people_who_answer_at_once_are_both_recorded_and_the_first_counts_for_everybody(ledger, decision, binding):
    names, ready = [f"person {n}" for n in range(8)], threading.Barrier(8)

    def answer(name):
        mine = decision("approve", SHOT, binding=binding, who=name)
        ready.wait()
        ledger.decide(mine)
        return ledger.approved(binding).who

    with ThreadPoolExecutor(8) as people:
        counts = set(people.map(answer, names))

    rows = [each.decision.who for each in ledger.decided("SC010")]
    assert sorted(rows) == names
    assert counts == {rows[0]}


@ON_ONE_LEDGER
@given(st.lists(st.tuples(st.sampled_from(["Mia", "Ben", "Ada"]), st.sampled_from(["yes", "undo"])), max_size=12))
def test_the_yes_that_counts_is_always_the_first_that_nobody_took_back(ledger, decision, binding, steps):
    binding, standing = binding.model_copy(update={"draft": secrets.token_hex(32)}), []
    for who, step in steps:
        mine = [number for number, name in standing if name == who]
        if step == "yes":
            standing.append((ledger.decide(decision("approve", SHOT, binding=binding, who=who)), who))
        elif mine:
            ledger.undo(decision("undo", SHOT, who=who, subject=str(mine[0])))
            standing = [each for each in standing if each[0] != mine[0]]
        if standing:
            assert ledger.approved(binding).who == standing[0][1]
        else:
            with pytest.raises(NotApproved):
                ledger.approved(binding)


def test_a_yes_is_taken_back_until_money_is_committed_on_its_word(ledger, epoch, purchase, decision, binding):
    final = {"stage": "clip", "tier": "final"}
    number = ledger.decide(decision("approve", SHOT, binding=binding, who="Mia"))
    ledger.undo(decision("undo", SHOT, who="Mia", subject=str(number)))
    with pytest.raises(NotApproved):
        ledger.hold(purchase(epoch, binding=binding, **final))

    again = ledger.decide(decision("approve", SHOT, binding=binding, who="Mia"))
    ledger.hold(purchase(epoch, binding=binding, **final))

    with pytest.raises(MoneyCommitted, match="money was committed"):
        ledger.undo(decision("undo", SHOT, who="Mia", subject=str(again)))
    assert ledger.approved(binding).who == "Mia"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"who": "Ben"}, WrongState),  # another person's word
        ({"subject": "999"}, WrongState),
        ({"subject": "1; drop table decisions"}, WrongState),
        ({"subject": ""}, WrongState),
        ({"scope": "shot:SC010_SH0020"}, WrongState),  # a word about another shot
        ({"door": "program"}, NotAPerson),
    ],
)
def test_an_undo_that_is_not_ones_own_takes_nothing_back(ledger, decision, binding, changes, refusal):
    number = ledger.decide(decision("approve", SHOT, binding=binding, who="Mia"))
    words = {"scope": SHOT, "who": "Mia", "subject": str(number), **changes}
    with pytest.raises(refusal):
        ledger.undo(decision("undo", **words))
    assert ledger.approved(binding).who == "Mia"


def test_a_word_is_taken_back_once(ledger, decision, binding):
    number = ledger.decide(decision("approve", SHOT, binding=binding, who="Mia"))
    undo = decision("undo", SHOT, who="Mia", subject=str(number))
    ledger.undo(undo)
    with pytest.raises(WrongState, match="taken back before"):
        ledger.undo(undo)
    with pytest.raises(WrongState, match="one decision"):
        ledger.decide(undo)


@pytest.mark.parametrize("kind", ["circle", "retake", "edit_layer", "composite", "post_fix", "hold", "omit"])
def test_a_program_gives_no_verdict_and_may_leave_a_note(ledger, decision, kind):
    with pytest.raises(NotAPerson):
        ledger.decide(decision(kind, SHOT, door="program"))
    ledger.decide(decision("note", SHOT, door="program"))
    assert [each.decision.kind for each in ledger.decided("SC010")] == ["note"]


@pytest.mark.parametrize("kind", ["hold", "omit"])
def test_nothing_is_held_for_a_shot_that_a_person_has_left_out(ledger, epoch, purchase, decision, kind):
    number = ledger.decide(decision(kind, SHOT, who="Mia"))
    with pytest.raises(Excluded, match="gate undo SC010_SH0010 --excluded") as refused:
        ledger.hold(purchase(epoch))
    assert refused.value.kind == kind
    assert not ledger.takes()

    ledger.undo(decision("undo", SHOT, who="Mia", subject=str(number)))
    ledger.hold(purchase(epoch))
    assert ledger.excluded("SC010") == {}


@pytest.mark.parametrize("kind", ["hold", "omit"])
def test_a_call_that_is_held_and_not_sent_yet_is_refused_when_a_person_leaves_its_shot_out(
    ledger, epoch, purchase, decision, kind
):
    bought = purchase(epoch)
    grant = ledger.hold(bought)
    ledger.decide(decision(kind, "shot:SC010_SH0020", who="Mia"))  # another shot's
    ledger.decide(decision(kind, SHOT, who="Mia"))

    with pytest.raises(Excluded):
        grant.redeem(bought.generation_key)

    assert not ledger.was_sent(bought.generation_key)
    ledger.release(bought.generation_key, Proof.never_sent(epoch))  # as who held it does
    assert (ledger.balance("film:HRB").held, ledger.audit()) == (0, [])


def test_work_is_taken_back_by_anybody_and_the_newest_first(ledger, decision):
    kit = Handwork(work="kit")
    first = ledger.decide(decision("hands", SHOT, who="Mia", hands=kit))
    second = ledger.decide(decision("hands", SHOT, who="Mia", hands=kit.model_copy(update={"number": 2})))
    with pytest.raises(WrongState, match="newest is taken back first"):
        ledger.undo(decision("undo", SHOT, who="Ben", subject=str(first)))
    ledger.undo(decision("undo", SHOT, who="Ben", subject=str(second)))
    ledger.undo(decision("undo", SHOT, who="Ben", subject=str(first)))
    assert standing(ledger.decided("SC010_SH0010")) == ()
