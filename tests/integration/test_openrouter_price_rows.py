"""pricing_skus as rows of a price list: what they say is said, what is not understood is refused,
and nothing is free.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from governor.errors import PriceRefused
from governor.prices.book import PriceBook
from governor.prices.file import take_rows
from manifests.spending.price import Usage
from providers.openrouter.prices import parse, rows_of

TODAY = date(2026, 10, 9)
CATALOGUE = json.loads((Path(__file__).parents[1] / "recordings" / "openrouter" / "models.json").read_text())
SHIPPED = PriceBook.load(today=TODAY)
MODELS = [model["id"] for model in CATALOGUE["data"]]


def book(catalogue):
    rows, refused = take_rows(rows_of(catalogue), TODAY)
    return PriceBook([rows], today=TODAY, price_age_days=365), refused


def catalogue(skus, **changes):
    model = {
        "id": "maker/m-1",
        "supported_resolutions": ["480p", "720p"],
        "supported_durations": [4, 5],
        "generate_audio": True,
        "supported_sizes": None,
        "pricing_skus": skus,
        **changes,
    }
    return {"data": [model]}


def usage(model="maker/m-1", **changes):
    fields = {
        "provider": "openrouter",
        "model": model,
        "operation": "clip",
        "resolution": "720p",
        "output_ms": 5000,
        "width": 1280,
        "height": 720,
        **changes,
    }
    return Usage(**fields)


def likely(skus, model_changes=None, **changes):
    priced, _ = book(catalogue(skus, **(model_changes or {})))
    return priced.price_of(usage(**changes)).likely_microusd


LIVE, REFUSED = book(CATALOGUE)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("resolution", ["480p", "720p", "1080p", "4K"])
@pytest.mark.parametrize("audio", [True, False])
@pytest.mark.parametrize("input_ms", [0, 5000])
def test_the_catalogue_says_what_our_dated_list_says_of_it(model, resolution, audio, input_ms):
    shown = usage(model, resolution=resolution, audio=audio, input_ms=input_ms, pictures_in=((1, 1),))
    try:
        shipped = SHIPPED.price_of(shown)
    except PriceRefused:
        shipped = None
    try:
        live = LIVE.price_of(shown)
    except PriceRefused:
        live = None
    if live is None:  # the list has some rows for any size; the catalogue says which sizes there are
        sizes = next(each for each in CATALOGUE["data"] if each["id"] == model)["supported_resolutions"]
        assert shipped is None or resolution not in sizes or (audio and "grok" in model)
    else:
        assert (live.low_microusd, live.likely_microusd) == (shipped.low_microusd, shipped.likely_microusd)
        assert live.high_microusd >= live.likely_microusd
    assert REFUSED == ()


def test_a_price_by_the_token_holds_a_tenth_more():
    quote = LIVE.price_of(usage("bytedance/seedance-2.0"))
    assert quote.likely_microusd == 108_900 * 7
    assert quote.high_microusd == 108_900 * 7 * 11 // 10


@pytest.mark.parametrize(
    ("skus", "microusd"),
    [
        ({"duration_seconds": "0.1", "duration_seconds_720p": "0.2"}, 1_000_000),
        ({"duration_seconds": "0.1", "duration_seconds_480p": "0.2"}, 500_000),
        ({"duration_seconds_without_audio": "0.1", "duration_seconds_with_audio": "0.3"}, 500_000),
        (
            {
                "duration_seconds_with_audio": "0.3",
                "duration_seconds_with_audio_720p": "0.4",
                "duration_seconds": "0.1",
            },
            500_000,
        ),
        ({"cents_per_second_output": "17", "cents_per_second_output_720p": "16.5"}, 825_000),
        ({"cents_per_video_output_second_720p": "7"}, 350_000),
        ({"video_tokens": "0.000007", "video_tokens_720p": "0.000002475"}, 269_528),
    ],
)
def test_the_name_with_more_dimensions_counts(skus, microusd):
    assert likely(skus) == microusd


def test_of_two_names_that_say_different_things_the_dearer_is_held():
    skus = {
        "image_to_video_duration_seconds_720p": "0.112",
        "duration_seconds_with_audio": "0.168",
        "duration_seconds": "0.112",
    }
    assert likely(skus, audio=True) == 840_000
    assert likely(skus) == 560_000


def test_a_call_is_held_at_the_dearest_that_it_may_be_made_from():
    skus = {"text_to_video_duration_seconds_720p": "0.1", "image_to_video_duration_seconds_720p": "0.3"}
    assert likely(skus) == 1_500_000


def test_pictures_that_are_shown_come_on_top():
    skus = {"cents_per_video_output_second_720p": "7", "cents_per_image_input": "0.2"}
    assert likely(skus) == 350_000
    assert likely(skus, pictures_in=((1280, 720),) * 3) == 350_000 + 6_000
    assert likely({"duration_seconds": "0.1", "reference_images": "0.05"}, pictures_in=((1, 1),)) == 550_000


def test_a_generation_costs_its_least_price_where_its_seconds_cost_less():
    skus = {"cents_per_second_output": "5", "minimum_cents_per_generation": "22"}
    assert [likely(skus, output_ms=ms) for ms in (4000, 5000)] == [220_000, 250_000]


@pytest.mark.parametrize("changes", [{"supported_durations": None}, {}])
def test_a_least_price_that_cannot_be_laid_out_is_no_price(changes):
    unit = "video_tokens" if not changes else "duration_seconds"
    priced, refused = book(catalogue({unit: "0.000001", "minimum_cents_per_generation": "22"}, **changes))
    assert any("minimum_cents_per_generation" in words for words in refused)
    with pytest.raises(PriceRefused):
        priced.price_of(usage())


@pytest.mark.parametrize(
    "odd",
    ["cents_per_megapixel_second_720p", "credits", "duration", "dollars_per_second", "video_token", ""],
)
def test_a_name_of_another_kind_is_told_and_its_model_has_no_live_price(odd):
    priced, refused = book(catalogue({"duration_seconds": "0.1", odd: "0.2"}))
    assert len(refused) == 1
    assert "maker/m-1" in refused[0]
    assert repr(odd) in refused[0]
    with pytest.raises(PriceRefused):
        priced.price_of(usage())


@pytest.mark.parametrize(
    "odd", ["duration_seconds_turbo", "duration_seconds_720p_1080p", "duration_seconds_with_audio_with_audio"]
)
def test_a_dimension_that_nobody_knows_is_told_and_the_other_names_stand(odd):
    priced, refused = book(catalogue({"duration_seconds": "0.1", odd: "0.01"}))
    assert len(refused) == 1
    assert priced.price_of(usage()).likely_microusd == 500_000


@pytest.mark.parametrize(
    "value", ["0", "0.0", "-1", "NaN", "Infinity", "free", "", None, True, [], "1e9", {"usd": "1"}]
)
def test_what_is_no_amount_above_nothing_is_never_a_price(value):
    assert parse("duration_seconds_720p", value) is None
    priced, refused = book(catalogue({"duration_seconds": "0.1", "duration_seconds_720p": value}))
    assert len(refused) == 1
    with pytest.raises(PriceRefused):  # and the plainer name does not stand in for it
        priced.price_of(usage())


@pytest.mark.parametrize("field", ["supported_resolutions", "supported_durations", "generate_audio"])
def test_lists_of_the_catalogue_may_be_null(field):
    assert likely({"duration_seconds": "0.1", "duration_seconds_720p": "0.2"}, {field: None}) == 1_000_000
    assert (
        likely({"duration_seconds": "0.1", "duration_seconds_720p": "0.2"}, {field: None}, resolution="480p") == 500_000
    )


def test_a_size_that_the_catalogue_does_not_have_has_no_price():
    priced, _ = book(catalogue({"duration_seconds": "0.1"}))
    with pytest.raises(PriceRefused):
        priced.price_of(usage(resolution="1080p"))


def test_sound_that_a_model_cannot_make_has_no_price():
    with pytest.raises(PriceRefused):
        likely({"duration_seconds": "0.1"}, {"generate_audio": False}, audio=True)


def test_going_on_from_a_clip_is_another_operation():
    skus = {"cents_per_second_output": "17", "cents_per_second_video_continuation_720p": "41"}
    assert likely(skus, operation="extend", input_ms=5000) == 2_050_000
    assert likely(skus) == 850_000


@pytest.mark.parametrize(
    "data", [None, "x", {}, [None, 1, "x", {}, {"id": 5, "pricing_skus": {}}, {"id": "m", "pricing_skus": None}]]
)
def test_a_catalogue_of_another_shape_has_no_rows(data):
    assert rows_of({"data": data}) == ()


def test_amounts_are_exact_and_rounded_up():
    sku = parse("video_tokens_with_video_input", "0.000002475")
    assert sku.usd == Decimal("2.475")
    (row,) = [r for r in rows_of(catalogue({"duration_seconds": "0.0000001"})) if r["unit"] == "output_second"]
    assert Fraction(row["usd"]) == Fraction(1, 1_000_000)
