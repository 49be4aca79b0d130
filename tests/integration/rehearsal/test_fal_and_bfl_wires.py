"""fal and Black Forest Labs as they are rehearsed: addresses, statuses and envelopes as the real ones'."""

from __future__ import annotations

import itertools
import re
import time

import httpx
import pytest

from rehearsal.faults import Script
from rehearsal.live import live

NUMBERS = itertools.count(1)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MODEL = "bytedance/seedance-2.0/fast/text-to-video"
CLIP = {"prompt": "A quay.", "resolution": "480p", "duration": "4", "generate_audio": False, "seed": 7}
PANEL = {"prompt": "A quay.", "width": 1024, "height": 1024, "seed": 7}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with live(tmp_path_factory.mktemp("wires"), Script(pictures="plain", job_s=0)) as running:
        yield running


@pytest.fixture
def caller(house):
    """Somebody with a key of his own: caller("fal", {fault…}, job_polls=4)."""
    made = []

    def make(provider, *faults, account=None, **script):
        key = f"sk-test-{provider}-wire-{next(NUMBERS)}"
        told = {"pictures": "plain", "job_s": 0, **script, "faults": list(faults)}
        told["accounts"] = [{"provider": provider, "key": key, **(account or {})}]
        house.tell(Script.model_validate(told))
        headers = {"fal": {"Authorization": f"Key {key}"}, "bfl": {"x-key": key}}[provider]
        made.append(httpx.Client(base_url=house.url, headers=headers, trust_env=False, timeout=30))
        return made[-1]

    yield make
    for each in made:
        each.close()


def until(ask, is_so):
    ends = time.monotonic() + 20
    while not is_so(answer := ask()):
        assert time.monotonic() < ends, answer.text
        time.sleep(0.01)
    return answer


def test_a_call_to_the_queue_is_told_three_addresses_of_owner_and_app(caller, house):
    me = caller("fal")
    told = me.post(f"/queue.fal.run/{MODEL}", json=CLIP)
    assert told.status_code == 200
    said = told.json()
    here = f"{house.url}/queue.fal.run/bytedance/seedance-2.0/requests/{said['request_id']}"
    assert UUID.fullmatch(said["request_id"])
    assert said == {
        "status": "IN_QUEUE",
        "request_id": said["request_id"],
        "gateway_request_id": said["request_id"],
        "queue_position": 0,
        "response_url": here,
        "status_url": f"{here}/status",
        "cancel_url": f"{here}/cancel",
    }


def test_a_request_answers_202_until_it_is_completed_and_400_for_its_result_before_that(caller):
    me = caller("fal", job_polls=4)
    said = me.post(f"/queue.fal.run/{MODEL}", json=CLIP).json()
    seen = [(answer.status_code, answer.json()["status"]) for answer in (me.get(said["status_url"]) for _ in range(4))]
    assert seen == [(202, "IN_QUEUE")] * 2 + [(202, "IN_PROGRESS")] * 2
    assert me.get(said["response_url"]).status_code == 400
    done = until(lambda: me.get(said["status_url"]), lambda answer: answer.status_code == 200).json()
    assert done["status"] == "COMPLETED"
    result = me.get(said["response_url"])
    assert result.headers["x-fal-billable-units"] == "40.594"  # 864 × 496 × 97 / 1024 tokens
    assert result.json()["video"]["content_type"] == "video/mp4"


@pytest.mark.parametrize(
    ("changes", "field", "kind"),
    [
        ({"duration": 4}, "duration", "one_of"),
        ({"duration": "3"}, "duration", "one_of"),
        ({"resolution": "1080p"}, "resolution", "one_of"),
        ({"aspect_ratio": "2:1"}, "aspect_ratio", "one_of"),
    ],
)
def test_a_field_that_is_wrong_is_a_typed_fault(caller, changes, field, kind):
    answer = caller("fal").post(f"/queue.fal.run/{MODEL}", json={**CLIP, **changes})
    (fault,) = answer.json()["detail"]
    assert (answer.status_code, fault["loc"], fault["type"]) == (422, ["body", field], kind)


