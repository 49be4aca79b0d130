"""A question to a judge in the ledger: a purchase like any other, under every cap,
and a take of no stage of its shot.
"""

from __future__ import annotations

import pytest

from governor.decisions import orders
from governor.errors import AlreadyBought, AttemptsSpent, BudgetRefused, NotApproved, RefusedBefore, StillOpen
from governor.purchase import Proof
from manifests.keys import generation_key
from manifests.question import Question, Shown
from manifests.take import Artefact

CENT = 10_000
SHOT = "SC010_SH0010"
ASKED = Question(
    instruction="Is it her?",
    pictures=(Shown(label="p1", role="judged", sha256="a" * 64),),
    answer={"type": "object", "properties": {}, "required": [], "additionalProperties": False},
)


@pytest.fixture
def question(purchase):
    """A purchase of an answer to ASKED."""

    def ask(epoch, number=1, **given):
        key = generation_key("gemini", "flash", "score", ASKED.payload(), number)
        fields = {
            "stage": "judge",
            "request": ASKED,
            "generation_key": key,
            "recipe": ASKED.recipe("gemini", "flash"),
            "provider": "gemini",
            "model": "flash",
            "attempt": number,
            "attempts_max": 2,
            "cents": 1,
        }
        return purchase(epoch, **{**fields, **given})

    return ask


def test_an_answer_is_held_settled_and_read_back(ledger, epoch, question):
    bought = question(epoch)
    ledger.hold(bought).redeem(bought.generation_key)
    ledger.submitted(bought.generation_key, "answer-1")
    answer = Artefact(sha256="b" * 64, media_type="application/json", size_bytes=2)
    take = ledger.settle(bought.generation_key, 700, answer)

    assert (take.stage, take.request, take.asset) == ("judge", ASKED, answer)
    assert ledger.balance("film:HRB").settled == ledger.balance(f"shot:{SHOT}").settled == 700
    assert ledger.takes(shot=SHOT, stage="panel") == ()
    assert ledger.of_scene("SC010").newest(SHOT, "panel", "draft") is None
    assert ledger.of_scene("SC010").last_provider("panel") is None
    assert [(row.stage, row.settled) for row in ledger.costs()] == [("judge", 700)]
    assert [(line.stage, line.operation, line.prompt) for line in ledger.log()] == [("judge", "score", "Is it her?")]
    assert ledger.audit() == []


def test_the_same_question_is_bought_once_whichever_shot_asks_it(ledger, epoch, question):
    bought = question(epoch)
    ledger.hold(bought).redeem(bought.generation_key)
    with pytest.raises(StillOpen):
        ledger.hold(question(epoch, shot="SC010_SH0020"))
    ledger.submitted(bought.generation_key, "answer-1")
    ledger.settle(bought.generation_key, 700, None)
    with pytest.raises(AlreadyBought):
        ledger.hold(question(epoch, shot="SC010_SH0020"))


def test_a_question_is_asked_twice_at_most(ledger, epoch, question):
    for number in (1, 2):
        ledger.hold(question(epoch, number))
    with pytest.raises(AttemptsSpent):
        ledger.hold(question(epoch, 3))


def test_a_cap_holds_a_question(ledger, epoch, question):
    with pytest.raises(BudgetRefused):
        ledger.hold(question(epoch, cents=81))


def test_a_look_at_a_final_needs_no_yes_and_a_final_does(ledger, epoch, question, purchase):
    ledger.hold(question(epoch, tier="final"))
    with pytest.raises(NotApproved):
        ledger.hold(purchase(epoch, tier="final", stage="clip"))


def test_what_moderation_would_not_look_at_is_not_held_again(ledger, epoch, question):
    bought = question(epoch)
    ledger.hold(bought)
    ledger.moderated(ledger.take(bought.generation_key), "blockReason OTHER")
    ledger.release(bought.generation_key, Proof.not_billed("blockReason OTHER", epoch))
    with pytest.raises(RefusedBefore):
        ledger.hold(question(epoch, 2))


def test_a_night_knows_how_long_an_answer_may_take(ledger):
    with ledger._read() as transaction:
        assert (
            0
            < orders.p95_s(transaction, "gemini", "flash", "judge")
            < orders.p95_s(transaction, "gemini", "flash", "panel")
        )
