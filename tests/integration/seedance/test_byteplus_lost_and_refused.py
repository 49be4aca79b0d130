"""Calls to ModelArk whose answer is lost, that are stopped, or that are refused:
where they stand then, and what is billed.
"""

from datetime import UTC, datetime, timedelta

import pytest

from manifests.spending.grant import Grant
from providers.byteplus import adapter, search
from providers.contract import LostCall
from providers.errors import Invalid, KeyLimit, NoCredit, OutcomeUnknown, RateLimited, Refused
from providers.over_http.kept import Kept

BILL = 284_158  # 864 x 496, 97 frames: 40,594 tokens at $7 a million


def now(**back):
    return datetime.now(UTC) - timedelta(**back)


def page(*tasks, total=None):
    return 200, {"items": list(tasks), "total": len(tasks) if total is None else total}


# Panels in doubt


async def test_a_process_that_dies_before_a_panel_is_kept_leaves_it_in_doubt(rehearsed, monkeypatch):
    me = rehearsed("byteplus")
    request = me.panel()
    monkeypatch.setattr(Kept, "keep", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        await me.submit(request)
    assert (await me.find(request)).state == "unknown"


async def test_a_panel_whose_answer_is_lost_stays_in_doubt(rehearsed):
    me = rehearsed("byteplus", faults=[{"fault": "lost_response"}])
    request = me.panel()
    with pytest.raises(OutcomeUnknown):
        await me.submit(request)
    assert (await me.find(request, now())).state == "unknown"


async def test_an_answer_without_a_picture_is_no_proof_of_anything(rehearsed):
    me = rehearsed("byteplus", faults=[{"fault": "no_url"}])
    with pytest.raises(OutcomeUnknown, match="no picture"):
        await me.submit(me.panel())


async def test_a_panel_that_cannot_be_kept_is_not_asked_for(rehearsed, tmp_path):
    me = rehearsed("byteplus")
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "answers").write_text("in the way")
    with pytest.raises(Invalid, match="could not be kept"):
        await me.submit(me.panel())
    assert me.jobs() == []


# A lost answer


@pytest.mark.parametrize("fault", ["lost_response", "server_error_after_accept"])
async def test_a_task_whose_answer_was_lost_is_found_by_its_marker_and_was_sent_once(rehearsed, fault):
    me = rehearsed("byteplus", faults=[{"fault": fault}])
    request = me.clip(mode="text")
    with pytest.raises(OutcomeUnknown):
        await me.submit(request)
    found = await me.find(request, now())
    assert [each.id for each in me.jobs()] == [found.job_id]
    assert (found.state, found.others) == ("found", ())


async def test_a_task_is_found_on_the_last_page(rehearsed, monkeypatch):
    me = rehearsed("byteplus")
    request = me.clip(mode="text")
    first = await me.submit(request)
    for number in range(2, 6):
        await me.submit(me.clip(mode="text", attempt=number))
    monkeypatch.setattr(search, "PAGE", 2)
    assert (await me.find(request, now())).job_id == first.job_id
    assert (await me.find(me.clip(mode="text", attempt=9), now())).state == "absent"


async def test_a_list_that_shows_fewer_on_a_page_than_were_asked_for_is_read_to_its_end(told, canned):
    me = told("byteplus")
    request = me.clip(mode="text")
    tasks = [{"id": f"cgt-{number}", "safety_identifier": "f" * 64, "created_at": 0} for number in range(4)]
    tasks[3]["safety_identifier"] = me.marker(request)
    canned.answers = [page(*tasks[:2], total=4), page(*tasks[2:], total=4)]
    assert (await me.find(request, now())).job_id == "cgt-3"
    assert len(canned.asked) == 2


async def test_a_list_that_never_shows_all_of_its_total_ends_and_proves_nothing(told, canned):
    me = told("byteplus")
    canned.answers = [page({"id": "cgt-1", "safety_identifier": "f" * 64, "created_at": 0}, total=9), page(total=9)]
    assert (await me.find(me.clip(mode="text"), now())).state == "unknown"
    assert len(canned.asked) == 2


