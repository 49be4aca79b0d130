"""fal's own client, unmodified, against fal as it is rehearsed: it makes a clip, and raises its own errors.

It speaks https alone, so that the rehearsal is served with a certificate made for the occasion.
"""

from __future__ import annotations

import importlib
import io
import itertools
import ssl
import sys

import av
import httpx
import pytest
import trustme

from rehearsal.faults import Script
from rehearsal.live import live

NUMBERS = itertools.count(1)
MODEL = "bytedance/seedance-2.0/fast/text-to-video"
ASKED = {
    "prompt": "A quay in the rain.",
    "resolution": "480p",
    "duration": "4",
    "aspect_ratio": "16:9",
    "generate_audio": False,
    "seed": 7,
}


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A certificate for this machine, and the authority that signed it."""
    folder = tmp_path_factory.mktemp("certificate")
    made = trustme.CA()
    made.cert_pem.write_to_path(str(folder / "authority.pem"))
    made.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory, authority):
    folder = tmp_path_factory.mktemp("rehearsal")
    with live(folder, Script(pictures="plain", job_s=0), certificate=authority / "server.pem") as running:
        yield running


@pytest.fixture(scope="module")
def sdk(server, authority):
    """The client, which reads where fal is when it is loaded."""

    def forget():
        for name in [name for name in sys.modules if name.split(".")[0] == "fal_client"]:
            del sys.modules[name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAL_QUEUE_RUN_HOST", f"{server.url.removeprefix('https://')}/queue.fal.run")
        patch.setenv("SSL_CERT_FILE", str(authority / "authority.pem"))
        forget()
        yield importlib.import_module("fal_client")
        forget()


@pytest.fixture
def night(server, sdk):
    """Plays a script for an account of its own; gives the client that has its key, and the account's jobs."""
    clients = []

    def begin(*faults, key=None, **account):
        number = next(NUMBERS)
        mine = f"sk-test-fal-sdk-{number}"
        told = {"pictures": "plain", "job_s": 0, "seed": number, "faults": list(faults)}
        told["accounts"] = [{"provider": "fal", "key": mine, **account}]
        server.tell(Script.model_validate(told))
        clients.append(sdk.SyncClient(key=key or mine))
        return clients[-1], lambda: server.records.jobs("fal", server.house.account("fal", mine).name)

    yield begin
    for client in clients:
        client._client.close()


def test_it_makes_a_clip(night, authority):
    client, jobs = night()
    seen = []
    made = client.subscribe(MODEL, arguments=ASKED, with_logs=True, on_queue_update=seen.append)
    assert made["seed"] == 7
    assert len(jobs()) == 1
    trusted = ssl.create_default_context(cafile=authority / "authority.pem")
    with httpx.Client(verify=trusted, trust_env=False) as reader:
        content = reader.get(made["video"]["url"]).content
    assert len(content) == made["video"]["file_size"]
    with av.open(io.BytesIO(content)) as film:
        shown = film.streams.video[0]
        assert (shown.width, shown.height, sum(1 for _ in film.decode(shown))) == (864, 496, 96)


def test_a_handle_goes_through_its_states(night, sdk):
    client, _jobs = night()
    handle = client.submit(MODEL, arguments=ASKED)
    told = list(handle.iter_events(with_logs=True, interval=0.02))
    assert {type(state) for state in told} <= {sdk.Queued, sdk.InProgress, sdk.Completed}
    assert isinstance(told[-1], sdk.Completed)
    assert client.result(MODEL, handle.request_id)["video"]["content_type"] == "video/mp4"


def test_moderation_is_its_own_error_with_the_type_of_it(night, sdk):
    client, _jobs = night({"fault": "moderation_output", "words": "flagged for the lantern"})
    with pytest.raises(sdk.FalClientHTTPError) as refused:
        client.subscribe(MODEL, arguments=ASKED)
    assert (refused.value.status_code, refused.value.error_type) == (422, "content_policy_violation")
    assert refused.value.message[0]["type"] == "content_policy_violation"
    assert refused.value.message[0]["msg"] == "flagged for the lantern"


def test_a_request_that_moderation_stopped_is_completed_with_an_error(night, sdk):
    client, _jobs = night({"fault": "moderation_input"})
    *_, last = client.submit(MODEL, arguments=ASKED).iter_events(interval=0.02)
    assert isinstance(last, sdk.Completed)
    assert last.error_type == "content_policy_violation"


@pytest.mark.parametrize(
    ("account", "key", "status", "words"),
    [
        ({"credit_usd": "0.10"}, None, 403, "User is locked. Reason: Exhausted balance."),
        ({}, "sk-test-nobody-there", 401, "Authentication is required"),
    ],
)
def test_an_account_that_cannot_pay_is_its_http_error(night, sdk, account, key, status, words):
    client, _jobs = night(key=key, **account)
    with pytest.raises(sdk.FalClientHTTPError) as refused:
        client.submit(MODEL, arguments=ASKED)
    assert refused.value.status_code == status
    assert words in str(refused.value)


def test_a_field_that_is_wrong_is_named(night, sdk):
    client, _jobs = night()
    with pytest.raises(sdk.FalClientHTTPError) as refused:
        client.submit(MODEL, arguments={**ASKED, "duration": "3"})
    assert refused.value.status_code == 422
    assert refused.value.message[0]["loc"] == ["body", "duration"]


def test_a_model_that_is_not_there_is_not_found(night, sdk):
    client, _jobs = night()
    with pytest.raises(sdk.FalClientHTTPError) as refused:
        client.submit("bytedance/seedance-9/text-to-video", arguments=ASKED)
    assert refused.value.status_code == 404


def test_a_queued_request_is_cancelled(night):
    client, jobs = night()
    handle = client.submit(MODEL, arguments=ASKED)
    client.result(MODEL, handle.request_id)
    with pytest.raises(Exception, match="ALREADY_COMPLETED"):
        client.cancel(MODEL, handle.request_id)
    assert len(jobs()) == 1


@pytest.mark.parametrize("fault", ["lost_response", "server_error_after_accept"])
def test_it_buys_twice_where_an_answer_is_lost_which_is_why_ours_is_not_built_on_it(night, fault):
    client, jobs = night({"fault": fault, "times": 1})
    client.submit(MODEL, arguments=ASKED)
    assert len(jobs()) == 2
