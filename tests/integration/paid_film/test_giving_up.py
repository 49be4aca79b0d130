"""Every open call has an end that a person can command: what cannot be collected is named, and given up with a
reason.
"""

from __future__ import annotations

import asyncio

import pytest

from manifests.spending.grant import Grant
from providers.contract import JobStatus
from providers.errors import Invalid
from providers.previz.adapter import Previz

SHOT, PANEL = "SC010_SH0010", 40_000


@pytest.fixture
async def in_flight(paid, monkeypatch):
    """A panel that its provider has made and nobody has collected; gives its key."""
    grants = []
    minted = Grant.mint.__func__
    monkeypatch.setattr(Grant, "mint", classmethod(lambda *given: grants.append(minted(*given)) or grants[-1]))
    key, services = paid.hold(SHOT, "panel"), paid.services
    job = await services.provider("panel").submit(grants[-1], key, services.ledger.take(key).request)
    services.ledger.submitted(key, job.job_id)
    return key


DEAD_ENDS = {
    "an unsafe address": (
        "fetch",
        Invalid("an address of an output", "10.0.0.1 is a private address", "Report it to the provider."),
    ),
    "a file too large": (
        "fetch",
        Invalid("previz", "the output is larger than 9 bytes", "Ask for a shorter or smaller one."),
    ),
    "a job id that no address can hold": ("poll", Invalid("previz", "it is none of its own addresses", "Report it.")),
    "a key that is refused": (
        "poll",
        Invalid("previz", "it answered 401: bad key", "Check the provider's key: gate doctor"),
    ),
}


@pytest.fixture(params=DEAD_ENDS)
def dead_end(request, in_flight, monkeypatch):
    where, error = DEAD_ENDS[request.param]

    async def fails(self, *_given):
        raise error

    monkeypatch.setattr(Previz, where, fails)
    return error


def standing(paid):
    balance = paid.services.ledger.balance("scene:SC010")
    assert paid.services.ledger.audit() == []
    return balance.held, balance.settled


async def typed(gate, paid, *words):
    code, out, err = await asyncio.to_thread(gate, *words, "--film", str(paid.root))
    return code, out + err


@pytest.mark.parametrize("word", ["--write-off", "--release"])
async def test_what_cannot_be_collected_is_named_and_closed_by_a_persons_word(paid, gate, in_flight, dead_end, word):
    code, said = await typed(gate, paid, "reconcile", "SC010")
    assert (code, standing(paid)) == (1, (PANEL, 0)), said
    assert f"Not collected: {SHOT} panel at previz, $0.04 held" in said
    _, status = await typed(gate, paid, "status", "SC010")
    for told in (said, status):
        assert dead_end.cause in told
        assert f"gate reconcile --write-off {SHOT}" in told

    code, said = await typed(gate, paid, "reconcile", word, SHOT, "--reason", "their page shows it", "--yes")

    assert code == 0, said
    assert standing(paid) == (0, PANEL if word == "--write-off" else 0)
    decision = paid.services.ledger.of_scene("SC010").decisions[-1]
    assert (decision.kind, decision.why) == (word[2:].replace("-", "_"), "their page shows it")


async def test_without_a_reason_nothing_moves(paid, gate, in_flight, dead_end):
    code, _ = await typed(gate, paid, "reconcile", "--write-off", SHOT, "--yes")
    assert (code != 0, paid.services.ledger.take(in_flight).state, standing(paid)) == (True, "submitted", (PANEL, 0))


async def test_after_the_key_is_mended_it_is_collected(paid, gate, in_flight, monkeypatch):
    poll = Previz.poll

    async def refused(self, job_id):
        raise Invalid("previz", "it answered 401: bad key", "Check the provider's key: gate doctor")

    monkeypatch.setattr(Previz, "poll", refused)
    code, said = await typed(gate, paid, "reconcile", "SC010")
    assert (code, "Check the provider's key: gate doctor, then: gate resume SC010" in said) == (1, True), said
    monkeypatch.setattr(Previz, "poll", poll)
    assert (await typed(gate, paid, "reconcile", "SC010"))[0] == 0
    assert standing(paid) == (0, PANEL)


async def test_what_can_be_collected_is_not_given_up(paid, gate, in_flight):
    code, said = await typed(gate, paid, "reconcile", "--write-off", SHOT, "--reason", "x", "--yes")
    assert (code, "it was closed just now" in said) == (1, True), said
    assert paid.services.ledger.take(in_flight).state == "settled"


async def test_what_is_still_being_made_is_not_given_up_within_the_hour(paid, gate, in_flight, monkeypatch):
    async def runs(self, job_id):
        return JobStatus("running", None, "queued")

    monkeypatch.setattr(Previz, "poll", runs)
    code, said = await typed(gate, paid, "reconcile", "--write-off", SHOT, "--reason", "x", "--yes")
    assert (code, "it is being made, and can be given up from" in said) == (1, True), said
    assert paid.services.ledger.take(in_flight).state == "submitted"
