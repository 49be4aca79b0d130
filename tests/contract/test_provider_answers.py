"""Answers with one thing in them spoilt, at every adapter:
one of our own errors or words, no money given back, nothing made up.
"""

from __future__ import annotations

import asyncio
import copy
import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from manifests.errors import GateError
from providers.contract import LostCall
from providers.errors import Gone, OutcomeUnknown
from providers.over_http.transport import Reply, Transport
from rehearsal.faults import Script

JUNK = (None, [], {}, "", "x", -1, True, Decimal("1.5"), [None], [{}], {"x": 1}, 10**30, "https://[x")
ALIKE_MAX = 2
"""How many things of a list are kept: a catalogue has hundreds that are alike."""

STATES = {"running", "done", "failed", "gone"}


def places(node, at=()):
    """Where something stands in an answer."""
    found = [at] if at else []
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return found + [place for name, value in inside for place in places(value, (*at, name))]


def short(node):
    """An answer whose lists are short."""
    if isinstance(node, dict):
        return {name: short(value) for name, value in node.items()}
    return [short(value) for value in node[:ALIKE_MAX]] if isinstance(node, list) else node


def spoilt(reply):
    """The answer with junk in one place, or nothing at all; each with where and what that is."""
    for at in places(reply.data):
        for junk in (*JUNK, KeyError):
            data = copy.deepcopy(reply.data)
            holder = data
            for name in at[:-1]:
                holder = holder[name]
            if junk is KeyError:
                del holder[at[-1]]
            else:
                holder[at[-1]] = copy.deepcopy(junk)
            yield f"{at} is {junk!r}", Reply(reply.status, data, reply.raw, reply.headers)


class Wire:
    """What an adapter's calls were answered, kept, and said again with one answer spoilt."""

    def __init__(self, monkeypatch):
        self._patch, self._real = monkeypatch, {name: getattr(Transport, name) for name in ("submit", "through", "ask")}

    async def kept(self, call):
        """The answers to one call, in order."""
        kept = []

        def keeping(name):
            async def sent(transport, *given, **named):
                came = await self._real[name](transport, *given, **named)
                reply = came[1] if name == "through" else came
                kept.append(replace(reply, data=short(reply.data)))
                return came

            return sent

        for name in self._real:
            self._patch.setattr(Transport, name, keeping(name))
        await call()
        return kept

    def say(self, answers):
        """Answer the next calls with these, and with the last one for ever."""
        left = list(answers)

        def said(name):
            async def sent(_transport, *_given, **_named):
                reply = left.pop(0) if len(left) > 1 else left[0]
                return (None, reply) if name == "through" else reply

            return sent

        for name in self._real:
            self._patch.setattr(Transport, name, said(name))

    def each(self, answers):
        """Every answer spoilt in its turn: says it, and gives what is wrong in it."""
        for turn, reply in enumerate(answers):
            for what, other in spoilt(reply) if reply.data else ():
                self.say([*answers[:turn], other, *answers[turn + 1 :]])
                yield what


@pytest.fixture
def wire(monkeypatch):
    real = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", lambda _s: real(0))
    monkeypatch.setattr(
        os, "fsync", lambda _file: None
    )  # what is kept of a thousand answers need not outlive the machine
    return Wire(monkeypatch)


@pytest.fixture
def me(house, customer, maker, tmp_path):
    made = customer(maker, f"sk-test-{tmp_path.name}", tmp_path)
    house.tell(Script(pictures="plain", job_s=0, accounts=(made.account(management=True),)))
    return made


async def finished(me):
    job = await me.submit(me.request("A room."))
    for _ in range(10_000):
        if (await me.provider.poll(job.job_id)).state == "done":
            return job.job_id
    raise AssertionError("it is never made")


async def test_a_call_that_was_taken_is_a_job_or_in_doubt_whatever_its_answer_says(me, wire):
    answers = await wire.kept(lambda: me.submit(me.request("A room.")))
    for what in wire.each(answers):
        try:
            job = await me.submit(me.request("A room."))
        except OutcomeUnknown:
            continue
        except Exception as error:
            raise AssertionError(what) from error
        assert re.fullmatch(r"\S{1,1000}", job.job_id), what


async def test_a_job_that_was_made_is_never_given_back_whatever_a_poll_says(me, wire):
    job_id = await finished(me)
    for what in wire.each(await wire.kept(lambda: me.provider.poll(job_id))):
        try:
            status = await me.provider.poll(job_id)
        except Exception as error:
            raise AssertionError(what) from error
        assert status.state in STATES, what
        assert status.bill_microusd is None or (type(status.bill_microusd) is int and status.bill_microusd >= 0), what
        assert (status.state, status.bill_microusd) != ("failed", 0), what
        assert status.failure is None, what


async def test_an_output_is_there_or_gone_whatever_its_address_is(me, wire, tmp_path, monkeypatch):
    job_id = await finished(me)
    answers = await wire.kept(lambda: me.provider.fetch(job_id, tmp_path / "into"))

    async def gone(_transport, url, *_given, **_named):
        assert isinstance(url, str)
        raise Gone("the address", "nobody is there", "Ask again.")

    monkeypatch.setattr(Transport, "download", gone)
    for what in wire.each(answers):
        try:
            await me.provider.fetch(job_id, tmp_path / "into")
        except Gone:
            continue
        except Exception as error:
            raise AssertionError(what) from error


@pytest.mark.parametrize("question", ["credit", "live_prices", "find"])
async def test_what_is_asked_for_nothing_is_answered_or_refused_in_our_words(me, wire, question):
    request = me.request("A room.")
    sought = LostCall("f" * 64, me.provider.model(me.operation), request, datetime.now(UTC))
    await finished(me)

    async def ask():
        return await (me.provider.find(sought) if question == "find" else getattr(me.provider, question)())

    for what in wire.each(await wire.kept(ask)):
        try:
            told = await ask()
        except GateError:
            continue
        except Exception as error:
            raise AssertionError(what) from error
        if question == "find":
            assert (told.job_id is None) == (told.state != "found"), what
        if question == "credit":
            assert told is None or (type(told) is int and told >= 0), what
