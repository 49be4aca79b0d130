"""Clips by Seedance and panels by Seedream on ModelArk: what is sent, what comes home, and what is billed."""

import re

import pytest

from manifests.errors import GateError
from manifests.spending.grant import Grant
from providers.errors import Gone, Invalid

BILL = 284_158  # 864 x 496, 97 frames: 40,594 tokens at $7 a million
TASK = re.compile(r"cgt-\d{14}-[a-z0-9]{5}")


async def test_a_clip_is_made_from_its_first_frame_silent_and_billed_by_its_tokens(rehearsed, pictures, tmp_path):
    me = rehearsed("byteplus")
    job = await me.submit(me.clip(pictures.reference("start_frame", "SC010_SH0010")))
    assert TASK.fullmatch(job.job_id)
    status = await me.ended(job.job_id)
    assert (status.state, status.bill_microusd) == ("done", BILL)
    made = await me.successor().fetch(job.job_id, tmp_path / "into")
    assert (made.media_type, made.width, made.height, made.frames) == ("video/mp4", 864, 496, 96)
    (order,) = [each.order for each in me.jobs()]
    assert (order.audio, order.seed, order.resolution, order.seconds) == (False, 7, "480p", 4)
    assert (order.start_frame, order.end_frame, order.references) != ("", None, ())
    assert order.prompt == "A quay in the rain."


async def test_first_and_last_frame_keep_their_roles(rehearsed, pictures):
    me = rehearsed("byteplus")
    first, last = pictures.reference("start_frame", "a"), pictures.reference("end_frame", "b", colour="red")
    await me.submit(me.clip(last, first, mode="start_end_frames"))
    (order,) = [each.order for each in me.jobs()]
    assert (order.start_frame, order.end_frame, order.references) == (first.sha256, last.sha256, ())


async def test_references_go_in_their_order_and_the_prompt_says_what_each_shows(rehearsed, pictures):
    me = rehearsed("byteplus")
    place = pictures.reference("location", "locations/quay")
    ada = pictures.reference("character", "characters/ada/coat/three_quarter", colour="red")
    await me.submit(me.clip(place, ada, mode="references"))
    (order,) = [each.order for each in me.jobs()]
    assert order.references == (place.sha256, ada.sha256)
    assert order.prompt.endswith("[Image 1]: the place quay. [Image 2]: ada in coat, three quarter view.")


async def test_words_alone_make_a_clip(rehearsed):
    me = rehearsed("byteplus")
    job = await me.submit(me.clip(mode="text"))
    assert (await me.ended(job.job_id)).state == "done"


async def test_two_point_five_is_left_to_find_its_ratio_from_the_frame(rehearsed, pictures, tmp_path):
    me = rehearsed("byteplus", models={"clip": "dreamina-seedance-2-5-260628"})
    job = await me.submit(me.clip(pictures.reference("start_frame", "a"), seconds=6))
    status = await me.ended(job.job_id)
    assert status.bill_microusd == 621_082  # 58,045 tokens at $10.70 a million, rounded up
    made = await me.provider.fetch(job.job_id, tmp_path)
    assert (made.width, made.height) == (854, 480)


async def test_a_panel_is_kept_before_it_is_told_and_any_process_has_it(rehearsed, pictures, tmp_path):
    me = rehearsed("byteplus")
    request = me.panel(pictures.reference("location", "locations/quay"))
    job = await me.submit(request)
    assert job.job_id.startswith("image-02")
    assert "b64_json" in job.raw
    assert len(job.raw) < 1000
    successor = me.successor()
    status = await successor.poll(job.job_id)
    assert (status.state, status.bill_microusd) == ("done", 35_000)
    made = await successor.fetch(job.job_id, tmp_path / "into")
    assert (made.media_type, made.width, made.height, made.frames) == ("image/png", 2560, 1440, 1)
    found = await me.find(request)
    assert (found.state, found.job_id) == ("found", job.job_id)
    assert await successor.cancel(job.job_id) is False


async def test_two_panels_of_one_request_are_two_jobs(rehearsed):
    me = rehearsed("byteplus")
    jobs = {(await me.submit(me.panel(attempt=number))).job_id for number in (1, 2)}
    assert len(jobs) == 2


# Bills


async def test_a_bill_follows_its_tokens_whatever_was_quoted(rehearsed):
    me = rehearsed("byteplus", faults=[{"fault": "bill_percent", "percent": 200}])
    job = await me.submit(me.clip(mode="text"))
    assert (await me.ended(job.job_id)).bill_microusd == 2 * BILL


