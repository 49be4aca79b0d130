"""What providers ask by their own word: asked once a day, remembered, told when it moves, and never free."""

from __future__ import annotations

import asyncio
import json
from datetime import date, timedelta

import pytest

from governor.errors import PriceRefused
from manifests.spending.price import Usage
from providers.errors import Unavailable
from rehearsal.faults import Script
from rehearsal.live import live
from wiring import live_prices
from wiring.live_prices import LiveList, live_book
from wiring.opening import open_services
from wiring.settings import Settings, read_settings

TODAY = date(2026, 11, 21)
MODEL = "bytedance/seedance-2.0"
OURS = 108_900 * 7
ROW = {
    "provider": "openrouter",
    "model": MODEL,
    "operation": "clip",
    "resolutions": ["480p", "720p"],
    "audio": "any",
    "unit": "token",
    "usd": "6.00",
    "bound_percent": 110,
    "source": "the provider",
    "confidence": "documented",
}


class Teller:
    """A provider that says its prices, or does not."""

    embedded = False

    def __init__(self):
        self.asked, self.says, self.raises, self.waits_s = 0, [ROW], None, 0

    async def live_prices(self):
        self.asked += 1
        await asyncio.sleep(self.waits_s)
        if self.raises:
            raise self.raises
        return tuple(self.says)


@pytest.fixture
def teller(monkeypatch):
    teller = Teller()
    monkeypatch.setattr(live_prices.registry, "build", lambda name, around: teller)
    monkeypatch.setenv("OPENROUTER_API_KEY", "sk-test-live-prices")
    return teller


@pytest.fixture
def process(tmp_path, teller):
    """The book of a new process on a day, and what its provider told it."""

    def begin(today=TODAY, *, names=("openrouter",), age_days=365, prices=None, rehearsal=None):
        live_prices._told.cache_clear()
        settings = Settings(film=tmp_path, state=tmp_path / ".gate", who="ada", prices=prices, rehearsal=rehearsal)
        told = []
        book = live_book(settings, names, today=today, price_age_days=age_days, tell=told.append)
        return book, told

    return begin


@pytest.fixture
def kept_file(tmp_path):
    return tmp_path / ".gate/prices/openrouter.json"


def likely(book, **changes):
    fields = {
        "provider": "openrouter",
        "model": MODEL,
        "operation": "clip",
        "resolution": "720p",
        "output_ms": 5000,
        "width": 1280,
        "height": 720,
        **changes,
    }
    return book.price_of(Usage(**fields)).likely_microusd


def test_what_a_provider_says_goes_before_our_list_and_after_the_films_own_file(process, tmp_path):
    assert likely(process()[0]) == 108_900 * 6
    own = tmp_path / "own.yaml"
    own.write_text(
        "schema: gate/prices/1\nprovider: openrouter\nsource: a letter\nas_of: 2026-11-01\nprices:\n"
        f'  - {{model: {MODEL}, operation: clip, audio: any, unit: token, usd: "5.00"}}\n'
    )
    assert likely(process(prices=own)[0]) == 108_900 * 5


