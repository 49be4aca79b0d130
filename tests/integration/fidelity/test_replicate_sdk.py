"""Replicate's own client, unmodified, takes the rehearsal for Replicate: it makes a clip, and raises its own errors."""

from __future__ import annotations

import io
import itertools

import av
import httpx
import pytest
import replicate
from PIL import Image
from replicate.exceptions import ModelError, ReplicateError

from rehearsal.faults import Script
from rehearsal.live import live
from rehearsal.wires import replicate as wire

NUMBERS = itertools.count(1)
MODEL = "bytedance/seedance-2.0"
ASKED = {"prompt": "A quay in the rain.", "duration": 4, "resolution": "480p", "generate_audio": False, "seed": 7}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with live(tmp_path_factory.mktemp("rehearsal"), Script(pictures="plain", job_s=0)) as running:
        yield running


@pytest.fixture
def night(house, monkeypatch):
    """Plays a script for an account of its own; gives the client that has its key, and the account's jobs."""
    monkeypatch.setenv("REPLICATE_POLL_INTERVAL", "0.02")
    clients = []

    def begin(*faults, key=None, **account):
        mine = f"sk-test-replicate-sdk-{next(NUMBERS)}"
        accounts = [{"provider": "replicate", "key": mine, **account}]
        told = {"pictures": "plain", "job_s": 0, "faults": faults, "accounts": accounts}
        house.tell(Script.model_validate(told))
        base_url, plain = house.host("https://api.replicate.com"), httpx.HTTPTransport(trust_env=False)
        clients.append(replicate.Client(api_token=key or mine, base_url=base_url, transport=plain))
        return clients[-1], lambda: house.records.jobs("replicate", house.house.account("replicate", mine).name)

    yield begin
    for client in clients:
        client._client.close()


@pytest.fixture
def frame(tmp_path):
    path = tmp_path / "frame.png"
    Image.new("RGB", (320, 180), "grey").save(path)
    return path


def frames(content):
    with av.open(io.BytesIO(content)) as film:
        shown = film.streams.video[0]
        return shown.width, shown.height, sum(1 for _ in film.decode(shown))


def test_it_runs_a_model_with_a_file_of_ours(night, house, frame):
    client, jobs = night()
    with frame.open("rb") as picture:
        made = client.run(MODEL, input={**ASKED, "image": picture})
    with httpx.Client(
        trust_env=False
    ) as reader:  # the client opens addresses of https by itself, and this is plain http
        assert frames(reader.get(made).content) == (864, 496, 96)
    (job,) = jobs()
    assert house.house.received(job.order.start_frame).read_bytes() == frame.read_bytes()


def test_a_prediction_goes_through_its_states_and_is_listed_with_its_input(night):
    client, jobs = night()
    made = client.models.predictions.create(MODEL, input=ASKED)
    assert made.status in {"starting", "processing", "succeeded"}
    made.wait()
    assert (made.status, made.version, made.error) == ("succeeded", "hidden", None)
    assert made.metrics["video_output_duration_seconds"] == 4.0
    (listed,) = client.predictions.list().results
    assert (listed.id, listed.input, listed.model) == (made.id, ASKED, MODEL)
    assert client.predictions.get(made.id).output == made.output or made.output
    assert len(jobs()) == 1


def test_it_may_be_named_by_version(night):
    client, _ = night()
    made = client.predictions.create(version=MODEL, input=ASKED)
    made.wait()
    assert made.status == "succeeded"


def test_a_long_list_comes_page_by_page_the_newest_first(night, monkeypatch):
    monkeypatch.setattr(wire, "_PAGE", 3)
    client, _ = night({"fault": "stuck"})
    for seed in range(4):
        client.models.predictions.create(MODEL, input={**ASKED, "seed": seed})
    first = client.predictions.list()
    second = client.predictions.list(first.next)
    assert (len(first.results), len(second.results), second.next) == (3, 1, None)
    assert [each.input["seed"] for each in (*first, *second)] == [3, 2, 1, 0]


def test_one_that_is_stopped_is_canceled(night):
    client, _ = night({"fault": "stuck"})
    made = client.models.predictions.create(MODEL, input=ASKED)
    made.cancel()
    made.reload()
    assert made.status == "canceled"


def test_moderation_is_a_model_error_with_e005(night):
    client, _ = night({"fault": "moderation_input"})
    with pytest.raises(ModelError) as refused:
        client.run(MODEL, input=ASKED)
    assert "flagged as sensitive" in str(refused.value)
    assert "(E005)" in str(refused.value)
    assert refused.value.prediction.status == "failed"


@pytest.mark.parametrize(
    ("asked", "faults", "account", "status", "title", "detail"),
    [
        (
            {},
            [],
            {"key": "sk-test-nobody-there"},
            401,
            "Unauthenticated",
            "You did not pass a valid authentication token",
        ),
        ({}, [], {"credit_usd": "0.10"}, 402, "Insufficient credit", "You have insufficient credit to run this model"),
        ({"aspect_ratio": "2:1"}, [], {}, 422, "Input validation failed", "aspect_ratio must be one of the following"),
        ({"duration": 16}, [], {}, 422, "Input validation failed", "Must be less than or equal to 15"),
        ({"camera_fixed": True}, [], {}, 422, "Input validation failed", "camera_fixed is not allowed"),
        ({}, [{"fault": "rate_limited"}], {}, 429, None, "Request was throttled. Your rate limit resets in ~30s."),
        (
            {},
            [{"fault": "server_error_after_accept", "status": 502}],
            {},
            502,
            "Internal server error",
            "Something went wrong",
        ),
        ({}, [{"fault": "forbidden"}], {}, 422, "Invalid version or not permitted", "does not exist"),
    ],
)
def test_what_is_refused_is_its_own_error(night, asked, faults, account, status, title, detail):
    client, _ = night(*faults, **account)
    with pytest.raises(ReplicateError) as refused:
        client.run(MODEL, input={**ASKED, **asked})
    assert (refused.value.status, refused.value.title) == (status, title)
    assert detail in refused.value.detail


@pytest.mark.parametrize("model", ["bytedance/seedance-9", "nobody/none"])
def test_a_model_that_is_not_there_is_not_found(night, model):
    client, _ = night()
    with pytest.raises(ReplicateError) as refused:
        client.run(model, input=ASKED)
    assert refused.value.status == 404


def test_a_file_is_kept_and_told(night, frame):
    client, _ = night()
    made = client.files.create(frame)
    assert (made.name, made.content_type, made.size) == ("frame.png", "image/png", frame.stat().st_size)
    assert client.files.get(made.id).urls["get"] == made.urls["get"]
