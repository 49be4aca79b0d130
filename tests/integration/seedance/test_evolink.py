"""Clips bought through Evolink: links alone, no list, no bill told, and credits in dollars."""

import re
from datetime import UTC, datetime

import pytest

from governor.errors import UnknownPrice
from manifests.spending.grant import Grant
from providers.errors import Gone, Invalid, NoCredit, OutcomeUnknown, RateLimited, Refused

TASK = re.compile(r"task-unified-\d{10}-[a-z0-9]{8}")
REFERENCES = {"clip": "seedance-2.0-reference-to-video"}
TEXT = {"clip": "seedance-2.0-mini-text-to-video"}


async def test_a_clip_is_made_from_its_frames_silent_and_its_bill_is_not_guessed(rehearsed, pictures, tmp_path):
    me = rehearsed("evolink")
    first, last = pictures.reference("start_frame", "a"), pictures.reference("end_frame", "b", colour="red")
    job = await me.submit(me.clip(last, first, mode="start_end_frames"))
    assert TASK.fullmatch(job.job_id)
    status = await me.ended(job.job_id)
    assert (status.state, status.bill_microusd) == ("done", None)
    made = await me.successor().fetch(job.job_id, tmp_path / "into")
    assert (made.media_type, made.width, made.height, made.frames) == ("video/mp4", 864, 496, 96)
    (order,) = [each.order for each in me.jobs()]
    assert (order.start_frame, order.end_frame, order.references) == (first.sha256, last.sha256, ())
    assert (order.audio, order.resolution, order.prompt) == (False, "480p", "A quay in the rain.")


async def test_references_are_another_model_and_the_prompt_says_what_each_shows(rehearsed, pictures):
    me = rehearsed("evolink", models=REFERENCES)
    place = pictures.reference("location", "locations/quay")
    job = await me.submit(me.clip(place, mode="references"))
    (order,) = [each.order for each in me.jobs()]
    assert order.references == (place.sha256,)
    assert order.prompt.endswith("Image 1: the place quay.")
    assert (await me.ended(job.job_id)).state == "done"


async def test_a_picture_without_a_public_address_is_refused_before_money_moves(rehearsed, pictures):
    me = rehearsed("evolink")
    here = me.successor(link_to=lambda _: None)
    request = me.clip(pictures.reference("start_frame", "a"))
    grant = Grant.mint(me.marker(request), 1)
    with pytest.raises(Invalid, match="GATE_VAULT"):
        await here.submit(grant, me.marker(request), request)
    grant.redeem(me.marker(request))
    assert me.jobs() == []


async def test_a_lost_answer_stays_in_doubt(rehearsed):
    me = rehearsed("evolink", models=TEXT, faults=[{"fault": "lost_response"}])
    request = me.clip(mode="text")
    with pytest.raises(OutcomeUnknown):
        await me.submit(request)
    assert len(me.jobs()) == 1
    assert (await me.find(request, datetime.now(UTC))).state == "unknown"


@pytest.mark.parametrize("fault", ["moderation_input", "moderation_output"])
async def test_a_refusal_comes_as_a_failed_task_whose_bill_nobody_knows(rehearsed, fault):
    me = rehearsed("evolink", models=TEXT, faults=[{"fault": fault}])
    job = await me.submit(me.clip(mode="text"))
    status = await me.ended(job.job_id)
    assert (status.state, status.bill_microusd) == ("failed", None)
    assert isinstance(status.failure, Refused)
    assert "content_policy_violation" in status.failure.raw


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("no_credit", NoCredit),
        ("key_limit", NoCredit),
        ("forbidden", Invalid),
        ("rate_limited", RateLimited),
        ("server_error_free", OutcomeUnknown),
        ("server_error_after_accept", OutcomeUnknown),
    ],
)
async def test_what_stops_a_call_is_told_apart(rehearsed, fault, error):
    me = rehearsed("evolink", models=TEXT, faults=[{"fault": fault}])
    with pytest.raises(error) as refused:
        await me.submit(me.clip(mode="text"))
    assert me.key not in f"{refused.value!r} {refused.value.raw}"


async def test_a_wrong_key_is_our_own_fault(rehearsed):
    me = rehearsed("evolink", models=TEXT)
    request = me.clip(mode="text")
    with pytest.raises(Invalid, match="EVOLINK_API_KEY"):
        await me.successor(key_of=lambda _: "sk-test-nobodys-0001").submit(
            Grant.mint(me.marker(request), 1), me.marker(request), request
        )


async def test_a_price_that_nobody_published_is_refused_and_the_one_that_is_known_is_not(rehearsed):
    me = rehearsed("evolink", models=TEXT)
    assert me.provider.quote(me.clip(mode="text"), me.around.price_of).likely_microusd == 150_400
    with pytest.raises(UnknownPrice):
        me.provider.quote(me.clip(mode="text", seconds=5), me.around.price_of)


async def test_credits_are_dollars_at_sixty_eight_each(rehearsed):
    me = rehearsed("evolink", models=TEXT, account={"credit_usd": "10.00"})
    assert await me.provider.credit() == 10_000_000
    await me.submit(me.clip(mode="text"))
    assert 9_849_500 <= await me.provider.credit() <= 9_849_600


async def test_what_a_key_may_spend_counts_where_it_is_less(rehearsed):
    me = rehearsed("evolink", account={"credit_usd": "10.00", "limit_usd": "2.00"})
    assert await me.provider.credit() == 2_000_000


@pytest.mark.parametrize(
    ("told_credits", "expected"),
    [
        ({"user": {"remaining_credits": 68}}, 1_000_000),
        ({"user": {"remaining_credits": 68}, "token": {"remaining_credits": 1, "unlimited_credits": True}}, 1_000_000),
        ({"user": {"remaining_credits": -3}}, 0),
        ({"user": {"remaining_credits": "68"}}, None),
        ({"user": None}, None),
        (None, None),
    ],
)
async def test_an_account_that_says_nothing_has_no_known_credit(told, canned, told_credits, expected):
    me = told("evolink")
    canned.answers = [(200, {"data": told_credits, "message": "", "success": True})]
    assert await me.provider.credit() == expected


async def test_an_answer_without_an_id_is_in_doubt(told, canned):
    me = told("evolink", models=TEXT)
    canned.answers = [(200, {"status": "pending"})]
    with pytest.raises(OutcomeUnknown, match="names no job"):
        await me.submit(me.clip(mode="text"))


@pytest.mark.parametrize("fault", ["truncated", "expired_url", "poll_5xx"])
async def test_an_output_comes_home_through_bad_weather(rehearsed, tmp_path, fault):
    me = rehearsed("evolink", models=TEXT, faults=[{"fault": fault}])
    job = await me.submit(me.clip(mode="text"))
    await me.ended(job.job_id)
    assert (await me.provider.fetch(job.job_id, tmp_path / "into")).frames == 96


async def test_an_output_that_is_not_there_is_gone(rehearsed, tmp_path):
    me = rehearsed("evolink", models=TEXT, faults=[{"fault": "no_url"}])
    job = await me.submit(me.clip(mode="text"))
    await me.ended(job.job_id)
    with pytest.raises(Gone):
        await me.provider.fetch(job.job_id, tmp_path / "into")
