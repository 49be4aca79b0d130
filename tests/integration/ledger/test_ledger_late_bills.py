"""Bills that come after the attempt was closed: booked in full, once,
and told where they differ from what was known.
"""

from __future__ import annotations

import pytest

from governor.errors import AlreadyResolved, ForeignJob, NoSuchTake, Stopped, WrongState
from governor.purchase import Proof

CENT = 10_000
HELD = 40


def settled(ledger, key, _decision, _epoch):
    ledger.settle(key, 30 * CENT, None, "billed 0.30")


def assumed(ledger, key, _decision, _epoch):
    ledger.settle(key, None, None)


def overrun(ledger, key, decision, _epoch):
    ledger.settle(key, 50 * CENT, None, "billed 0.50")
    ledger.decide(decision("go"))


def written_off(ledger, key, decision, _epoch):
    ledger.doubt(key, "404 on the job")
    ledger.write_off(key, decision("write_off", why="the provider is gone"))


def released(ledger, key, _decision, epoch):
    ledger.release(key, Proof.not_billed("422 refused, free", epoch))


def billed_after_release(ledger, key, decision, epoch):
    released(ledger, key, decision, epoch)
    ledger.adjust(key, 30 * CENT, "the first invoice")
    ledger.decide(decision("go"))


# How it was closed, the late bill in cents, and what it does: alarms in all, whether the breaker opens, what is still
# assumed.
CASES = [
    (settled, 30, 0, False, 0),
    (settled, 35, 1, False, 0),
    (settled, 20, 1, False, 0),
    (settled, 0, 1, False, 0),
    (settled, 40, 1, False, 0),
    (settled, 41, 1, True, 0),
    (assumed, 40, 0, False, 0),
    (assumed, 12, 0, False, 0),
    (assumed, 90, 1, True, 0),
    (overrun, 50, 1, False, 0),
    (overrun, 45, 2, True, 0),
    (overrun, 40, 2, False, 0),
    (written_off, 40, 0, False, 0),
    (written_off, 0, 0, False, 0),
    (written_off, 41, 1, True, 0),
    (released, 0, 0, False, 0),
    (released, 1, 1, True, 0),
    (released, 60, 1, True, 0),
    (billed_after_release, 30, 1, False, 0),
    (billed_after_release, 0, 2, True, 0),
    (billed_after_release, 35, 2, True, 0),
]


@pytest.fixture
def closed(ledger, epoch, purchase, decision):
    """An attempt of forty cents, sent and submitted and then closed in a given way; gives its key."""

    def close(how):
        bought = purchase(epoch, cents=HELD)
        ledger.hold(bought).redeem(bought.generation_key)
        ledger.submitted(bought.generation_key, "job-1")
        how(ledger, bought.generation_key, decision, epoch)
        return bought.generation_key

    return close


def stopped(ledger):
    try:
        ledger.check_stop()
    except Stopped:
        return True
    return False


@pytest.mark.parametrize(("how", "cents", "alarms", "breaker", "still_assumed"), CASES)
def test_a_late_bill_is_booked_in_full_in_the_place_of_what_was_known(
    ledger, closed, how, cents, alarms, breaker, still_assumed
):
    key = closed(how)
    before = ledger.take(key)
    take = ledger.adjust(key, cents * CENT, "the invoice")
    assert take.state == before.state
    assert take.cost_microusd == (None if before.state == "released" else cents * CENT)
    for scope in ("film:HRB", "scene:SC010", "run:r1", "shot:SC010_SH0010"):
        balance = ledger.balance(scope)
        assert (balance.settled, balance.held) == (cents * CENT, 0)
    assert sum(row.settled for row in ledger.costs("SC010")) == cents * CENT
    assert sum(row.assumed for row in ledger.costs()) == still_assumed
    assert len(ledger.notes(kind="alarm")) == alarms
    assert stopped(ledger) == breaker
    assert ledger.audit() == []


