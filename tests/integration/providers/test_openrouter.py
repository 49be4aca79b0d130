"""OpenRouter's adapter against the bodies that OpenRouter documents, and against its rehearsal."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import av
import numpy as np
import pytest

from governor.prices.book import PriceBook
from providers.contract import LostCall
from providers.errors import Gone, KeyLimit, NoCredit, OutcomeUnknown, Refused, Unavailable
from rehearsal.faults import Script
from rehearsal.live import live

BOOK = PriceBook.load(today=datetime.now(UTC).date(), price_age_days=3650)
JOB = "gen-vid-1763712000-AbCdEfGhIjKlMnOpQrSt"
VIDEOS = "/openrouter.ai/api/v1/videos"
CONTENT = f"{VIDEOS}/{JOB}/content"


def clip_bytes(folder):
    path = folder / "tiny.mp4"
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for index in range(6):
            picture = np.full((64, 64, 3), 40 * index, np.uint8)
            file.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        file.mux(stream.encode(None))
    return path.read_bytes()


@pytest.fixture
def me(desk, replay):
    return desk("openrouter", replay.url)


@pytest.fixture
def told(replay):
    """Makes a poll find the job so."""

    def tell(**body):
        replay.say("GET", f"{VIDEOS}/{JOB}", 200, {"id": JOB, **body})

    return tell


async def test_a_clip_is_submitted_asked_about_billed_and_fetched(me, replay, recording, tmp_path):
    replay.record(*recording("openrouter", "clip"))
    replay.say("GET", CONTENT, 200, clip_bytes(tmp_path), {"Content-Type": "video/mp4"})
    job = await me.submit(me.request("clip", me.shows("start_frame", "SC010_SH0010")))
    assert job == JOB
    assert [(await me.provider.poll(job)).state for _ in range(3)] == ["running", "running", "done"]
    assert (await me.provider.poll(job)).bill_microusd == 170_495
    made = await me.provider.fetch(job, tmp_path / "into")
    assert (made.media_type, made.width, made.height, made.frames) == ("video/mp4", 64, 64, 6)


async def test_a_paid_call_carries_the_key_the_frames_and_silence(me, replay, recording):
    replay.record(*recording("openrouter", "clip"))
    first, last = me.shows("start_frame", "SC010_SH0010"), me.shows("end_frame", "SC010_SH0010")
    await me.submit(me.request("clip", first, last, mode="start_end_frames"))
    (call,) = replay.asked("POST", VIDEOS)
    assert call["headers"]["authorization"] == "Bearer sk-test-openrouter"
    frames = call["body"].pop("frame_images")
    assert call["body"] == {
        "model": "bytedance/seedance-2.0",
        "prompt": "A quay in the rain.",
        "duration": 5,
        "resolution": "720p",
        "aspect_ratio": "16:9",
        "seed": 7,
        "generate_audio": False,
    }
    assert [(frame["type"], frame["frame_type"]) for frame in frames] == [
        ("image_url", "first_frame"),
        ("image_url", "last_frame"),
    ]
    sent = frames[0]["image_url"]["url"].removeprefix("data:image/png;base64,")
    assert base64.b64decode(sent) == (me.pictures / first.sha256).read_bytes()


async def test_references_go_by_link_where_the_vault_has_one_and_are_named_in_the_prompt(desk, replay, recording):
    replay.record(*recording("openrouter", "clip"))
    me = desk("openrouter", replay.url, link_to=lambda sha256: f"https://bucket.example.com/{sha256}")
    place, ada = me.shows("location", "locations/quay"), me.shows("character", "characters/ada/coat/front", b"")
    (me.pictures / ada.sha256).write_bytes((me.pictures / place.sha256).read_bytes())
    await me.submit(me.request("clip", place, ada, mode="references"))
    (call,) = replay.asked("POST", VIDEOS)
    assert "frame_images" not in call["body"]
    assert [each["image_url"]["url"] for each in call["body"]["input_references"]] == [
        f"https://bucket.example.com/{each.sha256}" for each in (place, ada)
    ]
    assert "@Image1: the place quay" in call["body"]["prompt"]
    assert "@Image2: ada in coat, front view" in call["body"]["prompt"]


async def test_models_that_take_no_seed_or_make_no_sound_are_not_told_of_them(desk, replay, recording):
    replay.record(*recording("openrouter", "clip"))
    me = desk("openrouter", replay.url, models={"clip": "x-ai/grok-imagine-video"})
    await me.submit(me.request("clip", me.shows("start_frame", "SC010_SH0010")))
    (call,) = replay.asked("POST", VIDEOS)
    assert not {"seed", "generate_audio"} & set(call["body"])


def test_a_picture_that_is_shown_is_in_the_quote(desk, replay):
    me = desk("openrouter", replay.url, models={"clip": "x-ai/grok-imagine-video"})
    request = me.request("clip", me.shows("start_frame", "SC010_SH0010"))
    assert me.provider.quote(request, BOOK.price_of).high_microusd == 5 * 70_000 + 2_000


async def test_the_output_is_fetched_with_our_key_from_them_and_without_it_from_where_they_send_us(
    me, replay, recording, tmp_path
):
    replay.record(recording("openrouter", "clip")[-1])
    stored = "/storage.example.com/outputs/1.mp4"
    replay.say("GET", CONTENT, 302, "", {"Location": f"{replay.url}{stored}"})
    replay.say("GET", stored, 200, clip_bytes(tmp_path), {"Content-Type": "video/mp4"})
    await me.provider.fetch(JOB, tmp_path / "into")
    assert replay.asked("GET", CONTENT)[0]["headers"]["authorization"] == "Bearer sk-test-openrouter"
    assert "authorization" not in replay.asked("GET", stored)[0]["headers"]


async def test_a_signed_address_is_neither_used_nor_kept(me, replay, recording):
    replay.record(recording("openrouter", "clip")[-1])
    status = await me.provider.poll(JOB)
    assert status.state == "done"
    assert "made-up-signature" not in status.raw


@pytest.mark.parametrize(
    ("usage", "bill"),
    [
        ({"cost": 0.170495, "is_byok": False}, 170_495),
        ({"cost": 0.1704951}, 170_496),
        ({"cost": 1}, 1_000_000),
        ({"cost": 0}, 0),
        ({"cost": None}, None),
        ({}, None),
        (None, None),
        ("0.17", None),
        ({"cost": "0.17"}, None),
        ({"cost": -1}, None),
        ({"cost": True}, None),
        ({"cost": 1e12}, 10**15),
        ({"cost": 0.008, "is_byok": True}, None),
    ],
)
async def test_a_cost_is_a_bill_only_where_it_is_an_amount_and_all_of_it(me, told, usage, bill):
    told(status="completed", unsigned_urls=["https://openrouter.ai/x"], usage=usage)
    status = await me.provider.poll(JOB)
    assert (status.state, status.bill_microusd) == ("done", bill)


@pytest.mark.parametrize("word", ["post_processing", "queued", "", None, 7])
async def test_a_word_that_nobody_knows_is_no_end(me, told, word):
    told(status=word)
    assert (await me.provider.poll(JOB)).state == "running"


@pytest.mark.parametrize("urls", [None, [], "https://openrouter.ai/x"])
async def test_a_clip_without_an_address_is_lost(me, told, urls, tmp_path):
    told(status="completed", unsigned_urls=urls)
    with pytest.raises(Gone):
        await me.provider.fetch(JOB, tmp_path)


async def test_an_address_that_has_expired_is_asked_for_once_more(me, replay, recording, tmp_path):
    replay.record(recording("openrouter", "clip")[-1])
    replay.say("GET", CONTENT, 404, {"error": {"code": 404, "message": "Video content has expired"}})
    replay.say("GET", CONTENT, 200, clip_bytes(tmp_path), {"Content-Type": "video/mp4"})
    assert (await me.provider.fetch(JOB, tmp_path / "into")).frames == 6


@pytest.mark.parametrize("body", [{}, {"status": "pending"}, {"id": None}, {"id": ""}, {"id": ["x"]}])
async def test_an_answer_that_names_no_job_proves_nothing(me, replay, body):
    replay.say("POST", VIDEOS, 202, body)
    with pytest.raises(OutcomeUnknown):
        await me.submit(me.request("clip"))


async def test_a_lost_answer_stays_in_doubt(me):
    request = me.request("clip")
    found = await me.provider.find(LostCall(me.key(request), "bytedance/seedance-2.0", request))
    assert (found.state, found.job_id) == ("unknown", None)
    assert await me.provider.cancel(JOB) is False


async def test_a_refusal_keeps_the_reasons_and_not_the_prompt_that_it_echoes(me, replay):
    metadata = {"reasons": ["violence"], "flagged_input": "A quay in the rain.", "provider_name": "Seed"}
    replay.say("POST", VIDEOS, 403, {"error": {"code": 403, "message": "Your input was flagged", "metadata": metadata}})
    with pytest.raises(Refused) as caught:
        await me.submit(me.request("clip"))
    assert "violence" in caught.value.raw
    assert "quay" not in f"{caught.value} {caught.value.raw}"


async def test_credit_is_what_the_keys_limit_leaves(me, replay, recording):
    replay.record(*recording("openrouter", "key"))
    assert await me.provider.credit() == 74_500_000


@pytest.mark.parametrize(
    ("left", "credit"), [(None, None), (0, 0), (-0.5, 0), (0.0000019, 1), ("74.5", None), (True, None)]
)
async def test_a_key_without_a_limit_has_no_credit_to_tell(me, replay, left, credit):
    replay.say("GET", "/openrouter.ai/api/v1/key", 200, {"data": {"limit_remaining": left}})
    assert await me.provider.credit() == credit


@pytest.mark.parametrize(
    ("told", "credit"),
    [
        ({"limit_remaining": 9, "budgets": [{"remaining_usd": 4.5}, {"remaining_usd": 7}]}, 4_500_000),
        ({"limit_remaining": None, "effective_budget": {"remaining_usd": 3}}, 3_000_000),
        ({"limit_remaining": 9, "budgets": [{"remaining_usd": -1}]}, 0),
        ({"budgets": None, "effective_budget": None}, None),
        ({"limit_remaining": 9, "budgets": [{"remaining_usd": None}, 5]}, 9_000_000),
    ],
)
async def test_a_budget_above_the_key_bounds_its_credit_too(me, replay, told, credit):
    replay.say("GET", "/openrouter.ai/api/v1/key", 200, {"data": told})
    assert await me.provider.credit() == credit


async def test_what_it_asks_today_is_in_its_catalogue(me, replay):
    replay.say("GET", f"{VIDEOS}/models", 200, {"data": [{"id": "m/1", "pricing_skus": {"duration_seconds": "0.5"}}]})
    (row,) = await me.provider.live_prices()
    assert (row["model"], row["unit"], row["usd"]) == ("m/1", "output_second", "0.500000")


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory):
    with live(tmp_path_factory.mktemp("openrouter"), Script(pictures="plain", job_s=0)) as running:
        yield running


def script(*faults, **account):
    told = {"seed": 7, "pictures": "plain", "job_s": 0, "faults": faults}
    accounts = [{"provider": "openrouter", "key": "sk-test-openrouter", "management": False, **account}]
    return Script.model_validate(told | {"accounts": accounts})


async def test_its_rehearsal_bills_the_tokens_of_the_frame_that_is_made(desk, rehearsed, tmp_path):
    rehearsed.tell(script())
    me = desk("openrouter", rehearsed.url)
    request = me.request("clip", me.shows("start_frame", "SC010_SH0010"), seconds=4, resolution="480p")
    job = await me.submit(request)
    status = await me.ended(job)
    assert (status.state, status.bill_microusd) == ("done", 284_158)
    quote = me.provider.quote(request, BOOK.price_of)
    assert quote.likely_microusd == 284_158
    made = await me.provider.fetch(job, tmp_path / "into")
    assert (made.width, made.height, made.frames) == (864, 496, 96)
    order = rehearsed.records.job(job).order
    assert (order.start_frame, order.audio, order.seed) == (request.references[0].sha256, False, 7)


async def test_its_rehearsal_refuses_a_key_that_may_spend_no_more_with_the_real_words(desk, rehearsed):
    rehearsed.tell(script(limit_usd="0.10", limit_reset="monthly"))
    me = desk("openrouter", rehearsed.url)
    with pytest.raises(KeyLimit) as caught:
        await me.submit(me.request("clip", seconds=4))
    assert "Key limit exceeded (monthly limit)" in caught.value.raw
    assert await me.provider.credit() is not None
    rehearsed.tell(script(credit_usd="0.10"))
    with pytest.raises(NoCredit):
        await me.submit(me.request("clip", seconds=4))


async def test_a_bill_that_comes_late_is_unknown_until_it_comes(desk, rehearsed):
    rehearsed.tell(script({"fault": "late_bill", "lasts": 2}))
    me = desk("openrouter", rehearsed.url)
    job = await me.submit(me.request("clip", seconds=4, resolution="480p"))
    bills = [(await me.ended(job)).bill_microusd for _ in range(3)]
    assert bills == [None, None, 284_158]


async def test_nothing_is_sent_where_nobody_listens(desk):
    me = desk("openrouter", "http://127.0.0.1:9")
    with pytest.raises(Unavailable):
        await me.submit(me.request("clip"))
