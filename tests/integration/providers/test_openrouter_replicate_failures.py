"""Each failure that OpenRouter and Replicate document, through the adapter as it is:
one class of ours, one row of its table.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from providers import errors, registry
from providers.errors import Gone, Invalid, OutcomeUnknown, ProviderError, Refused

CASES = Path(__file__).parents[2] / "cases" / "failures"
SUBMIT = {
    "openrouter": "/openrouter.ai/api/v1/videos",
    "replicate": "/api.replicate.com/v1/models/bytedance/seedance-2.0/predictions",
}
POLL = {"openrouter": "/openrouter.ai/api/v1/videos/job1", "replicate": "/api.replicate.com/v1/predictions/job1"}


def cases(name):
    return YAML(typ="safe").load(CASES / f"{name}.yaml")["cases"]


def named(name):
    shown = cases(name)
    return [
        pytest.param(name, case, id=f"{name} {case['where']} {case.get('status', '')} {case['code']}") for case in shown
    ]


async def outcome(desk, replay, name, case):
    """The error that a case comes to, and its bill."""
    me = desk(name, replay.url)
    if case["where"] == "submit":
        replay.say("POST", SUBMIT[name], case["status"], case["body"])
        with pytest.raises(ProviderError) as caught:
            await me.submit(me.request("clip"))
        return caught.value, getattr(caught.value, "bill_microusd", None)
    if case["where"] == "ask":
        replay.say("GET", POLL[name], case["status"], case["body"])
        with pytest.raises(ProviderError) as caught:
            await me.provider.poll("job1")
        return caught.value, None
    replay.say("GET", POLL[name], 200, {"id": "job1", **case["body"]})
    status = await me.provider.poll("job1")
    assert status.state == "failed"
    return status.failure, status.bill_microusd


@pytest.mark.parametrize(("name", "case"), [*named("openrouter"), *named("replicate")])
async def test_a_documented_failure_is_one_of_ours(desk, replay, name, case):
    error, bill = await outcome(desk, replay, name, case)
    assert type(error) is getattr(errors, case["is"])
    assert case["code"] in error.raw
    assert bill == case.get("bill")
    assert error.cure


@pytest.mark.parametrize("name", ["openrouter", "replicate"])
async def test_each_fits_one_row_and_no_row_is_there_for_nothing(desk, replay, monkeypatch, name):
    table, used = registry.factory(name).failures, []
    plain = table.fitting

    def fitting(status, code, words):
        rows = plain(status, code, words)
        assert len(rows) == 1, (status, code, words, rows)
        used.append(rows[0])
        return rows

    monkeypatch.setattr(table, "fitting", fitting)
    for case in cases(name):
        replay.forget()
        await outcome(desk, replay, name, case)
    assert [row for row in table._failures if row not in used] == []


@pytest.mark.parametrize("name", ["openrouter", "replicate"])
@pytest.mark.parametrize("status", [400, 403, 409, 418, 451, 500, 502, 503])
@pytest.mark.parametrize(
    "body",
    [
        {
            "error": {"code": "new", "message": "our policy on safety and content has changed"},
            "title": "Policy",
            "detail": "safety",
        },
        {"error": "moderation"},
        {"message": "flagged"},
        "<html>policy violation</html>",
        {"error": {"message": None, "code": None}},
    ],
)
async def test_what_nobody_documented_is_in_doubt_or_our_fault_and_never_moderation(desk, replay, name, status, body):
    me = desk(name, replay.url)
    replay.say("POST", SUBMIT[name], status, body)
    with pytest.raises(ProviderError) as caught:
        await me.submit(me.request("clip"))
    assert type(caught.value) in {Invalid, OutcomeUnknown}
    assert type(caught.value) is OutcomeUnknown or status < 500


@pytest.mark.parametrize("name", ["openrouter", "replicate"])
async def test_a_job_is_gone_only_when_it_is_not_there_again_and_again(desk, replay, name):
    me = desk(name, replay.url)
    for status in (404, 404, 404):
        replay.say("GET", POLL[name], status, {"detail": "not yet", "error": {"code": 404, "message": "not yet"}})
    replay.say("GET", POLL[name], 200, {"id": "job1", "status": "processing"})
    assert (await me.provider.poll("job1")).state == "running"
    replay.forget()
    replay.say("GET", POLL[name], 404, {"detail": "never"})
    assert (await me.provider.poll("job1")).state == "gone"
    with pytest.raises(Gone):
        await me.provider.fetch("job1", me.folder)


async def test_a_refusal_on_a_poll_says_what_to_do_and_costs_nothing(desk, replay):
    (case,) = [each for each in cases("replicate") if "uIJ6l3ruRD" in str(each["body"])]
    error, bill = await outcome(desk, replay, "replicate", case)
    assert isinstance(error, Refused)
    assert (error.bill_microusd, bill) == (0, 0)
    assert "(E005) (uIJ6l3ruRD)" in error.raw
    assert "take another provider" in error.cure
