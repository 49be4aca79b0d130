"""A judge's answer counts as a whole or not at all: it agrees with itself and knows its control,
or it is not a verdict.
"""

from __future__ import annotations

import copy

import pytest
from jsonschema import Draft202012Validator

from checks.errors import NoAnswer
from checks.judge.answer import read_answer, without_evidence
from checks.judge.findings import findings_of
from checks.judge.question import Judged, lay_out
from manifests.bible import Location
from manifests.keys import hash_bytes
from manifests.privacy import NOT_KEPT
from rehearsal import looking
from rehearsal.looking import Truth

BEFORE = hash_bytes(b"before")


@pytest.fixture
def sheet(tea_bible, tea_shot):
    """Ada left and Bo right in the kitchen, of a bible with a hall too."""
    hall = Location(id="hall", name="Hall", words="a dark hall.", light="lamp light.")
    bible = tea_bible.model_copy(update={"locations": {**tea_bible.locations, "hall": hall}})
    ada = tea_shot().cast[0]
    bo = ada.model_copy(
        update={"character": "bo", "wardrobe": "jumper", "start": ada.start.model_copy(update={"x": 0.7})}
    )
    shot = tea_shot(cast=[ada, bo])
    hashes = {name: hash_bytes(name.encode()) for name in bible.assets()}
    return lay_out([Judged(hash_bytes(b"panel"), shot, 0.0)], bible, hashes, BEFORE)


@pytest.fixture
def says(sheet):
    """What an honest judge answers about a picture with this truth."""

    def answer(truth=None, **changes):
        drawn = truth or Truth({"ada": "coat", "bo": "jumper"}, "kitchen", **changes)
        control = looking.truth_of_locked("characters/bo/jumper/front")
        order = [p.label for p in sheet.question.pictures]
        truths = [
            control if label == sheet.control.label else drawn if label.startswith("p") else None for label in order
        ]
        texts = [sheet.question.instruction, *(f"{p.label} ({p.role})" for p in sheet.question.pictures)]
        asked = looking.sheet_of(sheet.question.answer, texts, truths)
        said = looking.look(asked, believes=False)
        Draft202012Validator(sheet.question.answer).validate(said)
        return said

    return answer


def picture(sheet, said):
    return said["pictures"][sheet.claims[0].label]


def codes(verdict):
    return {(f.rule, f.flaw) for f in verdict.findings}


def test_what_is_as_it_was_asked_for_passes_by_every_rule(sheet, says):
    verdict = findings_of(read_answer(sheet, says()), {})

    assert verdict.passed
    assert {s.rule for s in verdict.scores} == {f"V20{n}" for n in range(1, 9)}
    assert all(s.applies for s in verdict.scores)


@pytest.mark.parametrize(
    ("truth", "flaws"),
    [
        (Truth({"ada": "apron", "bo": "jumper"}, "kitchen"), {("V202", "wardrobe:ada")}),
        (Truth({"ada": "coat", "bo": "jumper"}, "kitchen", strangers=frozenset({"bo"})), {("V201", "identity:bo")}),
        (Truth({"bo": "jumper"}, "kitchen"), {("V204", "missing:ada"), ("V205", "count")}),
        (Truth({"ada": "coat", "bo": "jumper"}, "hall"), {("V203", "location:kitchen")}),
        (Truth({"ada": "coat", "bo": "jumper"}, "kitchen", swapped=True), {("V206", "blocking")}),
        (Truth({"ada": "coat", "bo": "jumper"}, "kitchen", clean=False), {("V208", "artefacts")}),
    ],
)
def test_each_flaw_is_named_by_its_own_rule(sheet, says, truth, flaws):
    verdict = findings_of(read_answer(sheet, says(truth)), {})

    assert codes(verdict) == flaws


def test_another_plate_that_fits_better_asks_whether_the_manifest_is_wrong(sheet, says):
    verdict = findings_of(read_answer(sheet, says(Truth({"ada": "coat", "bo": "jumper"}, "hall"))), {})
    (finding,) = verdict.findings

    assert "is the manifest wrong?" in finding.message
    assert finding.cure.endswith("change one line of the shot: location: hall")
    assert (finding.evidence["fits"], finding.evidence["fit_asked"], finding.evidence["fit_rival"]) == (
        "hall",
        0.07,
        0.93,
    )


