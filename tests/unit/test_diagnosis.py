"""Which layer is to blame: for each, a case that is and cases that are not."""

from __future__ import annotations

from typing import Any

import pytest

from checks.diagnosis import diagnose
from checks.failure import FailureFacts, JudgedTake, frames_of, marginal
from checks.seeing.strangers import Stranger
from manifests.bible import Bible, Character, Location, Style, Wardrobe
from manifests.diagnosis import Diagnosis
from manifests.finding import Finding, Verdict
from manifests.prompt import panel_prompt
from manifests.scene import Shot
from tests.unit.verdicts_to_diagnose import fails, misdressed, misplaced, score, unlike

SAID = "as the bible says"


@pytest.fixture
def bible() -> Bible:
    def person(name: str, *wardrobes: str) -> Character:
        return Character(
            id=name,
            name=name.title(),
            height_m=1.7,
            identity=f"{name}, with a face of {name}'s own.",
            wardrobes={w: Wardrobe(words=f"a {w} of wool.") for w in wardrobes},
        )

    def place(name: str) -> Location:
        return Location(id=name, name=f"The {name.replace('_', ' ')}", words=f"a {name} of stone.", light="daylight.")

    return Bible(
        characters={"ada": person("ada", "coat", "apron"), "bo": person("bo", "jumper")},
        locations={name: place(name) for name in ("living_room", "front_entryway", "garden")},
        style=Style(words="ink."),
    )


def shot_with(**changes: Any) -> Shot:
    fields: dict[str, Any] = {
        "id": "SC010_SH0010",
        "location": "living_room",
        "cast": [{"character": "ada", "wardrobe": "coat", "start": {"x": 0.3, "y": 0.95, "scale": 0.6}}],
        "camera": {"size": "full"},
        "motion": "She sets a cup down.",
        "duration_s": 4,
    }
    return Shot.model_validate(fields | changes)


PASSED = Verdict(scores=(score("V104", "living_room", 0.6, 0.1),), findings=())
CLEAR = (score("V102", "ada", 0.45, 0.05), score("V103", "ada", 0.5, 0.05), score("V104", "living_room", 0.6, 0.1))
HAIR = (score("V102", "ada", 0.09, 0.05), score("V103", "ada", 0.08, 0.05), score("V104", "living_room", 0.13, 0.1))


@pytest.fixture
def blame(bible: Bible) -> Any:
    def run(
        *verdicts: Verdict, stage: str = "panel", seeds: Any = None, words: str | None = SAID, **more: Any
    ) -> Diagnosis:
        shot = more.pop("shot", shot_with())
        prompt = panel_prompt(shot, bible) if words == SAID else words or ""
        seeds = seeds or range(len(verdicts))
        takes = tuple(
            JudgedTake(key=f"{n:064x}", name=f"take {n}", provider="fal", seed=seed, prompt=prompt, verdict=verdict)
            for n, (seed, verdict) in enumerate(zip(seeds, verdicts, strict=True))
        )
        facts = FailureFacts(shot=shot, bible=bible, stage=stage, takes=takes, **more)  # type: ignore[arg-type]
        return diagnose(facts)

    return run


# The manifest


def test_another_place_that_fits_every_take_by_far_is_asked_about_in_the_manifest(blame):
    told = blame(misplaced(), misplaced(-0.5))
    assert (told.layer, told.confidence) == ("manifest", "strong")
    assert told.because[0] == (
        "the manifest says living_room, the picture fits front_entryway better (0.91 against 0.42): is the "
        "manifest wrong?"
    )
    assert [change.words for change in told.changes] == ["location: living_room → front_entryway"]
    assert told.fix is not None
    assert "gate fix SC010_SH0010" in told.fix


def test_one_take_alone_is_fair_evidence_against_the_manifest(blame):
    assert (blame(misplaced()).layer, blame(misplaced()).confidence) == ("manifest", "fair")


def test_two_takes_of_one_seed_are_no_more_than_one(blame):
    assert blame(misplaced(), misplaced(), seeds=[7, 7]).confidence == "fair"


