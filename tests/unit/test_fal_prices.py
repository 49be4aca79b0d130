"""fal's prices as rows, and its billed units as money."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.fal.prices import bill_microusd, rows_of, units_of
from providers.models import models_of

MODELS = models_of("fal", {}).table.models
I2V = "bytedance/seedance-2.0/image-to-video"
FRAMES = sorted({(size.width, size.height) for model in MODELS for size in model.sizes.values()})


def readings(seconds, frame):
    tokens = frame[0] * frame[1] * (24 * seconds + 1) // 1024
    return Decimal(seconds), Decimal(tokens) / 1000, Decimal(tokens)


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("seconds", range(4, 16))
def test_the_units_of_every_clip_we_sell_lie_too_far_apart_to_be_confused(seconds, frame):
    for near, far in combinations(readings(seconds, frame), 2):
        assert far / near > 9


@given(st.sampled_from(FRAMES), st.integers(4, 15), st.integers(40, 250), st.integers(1, 10_000_000))
def test_a_bill_is_the_quote_in_proportion_whichever_unit_it_was_told_in(frame, seconds, percent, quoted):
    width, height = frame
    for units in readings(seconds, frame):
        bill = bill_microusd(units * percent / 100, quoted, seconds=seconds, width=width, height=height)
        assert bill == -(-quoted * percent // 100)


@pytest.mark.parametrize("header", ["", " ", "five", "NaN", "Infinity", "-1", "1,5", "0x10"])
def test_what_is_no_quantity_is_none(header):
    assert units_of(header) is None


@pytest.mark.parametrize(
    ("unit", "price", "usd"),
    [
        ("1000 tokens", Decimal("0.014"), "14.000000"),
        ("1k tokens", Decimal("0.014"), "14.000000"),
        ("Tokens", Decimal("0.000014"), "14.000000"),
        ("1m tokens", 14, "14.000000"),
        ("1000 tokens", Decimal("0.01400000001"), "14.000001"),  # rounded up, never down
    ],
)
def test_tokens_are_priced_by_the_million(unit, price, usd):
    (row,) = rows_of({"prices": [{"endpoint_id": I2V, "unit": unit, "unit_price": price, "currency": "USD"}]}, MODELS)
    assert (row["unit"], row["usd"], row["model"], row["audio"]) == ("token", usd, I2V, "any")


@pytest.mark.parametrize(
    "changes",
    [
        {"unit": "seconds"},
        {"unit": "credits"},
        {"unit": None},
        {"currency": "EUR"},
        {"unit_price": 0},
        {"unit_price": "0.014"},
        {"unit_price": -1},
        {"unit_price": None},
        {"unit_price": True},
        {"unit_price": Decimal("NaN")},
        {"unit_price": 1_000_000},
    ],
)
def test_a_price_that_is_not_understood_is_a_row_of_no_unit_of_ours(changes):
    price = {"endpoint_id": I2V, "unit": "1000 tokens", "unit_price": Decimal("0.014"), "currency": "USD", **changes}
    (row,) = rows_of({"prices": [price]}, MODELS)
    assert " in " in row["unit"]
    assert row["model"] == I2V


@pytest.mark.parametrize("answer", [{}, {"prices": None}, {"prices": {}}, {"prices": [1, None, {}]}])
def test_an_answer_of_another_shape_has_no_prices(answer):
    assert rows_of(answer, MODELS) == ()
