"""What opens a door is taken out of a provider's words; what explains a failure stays."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifests.redaction import GONE, redacted

CANARY = "CANARY0123456789abcdef"


@pytest.mark.parametrize(
    "words",
    [
        f"Authorization: Bearer {CANARY}\nstays",
        f"authorization: Key id-{CANARY}:{CANARY}\nstays",
        f"proxy-authorization: Basic {CANARY}==\nstays",
        f"Set-Cookie: sid={CANARY}; Path=/{CANARY}\nstays",
        f"sent with Bearer {CANARY}, stays",
        f'{{"Authorization": "Bearer {CANARY}", "error": "stays"}}',
        json.dumps({"body": json.dumps({"headers": {"authorization": f"Key {CANARY}"}, "error": "stays"})}),
        f"{{'secret': '{CANARY} {CANARY}', 'code': 'stays'}}",
        f"POST /v1/jobs?key={CANARY}&model=stays",
        f"token={CANARY} stays",
        f"key%3D{CANARY} stays",
        f"api_key={CANARY}&model=stays",
        f'"accessToken": "{CANARY}" stays',
        f"X-Goog-Api-Key: {CANARY}\nstays",
        f"x-api-key: {CANARY}\nstays",
        f"OPENROUTER_API_KEY={CANARY} stays",
        f"apikey={CANARY} stays",
        f"AWSAccessKeyId: {CANARY} stays",
        f"password: {CANARY} stays",
        f"the picture at https://cdn.example/p.png?X-Amz-Signature={CANARY}&X-Amz-Date=1 stays",
        f"https://blob.example/p.png?sv=1&sig={CANARY} stays",
        f"https://cdn.example/p.png?Policy=a~b&whatever={CANARY}&Key-Pair-Id=1 stays",
        f"https://cdn.example/p#access_token={CANARY} stays",
        f"https://user:{CANARY}@host/p stays",
        f"Incorrect API key provided: sk-{CANARY}. stays",
        "AKIAABCDEFGHIJCANARY stays",
        f"hf_{CANARY} stays",
        f"ghp_{CANARY} stays",
        f"eyJhbGciOiJIUzI1NiJ9.{CANARY}.{CANARY} stays",
        f"-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY----- stays",
    ],
)
def test_a_key_is_taken_out_and_the_rest_stays(words):
    told = redacted(words)
    assert "CANARY" not in told
    assert GONE in told
    assert "stays" in told


@pytest.mark.parametrize(
    "words",
    [
        '{"error": {"code": "moderation_blocked", "message": "The prompt was flagged: violence"}}',
        "429 Too Many Requests: retry after 30 s; max_tokens: 500; keyframe: 12",
        "the monkey=banana, the keyboard: broken",
        "see https://docs.example/errors/content-policy",
        "job fal-ai/kling/3c1f at 2026-11-21T12:00:00Z failed: reference 2 is too small (512x512)",
        "",
    ],
)
def test_what_explains_a_failure_stays_word_for_word(words):
    assert redacted(words) == words


_PIECES = st.sampled_from(
    [
        "key",
        "token",
        "=",
        ":",
        '"',
        "\\",
        " ",
        "?",
        "https://",
        "@",
        "Bearer ",
        "a",
        "Z9",
        "authorization",
        "&",
        GONE,
        "\n",
    ]
)


@given(st.lists(_PIECES, max_size=25).map("".join))
def test_taking_out_twice_takes_out_no_more(words):
    once = redacted(words)
    assert redacted(once) == once
