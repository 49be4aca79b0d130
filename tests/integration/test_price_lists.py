"""Our own price lists: every row is dated and sourced, and answers a call that can be written down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import get_args

import pytest

from governor.errors import UnknownPrice
from governor.prices.book import OUR_LISTS, PriceBook
from governor.prices.file import read_prices
from governor.prices.row import PriceRow
from manifests.errors import ManifestError
from manifests.spending.price import PricedSize, Usage

TODAY = date(2026, 11, 21)
FREE = {"previz", "facefusion", "hand", "handoff", "openai"}
"""Those that work on this machine. Of `openai` our list has a server on this machine alone."""

LISTS = sorted(OUR_LISTS.glob("*.yaml"))


def ours() -> tuple[PriceRow, ...]:
    return PriceBook.load(today=TODAY).rows()


def calls_for(row: PriceRow) -> Iterator[Usage]:
    """The calls that the row answers: each size, each sound, with what its unit counts."""
    for size in row.resolutions or get_args(PricedSize):
        for sound in (True, False) if row.audio == "any" else (row.audio,):
            yield Usage.model_validate(
                {
                    "provider": row.provider,
                    "model": row.model,
                    "operation": row.operation,
                    "resolution": size,
                    "mode": row.mode,
                    "audio": sound,
                    "width": 1280,
                    "height": 720,
                    "images": 1,
                    "output_ms": (row.seconds or 5) * 1000,
                    "input_ms": 2000 if row.video_input else 0,
                    "pictures_in": ((512, 512),) if row.unit in {"image_in", "extra_megapixel"} else (),
                }
            )


def with_tokens(rows: tuple[PriceRow, ...], usage: Usage) -> Usage:
    """The call with those tokens that its model bills; one that bills none would be refused if it named any."""
    units = {row.unit for row in rows if (row.provider, row.model) == (usage.provider, usage.model)}
    counts = {
        "token_in": "tokens_in",
        "token_out": "tokens_out",
        "token_out_image": "tokens_out_media",
        "token_out_video": "tokens_out_media",
    }
    return usage.model_copy(update={field: 1000 for unit, field in counts.items() if unit in units})


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_every_row_is_of_its_files_provider_and_says_when_and_where_it_was_read(path):
    rows = read_prices(path, TODAY)
    assert rows
    assert {row.provider for row in rows} == {path.stem}
    assert all(row.source and date(2026, 1, 1) <= row.as_of <= TODAY for row in rows)
    assert path.stem in FREE or all(row.usd > 0 and row.confidence != "own" and not row.fixed for row in rows)


def test_no_row_is_dead():
    rows = ours()
    books = {today: PriceBook.load(today=today) for today in {TODAY, *(row.starts for row in rows if row.starts)}}
    for row in rows:
        book, answered = books[row.starts or TODAY], 0
        calls = calls_for(row) if row.unit != "credit" else ()
        for call in (with_tokens(rows, call) for call in calls):
            try:
                quote = book.price_of(call)
            except UnknownPrice:
                continue  # a size or a sound that this extra would go with, and the model has not
            answered += row in book._tariff(call)
            assert quote.high_microusd > 0 or row.provider in FREE
        assert answered or row.unit == "credit", row


def test_every_price_of_a_text_model_that_is_not_on_this_machine_is_the_films_own_to_state():
    assert [row.model for row in ours() if row.provider == "openai"] == ["local"]


def test_a_rate_of_conversion_answers_no_call():
    (rate,) = (row for row in ours() if row.unit == "credit")
    assert (rate.provider, rate.usd) == ("evolink", 14_706)
    with pytest.raises(ValueError, match="operation"):
        Usage(provider="evolink", model=rate.model, operation=rate.operation, resolution="480p")


@pytest.mark.parametrize(
    ("usage", "likely", "high"),
    [
        # five seconds at 720p from Seedance 2.0, wherever it is bought: 108,900 tokens, or seconds
        ({"provider": "byteplus", "model": "dreamina-seedance-2-0-260128"}, 762_300, 762_300),
        ({"provider": "openrouter", "model": "bytedance/seedance-2.0"}, 762_300, 838_530),
        (
            {"provider": "openrouter", "model": "bytedance/seedance-2.0-fast"},
            457_380,
            612_890,
        ),  # the list price, 609,840, is held
        ({"provider": "replicate", "model": "bytedance/seedance-2.0"}, 900_000, 900_000),
        ({"provider": "fal", "model": "bytedance/seedance-2.0/image-to-video"}, 1_524_600, 1_677_060),
        ({"provider": "fal", "model": "bytedance/seedance-2.0/fast/image-to-video"}, 1_219_680, 1_341_648),
        ({"provider": "openrouter", "model": "google/veo-3.1"}, 1_000_000, 1_000_000),
        ({"provider": "openrouter", "model": "google/veo-3.1", "resolution": "4K"}, 2_000_000, 2_000_000),
        ({"provider": "openrouter", "model": "google/veo-3.1", "audio": None}, 2_000_000, 2_000_000),
        (
            {"provider": "gemini", "model": "veo-3.1-fast-generate-001", "resolution": "1080p", "audio": True},
            600_000,
            600_000,
        ),
    ],
    ids=lambda value: f"{value['provider']} {value['model']}" if isinstance(value, dict) else "",
)
def test_a_clip_of_five_seconds_costs_what_the_list_says(usage, likely, high):
    clip = {"operation": "clip", "resolution": "720p", "output_ms": 5000, "width": 1280, "height": 720}
    quote = PriceBook.load(today=TODAY).price_of(Usage.model_validate(clip | usage))
    assert (quote.likely_microusd, quote.high_microusd) == (likely, high)


def test_a_picture_of_a_megapixel_by_flux_2_pro_costs_three_cents_and_one_shown_half_as_much_again():
    call = Usage(
        provider="bfl", model="flux-2-pro", operation="panel", resolution="1K", images=1, width=1024, height=1024
    )
    book = PriceBook.load(today=TODAY)
    assert book.price_of(call).likely_microusd == 30_000  # the service itself answered 3.0 credits for 1.05 megapixels
    assert book.price_of(call.model_copy(update={"pictures_in": ((1024, 1024),)})).likely_microusd == 45_000


def test_a_judges_price_rises_with_the_year():
    call = Usage(
        provider="gemini",
        model="gemini-3.8-flash",
        operation="score",
        resolution="480p",
        tokens_in=2000,
        tokens_out=400,
    )
    assert PriceBook.load(today=TODAY).price_of(call).high_microusd == 3000
    assert PriceBook.load(today=date(2027, 1, 1)).price_of(call).high_microusd == 6000


def test_a_misspelt_model_is_refused_with_the_nearest_names():
    call = Usage(
        provider="openrouter", model="bytedance/seedance-2.0-fats", operation="clip", resolution="720p", output_ms=5000
    )
    with pytest.raises(UnknownPrice, match=r"bytedance/seedance-2\.0-fast.* more; add a dated row"):
        PriceBook.load(today=TODAY).price_of(call)


def test_a_list_is_read_only_when_its_provider_is_asked_for(monkeypatch):
    read: list[str] = []
    monkeypatch.setattr(
        "governor.prices.book.read_prices", lambda path, today: read.append(path.stem) or read_prices(path, today)
    )
    book = PriceBook.load(today=TODAY)
    assert read == []
    call = Usage(provider="previz", model="previz-clip-1", operation="clip", resolution="480p", output_ms=1000)
    assert book.price_of(call) == book.price_of(call)
    assert read == ["previz"]


@pytest.mark.parametrize("text", ["[" * 500_000, "- " * 500_000, "{a: " * 200_000], ids=["lists", "dashes", "maps"])
def test_a_file_that_nests_too_deep_is_refused_and_does_not_end_the_process(tmp_path, text):
    (tmp_path / "deep.yaml").write_text(text)
    with pytest.raises(ManifestError, match="not YAML"):
        read_prices(tmp_path / "deep.yaml", TODAY)


def test_a_bracket_that_never_closes_is_named_where_it_opens(tmp_path):
    (tmp_path / "open.yaml").write_text("schema: gate/prices/1\nprices:\n  - {model: a\n  - b\n")
    with pytest.raises(ManifestError, match=r"open\.yaml:3:5: it is not YAML"):
        read_prices(tmp_path / "open.yaml", TODAY)


def test_what_the_head_of_a_file_says_holds_for_its_rows_unless_they_say_it_themselves(tmp_path):
    (tmp_path / "own.yaml").write_text(
        "schema: gate/prices/1\nprovider: maker\nsource: a letter\nas_of: 2026-11-01\nprices:\n"
        '  - {model: a, operation: panel, unit: image, usd: "0.04"}\n'
        '  - {model: b, operation: panel, unit: image, usd: "0.05", as_of: 2026-11-02, source: a call}\n'
    )
    a, b = read_prices(tmp_path / "own.yaml", TODAY)
    assert (a.provider, a.source, a.as_of, a.confidence) == ("maker", "a letter", date(2026, 11, 1), "own")
    assert (b.source, b.as_of) == ("a call", date(2026, 11, 2))


def test_two_ways_to_bill_the_same_thing_are_refused(tmp_path):
    head = "schema: gate/prices/1\nprovider: maker\nsource: a letter\nas_of: 2026-11-01\nprices:\n"
    rows = (
        '  - {model: a, operation: clip, unit: output_second, usd: "0.04"}\n',
        '  - {model: a, operation: clip, unit: token, usd: "7.00"}\n',
    )
    (tmp_path / "own.yaml").write_text(head + "".join(rows))
    with pytest.raises(ManifestError, match=r"own\.yaml:7:5 prices\.1: a clip at any size is priced twice"):
        read_prices(tmp_path / "own.yaml", TODAY)


def test_a_hand_off_without_a_named_tool_costs_nothing_for_ever_and_a_named_one_wants_a_row():
    book = PriceBook.load(today=date(2030, 1, 1))
    for operation in ("clip", "panel"):
        asked = {"provider": "handoff", "operation": operation, "resolution": "480p", "images": 1, "output_ms": 4000}
        assert book.price_of(Usage(model="by-hand", **asked)).high_microusd == 0
        with pytest.raises(UnknownPrice, match="by-hand"):
            book.price_of(Usage(model="mitte", **asked))
