"""ModelArk as it is rehearsed: statuses, envelopes, ids and rules as the real one's."""

import base64
import io
import re
import time

import httpx
import pytest
from PIL import Image

from rehearsal.faults import Script

TASKS, IMAGES = "/contents/generations/tasks", "/images/generations"
VIDEO, PICTURE = "dreamina-seedance-2-0-260128", "seedream-5-0-lite-260128"
TEXT = {"type": "text", "text": "A quay in the rain."}
BODY = {
    "model": VIDEO,
    "content": [TEXT],
    "resolution": "480p",
    "ratio": "16:9",
    "duration": 4,
    "generate_audio": False,
}


def shown(role=None, size=(640, 360)):
    file = io.BytesIO()
    Image.new("RGB", size, "grey").save(file, "PNG")
    url = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
    return {"type": "image_url", "image_url": {"url": url}, **({"role": role} if role else {})}


@pytest.fixture
def ark(server):
    """Makes a client of ModelArk's, while these faults are played."""
    made = []

    def make(*faults, key="rehearsal-byteplus", **script):
        server.tell(Script.model_validate({"pictures": "plain", "job_s": 0, "faults": faults, **script}))
        base_url = server.host("https://ark.ap-southeast.bytepluses.com") + "/api/v3"
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        made.append(httpx.Client(base_url=base_url, headers=headers, trust_env=False, timeout=30))
        return made[-1]

    yield make
    for each in made:
        each.close()


def ended(client, task_id):
    for _ in range(1000):
        told = client.get(f"{TASKS}/{task_id}").json()
        if told["status"] not in {"queued", "running"}:
            return told
        time.sleep(0.01)
    raise AssertionError(told)


def refused(answer):
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "param", "type"}
    assert error["message"].endswith(f"Request id: {answer.headers['x-request-id']}")
    return answer.status_code, error["code"], error["param"]


def test_a_task_is_made_echoed_polled_and_downloaded(ark):
    me = ark()
    answer = me.post(TASKS, json={**BODY, "safety_identifier": "f" * 64})
    assert answer.status_code == 200
    assert re.fullmatch(r"cgt-\d{14}-[a-z0-9]{5}", answer.json()["id"])
    assert answer.json()["safety_identifier"] == "f" * 64
    done = ended(me, answer.json()["id"])
    assert (done["status"], done["usage"]) == ("succeeded", {"completion_tokens": 40_594, "total_tokens": 40_594})
    assert (done["resolution"], done["ratio"], done["duration"], done["framespersecond"]) == ("480p", "16:9", 4, 24)
    assert httpx.get(done["content"]["video_url"], trust_env=False).headers["content-type"] == "video/mp4"
    assert "prompt" not in done


def test_it_bills_by_tokens_in_the_house_too(ark, server):
    me = ark()
    job_id = me.post(TASKS, json=BODY).json()["id"]
    assert server.records.job(job_id).bill_microusd == 284_158


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"model": None}, (400, "MissingParameter", "model")),
        ({"model": "dreamina-seedance-9"}, (404, "InvalidEndpointOrModel.NotFound", "")),
        ({"duration": 3}, (400, "InvalidParameter", "duration")),
        ({"duration": 16}, (400, "InvalidParameter", "duration")),
        ({"resolution": "999p"}, (400, "InvalidParameter", "resolution")),
        (
            {"model": "dreamina-seedance-2-0-fast-260128", "resolution": "1080p"},
            (400, "InvalidParameter", "resolution"),
        ),
        ({"safety_identifier": "f" * 65}, (400, "InvalidParameter", "safety_identifier")),
        ({"content": [TEXT, shown(), shown()]}, (400, "InvalidParameter", "content[1].role")),
        ({"content": [TEXT, shown("first_frame"), shown("reference_image")]}, (400, "InvalidParameter", "")),
        ({"content": [TEXT, shown("last_frame")]}, (400, "InvalidParameter", "")),
        ({"content": [TEXT, *[shown("reference_image")] * 10]}, (400, "InvalidParameter", "content")),
        ({"content": [TEXT, shown("first_frame", (640, 200))]}, (400, "InvalidParameter", "content[1].image_url")),
        ({"content": [TEXT, shown("first_frame", (320, 900))]}, (400, "InvalidParameter", "content[1].image_url")),
        (
            {"model": "dreamina-seedance-2-5-260628", "content": [TEXT, shown("first_frame")]},
            (400, "InvalidParameter", "ratio"),
        ),
    ],
)
def test_what_it_does_not_take_is_named(ark, changes, expected):
    assert refused(ark().post(TASKS, json={**BODY, **changes})) == expected