async def test_what_was_never_sent_is_absent_and_only_within_the_days_that_are_listed(rehearsed):
    me = rehearsed("byteplus")
    await me.submit(me.clip(mode="text", attempt=2))
    request = me.clip(mode="text")
    assert (await me.find(request, now())).state == "absent"
    assert (await me.find(request, now(days=6, hours=1))).state == "unknown"
    assert (await me.find(request)).state == "unknown"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (lambda mark, s: page({"id": "cgt-1", "safety_identifier": "f" * 64, "created_at": s}), "absent"),
        (lambda mark, s: page({"id": "cgt-1", "created_at": s}), "unknown"),
        (lambda mark, s: page({"id": "cgt-1", "created_at": None}), "unknown"),
        (lambda mark, s: page({"id": "cgt-1", "created_at": s - 3600}), "absent"),
        (lambda mark, s: page({"id": "cgt-1", "safety_identifier": "f" * 64, "created_at": s}, total=2), "unknown"),
        (
            lambda mark, s: page(
                {"id": "cgt-2", "safety_identifier": mark}, {"id": "cgt-1", "safety_identifier": mark}
            ),
            "found",
        ),
    ],
    ids=["another's mark", "no mark, that time", "no mark, no time", "no mark, long before", "not all shown", "twice"],
)
async def test_a_list_proves_absence_only_where_every_task_of_that_time_is_known(told, canned, answer, state):
    me = told("byteplus")
    request, sent_at = me.clip(mode="text"), now()
    canned.answers = [answer(me.marker(request), int(sent_at.timestamp()))]
    found = await me.find(request, sent_at)
    assert found.state == state
    assert (found.job_id, found.others) == (("cgt-1", ("cgt-2",)) if state == "found" else (None, ()))
    assert {path.partition("?")[0] for _, path, *_ in canned.asked} == {
        "/ark.ap-southeast.bytepluses.com/api/v3/contents/generations/tasks"
    }


async def test_a_list_that_is_none_proves_nothing(told, canned):
    me = told("byteplus")
    canned.answers = [(200, {"items": None, "total": 0})]
    with pytest.raises(OutcomeUnknown):
        await me.find(me.clip(mode="text"), now())


async def test_absence_is_said_after_the_sender_has_surely_given_up_whatever_the_wall_clock_says(
    told, canned, monkeypatch
):
    me, graces = told("byteplus"), []
    patient = me.successor(hurry=False)

    async def twice_absent(look, grace_s):
        graces.append(round(grace_s))
        return await look()

    monkeypatch.setattr(adapter, "twice_absent", twice_absent)
    request = me.clip(mode="text")
    canned.answers = [page()]
    for passed_s in (0, 100, 5000):
        await patient.find(LostCall(me.marker(request), me.provider.model("clip"), request, now(seconds=passed_s)))
    assert graces == [210, 210, 210]


# Stopping


async def test_a_queued_task_is_cancelled_and_not_billed(rehearsed):
    me = rehearsed("byteplus", job_s=60)
    job = await me.submit(me.clip(mode="text"))
    assert await me.provider.cancel(job.job_id) is True
    status = await me.provider.poll(job.job_id)
    assert (status.state, status.bill_microusd) == ("failed", 0)


async def test_a_running_task_is_not_cancelled(rehearsed, server):
    me = rehearsed("byteplus", faults=[{"fault": "stuck"}], job_s=0)
    job = await me.submit(me.clip(mode="text"))
    assert await me.provider.cancel(job.job_id) is False
    assert (await me.provider.poll(job.job_id)).state == "running"


async def test_a_task_that_began_to_run_in_between_is_not_cancelled(told, canned):
    me = told("byteplus")
    refused = {"code": "InvalidAction.RunningTaskDeletion", "message": "Cannot delete", "param": "", "type": "Conflict"}
    canned.answers = [(200, {"id": "cgt-1", "status": "queued"}), (409, {"error": refused})]
    assert await me.provider.cancel("cgt-1") is False
    assert [method for method, *_ in canned.asked] == ["GET", "DELETE"]


