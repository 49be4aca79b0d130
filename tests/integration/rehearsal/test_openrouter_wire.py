"""OpenRouter as it is rehearsed: statuses, envelopes and ids as the real one's, and a bill of its own reckoning."""

from __future__ import annotations

import base64
import io
import re

import av
import pytest
from PIL import Image

from manifests.keys import hash_bytes

ID = re.compile(r"gen-vid-\d{10}-[A-Za-z0-9]{20}")


def picture(width=64, height=36, colour="red"):
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "PNG")
    return file.getvalue()


def data_url(content):
    return "data:image/png;base64," + base64.b64encode(content).decode()


def frame(content, kind="first_frame"):
    return {"type": "image_url", "frame_type": kind, "image_url": {"url": data_url(content)}}


def test_a_video_is_accepted_polled_and_downloaded(caller):
    me = caller()
    accepted = me.post()
    assert accepted.status_code == 202
    told = accepted.json()
    assert ID.fullmatch(told["id"])
    assert told == {"id": told["id"], "polling_url": f"/api/v1/videos/{told['id']}", "status": "pending"}

    done = me.ended(told["id"])
    assert done["status"] == "completed"
    assert done["usage"] == {"cost": 0.170495, "is_byok": False}
    assert done["unsigned_urls"] == [f"{me.server.url}/openrouter.ai/api/v1/videos/{told['id']}/content?index=0"]

    clip = me.http.get(done["unsigned_urls"][0])
    assert clip.headers["content-type"] == "video/mp4"
    with av.open(io.BytesIO(clip.content)) as film:
        shown = film.streams.video[0]
        assert (shown.width, shown.height, shown.average_rate) == (864, 496, 24)
        assert sum(1 for _ in film.decode(shown)) == 96
        assert len(film.streams.audio) == 0


def test_a_clip_has_sound_unless_it_is_switched_off(caller):
    me = caller()
    job = me.make(generate_audio=None)
    me.ended(job)
    with av.open(io.BytesIO(me.content(job).content)) as film:
        assert len(film.streams.audio) == 1


def test_every_jobs_file_has_bytes_of_its_own(caller):
    me = caller()
    jobs = [me.make() for _ in range(3)]
    assert len({hash_bytes(me.content(job).content) for job in jobs if me.ended(job)}) == 3


def test_a_job_goes_through_its_states_by_polls(caller):
    me = caller(job_polls=5)
    job = me.make()
    states = [me.poll(job).json()["status"] for _ in range(5)]
    assert states == ["pending", "pending", "pending", "in_progress", "in_progress"]
    assert me.ended(job)["status"] == "completed"


@pytest.mark.parametrize(
    ("changes", "usd"),
    [
        ({}, 0.170495),  # 864 × 496 × 97 / 1024 tokens at 4.2e-6, as it was really billed
        ({"model": "bytedance/seedance-2.0", "resolution": "720p", "duration": 5}, 0.762300),  # 108 900 tokens
        ({"model": "bytedance/seedance-2.0", "resolution": "1080p", "duration": 5}, 1.886693),  # 245 025 at 7.7e-6
        ({"model": "google/veo-3.1-fast", "resolution": "720p", "duration": 8, "generate_audio": True}, 0.8),
        ({"model": "google/veo-3.1-fast", "resolution": "720p", "duration": 8}, 0.64),
        ({"model": "x-ai/grok-imagine-video", "duration": 4, "generate_audio": None}, 0.2),
    ],
)
def test_the_bill_is_reckoned_from_the_call_itself(caller, changes, usd):
    me = caller()
    assert me.ended(me.make(**changes))["usage"]["cost"] == pytest.approx(usd, abs=1e-9)


def test_a_call_with_frames_keeps_them_and_leaves_the_references(caller):
    me = caller()
    red, blue = picture(), picture(colour="blue")
    reference = {"type": "image_url", "image_url": {"url": data_url(blue)}}
    me.make(frame_images=[frame(red), frame(blue, "last_frame")], input_references=[reference])
    order = me.jobs[0].order
    assert order.start_frame == hash_bytes(red)
    assert order.end_frame == hash_bytes(blue)
    assert order.references == ()
    assert me.server.house.received(order.start_frame).read_bytes() == red


