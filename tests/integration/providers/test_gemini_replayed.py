"""Gemini's adapter against the bodies that Google documents."""

from __future__ import annotations

import asyncio
import base64
import io
import json

import av
import numpy as np
import pytest
from PIL import Image

from manifests.spending.grant import Grant, GrantRefused
from providers.contract import LostCall
from providers.errors import Gone, Invalid, OutcomeUnknown, ProviderError, Refused, Unavailable
from providers.gemini.adapter import Gemini

API = "/generativelanguage.googleapis.com/v1beta"
PANEL, VEO = "gemini-3-pro-image", "veo-3.1-generate-001"
GENERATE = f"{API}/models/{PANEL}:generateContent"
BEGIN = f"{API}/models/{VEO}:predictLongRunning"
OPERATION = f"{API}/models/{VEO}/operations/op123"
CLIP = f"8s-720p/models/{VEO}/operations/op123"
KEY = "sk-test-gemini"


def picture(colour):
    file = io.BytesIO()
    Image.new("RGB", (1376, 768), colour).save(file, "PNG")
    return file.getvalue()


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
def gemini(desk, replay):
    return desk("gemini", replay.url)


@pytest.fixture
def drawn():
    """What the model made, and the draft that it thought of first."""
    return {"(picture)": picture((10, 120, 60)), "(draft)": picture((200, 0, 0))}


@pytest.fixture
def answered(recording, drawn):
    """The recorded answer with its pictures in it; `changes` by the name of a field of it."""

    def answer(**changes):
        (exchange,) = json.loads(json.dumps(recording("gemini", "panel")))
        for part in exchange["answer"]["body"]["candidates"][0]["content"]["parts"]:
            if inline := part.get("inlineData"):
                inline["data"] = base64.b64encode(drawn[inline["data"]]).decode()
        exchange["answer"]["body"] |= changes
        return exchange

    return answer


async def test_a_panel_is_asked_for_as_google_wants_it(gemini, replay, answered):
    replay.record(answered())
    shown = gemini.shows("location", "locations/quay")
    await gemini.submit(gemini.request("panel", shown, resolution="1080p", seed=(1 << 31) + 5))
    (call,) = replay.calls
    assert (call["method"], call["path"], call["headers"]["x-goog-api-key"]) == ("POST", GENERATE, KEY)
    body = call["body"]
    assert body["generationConfig"] == {
        "seed": 5,
        "responseModalities": ["TEXT", "IMAGE"],
        "imageConfig": {"aspectRatio": "16:9", "imageSize": "2K"},
    }
    (said, sent) = body["contents"][0]["parts"]
    assert said["text"] == "A quay in the rain. Image 1: the place quay."
    assert base64.urlsafe_b64decode(sent["inlineData"]["data"]) == (gemini.pictures / shown.sha256).read_bytes()
    assert sent["inlineData"]["mime_type"] == "image/png"


async def test_the_body_on_the_wire_is_the_payload_with_pictures_for_hashes(gemini, replay, answered):
    replay.record(answered())
    shown = gemini.shows("location", "locations/quay")
    request = gemini.request("panel", shown)
    await gemini.submit(request)
    (call,) = replay.calls
    sent, payload = call["body"], gemini.provider.build_payload(request)
    sent["contents"][0]["parts"][1]["inlineData"] = {"data": f"sha256:{shown.sha256}"}
    assert sent == payload


async def test_the_last_picture_that_is_no_draft_is_taken_and_what_was_metered_is_its_bill(
    gemini, replay, answered, drawn, tmp_path
):
    replay.record(answered())
    job = await gemini.submit(gemini.request("panel"))
    status = await gemini.provider.poll(job)
    # 568 tokens at $2, a picture of 1120 at $0.1344, 112 of thought and 7 of text at $12 a million
    assert (status.state, status.bill_microusd) == ("done", 568 * 2 + 134_400 + 119 * 12)
    made = await gemini.provider.fetch(job, tmp_path / "into")
    assert (made.media_type, made.width, made.height) == ("image/png", 1376, 768)
    assert made.path.read_bytes() == drawn["(picture)"]


async def test_a_draft_is_never_taken_wherever_it_stands(gemini, replay, answered, drawn, tmp_path):
    answer = answered()
    parts = answer["answer"]["body"]["candidates"][0]["content"]["parts"]
    parts.append(parts.pop(1))
    replay.record(answer)
    made = await gemini.provider.fetch(await gemini.submit(gemini.request("panel")), tmp_path / "into")
    assert made.path.read_bytes() == drawn["(picture)"]


async def test_a_picture_beside_a_refusal_is_not_taken(gemini, replay, answered, tmp_path):
    answer = answered()
    answer["answer"]["body"]["candidates"][0] |= {"finishReason": "IMAGE_SAFETY", "finishMessage": "Held."}
    replay.record(answer)
    job = await gemini.submit(gemini.request("panel"))
    status = await gemini.provider.poll(job)
    assert (status.state, type(status.failure)) == ("failed", Refused)
    assert status.bill_microusd == 568 * 2 + 134_400 + 119 * 12
    with pytest.raises(Gone):
        await gemini.provider.fetch(job, tmp_path / "into")


