"""The C2 rules over scenes that are broken in one place, over good scenes, and over what a film accepts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checks.continuity.judging import check_continuity
from checks.rules.continuity_rules import IDLE_WAIVER, RULES
from manifests.scene import Scene
from manifests.story.continuity import CHANGES
from tests.unit.continuity_scenes import BIBLE, person, prop, scene, shot

ADA, BEN = person("ada", 0.3), person("ben", 0.7)
DISSOLVE = {"transition": {"kind": "dissolve"}}


def named(*scenes: Scene) -> list[tuple[str, str, str]]:
    """Rule, the shot's number, and whom it is about."""
    return [
        (each.finding.rule, each.shot.rpartition("_SH")[2].strip("0"), " ".join(each.of))
        for judged in check_continuity(scenes, BIBLE)
        for each in judged.open
    ]


BROKEN = {
    "a coat that is gone at a cut": (
        [shot(ADA), shot(ADA | {"wardrobe": "dress"}, size="medium")],
        ("C201", "2", "ada"),
    ),
    "a coat that is gone behind a cut-away in the room": (
        [shot(ADA, BEN), shot(BEN, size="close_up"), shot(ADA | {"wardrobe": "dress"}, BEN, size="medium")],
        ("C201", "3", "ada"),
    ),
    "a coat that is gone on the way out of the door": (
        [shot(ADA), shot(ADA | {"wardrobe": "dress"}, size="wide", location="street")],
        ("C201", "2", "ada"),
    ),
    "a suitcase that nobody brought": (
        [shot(ADA), shot(ADA, size="medium", props=[prop("suitcase")])],
        ("C202", "2", "suitcase"),
    ),
    "a letter in a hand that was empty": (
        [shot(ADA, BEN), shot(ADA, BEN, size="medium", props=[prop("letter", 0.35, held_by="ada")])],
        ("C202", "2", "letter"),
    ),
    "a lamp that is gone from the hand": (
        [shot(ADA, size="medium", props=[prop("lamp", 0.35, held_by="ada")]), shot(ADA, BEN)],
        ("C203", "2", "lamp"),
    ),
    "a letter that changed hands unseen": (
        [
            shot(ADA, BEN, props=[prop("letter", 0.35, held_by="ada")]),
            shot(ADA, BEN, size="medium", props=[prop("letter", 0.65, held_by="ben")]),
        ],
        ("C203", "2", "letter"),
    ),
    "two people who swapped sides": (
        [shot(ADA, BEN), shot(person("ben", 0.3), person("ada", 0.7), size="medium")],
        ("C204", "2", "ada ben"),
    ),
    "one of three who crossed the others": (
        [
            shot(person("ada", 0.2), person("cat", 0.5), person("ben", 0.8), size="wide"),
            shot(person("cat", 0.2), person("ada", 0.4), person("ben", 0.8)),
        ],
        ("C204", "2", "ada cat"),
    ),
    "two who face us before and after, and swapped": (
        [shot(person("ada", 0.3, facing="front"), person("ben", 0.7, facing="front")),
         shot(person("ada", 0.7, facing="front"), person("ben", 0.3, facing="front"), size="medium")],
        ("C204", "2", "ada ben"),
    ),
    "a walk that turns back at a cut": (
        [shot(person("ada", 0.2, 0.6)), shot(person("ada", 0.8, 0.4, mirrored=True), size="wide", location="street")],
        ("C205", "2", "ada"),
    ),
    "a drive that turns back, by its words": (
        [shot(ADA | {"moves": "left"}), shot(ADA | {"moves": "right"}, size="close_up")],
        ("C205", "2", "ada"),
    ),
    "lamps that turn to daylight": (
        [shot(ADA, light={"temperature": 3200}), shot(ADA, size="medium", light={"temperature": 5600})],
        ("C206", "2", ""),
    ),
    "a warm room that is cool at once": (
        [shot(ADA), shot(ADA, size="medium"), shot(ADA, light={"temperature": "cool"})],
        ("C206", "3", ""),
    ),
    "a window that changes sides": (
        [
            shot(ADA, light={"direction": "left"}),
            shot(ADA, size="medium", light={"direction": "right"}),
        ],
        ("C206", "2", ""),
    ),
    "night after noon in one talk": (
        [shot(ADA, time="noon"), shot(ADA, size="medium", time="night")],
        ("C207", "2", ""),
    ),
    "an evening in the next place, with the same person": (
        [shot(ADA, time="morning"), shot(ADA, size="wide", location="street", time="evening")],
        ("C207", "2", ""),
    ),
    "rain that stops at a cut": (
        [shot(ADA, weather="rain"), shot(ADA, size="medium", weather="clear")],
        ("C208", "2", ""),
    ),
    "snow behind a shot that does not say it": (
        [shot(ADA, weather="fog"), shot(ADA, size="medium"), shot(ADA, weather="snow")],
        ("C208", "3", ""),
    ),
    "the same two-shot twice": ([shot(ADA, BEN), shot(ADA, BEN)], ("C209", "2", "")),
    "the same empty room twice": ([shot(size="wide"), shot(size="wide", zoom=1.05)], ("C209", "2", "")),
    "a look away from whom it is for": (
        [shot(ADA | {"looks": "ben"}, BEN), shot(person("ada", 0.4, mirrored=True, looks="ben"), size="close_up")],
        ("C210", "2", "ada"),
    ),
    "two singles that look the same way": (
        [
            shot(person("ada", 0.3, looks="ben"), size="close_up"),
            shot(person("ben", 0.3, looks="ada"), size="close_up"),
        ],
        ("C210", "2", "ben"),
    ),
    "a head that turns between two shots": (
        [shot(ADA), shot(person("ada", 0.3, mirrored=True), size="medium")],
        ("C210", "2", "ada"),
    ),
    "a suitcase that is gone from the floor": (
        [shot(ADA, size="medium", props=[prop("suitcase")]), shot(ADA)],
        ("C211", "2", "suitcase"),
    ),
    "a chained shot without the lamp that it opens on": (
        [shot(ADA, props=[prop("lamp")]), shot(ADA, chain=True)],
        ("C211", "2", "lamp"),
    ),
    "a suitcase that is gone behind a close-up": (
        [shot(ADA, props=[prop("suitcase")]), shot(ADA, size="close_up"), shot(ADA, size="full")],
        ("C211", "3", "suitcase"),
    ),
}  # fmt: skip
SCENE_SAYS = {"a warm room that is cool at once": {"light": {"temperature": "warm"}}}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_scene_has_exactly_its_finding(name):
    shots, expected = BROKEN[name]
    assert named(scene(*shots, **SCENE_SAYS.get(name, {}))) == [expected]


