"""How an attempt moves from its hold to its end, what late and double messages do,
and what a resumed run brings home.
"""

from __future__ import annotations

import pytest

from governor.errors import AlreadyResolved, Fenced, ForeignJob, NoSuchTake, NotAPerson, Stopped, WrongState
from governor.purchase import Proof
from governor.reconcile import Sighting, reconcile
from manifests.finding import Verdict
from manifests.take import Artefact

CENT = 10_000
FRAME = Artefact(sha256="a" * 64, media_type="image/png", width=854, height=480, size_bytes=9)


def submit(ledger, bought, job="job-1"):
    ledger.hold(bought).redeem(bought.generation_key)
    ledger.submitted(bought.generation_key, job)
    return bought.generation_key


def absent(ledger, key, epoch, words="not in the list"):
    return Proof.absent(words, epoch, ledger.attempt_under(key))


def test_a_bill_below_its_hold_gives_the_rest_back(ledger, epoch, purchase):
    key = submit(ledger, purchase(epoch, cents=39))
    assert ledger.balance("scene:SC010").held == 39 * CENT
    take = ledger.settle(key, 30 * CENT, FRAME, "billed 0.30")
    assert (take.state, take.cost_microusd, take.asset, take.version) == ("settled", 30 * CENT, FRAME, 1)
    balance = ledger.balance("scene:SC010")
    assert (balance.settled, balance.held, balance.left) == (30 * CENT, 0, 70 * CENT)
    assert ledger.audit() == []


def test_a_bill_above_its_hold_is_recorded_in_full_and_opens_the_breaker(ledger, epoch, purchase, decision):
    key = submit(ledger, purchase(epoch, cents=70))
    ledger.settle(key, 150 * CENT, FRAME, "billed 1.50")
    balance = ledger.balance("scene:SC010")
    assert (balance.settled, balance.left) == (150 * CENT, 0)
    assert "billed $1.50" in ledger.notes(kind="alarm", scope="SC010")[0].text
    with pytest.raises(Stopped, match="the breaker is open: previz billed"):
        ledger.hold(purchase(epoch, cents=0, words="rain"))
    ledger.decide(decision("go"))
    ledger.hold(purchase(epoch, cents=0, words="rain"))
    assert ledger.audit() == []


def test_a_missing_bill_counts_as_its_hold_and_is_marked_as_assumed(ledger, epoch, purchase):
    key = submit(ledger, purchase(epoch, cents=39))
    ledger.settle(key, None, FRAME)
    assert [(row.settled, row.assumed) for row in ledger.costs("SC010")] == [(39 * CENT, 39 * CENT)]


def test_the_same_message_twice_changes_nothing(ledger, epoch, purchase):
    key = submit(ledger, purchase(epoch))
    ledger.submitted(key, "job-1")
    ledger.settle(key, 9 * CENT, FRAME)
    ledger.settle(key, 9 * CENT, FRAME)
    ledger.submitted(key, "job-1")
    assert ledger.balance("film:HRB").settled == 9 * CENT
    assert ledger.notes(kind="alarm") == ()
    assert ledger.audit() == []


def test_another_bill_for_what_is_settled_leaves_an_alarm_and_the_first_bill(ledger, epoch, purchase):
    key = submit(ledger, purchase(epoch))
    ledger.settle(key, 9 * CENT, FRAME)
    with pytest.raises(AlreadyResolved):
        ledger.settle(key, 8 * CENT, FRAME)
    assert ledger.take(key).cost_microusd == 9 * CENT
    assert len(ledger.notes(kind="alarm")) == 1
    assert ledger.audit() == []


def test_a_job_id_of_another_attempt_puts_this_one_in_doubt(ledger, epoch, purchase):
    submit(ledger, purchase(epoch), job="job-1")
    other = purchase(epoch, words="rain")
    with pytest.raises(ForeignJob):
        submit(ledger, other, job="job-1")
    assert ledger.take(other.generation_key).state == "in_doubt"
    assert ledger.audit() == []


def test_a_job_that_appears_after_its_release_opens_the_breaker(ledger, epoch, purchase):
    bought = purchase(epoch)
    ledger.hold(bought).redeem(bought.generation_key)
    ledger.release(bought.generation_key, absent(ledger, bought.generation_key, epoch))
    with pytest.raises(AlreadyResolved):
        ledger.submitted(bought.generation_key, "job-1")
    with pytest.raises(Stopped, match="released as not billed"):
        ledger.check_stop()


def test_what_is_released_may_be_held_again_and_keeps_its_version(ledger, epoch, purchase):
    bought = purchase(epoch)
    ledger.hold(bought).redeem(bought.generation_key)
    ledger.release(bought.generation_key, Proof.not_billed("429 slow down", epoch))
    assert ledger.balance("scene:SC010").held == 0
    submit(ledger, bought)
    assert [take.version for take in ledger.takes()] == [1]
    assert len(ledger.takes(released_too=True)) == 2