@pytest.mark.parametrize("how", ["null", "absent"])
async def test_a_bill_that_is_not_told_is_not_guessed(rehearsed, how):
    me = rehearsed("byteplus", faults=[{"fault": "cost_null", "how": how}])
    job = await me.submit(me.clip(mode="text"))
    status = await me.ended(job.job_id)
    assert (status.state, status.bill_microusd) == ("done", None)


async def test_a_price_book_that_refuses_makes_no_bill(rehearsed):
    me = rehearsed("byteplus")

    def refuse(usage):
        raise GateError("a price", "it is stale", "Look it up.")

    job, panel = await me.submit(me.clip(mode="text")), me.successor(price_of=refuse)
    await me.ended(job.job_id)
    assert (await panel.poll(job.job_id)).bill_microusd is None


@pytest.mark.parametrize(
    "changes",
    [
        {"usage": {"total_tokens": "40594"}},
        {"usage": {"total_tokens": True}},
        {"usage": []},
        {"duration": None},
        {"resolution": "2160p"},
        {"model": "another"},
        {"duration": -4},
        {"usage": {"total_tokens": -1}},
    ],
)
async def test_a_task_that_says_something_odd_has_no_bill(told, canned, changes):
    me = told("byteplus")
    task = {
        "id": "cgt-1",
        "model": "dreamina-seedance-2-0-260128",
        "status": "succeeded",
        "resolution": "480p",
        "duration": 4,
        "usage": {"total_tokens": 40594},
    }
    canned.answers = [(200, task)]
    assert (await me.provider.poll("cgt-1")).bill_microusd == BILL
    canned.answers = [(200, task | changes)]
    assert (await me.provider.poll("cgt-1")).bill_microusd is None


# Pictures on their way


async def test_frames_and_references_together_are_refused_before_money_moves(rehearsed, pictures):
    me = rehearsed("byteplus")
    request = me.clip(
        pictures.reference("start_frame", "a"), pictures.reference("location", "locations/quay", colour="red")
    )
    grant = Grant.mint("a" * 64, 1)
    with pytest.raises(Invalid, match="frames or references, not both"):
        await me.provider.submit(grant, "a" * 64, request)
    grant.redeem("a" * 64)


async def test_a_picture_too_small_for_the_model_is_refused_before_money_moves(rehearsed, pictures):
    me = rehearsed("byteplus")
    with pytest.raises(Invalid, match="300 to 6000 pixels"):
        await me.submit(me.clip(pictures.reference("start_frame", "a", size=(640, 200))))


async def test_a_panel_may_be_shown_slimmer_pictures_than_a_clip(rehearsed, pictures):
    me = rehearsed("byteplus")
    slim = pictures.reference("character", "characters/ada/coat/front", size=(280, 1200))
    assert (await me.submit(me.panel(slim))).job_id
    with pytest.raises(Invalid, match="characters/ada/coat/front: it is 280x1200 pixels"):
        await me.submit(me.clip(slim, mode="references"))
    wider = pictures.reference("character", "characters/ada/coat/side", size=(400, 1200))
    with pytest.raises(Invalid, match=r"no side more than 2\.5 times"):
        await me.submit(me.clip(wider, mode="references"))


async def test_pictures_too_heavy_together_are_refused_before_money_moves(rehearsed, pictures, monkeypatch):
    me = rehearsed("byteplus")
    monkeypatch.setattr(type(me.provider), "pictures_bytes_max", 100)
    with pytest.raises(Invalid, match="GATE_VAULT"):
        await me.submit(me.clip(pictures.reference("start_frame", "a")))
    assert me.jobs() == []


# Odd weather


async def test_a_word_nobody_knows_is_waited_out(rehearsed):
    me = rehearsed("byteplus", faults=[{"fault": "unknown_status", "lasts": 2}])
    job = await me.submit(me.clip(mode="text"))
    assert (await me.provider.poll(job.job_id)).state == "running"
    assert (await me.ended(job.job_id)).state == "done"


@pytest.mark.parametrize("fault", ["truncated", "expired_url", "poll_5xx"])
async def test_an_output_comes_home_through_bad_weather(rehearsed, tmp_path, fault):
    me = rehearsed("byteplus", faults=[{"fault": fault}])
    job = await me.submit(me.clip(mode="text"))
    await me.ended(job.job_id)
    assert (await me.provider.fetch(job.job_id, tmp_path / "into")).frames == 96


@pytest.mark.parametrize("fault", ["corrupt", "no_url", "data_removed"])
async def test_an_output_that_never_comes_whole_is_gone(rehearsed, tmp_path, fault):
    me = rehearsed("byteplus", faults=[{"fault": fault}])
    job = await me.submit(me.clip(mode="text"))
    await me.ended(job.job_id)
    with pytest.raises(Gone):
        await me.provider.fetch(job.job_id, tmp_path / "into")
