"""What fal's list of requests proves, and what it does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from providers.fal.history import ListedRequest, history, same_call, verdict
from providers.over_http.answers import Reply

SENT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NOW = SENT + timedelta(hours=3)
BODY = {"prompt": "A quay.", "duration": "5", "generate_audio": False, "seed": 7, "image_url": "sha256:1"}
SAME = {**BODY, "image_url": "https://v3b.fal.media/files/1.png"}


class Pages:
    """Answers with one page after another, and keeps what was asked."""

    def __init__(self, *pages):
        self.pages, self.asked = list(pages), []

    async def ask(self, address, query):
        self.asked.append((address, dict(query)))
        return Reply(200, self.pages.pop(0), "")


def item(request_id, after_s=5.0, **changes):
    at = (SENT + timedelta(seconds=after_s)).isoformat().replace("+00:00", "Z")
    return {"request_id": request_id, "endpoint_id": "m", "sent_at": at, "json_input": SAME, **changes}


async def listed(*pages):
    transport = Pages(*pages)
    return await history(transport, "https://api.fal.ai/v1", "m", SENT, NOW), transport.asked


async def test_all_pages_are_read_with_the_same_question():
    found, asked = await listed(
        {"items": [item("a")], "next_cursor": "c2", "has_more": True}, {"items": [item("b")], "next_cursor": None}
    )
    assert [one.request_id for one in found] == ["a", "b"]
    first, second = (query for _address, query in asked)
    assert second == {**first, "cursor": "c2"}
    assert first["expand"] == "payloads"
    assert datetime.fromisoformat(first["start"]) <= SENT - timedelta(minutes=2)
    assert datetime.fromisoformat(first["end"]) >= NOW


async def test_a_cursor_that_comes_with_no_more_to_come_ends_it():
    found, asked = await listed({"items": [], "next_cursor": "c2", "has_more": False})
    assert (found, len(asked)) == ([], 1)


async def test_a_list_without_an_end_is_not_believed():
    endless = [{"items": [], "next_cursor": "on", "has_more": True}] * 60
    found, asked = await listed(*endless)
    assert found is None
    assert len(asked) == 50


@pytest.mark.parametrize(
    "page",
    [
        {"requests": []},
        {"items": {}},
        {"items": [7]},
        {"items": [item(None)]},
        {"items": [item("a", sent_at=None)]},
        {"items": [item("a", sent_at="yesterday")]},
        {"items": [item("a", sent_at="2026-11-21T12:00:00")]},
    ],
)
async def test_a_list_of_another_shape_proves_nothing(page):
    found, _asked = await listed(page)
    assert found is None
    assert verdict(found, BODY, whole=True).state == "unknown"


@pytest.mark.parametrize(("after_s", "counts"), [(-121, False), (-119, True), (0, True), (239, True), (241, False)])
async def test_only_calls_of_about_that_time_are_looked_at(after_s, counts):
    found, _asked = await listed({"items": [item("a", after_s)]})
    assert bool(found) == counts


async def test_an_input_that_is_written_as_text_is_read():
    found, _asked = await listed({"items": [item("a", json_input='{"prompt": "A quay.", "seed": 7}')]})
    assert found[0].asked == {"prompt": "A quay.", "seed": 7}


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"enable_safety_checker": True}, True),
        ({"image_url": "data:image/png;base64,AAAA"}, True),
        ({"seed": 8}, False),
        ({"seed": "7"}, False),
        ({"prompt": "A quay"}, False),
        ({"duration": "6"}, False),
        ({"image_url": None}, False),
    ],
)
def test_a_call_is_the_same_when_it_says_all_that_ours_says(changes, same):
    assert same_call({**SAME, **changes}, BODY) == same


@pytest.mark.parametrize(("pictures", "same"), [([1, 2], True), ([1], False), ([1, 2, 3], False), (None, False)])
def test_pictures_are_counted(pictures, same):
    assert same_call({"image_urls": pictures}, {"image_urls": ["sha256:1", "sha256:2"]}) == same


def one(request_id, asked=SAME):
    return ListedRequest(request_id, SENT, asked)


@pytest.mark.parametrize(
    ("requests", "whole", "state", "job_id"),
    [
        ([one("a"), one("b", {**SAME, "seed": 8})], True, "found", "a"),
        ([one("a")], False, "found", "a"),
        ([one("a"), one("b")], True, "unknown", None),
        ([one("a", None)], True, "unknown", None),
        ([], True, "absent", None),
        ([one("b", {**SAME, "seed": 8})], True, "absent", None),
        ([], False, "unknown", None),
    ],
)
def test_what_the_list_proves(requests, whole, state, job_id):
    found = verdict(requests, BODY, whole=whole)
    assert (found.state, found.job_id) == (state, job_id)
    assert found.raw
