"""The readiness gate: which facts hold a shot back, from which stage on, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.continuity.judging import check_continuity
from manifests.finding import Finding
from production.journey.readiness import Lack, ShotFacts, StageFacts, impossible, not_begun, unready
from production.planning.readiness_facts import is_about
from tests.unit.continuity_scenes import BIBLE, person, scene, shot

SHOT = "SC010_SH0010"
PANEL = StageFacts("panel", "draft", "fal")
CLIP = StageFacts("clip", "draft", "fal")
FINAL = StageFacts("clip", "final", "fal")
GOOD = ShotFacts(SHOT, stages=(PANEL, CLIP, FINAL))
WRONG = Lack("fal clip", "it is wrong", "Mend it")


def found(severity: str = "error", subject: str = SHOT) -> Finding:
    said = {"flaw": "affect", "message": "it explodes", "cure": "Say splinters"}
    return Finding(rule="P101", severity=severity, subject=subject, **said)


def kinds(facts: ShotFacts, *at: str) -> list[str]:
    return [each.kind for each in unready(facts, *at or ("draft",))]


def test_a_shot_with_nothing_against_it_is_ready():
    assert unready(GOOD, "draft") == ()


@pytest.mark.parametrize("kind", ["reference", "words"])
def test_errors_hold_a_shot_back_and_warnings_do_not(kind):
    field = {"reference": "references"}.get(kind, kind)
    assert kinds(replace(GOOD, **{field: (found(),)})) == [kind]
    assert kinds(replace(GOOD, **{field: (found("warning"), found("ask"), found("info"))})) == []


@pytest.mark.parametrize(("field", "kind"), [("refused", "invalid"), ("unpriced", "price"), ("keyless", "key")])
def test_what_a_later_stage_lacks_holds_back_the_stages_before_it_and_what_an_earlier_one_lacks_does_not(field, kind):
    lacking = replace(GOOD, stages=(PANEL, replace(CLIP, **{field: WRONG}), FINAL))
    assert kinds(lacking) == [kind]
    first = replace(GOOD, stages=(replace(PANEL, **{field: WRONG}), CLIP, FINAL))
    assert kinds(first) == [kind]
    assert kinds(first, "draft", "clip") == [], "the panel is made already"


def test_no_draft_is_bought_whose_final_nobody_can_price():
    lacking = replace(GOOD, stages=(PANEL, CLIP, replace(FINAL, unpriced=WRONG)))
    assert kinds(lacking) == kinds(lacking, "final", "clip") == ["price"]
    assert unready(lacking, "draft")[0].why == "fal clip: it is wrong"


@pytest.mark.parametrize(
    ("facts", "kind"), [({"proposed": True}, "proposed"), ({"continuity": (found("warning"),)}, "continuity")]
)
def test_a_shot_that_nobody_kept_or_whose_continuity_is_open_is_previewed_for_free_and_not_bought(facts, kind):
    free = tuple(replace(each, free=True) for each in GOOD.stages)
    assert kinds(replace(GOOD, **facts, stages=free)) == []
    assert kinds(replace(GOOD, **facts)) == [kind]


def test_an_open_change_is_named_with_its_fix_and_with_the_line_that_accepts_it():
    coat = person("ada"), person("ada") | {"wardrobe": "dress"}
    _, second = check_continuity([scene(shot(coat[0]), shot(coat[1], size="medium"))], BIBLE)
    (obstacle,) = unready(replace(GOOD, continuity=tuple(each.finding for each in second.open)), "draft")
    assert obstacle.words == (
        "C201 ada wears coat in SC010_SH0010, and dress here. Write wardrobe: coat, or show the change, "
        'or accept it: continuity: {change: wardrobe, of: ada, why: "..."}'
    )


def test_every_reason_is_named_once_and_the_first_to_fix_first():
    stages = tuple(replace(each, keyless=WRONG, unpriced=WRONG) for each in GOOD.stages)
    facts = replace(GOOD, references=(found(),), words=(found(),), proposed=True, stages=stages)
    assert kinds(facts) == ["reference", "words", "proposed", "price", "key"]
    assert unready(facts, "draft")[1].words == "P101 it explodes. Say splinters"


def test_missing_references_keep_a_shot_from_being_begun_and_nothing_else_does():
    facts = replace(GOOD, words=(found(),), stages=(replace(PANEL, refused=WRONG),))
    assert not_begun(facts) == ()
    assert [each.kind for each in not_begun(facts.with_references([found()]))] == ["reference"]
    assert [each.why for each in impossible(facts, "draft", "panel")] == ["fal clip: it is wrong"]
    assert impossible(facts, "draft", "clip") == ()


@pytest.mark.parametrize(
    ("subject", "about"),
    [
        (SHOT, True),
        (f"{SHOT} motion", True),
        ("SC010", True),
        ("bible/style.yaml", True),
        ("bible/characters/ada.yaml", True),
        ("bible/characters/bo.yaml", False),
        ("bible/locations/kitchen.yaml", True),
        ("bible/props/cup.yaml", False),
        ("SC010_SH0020", False),
        ("SC020", False),
    ],
)
def test_a_finding_is_about_the_shots_that_it_names_or_that_show_its_file(subject, about, tea):
    assert is_about(tea, found(subject=subject)) is about


@pytest.fixture
def tea():
    from manifests.scene import Shot

    return Shot.model_validate(
        {
            "id": SHOT,
            "location": "kitchen",
            "cast": ({"character": "ada", "wardrobe": "coat"},),
            "camera": {"size": "wide"},
            "motion": "Steam rises.",
            "duration_s": 2.0,
        }
    )
