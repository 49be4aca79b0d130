"""A start that is refused before any server runs still collects what is in flight."""

from __future__ import annotations

import asyncio

import pytest

from manifests.spending.grant import Grant

SHOT = "SC010_SH0010"


@pytest.fixture
async def in_flight(paid, monkeypatch):
    """A panel that its provider has made, whose run was killed when it had the job's id. Gives its key."""
    grants = []
    minted = Grant.mint.__func__
    monkeypatch.setattr(Grant, "mint", classmethod(lambda *given: grants.append(minted(*given)) or grants[-1]))
    key, services = paid.hold(SHOT, "panel"), paid.services
    job = await services.provider("panel").submit(grants[-1], key, services.ledger.take(key).request)
    services.ledger.submitted(key, job.job_id)
    return key


REFUSED = {
    "a plan that cannot be kept to": ("run", "SC010", "--plan", "{folder}/film.yaml"),
    "a night that no order opens": ("run", "SC010", "--night"),
    "nights without an order": ("night", "SC010"),
    "a resume under a plan": ("resume", "SC010", "--plan", "{folder}/film.yaml"),
}


@pytest.mark.parametrize("how", REFUSED)
async def test_a_start_that_is_refused_collects_what_is_in_flight_first(paid, gate, in_flight, how):
    words = [word.format(folder=paid.root) for word in REFUSED[how]]
    code, out, err = await asyncio.to_thread(gate, *words, "--film", str(paid.root))
    take = paid.services.ledger.take(in_flight)
    assert (take.state, take.asset is not None) == ("settled", True), out + err
    assert code != 0
    assert f"{SHOT} panel       done        collected; it cost $0.04" in err
