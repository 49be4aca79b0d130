"""Each fault of a script, as a caller of OpenRouter meets it."""

from __future__ import annotations

import io
import threading
import time

import av
import httpx
import pytest

ONE = 170_495


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        ({"fault": "rate_limited"}, 429, "Rate limit exceeded"),
        ({"fault": "no_credit"}, 402, "Insufficient credits"),
        ({"fault": "forbidden"}, 403, "You do not have access"),
        ({"fault": "key_limit"}, 403, "Key limit exceeded (total limit)"),
        ({"fault": "server_error_free"}, 500, "Internal Server Error"),
        ({"fault": "server_error_free", "status": 502}, 502, "Provider returned error"),
        ({"fault": "moderation_input"}, 400, "InputTextSensitiveContentDetected"),
        ({"fault": "moderation_input", "words": "Not here."}, 400, "Not here."),
    ],
)
def test_a_fault_at_the_door_makes_no_job(caller, fault, status, words):
    me = caller(faults=[{**fault, "at": 2}])
    me.make()
    answer = me.post()
    assert answer.status_code == status
    assert words in answer.json()["error"]["message"]
    assert len(me.jobs) == 1
    assert me.make()


def test_a_rate_limit_says_when_to_come_back_only_if_it_is_told_to(caller):
    me = caller(faults=[{"fault": "rate_limited", "at": 1}, {"fault": "rate_limited", "at": 2, "retry_after_s": 7}])
    answers = [me.post() for _ in range(2)]
    assert [answer.headers.get("retry-after") for answer in answers] == [None, "7"]
    assert all(answer.headers["x-ratelimit-remaining"] == "0" for answer in answers)


def test_the_same_words_pass_without_the_reference(caller):
    # Known as E005: a film's words were fine, and so were its pictures, but not together.
    me = caller(faults=[{"fault": "moderation_output", "prompt_contains": "fight", "with_reference": True}])
    shown = [{"type": "image_url", "image_url": {"url": "https://elsewhere.example/marit.png"}}]
    refused = me.ended(me.make(prompt="They Fight on the quay.", input_references=shown))
    assert refused["status"] == "failed"
    assert refused["error"] == "The request failed because the output video may contain sensitive information."
    assert "usage" not in refused
    assert me.ended(me.make(prompt="They fight on the quay."))["status"] == "completed"
    assert me.ended(me.make(input_references=shown))["status"] == "completed"
    assert [job.bill_microusd for job in me.jobs] == [0, ONE, ONE]


def test_a_picture_that_is_refused_is_refused_in_the_words_for_pictures(caller):
    me = caller(faults=[{"fault": "moderation_input", "with_reference": True}])
    answer = me.post(input_references=[{"type": "image_url", "image_url": {"url": "https://elsewhere.example/a.png"}}])
    assert "InputImageSensitiveContentDetected.PrivacyInformation" in answer.json()["error"]["message"]


@pytest.mark.parametrize("status", [500, 502])
def test_an_error_after_acceptance_leaves_a_job_that_is_billed(caller, status):
    me = caller(faults=[{"fault": "server_error_after_accept", "at": 1, "status": status}])
    assert me.post().status_code == status
    assert [job.bill_microusd for job in me.jobs] == [ONE]


def test_a_lost_response_drops_the_connection_and_keeps_the_job(caller):
    me = caller(faults=[{"fault": "lost_response", "at": 1}])
    with pytest.raises(httpx.ReadError):
        me.post()
    assert me.ended(me.jobs[0].id)["status"] == "completed"


def test_a_response_can_be_lost_by_never_coming(caller):
    me = caller(faults=[{"fault": "lost_response", "how": "held", "seconds": 60}])
    me.http.timeout = 0.3
    with pytest.raises(httpx.ReadTimeout):
        me.post()
    assert len(me.jobs) == 1


def test_an_answer_that_nobody_waits_for_any_more_is_not_made(caller, monkeypatch):
    me, over = caller(faults=[{"fault": "stuck"}]), threading.Event()
    wait = me.server.house.made

    async def made(job):
        try:
            return await wait(job)
        finally:
            over.set()

    monkeypatch.setattr(me.server.house, "made", made)
    me.http.timeout = 0.3
    with pytest.raises(httpx.ReadTimeout):
        me.http.post("/api/v1/images", json={"model": "google/gemini-3-pro-image", "prompt": "A quay."})
    assert over.wait(20)


def test_a_stuck_job_never_ends_and_costs_nothing(caller):
    me = caller(faults=[{"fault": "stuck"}])
    job = me.make()
    assert {me.poll(job).json()["status"] for _ in range(5)} == {"in_progress"}
    assert me.jobs[0].bill_microusd == 0


def test_a_job_can_fail_without_a_bill(caller):
    me = caller(faults=[{"fault": "failed", "words": "The model gave up"}])
    told = me.ended(me.make())
    assert (told["status"], told["error"]) == ("failed", "The model gave up")


def test_a_late_bill_is_told_some_polls_after_the_picture(caller):
    me = caller(faults=[{"fault": "late_bill", "lasts": 2}])
    job = me.make()
    me.ended(job)
    told = [me.poll(job).json()["usage"] for _ in range(3)]
    assert [usage.get("cost") for usage in told] == [None, 0.170495, 0.170495]


@pytest.mark.parametrize(("how", "usage"), [("null", {"is_byok": False, "cost": None}), ("absent", {"is_byok": False})])
def test_a_cost_can_be_null_or_absent_for_good(caller, how, usage):
    me = caller(faults=[{"fault": "cost_null", "how": how}])
    job = me.make()
    assert me.ended(job)["usage"] == usage
    assert me.poll(job).json()["usage"] == usage


