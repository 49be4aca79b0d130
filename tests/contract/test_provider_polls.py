"""What a poll and a download may bring that must not be taken:
another job's answer, a number that is none, an empty file.
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from providers.errors import Gone
from providers.over_http.answers import Again
from providers.over_http.downloads import PartialDownload
from providers.over_http.transport import Transport
from rehearsal.faults import Script

KEPT = {"seedream", "gemini"}
"""Their pictures come with the answer to the call, and lie here: nobody is asked about them."""

ASKED = ("openrouter", "replicate", "seedance", "fal", "evolink", "veo", "flux")


@pytest.fixture(params=ASKED)
async def job(house, customer, request, tmp_path):
    """A job that is done, its customer, and the real way to read an answer."""
    me = customer(request.param, f"sk-test-polls-{tmp_path.name}", tmp_path)
    house.tell(Script(job_s=0, pictures="plain", accounts=(me.account(),)))
    made = await me.submit(me.request("A room."))
    for _ in range(600):
        if (await me.provider.poll(made.job_id)).state == "done":
            return me, made.job_id, Transport._reply
    raise AssertionError("its job has no end")


def test_every_maker_is_asked_or_keeps_its_answers(makers):
    assert {*ASKED, *KEPT} == set(makers)


async def test_an_answer_about_another_job_is_asked_again_and_never_taken(job, monkeypatch):
    me, job_id, read = job

    def of_another(self, status, headers, content):
        reply = read(self, status, headers, content)
        named = dict.fromkeys({"id", "name", "request_id"} & set(reply.data or {}), "job-of-somebody-else")
        return replace(reply, data={**(reply.data or {}), **named})

    async def one_try(self, once, *_given, **_named):
        return await once()

    monkeypatch.setattr(Transport, "_reply", of_another)
    monkeypatch.setattr(Transport, "_again_and_again", one_try)
    with pytest.raises(Again, match="it answers about another job"):
        await me.provider.poll(job_id)


async def test_a_number_that_is_none_in_an_answer_leaves_the_rest_readable(job, monkeypatch):
    me, job_id, read = job

    def with_nan(self, status, headers, content):
        return read(self, status, headers, json.dumps({**json.loads(content), "seconds": float("nan")}).encode())

    monkeypatch.setattr(Transport, "_reply", with_nan)
    assert (await me.provider.poll(job_id)).state == "done"


async def test_an_empty_output_is_damaged_and_is_not_asked_for_until_a_deadline(job, monkeypatch, tmp_path):
    me, job_id, _ = job
    take, tries = PartialDownload.take, []

    async def empty(self, status, headers, _pieces):
        async def nothing():
            for piece in ():
                yield piece

        tries.append(status)
        return await take(self, status, {**headers, "content-length": "0"}, nothing())

    monkeypatch.setattr(PartialDownload, "take", empty)
    with pytest.raises(Gone, match="it has 0 bytes"):
        await me.provider.fetch(job_id, tmp_path / "into")
    assert tries == [200] * (1 + len(me.provider.again_s))
