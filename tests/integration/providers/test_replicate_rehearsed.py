"""Replicate against its rehearsal: what was lost is found again, what fails says why,
what its schema excludes is refused.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from providers import registry
from providers.contract import LostCall
from providers.errors import Invalid, OutcomeUnknown, Refused
from rehearsal.faults import Script
from rehearsal.live import live


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory):
    with live(tmp_path_factory.mktemp("replicate"), Script(pictures="plain", job_s=0)) as running:
        yield running


@pytest.fixture
def rehearsing(desk, rehearsed, request):
    """Makes an adapter with an account of its own; what is given are the faults."""

    def make(*faults, **account):
        key = f"sk-test-{request.node.name}"
        accounts = [{"provider": "replicate", "key": key, **account}]
        told = {"seed": 7, "pictures": "plain", "job_s": 0, "faults": faults, "accounts": accounts}
        rehearsed.tell(Script.model_validate(told))
        return desk("replicate", rehearsed.url, key_of=lambda _: key)

    return make


async def lost(me, request):
    sent_at = datetime.now(UTC)
    with pytest.raises(OutcomeUnknown):
        await me.submit(request)
    return LostCall(me.key(request), me.provider.model("clip"), request, sent_at)


@pytest.mark.parametrize("fault", [{"fault": "lost_response"}, {"fault": "server_error_after_accept", "status": 502}])
async def test_a_job_whose_answer_was_lost_is_found_by_another_process_and_fetched(
    rehearsing, rehearsed, fault, tmp_path, large_png
):
    me = rehearsing(fault)
    request = me.request("clip", me.shows("start_frame", "SC010_SH0010", large_png), seconds=4)
    sought = await lost(me, request)
    later = registry.build("replicate", replace(me.provider._around))
    found = await later.find(sought)
    assert found.state == "found"
    job = rehearsed.records.job(found.job_id)
    assert job.order.start_frame == request.references[0].sha256
    me.provider = later
    status = await me.ended(found.job_id)
    assert (status.state, status.bill_microusd) == ("done", job.bill_microusd)
    assert (await later.fetch(found.job_id, tmp_path / "into")).frames == 96


async def test_a_call_that_was_never_taken_is_proved_absent(rehearsing):
    me = rehearsing({"fault": "server_error_free", "status": 503})
    sought = await lost(me, me.request("clip"))
    assert (await me.provider.find(sought)).state == "absent"


@pytest.mark.parametrize("fault", ["moderation_input", "moderation_output"])
async def test_moderation_is_a_prediction_that_fails_with_e005(rehearsing, fault):
    me = rehearsing({"fault": fault})
    status = await me.ended(await me.submit(me.request("clip", me.shows("start_frame", "SC010_SH0010"))))
    assert (status.state, status.bill_microusd) == ("failed", 0)
    assert isinstance(status.failure, Refused)
    assert "(E005)" in status.failure.raw


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"duration": 16}, "less than or equal to 15"),
        ({"duration": 3}, "greater than or equal to 4"),
        ({"resolution": "2k"}, "resolution must be one of the following"),
        ({"camera_fixed": True}, "camera_fixed is not allowed"),
        ({"prompt": None}, "prompt is required"),
        ({"aspect_ratio": "2:1"}, "aspect_ratio must be one of the following"),
        (
            {"reference_images": ["data:image/png;base64,AAAA"], "image": "data:image/png;base64,AAAA"},
            "cannot be combined",
        ),
        ({"last_frame_image": "data:image/png;base64,AAAA"}, "needs an image"),
        ({"prompt": "x" * 4001}, "String length"),
        ({"duration": "5"}, "Expected: integer"),
    ],
)
async def test_its_rehearsal_refuses_what_its_schema_excludes_field_by_field(rehearsing, monkeypatch, told, words):
    me = rehearsing()
    monkeypatch.setattr(me.provider, "body", lambda *_: {"input": {"prompt": "x", **told}})
    with pytest.raises(Invalid) as caught:
        await me.submit(me.request("clip"))
    assert "Input validation failed" in caught.value.raw
    assert words in caught.value.raw
