"""What is kept of an answer, and how long it asks us to wait."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from providers.over_http.answers import PAUSE_S_MAX, RAW_CHARACTERS_MAX, json_object, pause_asked, printable


@pytest.mark.parametrize(
    "words",
    [
        "https://f.example/o.mp4?X-Tos-Signature=CANARY&x=1 stays",
        json.dumps({"url": "https://f.example/o?sv=1&whatever=CANARY", "b": "stays"}).replace("&", "\\u0026"),
        json.dumps({"url": "https://f.example/o?sv=1&whatever=CANARY", "b": "stays"}).replace("/", "\\/"),
        "Authorization: Bearer CANARY\nstays",
        "stays " + "x" * RAW_CHARACTERS_MAX * 9 + " token=CANARY",
    ],
)
def test_a_signed_address_keeps_its_place_and_loses_its_signature(words):
    assert "CANARY" not in printable(words)
    assert "stays" in printable(words)


def test_words_that_went_through_once_go_through_again_unchanged():
    once = printable("\x1b[31m" + "word " * 900)
    assert printable(once) == once
    assert once.endswith("… (4505 characters)")


@pytest.mark.parametrize(
    ("headers", "data", "pause_s"),
    [
        ({"retry-after": "7"}, None, 7),
        ({"retry-after": "0.5"}, {"retry_after": 9}, 0.5),
        ({}, {"retry_after": 7}, 7),
        ({}, {"retry_after": Decimal("1.5")}, 1.5),
        ({"retry-after": "86400"}, None, PAUSE_S_MAX),
        ({"retry-after": "-5"}, None, 0),
        ({"retry-after": "soon"}, None, 0),
        ({"retry-after": "1e9"}, None, 0),
        ({}, {"retry_after": True}, 0),
        ({}, {"retry_after": None}, 0),
        ({}, {}, 0),
    ],
)
def test_a_pause_that_is_asked_for_is_bounded(headers, data, pause_s):
    assert pause_asked(headers, data) == pause_s


def test_an_error_is_taken_out_of_a_list_of_one_where_that_is_allowed():
    assert json_object('[{"error": 1}]', unwrap=True) == {"error": 1}
    for text in ('[{"error": 1}]', "[]", '[{"a": 1}, {"b": 2}]', "[1]"):
        assert json_object(text, unwrap=text != '[{"error": 1}]') is None