def test_an_image_comes_back_at_once_with_its_cost(caller):
    me = caller()
    told = {"model": "google/gemini-3-pro-image", "prompt": "A lamp.", "resolution": "2K", "aspect_ratio": "16:9"}
    answer = me.http.post("/api/v1/images", json=told)
    assert answer.status_code == 200
    shown = Image.open(io.BytesIO(base64.b64decode(answer.json()["data"][0]["b64_json"])))
    assert shown.size == (2736, 1536)
    assert answer.json()["usage"]["cost"] == pytest.approx(0.134402, abs=1e-6)


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"model": "bytedance/seedance-9"}, 404, "Resource not found"),
        ({"model": None}, 404, "Resource not found"),
        ({"duration": 3}, 400, "Duration must be between 4 and 15 seconds"),
        ({"resolution": "1080p"}, 400, "Resolution must be one of 480p, 720p"),
        ({"aspect_ratio": "5:1"}, 400, "Aspect ratio must be one of"),
        ({"size": "854x480"}, 400, "size cannot be combined"),
        ({"frame_images": [{"type": "image_url"}]}, 400, "KeyError"),
        ({"frame_images": [frame(b"x", "middle_frame")]}, 400, "frame_type middle_frame"),
        ({"callback_url": "http://here"}, 400, "callback_url must be HTTPS"),
        ({"seed": "seven"}, 400, "Input should be a valid integer"),
    ],
)
def test_a_call_that_it_could_not_take_is_refused_and_makes_no_job(caller, changes, status, words):
    me = caller()
    answer = me.post(**changes)
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == status
    assert words in answer.json()["error"]["message"]
    assert me.jobs == []
    assert me.posts == 1


def test_a_size_stands_for_resolution_and_aspect(caller):
    me = caller()
    me.make(size="480x854", resolution=None, aspect_ratio=None)
    order = me.jobs[0].order
    assert (order.width, order.height, order.resolution) == (496, 864, "480p")


def test_a_missing_and_an_unknown_key_are_told_apart(caller):
    me = caller()
    for headers, words in (
        ({"Authorization": ""}, "Missing Authentication header"),
        ({"Authorization": "Bearer sk-test-nobody"}, "No auth credentials found"),
    ):
        for answer in (
            me.http.get("/api/v1/key", headers=headers),
            me.http.post("/api/v1/videos", json={}, headers=headers),
        ):
            assert answer.status_code == 401
            assert answer.json() == {"error": {"code": 401, "message": words}}


def test_a_job_is_seen_with_its_own_key_only(caller):
    me, other = caller(), caller()
    me.tell()
    job = me.make()
    me.server.tell(
        me.server.house.script.model_copy(
            update={
                "accounts": (
                    *me.server.house.script.accounts,
                    *(a.model_copy(update={"key": other.key}) for a in me.server.house.script.accounts),
                ),
            }
        )
    )
    assert me.poll(job).status_code == 200
    assert other.poll(job).status_code == 404
    assert other.content(job).status_code == 404


def test_content_of_a_job_that_is_not_made_yet_is_refused(caller):
    me = caller(job_s=600)
    answer = me.content(me.make())
    assert answer.status_code == 400
    assert "not ready" in answer.json()["error"]["message"]


def test_the_catalogue_needs_no_key_and_has_prices_as_text(caller):
    me = caller()
    models = me.http.get("/api/v1/videos/models", headers={"Authorization": ""}).json()["data"]
    fast = next(model for model in models if model["id"] == "bytedance/seedance-2.0-fast")
    assert fast["pricing_skus"]["video_tokens"] == "0.0000042"
    assert 4 in fast["supported_durations"]


def test_a_generation_is_found_again_by_its_id(caller):
    me = caller()
    done = me.ended(me.make())
    told = me.http.get("/api/v1/generation", params={"id": done["generation_id"]}).json()["data"]
    assert told["total_cost"] == 0.170495
    assert me.http.get("/api/v1/generation", params={"id": "gen-nothing"}).status_code == 404
