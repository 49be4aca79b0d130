"""The phases of a film: what counts as produced, and what the next one needs, with the command that brings it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifests.bible import Bible, Character, Location, Style, Wardrobe
from production.phases.gather import needed_pictures
from production.phases.phases import FilmFacts, SceneFacts, next_of, phases_of

EMPTY = FilmFacts("Tea", "TEA", 9_000_000)
SCENE = SceneFacts("SC010", shots=2, ready=2)
BIBLE = replace(EMPTY, characters=1, places=1, pictures=5, locked=5, scenes=(SCENE,))


def states(facts: FilmFacts) -> list[str]:
    return [phase.state for phase in phases_of(facts)]


def fixes(facts: FilmFacts, number: int) -> list[str]:
    return [need.fix for need in phases_of(facts)[number].needs]


def test_an_empty_film_is_begun_and_its_pitch_is_next():
    phases = phases_of(EMPTY)
    assert [phase.state for phase in phases][:2] == ["done", "can begin"]
    assert next_of(phases).name == "pitch"
    assert fixes(EMPTY, 2) == ["gate new pitch"]
    assert "gate import SCRIPT, or gate new scene" in fixes(EMPTY, 3)
    assert {phase.state for phase in phases[3:]} == {"needs more"}


def test_a_pitch_is_optional_and_does_not_hold_up_what_comes_after_it():
    assert next_of(phases_of(BIBLE)).name == "generation"
    assert states(BIBLE)[1] == "can begin"


@pytest.mark.parametrize(
    ("locked", "needed"),
    [
        ((), ("front", "three_quarter")),
        (("front",), ("front", "three_quarter")),
        (("side",), ("front", "side")),
        (("front", "back"), ("front", "back")),
        (("front", "three_quarter", "side", "back"), ("front", "three_quarter", "side", "back")),
    ],
)
def test_the_front_and_one_more_view_of_each_wardrobe_are_needed_and_no_more(locked, needed):
    bible = Bible(
        characters={"ada": Character(id="ada", name="Ada", wardrobes={"coat": Wardrobe()})},
        locations={"room": Location(id="room", name="Room")},
        style=Style(),
    )
    names = [f"characters/ada/coat/{view}" for view in needed]
    assert needed_pictures(bible, {f"characters/ada/coat/{view}" for view in locked}) == ["locations/room", *names]


def test_views_that_an_animatic_can_do_without_are_told_and_hold_nothing_up():
    told = phases_of(replace(BIBLE, views=2))[2]
    assert (told.state, told.produced[3]) == ("done", "2 views missing, which an animatic can do without")


def test_pictures_that_are_not_locked_are_named_with_the_command():
    facts = replace(BIBLE, locked=3, unlocked="locations/kitchen")
    assert states(facts)[2] == "under way"
    (fix,) = fixes(facts, 3)
    assert "assets/" in fix
    assert fix.endswith("gate lock")


def test_shots_that_are_not_ready_are_counted_by_reason_with_the_first_fix():
    scene = replace(SCENE, ready=0, unready={"key": 2}, first_fix={"key": "Set FAL_KEY"})
    facts = replace(BIBLE, scenes=(scene,))
    assert states(facts)[4] == "needs more"
    assert fixes(facts, 4) == ["Set FAL_KEY; all of them: gate matrix SC010"]
    half = replace(BIBLE, scenes=(replace(scene, ready=1, unready={"key": 1}),))
    assert states(half)[4] == "can begin", "one that is not ready does not hold up the others"


def test_a_scene_that_cannot_be_planned_says_why():
    facts = replace(BIBLE, scenes=(SceneFacts("SC010", shots=2, refused="nobody knows the provider foo"),))
    need = phases_of(facts)[4].needs[0]
    assert ("nobody knows the provider foo" in need.what, need.fix) == (True, "gate plan SC010")


def test_a_film_whose_scenes_are_finished_is_done_once_no_call_is_open():
    scene = replace(SCENE, ready=0, drafts=2, finals=2, approved=2, cut="out/a.mp4", film="out/b.mp4")
    facts = replace(BIBLE, scenes=(scene,), takes=6, settled_microusd=1_000_000, logline=True, has_pitch=True)
    assert next_of(phases_of(facts)) is None
    assert fixes(replace(facts, open_calls=1), 7) == ["gate reconcile"]


@given(
    shots=st.integers(0, 6),
    drafts=st.integers(0, 6),
    finals=st.integers(0, 6),
    locked=st.integers(0, 5),
    cut=st.booleans(),
)
def test_whatever_is_there_each_phase_that_needs_more_names_a_command(shots, drafts, finals, locked, cut):
    drafts, finals = min(shots, drafts), min(shots, drafts, finals)
    film = "out/SC010/SC010_final.mp4" if cut and finals == shots else ""
    scene = SceneFacts("SC010", shots=shots, ready=shots - drafts, drafts=drafts, finals=finals, film=film)
    facts = replace(BIBLE, scenes=(scene,) if shots else (), locked=locked, unlocked="locations/kitchen", takes=drafts)
    for phase in phases_of(facts):
        assert all(need.fix for need in phase.needs)
        if phase.state == "needs more":
            assert [need for need in phase.needs if not need.optional]
        if phase.state == "done":
            assert phase.produced


@pytest.mark.parametrize("number", range(8))
def test_every_phase_has_its_number_and_its_name(number):
    assert phases_of(EMPTY)[number].number == number
