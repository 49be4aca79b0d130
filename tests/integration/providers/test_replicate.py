"""Replicate's adapter against the bodies that Replicate documents, and against its rehearsal."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import av
import numpy as np
import pytest

from governor.errors import UnknownPrice
from manifests.privacy import WORDLESS
from manifests.spending.grant import Grant
from providers.contract import LostCall
from providers.errors import Gone, Invalid, OutcomeUnknown

JOB = "gm3qorzdhgbfurvjtvhg6dckhu"
V1 = "/api.replicate.com/v1"
SUBMIT = f"{V1}/models/bytedance/seedance-2.0/predictions"
PREDICTION = f"{V1}/predictions/{JOB}"
OUTPUT = "/replicate.delivery/xezq/made-up/out.mp4"
LIST = f"{V1}/predictions"


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
def me(desk, replay):
    return desk("replicate", replay.url)


async def test_a_clip_is_submitted_asked_about_priced_by_its_seconds_and_fetched(me, replay, recording, tmp_path):
    replay.record(*recording("replicate", "clip"))
    replay.say("GET", OUTPUT, 200, clip_bytes(tmp_path), {"Content-Type": "video/mp4"})
    job = await me.submit(me.request("clip", me.shows("start_frame", "SC010_SH0010")))
    assert job == JOB
    assert [(await me.provider.poll(job)).state for _ in range(3)] == ["running", "running", "done"]
    assert (await me.provider.poll(job)).bill_microusd == 5 * 180_000
    made = await me.provider.fetch(job, tmp_path / "into")
    assert (made.media_type, made.width, made.height, made.frames) == ("video/mp4", 64, 64, 6)
    assert "authorization" not in replay.asked("GET", OUTPUT)[0]["headers"]


async def test_a_paid_call_carries_the_token_the_input_and_no_wish_to_wait(me, replay, recording):
    replay.record(*recording("replicate", "clip"))
    first, last = me.shows("start_frame", "SC010_SH0010"), me.shows("end_frame", "SC010_SH0010")
    await me.submit(me.request("clip", first, last, mode="start_end_frames"))
    (call,) = replay.asked("POST", SUBMIT)
    assert call["headers"]["authorization"] == "Bearer sk-test-replicate"
    assert "prefer" not in call["headers"]
    assert call["body"].keys() == {"input"}
    told = call["body"]["input"]
    pictures = [told.pop("image"), told.pop("last_frame_image")]
    assert told == {
        "prompt": "A quay in the rain.",
        "duration": 5,
        "resolution": "720p",
        "aspect_ratio": "16:9",
        "generate_audio": False,
        "seed": 7,
    }
    sent = [base64.b64decode(each.removeprefix("data:image/png;base64,")) for each in pictures]
    assert sent == [(me.pictures / each.sha256).read_bytes() for each in (first, last)]


async def test_references_go_in_order_without_frames_and_are_named_in_the_prompt(desk, replay, recording, large_png):
    replay.record(*recording("replicate", "clip"))
    me = desk("replicate", replay.url, link_to=lambda sha256: f"https://bucket.example.com/{sha256}")
    panel, place = me.shows("panel", "SC010_SH0010"), me.shows("location", "locations/quay", large_png)
    await me.submit(me.request("clip", panel, place, mode="references"))
    told = replay.asked("POST", SUBMIT)[0]["body"]["input"]
    assert told["reference_images"] == [f"https://bucket.example.com/{each.sha256}" for each in (panel, place)]
    assert "[Image2]: the place quay" in told["prompt"]
    assert not {"image", "last_frame_image"} & told.keys()


async def test_what_is_too_large_for_a_call_is_sent_ahead_once(me, replay, recording, large_png):
    replay.record(*recording("replicate", "clip"), *recording("replicate", "file"))
    shown = me.shows("start_frame", "SC010_SH0010", large_png)
    for number in (1, 2):
        await me.submit(me.request("clip", shown, attempt=number, seed=number))
    assert [call["body"]["input"]["image"] for call in replay.asked("POST", SUBMIT)] == [
        "https://api.replicate.com/v1/files/MadeUpFileId"
    ] * 2
    (call,) = replay.asked("POST", f"{V1}/files")
    assert call["headers"]["authorization"] == "Bearer sk-test-replicate"
    assert call["headers"]["content-type"].startswith("multipart/form-data")


async def test_a_prompt_that_is_longer_than_it_takes_is_refused_with_how_much(me):
    request = me.request("clip")
    me.provider.build_payload(request.model_copy(update={"prompt": "x" * 4000}))
    with pytest.raises(Invalid, match="in 10 characters fewer"):
        me.provider.build_payload(request.model_copy(update={"prompt": "x" * 4010}))


async def test_what_480p_costs_nobody_says_so_it_is_refused_before_it_is_bought(me):
    with pytest.raises(UnknownPrice):
        me.provider.quote(me.request("clip", resolution="480p"), me.provider._around.price_of)


@pytest.mark.parametrize(
    ("changes", "bill"),
    [
        ({}, 900_000),
        ({"metrics": {"video_output_duration_seconds": 5.04}}, 907_200),
        ({"metrics": {"video_output_duration_seconds": 4}}, 720_000),
        ({"input": {"resolution": "1080p", "generate_audio": False}}, 2_250_000),
        ({"input": {}}, None),
        ({"input": None}, None),
        ({"metrics": None}, None),
        ({"metrics": {}}, None),
        ({"metrics": {"video_output_duration_seconds": "5"}}, None),
        ({"metrics": {"video_output_duration_seconds": True}}, None),
        (
            {
                "input": {},
                "metrics": {"video_output_duration_seconds": 5, "resolution_target": "720p", "with_audio": False},
            },
            900_000,
        ),
        ({"input": {"resolution": "480p"}}, None),
        ({"model": "bytedance/seedance-9"}, None),
        ({"model": "bytedance/seedance-1.5-pro", "input": {"resolution": "720p", "generate_audio": False}}, 130_000),
        ({"model": "bytedance/seedance-1.5-pro", "input": {"resolution": "720p"}}, 260_000),
    ],
)
async def test_a_bill_is_worked_out_where_all_of_it_is_known(me, replay, recording, changes, bill):
    told = recording("replicate", "clip")[-1]
    told["answer"]["body"].update(changes)
    replay.record(told)
    status = await me.provider.poll(JOB)
    assert (status.state, status.bill_microusd) == ("done", bill)


async def test_what_was_deleted_after_an_hour_is_lost_and_still_done(me, replay, recording, tmp_path):
    replay.record(*recording("replicate", "removed"))
    assert (await me.provider.poll(JOB)).state == "done"
    with pytest.raises(Gone):
        await me.provider.fetch(JOB, tmp_path)


async def test_the_words_that_are_kept_are_the_predictions_own_and_never_its_input(me, replay, recording):
    replay.record(*recording("replicate", "clip"))
    request = me.request("clip", me.shows("start_frame", "SC010_SH0010"))
    job = await me.provider.submit(Grant.mint(me.key(request), 1_000_000), me.key(request), request)
    for raw in (job.raw, (await me.provider.poll(JOB)).raw):
        assert JOB in raw
        assert "A quay in the rain." not in raw


@pytest.mark.parametrize("word", ["starting", "processing", "booting", "", None])
async def test_a_word_that_nobody_knows_is_no_end(me, replay, word):
    replay.say("GET", PREDICTION, 200, {"id": JOB, "status": word})
    assert (await me.provider.poll(JOB)).state == "running"


@pytest.mark.parametrize(
    ("status", "free"), [("aborted", True), ("canceled", False), ("succeeded", False), ("processing", False)]
)
async def test_only_what_never_began_is_cancelled_for_nothing(me, replay, status, free):
    replay.say("POST", f"{PREDICTION}/cancel", 200, {"id": JOB, "status": status})
    assert await me.provider.cancel(JOB) is free


@pytest.mark.parametrize("body", [{}, {"id": None}, {"id": ""}, {"id": 5}])
async def test_an_answer_that_names_no_job_proves_nothing(me, replay, body):
    replay.say("POST", SUBMIT, 201, body)
    with pytest.raises(OutcomeUnknown):
        await me.submit(me.request("clip"))


async def test_it_has_no_credit_to_tell(me):
    assert await me.provider.credit() is None


# Looking for a call whose answer was lost


class Search:
    """A call that was lost, and what the list holds."""

    def __init__(self, me, replay):
        self.me, self.replay, self.now = me, replay, datetime.now(UTC)
        self.request = me.request("clip", me.shows("start_frame", "SC010_SH0010"))
        self.row = me.provider.row("clip")

    def listed(self, ident="p1", *, made_s=2.0, model="bytedance/seedance-2.0", removed=False, **changes):
        told = {
            **self.me.provider.build_payload(self.request)["input"],
            "image": "https://replicate.delivery/elsewhere.png",
        }
        made = (self.now - timedelta(seconds=made_s)).isoformat().replace("+00:00", "Z")
        asked = {name: value for name, value in (told | changes).items() if value is not ...}
        return {
            "id": ident,
            "model": model,
            "input": {} if removed else asked,
            "data_removed": removed,
            "created_at": made,
        }

    def holds(self, *results, onward=None):
        self.replay.say("GET", LIST, 200, {"next": onward, "previous": None, "results": list(results)})

    async def look(self, sent_s=2.0, request=None, model="bytedance/seedance-2.0"):
        request = request or self.request
        sent_at = None if sent_s is None else self.now - timedelta(seconds=sent_s)
        return await self.me.provider.find(LostCall(self.me.key(request), model, request, sent_at))


@pytest.fixture
def search(me, replay):
    return Search(me, replay)


async def test_a_private_call_whose_words_the_film_no_longer_has_is_neither_found_nor_absent(search):
    search.holds(search.listed("mine"))
    found = await search.look(request=search.request.without_words())
    assert (found.state, found.raw) == ("unknown", WORDLESS)


async def test_a_lost_call_is_found_by_its_input_wherever_its_pictures_lay(search):
    search.holds(search.listed("other", prompt="Another shot."), search.listed("mine"), search.listed("third", seed=8))
    found = await search.look()
    assert (found.state, found.job_id, found.others) == ("found", "mine", ())


async def test_the_list_is_asked_from_a_minute_before_the_call(search, replay):
    search.holds(search.listed("mine"))
    await search.look()
    query = replay.asked("GET", LIST)[0]["query"]
    since = (search.now - timedelta(seconds=62)).isoformat(timespec="seconds")[:16].replace(":", "%3A")
    assert f"created_after={since}" in query
    assert "created_before=" in query


async def test_jobs_that_were_made_twice_of_one_call_are_all_told_the_first_first(search):
    search.holds(search.listed("second", made_s=1), search.listed("first", made_s=2))
    found = await search.look()
    assert (found.job_id, found.others) == ("first", ("second",))


@pytest.mark.parametrize(
    "changes",
    [
        {"prompt": "Another shot."},
        {"seed": 8},
        {"duration": 6},
        {"resolution": "1080p"},
        {"model": "bytedance/seedance-2.0-fast"},
        {"made_s": 100.0},
        {"made_s": -700.0},
    ],
)
async def test_absence_is_proved_by_a_list_that_has_it_not_and_looked_at_twice(search, replay, changes):
    search.holds(search.listed("other", **changes))
    found = await search.look(sent_s=0.0)
    assert (found.state, found.job_id) == ("absent", None)
    assert len(replay.asked("GET", LIST)) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"removed": True},
        {"image": ...},
        {"aspect_ratio": "9:16"},
        {"generate_audio": True},
        {"camera_fixed": True},
        {"prompt": "A quay in the rain. And told otherwise."},
        {"last_frame_image": "https://x.example.com"},
        {"reference_images": ["https://x.example.com"]},
    ],
)
async def test_what_cannot_be_told_from_it_proves_nothing(search, changes):
    search.holds(search.listed("perhaps", **changes))
    found = await search.look()
    assert (found.state, found.job_id) == ("unknown", None)
    assert "perhaps" in found.raw


async def test_a_time_that_cannot_be_read_does_not_hide_a_job(search):
    search.holds(search.listed("mine") | {"created_at": "yesterday"})
    assert (await search.look()).job_id == "mine"


async def test_a_long_list_is_read_to_its_end(search, replay):
    other = f"{V1}/more"
    search.holds(search.listed("other", seed=9), onward="https://api.replicate.com/v1/more?cursor=2")
    replay.say("GET", other, 200, {"next": None, "previous": None, "results": [search.listed("mine")]})
    assert (await search.look()).job_id == "mine"
    assert replay.asked("GET", other)[0]["query"] == "cursor=2"


async def test_a_list_that_sends_us_elsewhere_gets_no_token(search):
    search.holds(search.listed("other", seed=9), onward="https://evil.example.com/v1/predictions?cursor=2")
    with pytest.raises(Invalid):
        await search.look()


@pytest.mark.parametrize("sent_s", [None, 3100.0, 90_000.0])
async def test_after_an_hour_nothing_is_proved(search, replay, sent_s):
    search.holds()
    assert (await search.look(sent_s)).state == "unknown"
    assert replay.asked("GET", LIST) == []


async def test_the_model_that_was_asked_is_looked_for_whatever_the_film_names_now(search):
    fast = "bytedance/seedance-2.0-fast"
    search.holds(search.listed("other"), search.listed("mine", model=fast, made_s=1.5))
    assert (await search.look(model=fast)).job_id == "mine"
    assert (await search.look(model="bytedance/seedance-0")).state == "unknown"