@pytest.mark.parametrize(
    "verdicts",
    [
        (misplaced(), misplaced(fits="garden")),
        (misplaced(), misplaced(-0.1)),
        (PASSED, misplaced()),
        (misplaced(fits="elsewhere"), misplaced(fits="elsewhere")),
    ],
    ids=["other places in turn", "not by far", "one take was right", "a place the bible lacks"],
)
def test_a_wrong_place_that_does_not_stay_the_same_is_the_models(blame, verdicts):
    assert blame(*verdicts).layer == "model"


def test_clothes_that_fit_another_wardrobe_throughout_ask_for_that_line(blame):
    told = blame(misdressed(), misdressed())
    assert told.layer == "manifest"
    assert [change.words for change in told.changes] == ["ada's wardrobe: coat → apron"]


def test_somebody_else_in_every_take_asks_for_character_and_clothes(blame):
    told = blame(unlike(), unlike())
    assert told.layer == "manifest"
    assert [change.words for change in told.changes] == ["ada's wardrobe: coat → jumper", "ada's character: ada → bo"]


def test_somebody_who_is_in_the_shot_already_is_no_line_to_change(blame):
    both = [
        {"character": name, "wardrobe": wears, "start": {"x": x, "y": 0.9, "scale": 0.5}}
        for name, wears, x in (("ada", "coat", 0.2), ("bo", "jumper", 0.8))
    ]
    assert blame(unlike(), unlike(), shot=shot_with(cast=both)).layer == "model"


def test_two_rules_that_name_one_flaw_are_one_flaw(blame):
    other = fails("V108", "living_room", "location:living_room", 0.1, 0.3)
    both = [
        Verdict(scores=v.scores + other.scores, findings=v.findings + other.findings)
        for v in (misplaced(), misplaced())
    ]
    assert (blame(*both).layer, blame(*both).because[1]) == ("manifest", "2 of 2 takes show it (2 seeds, fal)")


def test_the_flaw_that_most_takes_share_is_the_one_that_is_looked_at(blame):
    odd, shared = misplaced(), misdressed(-0.1)
    last = Verdict(scores=odd.scores + shared.scores, findings=odd.findings + shared.findings)
    assert blame(shared, shared, last).flaw == "wardrobe:ada"


def test_where_the_eyes_disagree_no_evidence_is_more_than_weak(blame):
    dispute = Finding(
        rule="V104",
        severity="warning",
        subject="living_room",
        flaw="disagreement:location:living_room",
        message="m",
        cure="c",
    )
    seen = misplaced()
    told = blame(misplaced(), Verdict(scores=seen.scores, findings=(*seen.findings, dispute)))
    assert (told.layer, told.confidence) == ("manifest", "weak")
    assert told.because[-1] == "the other eye lets it pass: look at it"


def test_a_wrong_place_explains_that_nobody_is_found_in_it(blame):
    lost = fails("V101", "ada", "missing:ada", -0.2, 0.1)
    both = [
        Verdict(scores=v.scores + lost.scores, findings=lost.findings + v.findings) for v in (misplaced(), misplaced())
    ]
    assert blame(*both).flaw == "location:living_room"


# The model


def test_a_clip_that_is_wrong_from_the_start_under_a_clear_panel_is_the_models(blame):
    clip = unlike(at_frame_10=-0.4, at_frame_90=-0.5)
    told = blame(clip, clip, stage="clip", panel=CLEAR)
    assert (told.layer, told.confidence) == ("model", "strong")
    assert told.because[0] == "the panel it opens on has V102 identity of ada 0.45 (0.05 needed)"


def test_a_clip_that_turns_wrong_late_is_the_models_even_under_a_marginal_panel(blame):
    clip = unlike(-0.2, at_frame_10=0.33, at_frame_45=0.1, at_frame_90=-0.2)
    told = blame(clip, stage="clip", panel=HAIR)
    assert (told.layer, told.confidence) == ("model", "strong")
    assert "right at frame 10 (0.33, 0.05 needed) and wrong at frame 90 (-0.20)" in told.because[0]


def test_a_clip_in_another_place_under_a_clear_panel_is_not_the_manifests(blame):
    assert blame(misplaced(), misplaced(), stage="clip", panel=CLEAR).layer == "model"


