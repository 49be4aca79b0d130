"""What each unit bills, against numbers worked out by hand or seen on a bill. No file, no clock."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governor.errors import PriceRefused, StalePrice, UnknownPrice
from governor.prices.book import PriceBook
from governor.prices.row import PriceRow, seedance_tokens
from manifests.money import parse_usd
from manifests.spending.price import Usage

TODAY = date(2026, 11, 21)
ROW = {"provider": "maker", "model": "m-1", "operation": "clip", "audio": "any", "source": "its page", "as_of": TODAY}
CLIP = Usage(provider="maker", model="m-1", operation="clip", resolution="720p", output_ms=5000, width=1280, height=720)
PANEL = Usage(provider="maker", model="m-1", operation="panel", resolution="1K", images=1, width=1024, height=1024)
SCORE = Usage(provider="maker", model="m-1", operation="score", resolution="480p", tokens_in=2000, tokens_out=400)


def row(unit, usd, **given):
    return PriceRow.model_validate({**ROW, "unit": unit, "usd": usd, **given})


def book(*rows, age_days=365, today=TODAY):
    return PriceBook([rows], today=today, price_age_days=age_days)


def bounds(rows, usage):
    quote = book(*rows).price_of(usage)
    return quote.low_microusd, quote.likely_microusd, quote.high_microusd


def dollars(rows, usage):
    low, likely, high = bounds(rows, usage)
    assert low == likely == high
    return likely


def test_a_clip_is_billed_by_the_second_that_comes_out_not_by_the_time_it_took_to_make():
    # The classic mistake: a five-second clip kept a GPU busy for 35 s. It costs five seconds; 35 would be 7 times
    # wrong.
    seconds_out, seconds_of_gpu = 5, 35
    price = dollars([row("output_second", "0.18")], CLIP)
    assert price == seconds_out * 180_000 == 900_000
    assert price * 7 == seconds_of_gpu * 180_000
    assert not {name for name in Usage.model_fields if "gpu" in name or "wall" in name or "compute" in name}


@pytest.mark.parametrize(
    ("size", "seconds", "tokens"),
    [
        ((1280, 720), 4, 87_300),
        ((1280, 720), 5, 108_900),
        ((1280, 720), 8, 173_700),
        ((1920, 1080), 5, 245_025),
        ((864, 496), 4, 40_594),
        ((864, 496), 5, 50_638),
        ((864, 496), 15, 151_078),
        ((3840, 2160), 5, 980_100),
    ],
)
def test_seedances_tokens_are_those_that_were_measured(size, seconds, tokens):
    assert seedance_tokens(*size, seconds * 1000) == tokens


@pytest.mark.parametrize(
    ("size", "seconds", "usd", "billed"),
    [
        ((864, 496), 4, "4.20", 170_495),  # a bill at OpenRouter: $0.170495
        ((864, 496), 15, "1.386", 209_395),  # a bill at OpenRouter: $0.209394 and a fraction, which we round up
        ((864, 496), 5, "7.00", 354_466),
        ((1280, 720), 5, "7.00", 762_300),
        ((1920, 1080), 5, "7.70", 1_886_693),
        ((3840, 2160), 5, "4.00", 3_920_400),
        ((864, 496), 5, "5.60", 283_573),
        ((1280, 720), 5, "3.50", 381_150),
    ],
)
def test_a_clip_billed_by_the_token_costs_what_was_billed_for_its_real_frame(size, seconds, usd, billed):
    usage = CLIP.model_copy(update={"width": size[0], "height": size[1], "output_ms": seconds * 1000})
    assert dollars([row("token", usd)], usage) == billed


def test_video_that_is_shown_counts_with_the_video_that_comes_out_and_has_its_own_price():
    rows = [row("token", "7.00"), row("token", "4.30", video_input=True)]
    shown = CLIP.model_copy(update={"output_ms": 4000, "input_ms": 4000})
    assert dollars(rows, shown) == 746_910  # 173,700 tokens, as measured for 4 s from 4 s, at $4.30
    with pytest.raises(UnknownPrice, match="does not know it"):
        bounds(rows[:1], shown)


def test_a_least_amount_is_held_where_little_video_is_shown():
    rows = [row("token", "4.30", video_input=True, least_percent=180)]
    short = CLIP.model_copy(update={"output_ms": 5000, "input_ms": 1000})
    low, likely, high = bounds(rows, short)
    assert low == 561_150  # 6 s, in and out: 145 frames of 900 tokens are 130,500
    assert likely == high == 839_790  # 1.8 times the 5 s that come out: 217 frames of 900 tokens are 195,300


@pytest.mark.parametrize(
    ("size", "low", "likely", "high"),
    [
        ((1000, 1000), 30_000, 30_000, 30_000),
        ((1024, 1024), 30_000, 30_000, 45_000),  # a megapixel of 1024², or one and a bit of 1000²
        ((1920, 1080), 44_664, 45_000, 60_000),
        ((2048, 2048), 75_000, 75_000, 90_000),
        ((640, 360), 30_000, 30_000, 30_000),
    ],
)
def test_the_first_megapixel_has_its_price_and_every_further_one_another(size, low, likely, high):
    rows = [row("first_megapixel", "0.03", operation="panel"), row("extra_megapixel", "0.015", operation="panel")]
    assert bounds(rows, PANEL.model_copy(update={"width": size[0], "height": size[1]})) == (low, likely, high)


def test_a_picture_that_is_shown_is_billed_by_its_megapixels_too():
    rows = [row("first_megapixel", "0.03", operation="panel"), row("extra_megapixel", "0.015", operation="panel")]
    edit = PANEL.model_copy(update={"width": 1000, "height": 1000, "pictures_in": ((1000, 1000), (500, 500))})
    assert bounds(rows, edit) == (47_882, 60_000, 60_000)  # 0.03 + 1.25 M ÷ 1024² of 0.015; or two of it


def test_where_only_the_first_megapixel_is_priced_a_larger_picture_is_refused():
    rows = [row("first_megapixel", "0.03", operation="panel")]
    assert dollars(rows, PANEL.model_copy(update={"width": 1280, "height": 720})) == 30_000
    for more in ({"width": 1024, "height": 1024}, {"width": 640, "height": 360, "pictures_in": ((64, 64),)}):
        with pytest.raises(UnknownPrice, match="more than the first megapixel"):
            bounds(rows, PANEL.model_copy(update=more))


def test_a_plain_megapixel_is_rounded_up_for_each_picture():
    usage = PANEL.model_copy(update={"images": 2, "width": 1280, "height": 1024})
    assert bounds([row("megapixel", "0.04", operation="panel")], usage) == (100_000, 160_000, 160_000)


def test_a_picture_has_its_price_by_size_and_each_picture_shown_adds_to_it():
    rows = [
        row("image", "0.134", operation="panel", resolutions=["1K", "2K"]),
        row("image", "0.24", operation="panel", resolutions=["4K"]),
        row("image_in", "0.003", operation="panel"),
    ]
    assert dollars(rows, PANEL) == 134_000
    assert dollars(rows, PANEL.model_copy(update={"resolution": "4K", "pictures_in": ((8, 8),) * 2})) == 246_000
    with pytest.raises(UnknownPrice, match="panel at 1K, 2K, any sound; panel at 4K"):
        bounds(rows, PANEL.model_copy(update={"resolution": "0.5K"}))


def test_geminis_picture_is_its_tokens_and_those_that_are_read_and_thought():
    rows = [
        row("image", "0.1344", operation="panel"),
        row("token_in", "2.00", operation="panel"),
        row("token_out", "12.00", operation="panel"),
    ]
    call = PANEL.model_copy(update={"tokens_in": 568, "tokens_out": 112})
    assert dollars(rows, call) == 134_400 + 1_136 + 1_344
    with pytest.raises(UnknownPrice, match="a token of input"):
        bounds(rows[:1], call)
    with pytest.raises(PriceRefused, match="billed by the token in"):
        bounds(rows, PANEL)


def test_a_judge_is_billed_for_what_it_reads_and_what_it_writes():
    rows = [row("token_in", "0.75", operation="score"), row("token_out", "3.75", operation="score")]
    assert dollars(rows, SCORE) == 1_500 + 1_500
    with pytest.raises(UnknownPrice, match="a token of text"):
        bounds(rows[:1], SCORE)


def test_tokens_of_video_are_billed_apart_from_those_of_text():
    rows = [row("token_in", "1.50"), row("token_out_video", "17.50")]
    usage = CLIP.model_copy(update={"tokens_in": 80, "tokens_out_media": 5 * 5792})
    assert dollars(rows, usage) == 506_920  # 120 + 506,800


def test_a_clip_of_a_fixed_length_is_priced_for_that_length_alone():
    rows = [row("clip", "0.1504", seconds=4)]
    assert dollars(rows, CLIP.model_copy(update={"output_ms": 4000})) == 150_400
    with pytest.raises(UnknownPrice, match="clip of 4 s"):
        bounds(rows, CLIP)
    assert dollars([*rows, row("output_second", "0.05")], CLIP.model_copy(update={"output_ms": 4000})) == 150_400


@pytest.mark.parametrize("unit", ["output_second", "token", "image", "megapixel", "first_megapixel", "token_out_image"])
def test_a_call_that_does_not_say_what_its_unit_counts_is_refused(unit):
    silent = CLIP.model_copy(update={"output_ms": 0, "width": 0})
    with pytest.raises(PriceRefused, match="billed by the"):
        bounds([row(unit, "1.00")], silent)


def test_the_named_size_counts_before_any_size_and_then_the_named_sound():
    any_size, named = row("output_second", "0.20", audio=False), row("output_second", "0.40", resolutions=["4K"])
    assert dollars([any_size, named], CLIP) == 1_000_000
    assert dollars([any_size, named], CLIP.model_copy(update={"resolution": "4K"})) == 2_000_000
    assert dollars([row("output_second", "0.30"), any_size], CLIP) == 1_000_000
    assert dollars([row("output_second", "0.30"), any_size], CLIP.model_copy(update={"audio": True})) == 1_500_000


def test_where_sound_is_not_known_to_be_off_the_dearer_is_held():
    rows = [row("output_second", "0.20", audio=False), row("output_second", "0.40", audio=True)]
    unsaid = CLIP.model_copy(update={"audio": None})
    assert bounds(rows, unsaid) == (1_000_000, 2_000_000, 2_000_000)
    assert bounds(rows[::-1], unsaid) == (1_000_000, 2_000_000, 2_000_000)
    with pytest.raises(UnknownPrice, match="with sound"):
        bounds(rows[:1], unsaid)


def test_a_service_of_another_mode_is_not_priced_by_the_standard_one():
    rows = [row("output_second", "0.20"), row("output_second", "0.10", mode="flex")]
    assert dollars(rows, CLIP.model_copy(update={"mode": "flex"})) == 500_000
    with pytest.raises(UnknownPrice, match="clip at any size"):
        bounds(rows, CLIP.model_copy(update={"mode": "draft"}))


def test_the_first_file_that_prices_a_call_answers_it_alone():
    ours = [row("output_second", "0.20", resolutions=["720p"]), row("image_in", "0.04")]
    layered = PriceBook([[row("call", "0.39")], ours], today=TODAY, price_age_days=365)
    assert layered.price_of(CLIP.model_copy(update={"pictures_in": ((8, 8),)})).high_microusd == 390_000


def test_a_price_that_ends_is_followed_by_the_one_that_starts():
    old, new = row("output_second", "0.10", until="2026-12-31"), row("output_second", "0.20", starts="2027-01-01")
    for today, price in ((TODAY, 500_000), (date(2026, 12, 31), 500_000), (date(2027, 1, 1), 1_000_000)):
        assert book(old, new, today=today).price_of(CLIP).high_microusd == price
    with pytest.raises(StalePrice, match="held until 2026-12-31"):
        book(old, today=date(2027, 1, 1)).price_of(CLIP)
    with pytest.raises(UnknownPrice):
        book(new).price_of(CLIP)


def test_every_row_that_adds_to_a_price_must_be_fresh():
    stale = row("image_in", "0.04", as_of=TODAY - timedelta(days=30))
    with pytest.raises(StalePrice, match="30 days old"):
        book(row("output_second", "0.10"), stale, age_days=29).price_of(CLIP)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"unit": "clip"}, "seconds"),
        ({"unit": "call", "seconds": 4}, "seconds"),
        ({"unit": "credit"}, "billing"),
        ({"unit": "call", "operation": "billing"}, "billing"),
        ({"unit": "image", "least_percent": 180}, "least_percent"),
    ],
    ids=str,
)
def test_a_row_whose_fields_do_not_fit_its_unit_is_refused(given, words):
    with pytest.raises(ValueError, match=words):
        row(given.pop("unit"), "1.00", **given)


# Properties

MILLIS = st.integers(1, 600_000)
SIDES = st.integers(64, 4096)
PRICES = st.integers(1, 9_000_000).map(lambda micro: f"{micro // 1_000_000}.{micro % 1_000_000:06d}")
UNITS = ["output_second", "token", "megapixel", "first_megapixel", "call", "token_out_video"]


def used(ms, width, height):
    return CLIP.model_copy(
        update={"output_ms": ms, "width": width, "height": height, "images": 1, "tokens_out_media": ms * 6}
    )


def priced(unit, usd, bound=100):
    extra = [row("extra_megapixel", usd)] if unit == "first_megapixel" else []
    return [row(unit, usd, bound_percent=bound), *extra]


@given(st.sampled_from(UNITS), PRICES, st.integers(100, 300), MILLIS, SIDES, SIDES)
def test_low_likely_and_high_stand_in_order_and_what_is_paid_for_is_never_free(unit, usd, bound, ms, width, height):
    if unit == "token" and seedance_tokens(width, height, ms) == 0:
        return
    low, likely, high = bounds(priced(unit, usd, bound), used(ms, width, height))
    assert 0 < low <= likely <= high


@given(st.sampled_from(UNITS), PRICES, MILLIS, SIDES, SIDES, st.integers(0, 60_000), st.integers(0, 2000))
def test_more_video_or_a_larger_frame_never_costs_less(unit, usd, ms, width, height, longer, wider):
    if unit == "token" and seedance_tokens(width, height, ms) == 0:
        return
    rows = priced(unit, usd)
    small, large = bounds(rows, used(ms, width, height)), bounds(rows, used(ms + longer, width + wider, height))
    assert all(a <= b for a, b in zip(small, large, strict=True))


@given(PRICES, MILLIS, st.integers(100, 300))
def test_rounding_up_never_loses_a_micro_dollar_nor_adds_a_whole_one(usd, ms, bound):
    _, likely, high = bounds([row("output_second", usd, bound_percent=bound)], used(ms, 64, 64))
    exact = parse_usd(usd) * ms  # thousandths of a micro-dollar
    assert 0 <= likely * 1000 - exact < 1000
    assert 0 <= high * 100_000 - exact * bound < 100_000
