"""A slot of a provider's concurrency limit: lent by a real Prefect server,
and given back for holders that were killed.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import uuid

import httpx
import pytest
from prefect import flow

from flows.serving.lanes import slot_of
from production.purchasing.run import LEASE_S, lane

WELL_WITHIN_THE_LEASE_S = LEASE_S / 2
"""A slot that nobody gives back comes free after the lease, and no sooner."""

HOLDS = """
import asyncio, pathlib, sys
from wiring.settings import read_settings, settle_environment
settings = read_settings(pathlib.Path(sys.argv[1]))
settle_environment(settings, sys.argv[2])
from flows.serving.lanes import slot_of
async def hold():
    async with slot_of(settings, sys.argv[3], print):
        print("held", flush=True)
        await asyncio.to_thread(sys.stdin.read)
asyncio.run(hold())
"""


@pytest.fixture
def film(film_of):
    return film_of("SH0020")


@pytest.fixture
def provider(film):
    """A provider that has one slot."""
    name, _ = uuid.uuid4().hex, film.settle()
    asyncio.run(_limit(name, 1))
    return name


@pytest.fixture
def holder(film, provider, api_url):
    """Another process that has the slot until its standard input closes."""
    words = [sys.executable, "-c", HOLDS, film.root, api_url, provider]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


async def _limit(provider, slots):
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        await client.upsert_global_concurrency_limit_by_name(lane(provider), slots)


async def _taken(provider):
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        return (await client.read_global_concurrency_limit_by_name(lane(provider))).active_slots


def test_the_slot_of_a_killed_run_is_given_to_the_next_one_at_once(film, provider, holder):
    holder.kill()
    holder.wait()

    async def next_run():
        assert await _taken(provider) == 1
        async with asyncio.timeout(WELL_WITHIN_THE_LEASE_S), slot_of(film.settle(), provider, pytest.fail):
            return await _taken(provider)

    assert asyncio.run(next_run()) == 1
    assert asyncio.run(_taken(provider)) == 0
    assert [path.name for path in (film.state / "lanes" / provider).iterdir()] == ["line.lock"]


def test_the_slot_of_a_living_run_is_waited_for_and_taken_when_it_is_given_back(film, provider, holder):
    async def next_run():
        async with slot_of(film.settle(), provider, pytest.fail):
            return holder.poll(), await _taken(provider)

    async def both():
        waiting = asyncio.create_task(next_run())
        done, _ = await asyncio.wait([waiting], timeout=1.0)
        assert not done
        holder.stdin.close()
        return await waiting

    _, taken = asyncio.run(both())
    assert taken == 1
    assert asyncio.run(_taken(provider)) == 0


def test_a_call_that_is_given_up_while_it_waits_or_works_keeps_no_slot(film, provider):
    async def given_up():
        settings, working = film.settle(), asyncio.Event()

        async def hold():
            async with slot_of(settings, provider, pytest.fail):
                working.set()
                await asyncio.Event().wait()

        first, second = asyncio.create_task(hold()), asyncio.create_task(hold())
        await working.wait()
        for task in (second, first):
            task.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        async with slot_of(settings, provider, pytest.fail):
            return await _taken(provider)

    assert asyncio.run(given_up()) == 1
    assert asyncio.run(_taken(provider)) == 0


def test_a_slot_that_cannot_be_given_back_is_said_and_does_not_harm_what_was_made(film, provider, api_url):
    said = []

    async def made():
        settings = film.settle()
        async with slot_of(settings, provider, said.append):
            film._api_url = "http://127.0.0.1:9/api"  # the port of the discard service: nobody answers
            film.settle()
        film._api_url = api_url
        async with slot_of(film.settle(), provider, pytest.fail):
            return await _taken(provider)

    assert asyncio.run(made()) == 1
    assert [words.partition(" (")[0] for words in said] == ["its slot in Prefect could not be given back"]


def test_a_call_costs_two_requests(film, provider, monkeypatch):
    settings, asked = film.settle(), []
    for client in (httpx.AsyncClient, httpx.Client):
        monkeypatch.setattr(client, "send", _noting(client.send, asked))

    @flow
    async def jobs():
        for _ in range(2):
            asked.clear()  # the first one of a run opens the connection
            async with slot_of(settings, provider, pytest.fail):
                await asyncio.sleep(0.5)
        return [path.rpartition("/")[2] for path in asked]

    assert asyncio.run(jobs()) == ["increment-with-lease", "decrement-with-lease"]


def _noting(send, asked):
    def noted(client, request, **given):
        asked.append(request.url.path)
        return send(client, request, **given)

    return noted
