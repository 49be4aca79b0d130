"""Black Forest Labs' own client, unmodified, against BFL as it is rehearsed: it makes a picture, and raises its own errors.

It knows FLUX.1 and no FLUX.2, has one error for everything, and takes moderation for a task that is never ready.
"""

from __future__ import annotations

import io
import itertools
import warnings

import httpx
import pytest
from PIL import Image

from rehearsal.faults import Script
from rehearsal.live import live

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its fields are written as pydantic 1 wanted them
    blackforest = pytest.importorskip("blackforest.client")
    settings = pytest.importorskip("blackforest.types.general.client_config")

NUMBERS = itertools.count(1)
MODEL = "flux-pro-1.1"
ASKED = {"prompt": "A quay in the rain.", "width": 1024, "height": 768, "seed": 7, "output_format": "png"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with live(tmp_path_factory.mktemp("rehearsal"), Script(pictures="plain", job_s=0)) as running:
        yield running


@pytest.fixture
def night(server):
    """Plays a script for an account of its own; gives the client that has its key, and the account's jobs."""
    clients = []

    def begin(*faults, key=None, **account):
        number = next(NUMBERS)
        mine = f"sk-test-bfl-sdk-{number}"
        told = {"pictures": "plain", "job_s": 0, "seed": number, "faults": list(faults)}
        told["accounts"] = [{"provider": "bfl", "key": mine, **account}]
        server.tell(Script.model_validate(told))
        # It joins addresses by their last step, and a rehearsal's host is one: the dot stands in for it.
        client = blackforest.BFLClient(api_key=key or mine, base_url=f"{server.host('https://api.bfl.ai')}/.")
        client.session.trust_env = False
        clients.append(client)
        return client, lambda: server.records.jobs("bfl", server.house.account("bfl", mine).name)

    yield begin
    for client in clients:
        client.session.close()


def waiting(tries=200):
    return settings.ClientConfig(sync=True, polling_interval=0.1, max_retries=tries)


def test_it_makes_a_picture(night, capsys):
    client, jobs = night()
    made = client.generate(MODEL, ASKED, waiting())
    (job,) = jobs()
    assert made.id == job.id
    assert (made.result["seed"], made.result["prompt"]) == (7, ASKED["prompt"])
    with httpx.Client(trust_env=False) as reader:
        picture = Image.open(io.BytesIO(reader.get(made.result["sample"]).content))
    assert (picture.format, picture.size) == ("PNG", (1024, 768))


def test_it_asks_where_the_answer_told_it_to(night):
    client, _jobs = night()
    told = client.generate(MODEL, ASKED, settings.ClientConfig(sync=False))
    assert "/api.eu.bfl.ai/" in told.polling_url or "/api.us.bfl.ai/" in told.polling_url
    assert client.get_task_status(told.id).status in {"Pending", "Ready"}


def test_it_edits_a_picture(night, tmp_path, capsys):
    Image.new("RGB", (512, 512), (9, 80, 70)).save(tmp_path / "quay.png")
    client, jobs = night()
    asked = {"prompt": "At night.", "input_image": str(tmp_path / "quay.png"), "aspect_ratio": "16:9"}
    client.generate("flux-kontext-pro", asked, waiting())
    (job,) = jobs()
    assert len(job.order.references) == 1


@pytest.mark.parametrize(
    ("account", "key", "status"), [({"credit_usd": "0.01"}, None, 402), ({}, "sk-test-nobody-there", 403)]
)
def test_an_account_that_cannot_pay_is_its_error(night, account, key, status):
    client, _jobs = night(key=key, **account)
    with pytest.raises(blackforest.BFLError, match=f"{status} Client Error"):
        client.generate(MODEL, ASKED, settings.ClientConfig(sync=False))


@pytest.mark.parametrize(
    ("fault", "words"), [("rate_limited", "429 Client Error"), ("server_error_free", "500 Server Error")]
)
def test_a_refused_call_is_its_error(night, fault, words):
    client, jobs = night({"fault": fault})
    with pytest.raises(blackforest.BFLError, match=words):
        client.generate(MODEL, ASKED, settings.ClientConfig(sync=False))
    assert jobs() == []


def test_what_is_moderated_is_never_ready_to_it(night, capsys):
    client, _jobs = night({"fault": "moderation_output"})
    with pytest.raises(blackforest.BFLError, match="maximum retries"):
        client.generate(MODEL, ASKED, waiting(tries=3))