def test_a_bill_can_be_a_multiple_of_the_price_and_is_the_true_one(caller):
    me = caller(faults=[{"fault": "bill_percent", "percent": 300}])
    assert me.ended(me.make())["usage"]["cost"] == pytest.approx(0.511485)
    assert me.http.get("/api/v1/key").json()["data"]["usage"] == pytest.approx(0.511485)


@pytest.mark.parametrize(
    ("fault", "frames", "size"),
    [
        ({"fault": "wrong_duration"}, 57, (864, 496)),
        ({"fault": "wrong_duration", "percent": 150}, 144, (864, 496)),
        ({"fault": "wrong_size"}, 96, (648, 372)),
    ],
)
def test_a_clip_can_have_the_wrong_length_or_size(caller, fault, frames, size):
    me = caller(faults=[fault])
    job = me.make()
    me.ended(job)
    with av.open(io.BytesIO(me.content(job).content)) as film:
        shown = film.streams.video[0]
        assert (shown.width, shown.height) == size
        assert sum(1 for _ in film.decode(shown)) == frames


def test_a_truncated_body_breaks_off_and_goes_on_from_where_it_broke(caller):
    me = caller(faults=[{"fault": "truncated"}])
    job = me.make()
    me.ended(job)
    got = bytearray()
    with me.http.stream("GET", f"/api/v1/videos/{job}/content") as answer:
        with pytest.raises(httpx.RemoteProtocolError):
            _collect(answer, got)
        headers = answer.headers
    assert 0 < len(got) < int(headers["content-length"])
    rest = me.content(job, Range=f"bytes={len(got)}-", **{"If-Range": headers["etag"]})
    assert rest.status_code == 206
    assert bytes(got) + rest.content == me.content(job).content


def test_a_corrupt_file_has_its_length_and_decodes_never(caller):
    me = caller(faults=[{"fault": "corrupt"}])
    job = me.make()
    me.ended(job)
    answer = me.content(job)
    assert len(answer.content) == int(answer.headers["content-length"])
    with pytest.raises(av.FFmpegError), av.open(io.BytesIO(answer.content)) as film:
        list(film.decode(video=0))


def test_content_that_has_expired_is_there_when_it_is_asked_for_again(caller):
    me = caller(faults=[{"fault": "expired_url"}])
    job = me.make()
    me.ended(job)
    assert [me.content(job).status_code for _ in range(2)] == [404, 200]


def test_a_job_can_be_done_and_have_no_address(caller):
    me = caller(faults=[{"fault": "no_url"}])
    told = me.ended(me.make())
    assert (told["status"], told["unsigned_urls"]) == ("completed", [])


def test_a_slow_body_takes_its_time(caller):
    me = caller(faults=[{"fault": "slow_body", "seconds": 0.3}])
    job = me.make()
    me.ended(job)
    began = time.monotonic()
    assert me.content(job).status_code == 200
    assert time.monotonic() - began >= 0.25


def test_a_fresh_job_can_be_unknown_for_some_polls(caller):
    me = caller(faults=[{"fault": "poll_404"}])
    job = me.make()
    assert [me.poll(job).status_code for _ in range(3)] == [404, 404, 200]


def test_polls_can_meet_a_burst_of_errors(caller):
    me = caller(faults=[{"fault": "poll_5xx", "status": 503, "lasts": 2}])
    job = me.make()
    assert [me.poll(job).status_code for _ in range(3)] == [503, 503, 200]


def test_a_state_can_be_a_word_that_nobody_knows(caller):
    me = caller(faults=[{"fault": "unknown_status", "lasts": 1}])
    job = me.make()
    assert me.poll(job).json()["status"] == "post_processing"
    assert me.ended(job)["status"] == "completed"


def test_data_that_was_removed_is_gone(caller):
    me = caller(faults=[{"fault": "data_removed"}])
    job = me.make()
    me.ended(job)
    assert me.content(job).status_code == 404


def test_faults_count_the_calls_that_they_are_about(caller):
    me = caller(faults=[{"fault": "forbidden", "at": [2, 3], "prompt_contains": "lamp"}])
    prompts = ["quay", "lamp", "quay", "a LAMP", "lamp", "lamp"]
    assert [me.post(prompt=words).status_code for words in prompts] == [202, 202, 202, 403, 403, 202]


def test_a_key_can_be_dry_from_one_call_onwards(caller):
    me = caller(faults=[{"fault": "key_limit", "onwards": 3}])
    assert [me.post().status_code for _ in range(4)] == [202, 202, 403, 403]
    me.tell(faults=[])
    assert me.post().status_code == 202


def test_the_report_says_what_struck_and_what_did_not(caller):
    me = caller(
        faults=[{"fault": "rate_limited", "at": 1}, {"fault": "stuck", "at": 9}, {"fault": "late_bill", "at": 1}]
    )
    me.post()  # refused, so that no bill of it can be late
    lines = me.server.report().faults
    assert [(line.name, line.struck, len(line.jobs)) for line in lines] == [
        ("rate_limited", True, 0),
        ("stuck", False, 0),
        ("late_bill", False, 0),
    ]
    assert lines[0].fault == "rate_limited (at 1)"
    assert lines[0].prompts == ("A quay in the rain.",)


def _collect(answer: httpx.Response, got: bytearray) -> None:
    for piece in answer.iter_bytes():
        got.extend(piece)
