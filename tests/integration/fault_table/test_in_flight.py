"""What is in flight is collected first and under every halt: side by side, beside the run, with a line for each job."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from bench.storm import film
from governor.errors import Stopped
from production.purchasing import generate as generate_module
from production.purchasing.in_flight import collect_open, collecting

LIST_MICROUSD = 400_000


@pytest.fixture
def in_flight(bench_of, monkeypatch, server):
    """Two clips at the provider, whose run was killed when it had their job ids.
    `said`: each line of progress since.
    """

    async def make(kind="neither", **told):
        bench = bench_of(kind)
        server.told_anew(told, told)
        collected = generate_module.collect

        async def die(*_given, **_said):
            raise KeyboardInterrupt

        monkeypatch.setattr(generate_module, "collect", die)
        for wish in (bench.clip, bench.other):
            with pytest.raises(KeyboardInterrupt):
                await bench.buy(wish)
        monkeypatch.setattr(generate_module, "collect", collected)
        bench.said = []
        bench.services.telemetry.listen(lambda step: bench.said.append((step.subject, step.state, step.detail)))
        assert {take.state for take in bench.ledger.takes()} == {"submitted"}
        return bench

    return make


def the_run(bench):
    return film.run_of(bench.services, film.declare(bench.services, "the next run"), patience_s=60.0)


async def test_a_stop_lets_what_is_in_flight_be_collected_side_by_side_with_a_line_for_each(in_flight):
    bench = await in_flight()
    bench.services.settings.stop_file.touch()
    run = the_run(bench)
    async with collecting(run):
        states = [take.state for take in bench.ledger.takes()]
    assert states == ["settled", "settled"], "both are here before anything else is begun"
    assert (run.spending.made, bench.booked(), bench.posts) == (2, (0, 2 * LIST_MICROUSD), 2)
    for shot in ("SC010_SH0010", "SC010_SH0020"):
        [begins, ends] = [(state, words) for subject, state, words in bench.said if subject == shot]
        assert (begins[0], "collects job" in begins[1], ends) == ("works", True, ("done", "collected; it cost $0.40"))


async def test_what_is_still_being_made_holds_up_nothing_and_is_waited_for_at_the_end(in_flight):
    bench = await in_flight(odd_words=6)
    async with collecting(the_run(bench)):
        assert {take.state for take in bench.ledger.takes()} == {"submitted"}
    assert [take.state for take in bench.ledger.takes()] == ["settled", "settled"]
    assert [state for shot, state, _ in bench.said if shot == "SC010_SH0010"] == ["works", "waits", "done"]


async def test_what_refuses_the_run_comes_out_when_all_is_collected(in_flight):
    bench = await in_flight(odd_words=6)
    bench.services.settings.stop_file.touch()
    with pytest.raises(Stopped):
        async with collecting(the_run(bench)):
            bench.ledger.check_stop()
    assert [take.state for take in bench.ledger.takes()] == ["settled", "settled"]


async def test_whoever_interrupts_the_run_does_not_wait_for_its_jobs(in_flight):
    bench = await in_flight(odd_words=100_000)
    with pytest.raises(asyncio.CancelledError):
        async with collecting(the_run(bench)):
            raise asyncio.CancelledError
    assert {take.state for take in bench.ledger.takes()} == {"submitted"}
    assert not [task for task in asyncio.all_tasks() if "_collected" in repr(task)]


async def test_without_a_run_of_its_own_it_collects_and_waits_too(in_flight):
    bench = await in_flight(odd_words=6)
    found = await collect_open(bench.services, "SC010")
    assert [(each.now.state, each.kind) for each in found] == [("settled", "closed")] * 2
    assert bench.ledger.current_epoch("SC010").run == "run 2", "nobody's claim is taken away"


async def test_a_lost_call_is_looked_for_beside_the_others(in_flight, server):
    bench = await in_flight("list")
    bench.ledger.doubt(bench.ledger.takes()[0].generation_key, "a test")
    async with collecting(the_run(bench)):
        pass
    assert [take.state for take in bench.ledger.takes()] == ["settled", "settled"]


async def test_a_wait_for_a_slot_is_told_in_words_and_ends_with_the_slot(bench_of, monkeypatch):
    bench, said = bench_of(), []
    free, told = asyncio.Event(), asyncio.Event()

    def hear(step):
        said.append((step.state, step.detail))
        told.set()

    bench.services.telemetry.listen(hear)

    @contextlib.asynccontextmanager
    async def lane_of(*_):
        await free.wait()
        yield

    monkeypatch.setattr(generate_module, "_lane_of", lane_of)
    monkeypatch.setattr(generate_module, "_SILENT_S", 0.0)
    buying = asyncio.create_task(bench.buy())
    await told.wait()
    state, words = said[0]
    assert (state, bench.posts) == ("waits", 0)
    assert "provider-loopback-neither in Prefect are taken" in words
    assert "come free within 60 s" in words
    free.set()
    await buying
    assert [state for state, _ in said].count("waits") == 1


async def test_collecting_takes_no_slot(in_flight, monkeypatch):
    def no_lane(*_):
        raise AssertionError("a limit of 0 must not keep an output at its provider")

    bench = await in_flight()
    monkeypatch.setattr(generate_module, "_lane_of", no_lane)
    made = await bench.buy()
    assert made.take.state == "settled"
