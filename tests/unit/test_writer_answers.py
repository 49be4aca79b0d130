"""A writer's answer is read strictly: it changes what it may, and a cause without a quoted source is a guess."""

from __future__ import annotations

import json

import pytest

from manifests.question import Question
from manifests.scene import Camera, Scene, Shot
from production.writing.answer_schema import FIELDS, shots_schema, words_schema
from production.writing.answers import read_answer
from production.writing.commission import Commission
from production.writing.errors import BadWords

SHOT = Shot(
    id="SC010_SH0020",
    location="quay",
    camera=Camera(size="wide", lens="28 mm"),
    motion="Rain falls.",
    duration_s=4,
)
SCENE = Scene(id="SC010", title="Rain", shots=(SHOT,))
SOURCES = {"verdict V102": "ilse wears another coat than the\nraincoat that was asked for"}


def commission(job="fix"):
    schema = shots_schema(["quay"], ["ilse/raincoat", "ilse/jumper"]) if job == "shots" else words_schema()
    question = Question(operation="write", instruction="Write.", pictures=(), answer=schema)
    return Commission(job, SCENE.id if job == "shots" else SHOT.id, question, SOURCES)


def words(**said):
    return {**dict.fromkeys(FIELDS), "why": "It moves.", "causes": [], **said}


def shot(**said):
    plain = {"location": "quay", "size": "medium", "move": "static", "lens": "50 mm", "sound": "rain"}
    return {**plain, "cast": ["ilse/raincoat"], "motion": "Ilse stops.", "duration_s": 3.3, **said}


def read(said, job="fix"):
    return read_answer(commission(job), said, SCENE)


def test_only_what_differs_is_proposed_at_its_place_in_the_file():
    written = read(words(motion=" Rain runs\n down the glass. ", lens="35 mm", sound="room tone"))
    assert written.changes == {
        "shots/SC010_SH0020/motion": "Rain runs down the glass.",
        "shots/SC010_SH0020/camera/lens": "35 mm",
    }
    assert written.why == "It moves."


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (words(), "changes nothing"),
        (words(motion="Rain falls."), "changes nothing"),
        (words(motion="   "), "motion is empty"),
        (words(motion="Rain\u202e falls up."), "nobody can see"),
        (words(motion="Rain.", why="be\u0007ep"), "nobody can see"),
    ],
)
def test_an_answer_that_proposes_nothing_or_hides_something_is_refused(said, why):
    with pytest.raises(BadWords, match=why) as refused:
        read(said)
    assert "paid for" in refused.value.cure
    assert "gate write SC010_SH0020 --fix --again" in refused.value.cure


@pytest.mark.parametrize(
    ("source", "where"),
    [
        ("another coat than the raincoat", "verdict V102"),
        ("  Another  COAT than the raincoat ", "verdict V102"),
        ("another coat than a raincoat", ""),
        ("the provider censors coats", ""),
        ("coat", ""),
        ("Rain falls.", ""),  # the film's own words prove nothing
        ("", ""),
    ],
)
def test_a_cause_has_the_passage_that_says_so_or_is_a_guess(source, where):
    (cause,) = read(words(motion="Rain.", causes=[{"says": "It is censored.", "source": source}])).causes
    assert (cause.where, bool(cause.quote)) == (where, bool(where))
    assert cause.words.startswith("guess: ") is not bool(where)


def test_new_shots_stand_after_the_last_and_are_marked_as_proposed():
    written = read({"shots": [shot(), shot(cast=[], duration_s=1)], "why": "", "causes": []}, "shots")
    assert list(written.changes) == ["shots/SC010_SH0030", "shots/SC010_SH0040"]
    first, second = written.changes.values()
    assert (first["id"], first["proposed"], first["duration_s"]) == ("SC010_SH0030", True, 3.5)
    assert first["cast"] == [{"character": "ilse", "wardrobe": "raincoat"}]
    assert "cast" not in second
    for entry in (first, second):
        assert Shot.model_validate_json(json.dumps(entry)).proposed
    assert written.why == "It gives no reason."


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (shot(motion=" "), "motion of SC010_SH0030 is empty"),
        (shot(cast=["ilse/raincoat", "ilse/jumper"]), "somebody stands in SC010_SH0030 twice"),
    ],
)
def test_a_shot_that_cannot_be_is_refused(said, why):
    with pytest.raises(BadWords, match=why) as refused:
        read({"shots": [said], "why": "", "causes": []}, "shots")
    assert "gate write SC010 --shots --again" in refused.value.cure


def test_a_scene_whose_numbers_are_used_up_gets_no_more_shots():
    last = SCENE.model_copy(update={"shots": (SHOT.model_copy(update={"id": "SC010_SH9990"}),)})
    with pytest.raises(BadWords, match="no numbers are free"):
        read_answer(commission("shots"), {"shots": [shot()], "why": "", "causes": []}, last)