def test_a_completed_request_says_why_it_failed_and_its_result_has_the_models_own_status(caller):
    me = caller("fal", {"fault": "moderation_output"})
    said = me.post(f"/queue.fal.run/{MODEL}", json=CLIP).json()
    state = until(lambda: me.get(said["status_url"]), lambda answer: answer.status_code == 200).json()
    assert (state["status"], state["error_type"]) == ("COMPLETED", "content_policy_violation")
    result = me.get(said["response_url"])
    assert (result.status_code, result.json()["detail"][0]["type"]) == (422, "content_policy_violation")
    assert (result.headers["x-fal-error-type"], result.headers["x-fal-retryable"]) == (
        "content_policy_violation",
        "false",
    )
    assert "x-fal-billable-units" not in result.headers


def test_the_list_of_requests_has_pages_and_inputs_where_they_are_asked_for(caller):
    me = caller("fal")
    sent = [me.post(f"/queue.fal.run/{MODEL}", json={**CLIP, "seed": seed}).json()["request_id"] for seed in range(3)]
    path, query = "/api.fal.ai/v1/models/requests/by-endpoint", {"endpoint_id": MODEL, "limit": 2}
    first = me.get(path, params=query).json()
    assert [item["request_id"] for item in first["items"]] == sent[:0:-1]
    assert (first["has_more"], "json_input" in first["items"][0]) == (True, False)
    rest = me.get(path, params={**query, "expand": "payloads", "cursor": first["next_cursor"]}).json()
    (last,) = rest["items"]
    assert (last["request_id"], last["json_input"], rest["has_more"]) == (sent[0], {**CLIP, "seed": 0}, False)
    assert me.get(path, params={**query, "end": "2020-01-01T00:00:00Z"}).json()["items"] == []
    assert me.get(path).status_code == 422


@pytest.mark.parametrize("host", ["https://api.bfl.ai", "https://api.eu.bfl.ai", "https://api.us.bfl.ai"])
def test_a_picture_is_made_in_a_region_and_its_price_told_at_once(caller, house, host):
    me = caller("bfl")
    told = me.post(f"{house.host(host)}/v1/flux-2-pro", json=PANEL)
    assert told.status_code == 200
    said = told.json()
    assert said["cost"] == 3
    assert re.fullmatch(rf"{house.url}/api\.(eu|us)\.bfl\.ai/v1/get_result\?id={said['id']}", said["polling_url"])
    done = until(lambda: me.get(said["polling_url"]), lambda answer: answer.json()["status"] == "Ready").json()
    assert set(done) == {"id", "status", "result", "progress", "details", "preview"}
    assert me.get(done["result"]["sample"]).headers["content-type"] == "image/png"
    assert me.get(f"/api.bfl.ai/v1/get_result?id={said['id']}").json()["status"] == "Task not found"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"width": 1000}, "width"),
        ({"height": 48}, "height"),
        ({"width": 4096, "height": 4096}, "width"),
        ({"output_format": "webp"}, "output_format"),
    ],
)
def test_a_picture_that_flux_does_not_make_is_a_fault_of_a_field(caller, changes, field):
    answer = caller("bfl").post("/api.bfl.ai/v1/flux-2-pro", json={**PANEL, **changes})
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", field])


@pytest.mark.parametrize(
    ("provider", "path", "status"), [("fal", f"/queue.fal.run/{MODEL}", 401), ("bfl", "/api.bfl.ai/v1/flux-2-pro", 403)]
)
def test_a_key_under_another_scheme_opens_nothing(caller, house, provider, path, status):
    me = caller(provider)
    key = (me.headers.get("authorization") or me.headers["x-key"]).split()[-1]
    with httpx.Client(headers={"Authorization": f"Bearer {key}"}, trust_env=False) as other:
        assert other.post(f"{house.url}{path}", json=CLIP).status_code == status
