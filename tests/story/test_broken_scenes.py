"""Every rule of continuity and of prompts names the scenes that break it, and nothing else; good scenes raise no alarm.

Each scene is looked at by all the rules at once: its shots against one another, and each prompt for its own model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checks.continuity.judging import check_continuity
from checks.prompts.edits import trouble_with
from checks.prompts.lint import idle_waivers, lint_prompt
from checks.prompts.profiles import PROFILES, SEEDANCE_2, VEO, profile_of
from checks.prompts.record import record_of
from checks.rules import continuity_rules, prompt_rules
from manifests.bible import Bible
from manifests.reading.film_folder import read_film
from manifests.scene import Scene
from tests.story.broken_scenes import BROKEN_FLOW, BROKEN_WORDS, SCENE_SAYS, talk
from tests.story.good_scenes import GOOD
from tests.unit.continuity_scenes import bible_of, scene

HARBOUR = Path(__file__).parents[2] / "examples" / "harbour"
MODELS = [profile.name for profile in PROFILES if "P111" in profile.rules]
VEO_STYLE = {"avoid": "Clean from edge to edge."}
"""What Veo's guide asks for, in place of the clause that Seedance's demands."""


def named(told: Scene, bible: Bible, model: str = SEEDANCE_2.name, edit: tuple[str, str] | None = None) -> set[str]:
    """Each finding by its rule and where it is: the shot's number, or the file of the bible that says it."""
    return {*_flow(told, bible), *_words(told, bible, model), *_asked(edit)}


def _flow(told: Scene, bible: Bible) -> Iterator[str]:
    for judged in check_continuity([told], bible):
        for found in judged.findings:
            yield f"{found.rule} {_number(found.subject)} {' '.join(found.flaw.split(':')[1:])}".strip()


def _words(told: Scene, bible: Bible, model: str) -> Iterator[str]:
    clip = next(profile for profile in PROFILES if profile.name == model)
    for shot in told.shots:
        stages = ("panel", "end_panel", "clip") if shot.mode == "start_end_frames" else ("panel", "clip")
        records = [
            record_of(told, shot, bible, stage, clip if stage == "clip" else profile_of("flux-2", "panel"))  # type: ignore[arg-type]
            for stage in stages
        ]
        for found in (found for record in records for found in lint_prompt(record)):
            yield f"{found.rule.code} {_number(found.subject)}"
        for _ in idle_waivers(records):
            yield f"{prompt_rules.IDLE_WAIVER.code} {_number(shot.id)}"


def _asked(edit: tuple[str, str] | None) -> Iterator[str]:
    """What is wrong with an edit of the second shot's frame."""
    if edit and (trouble := trouble_with(*edit)):
        yield f"{trouble.rule} 2"


def _number(subject: str) -> str:
    return subject.rpartition("_SH")[2].strip("0") if "_SH" in subject else Path(subject).stem


@pytest.mark.parametrize("name", BROKEN_FLOW)
def test_the_rules_of_continuity_name_what_is_broken_and_nothing_else(name):
    shots, (rule, shot, of) = BROKEN_FLOW[name]
    of = of.replace(":", " ")
    assert named(scene(*shots, **SCENE_SAYS.get(name, {})), bible_of()) == {f"{rule} {shot} {of}".strip()}


def broken_words(name: str) -> set[str]:
    said = dict(BROKEN_WORDS[name][0])
    style, edit, model = said.pop("style", {}), said.pop("edit", None), said.pop("model", SEEDANCE_2.name)
    if model == VEO.name:
        style = VEO_STYLE | style
    bible = bible_of(**({"light": said.pop("light")} if "light" in said else {}), **style)
    if "move" in said:
        said["camera"] = {"size": "close_up", "move": said.pop("move"), "amount": 0.1}
    if "dialogue" in said:
        said["dialogue"] = [{"character": "ben", "text": said["dialogue"], "from_s": 0, "to_s": 4}]
    return named(scene(*talk(**said)), bible, model, edit)


@pytest.mark.parametrize("name", BROKEN_WORDS)
def test_the_rules_of_prompts_name_what_is_broken_and_nothing_else(name):
    expected = BROKEN_WORDS[name][1]
    assert broken_words(name) == {each if " " in each else f"{each} 2" for each in expected}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", GOOD)
def test_a_good_scene_raises_no_alarm_for_any_model(name, model):
    assert named(scene(*GOOD[name]), bible_of(**(VEO_STYLE if model == VEO.name else {})), model) == set()


def test_the_harbour_raises_no_alarm():
    film = read_film(HARBOUR)
    animatic = profile_of("previz", "clip", free=True).name
    assert named(film.scenes["SC010"], film.bible, animatic) == set()


def test_every_rule_of_continuity_and_of_prompts_is_broken_at_least_twice():
    shown = Counter(expected[0] for _, expected in BROKEN_FLOW.values())
    shown += Counter(each.split()[0] for _, expected in BROKEN_WORDS.values() for each in expected)
    every: tuple[Any, ...] = (*continuity_rules.RULES, *(rule for rule in prompt_rules.RULES))
    assert {rule.code: shown[rule.code] for rule in every if shown[rule.code] < 2} == {}
    assert len(BROKEN_FLOW) + len(BROKEN_WORDS) >= 30
    assert len(GOOD) >= 10


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("a door that explodes where it should open", "P101"),
        ("a bandit who is ice", "P102"),
        ("a sweet that becomes a brick", "P103"),
        ("a kick of the camera's own", "P104"),
        ("a single take that is nice", "P141 style"),
        ("a clause that avoids cuts alone", "P142 style"),
        ("smaller, and all else kept", "P153"),
    ],
)
def test_the_sentences_that_cost_a_production_its_takes_are_in_the_table(name, rule):
    assert rule in BROKEN_WORDS[name][1]