async def test_an_answer_is_kept_before_anybody_is_told_and_found_by_the_key_of_its_call(
    desk, replay, answered, tmp_path
):
    first = desk("gemini", replay.url)
    replay.record(answered())
    request = first.request("panel")
    job = await first.submit(request)
    successor = desk("gemini", replay.url)
    found = await successor.provider.find(LostCall(first.key(request), PANEL, request))
    assert (found.state, found.job_id) == ("found", job)
    assert (await successor.provider.fetch(job, tmp_path / "into")).width == 1376
    assert (await successor.provider.find(LostCall("f" * 64, PANEL, request))).state == "unknown"
    assert len(replay.calls) == 1


async def test_two_calls_that_are_answered_alike_are_two_jobs(gemini, replay):
    blocked = {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 12}}
    replay.say("POST", GENERATE, 200, blocked)
    assert await gemini.submit(gemini.request("panel")) != await gemini.submit(gemini.request("panel", seed=8))


@pytest.mark.parametrize(
    ("counts", "bill"),
    [
        (
            {"promptTokenCount": 10, "candidatesTokenCount": 1120},
            20 + 134_400,
        ),  # nothing tells the picture from the rest
        ({"promptTokenCount": 10, "candidatesTokenCount": 1130}, 20 + 134_400 + 120),
        (
            {
                "promptTokenCount": 0,
                "candidatesTokenCount": 2240,
                "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 2240}],
            },
            2 * 134_400,
        ),
        (None, None),
        ({}, None),
        ({"promptTokenCount": "12"}, None),
        ({"promptTokenCount": -1}, None),
        ({"promptTokenCount": True}, None),
        ({"promptTokenCount": 1, "candidatesTokensDetails": 7}, None),
        (7, None),
    ],
)
async def test_what_is_not_metered_is_not_billed_by_guessing(gemini, replay, answered, counts, bill):
    replay.record(answered(usageMetadata=counts))
    status = await gemini.provider.poll(await gemini.submit(gemini.request("panel")))
    assert (status.state, status.bill_microusd) == ("done", bill)


async def test_a_price_that_the_book_has_no_more_leaves_the_bill_to_the_hold(desk, replay, answered):
    def stale(_usage):
        raise Invalid("a price", "it is too old", "Look it up again.")

    replay.record(answered())
    gemini = desk("gemini", replay.url, price_of=stale)
    status = await gemini.provider.poll(await gemini.submit(gemini.request("panel")))
    assert (status.state, status.bill_microusd) == ("done", None)


async def test_no_picture_and_no_key_is_in_the_words_that_are_kept(gemini, replay, answered, drawn, tmp_path):
    answer = answered(modelVersion=f"echo of {KEY}")
    replay.record(answer)
    job = await gemini.submit(gemini.request("panel"))
    status = await gemini.provider.poll(job)
    written = [path.read_bytes() for path in (tmp_path / "spool").rglob("*") if path.is_file()]
    assert "Here is the quay." in status.raw
    assert KEY not in status.raw
    assert base64.b64encode(drawn["(picture)"]).decode()[:40] not in status.raw
    assert not any(KEY.encode() in content for content in written)


async def test_a_picture_that_cannot_be_read_is_lost_and_not_bought_again(gemini, replay, answered, tmp_path):
    answer = answered()
    answer["answer"]["body"]["candidates"][0]["content"]["parts"][3]["inlineData"]["data"] = "!!! no base64"
    replay.record(answer)
    job = await gemini.submit(gemini.request("panel"))
    assert (await gemini.provider.poll(job)).state == "done"
    with pytest.raises(Gone, match="cannot be used"):
        await gemini.provider.fetch(job, tmp_path / "into")
    assert len(replay.calls) == 1


async def test_googles_client_neither_tries_again_nor_goes_on_nor_goes_elsewhere(gemini, replay, monkeypatch):
    for name, value in {
        "GOOGLE_GENAI_USE_VERTEXAI": "true",
        "GOOGLE_GENAI_USE_ENTERPRISE": "true",
        "GOOGLE_GEMINI_BASE_URL": "http://127.0.0.1:1",
        "GOOGLE_GENAI_API_VERSION": "v1",
        "GOOGLE_API_KEY": "sk-test-somebody-else",
        "GOOGLE_CLOUD_PROJECT": "elsewhere",
        "GOOGLE_API_USE_MTLS_ENDPOINT": "always",
        "HTTPS_PROXY": "http://127.0.0.1:1",
        "HTTP_PROXY": "http://127.0.0.1:1",
    }.items():
        monkeypatch.setenv(name, value)
    more = {"content": {"parts": [{"text": "x"}]}, "finishReason": "CONTINUATION", "continuationToken": "YWJj"}
    replay.say("POST", GENERATE, 200, {"candidates": [more], "responseId": "r1"})
    await gemini.submit(gemini.request("panel"))
    calls = list(replay.calls)
    for status in (302, 408, 429, 500, 503):
        replay.forget()
        error = {"error": {"code": status, "message": "no", "status": "UNAVAILABLE"}}
        replay.say("POST", GENERATE, status, error, {"Location": f"{replay.url}{GENERATE}"})
        with pytest.raises(ProviderError):
            await gemini.submit(gemini.request("panel"))
        calls += replay.calls
    assert [(call["path"], call["headers"]["x-goog-api-key"]) for call in calls] == [(GENERATE, KEY)] * 6


