"""The wire of text models: bodies without lengths, answers as they came, prices by the token, addresses here."""

from __future__ import annotations

import pytest

from manifests.question import Question
from providers.openrouter.text_prices import text_rows_of
from providers.over_http import chat
from providers.over_http.addresses import is_here
from providers.over_http.metered import Metered

CLOSED = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


def answer(content="{}", end="stop", **message):
    return {"choices": [{"message": {"content": content, **message}, "finish_reason": end}]}


@pytest.mark.parametrize(
    ("data", "read"),
    [
        (answer('{"a": 1}'), ('{"a": 1}', "")),
        (answer('{"a": ', "length"), ('{"a": ', "finish_reason length")),
        (answer("", "content_filter"), ("", "finish_reason content_filter")),
        (answer(""), ("", chat.NO_CHOICE)),
        (answer("no", refusal="I will not."), ("", "refusal")),
        ({"error": {"code": 502, "message": "upstream"}}, ("", "error 502")),
        ({"choices": []}, ("", chat.NO_CHOICE)),
        ({"choices": answer()["choices"] * 2}, ("", chat.NO_CHOICE)),
        ({"choices": "none"}, ("", chat.NO_CHOICE)),
    ],
)
def test_an_answer_is_its_words_or_the_code_of_why_there_are_none(data, read):
    assert chat.read(data) == read


def test_lengths_are_left_out_of_a_schema_and_a_field_of_that_name_is_not():
    held = {"type": "string", "maxLength": 9}
    schema = {"type": "object", "properties": {"maxLength": held, "list": {"items": [held]}}, "minItems": 1}
    bare = {"type": "string"}
    assert chat.without_lengths(schema) == {
        "type": "object",
        "properties": {"maxLength": bare, "list": {"items": [bare]}},
        "minItems": 1,
    }


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": -1, "completion_tokens": 1}, {"prompt_tokens": 1}])
def test_tokens_that_are_not_told_are_not_made_up(usage):
    assert chat.metered({"usage": usage}) is None
    assert chat.metered({"usage": {"prompt_tokens": 7, "completion_tokens": 3}}) == Metered(7, 3)


def priced(**pricing):
    return [(row["unit"], row["usd"]) for row in text_rows_of({"data": [{"id": "a/b", "pricing": pricing}]}, "a/b")]


def test_a_text_models_price_is_by_the_million_tokens_and_the_dearer_name_counts():
    told = priced(prompt="0.00000015", completion="0.0000006", internal_reasoning="0.000001", request="0.01")
    assert told == [("token_in", "0.15"), ("token_out", "1"), ("call", "0.01")]


@pytest.mark.parametrize("odd", ["-1", "free", "0", "NaN", None])
def test_a_price_that_is_none_becomes_a_row_that_no_book_takes(odd):
    assert ("token_in of nothing", str(odd)) in priced(prompt=odd, completion="0.0000006")


def test_a_model_that_the_catalogue_does_not_list_has_no_row():
    assert text_rows_of({"data": [{"id": "a/b", "pricing": {"prompt": "1"}}, "no"]}, "other") == ()
    assert text_rows_of({}, "a/b") == ()


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:11434/v1", True),
        ("http://localhost:8080/v1", True),
        ("http://[::1]:8080", True),
        ("http://127.0.0.1.example.com/v1", False),
        ("http://localhost.example.com", False),
        ("https://api.openai.com/v1", False),
        ("http://192.168.0.7:8000/v1", False),
        ("http://0.0.0.0:8000", False),
    ],
)
def test_only_this_machine_itself_is_here(url, here):
    assert is_here(url) is here


def test_a_judge_sees_a_picture_a_writer_may_see_none_and_a_judges_question_is_stored_as_ever():
    with pytest.raises(ValueError, match="at least one picture"):
        Question(instruction="How red?", pictures=(), answer=CLOSED)
    writer = Question(operation="write", instruction="Write.", pictures=(), answer=CLOSED)
    assert writer.payload()["operation"] == "write"
    assert Question.from_stored(writer.stored()) == writer
    shown = [{"label": "p1", "role": "judged", "sha256": "a" * 64}]
    judge = Question(instruction="How red?", pictures=shown, answer=CLOSED)
    assert set(judge.payload()) == {"instruction", "pictures", "answer", "detail"}
    assert Question.from_stored(judge.stored()) == judge
