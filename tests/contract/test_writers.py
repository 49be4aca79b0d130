"""Every writer against its own wire: one call, an answer that fits or does not count, found again after a crash."""

from __future__ import annotations

import asyncio
import json

import pytest

from manifests.keys import generation_key
from manifests.question import Question
from manifests.spending.grant import Grant
from production.writing.answer_schema import words_schema
from providers import registry
from providers.contract import Writer
from providers.errors import KeyLimit, NoCredit, NoVerdict, OutcomeUnknown, RateLimited, Refused
from rehearsal.faults import Fault, Script
from rehearsal.writing import is_writing

WRITERS = {
    "gemini": {},
    "openrouter": {"models": {"write": "openai/gpt-4o-mini"}},
    "openai": {"models": {"write": "qwen3"}, "address": "http://127.0.0.1:11434/v1"},
}
"""Each adapter that writes, and what the film says of it. OpenAI's stands for a server on this machine, at $0."""

DATA = {"shot": {"motion": "The lamp EXPLODES.", "lens": "35 mm"}}


def asked(words="Write better words."):
    return Question(operation="write", instruction=f"{words}\n{json.dumps(DATA)}", pictures=(), answer=words_schema())


@pytest.fixture(params=WRITERS)
def me(request, customer, house, tmp_path):
    """A customer of the house, whose script the test may set."""
    made = customer(
        request.param, f"sk-{request.param}-{tmp_path.name}", tmp_path, writes=True, **WRITERS[request.param]
    )
    made.provider.leave_s = 60.0
    house.tell(Script(pictures="plain", job_s=0, accounts=(made.account(),)))
    return made


def faulty(house, me, **fault):
    house.tell(Script(pictures="plain", job_s=0, accounts=(me.account(),), faults=(Fault(**fault),)))


def key_of(me, question):
    return generation_key(me.name, me.provider.model("write"), "write", question.payload(), 1)


async def ask(me, question):
    key = key_of(me, question)
    return (await me.provider.ask(Grant.mint(key, 10_000_000), key, question)).job_id


async def test_words_are_asked_for_once_and_billed_as_told(me):
    assert isinstance(me.provider, Writer)
    assert is_writing(words_schema())
    job = await ask(me, question := asked())
    said, status = await me.provider.verdict(job, question), await me.provider.poll(job)
    assert said["motion"].startswith("The lamp breaks into pieces")
    assert (status.state, status.bill_microusd) == ("done", me.billed)
    found = await me.provider.find_answer(key_of(me, question))
    assert (found.state, found.job_id) == ("found", job)
    assert len(me.posts) == len(me.jobs) == 1


@pytest.mark.parametrize("fault", ["truncated", "corrupt", "no_url"])
async def test_what_does_not_fit_does_not_count_and_is_billed(me, house, fault):
    faulty(house, me, fault=fault)
    job = await ask(me, question := asked())
    with pytest.raises(NoVerdict):
        await me.provider.verdict(job, question)
    assert (await me.provider.poll(job)).bill_microusd == me.billed


async def test_what_its_filter_withholds_is_moderation(me, house):
    faulty(house, me, fault="moderation_output")
    job = await ask(me, asked())
    status = await me.provider.poll(job)
    assert status.state == "failed"
    assert isinstance(status.failure, Refused)


@pytest.mark.parametrize(("fault", "error"), [("no_credit", NoCredit), ("rate_limited", RateLimited)])
async def test_a_refusal_at_the_door_has_its_name(me, house, fault, error):
    faulty(house, me, fault=fault)
    with pytest.raises(error):
        await ask(me, asked())
    assert me.jobs == []


async def test_a_keys_limit_has_its_name_where_the_provider_has_one(me, house):
    faulty(house, me, fault="key_limit")
    with pytest.raises(KeyLimit if me.name != "openai" else NoCredit):
        await ask(me, asked())


async def test_a_lost_answer_stays_unknown_unless_nobody_bills_it(me, house):
    faulty(house, me, fault="server_error_after_accept", status=502)
    with pytest.raises(OutcomeUnknown):
        await ask(me, question := asked())
    found = await me.provider.find_answer(key_of(me, question))
    assert found.state == ("absent" if me.name == "openai" else "unknown")


def test_the_hold_covers_the_bill(me):
    quote_of = me.provider.question_quote
    if me.name == "openrouter":
        rows = [row for row in asyncio.run(me.provider.live_prices()) if row["operation"] == "write"]
        assert [(row["unit"], row["usd"]) for row in rows] == [("token_in", "0.15"), ("token_out", "0.6")]
        return
    quote = quote_of(asked(), me.book.price_of)
    asyncio.run(ask(me, asked()))
    assert me.billed <= quote.high_microusd
    assert (quote.high_microusd == 0) == (me.name == "openai")


def test_every_writer_of_the_registry_is_tested_here():
    made = {name: registry.factory(name) for name in registry.known()}
    writes = {name for name, factory in made.items() if isinstance(factory, type) and issubclass(factory, Writer)}
    assert writes == set(WRITERS)