async def test_without_a_connection_nothing_was_sent(desk):
    gemini = desk("gemini", "http://127.0.0.1:1")
    with pytest.raises(Unavailable, match="nothing was sent"):
        await gemini.submit(gemini.request("panel"))


async def test_an_answer_that_never_comes_is_in_doubt(desk, monkeypatch):
    left = asyncio.Event()

    async def silent(reader, writer):
        await reader.read()
        writer.close()
        await writer.wait_closed()
        left.set()

    monkeypatch.setattr(Gemini, "submit_s", 0.3)
    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        gemini = desk("gemini", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        with pytest.raises(OutcomeUnknown):
            await gemini.submit(gemini.request("panel"))
        await left.wait()


async def test_a_grant_is_not_spent_on_what_cannot_be_kept_or_read(desk, replay, tmp_path):
    gemini = desk("gemini", replay.url, spool_dir=tmp_path / "file")
    (tmp_path / "file").write_text("in the way")
    request = gemini.request("panel")
    grant = Grant.mint(gemini.key(request), 200_000)
    with pytest.raises(Invalid, match="could not be kept"):
        await gemini.provider.submit(grant, gemini.key(request), request)
    grant.redeem(gemini.key(request))
    with pytest.raises(GrantRefused):
        grant.redeem(gemini.key(request))
    assert replay.calls == []


async def test_a_clip_is_begun_asked_about_and_fetched_with_our_key_at_google_alone(
    gemini, replay, recording, tmp_path
):
    replay.record(*recording("gemini", "clip"))
    replay._answers["GET", f"{API}/files/abc123:download"][0]["headers"]["Location"] = (
        f"{replay.url}/files.example/abc123"
    )
    replay.say("GET", "/files.example/abc123", 200, clip_bytes(tmp_path), {"Content-Type": "video/mp4"})
    first, last = gemini.shows("start_frame", "SC010_SH0010"), gemini.shows("end_frame", "SC010_SH0010")
    job = await gemini.submit(gemini.request("clip", first, last, seconds=8, mode="start_end_frames"))
    assert job == CLIP
    assert [(await gemini.provider.poll(job)).state for _ in range(2)] == ["running", "done"]
    assert (await gemini.provider.poll(job)).bill_microusd == 8 * 400_000
    made = await gemini.provider.fetch(job, tmp_path / "into")
    assert (made.media_type, made.width, made.height, made.frames) == ("video/mp4", 64, 64, 6)
    (begun,) = replay.asked("POST", BEGIN)
    assert begun["body"]["parameters"] == {
        "sampleCount": 1,
        "durationSeconds": 8,
        "aspectRatio": "16:9",
        "resolution": "720p",
        "personGeneration": "allow_adult",
    }
    assert set(begun["body"]["instances"][0]) == {"prompt", "image", "lastFrame"}
    (here,), (there,) = (
        replay.asked("GET", f"{API}/files/abc123:download"),
        replay.asked("GET", "/files.example/abc123"),
    )
    assert (here["headers"]["x-goog-api-key"], here["query"]) == (KEY, "alt=media")
    assert "x-goog-api-key" not in there["headers"]


async def test_a_clip_is_found_nowhere_and_an_operation_that_google_forgot_is_gone(gemini, replay):
    request = gemini.request("clip", gemini.shows("start_frame", "SC010_SH0010"), seconds=4)
    assert (await gemini.provider.find(LostCall(gemini.key(request), VEO, request))).state == "unknown"
    assert (await gemini.provider.poll(CLIP)).state == "gone"
    assert [call["path"] for call in replay.calls] == [OPERATION] * (1 + gemini.provider.patience_404)


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ({"seconds": 4, "resolution": "1080p"}, "8 s"),
        ({"seconds": 6, "mode": "start_end_frames"}, "8 s"),
        ({"seconds": 5}, "4 s"),
        ({"seconds": 4, "resolution": "480p"}, "720p"),
    ],
)
def test_a_clip_that_veo_does_not_sell_is_refused_with_the_nearest(gemini, asked, nearest):
    with pytest.raises(Invalid, match=nearest):
        gemini.provider.build_payload(gemini.request("clip", gemini.shows("start_frame", "SC010_SH0010"), **asked))