@pytest.mark.parametrize("after", [(200, {"id": "cgt-1", "status": "running"}), (404, {"error": {}})])
async def test_only_what_is_seen_to_be_cancelled_counts_as_unbilled(told, canned, after):
    me = told("byteplus")
    canned.answers = [(200, {"id": "cgt-1", "status": "queued"}), (200, {}), after]
    assert await me.provider.cancel("cgt-1") is False


async def test_nobody_is_asked_about_a_panel_that_was_kept(told, canned):
    me = told("byteplus")
    assert await me.provider.cancel("image-1") is False
    assert (await me.provider.poll("image-1")).state == "gone"
    assert canned.asked == []


async def test_a_task_that_is_done_is_not_deleted_by_a_cancel(rehearsed):
    me = rehearsed("byteplus")
    job = await me.submit(me.clip(mode="text"))
    await me.ended(job.job_id)
    assert await me.provider.cancel(job.job_id) is False
    assert (await me.provider.poll(job.job_id)).bill_microusd == BILL


# Refusals


async def test_words_are_refused_on_the_call_free_with_the_raw_code(rehearsed):
    me = rehearsed("byteplus", faults=[{"fault": "moderation_input", "prompt_contains": "quay"}])
    with pytest.raises(Refused) as refused:
        await me.submit(me.clip(mode="text"))
    assert "InputTextSensitiveContentDetected" in refused.value.raw
    assert refused.value.bill_microusd == 0
    assert me.jobs() == []


async def test_a_picture_is_refused_with_its_own_code(rehearsed, pictures):
    me = rehearsed("byteplus", faults=[{"fault": "moderation_input", "with_reference": True}])
    with pytest.raises(Refused) as refused:
        await me.submit(me.clip(pictures.reference("start_frame", "a")))
    assert "InputImageSensitiveContentDetected.PrivacyInformation" in refused.value.raw


async def test_a_clip_that_is_refused_when_it_is_made_is_not_billed(rehearsed):
    me = rehearsed("byteplus", faults=[{"fault": "moderation_output"}])
    job = await me.submit(me.clip(mode="text"))
    status = await me.ended(job.job_id)
    assert (status.state, status.bill_microusd) == ("failed", 0)
    assert isinstance(status.failure, Refused)
    assert "OutputVideoSensitiveContentDetected" in status.failure.raw


async def test_a_panel_that_is_refused_when_it_is_made_is_not_billed(rehearsed):
    me = rehearsed("byteplus", faults=[{"fault": "moderation_output"}])
    with pytest.raises(Refused) as refused:
        await me.submit(me.panel())
    assert "OutputImageSensitiveContentDetected" in refused.value.raw
    assert refused.value.bill_microusd == 0


async def test_a_refusal_inside_an_accepting_answer_is_a_refusal(told, canned):
    me = told("byteplus")
    error = {
        "code": "OutputImageSensitiveContentDetected",
        "message": "The output image may contain sensitive information.",
    }
    canned.answers = [(200, {"model": "m", "created": 1, "data": [{"error": error}], "usage": {"generated_images": 0}})]
    with pytest.raises(Refused) as refused:
        await me.submit(me.panel())
    assert refused.value.bill_microusd == 0


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("key_limit", KeyLimit, "safe experience"),
        ("no_credit", NoCredit, "AccountOverdueError"),
        ("forbidden", Invalid, "Activate the model"),
        ("rate_limited", RateLimited, "RpmRateLimitExceeded"),
        ("server_error_free", OutcomeUnknown, "InternalServiceError"),
    ],
)
async def test_what_stops_a_call_says_what_to_do(rehearsed, fault, error, words):
    me = rehearsed("byteplus", faults=[{"fault": fault}])
    with pytest.raises(error) as refused:
        await me.submit(me.clip(mode="text"))
    assert words in f"{refused.value} {refused.value.raw}"
    assert me.key not in f"{refused.value!r} {refused.value.raw}"


async def test_a_wrong_key_is_our_own_fault(rehearsed):
    me = rehearsed("byteplus")
    other = me.successor(key_of=lambda _: "sk-test-nobodys-0001")
    request = me.clip(mode="text")
    with pytest.raises(Invalid, match="ARK_API_KEY"):
        await other.submit(Grant.mint(me.marker(request), 1), me.marker(request), request)