def test_a_film_moves_a_threshold_of_the_judges(sheet, says):
    said = says()
    picture(sheet, said)["characters"]["ada"]["identity"]["score"] = 0.6
    answers = read_answer(sheet, said)

    assert findings_of(answers, {}).passed
    assert codes(findings_of(answers, {"V201": 0.7})) == {("V201", "identity:ada")}


def test_where_nothing_applies_there_is_a_score_of_nothing(sheet, says):
    said = says()
    nothing = {"applies": False, "score": None, "evidence": "", "box": None}
    picture(sheet, said).update(continuity=nothing, artefacts=nothing)
    scores = {s.rule: s for s in findings_of(read_answer(sheet, said), {}).scores}

    assert [(scores[r].applies, scores[r].value, scores[r].passed) for r in ("V207", "V208")] == [
        (False, None, True)
    ] * 2


BOX = {"x": 0.2, "y": 0.2, "w": 0.2, "h": 0.2}


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (("artefacts", "applies"), False, "does not apply, and is scored"),
        (("artefacts", "score"), None, "has no score"),
        (("artefacts", "evidence"), "  ", "without a word of evidence"),
        (("location", "evidence"), "", "without a word of evidence"),
        (("artefacts", "box"), None, "no part of the picture"),
        (("artefacts", "box"), {**BOX, "w": 0.0}, "no part of the picture"),
        (("artefacts", "box"), {**BOX, "x": 0.9}, "outside of the picture"),
        (("characters", "ada", "presence"), 0.0, "face or clothes are scored"),
        (("people",), 1, "counts 1, and sees 2"),
        (("location", "best"), "hall", "another has 0.93"),
        (("location", "best"), "none", "no plate is the best, and one has 0.93"),
        (("location", "applies"), False, "a plate is scored all the same"),
    ],
)
def test_an_answer_that_contradicts_itself_is_refused_whole(sheet, says, path, value, why):
    said = says()
    place = picture(sheet, said)
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value

    with pytest.raises(NoAnswer, match=why):
        read_answer(sheet, said)


def test_sides_that_its_own_boxes_deny_are_refused(sheet, says):
    said = says(swapped=True)
    picture(sheet, said)["blocking"]["score"] = 0.9

    with pytest.raises(NoAnswer, match="ada stands right of bo"):
        read_answer(sheet, said)


def test_a_comparison_with_a_shot_that_was_not_shown_is_refused(sheet, says, tea_bible, tea_shot):
    hashes = {name: hash_bytes(name.encode()) for name in tea_bible.assets()}
    alone = lay_out([Judged(hash_bytes(b"panel"), tea_shot(), 0.0)], tea_bible, hashes)
    axis = {"applies": True, "score": 0.9, "evidence": "as before", "box": BOX}
    nothing = {"applies": False, "score": None, "evidence": "", "box": None}
    place = {"applies": True, "best": "kitchen", "scores": {"kitchen": 0.9}, "evidence": "the kitchen"}
    person = {"presence": 0.9, "identity": axis, "wardrobe": axis}
    good = {
        "people": 1,
        "characters": {"ada": person},
        "location": place,
        "blocking": axis,
        "continuity": nothing,
        "artefacts": axis,
    }
    absent = {"presence": 0.0, "identity": nothing, "wardrobe": nothing}
    control = {**good, "characters": {"ada": absent}, "blocking": nothing}
    said = {"pictures": {alone.claims[0].label: good, alone.control.label: control}}
    assert findings_of(read_answer(alone, said), {}).passed

    said["pictures"][alone.claims[0].label] = {**good, "continuity": axis}
    with pytest.raises(NoAnswer, match="a shot before that it was not shown"):
        read_answer(alone, said)


def test_whoever_knows_the_control_for_the_cast_is_not_believed_in_anything(sheet, says):
    said = says()
    said["pictures"][sheet.control.label] = copy.deepcopy(picture(sheet, said))
    said["pictures"][sheet.control.label]["characters"].pop("bo", None)

    with pytest.raises(NoAnswer, match=f"takes somebody else's locked picture for {sheet.control.who}"):
        read_answer(sheet, said)


def test_of_a_private_shot_no_sentence_is_kept(sheet, says):
    kept = without_evidence(says())

    assert NOT_KEPT in str(kept)
    assert "face" not in str(kept)
    assert findings_of(read_answer(sheet, kept), {}, words=False).passed
    wrong = findings_of(read_answer(sheet, says(Truth({"ada": "apron", "bo": "jumper"}, "kitchen"))), {}, words=False)
    assert "not the coat" not in str(wrong)
