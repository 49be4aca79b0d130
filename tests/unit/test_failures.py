"""A provider's failures as a table."""

from __future__ import annotations

import pytest

from providers.errors import Invalid, KeyLimit, ProviderError, RateLimited, Refused, Unavailable
from providers.over_http.answers import Reply
from providers.over_http.failures import FailureRow, FailureTable

ROWS = (
    FailureRow(KeyLimit, "Raise the limit.", (403,), words=r"^Key limit exceeded \("),
    FailureRow(Refused, "Change the words.", (400, 200), code=r"Input\w+SensitiveContentDetected(\..+)?", bill="free"),
    FailureRow(Refused, "Change the words.", code="content_policy_violation"),
    FailureRow(RateLimited, "Wait.", (429,), code="RateLimitExceeded\\..*"),
    FailureRow(Unavailable, "Wait.", (503,)),
)


def said(reply):
    error = reply.data["error"]
    return error.get("code", ""), error.get("message", "")


def table(*rows):
    return FailureTable("acme", rows or ROWS, said)


def reply(status, code="", message="", raw="as it came"):
    return Reply(status, {"error": {"code": code, "message": message}}, raw)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(403, message="Key limit exceeded (total limit). Manage it."), KeyLimit),
        (reply(400, "InputImageSensitiveContentDetected.PrivacyInformation", "may contain real person"), Refused),
        (reply(422, "content_policy_violation"), Refused),
        (reply(429, "RateLimitExceeded.EndpointRPMExceeded"), RateLimited),
        (reply(503), Unavailable),
    ],
)
def test_an_answer_is_the_error_of_its_row(answer, kind):
    error = table().read(answer)
    assert type(error) is kind
    assert (error.thing, error.raw) == ("acme", "as it came")
    assert error.cure in {row.cure for row in ROWS}


@pytest.mark.parametrize(
    "answer",
    [
        reply(403, message="wrong project; Key limit exceeded ("),
        reply(400, "XInputImageSensitiveContentDetected"),
        reply(400, "InputImageSensitiveContentDetectedNot"),
        reply(429, "SetLimitExceeded"),
        reply(500, message="moderation"),
    ],
)
def test_what_fits_no_row_is_left_to_its_status(answer):
    assert table().read(answer) is None


@pytest.mark.parametrize("data", [None, {}, {"error": "a sentence"}, {"error": None}, {"error": [1]}])
def test_an_answer_of_another_shape_names_no_code(data):
    assert table().read(Reply(400, data, "as it came")) is None


def test_a_failure_in_the_body_of_a_poll_is_a_row_for_any_status_or_for_200():
    assert type(table().of("content_policy_violation", "no", "raw")) is Refused
    assert type(table().of("InputTextSensitiveContentDetected", "no", "raw")) is Refused
    assert table().of("RateLimitExceeded.X", "", "raw") is None


def test_a_refusal_is_free_only_where_its_row_says_so():
    free = table().of("InputTextSensitiveContentDetected", "", "raw")
    unsaid = table().of("content_policy_violation", "", "raw")
    assert (free.bill_microusd, unsaid.bill_microusd) == (0, None)


def test_the_providers_words_are_kept_without_what_opens_a_door():
    error = table().of("content_policy_violation", "see https://x.example/p?sig=CANARY \x1b", "raw \x1b token=CANARY")
    assert "CANARY" not in f"{error} {error.raw}"
    assert "\x1b" not in f"{error} {error.raw}"
    assert "content_policy_violation" in error.cause


def test_words_that_came_by_another_way_go_through_the_given_one():
    careful = FailureTable("acme", ROWS, said, safe=lambda words: words.replace("CANARY", "[key]"))
    assert careful.of("content_policy_violation", "", "a CANARY").raw == "a [key]"


def test_every_row_that_fits_is_told_so_that_a_test_can_count_them():
    broad = FailureRow(Unavailable, "Wait.", (403, 503))
    assert [row.kind for row in table(*ROWS, broad).fitting(503, "", "")] == [Unavailable, Unavailable]
    assert table().fitting(418, "", "") == []


@pytest.mark.parametrize(
    "row",
    [
        FailureRow(Refused, "Change the words.", (403,)),
        FailureRow(Invalid, "Fix it.", (400,), code="("),
        FailureRow(Invalid, "Fix it."),
        FailureRow(ProviderError, "Fix it.", (400,)),
        FailureRow(Invalid, "Fix it.", (400,), bill="free"),
    ],
)
def test_a_row_that_proves_nothing_is_refused(row):
    with pytest.raises(Invalid, match="acme's table"):
        table(row)
