"""The C2 rules over scenes that are broken in one place, over good scenes, and over what a film accepts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checks.continuity.judging import check_continuity
from checks.rules.continuity_rules import RULES
from manifests.scene import Scene
from manifests.story.continuity import CHANGES
from tests.story.broken_scenes import ADA, BEN, BROKEN_FLOW, DISSOLVE
from tests.unit.continuity_scenes import BIBLE, person, prop, scene, shot


def named(*scenes: Scene) -> list[tuple[str, str, str]]:
    """Rule, the shot's number, and whom it is about."""
    return [
        (each.finding.rule, each.shot.rpartition("_SH")[2].strip("0"), " ".join(each.of))
        for judged in check_continuity(scenes, BIBLE)
        for each in judged.open
    ]


COAT_OFF = (shot(ADA), shot(ADA | {"wardrobe": "dress"}, size="medium"))
WAIVED = {"change": "wardrobe", "of": "ada", "why": "She took it off in the hall."}


def judged(*shots, **more):
    return check_continuity([scene(*shots, **more)], BIBLE)


def test_a_finding_says_where_what_was_there_what_is_here_and_how_to_fix_or_accept_it():
    (found,) = judged(*COAT_OFF)[1].open
    assert (found.shot, found.against) == ("SC010_SH0020", "SC010_SH0010")
    assert (found.before, found.now) == ("ada wears coat", "dress")
    assert found.finding.message == "ada wears coat in SC010_SH0010, and dress here"
    assert found.finding.cure.startswith("Write wardrobe: coat, or show the change, or accept it: continuity: {")
    assert found.waive == 'continuity: {change: wardrobe, of: ada, why: "..."}'
    assert found.finding.severity == "warning"


@pytest.mark.parametrize("waiver", [WAIVED, [WAIVED], {"change": "wardrobe", "why": "She took it off in the hall."}])
def test_a_waiver_with_its_reason_silences_its_finding_and_is_listed(waiver):
    second = judged(COAT_OFF[0], COAT_OFF[1] | {"continuity": waiver})[1]
    assert second.findings == ()
    assert [(each.found.finding.rule, each.why) for each in second.accepted] == [
        ("C201", "She took it off in the hall.")
    ]


def test_a_waiver_silences_nothing_else():
    second = shot(ADA | {"wardrobe": "dress"}, BEN | {"wardrobe": "dress"}, size="medium", weather="rain")
    found = judged(shot(ADA, BEN, weather="clear"), second | {"continuity": WAIVED})[1]
    assert [(each.finding.rule, each.of) for each in found.open] == [("C201", ("ben",)), ("C208", ())]
    assert [each.found.of for each in found.accepted] == [("ada",)]


def test_a_waiver_that_does_not_say_whose_change_it_is_accepts_none_of_two():
    second = shot(ADA | {"wardrobe": "dress"}, BEN | {"wardrobe": "dress"}, size="medium")
    waiver = {"change": "wardrobe", "why": "They changed."}
    found = judged(shot(ADA, BEN), second | {"continuity": waiver})[1]
    assert [each.rule for each in found.findings] == ["C201", "C201", "C212"]
    assert "does not say which of 2 changes it accepts (ada, ben)" in found.findings[-1].message


@pytest.mark.parametrize(
    "waiver",
    [WAIVED, {"change": "light", "why": "The lamp goes on."}, {"change": "prop", "of": "lamp", "why": "Gone."}],
)
def test_a_waiver_of_a_change_that_is_not_there_is_named(waiver):
    (found,) = judged(shot(ADA), shot(ADA, size="medium", continuity=waiver))[1].findings
    assert (found.rule, found.subject) == ("C212", "SC010_SH0020")
    assert "accepts nothing" in found.message


def test_a_waiver_of_the_first_known_shot_is_left_alone():
    assert judged(shot(ADA, continuity=WAIVED))[0].findings == ()


def test_a_private_shots_reason_and_beat_are_not_told():
    second = COAT_OFF[1] | {"continuity": WAIVED, "beat": "She gives in.", "private": True}
    told = str(judged(COAT_OFF[0], second)[1].model_dump())
    assert "She" not in told
    assert "[private]" in told


MORNING, EVENING = {"time": "morning"}, {"time": "evening"}
LATER = shot(ADA | {"wardrobe": "dress"}, size="medium")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({}, {}, []),
        (EVENING, EVENING, [("C201", "1", "ada")]),
        (EVENING, MORNING, []),
        (EVENING, EVENING | {"continuous": False}, []),
        ({}, {"continuous": True}, [("C201", "1", "ada")]),
        (EVENING, MORNING | {"continuous": True}, [("C207", "1", "")]),
    ],
)
def test_a_border_is_crossed_only_where_the_story_goes_on(first, second, expected):
    assert named(scene(shot(ADA), **first), scene(LATER, name="SC020", **second)) == expected


def test_a_walk_and_a_suitcase_go_on_across_a_border_into_another_place():
    out = shot(person("ada", 0.2, 0.8), size="full", props=[prop("suitcase", 0.25, held_by="ada")])
    there = shot(person("ada", 0.8, 0.2, mirrored=True), size="full", location="street")
    found = named(scene(out), scene(there, name="SC020", continuous=True))
    assert found == [("C205", "1", "ada"), ("C203", "1", "suitcase")]


def test_a_dissolve_at_the_border_is_a_pause():
    assert named(scene(shot(ADA, **DISSOLVE), **EVENING), scene(LATER, name="SC020", **EVENING)) == []


def test_a_shot_that_the_film_omits_is_not_compared():
    changed = scene(shot(ADA), shot(ADA | {"wardrobe": "dress"}, size="close_up"), shot(ADA, size="medium"))
    assert [rule for rule, *_ in named(changed)] == ["C201", "C201"]
    left_out = check_continuity([changed], BIBLE, frozenset({"SC010_SH0020"}))
    assert [(each.line.shot, each.open) for each in left_out] == [("SC010_SH0010", ()), ("SC010_SH0030", ())]


def test_a_dog_may_run_to_the_other_side_and_turn():
    assert (
        named(scene(shot(ADA, person("rex", 0.7)), shot(ADA, person("rex", 0.1, mirrored=True), size="medium"))) == []
    )


def test_somebody_may_turn_to_another_one_who_stands_there():
    three = shot(person("ada", 0.2), person("ben", 0.4, mirrored=False), person("cat", 0.8), size="wide")
    turned = shot(person("ada", 0.3), person("ben", 0.7), size="medium")
    assert named(scene(three, turned)) == []
    assert named(scene(three, shot(person("ben", 0.7), size="medium"))) == [("C210", "2", "ben")]


def test_a_shot_that_a_program_proposed_makes_no_jump_cut():
    assert named(scene(shot(ADA, BEN), shot(ADA, BEN, proposed=True))) == []


def test_the_page_names_each_rule_with_the_change_that_its_waiver_names():
    page = (Path(__file__).parents[2] / "docs" / "continuity.md").read_text(encoding="utf-8")
    rows = {
        m["code"]: m for m in re.finditer(r"\| \*\*(?P<code>C2\d\d)\*\* (?P<name>\w+) .*\| (?P<change>.*) \|\n", page)
    }
    assert [(code, row["name"]) for code, row in rows.items()] == [(rule.code, rule.page.name) for rule in RULES]
    found = [each for shots, _ in BROKEN_FLOW.values() for line in judged(*shots) for each in line.open]
    assert {rows[each.finding.rule]["change"] == f"`{each.change}`" for each in found} == {True}
    assert set(CHANGES) == {row["change"].strip("`") for row in rows.values()} - {"–"}
