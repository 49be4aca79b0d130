"""A private shot's words go to who makes it; whatever is written down, shown or raised has none of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from manifests.film import Film
from manifests.lock import Lock
from manifests.noun import Noun
from manifests.privacy import NOT_KEPT, PRIVATE, failed, speaking_of, theirs
from manifests.prompt import clip_prompt, panel_prompt
from manifests.reading.film_folder import FilmFolder
from manifests.reading.scenes import Scenes
from manifests.scene import Scene
from manifests.take import Request, Take
from production.journey.requests import is_private, with_words
from providers.errors import Invalid, KeyLimit, Refused
from providers.over_http.answers import Reply, keyless, meaning
from providers.over_http.connections import unsent
from providers.over_http.failures import FailureRow, FailureTable

OWN = {"motion": "quaddel one", "sound": "quaddel two", "camera": {"size": "wide", "lens": "quaddel three"}}
LINES = [{"character": "ada", "text": "quaddel four", "from_s": 0, "to_s": 1}]
BUDGET = {"film_usd": "9.00", "scene_usd": "3.00", "run_usd": "3.00", "shot_usd": "1.00"}


@pytest.fixture
def private(tea_shot):
    return tea_shot(**OWN, dialogue=LINES, private=True)


@pytest.fixture
def folder(tea_bible, private):
    film = Film.model_validate({"title": "Tea", "code": "TEA", "budget": BUDGET})
    scene = Scene(id="SC010", title="Tea", intent="She waits.", shots=(private,))
    return FilmFolder(Path("tea"), film, tea_bible, Scenes.of(scene), Lock(assets={}))


def asked(shot, prompt, **changes):
    fields = {"operation": "clip", "references": (), "resolution": "480p", "frames": 96, "seed": 7, **changes}
    return Request(shot=shot.id, staging=shot, prompt=prompt, **fields)


def taken(request):
    return Take(
        generation_key="1" * 64,
        recipe="2" * 64,
        shot=request.shot,
        stage="clip",
        tier="draft",
        attempt=1,
        version=1,
        provider="fal",
        model="m",
        request=request,
        changed="first take",
        state="held",
        held_microusd=1,
    )


class Spooled(Noun):
    """Something that keeps a request."""

    request: Request


def test_however_a_private_request_is_written_down_its_words_are_not_in_it(private):
    request = asked(private, "quaddel five")
    ways = (
        request.stored(),
        request.model_dump_json(),
        Spooled(request=request).stored(),
        json.dumps(request.model_dump()),
    )
    for written in (*ways, taken(request).stored(), repr(request), str(taken(request)), repr(private)):
        assert "quaddel" not in written
    for written in ways:
        assert PRIVATE in written


def test_a_public_request_is_written_down_whole(tea_shot):
    request = asked(tea_shot(**OWN, dialogue=LINES), "quaddel five")
    assert all(f"quaddel {word}" in request.stored() for word in ("one", "two", "three", "four", "five"))
    assert Request.from_stored(request.stored()) == request


def test_whether_a_shot_is_private_is_in_no_generation_key(private):
    hidden, shown = (asked(shot, "quaddel five") for shot in (private, private.model_copy(update={"private": False})))
    assert hidden.payload() == shown.payload()
    assert hidden.recipe("fal", "m") == shown.recipe("fal", "m")
    assert "quaddel five" in json.dumps(hidden.payload())


def test_what_was_written_down_is_known_by_having_no_words_and_stays_as_it_is(private):
    request = asked(private, "quaddel five")
    read = Request.from_stored(request.stored())
    assert (read.wordless, request.wordless) == (True, False)
    assert read.stored() == request.stored()
    assert read.without_words() == read == request.without_words()


@pytest.mark.parametrize("operation", ["panel", "clip"])
@pytest.mark.parametrize("progress", [0.0, 1.0])
def test_the_words_are_put_back_from_the_film(folder, private, operation, progress):
    words = (
        clip_prompt(private, folder.bible)
        if operation == "clip"
        else panel_prompt(private, folder.bible, at_end=progress == 1.0)
    )
    request = asked(private, words, operation=operation, progress=progress)
    assert with_words(Request.from_stored(request.stored()), folder) == request


def test_words_that_the_film_no_longer_has_are_not_put_back(folder, private):
    request = asked(private, clip_prompt(private, folder.bible))
    kept = Request.from_stored(request.stored())
    changed = private.model_copy(update={"motion": "quaddel six"})
    for scenes in (Scenes.of(folder.scenes["SC010"].model_copy(update={"shots": (changed,)})), Scenes.of()):
        assert with_words(kept, replace(folder, scenes=scenes)) == kept
    public = request.model_copy(update={"staging": private.model_copy(update={"private": False})})
    assert with_words(public, folder) == public


def test_a_take_is_private_when_its_shot_was_or_is(folder, private):
    before = private.model_copy(update={"private": False})
    assert is_private(taken(asked(before, "words")), folder)
    elsewhere = replace(folder, scenes=Scenes.of())
    assert is_private(taken(asked(private, "words")), elsewhere)
    assert not is_private(taken(asked(before, "words")), elsewhere)


def test_what_moderation_refused_is_known_again_when_the_shot_becomes_private_and_when_it_ceases_to_be(private):
    hidden = asked(private, "quaddel five")
    shown = hidden.model_copy(update={"staging": private.model_copy(update={"private": False})})
    from_then = {shown.asked_of("fal", "m"): "your quaddel is refused"}
    assert shown.refused_before(from_then.get, "fal", "m") == "your quaddel is refused"
    assert hidden.refused_before(from_then.get, "fal", "m") == PRIVATE
    kept = Request.from_stored(hidden.stored())
    since = {kept.asked_of("fal", "m"): f"E005 {NOT_KEPT}"}
    for request in (hidden, shown):
        assert request.refused_before(since.get, "fal", "m") == f"E005 {NOT_KEPT}"
    assert asked(private, "other words").refused_before({**since, **from_then}.get, "fal", "m") is None


def test_a_request_that_cannot_be_made_does_not_quote_its_prompt(private):
    with pytest.raises(ValidationError) as refused:
        asked(private, "quaddel " * 1000)
    assert "prompt" in str(refused.value)
    assert "quaddel" not in f"{refused.value} {refused.value!r}"


def test_a_refused_film_does_not_quote_a_private_line(tea_shot):
    late = [{**LINES[0], "from_s": 3, "to_s": 5}]
    with pytest.raises(ValidationError, match="a line of ada ends at 5") as refused:
        tea_shot(dialogue=late, private=True)
    assert "quaddel" not in refused.value.errors()[0]["msg"]
    with pytest.raises(ValidationError, match="the line 'quaddel four' ends"):
        tea_shot(dialogue=late)


def test_a_providers_words_are_kept_unless_it_speaks_of_a_private_shot():
    assert theirs("your quaddel") == "your quaddel"
    with speaking_of(private=True):
        assert theirs("your quaddel") == theirs(NOT_KEPT) == NOT_KEPT
        assert theirs("") == ""
        with speaking_of(private=False):
            assert theirs("another's") == "another's"
        assert theirs("your quaddel") == NOT_KEPT
    assert theirs("your quaddel") == "your quaddel"


@pytest.mark.parametrize(
    "code", ["E005", "content_policy_violation (permanent)", "finishReason SAFETY", "403", "operation 3"]
)
def test_of_a_failure_the_code_stays(code):
    with speaking_of(private=True):
        assert failed(code, "your quaddel") == f"{code} {NOT_KEPT}"
    assert failed(code, "your quaddel") == f"{code} your quaddel"


@pytest.mark.parametrize("code", ["", "your quaddel may not be shown", "quaddel\nquaddel", "q" * 80])
def test_what_is_no_code_goes_with_the_words(code):
    with speaking_of(private=True):
        assert failed(code, "your quaddel") == NOT_KEPT


def test_a_table_of_failures_still_knows_what_it_may_not_repeat():
    rows = (FailureRow(Refused, "Change it.", (400,), code="moderated", words="quaddel"),)
    table = FailureTable("acme", rows, lambda reply: (reply.data["code"], reply.data["message"]))
    answer = Reply(400, {"code": "moderated", "message": "your quaddel"}, '{"message": "your quaddel"}')
    with speaking_of(private=True):
        error = table.read(replace(answer, raw=theirs(answer.raw)))
        told = table.of("moderated", "your quaddel", "your quaddel")
    assert (error.cause, error.raw) == (f"it will not make this: moderated {NOT_KEPT}", f"moderated {NOT_KEPT}")
    assert told is None  # no row is about a poll
    assert "quaddel" in table.read(answer).cause


def test_a_keys_limit_is_known_though_its_words_are_not_kept():
    reply = Reply(403, {"error": "Key limit exceeded"}, NOT_KEPT)
    assert meaning(reply, free_429=True)[0] is KeyLimit


def test_what_a_library_raises_about_a_private_shot_is_its_kind_alone():
    raised = ValueError("your quaddel fits no field")
    assert unsent("acme", raised) is raised
    with speaking_of(private=True):
        told = unsent("acme", raised)
    assert isinstance(told, Invalid)
    assert "ValueError" in str(told)
    assert "quaddel" not in f"{told!r} {told.raw}"


@pytest.mark.parametrize("secret", ["Bearer kanari/0815=", "Key kanari-id:kanari/0815=", "kanari/0815="])
def test_a_key_is_taken_out_of_an_answer_however_json_spells_it(secret):
    text = '{"a": "the key kanari/0815= may not", "b": "kanari\\/0815=", "c": "Bearer kanari/0815="}'
    told = json.loads(keyless(text, [secret]))
    assert told == {"a": "the key [key] may not", "b": "[key]", "c": "Bearer [key]"}
