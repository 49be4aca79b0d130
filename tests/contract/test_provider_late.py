"""A machine that sleeps or starves between a call's grant and its first byte:
the call stays here, and absence was not a lie.
"""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from manifests.keys import generation_key
from manifests.spending.grant import Grant
from providers import contract
from providers.contract import LostCall
from providers.errors import Unavailable
from providers.over_http import connections
from providers.over_http.provider import HttpProvider
from rehearsal.faults import Script

LISTS = ("replicate", "seedance", "fal")
"""Who lists all its jobs, so that a lost call may be proved absent and bought again."""


@pytest.fixture
def clock(monkeypatch):
    """The wall clock of paid calls, which the tests can put forward."""
    told = SimpleNamespace(now_s=0.0)
    monkeypatch.setattr(connections, "time", SimpleNamespace(time=lambda: told.now_s))
    return told


@pytest.mark.parametrize("hurry", [False, True], ids=["a provider", "a rehearsal"])
async def test_who_wakes_up_after_absence_was_proved_sends_nothing(house, customer, maker, hurry, clock, tmp_path):
    me = customer(maker, f"sk-test-{maker}-{hurry}", tmp_path, hurry=hurry)
    house.tell(Script(job_s=0, pictures="plain", accounts=(me.account(),)))
    provider, request = me.provider, me.request("A room.")
    assert isinstance(provider, HttpProvider)
    payload = provider.build_payload(request)
    key = generation_key(provider.name, provider.model(me.operation), me.operation, payload, request.attempt)

    def sleep():
        clock.now_s = provider.grace_s

    with pytest.raises(Unavailable, match="nothing was sent"):
        await provider.submit(Grant.mint(key, 100_000_000, sleep), key, request)
    assert me.posts == []


async def test_absence_is_believed_only_when_the_last_call_has_left_and_come_into_the_list(
    customer, maker, clock, tmp_path
):
    for hurry in (False, True):
        provider = customer(maker, "sk-test-of-nobody", tmp_path / str(hurry), hurry=hurry).provider
        assert provider.grace_s >= provider.deadline().leaves_by - clock.now_s + provider.lag_s
        assert provider.lag_s >= 1


@pytest.mark.parametrize("lister", LISTS)
async def test_absence_waits_for_that_grace(house, customer, lister, monkeypatch, tmp_path):
    waited = []

    async def sleep(seconds):
        waited.append(seconds)

    me = customer(lister, f"sk-test-grace-{lister}", tmp_path)
    house.tell(Script(job_s=0, pictures="plain", accounts=(me.account(),)))
    monkeypatch.setattr(contract, "asyncio", SimpleNamespace(sleep=sleep))
    request = me.request("A room.")
    sought = LostCall("f" * 64, me.provider.model(me.operation), request, datetime.now(UTC))
    assert (await me.provider.find(sought)).state == "absent"
    assert waited == [me.provider.grace_s]