def test_what_it_does_not_say_our_list_says(process):
    book, _ = process()
    assert likely(book, resolution="1080p", width=1920, height=1080) == -(-245_025 * 77 // 10)
    assert likely(book, model="bytedance/seedance-2.0-mini") == 108_900 * 35 // 10


def test_nobody_is_asked_before_something_of_his_is_priced(process, teller):
    book, told = process()
    likely(book, provider="replicate", model=MODEL)
    assert (teller.asked, told) == (0, [])
    likely(book)
    likely(book)
    assert (teller.asked, len(told)) == (1, 1)


def test_a_plan_and_a_run_of_one_evening_agree(process, teller):
    likely(process()[0])
    teller.says = [{**ROW, "usd": "9.00"}]
    book, (*told,) = process()
    assert likely(book) == 108_900 * 6
    assert teller.asked == 1
    assert likely(process(TODAY + timedelta(days=1))[0]) == 108_900 * 9
    assert told == []


def test_a_price_that_moved_is_told_with_what_it_was(process, teller):
    book, told = process()
    likely(book)
    assert told[0].moved == (f"{MODEL} clip at 480p, 720p, any sound: $7.00 a million tokens → $6.00 a million tokens",)
    teller.says = [{**ROW, "usd": "6.50"}]
    book, told = process(TODAY + timedelta(days=1))
    likely(book)
    assert told[0].moved == (f"{MODEL} clip at 480p, 720p, any sound: $6.00 a million tokens → $6.50 a million tokens",)
    book, told = process(TODAY + timedelta(days=2))
    likely(book)
    assert told[0].moved == ()


def test_who_cannot_be_asked_is_believed_as_of_the_last_day_until_that_is_too_old(process, teller):
    likely(process()[0])
    teller.raises = Unavailable("openrouter", "no connection could be made", "Wait.")
    book, told = process(TODAY + timedelta(days=9), age_days=10)
    assert likely(book) == 108_900 * 6
    assert (told[0].listed.day, told[0].why) == (TODAY, "no connection could be made")
    book, told = process(TODAY + timedelta(days=11), age_days=10)
    with pytest.raises(PriceRefused, match="days old"):  # our own list is older still
        likely(book)
    assert told[0].listed is None
    book, told = process(TODAY + timedelta(days=11))
    assert likely(book) == 108_900 * 6


def test_a_list_of_ours_that_is_newer_than_what_is_remembered_counts(process, teller, kept_file):
    before = date(2026, 10, 1)
    likely(process(before + timedelta(days=10))[0])
    kept = LiveList.from_stored(kept_file.read_bytes())
    kept_file.write_text(kept.model_copy(update={"day": before}).stored())
    teller.raises = Unavailable("openrouter", "gone", "Wait.")
    assert likely(process()[0]) == OURS


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"schema": "gate/live-prices/9"}', b"[1]"])
def test_what_is_remembered_and_cannot_be_read_is_asked_for_again(process, teller, content, kept_file):
    likely(process()[0])
    kept_file.write_bytes(content)
    assert likely(process()[0]) == 108_900 * 6
    assert teller.asked == 2


@pytest.mark.parametrize(
    "odd",
    [
        {"unit": "cents_per_dream"},
        {"usd": "-1"},
        {"usd": "free"},
        {"usd": 6.0},
        {"resolutions": ["9K"]},
        {"model": ""},
        {"moon": "full"},
        {"source": None},
        {"seconds": 5},
    ],
)
def test_a_row_that_is_no_price_is_told_and_the_others_stand(process, teller, odd):
    teller.says = [{**ROW, **odd}, {**ROW, "model": "maker/other", "usd": "3.00"}]
    book, told = process()
    assert likely(book) == OURS
    assert likely(book, model="maker/other") == 108_900 * 3
    assert len(told[0].listed.refused) == 1
    assert str(odd.get("model", MODEL)) in told[0].listed.refused[0]


def test_a_row_that_is_told_twice_is_told_to_us_and_counts_once(process, teller):
    teller.says = [ROW, {**ROW, "usd": "1.00"}]
    book, told = process()
    assert likely(book) == 108_900 * 6
    assert "priced twice" in told[0].listed.refused[0]


def test_a_list_of_which_nothing_is_a_price_leaves_things_as_they_were(process, teller, kept_file):
    teller.says = [{**ROW, "unit": "dream"}]
    book, told = process()
    assert likely(book) == OURS
    assert told[0].listed is None
    assert "dream" in told[0].why
    assert not kept_file.exists()


def test_a_provider_prices_its_own_models_alone(process, teller):
    teller.says = [{**ROW, "provider": "replicate", "usd": "1.00"}]
    book, _ = process()
    assert likely(book) == 108_900
    assert likely(book, provider="replicate") == 900_000


def test_one_that_takes_its_time_is_not_waited_for(process, teller, monkeypatch):
    monkeypatch.setattr(live_prices, "ASK_S", 0.05)
    teller.waits_s = 60
    book, told = process()
    assert likely(book) == OURS
    assert told[0].why == "no answer came in 0.05 s"


@pytest.mark.parametrize("error", [KeyError("x"), TypeError("x"), RecursionError()])
def test_a_list_of_another_shape_ends_no_command(process, teller, error):
    teller.raises = error
    book, told = process()
    assert likely(book) == OURS
    assert told[0].why == f"its list cannot be read ({type(error).__name__})"


def test_who_has_no_list_is_no_news(process, teller):
    teller.says = []
    book, told = process()
    assert likely(book) == OURS
    assert [(each.listed, each.why, each.moved) for each in told] == [(None, "", ())]


