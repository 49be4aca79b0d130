"""What a provider says that a job cost, and what a search proves."""

import asyncio
from decimal import Decimal

import pytest

from providers.contract import LookupResult, bill_of, twice_absent


@pytest.mark.parametrize(
    ("cost", "microusd"),
    [
        (Decimal("0.39"), 390_000),
        (2, 2_000_000),
        (0, 0),
        (Decimal("0.0000001"), 1),
        (Decimal("1e-6"), 1),
        (1_000_000, 10**12),
        (Decimal("12345678.90"), 12_345_678_900_000),
    ],
)
def test_a_cost_is_whole_micro_dollars_rounded_up(cost, microusd):
    assert bill_of(cost) == microusd


@pytest.mark.parametrize("cost", [10**40, Decimal("1e400"), Decimal("1e999999")])
def test_a_bill_beyond_what_the_ledger_can_count_is_a_billion_dollars_and_not_none(cost):
    assert bill_of(cost) == 10**15


@pytest.mark.parametrize(
    "cost", [None, "0.39", "", -1, Decimal("-0.01"), Decimal("NaN"), Decimal("Infinity"), True, [], {}]
)
def test_what_is_no_amount_is_no_bill(cost):
    assert bill_of(cost) is None


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        (["found"], "found"),
        (["unknown"], "unknown"),
        (["absent", "found"], "found"),
        (["absent", "unknown"], "unknown"),
        (["absent", "absent"], "absent"),
    ],
)
def test_absence_is_proved_by_a_second_look_after_the_grace(monkeypatch, seen, says):
    slept, looks = [], iter(seen)

    async def sleep(seconds):
        slept.append(seconds)

    async def look():
        return LookupResult(next(looks))

    monkeypatch.setattr("providers.contract.asyncio.sleep", sleep)
    assert asyncio.run(twice_absent(look, 90.0)).state == says
    assert slept == ([90.0] if len(seen) == 2 else [])
