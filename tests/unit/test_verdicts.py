"""A judge's answer is the object that was asked for, or no verdict."""

import pytest

from providers.errors import NoVerdict
from providers.over_http.verdicts import ANSWER_CHARACTERS_MAX, verdict_of

SCHEMA = {
    "type": "object",
    "properties": {
        "score": {"type": "integer", "minimum": 0, "maximum": 10},
        "share": {"type": "number", "minimum": 0, "maximum": 1},
        "why": {"type": "string", "maxLength": 20},
    },
    "required": ["score"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ('{"score": 7}', {"score": 7}),
        (' {"score":0,"share":0.25,"why":"so"}\n', {"score": 0, "share": 0.25, "why": "so"}),
        ('{"score": 10.0}', {"score": 10.0}),
    ],
)
def test_what_fits_the_schema_is_the_verdict(text, verdict):
    assert verdict_of("judge", text, SCHEMA) == verdict


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("7", "one JSON object"),
        ("[]", "one JSON object"),
        ("null", "one JSON object"),
        ('[{"score": 7}]', "one JSON object"),
        ('{"score": 7} {"score": 9}', "one JSON object"),
        ('{"score": 7}\n{"score": 9}', "one JSON object"),
        ('```json\n{"score": 7}\n```', "one JSON object"),
        ('Here it is: {"score": 7}', "one JSON object"),
        ('{"score": 7, "score": 9}', "one JSON object"),
        ('{"score": NaN}', "out of every range"),
        ('{"score": Infinity}', "out of every range"),
        ('{"score": 7', "one JSON object"),
        ("{'score': 7}", "one JSON object"),
        ("{" * 100_000, "one JSON object"),
        ("{}", "'score' is a required property"),
        ('{"score": 11}', "11 is greater than the maximum of 10"),
        ('{"score": -1}', "less than the minimum"),
        ('{"score": 1e999}', "out of every range"),
        ('{"score": 7, "share": 1e999}', "out of every range"),
        ('{"score": "7"}', "is not of type 'integer'"),
        ('{"score": true}', "is not of type 'integer'"),
        ('{"score": 7.5}', "is not of type 'integer'"),
        ('{"score": null}', "is not of type 'integer'"),
        ('{"score": 7, "more": 1}', "'more' was unexpected"),
        ('{"score": 7, "share": "0.5"}', "$.share"),
        ('{"score": 7, "why": "far longer than is allowed"}', "too long"),
        ('{"why": "' + "x" * ANSWER_CHARACTERS_MAX + '"}', "longer than"),
    ],
)
def test_whatever_else_is_said_is_no_verdict_and_its_words_are_kept(text, why):
    with pytest.raises(NoVerdict) as caught:
        verdict_of("judge", text, SCHEMA)
    assert why in caught.value.cause
    assert caught.value.raw[:20] == text[:20]
    assert len(caught.value.raw) < 2_100
    assert not caught.value.retry_helps


def test_a_key_in_the_words_of_an_answer_is_not_repeated():
    with pytest.raises(NoVerdict) as caught:
        verdict_of("judge", '{"score": "Bearer sk-or-v1-0123456789abcdef0123456789abcdef"}', SCHEMA)
    assert "0123456789abcdef" not in str(caught.value) + caught.value.raw
