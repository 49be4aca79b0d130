"""Each prompt rule finds what it is for, and keeps silent where it must."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from checks.prompts.lint import DETECTORS, fixed_pieces, idle_waivers, lint_prompt
from checks.prompts.profiles import PROFILES, listing, profile_of
from checks.prompts.record import PromptPart, record_of, record_of_view
from checks.rules import catalogue, prompt_rules
from desk.cli.tools.rule import table_of
from manifests.prompt import edit_prompt, polish_prompt
from manifests.reading.film_folder import read_film
from manifests.view_shot import view_shot
from tests.unit.prompt_records import bible, record

ROOT = Path(__file__).parents[2]
TABLE: dict[str, dict[str, list[Any]]] = YAML(typ="safe").load(
    (ROOT / "tests" / "cases" / "prompts" / "rules.yaml").read_text()
)
CASES = [(code, kind, case) for code, kinds in TABLE.items() for kind, cases in kinds.items() for case in cases]


EDITS = (("edit", "the cup", "blue"), ("demolish", "the cup", ""), ("rebuild", "the cup", "a white bowl"))


def codes(case: Any) -> list[str]:
    said = case if isinstance(case, dict) else {"motion": case}
    return [found.rule.code for found in lint_prompt(record(**said))]


@pytest.mark.parametrize(("code", "case"), [(code, case) for code, kind, case in CASES if kind == "fires"], ids=str)
def test_a_rule_finds_what_it_is_for(code, case):
    assert code in codes(case)


@pytest.mark.parametrize(("code", "case"), [(code, case) for code, kind, case in CASES if kind == "silent"], ids=str)
def test_a_rule_keeps_silent_where_it_must(code, case):
    assert code not in codes(case)


def test_every_rule_has_two_cases_of_each_kind():
    assert set(TABLE) == {rule.code for rule, _ in DETECTORS}
    assert all(len(cases) >= 2 for kinds in TABLE.values() for cases in (kinds["fires"], kinds["silent"]))


@pytest.mark.parametrize(
    ("words", "rules"),
    [
        ("the door EXPLODES inward", {"P101", "P110"}),
        ("the bandit FROZEN in the doorway", {"P102"}),
        ("a brick-shaped candy falls", {"P103"}),
        ("SHARP violent kick", {"P104", "P110"}),
    ],
)
def test_the_words_that_cost_a_production_its_takes_are_found(words, rules):
    assert rules <= set(codes(words))


GOOD = (
    "A boot kicks the door once, at handle height. The door swings open fast and hits the wall.",
    "Ada lifts the cup with both hands and drinks. Steam rises past her face.",
    "Bo walks from frame left to frame right and stops at the window.",
    "Ada's left hand closes over the key. Her knuckles whiten.",
    "Rain runs down the glass. Ada wipes a circle free and looks out.",
    "Bo strikes a match; the flame lights his chin from below.",
    "Ada leans forward until her forehead touches the wall, and breathes out.",
    "Bo cuts the bread in two and pushes one half across the table.",
    "The lamp swings once over the table. Two shadows slide over the wall and back.",
    "Ada walks toward the door, slowly, one hand along the wall. The floorboards creak.",
)


@pytest.mark.parametrize("words", GOOD)
@pytest.mark.parametrize("profile", [each.name for each in PROFILES if "P111" in each.rules])
def test_good_words_pass_for_every_video_model(words, profile):
    found = lint_prompt(record(words, profile=profile))

    assert [f"{each.rule.code} {each.hit.words}" for each in found if each.severity != "info"] == []


def test_the_example_film_has_no_finding_but_the_clause_that_seedance_demands():
    film = read_film(ROOT / "examples" / "harbour")
    found = {
        (profile.name, each.rule.code)
        for profile in PROFILES
        for scene in film.scenes.values()
        for shot in scene.shots
        for stage in ("panel", "clip")
        for each in lint_prompt(record_of(scene, shot, film.bible, stage, profile))  # type: ignore[arg-type]
        if each.severity != "info"
    }

    assert found == {("seedance-2.0", "P142"), ("seedance-2.5", "P142")}


@pytest.mark.parametrize("profile", [each for each in PROFILES if "P103" in each.rules and "P111" not in each.rules])
def test_the_bibles_words_in_a_reference_view_are_read_as_in_a_shot(profile):
    told = bible()
    ada = told.characters["ada"].model_copy(update={"identity": "Woman of 30, like a queen, (red hair:1.3)."})
    told = told.model_copy(update={"characters": {**told.characters, "ada": ada}})
    found = lint_prompt(record_of_view(view_shot("ada", "jumper", "side"), told, profile))
    assert {(each.rule.code, each.subject) for each in found} == {
        ("P105", "bible/characters/ada.yaml"),
        ("P163", "bible/characters/ada.yaml"),
    }


@pytest.mark.parametrize("words", [polish_prompt(), *(edit_prompt(*asked) for asked in EDITS)])
def test_the_programs_own_words_of_a_polish_and_of_an_edit_pass_for_every_image_model(words):
    said = PromptPart("style", "bible/style.yaml", ("words",), words)
    for profile in (each for each in PROFILES if "P131" in each.rules and "P111" not in each.rules):
        asked = replace(record(profile=profile), stage="panel", prompt=words, pieces=(said,))
        assert lint_prompt(asked) == (), profile.name


def test_every_rule_has_its_page_its_source_and_a_model_that_it_is_on_for():
    for rule in prompt_rules.RULES:
        page = catalogue.page(rule.code)
        assert page.source.startswith(("provider: ", "guide: ", "field report: ", "heuristic: "))
        assert "(read 2026-" in page.source
        assert listing(rule.code)
        assert all(catalogue.page(code) for code in rule.measured_by)
        assert rule.bad != rule.good


@pytest.mark.parametrize(
    ("model", "operation", "name"),
    [
        ("bytedance/seedance-2.0", "clip", "seedance-2.0"),
        ("dreamina-seedance-2-5-260628", "clip", "seedance-2.5"),
        ("seedance-2.0-image-to-video", "clip", "seedance-2.0"),
        ("google/veo-3.1-fast", "clip", "veo-3.1"),
        ("kwaivgi/kling-v3.0-pro", "clip", "any-video"),
        ("black-forest-labs/flux-3-video", "clip", "any-video"),
        ("gemini-3-pro-image", "panel", "gemini-image"),
        ("seedream-5-0-lite-260128", "panel", "seedream"),
        ("flux-2-pro", "panel", "flux-2"),
        ("by-hand", "panel", "any-picture"),
    ],
)
def test_each_model_follows_its_own_guide(model, operation, name):
    assert profile_of(model, operation).name == name
    assert profile_of(model, operation, free=True).free


def test_a_waiver_changes_neither_what_is_asked_for_nor_what_is_stored():
    plain, waived = record().shot, record(ok=("P110",)).shot

    assert waived.unnamed() == plain
    assert waived.model_dump_json() == plain.model_dump_json()


def test_a_waiver_of_the_shot_accepts_its_own_words_and_none_of_the_bibles():
    said = "Ada is CROUCHED and rises"

    assert "P110" not in [each.rule.code for each in lint_prompt(record(said, ok=("P110",)))]
    assert "P110" in [each.rule.code for each in lint_prompt(record(light="a lamp, NOT the sun", ok=("P110",)))]


def test_a_waiver_of_the_film_accepts_a_rule_for_one_subject():
    film = {("P110", "SC010_SH0010"): "signage"}

    assert "P110" not in [each.rule.code for each in lint_prompt(record("Ada is CROUCHED and rises"), film)]


def test_a_waiver_that_accepts_nothing_is_named():
    assert idle_waivers([record("Ada turns", ok=("P110",))]) == ("P110",)
    assert idle_waivers([record("Ada turns to the STOVE", ok=("P110",))]) == ()


TOKENS = """the door EXPLODES Ada Cleo camera pans left cut to (cut:1.2) 0-3s (a:1.2) ((b:1):2) ++c++ no [[d]] frozen
    like in lamp_room noon . , " raincoat ::2 turns --ar 16:9 as if NOT then subtitles"""