def test_a_technical_flaw_is_the_models_and_one_take_is_weak_evidence(blame):
    told = blame(fails("Q106", "clip", "black", 0.9, 0.1), stage="clip", panel=CLEAR)
    assert (told.layer, told.confidence) == ("model", "weak")
    assert told.fix == "Another seed may fix it: gate resume SC010"


def test_where_the_film_allows_no_other_take_nobody_is_told_to_make_one(blame):
    told = blame(fails("Q106", "clip", "black", 0.9, 0.1), stage="clip", panel=CLEAR, another_take=False)
    assert (told.layer, told.confidence) == ("model", "weak")
    assert told.fix == "Ask another: gate provider compare SC010 --to NAME --stage clip"


# The panel


def test_a_clip_under_a_panel_that_passed_by_a_hair_is_the_panels(blame):
    clip = unlike(at_frame_10=-0.1, at_frame_90=-0.2)
    told = blame(clip, clip, stage="clip", panel=HAIR)
    assert (told.layer, told.confidence) == ("panel", "strong")
    assert "by a hair (0.09, 0.05 needed)" in told.because[0]
    assert [change.words for change in told.changes] == ["seed: 0 → 101"]


def test_a_chained_shots_panel_is_mended_by_breaking_the_chain(blame):
    told = blame(unlike(), stage="clip", panel=HAIR, shot=shot_with(chain=True))
    assert [change.words for change in told.changes] == ["chain: true → false"]


def test_a_panel_that_was_close_in_another_thing_is_not_to_blame(blame):
    other = (score("V103", "ada", 0.06, 0.05), score("V102", "ada", 0.45, 0.05))
    assert blame(unlike(), stage="clip", panel=other).layer == "model"


def test_a_panel_is_not_blamed_on_itself(blame):
    assert blame(unlike(-0.1), panel=HAIR).layer == "model"


# The locked pictures


STRANGER = Stranger("characters/ada/coat/side", 0.3, ("bo", "jumper"), 0.8)


def test_a_view_that_looks_like_somebody_elses_is_the_references_fault(blame):
    told = blame(unlike(), unlike(), strangers=(STRANGER,))
    assert (told.layer, told.confidence) == ("reference", "strong")
    assert told.because[0] == (
        "characters/ada/coat/side looks more like bo/jumper (0.80) than like its own other views (0.30)"
    )


def test_a_view_of_somebody_else_is_not_blamed_for_a_wrong_place(blame):
    assert blame(misplaced(), misplaced(), strangers=(STRANGER,)).layer == "manifest"


def test_a_master_that_fails_its_own_check_is_named(blame):
    odd = Finding(
        rule="R106",
        severity="warning",
        subject="characters/ada/coat/front",
        flaw="reference:x",
        message="is not cut out",
        cure="Remove its background",
    )
    told = blame(misdressed(-0.1), references=Verdict(scores=(), findings=(odd,)))
    assert (told.layer, told.because) == ("reference", ("R106 is not cut out",))


@pytest.mark.parametrize(("lines", "layer"), [(300.0, "reference"), (900.0, "model")])
def test_a_small_view_is_blamed_and_a_large_one_is_not(blame, lines, layer):
    size = score("R105", "characters/ada/coat/front", lines, 256.0)
    told = blame(misdressed(-0.1), misdressed(-0.1), references=Verdict(scores=(size,), findings=()))
    assert told.layer == layer


def test_a_small_view_is_not_blamed_for_one_take(blame):
    size = score("R105", "characters/ada/coat/front", 300.0, 256.0)
    assert blame(misdressed(-0.1), references=Verdict(scores=(size,), findings=())).layer == "model"


def test_a_small_view_of_somebody_else_is_not_blamed(blame):
    size = score("R105", "characters/bo/jumper/front", 300.0, 256.0)
    assert blame(misdressed(-0.1), misdressed(-0.1), references=Verdict(scores=(size,), findings=())).layer == "model"


# The words


def test_words_that_ask_for_other_clothes_are_to_blame(blame):
    shot = shot_with(motion="She ties her apron.")
    told = blame(misdressed(-0.1), misdressed(-0.1), shot=shot)
    assert (told.layer, told.confidence) == ("prompt", "strong")
    assert "the shot's own words speak of 'apron'" in told.because[1]


