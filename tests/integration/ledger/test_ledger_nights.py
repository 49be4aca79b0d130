"""Nights under a standing order, a provider's lanes, and models that are gone; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from governor.decisions import orders
from governor.errors import BudgetRefused, ModelRetired, NightOver, NotAPerson, NotApproved, ProviderBusy
from manifests.spending.standing_order import StandingOrder

CENT = 10_000
EVENING = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
NIGHT = "2026-11-21"


@pytest.fixture
def clock(ledger):
    """Sets the ledger's clock."""

    def set_to(now: datetime) -> None:
        ledger._now = lambda: now

    set_to(EVENING)
    return set_to


@pytest.fixture
def leave_order(ledger, decision):
    def leave(usd="0.20", plan=None, scene="SC010", **given):
        order = StandingOrder(scene=scene, opens="22:00", closes="07:00", zone="UTC", night_usd=usd, plan=plan)
        ledger.decide(decision("standing_order", scene).model_copy(update={"order": order, **given}))

    return leave


def test_without_an_order_no_night_opens(ledger, clock):
    with pytest.raises(NightOver, match="gate order SC010"):
        ledger.open_night("SC010")


def test_a_night_has_a_cap_of_its_own_and_the_next_one_another(ledger, clock, epoch, purchase, leave_order):
    leave_order("0.15")
    night = ledger.open_night("SC010")
    assert night.scope == f"night:{NIGHT}"
    ledger.hold(purchase(epoch, cents=10, night=night.name))
    with pytest.raises(BudgetRefused, match=f"the night {NIGHT}"):
        ledger.hold(purchase(epoch, cents=10, words="rain", night=night.name))
    assert ledger.balance(night.scope).left == 5 * CENT

    clock(EVENING + timedelta(days=1))
    assert ledger.open_night("SC010").name == "2026-11-22"
    ledger.hold(purchase(epoch, cents=10, words="rain", night="2026-11-22"))
    assert ledger.audit() == []


def test_a_newer_order_may_raise_the_cap_of_the_night_under_way(ledger, clock, leave_order):
    leave_order("0.15")
    ledger.open_night("SC010")
    leave_order("0.30")
    ledger.open_night("SC010")
    assert ledger.balance(f"night:{NIGHT}").cap == 30 * CENT


def test_a_cap_that_a_person_sets_in_the_night_outlasts_every_order_from_before(ledger, clock, decision, leave_order):
    def cap_when_open(scene):
        ledger.open_night(scene)
        return ledger.balance(f"night:{NIGHT}").cap // CENT

    leave_order("5.00")
    leave_order("10.00", scene="SC020")
    caps = [cap_when_open("SC010")]
    ledger.decide(decision("raise_cap", f"night:{NIGHT}", usd_cents=200, why="stop bleeding"))
    caps += [cap_when_open(scene) for scene in ("SC010", "SC020", "SC010")]
    assert caps == [500, 200, 200, 200]

    ledger.decide(decision("raise_cap", f"night:{NIGHT}", usd_cents=2000))
    assert [cap_when_open(scene) for scene in ("SC020", "SC010")] == [2000, 2000]
    leave_order("30.00", scene="SC020")
    assert [cap_when_open(scene) for scene in ("SC020", "SC010")] == [3000, 3000]


@pytest.mark.parametrize(
    ("now", "fits"),
    [
        (datetime(2026, 11, 21, 21, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 22, 6, 57, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 22, 6, 58, tzinfo=UTC), False),  # a panel is taken to last two minutes until one was seen
        (datetime(2026, 11, 22, 7, 0, tzinfo=UTC), False),
    ],
)
def test_each_hold_looks_at_the_window_again(ledger, clock, epoch, purchase, leave_order, now, fits):
    leave_order()
    ledger.open_night("SC010")
    clock(now)
    bought = purchase(epoch, night=NIGHT)
    if fits:
        ledger.hold(bought)
        return
    with pytest.raises(NightOver):
        ledger.hold(bought)
    assert ledger.takes() == ()


