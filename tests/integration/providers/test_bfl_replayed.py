"""Black Forest Labs' adapter against the bodies that docs.bfl.ai shows."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from providers.errors import Gone, Invalid, OutcomeUnknown

TASK = "a0a5d1bd-6a2e-4b8e-9d64-6b1d4f0d1c11"
SUBMIT, POLL = "/api.bfl.ai/v1/flux-2-pro", "/api.eu.bfl.ai/v1/get_result"
JOB = f"api.eu.bfl.ai/{TASK}@4.5"
SAMPLE = "/bfldeliveryprod.blob.core.windows.net/results/a0/a5d1bd/sample.png"


def png(width=1280, height=720):
    file = io.BytesIO()
    Image.new("RGB", (width, height), (9, 80, 70)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def bfl(desk, replay):
    return desk("bfl", replay.url)


async def test_a_panel_is_taken_by_a_region_asked_for_there_billed_and_fetched(bfl, replay, recording, tmp_path):
    replay.record(*recording("bfl", "panel"))
    replay.say("GET", SAMPLE, 200, png(), {"Content-Type": "image/png"})
    job = await bfl.submit(bfl.request("panel", bfl.shows("location", "locations/quay")))
    assert job == JOB
    # A fresh task is not known at once, by a 404 and by a word; then it waits, and does something new.
    states = [(await bfl.provider.poll(job)).state for _ in range(3)]
    assert states == ["running", "running", "done"]
    assert (await bfl.provider.poll(job)).bill_microusd == 45_000
    made = await bfl.provider.fetch(job, tmp_path / "into")
    assert (made.media_type, made.width, made.height, made.frames) == ("image/png", 1280, 720, 1)
    assert {call["path"] for call in replay.calls if call["method"] == "GET"} == {POLL, SAMPLE}
    assert {call["query"] for call in replay.asked("GET", POLL)} == {f"id={TASK}"}


async def test_every_call_of_its_own_has_the_key_and_the_pictures_host_has_not(bfl, replay, recording, tmp_path):
    replay.record(*recording("bfl", "panel"))
    replay.say("GET", SAMPLE, 200, png(), {"Content-Type": "image/png"})
    job = await bfl.submit(bfl.request("panel", bfl.shows("location", "locations/quay")))
    while (await bfl.provider.poll(job)).state == "running":
        pass
    await bfl.provider.fetch(job, tmp_path / "into")
    keys = {call["path"]: call["headers"].get("x-key") for call in replay.calls}
    assert keys == {SUBMIT: "sk-test-bfl", POLL: "sk-test-bfl", SAMPLE: None}


async def test_pictures_go_as_bare_base64_in_numbered_fields(bfl, replay, recording):
    replay.record(*recording("bfl", "panel"))
    shown = [bfl.shows("location", "locations/quay", png(640, 360)), bfl.shows("prop", "props/lamp", png(320, 320))]
    await bfl.submit(bfl.request("panel", *shown))
    (call,) = replay.asked("POST", SUBMIT)
    for field, reference in zip(("input_image", "input_image_2"), shown, strict=True):
        assert base64.b64decode(call["body"][field]) == (bfl.pictures / reference.sha256).read_bytes()
    assert "input_image_3" not in call["body"]


async def test_a_link_of_the_vaults_goes_as_it_is(desk, replay, recording):
    replay.record(*recording("bfl", "panel"))
    bfl = desk("bfl", replay.url, link_to=lambda sha256: f"https://vault.example/{sha256}?signature=made-up")
    reference = bfl.shows("location", "locations/quay")
    await bfl.submit(bfl.request("panel", reference))
    (call,) = replay.asked("POST", SUBMIT)
    assert call["body"]["input_image"] == f"https://vault.example/{reference.sha256}?signature=made-up"


@pytest.mark.parametrize(
    ("resolution", "size"), [("480p", (1280, 720)), ("720p", (1280, 720)), ("1080p", (1920, 1088))]
)
async def test_sides_are_whole_multiples_of_sixteen(bfl, resolution, size):
    body = bfl.provider.build_payload(bfl.request("panel", resolution=resolution))
    assert (body["width"], body["height"]) == size
    assert bfl.provider.capabilities("panel").frame_size(resolution) == size


async def test_a_quote_counts_the_megapixels_of_what_is_shown(bfl):
    asked = []
    request = bfl.request(
        "panel", bfl.shows("location", "locations/quay"), bfl.shows("prop", "props/lamp", png(2048, 2048))
    )
    bfl.provider.quote(request, asked.append)
    assert asked[0].pictures_in == ((1280, 720), (2048, 2048))


@pytest.mark.parametrize(
    ("cost", "job", "bill"),
    [
        (3.0, f"api.eu.bfl.ai/{TASK}@3", 30_000),
        (3, f"api.eu.bfl.ai/{TASK}@3", 30_000),
        (4.55, f"api.eu.bfl.ai/{TASK}@4.55", 45_500),
        (None, f"api.eu.bfl.ai/{TASK}", None),
        ("3.0", f"api.eu.bfl.ai/{TASK}", None),
        (-1, f"api.eu.bfl.ai/{TASK}", None),
        (True, f"api.eu.bfl.ai/{TASK}", None),
    ],
)
async def test_the_price_that_is_told_once_is_kept_in_the_jobs_id(bfl, replay, recording, cost, job, bill):
    told = {"id": TASK, "polling_url": f"https://api.eu.bfl.ai/v1/get_result?id={TASK}", "cost": cost}
    replay.say("POST", SUBMIT, 200, told)
    replay.record(recording("bfl", "panel")[5])
    assert await bfl.submit(bfl.request("panel")) == job
    assert (await bfl.provider.poll(job)).bill_microusd == bill


async def test_a_region_nobody_has_heard_of_is_asked_as_long_as_it_is_theirs(bfl, replay, recording):
    told = {"id": TASK, "polling_url": f"https://api.eu2.bfl.ai/v1/get_result?id={TASK}"}
    replay.say("POST", SUBMIT, 200, told)
    replay.say("GET", "/api.eu2.bfl.ai/v1/get_result", 200, recording("bfl", "panel")[5]["answer"]["body"])
    job = await bfl.submit(bfl.request("panel"))
    assert (job, (await bfl.provider.poll(job)).state) == (f"api.eu2.bfl.ai/{TASK}", "done")


@pytest.mark.parametrize(
    "url", ["https://api.evil.example/v1/get_result?id=1", "https://evil.example/api.bfl.ai.evil/v1/"]
)
async def test_our_key_goes_to_no_other_host_whatever_the_answer_says(bfl, replay, url):
    replay.say("POST", SUBMIT, 200, {"id": TASK, "polling_url": url})
    replay.say("GET", "/api.bfl.ai/v1/get_result", 200, {"id": TASK, "status": "Pending"})
    job = await bfl.submit(bfl.request("panel"))
    assert (job, (await bfl.provider.poll(job)).state) == (f"api.bfl.ai/{TASK}", "running")


async def test_an_acceptance_without_an_id_is_in_doubt(bfl, replay):
    replay.say("POST", SUBMIT, 200, {"polling_url": f"https://api.eu.bfl.ai/v1/get_result?id={TASK}"})
    with pytest.raises(OutcomeUnknown, match="names no job"):
        await bfl.submit(bfl.request("panel"))


async def test_patience_with_a_task_that_is_not_known_has_an_end(bfl, replay, tmp_path):
    replay.say("GET", POLL, 200, {"id": TASK, "status": "Task not found"})
    status = await bfl.provider.poll(JOB)
    assert (status.state, status.bill_microusd) == ("gone", None)
    assert len(replay.asked("GET", POLL)) == 4
    with pytest.raises(Gone):
        await bfl.provider.fetch(JOB, tmp_path)


async def test_credits_are_cents(bfl, replay, recording):
    replay.record(*recording("bfl", "panel"))
    assert await bfl.provider.credit() == 12_345_000


@pytest.mark.parametrize("told", [{}, {"credits": None}, {"credits": "12"}, {"credits": -4}])
async def test_credits_that_are_no_amount_are_unknown(bfl, replay, told):
    replay.say("GET", "/api.bfl.ai/v1/credits", 200, told)
    assert await bfl.provider.credit() is None


async def test_klein_is_refused_a_fifth_picture_before_anything_is_sent(desk, replay):
    bfl = desk("bfl", replay.url, models={"panel": "flux-2-klein-9b"})
    five = [bfl.shows("prop", f"props/lamp{number}", png(64 + number, 64)) for number in range(5)]
    with pytest.raises(Invalid, match="at most 4"):
        await bfl.submit(bfl.request("panel", *five))
    assert replay.calls == []


async def test_what_is_kept_of_a_finished_task_has_no_signed_address(bfl, replay, recording):
    replay.record(recording("bfl", "panel")[5])
    status = await bfl.provider.poll(JOB)
    assert "sample.png" in status.raw
    assert "made-up" not in status.raw