WRITTEN = st.text(max_size=300) | st.lists(st.sampled_from(TOKENS.split()), max_size=30).map(" ".join)


@given(WRITTEN.filter(bool), st.sampled_from(PROFILES), st.sampled_from(["static", "pan_left", "push_in"]))
def test_no_text_makes_the_lint_raise_and_it_says_the_same_twice(text, profile, move):
    asked = record(text, profile=profile, move=move)

    first = lint_prompt(asked)

    assert first == lint_prompt(asked)
    assert all(0 <= each.hit.start <= each.hit.end <= len(each.hit.piece.text) for each in first)


@given(WRITTEN.filter(bool), WRITTEN.filter(bool), WRITTEN.filter(bool))
def test_a_safe_fix_makes_no_new_error_and_is_done_after_one_pass(motion, single_take, avoid):
    said = {"motion": motion, "single_take": single_take, "avoid": avoid}
    before = lint_prompt(record(**said))
    fixed = {str(path[-1]): text for (_, path), text in fixed_pieces(before).items()}

    after = lint_prompt(record(**(said | fixed)))

    errors = [{each.rule.code for each in found if each.severity == "error"} for found in (before, after)]
    assert errors[1] <= errors[0]
    assert fixed_pieces(after) == {}


def test_the_table_of_docs_prompts_is_the_one_that_gate_rule_prints():
    page = (ROOT / "docs" / "prompts.md").read_text()
    held = page.partition("<!-- from gate rule P --table -->")[2].partition("<!-- end -->")[0]

    assert held.strip().splitlines() == table_of("P")
