from __future__ import annotations

from datetime import date

import pytest

from governor.errors import PriceRefused, StalePrice, UnknownPrice
from governor.prices.book import PriceBook
from manifests.errors import ManifestError
from manifests.spending.price import Usage

TODAY = date(2026, 11, 21)
PANEL = Usage(provider="previz", model="previz-panel-1", operation="panel", resolution="720p", images=1)
CLIP = Usage(provider="previz", model="previz-clip-1", operation="clip", resolution="480p", output_ms=4500)
ROW = """\
  - provider: previz
    model: previz-clip-1
    operation: clip
    resolutions: [480p]
    unit: output_second
    usd: "0.0978"
    source: a rehearsal
    as_of: 2026-11-01
"""


def written(tmp_path, rows=ROW, head="schema: gate/prices/1\nprices:\n"):
    path = tmp_path / "halt.prices.yaml"
    path.write_text(head + rows, encoding="utf-8")
    return path


def high(book, usage):
    return book.price_of(usage).high_microusd


@pytest.mark.parametrize("usage", [PANEL, CLIP], ids=["panel", "clip"])
def test_the_animatic_is_free_and_stays_so(usage):
    quote = PriceBook.load(today=date(2036, 1, 1)).price_of(usage)
    assert (quote.low_microusd, quote.likely_microusd, quote.high_microusd) == (0, 0, 0)


def test_a_films_own_rows_replace_the_books(tmp_path):
    book = PriceBook.load(written(tmp_path), today=TODAY)
    assert high(book, CLIP) == 440_100  # 4.5 s of output at $0.0978
    assert high(book, CLIP.model_copy(update={"resolution": "720p"})) == 0
    assert high(book, PANEL) == 0
    assert book.price_of(CLIP).price != PriceBook.load(today=TODAY).price_of(CLIP).price


def test_a_credit_is_worth_what_the_film_says_before_what_we_say_and_nothing_where_nobody_does(tmp_path):
    rate = '  - {{provider: evolink, model: {}, operation: billing, unit: credit, usd: "0.02", source: s, as_of: {}}}\n'
    ours, film = PriceBook.load(today=TODAY), written(tmp_path, rate.format("theirs", "2026-11-01"))
    assert ours.credit_microusd("evolink", "any model") == 14_706
    assert PriceBook.load(film, today=TODAY).credit_microusd("evolink", "theirs") == 20_000
    assert ours.credit_microusd("handoff", "mitte") is None
    old = written(tmp_path, rate.format("theirs", "2024-11-01"))
    assert PriceBook.load(old, today=TODAY).credit_microusd("evolink", "theirs") == 14_706


def test_parts_of_a_micro_dollar_are_rounded_up(tmp_path):
    book = PriceBook.load(written(tmp_path, ROW.replace("0.0978", "0.000001")), today=TODAY)
    assert high(book, CLIP.model_copy(update={"output_ms": 1})) == 1
    assert high(book, CLIP.model_copy(update={"output_ms": 4001})) == 5


def test_a_bound_above_the_list_is_held_and_a_call_is_billed_once(tmp_path):
    rows = ROW.replace("unit: output_second", "unit: call\n    bound_percent: 125")
    quote = PriceBook.load(written(tmp_path, rows), today=TODAY).price_of(CLIP)
    assert (quote.likely_microusd, quote.high_microusd) == (97_800, 122_250)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model": "previz-clip-2"}, "previz-clip-1, previz-panel-1"),
        ({"provider": "other"}, "Of other it has nothing"),
        ({"audio": True}, "clip at 480p"),
        ({"operation": "panel"}, "clip at 480p"),
    ],
    ids=str,
)
def test_what_the_book_does_not_say_is_refused_with_what_it_does_say(change, words):
    with pytest.raises(UnknownPrice, match=words):
        PriceBook.load(today=TODAY).price_of(CLIP.model_copy(update=change))


def test_a_unit_that_the_call_does_not_use_is_refused(tmp_path):
    book = PriceBook.load(today=TODAY)
    for usage in (CLIP.model_copy(update={"output_ms": 0}), PANEL.model_copy(update={"images": 0})):
        with pytest.raises(PriceRefused, match="billed by the"):
            book.price_of(usage)


def test_a_price_older_than_the_film_allows_is_refused(tmp_path):
    path = written(tmp_path)
    assert high(PriceBook.load(path, today=TODAY, price_age_days=20), CLIP) > 0
    with pytest.raises(StalePrice, match="20 days old, and the film takes 19"):
        PriceBook.load(path, today=TODAY, price_age_days=19).price_of(CLIP)


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ('"0.0978"', "0.0978", ":8:10 prices.0.usd", "written in quotes"),
        ('"0.0978"', '"NaN"', ":8:10 prices.0.usd", "written in quotes"),
        ('"0.0978"', '"-1"', ":8:10 prices.0.usd", "written in quotes"),
        ("output_second", "gpu_second", ":7:11 prices.0.unit", "image"),
        ("480p", "4k", ":6:19 prices.0.resolutions.0", "480p"),
        ("source:", "origin:", "prices.0", "required"),
        ("2026-11-01", "2026-11-22", "prices.0.as_of", "has not come yet"),
        ("2026-11-01", "soon", "prices.0.as_of", "date"),
        ("unit:", "usd:", ":8:5", "duplicate"),
        ("a rehearsal", "!!python/object:os.system x", "", "constructor"),
        ("a rehearsal", "[", "", "YAML"),
    ],
)
def test_a_row_that_is_not_one_is_refused_with_its_place(tmp_path, old, new, place, words):
    with pytest.raises(ManifestError) as refused:
        PriceBook.load(written(tmp_path, ROW.replace(old, new)), today=TODAY)
    assert place in refused.value.thing
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("rows", "head"),
    [
        (ROW + ROW, "schema: gate/prices/1\nprices:\n"),
        (ROW, "schema: gate/prices/2\nprices:\n"),
        ("", ""),
        ("- 1", ""),
        ("x" * 2_000_000, ""),
    ],
    ids=["twice", "another version", "empty", "a list", "too large"],
)
def test_a_file_that_is_no_price_book_is_refused(tmp_path, rows, head):
    with pytest.raises(ManifestError):
        PriceBook.load(written(tmp_path, rows, head), today=TODAY)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ManifestError, match="cannot be read"):
        PriceBook.load(tmp_path / "none.yaml", today=TODAY)
