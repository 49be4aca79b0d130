"""Each failure that Google documents, through the real adapter:
one error of ours, the raw words kept, the bill as it is said.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from providers import errors
from providers.errors import ProviderError
from providers.gemini.failures import FAILURES

CASES = YAML(typ="safe").load(Path(__file__).parents[2] / "cases" / "failures" / "gemini.yaml")
API = "/generativelanguage.googleapis.com/v1beta"
GENERATE = f"{API}/models/gemini-3-pro-image:generateContent"
BEGIN = f"{API}/models/veo-3.1-generate-001:predictLongRunning"
NAME = "models/veo-3.1-generate-001/operations/op123"
CLIP = f"8s-720p/{NAME}"


def envelope(case):
    """google.rpc's error, as Google writes it."""
    if "body" in case:
        return case["body"]
    got = {"code": case["status"], "message": case["message"], "status": case["word"]}
    if "reason" in case:
        got["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": case["reason"]}]
    return {"error": got}


def answer(case):
    """A 200 without a picture; what it read was counted."""
    if "body" in case:
        return case["body"]
    told = {"usageMetadata": {"promptTokenCount": 12, "totalTokenCount": 12}, "responseId": "r1"}
    if "block" in case:
        return {"promptFeedback": {"blockReason": case["block"]}, **told}
    content = {"role": "model", "parts": [{"text": case["text"]}]} if "text" in case else {}
    ended = {"content": content, "finishReason": case["finish"], "finishMessage": "Unable to show it.", "index": 0}
    return {"candidates": [ended], **told}


async def held_to(case, desk, replay):
    """Put the case to the adapter, and hold what it says against the case."""
    gemini = desk("gemini", replay.url)
    if case["where"] in {"panel", "clip"}:
        replay.say("POST", GENERATE if case["where"] == "panel" else BEGIN, case["status"], envelope(case))
        asked = gemini.request(case["where"], gemini.shows("start_frame", "SC010_SH0010"), seconds=8)
        with pytest.raises(ProviderError) as caught:
            await gemini.submit(asked)
        failure, raw, bill = caught.value, caught.value.raw, getattr(caught.value, "bill_microusd", None)
        assert len(replay.calls) == 1
        assert case.get("cure", "") in failure.cure
    else:
        status = await failed(case, gemini, replay)
        assert status.state == "failed"
        failure, raw, bill = status.failure, status.raw, status.bill_microusd
    assert type(failure) is (getattr(errors, case["error"]) if case["error"] else type(None))
    assert case["raw"] in raw
    assert bill == case.get("bill")


async def failed(case, gemini, replay):
    if case["where"] == "operation":
        replay.say("GET", f"{API}/{NAME}", 200, {"name": NAME, "done": True, **case["body"]})
        return await gemini.provider.poll(CLIP)
    replay.say("POST", GENERATE, 200, answer(case))
    return await gemini.provider.poll(await gemini.submit(gemini.request("panel")))


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
async def test_a_failure_is_one_error_of_ours(case, desk, replay):
    await held_to(case, desk, replay)


async def test_each_case_fits_one_row_of_the_table_and_no_row_is_there_for_nothing(desk, replay, monkeypatch):
    used = set()

    def fitting(status, code, words, _plain=FAILURES.fitting):
        rows = _plain(status, code, words)
        assert len(rows) <= 1, (status, code, words, rows)
        used.update(map(id, rows))
        return rows

    monkeypatch.setattr(FAILURES, "fitting", fitting)
    for case in CASES:
        replay.forget()
        await held_to(case, desk, replay)
    assert [row for row in FAILURES._failures if id(row) not in used] == []