def test_without_a_key_nobody_is_asked(process, teller, monkeypatch):
    monkeypatch.delenv("OPENROUTER_API_KEY")
    book, told = process()
    assert likely(book) == OURS
    assert (teller.asked, told) == (0, [])


def test_who_is_embedded_is_not_asked(process, teller):
    teller.embedded = True
    book, _ = process()
    assert likely(book) == OURS
    assert teller.asked == 0


def test_it_may_be_asked_from_inside_a_running_loop(process):
    async def inside():
        return likely(process()[0])

    assert asyncio.run(inside()) == 108_900 * 6


def test_what_a_rehearsal_says_is_used_there_and_remembered_nowhere(process, teller, kept_file):
    assert likely(process(rehearsal="http://127.0.0.1:9")[0]) == 108_900 * 6
    assert not kept_file.exists()
    teller.says = []
    assert likely(process()[0]) == OURS


def test_the_rows_of_the_book_are_the_live_ones_and_ours_that_they_leave(process):
    book, _ = process()
    rows = [row for row in book.rows() if (row.provider, row.model, row.video_input) == ("openrouter", MODEL, False)]
    assert [(row.usd, row.resolutions) for row in rows] == [
        (6_000_000, ("480p", "720p")),
        (7_700_000, ("1080p",)),
        (4_000_000, ("4K",)),
    ]


@pytest.fixture
def paid_film(film, monkeypatch, teller):
    live_prices._told.cache_clear()
    (film / "film.yaml").write_text((film / "film.yaml").read_text() + "providers: {clip: openrouter}\n")
    return film


def test_gate_prices_says_whose_word_it_is_how_old_and_what_moved(paid_film, gate, teller):
    teller.says = [ROW, {**ROW, "unit": "dream", "model": "maker/odd"}]
    code, out, _ = gate("prices", "--provider", "openrouter")
    assert code == 0
    assert "openrouter: 1 prices from its own list" in out
    assert f"moved: {MODEL} clip at 480p, 720p, any sound: $7.00 a million tokens → $6.00" in out
    assert "refused: maker/odd: unit 'dream'" in out
    facts = json.loads(gate("prices", "--provider", "openrouter", "--json")[1])
    (told,) = facts["live"]
    assert (told["provider"], told["rows"], len(told["refused"]), told["not_asked_because"]) == (
        "openrouter",
        1,
        1,
        None,
    )
    assert next(row for row in facts["prices"] if row["model"] == MODEL)["price_usd"] == 6.0


def test_gate_prices_says_who_could_not_be_asked(paid_film, gate, teller):
    teller.raises = Unavailable("openrouter", "no connection could be made", "Wait.")
    assert "openrouter: our own list; it could not be asked today: no connection could be made." in gate("prices")[1]


def test_a_run_hears_what_moved_when_something_is_first_priced(paid_film, teller):
    services, heard = open_services(read_settings(paid_film)), []
    services.telemetry.listen(heard.append)
    assert heard == []
    likely(services.prices)
    (step,) = heard
    assert (step.subject, step.stage) == ("openrouter", "prices")
    assert "$7.00 a million tokens → $6.00 a million tokens" in step.detail


def test_a_shots_own_provider_is_asked_too(film, gate, teller):
    live_prices._told.cache_clear()
    scene = film / "scenes/SC010.yaml"
    scene.write_text(
        scene.read_text().replace("motion: Steam rises.", "motion: Steam rises.\n    providers: {clip: openrouter}")
    )
    assert "from its own list" in gate("prices")[1]


def test_openrouters_catalogue_is_read_from_its_rehearsal(tmp_path):
    with live(tmp_path / "house", Script(pictures="plain")) as running:
        settings = Settings(film=tmp_path, state=tmp_path / ".gate", who="ada", rehearsal=running.url)
        told = []
        book = live_book(settings, ["openrouter", "previz"], today=TODAY, price_age_days=365, tell=told.append)
        assert likely(book) == OURS
    (openrouter,) = [each for each in told if each.provider == "openrouter"]
    assert len(openrouter.listed.rows) > 30
    assert (openrouter.moved, openrouter.listed.refused, openrouter.why) == ((), (), "")
    assert {row.as_of for row in openrouter.listed.rows} == {TODAY}
