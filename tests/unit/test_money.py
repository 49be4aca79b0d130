from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifests.film import FilmBudget
from manifests.money import MICROUSD_PER_USD, format_usd, parse_usd, rounded_usd

AMOUNTS = st.integers(min_value=0, max_value=9_999_999_999_999)


@given(AMOUNTS)
def test_what_is_written_is_read_as_the_same_amount(microusd):
    assert parse_usd(format_usd(microusd)) == microusd


@given(st.from_regex(r"[0-9]{1,7}(\.[0-9]{1,6})?", fullmatch=True))
def test_what_a_person_writes_is_kept_to_the_last_micro_dollar(text):
    whole, _, decimals = text.partition(".")
    assert parse_usd(text) == int(whole + decimals.ljust(6, "0"))


@given(st.lists(AMOUNTS, max_size=20))
def test_a_sum_of_shots_is_the_sum_of_its_shots(amounts):
    assert sum(parse_usd(format_usd(amount)) for amount in amounts) == sum(amounts)


@given(st.text())
def test_any_text_is_an_amount_of_whole_micro_dollars_or_refused(text):
    amount = None
    with contextlib.suppress(ValueError):
        amount = parse_usd(text)
    assert amount is None or (type(amount) is int and 0 <= amount < 10_000_000 * MICROUSD_PER_USD)


@given(st.one_of(st.floats(), st.integers(), st.booleans(), st.none(), st.binary(), st.lists(st.integers())))
def test_only_text_is_taken(value):
    with pytest.raises(ValueError, match="in quotes"):
        parse_usd(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-1",
        "+1",
        "$10",
        "10,00",
        " 10 ",
        "1_0",
        "١٠",
        "0x10",
        "1e3",
        "1e400",
        "NaN",
        "Infinity",
        ".5",
        "5.",
        "0.1234567",
        "12345678",
        "1\n",
    ],
)
def test_what_decimal_would_take_and_a_cap_must_not(text):
    with pytest.raises(ValueError, match="in quotes"):
        parse_usd(text)


@pytest.mark.parametrize(
    ("microusd", "text"),
    [(0, "0.00"), (390_000, "0.39"), (4_500, "0.0045"), (1, "0.000001"), (3_510_000, "3.51"), (-1_000_000, "-1.00")],
)
def test_two_decimals_are_written_and_more_only_where_needed(microusd, text):
    assert format_usd(microusd) == text


def test_nine_shots_at_39_cents_come_to_3_dollars_51():
    assert sum([parse_usd("0.39")] * 9) == parse_usd("3.51")


def test_a_refusal_of_an_endless_amount_is_short():
    with pytest.raises(ValueError, match="in quotes") as refused:
        parse_usd("9" * 1_000_000)
    assert len(str(refused.value)) < 200


def test_a_budget_holds_micro_dollars_and_is_written_back_as_dollars():
    budget = FilmBudget(film_usd="60.00", scene_usd="15.00", run_usd="15.00", shot_usd="0.0045")
    assert budget.shot_usd == 4_500
    assert budget.model_dump(mode="json")["shot_usd"] == "0.0045"


@pytest.mark.parametrize(
    ("microusd", "words"),
    [
        (2_768_346, "2.77"),
        (284_158, "0.28"),
        (99_999, "0.099999"),
        (4_500, "0.0045"),
        (0, "0.00"),
        (-1_005_000, "-1.00"),
        (100_000, "0.10"),
    ],
)
def test_a_glance_at_money_is_to_the_nearest_cent_and_small_change_is_exact(microusd, words):
    assert rounded_usd(microusd) == words
