"""fal's adapter against the bodies that fal documents."""

from __future__ import annotations

import base64
from datetime import date

import av
import numpy as np
import pytest

from governor.prices.file import take_rows
from providers.errors import Gone, Invalid, NoCredit, OutcomeUnknown

REQUEST = "/queue.fal.run/bytedance/seedance-2.0/requests/764cabcf-b745-4b3e-ae38-1200304cf45b"
SUBMIT = "/queue.fal.run/bytedance/seedance-2.0/image-to-video"
JOB = "bytedance/seedance-2.0/764cabcf-b745-4b3e-ae38-1200304cf45b@bytedance/seedance-2.0/image-to-video@720p@5"
BILL = 1_524_600  # 108.9 thousand tokens at $0.014


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
def fal(desk, replay):
    return desk("fal", replay.url)


async def test_a_clip_is_queued_asked_about_billed_and_fetched(fal, replay, recording, tmp_path):
    replay.record(*recording("fal", "clip"))
    replay.say("GET", "/v3b.fal.media/files/b/lion/out.mp4", 200, clip_bytes(tmp_path), {"Content-Type": "video/mp4"})
    job = await fal.submit(fal.request("clip", fal.shows("start_frame", "SC010_SH0010")))
    assert job == JOB
    states = [(await fal.provider.poll(job)).state for _ in range(3)]
    assert states == ["running", "running", "done"]
    assert (await fal.provider.poll(job)).bill_microusd == BILL
    made = await fal.provider.fetch(job, tmp_path / "into")
    assert (made.media_type, made.width, made.height, made.frames) == ("video/mp4", 64, 64, 6)


async def test_a_paid_call_says_whose_key_it_is_and_that_the_queue_is_not_to_try_again(fal, replay, recording):
    replay.record(*recording("fal", "clip"))
    content = fal.shows("start_frame", "SC010_SH0010")
    await fal.submit(fal.request("clip", content))
    (call,) = replay.asked("POST", SUBMIT)
    assert call["headers"]["authorization"] == "Key sk-test-fal"
    assert call["headers"]["x-fal-no-retry"] == "1"
    sent = base64.b64decode(call["body"]["image_url"].removeprefix("data:image/png;base64,"))
    assert sent == (fal.pictures / content.sha256).read_bytes()
    assert (call["body"]["duration"], call["body"]["generate_audio"]) == ("5", False)


async def test_the_address_of_a_clip_is_asked_without_our_key(fal, replay, recording, tmp_path):
    replay.record(*recording("fal", "clip")[3:])
    replay.say("GET", "/v3b.fal.media/files/b/lion/out.mp4", 200, clip_bytes(tmp_path), {"Content-Type": "video/mp4"})
    await fal.provider.fetch(JOB, tmp_path / "into")
    (call,) = replay.asked("GET", "/v3b.fal.media/files/b/lion/out.mp4")
    assert "authorization" not in call["headers"]


@pytest.mark.parametrize(
    ("header", "bill"),
    [
        ("108.9", BILL),
        ("108900", BILL),
        ("5", BILL),
        ("5.000", BILL),  # thousands of tokens, tokens, seconds
        ("10.0", 2 * BILL),
        ("217.8", 2 * BILL),
        ("0", 0),
        ("33", None),
        ("2000", None),
        ("-1", None),
        ("NaN", None),
        ("two", None),
        ("", None),
    ],
)
async def test_billable_units_are_read_in_whichever_unit_comes_near_what_was_asked(fal, replay, header, bill):
    replay.say("GET", f"{REQUEST}/status", 200, {"status": "COMPLETED"})
    replay.say("GET", REQUEST, 200, {"video": {"url": "https://v3b.fal.media/x.mp4"}}, {"x-fal-billable-units": header})
    status = await fal.provider.poll(JOB)
    assert (status.state, status.bill_microusd) == ("done", bill)


@pytest.mark.parametrize(
    "job",
    [
        "bytedance/seedance-2.0/764cabcf-b745-4b3e-ae38-1200304cf45b",
        JOB.replace("image-to-video@", "forgotten-by-now@"),
        JOB.replace("@720p@", "@900p@"),
    ],
)
async def test_a_job_whose_terms_are_not_known_any_more_is_done_and_its_bill_untold(fal, replay, job):
    replay.say("GET", f"{REQUEST}/status", 200, {"status": "COMPLETED"})
    replay.say(
        "GET", REQUEST, 200, {"video": {"url": "https://v3b.fal.media/x.mp4"}}, {"x-fal-billable-units": "108.9"}
    )
    status = await fal.provider.poll(job)
    assert (status.state, status.bill_microusd) == ("done", None)


