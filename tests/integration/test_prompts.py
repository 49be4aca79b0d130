"""gate lint, gate lint --fix, gate prompt and gate rule on a film's words, as a person meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

COMMENTED = "words: Soft evening light.\nsingle_take: Nice.   # ours\n# the last clause\navoid: 'Avoid cuts.'\n"
SECRET = "EXPLODES (quokka:1.3)"


@pytest.fixture
def on_seedance(film):
    """Its clips are made by Seedance, whose guide demands two clauses; nothing is sent."""
    (film / "film.yaml").write_text((film / "film.yaml").read_text() + "providers: {clip: openrouter}\n")
    (film / "bible" / "style.yaml").write_text(COMMENTED)
    return film


def found(gate, *more):
    return {f["rule"]: f for f in json.loads(gate("lint", "--json", *more)[1])["findings"] if f["rule"][0] == "P"}


def rewrite(film: Path, old: str, new: str) -> None:
    scene = film / "scenes" / "SC010.yaml"
    scene.write_text(scene.read_text().replace(old, new))


def test_a_finding_names_its_line_its_words_and_its_source(film, gate):
    rewrite(film, "She sets a cup down.", "She sets a cup down like a queen.")

    seen = found(gate)["P105"]["evidence"]

    line = (film / "scenes" / "SC010.yaml").read_text().splitlines()[int(seen["line"]) - 1]
    assert line[int(seen["column"]) - 1 :].startswith("like a queen")
    assert seen["source"].startswith("field report")
    out = gate("lint")[1]
    assert f"scenes/SC010.yaml:{seen['line']:g}:{seen['column']:g} SC010_SH0010" in out
    assert "                          ────────────\n" in out


def test_the_words_of_somebody_whom_no_shot_shows_are_read_for_the_reference_views(film, gate):
    ada = film / "bible" / "characters" / "ada.yaml"
    ada.write_text(ada.read_text() + "  evening: {words: a gown like a flame}\n")

    seen = found(gate)["P105"]

    assert seen["subject"] == "bible/characters/ada.yaml"
    assert seen["evidence"]["field"] == "wardrobes.evening.words"


def test_the_safe_fixes_keep_every_comment_and_are_done_after_one_pass(on_seedance, gate):
    style = on_seedance / "bible" / "style.yaml"
    rewrite(on_seedance, "She sets a cup down.", "She sets a (red:1.2) cup down. # no comment")
    assert {"P141", "P142", "P163"} <= found(gate).keys()
    shown = json.loads(gate("lint", "--fix", "--json")[1])
    assert (shown["fixed"], style.read_text()) == (False, COMMENTED)

    gate("lint", "--fix", "--yes")

    assert style.read_text() == COMMENTED.replace("Nice.", "Nice. One continuous shot.").replace(
        "cuts.'", "cuts. Avoid jitter, bent limbs and identity drift.'"
    )
    assert "motion: She sets a red cup down. # no comment\n" in (on_seedance / "scenes" / "SC010.yaml").read_text()
    assert not {"P141", "P142", "P163"} & found(gate).keys()
    assert json.loads(gate("lint", "--fix", "--yes", "--json")[1])["fixes"] == []


def test_a_private_shots_words_are_printed_nowhere(on_seedance, gate):
    rewrite(on_seedance, "She sets a cup down.", f"She {SECRET}.")
    rewrite(on_seedance, "  - id: SC010_SH0010\n", "  - id: SC010_SH0010\n    private: true\n")

    said = [gate("lint"), gate("lint", "--json"), gate("lint", "--fix", "--yes"), gate("prompt", "SC010_SH0010")]
    said.append(gate("prompt", "SC010_SH0010", "--json"))

    assert all("P101" in out for _, out, _ in said)
    assert not [word for word in ("EXPLODES", "quokka") for _, out, err in said if word in out + err]
    assert SECRET in (on_seedance / "scenes" / "SC010.yaml").read_text()


def test_a_prompt_is_shown_as_its_provider_gets_it_with_its_guide(on_seedance, gate):
    told = json.loads(gate("prompt", "SC010_SH0010", "--stage", "panel", "--provider", "gemini", "--json")[1])
    panel = told["prompts"][0]
    assert (panel["profile"], panel["as_sent"]) == ("gemini-image", True)
    assert "Image 1: only where everybody and everything stands." in panel["prompt"]

    out = gate("prompt", "SC010_SH0010")[1]

    assert "clip · openrouter bytedance/seedance-2.0\n  guide    seedance-2.0: " in out
    assert "E P141 bible/style.yaml:2:14 " in out


def test_the_page_of_a_prompt_rule_has_its_source_its_guides_and_what_measures_it(gate):
    out = gate("rule", "P141")[1]

    assert "field report, read 2026-11-21" in out
    assert "guides     seedance-2.0, seedance-2.5\n" in out
    assert "measured   Q108 cut_inside" in out


def test_the_plan_names_the_guide_of_each_prompt(film, gate):
    steps = json.loads(gate("plan", "SC010", "--json")[1])["steps"]

    assert {step["guide"].partition(":")[0] for step in steps} == {"animatic-picture", "animatic-clip"}
