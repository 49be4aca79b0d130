"""What goes wrong with a job that was accepted: its polls, its end, its bill, its output, and what is truly billed.

Real HTTP on loopback, the real ledger, the real paid step. In each row the provider's true bill is compared with the
ledger.
"""

from __future__ import annotations

import dataclasses

import pytest

from governor.errors import Stopped
from production.journey.errors import GenerationFailed, InDoubt, Uncollected
from production.purchasing import generate as generate_module
from production.purchasing.book_late_bill import book_late_bill

LIST_MICROUSD, HOLD = 400_000, 440_000


async def test_a_bill_above_the_quote_is_booked_in_full_and_stops_everything(bench_of, server):
    bench = bench_of()
    server.told_anew({"bill_percent": 300})
    await bench.buy()
    assert bench.booked() == (0, 1_200_000) == (0, bench.billed)
    assert "billed $1.20" in bench.ledger.notes(kind="alarm")[0].text
    await bench.fails(Stopped, bench.other)
    assert bench.posts == 1


NO_BILLS = {"missing": None, "negative": -1, "text": "0.40", "nothing for a success": 0, "true": True, "a list": [1]}


@pytest.mark.parametrize("cost", NO_BILLS)
async def test_a_cost_that_is_none_counts_as_the_hold_and_says_that_it_is_assumed(bench_of, server, cost):
    bench = bench_of()
    server.told_anew({"cost": NO_BILLS[cost]})
    made = await bench.buy()
    assert await book_late_bill(bench.ledger, bench.provider, made.take) is None
    assert (bench.row["state"], bench.row["cost"], bench.row["assumed"], bench.posts) == ("settled", HOLD, 1, 1)
    assert '"state":"done"' in bench.row["raw"]
    assert bench.booked() == (0, HOLD)
    assert bench.billed <= HOLD


@pytest.mark.parametrize("kind", ["list", "marker", "neither"])
async def test_a_late_bill_is_booked_when_it_comes(bench_of, server, kind):
    bench = bench_of(kind)
    server.told_anew({"late": 2, "bill_percent": 90})
    made = await bench.buy()  # asked twice: to see that it is done, and for the address
    assert (made.take.cost_microusd, bench.row["assumed"]) == (HOLD, 1)
    assert await book_late_bill(bench.ledger, bench.provider, made.take) == bench.billed == 360_000
    bench.is_booked(made.take, 360_000)
    assert bench.posts == 1


async def test_a_job_that_failed_for_nothing_and_is_billed_later_stops_everything(bench_of, server):
    bench = bench_of()
    server.told_anew({"end": "failed", "cost": 0})
    await bench.fails(GenerationFailed)
    [job] = bench.jobs
    assert (bench.row["state"], bench.booked()) == ("released", (0, 0))
    server.tell(rebilled={job.id: 250_000})
    [take] = bench.ledger.takes(scene="SC010", released_too=True)
    assert await book_late_bill(bench.ledger, bench.provider, take) == 250_000 == bench.billed
    assert bench.booked() == (0, 250_000)
    await bench.fails(Stopped, bench.other)


async def test_a_second_job_that_a_provider_shows_nobody_is_only_on_its_bill(bench_of, server):
    bench = bench_of("neither")
    server.told_anew({"twice": True})
    made = await bench.buy()
    assert await book_late_bill(bench.ledger, bench.provider, made.take) == LIST_MICROUSD
    assert (bench.billed, bench.booked(), bench.posts) == (2 * LIST_MICROUSD, (0, LIST_MICROUSD), 1)


async def test_a_poll_that_answers_garbage_for_a_while_is_asked_again(bench_of, server):
    bench = bench_of()
    server.told_anew({"garbage": 4})
    await bench.buy()
    assert (bench.booked(), bench.posts) == ((0, LIST_MICROUSD), 1)


async def test_a_poll_that_answers_nothing_but_garbage_leaves_the_job_for_a_later_run(bench_of, server):
    bench = bench_of()
    server.told_anew({"garbage": 4})
    told = await bench.fails(Uncollected, free_s=0.02)
    assert "not bought again" in told
    assert (bench.row["state"], bench.booked(), bench.posts) == ("submitted", (HOLD, 0), 1)
    await bench.buy()
    assert (bench.row["state"], bench.booked(), bench.posts) == ("settled", (0, LIST_MICROUSD), 1)


async def test_a_status_word_that_nobody_knows_is_waited_for_and_then_in_doubt(bench_of, server):
    bench = bench_of()
    server.told_anew({"odd_words": 10})
    assert "archived" in await bench.fails(InDoubt, patience_s=0.2)
    assert (bench.row["state"], bench.booked(), bench.posts) == ("in_doubt", (HOLD, 0), 1)
    assert "archived" in bench.row["raw"]
    await bench.buy()
    assert (bench.row["state"], bench.booked(), bench.posts) == ("settled", (0, LIST_MICROUSD), 1)


@pytest.mark.parametrize("kind", ["list", "neither"])
async def test_a_job_that_the_provider_forgot_is_in_doubt_and_not_failed(bench_of, server, kind):
    bench = bench_of(kind)
    server.told_anew({"end": "gone"})
    for _ in range(2):
        assert "does not know job" in await bench.fails(InDoubt)
    assert (bench.row["state"], bench.booked(), bench.posts) == ("in_doubt", (HOLD, 0), 1)
    assert "no such job" in bench.row["raw"]
    assert bench.billed <= HOLD