async def test_a_fault_on_the_way_to_the_result_is_no_failure_of_the_job(fal, replay):
    replay.say("GET", f"{REQUEST}/status", 200, {"status": "COMPLETED"})
    replay.say("GET", REQUEST, 503, {"detail": "Service Unavailable"})
    assert (await fal.provider.poll(JOB)).state == "running"


async def test_a_state_nobody_has_seen_is_work_in_progress(fal, replay):
    replay.say("GET", f"{REQUEST}/status", 202, {"status": "WARMING_UP"})
    assert (await fal.provider.poll(JOB)).state == "running"


async def test_a_completed_job_without_a_clip_has_no_output(fal, replay, tmp_path):
    replay.say("GET", f"{REQUEST}/status", 200, {"status": "COMPLETED"})
    replay.say("GET", REQUEST, 200, {"video": None})
    with pytest.raises(Gone, match="has no output"):
        await fal.provider.fetch(JOB, tmp_path)


async def test_an_acceptance_that_names_no_job_is_in_doubt(fal, replay):
    replay.say(
        "POST", SUBMIT, 200, {"status": "IN_QUEUE", "request_id": "764cabcf", "status_url": "https://elsewhere/1"}
    )
    with pytest.raises(OutcomeUnknown, match="names no job"):
        await fal.submit(fal.request("clip", fal.shows("start_frame", "SC010_SH0010")))


@pytest.mark.parametrize(
    ("status", "word"), [(202, "CANCELLATION_REQUESTED"), (400, "ALREADY_COMPLETED"), (404, "NOT_FOUND")]
)
async def test_a_cancelled_job_is_not_called_free(fal, replay, status, word):
    replay.say("PUT", f"{REQUEST}/cancel", status, {"status": word})
    assert await fal.provider.cancel(JOB) is False
    assert len(replay.asked("PUT", f"{REQUEST}/cancel")) == 1


async def test_the_balance_is_the_credit(fal, replay, recording):
    replay.record(*recording("fal", "platform"))
    assert await fal.provider.credit() == 24_500_000


@pytest.mark.parametrize(
    ("status", "body", "credit"),
    [
        (403, {"error": {"type": "authorization_error", "message": "Admin API key required"}}, None),
        (
            403,
            {"detail": "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."},
            0,
        ),
        (200, {"username": "us"}, None),
        (200, {"credits": {"current_balance": -3.2, "currency": "USD"}}, 0),
        (200, {"credits": {"current_balance": "12", "currency": "USD"}}, None),
        (200, {"credits": {"current_balance": 12, "currency": "EUR"}}, None),
    ],
)
async def test_a_key_that_may_not_see_the_balance_knows_none(fal, replay, status, body, credit):
    replay.say("GET", "/api.fal.ai/v1/account/billing", status, body)
    assert await fal.provider.credit() == credit


async def test_a_key_that_nobody_has_is_refused_when_its_balance_is_asked_for(fal, replay):
    replay.say("GET", "/api.fal.ai/v1/account/billing", 401, {"detail": "No user found for Key ID and Secret"})
    with pytest.raises(Invalid, match="No user found for Key ID and Secret"):
        await fal.provider.credit()


async def test_todays_prices_are_rows_and_what_is_not_understood_is_an_odd_one(fal, replay, recording):
    replay.record(*recording("fal", "platform"))
    full, odd = await fal.provider.live_prices()
    assert (full["model"], full["unit"], full["usd"]) == ("bytedance/seedance-2.0/image-to-video", "token", "14.000000")
    assert full["resolutions"] == ["480p", "720p", "1080p"]
    assert (odd["model"], odd["unit"]) == ("bytedance/seedance-2.0/fast/image-to-video", "seconds in USD")


async def test_the_price_book_takes_todays_prices_and_says_which_it_did_not_understand(fal, replay, recording):
    replay.record(*recording("fal", "platform"))
    rows, refused = take_rows(await fal.provider.live_prices(), date(2026, 11, 21))
    assert [(row.model, row.unit, row.usd) for row in rows] == [
        ("bytedance/seedance-2.0/image-to-video", "token", 14_000_000)
    ]
    assert len(refused) == 1
    assert "bytedance/seedance-2.0/fast/image-to-video" in refused[0]


async def test_an_empty_account_stops_a_call_before_anything_is_made(fal, replay):
    words = "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."
    replay.say("POST", SUBMIT, 403, {"detail": words})
    with pytest.raises(NoCredit) as refused:
        await fal.submit(fal.request("clip", fal.shows("start_frame", "SC010_SH0010")))
    assert words in refused.value.raw
