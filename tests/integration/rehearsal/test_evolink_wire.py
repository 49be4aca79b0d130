"""Evolink as it is rehearsed: its tasks, its envelopes and its credits."""

import re
import time

import httpx
import pytest

from rehearsal.faults import Script

VIDEOS = "/videos/generations"
BODY = {
    "model": "seedance-2.0-mini-text-to-video",
    "prompt": "A quay in the rain.",
    "duration": 4,
    "quality": "480p",
    "generate_audio": False,
}
LINK = "https://vault.example.com/one.png"


@pytest.fixture
def evolink(server):
    """Makes a client of Evolink's, while these faults are played."""
    made = []

    def make(*faults, key="rehearsal-evolink", **script):
        server.tell(Script.model_validate({"pictures": "plain", "job_s": 0, "faults": faults, **script}))
        base_url = server.host("https://api.evolink.ai") + "/v1"
        headers = {"Authorization": f"Bearer {key}"}
        made.append(httpx.Client(base_url=base_url, headers=headers, trust_env=False, timeout=30))
        return made[-1]

    yield make
    for each in made:
        each.close()


def ended(client, task_id):
    for _ in range(1000):
        told = client.get(f"/tasks/{task_id}").json()
        if told["status"] not in {"pending", "processing"}:
            return told
        time.sleep(0.01)
    raise AssertionError(told)


def refused(answer):
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "type"}
    return answer.status_code, error["code"]


def test_a_task_is_made_polled_and_downloaded_at_the_one_price_that_is_known(evolink, server):
    me = evolink()
    accepted = me.post(VIDEOS, json=BODY)
    assert accepted.status_code == 200
    told = accepted.json()
    assert re.fullmatch(r"task-unified-\d{10}-[a-z0-9]{8}", told["id"])
    assert (told["object"], told["status"], told["progress"]) == ("video.generation.task", "pending", 0)
    assert told["usage"]["credits_reserved"] == pytest.approx(10.2272)
    assert server.records.job(told["id"]).bill_microusd == 150_400
    done = ended(me, told["id"])
    assert (done["status"], done["progress"]) == ("completed", 100)
    (url,) = done["results"]
    assert httpx.get(url, trust_env=False).headers["content-type"] == "video/mp4"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"model": "seedance-9"}, (403, "model_access_denied")),
        ({"duration": 3}, (400, "invalid_request")),
        ({"quality": "1080p"}, (400, "invalid_request")),
        ({"image_urls": [LINK]}, (400, "invalid_request")),
        ({"model": "seedance-2.0-image-to-video"}, (400, "invalid_request")),
        ({"model": "seedance-2.0-image-to-video", "image_urls": [LINK] * 3}, (400, "invalid_request")),
        ({"model": "seedance-2.0-reference-to-video", "image_urls": [LINK] * 10}, (400, "invalid_request")),
        (
            {"model": "seedance-2.0-image-to-video", "image_urls": ["data:image/png;base64,AA=="]},
            (400, "invalid_request"),
        ),
    ],
)
def test_what_it_does_not_take_is_refused(evolink, changes, expected):
    assert refused(evolink().post(VIDEOS, json={**BODY, **changes})) == expected


def test_keys_and_ids_are_looked_at(evolink):
    assert refused(evolink(key="sk-test-nobodys").post(VIDEOS, json=BODY)) == (401, "unauthorized")
    assert refused(evolink().get("/tasks/cgt-1")) == (400, "invalid_task_id")
    assert evolink().get("/tasks/task-unified-1-aaaaaaaa").status_code == 404


def test_what_it_takes_offence_at_fails_as_a_task(evolink):
    me = evolink({"fault": "moderation_input", "prompt_contains": "quay"})
    told = ended(me, me.post(VIDEOS, json=BODY).json()["id"])
    assert (told["status"], told["error"]["code"]) == ("failed", "content_policy_violation")


def test_credits_are_told_of_the_key_and_of_its_user(evolink):
    accounts = [{"provider": "evolink", "key": "sk-test-credits-1", "credit_usd": "10.00", "limit_usd": "2.00"}]
    me = evolink(key="sk-test-credits-1", accounts=accounts)
    told = me.get("/credits").json()
    assert told["success"] is True
    assert (told["data"]["user"]["remaining_credits"], told["data"]["token"]["remaining_credits"]) == (680, 136)
    assert told["data"]["token"]["unlimited_credits"] is False