FAILURES = {
    "billed": ({"end": "failed"}, "settled", LIST_MICROUSD, 0),
    "with a fee": ({"end": "failed", "fee": 50_000}, "settled", 50_000, 0),
    "for nothing": ({"end": "failed", "fee": 0}, "released", None, 0),
    "without a word about its bill": ({"end": "failed", "cost": None}, "settled", HOLD, 1),
}


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_failed_job_costs_what_its_bill_says(bench_of, server, failure):
    said, state, cost, assumed = FAILURES[failure]
    bench = bench_of()
    server.told_anew(said)
    assert "the model gave up" in await bench.fails(GenerationFailed)
    assert (bench.row["state"], bench.row["cost"], bench.row["assumed"], bench.posts) == (state, cost, assumed, 1)
    assert "the model gave up" in bench.row["raw"]
    assert bench.booked() == (0, cost or 0)
    assert bench.billed <= (cost or 0)


async def test_a_truncated_download_is_fetched_again(bench_of, server):
    bench = bench_of()
    server.told_anew({"download": "short_once"})
    made = await bench.buy()
    assert made.asset.size_bytes == 50 * len(f"clip {made.take.job_id}\n")
    assert (bench.booked(), bench.posts) == ((0, LIST_MICROUSD), 1)


async def test_a_download_that_is_always_truncated_is_left_for_a_later_run(bench_of, server):
    bench = bench_of()
    server.told_anew({"download": "short"})
    assert "received 100 bytes" in await bench.fails(Uncollected, free_s=1.0)
    assert (bench.row["state"], bench.booked(), bench.posts) == ("submitted", (HOLD, 0), 1)


async def test_an_expired_address_is_asked_for_anew(bench_of, server):
    bench = bench_of()
    server.told_anew({"download": "expired"})
    await bench.buy()
    assert (bench.booked(), bench.posts) == ((0, LIST_MICROUSD), 1)


async def test_an_output_that_is_gone_is_paid_for_and_left_to_a_person(bench_of, server):
    bench = bench_of()
    server.told_anew({"download": "lost"})
    assert "is lost" in await bench.fails(GenerationFailed)
    assert (bench.row["state"], bench.row["asset"], bench.booked()) == ("settled", None, (0, LIST_MICROUSD))
    assert "is lost" in bench.ledger.notes(kind="alarm")[0].text
    assert "brought nothing" in await bench.fails(GenerationFailed)
    assert (bench.posts, bench.billed) == (1, LIST_MICROUSD)


@pytest.mark.parametrize("how", ["barred", "page"])
async def test_an_output_that_is_withheld_is_left_for_a_later_run_while_the_provider_keeps_it(bench_of, server, how):
    bench = bench_of()
    bench.provider.keeps_s = 3600.0
    server.told_anew({"download": how})
    told = await bench.fails(Uncollected)
    assert "done and paid for" in told
    assert "use another network, before" in told
    assert (bench.row["state"], bench.booked(), bench.posts) == ("submitted", (HOLD, 0), 1)
    made = await bench.buy()
    bench.is_booked(made.take, LIST_MICROUSD)
    assert (bench.posts, bench.billed) == (1, LIST_MICROUSD)


async def test_an_output_that_is_withheld_when_its_provider_keeps_it_no_longer_is_lost(bench_of, server):
    bench = bench_of()
    server.told_anew({"download": "barred"})
    assert "is lost" in await bench.fails(GenerationFailed)
    assert (bench.row["state"], bench.row["asset"], bench.booked()) == ("settled", None, (0, LIST_MICROUSD))


async def test_what_a_dead_process_left_with_the_provider_takes_no_lane_for_ever(bench_of, monkeypatch):
    bench = bench_of("list")
    narrow = bench.services.folder.film.limits.model_copy(update={"in_flight": 1})
    folder = dataclasses.replace(
        bench.services.folder, film=bench.services.folder.film.model_copy(update={"limits": narrow})
    )
    bench.services = dataclasses.replace(bench.services, folder=folder)
    collected = generate_module.collect

    async def die(*_given, **_said):
        raise KeyboardInterrupt

    monkeypatch.setattr(generate_module, "collect", die)
    with pytest.raises(KeyboardInterrupt):
        await bench.buy()
    assert bench.row["state"] == "submitted"

    monkeypatch.setattr(generate_module, "collect", collected)
    made = await bench.buy(bench.other)

    assert made.take.shot == "SC010_SH0020"
    assert [take.state for take in bench.ledger.takes()] == ["settled", "settled"]
    assert bench.booked() == (0, bench.billed) == (0, 2 * LIST_MICROUSD)


@pytest.mark.parametrize("kind", ["list", "neither"])
async def test_what_failed_before_under_the_same_key_changes_no_bill(bench_of, server, kind):
    bench = bench_of(kind)
    server.told_anew({"end": "failed", "cost": 0, "bill_percent": 0}, {})
    await bench.fails(GenerationFailed)
    made = await bench.buy()
    for take in bench.ledger.takes(scene="SC010", released_too=True):
        assert await book_late_bill(bench.ledger, bench.provider, take) == LIST_MICROUSD
        bench.is_booked(made.take, LIST_MICROUSD)
    assert bench.ledger.notes(kind="alarm") == ()