BACK = {"facing": "back"}
GOOD = {
    "a talk in shot and reverse shot over the shoulders": [
        shot(ADA, BEN, size="wide", time="evening", weather="rain", light={"temperature": "warm", "direction": "left"}),
        shot(person("ada", 0.25, facing="back"), person("ben", 0.65), size="medium"),
        shot(person("ada", 0.35), person("ben", 0.75, facing="back"), size="medium"),
        shot(person("ben", 0.6, looks="ada"), size="close_up"),
        shot(person("ada", 0.4, looks="ben"), size="close_up"),
        shot(ADA, BEN, size="full"),
    ],
    "an insert that names a letter which the wide shot was too far from to name": [
        shot(ADA, BEN, size="wide"),
        shot(size="close_up", props=[prop("letter", 0.5)]),
        shot(person("ada", 0.4), size="medium", props=[prop("letter", 0.5)]),
        shot(person("ben", 0.6), size="medium_close_up"),
    ],
    "a suitcase that is carried in, set down, framed out and still there": [
        shot(person("ada", 0.1, 0.4), size="wide", props=[prop("suitcase", 0.15, held_by="ada", passes_to="room")]),
        shot(person("ada", 0.45), size="close_up"),
        shot(person("ada", 0.4), BEN, size="full", props=[prop("suitcase", 0.35)]),
    ],
    "a lamp that goes from hand to hand and out": [
        shot(ADA, BEN, size="medium", props=[prop("lamp", 0.35, held_by="ada", passes_to="ben")]),
        shot(ADA, BEN, size="full", props=[prop("lamp", 0.65, held_by="ben", passes_to="off")]),
        shot(ADA, BEN, size="wide"),
    ],
    "a walk home with a shot from the front before she turns back": [
        shot(person("ada", 0.2, 0.8), size="wide", location="street"),
        shot(person("ada", 0.5, facing="front") | {"moves": "toward"}, size="full", location="street"),
        shot(person("ada", 0.8, 0.3, mirrored=True), size="wide", location="street"),
    ],
    "another day after a dissolve, in other clothes": [
        shot(ADA, BEN, size="wide", time="evening", weather="rain", props=[prop("suitcase")], **DISSOLVE),
        shot(
            person("ben", 0.3) | {"wardrobe": "dress"}, person("ada", 0.7), size="wide", time="morning", weather="clear"
        ),
    ],
    "a phone call between day here and night there": [
        shot(person("ada", 0.4, looks="right"), size="medium", time="day"),
        shot(person("ben", 0.6, looks="left"), size="medium", time="night", location="street"),
        shot(person("ada", 0.4, looks="right"), size="close_up", time="day"),
    ],
    "a chained take that goes on as it was": [
        shot(ADA, BEN, size="medium", props=[prop("lamp")]),
        shot(ADA, person("ben", 0.7, 0.6), size="medium", chain=True, props=[prop("lamp")]),
        shot(ADA, person("ben", 0.6), size="medium", chain=True, props=[prop("lamp")]),
    ],
    "a walk beside each other, from the front and then from behind": [
        shot(person("ada", 0.4, facing="front"), person("ben", 0.6, facing="front"), location="street"),
        shot(person("ada", 0.6, **BACK), person("ben", 0.4, **BACK), location="street"),
    ],
    "a scene that begins in the morning of a day, with one thing after the other": [
        shot(size="wide", time="morning", light={"temperature": 5500, "direction": "left"}),
        shot(ADA, size="full", time="day", light={"temperature": 5200, "direction": "above"}),
        shot(ADA, person("rex", 0.7), size="medium", light={"temperature": "neutral"}),
        shot(ADA, person("rex", 0.2, mirrored=True), size="full"),
    ],
    "three at a table, each in a single": [
        shot(person("ada", 0.2), person("cat", 0.5, facing="front"), person("ben", 0.8), size="wide"),
        shot(person("cat", 0.5, facing="front"), size="close_up"),
        shot(person("ben", 0.5, mirrored=True, looks="ada"), size="close_up"),
        shot(person("ada", 0.5, mirrored=False, looks="cat"), size="close_up"),
        shot(person("ada", 0.2), person("cat", 0.5, facing="front"), person("ben", 0.8), size="wide"),
    ],
    "a coat that comes off while we are outside": [
        shot(ADA, BEN, size="wide"),
        shot(size="wide", location="street", weather="rain"),
        shot(ADA | {"wardrobe": "dress"}, BEN, size="full"),
    ],
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_scene_has_no_finding(name):
    assert named(scene(*GOOD[name])) == []


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


def test_every_rule_of_continuity_is_shown_by_two_broken_scenes():
    shown = [expected[0] for _, expected in BROKEN.values()]
    assert all(shown.count(rule.code) >= 2 for rule in RULES if rule is not IDLE_WAIVER)
    assert len(GOOD) >= 10


def test_the_page_names_each_rule_with_the_change_that_its_waiver_names():
    page = (Path(__file__).parents[2] / "docs" / "continuity.md").read_text(encoding="utf-8")
    rows = {
        m["code"]: m for m in re.finditer(r"\| \*\*(?P<code>C2\d\d)\*\* (?P<name>\w+) .*\| (?P<change>.*) \|\n", page)
    }
    assert [(code, row["name"]) for code, row in rows.items()] == [(rule.code, rule.page.name) for rule in RULES]
    found = [each for shots, _ in BROKEN.values() for line in judged(*shots) for each in line.open]
    assert {rows[each.finding.rule]["change"] == f"`{each.change}`" for each in found} == {True}
    assert set(CHANGES) == {row["change"].strip("`") for row in rows.values()} - {"–"}