def test_words_outweigh_a_model_that_was_given_a_clear_panel(blame):
    shot = shot_with(motion="She ties her apron.")
    assert blame(misdressed(), misdressed(), stage="clip", panel=CLEAR, shot=shot).layer == "prompt"


def test_words_that_name_the_place_that_fits_speak_against_the_manifest(blame):
    told = blame(misplaced(), misplaced(), shot=shot_with(motion="She waits in the front entryway."))
    assert told.layer == "manifest"
    assert told.because[-1] == "the shot's own words speak of 'front entryway' too"


@pytest.mark.parametrize(
    ("flaw", "motion", "layer"),
    [
        ("frozen", "She sits still, motionless.", "prompt"),
        ("frozen", "She sets a cup down.", "model"),
        ("cut", "She smiles; then we see the garden.", "prompt"),
        ("cut", "She cuts the bread.", "model"),
        ("missing:ada", "The chair stands empty.", "prompt"),
        ("blocking:ada", "She crosses to the window.", "prompt"),
        ("identity:ada", "Bo looks up.", "prompt"),
        ("identity:ada", "A box falls.", "model"),
    ],
)
def test_words_are_to_blame_where_they_ask_for_the_flaw(blame, flaw, motion, layer):
    codes = {"frozen": "Q107", "cut": "Q108", "missing": "V101", "blocking": "V105", "identity": "V102"}
    verdict = fails(codes[flaw.partition(":")[0]], "ada", flaw, -0.1)
    assert blame(verdict, verdict, shot=shot_with(motion=motion)).layer == layer


def test_one_take_does_not_convict_the_words(blame):
    assert blame(misdressed(-0.1), shot=shot_with(motion="She ties her apron.")).layer == "model"


def test_a_prompt_that_leaves_the_clothes_out_is_to_blame(blame):
    told = blame(misdressed(-0.1), misdressed(-0.1), words="ada, with a face of ada's own. She sets a cup down.")
    assert (told.layer, told.because[1]) == ("prompt", "the prompt does not say ada's wardrobe coat")


def test_a_prompt_that_leaves_the_clothes_out_is_not_convicted_by_one_take(blame):
    assert blame(misdressed(-0.1), words="ada, with a face of ada's own.").layer == "model"


def test_a_prompt_that_says_both_on_one_side_is_to_blame_for_a_swap(blame):
    def pair(x: float) -> Shot:
        marks = (("ada", "coat", 0.45), ("bo", "jumper", x))
        return shot_with(
            cast=[{"character": c, "wardrobe": w, "start": {"x": at, "y": 0.9, "scale": 0.5}} for c, w, at in marks]
        )

    swapped = fails("V105", "ada", "blocking:ada+bo", 1.0)
    assert blame(swapped, swapped, shot=pair(0.55)).layer == "prompt"
    assert blame(swapped, swapped, shot=pair(0.8)).layer == "model"


def test_a_private_shots_words_are_not_repeated(blame):
    told = blame(misdressed(-0.1), misdressed(-0.1), shot=shot_with(motion="She ties her apron.", private=True))
    assert told.layer == "prompt"
    assert "apron" not in told.stored()


def test_words_that_are_not_known_are_not_blamed(blame):
    told = blame(misdressed(-0.1), misdressed(-0.1), words=None)
    assert told.layer == "model"
    assert "the words say what was wanted" not in told.because


# The measures


def test_a_take_that_failed_nothing_has_no_diagnosis(blame):
    with pytest.raises(ValueError, match="failed nothing"):
        blame(PASSED)


@pytest.mark.parametrize(
    ("rule", "value", "limit", "close"),
    [("V102", 0.14, 0.05, True), ("V102", 0.16, 0.05, False), ("V106", 14.0, 18.0, True), ("V106", 9.0, 18.0, False)],
)
def test_marginal_is_near_the_threshold_on_its_good_side(rule, value, limit, close):
    assert marginal(score(rule, "ada", value, limit, passed=True)) is close


def test_key_frames_are_read_in_their_order():
    finding = unlike(at_frame_83=-0.2, at_frame_9=0.4, at_frame_42=0.1).findings[0]
    assert frames_of(finding) == [(9, 0.4), (42, 0.1), (83, -0.2)]