def test_the_absence_of_an_earlier_call_says_nothing_of_the_one_that_went_out_since(ledger, epoch, purchase):
    bought = purchase(epoch)
    key = bought.generation_key
    ledger.hold(bought).redeem(key)
    looked_for = absent(ledger, key, epoch)
    ledger.release(key, Proof.not_billed("nothing was sent: this machine slept", epoch))
    ledger.hold(bought).redeem(key)
    with pytest.raises(WrongState, match="another has gone out since"):
        ledger.release(key, looked_for)
    ledger.submitted(key, "job-1")
    for proof in (looked_for, absent(ledger, key, epoch)):
        with pytest.raises(WrongState, match="another has gone out since"):
            ledger.release(key, proof)
    assert (ledger.take(key).state, ledger.take(key).job_id) == ("submitted", "job-1")
    assert ledger.audit() == []


def test_a_release_needs_a_proof_that_fits(ledger, epoch, purchase, decision):
    key = submit(ledger, purchase(epoch))
    for proof in (Proof.never_sent(epoch), absent(ledger, key, epoch, " "), Proof.decided(decision("approve"))):
        with pytest.raises(WrongState):
            ledger.release(key, proof)
    with pytest.raises(NotAPerson):
        ledger.release(key, Proof.decided(decision("release", door="program")))
    assert ledger.take(key).state == "submitted"
    ledger.release(key, Proof.decided(decision("release", why="the invoice does not list it")))
    assert ledger.take(key).state == "released"


def test_an_old_answer_of_a_fenced_run_releases_nothing(ledger, epoch, purchase):
    key = submit(ledger, purchase(epoch))
    ledger.begin_epoch("SC010", "r2")
    with pytest.raises(Fenced):
        ledger.release(key, Proof.not_billed("429", epoch))
    assert ledger.balance("scene:SC010").held == 10 * CENT


def test_what_is_written_off_counts_as_spent(ledger, epoch, purchase, decision):
    key = submit(ledger, purchase(epoch, cents=39))
    with pytest.raises(WrongState, match="only a call in doubt"):
        ledger.write_off(key, decision("write_off"))
    ledger.doubt(key, "404 on the job")
    with pytest.raises(NotAPerson):
        ledger.write_off(key, decision("write_off", door="program"))
    ledger.write_off(key, decision("write_off", why="the provider is gone"))
    assert ledger.balance("scene:SC010").settled == 39 * CENT
    assert ledger.audit() == []


def test_verdicts_and_notes_are_kept_and_the_newest_counts(ledger, epoch, purchase):
    key = submit(ledger, purchase(epoch))
    assert ledger.verdict(key) is None
    ledger.record_verdict(key, Verdict(scores=(), findings=()))
    assert ledger.verdict(key) == Verdict(scores=(), findings=())
    ledger.note("escalation", "SC010_SH0010", "out of attempts")
    ledger.note("escalation", "shot:SC010_SH0020", "out of attempts")
    ledger.note("resolved", "SC010_SH0020", "approved by hand")
    assert [note.scope for note in ledger.escalations("SC010")] == ["SC010_SH0010"]
    assert len(ledger.notes(scope="scene:SC010")) == 3
    assert len(ledger.notes(scope="shot:SC010_SH0020")) == 2
    assert ledger.notes(scope="SC01") == ()
    with pytest.raises(NoSuchTake):
        ledger.take("f" * 64)


def asked(ledger, verdict, job=""):
    return lambda take: Sighting(
        verdict, f"{take.provider} says {verdict}", job, ledger.attempt_under(take.generation_key)
    )


def never_asked(take):
    raise AssertionError(f"{take.shot} was looked up without need")


def test_what_was_held_and_never_sent_is_released_and_its_late_owner_is_refused(ledger, epoch, purchase):
    grant = ledger.hold(purchase(epoch))
    newer = ledger.begin_epoch("SC010", "r2")
    (left,) = ledger.marks_open("SC010")
    assert reconcile(ledger, left, newer, never_asked).state == "released"
    with pytest.raises(WrongState, match="no longer good"):
        grant.redeem(purchase(epoch).generation_key)


@pytest.mark.parametrize(
    ("verdict", "state"), [("found", "submitted"), ("absent", "released"), ("unknown", "in_doubt")], ids=str
)
def test_what_was_sent_goes_where_the_provider_says(ledger, epoch, purchase, verdict, state):
    bought = purchase(epoch)
    ledger.hold(bought).redeem(bought.generation_key)
    newer = ledger.begin_epoch("SC010", "r2")
    (left,) = ledger.marks_open("SC010")
    take = reconcile(ledger, left, newer, asked(ledger, verdict, "job-1"))
    assert take.state == state
    assert ledger.balance("scene:SC010").held == (0 if state == "released" else 10 * CENT)
    assert reconcile(ledger, take, newer, asked(ledger, verdict, "job-1")).state == state


def test_what_was_in_doubt_is_collected_when_its_job_turns_up(ledger, epoch, purchase):
    bought = purchase(epoch)
    ledger.hold(bought).redeem(bought.generation_key)
    ledger.doubt(bought.generation_key, "timeout")
    (left,) = ledger.marks_open()
    assert reconcile(ledger, left, epoch, asked(ledger, "found", "job-7")).job_id == "job-7"
    ledger.settle(bought.generation_key, 10 * CENT, FRAME)
    assert ledger.marks_open() == ()