def test_a_lone_picture_is_the_first_frame_and_unknown_fields_are_ignored(ark, server):
    job_id = ark().post(TASKS, json={**BODY, "content": [TEXT, shown()], "camera_motion": "wild"}).json()["id"]
    assert server.records.job(job_id).order.start_frame


def test_keys_are_looked_at(ark):
    assert refused(ark(key="").post(TASKS, json=BODY)) == (401, "AuthenticationError", "")
    assert refused(ark(key="sk-test-nobodys").get(TASKS)) == (401, "AuthenticationError", "")
    assert refused(ark().get(f"{TASKS}/cgt-20260101000000-aaaaa")) == (404, "ResourceNotFound", "")


def test_a_deleted_task_is_forgotten_and_one_that_was_cancelled_stays(ark):
    me = ark()
    job_id = me.post(TASKS, json=BODY).json()["id"]
    ended(me, job_id)
    assert me.delete(f"{TASKS}/{job_id}").json() == {}
    assert me.get(f"{TASKS}/{job_id}").status_code == 404
    assert job_id not in [task["id"] for task in me.get(TASKS, params={"page_size": 500}).json()["items"]]
    me = ark(job_s=60)
    job_id = me.post(TASKS, json=BODY).json()["id"]
    assert me.delete(f"{TASKS}/{job_id}").status_code == 200
    assert me.get(f"{TASKS}/{job_id}").json()["status"] == "cancelled"
    assert me.delete(f"{TASKS}/{job_id}").status_code == 400


def test_the_list_is_filtered_and_paged(ark):
    me = ark()
    made = [me.post(TASKS, json=BODY).json()["id"] for _ in range(3)]
    first = me.get(TASKS, params={"page_num": 1, "page_size": 2}).json()
    second = me.get(TASKS, params={"page_num": 2, "page_size": 2}).json()
    assert [task["id"] for task in (*first["items"], *second["items"])][:3] == made[::-1]
    assert first["total"] == second["total"] >= 3
    assert [task["id"] for task in me.get(TASKS, params={"filter.task_ids": made[:2]}).json()["items"]] == made[1::-1]
    assert me.get(TASKS, params={"filter.model": "another"}).json() == {"items": [], "total": 0}
    assert refused(me.get(TASKS, params={"page_size": 501})) == (400, "InvalidParameter", "page_size")


def test_a_picture_comes_at_once_and_never_too_small(ark):
    body = {
        "model": PICTURE,
        "prompt": "A quay.",
        "size": "2560x1440",
        "response_format": "b64_json",
        "image": [shown()["image_url"]["url"]],
    }
    answer = ark().post(IMAGES, json=body).json()
    assert answer["usage"]["generated_images"] == 1
    assert Image.open(io.BytesIO(base64.b64decode(answer["data"][0]["b64_json"]))).size == (2560, 1440)
    assert refused(ark().post(IMAGES, json={**body, "size": "1920x1080"})) == (400, "InvalidParameter", "size")
    assert refused(ark().post(IMAGES, json={**body, "image": body["image"] * 15})) == (400, "InvalidParameter", "image")
    refusal = ark({"fault": "moderation_output"}).post(IMAGES, json=body)
    assert refused(refusal) == (400, "OutputImageSensitiveContentDetected", "")