@pytest.mark.parametrize(("left_s", "fits"), [(61, True), (60, False)])
def test_a_first_call_fits_where_its_provider_says_how_long_such_a_call_takes(
    ledger, clock, epoch, purchase, leave_order, left_s, fits
):
    leave_order()
    clock(datetime(2026, 11, 22, 7, 0, tzinfo=UTC) - timedelta(seconds=left_s))
    ledger.open_night("SC010")
    bought = purchase(epoch, stage="clip", night=NIGHT, unseen_s=60.0)  # ten minutes where nobody says
    if fits:
        ledger.hold(bought)
        return
    with pytest.raises(NightOver, match="in 60 s, and such a call may take 60 s"):
        ledger.hold(bought)


def test_a_window_that_is_never_long_enough_is_called_so(ledger, clock, epoch, purchase, decision):
    order = StandingOrder(scene="SC010", opens="22:25", closes="22:35", zone="UTC", night_usd="0.20")
    ledger.decide(decision("standing_order").model_copy(update={"order": order}))
    ledger.open_night("SC010")
    with pytest.raises(NightOver, match=r"whole window is too short.*longer one: gate order SC010"):
        ledger.hold(purchase(epoch, stage="clip", night=NIGHT))


def test_how_long_a_call_takes_is_what_was_seen(ledger, clock, epoch, purchase, leave_order):
    for number, seconds in enumerate((30, 40, 1000)):
        bought = purchase(epoch, cents=1, words=f"rain {number}")
        clock(EVENING)
        ledger.hold(bought).redeem(bought.generation_key)
        ledger.submitted(bought.generation_key, f"job-{number}")
        clock(EVENING + timedelta(seconds=seconds))
        ledger.settle(bought.generation_key, CENT, None)
    ledger.adjust(
        purchase(epoch, cents=1, words="rain 0").generation_key, 2 * CENT, "late"
    )  # is not a later end of the call
    with ledger._read() as transaction:
        assert orders.p95_s(transaction, "previz", "previz-1", "panel") == 1000.0
        assert orders.p95_s(transaction, "previz", "another", "clip") == 600.0


def test_an_order_that_was_ended_or_bound_to_another_plan_allows_nothing(
    ledger, clock, epoch, purchase, decision, leave_order
):
    leave_order(plan="a" * 64)
    assert ledger.open_night("SC010", "a" * 64).name == NIGHT
    with pytest.raises(NightOver, match="keep to that one"):
        ledger.open_night("SC010", "b" * 64)
    ledger.decide(decision("end_order"))
    with pytest.raises(NightOver, match="no standing order"):
        ledger.hold(purchase(epoch, night=NIGHT, plan="a" * 64))


def test_only_a_person_leaves_an_order_and_says_why(leave_order):
    with pytest.raises(NotAPerson):
        leave_order(door="program")
    with pytest.raises(NotApproved, match="--why"):
        leave_order(why=" ")


def test_a_provider_has_no_more_calls_than_its_lanes(ledger, epoch, purchase):
    ledger.hold(purchase(epoch, words="one", in_flight_max=2))
    ledger.hold(purchase(epoch, words="two", in_flight_max=2))
    with pytest.raises(ProviderBusy):
        ledger.hold(purchase(epoch, words="three", in_flight_max=2))
    ledger.doubt(purchase(epoch, words="one").generation_key, "lost")  # nobody waits for what may never come
    ledger.hold(purchase(epoch, words="three", in_flight_max=2))


def test_a_retired_model_is_not_called(ledger, epoch, purchase):
    ledger.hold(purchase(epoch, words="one", retires_on=date(2026, 11, 21)))
    with pytest.raises(ModelRetired):
        ledger.hold(purchase(epoch, words="two", retires_on=date(2026, 11, 20)))


def test_of_many_who_would_note_the_same_thing_once_one_is_told_that_he_did(ledger):
    with ThreadPoolExecutor(8) as many:
        first = list(many.map(lambda _: ledger.note_once("message_claim", "film:HRB", "key team 1"), range(8)))
    assert first.count(True) == 1
    assert ledger.note_once("message_claim", "film:HRB", "key team 2")
    assert len(ledger.notes(kind="message_claim")) == 2


def test_a_standing_order_goes_by_its_number(ledger, clock, leave_order):
    assert ledger.order_number("SC010") == 0
    leave_order()
    first = ledger.order_number("SC010")
    leave_order("0.30")
    assert ledger.order_number("SC010") == first + 1
