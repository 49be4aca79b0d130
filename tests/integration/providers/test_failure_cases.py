"""Each failure that fal and BFL document, through the real adapter:
one error of ours, the raw words kept, the bill as it is said.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from providers import errors, registry
from providers.errors import ProviderError

CASES = Path(__file__).parents[2] / "cases" / "failures"
FAL_JOB = "bytedance/seedance-2.0/764cabcf-b745-4b3e-ae38-1200304cf45b@bytedance/seedance-2.0/image-to-video@720p@5"
FAL = "/queue.fal.run/bytedance/seedance-2.0/requests/764cabcf-b745-4b3e-ae38-1200304cf45b"
BFL_JOB = "api.eu.bfl.ai/a0a5d1bd@4.5"


def cases(name):
    rows = YAML(typ="safe").load(CASES / f"{name}.yaml")
    return [pytest.param(row, id=row["name"]) for row in rows]


async def refused(desk, request):
    with pytest.raises(ProviderError) as caught:
        await desk.submit(request)
    return caught.value


def held_to(case, failure, raw):
    wanted = case["error"] and getattr(errors, case["error"])
    assert type(failure) is (wanted or type(None))
    assert case["raw"] in raw


@pytest.mark.parametrize("case", cases("fal"))
async def test_fals_failure(desk, replay, case):
    fal = desk("fal", replay.url)
    headers, kind = case.get("headers", {}), case.get("type", "")
    typed = {"detail": [{"loc": ["body", "prompt"], "msg": "its words", "type": kind, "input": {}, "ctx": {}}]}
    body = case.get("body", typed)
    if case["where"] == "submit":
        replay.say("POST", "/queue.fal.run/bytedance/seedance-2.0/image-to-video", case["status"], body, headers)
        failure = await refused(fal, fal.request("clip", fal.shows("start_frame", "SC010_SH0010")))
        held_to(case, failure, failure.raw)
        assert getattr(failure, "bill_microusd", "no fee") == case.get("bill", "no fee")
        return
    queue = {"error": "its words", "error_type": case["queue"]} if "queue" in case else {}
    replay.say("GET", f"{FAL}/status", 200, {"status": "COMPLETED", **queue})
    replay.say("GET", FAL, case["status"], body, headers)
    status = await fal.provider.poll(FAL_JOB)
    assert (status.state, status.bill_microusd) == ("failed", case["bill"])
    held_to(case, status.failure, status.raw)


@pytest.mark.parametrize("case", cases("bfl"))
async def test_bfls_failure(desk, replay, case):
    bfl = desk("bfl", replay.url)
    if case["where"] == "submit":
        replay.say("POST", "/api.bfl.ai/v1/flux-2-pro", case["status"], case["body"])
        failure = await refused(bfl, bfl.request("panel"))
        held_to(case, failure, failure.raw)
        return
    replay.say("GET", "/api.eu.bfl.ai/v1/get_result", case["status"], {"id": "a0a5d1bd", **case["body"]})
    status = await bfl.provider.poll(BFL_JOB)
    assert (status.state, status.bill_microusd) == ("failed", case["bill"])
    held_to(case, status.failure, status.raw)


@pytest.mark.parametrize("name", ["bfl", "fal"])
async def test_each_case_fits_one_row_of_its_table_and_no_row_is_there_for_nothing(desk, replay, monkeypatch, name):
    table = registry.factory(name).failures
    used = set()

    def fitting(status, code, words, _plain=table.fitting):
        rows = _plain(status, code, words)
        assert len(rows) <= 1, (status, code, words, rows)
        used.update(map(id, rows))
        return rows

    monkeypatch.setattr(table, "fitting", fitting)
    test = {"bfl": test_bfls_failure, "fal": test_fals_failure}[name]
    for case in cases(name):
        replay.forget()
        await test(desk, replay, case.values[0])
    assert [row for row in table._failures if id(row) not in used] == []