@pytest.mark.parametrize("how", [settled, assumed, overrun, written_off, released, billed_after_release])
def test_the_same_late_bill_twice_changes_nothing_the_second_time(ledger, closed, how):
    key = closed(how)
    ledger.adjust(key, 7 * CENT, "the invoice")
    noted, balances = ledger.notes(), ledger.balances()
    ledger.adjust(key, 7 * CENT, "the invoice")
    assert (ledger.notes(), ledger.balances()) == (noted, balances)
    assert ledger.audit() == []


def test_an_alarm_says_what_was_billed_and_what_was_known(ledger, closed, decision):
    key = closed(settled)
    ledger.adjust(key, 35 * CENT, "the invoice")
    assert ledger.notes(kind="alarm")[-1].text == "previz billed $0.35 for SC010_SH0010 panel late, and $0.30 before"
    ledger.adjust(key, 41 * CENT, "the second invoice")
    words = "previz billed $0.41 for SC010_SH0010 panel late, and $0.40 was held"
    assert ledger.notes(kind="alarm")[-1].text == words
    with pytest.raises(Stopped, match="the breaker is open: previz billed"):
        ledger.check_stop()


def test_a_late_bill_after_a_release_says_that_the_proof_was_wrong(ledger, closed):
    ledger.adjust(closed(released), 12 * CENT, "the invoice")
    assert ledger.notes(kind="alarm")[-1].text == (
        "previz billed $0.12 for SC010_SH0010 panel late, after it was released as not billed"
    )
    (row,) = ledger.costs("SC010")
    assert (row.settled, row.held, row.assumed) == (12 * CENT, 0, 0)


def test_a_late_bill_takes_room_from_the_cap(ledger, epoch, closed, purchase, decision):
    ledger.adjust(closed(released), 75 * CENT, "the invoice")
    ledger.decide(decision("go"))
    assert ledger.balance("shot:SC010_SH0010").left == 5 * CENT
    with pytest.raises(Exception, match=r"\$0\.05 left"):
        ledger.hold(purchase(epoch, cents=6, words="rain"))


def test_an_open_attempt_takes_no_late_bill_and_no_bill_is_below_zero(ledger, epoch, purchase, closed):
    bought = purchase(epoch, words="rain")
    with pytest.raises(NoSuchTake):
        ledger.adjust(bought.generation_key, CENT, "the invoice")
    grant = ledger.hold(bought)
    refuse_late(ledger, bought.generation_key, "held")
    grant.redeem(bought.generation_key)
    ledger.submitted(bought.generation_key, "job-9")
    refuse_late(ledger, bought.generation_key, "submitted")
    ledger.doubt(bought.generation_key, "reset")
    refuse_late(ledger, bought.generation_key, "in_doubt")
    key = closed(settled)
    with pytest.raises(WrongState, match="a bill of -1"):
        ledger.adjust(key, -1, "")
    assert ledger.audit() == []


def refuse_late(ledger, key, state):
    with pytest.raises(WrongState, match=f"it is still {state}"):
        ledger.adjust(key, CENT, "the invoice")


def test_the_first_bill_once_more_after_a_late_one_is_an_alarm_and_no_money(ledger, closed):
    key = closed(settled)
    ledger.adjust(key, 35 * CENT, "the invoice")
    with pytest.raises(AlreadyResolved):
        ledger.settle(key, 30 * CENT, None, "billed 0.30")
    assert ledger.balance("scene:SC010").settled == 35 * CENT
    assert ledger.audit() == []


def test_a_foreign_job_for_what_is_in_doubt_already_is_an_alarm_and_no_movement(ledger, epoch, purchase):
    mine, other = purchase(epoch), purchase(epoch, words="rain")
    for bought in (mine, other):
        ledger.hold(bought).redeem(bought.generation_key)
    ledger.submitted(mine.generation_key, "job-1")
    ledger.doubt(other.generation_key, "reset by peer")
    with pytest.raises(ForeignJob):
        ledger.submitted(other.generation_key, "job-1")
    assert ledger.take(other.generation_key).state == "in_doubt"
    assert ledger.audit() == []
