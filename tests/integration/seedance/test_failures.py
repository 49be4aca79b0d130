"""Every documented failure, through the adapter as it is:
exactly one class, the raw code kept, and no row of a table for nothing.
"""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from providers import errors
from providers.byteplus.failures import FAILURES as BYTEPLUS
from providers.evolink.adapter import FAILURES as EVOLINK

CASES = Path(__file__).parents[2] / "cases" / "failures"
ROWS = {"byteplus": BYTEPLUS, "evolink": EVOLINK}


def cases():
    for name in ROWS:
        for case in YAML(typ="safe").load(CASES / f"{name}.yaml")["cases"]:
            yield pytest.param(name, case, id=f"{name}-{case['where']}-{case.get('status', 200)}-{case['code']}")


def envelope(case):
    """The answer in the provider's own shape."""
    error = {"code": case["code"], "message": case["message"], "type": "x"}
    match case["where"]:
        case "task":
            return 200, {"id": "task-1", "status": "failed", "error": error}
        case "item":
            return 200, {"model": "m", "created": 1, "data": [{"error": error}]}
        case _:
            return case["status"], {"error": error}


def fitting(name, case):
    return [row for row in ROWS[name] if row.fits(case.get("status", 200), case["code"], case["message"])]


@pytest.mark.parametrize(("name", "case"), list(cases()))
async def test_a_documented_failure_is_exactly_one_of_ours(told, canned, name, case):
    (row,) = fitting(name, case)
    me, kind = told(name, models=TEXT[name]), getattr(errors, case["is"])
    assert row.kind is kind
    canned.answers = [envelope(case)]
    if case["where"] in {"submit", "panel", "item"}:
        with pytest.raises(kind) as raised:
            await me.submit(me.clip(mode="text") if case["where"] == "submit" else me.panel())
        error, bill = raised.value, getattr(raised.value, "bill_microusd", None)
    elif case["where"] == "task":
        status = await me.provider.poll("task-1")
        assert status.state == "failed"
        error, bill = status.failure, status.bill_microusd
    elif case["where"] == "cancel":
        canned.answers = [(200, {"id": "cgt-1", "status": "queued"}), *canned.answers]
        assert await me.provider.cancel("cgt-1") is False
        return
    elif kind is errors.Gone:
        status = await me.provider.poll("task-1")
        assert (status.state, status.bill_microusd) == ("gone", None)
        assert case["code"] in status.raw
        return
    else:
        with pytest.raises(kind) as raised:
            await me.provider.poll("task-1")
        error, bill = raised.value, None
    assert type(error) is kind
    assert case["code"] in error.raw
    assert case.get("cure", "") in error.cure
    assert bill == case.get("bill")


TEXT = {"byteplus": {}, "evolink": {"clip": "seedance-2.0-text-to-video"}}


@pytest.mark.parametrize("name", ROWS)
def test_no_row_is_for_nothing(name):
    used = [row for case in YAML(typ="safe").load(CASES / f"{name}.yaml")["cases"] for row in fitting(name, case)]
    assert [row for row in ROWS[name] if row not in used] == []


@pytest.mark.parametrize("name", ROWS)
async def test_what_nobody_documented_is_in_doubt_or_our_fault_and_never_moderation(told, canned, name):
    for status in (400, 403, 418, 500, 502, 503):
        me = told(name, models=TEXT[name])
        canned.answers = [(status, {"error": {"code": "NewlyInvented", "message": "we changed our policy on safety"}})]
        with pytest.raises(errors.ProviderError) as raised:
            await me.submit(me.clip(mode="text"))
        assert type(raised.value) in {errors.Invalid, errors.OutcomeUnknown}
