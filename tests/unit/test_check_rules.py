from __future__ import annotations

import numpy as np
import pytest

from checks.contract import Tally, Trouble
from checks.drift import judge_drift
from checks.drift_shot import Measured
from checks.errors import UnknownRule
from checks.gates.artefacts import band_share, bar_share, is_blank
from checks.gates.roster_gate import check_roster
from checks.gates.technical import Watcher
from checks.rules import catalogue, panel_rules
from checks.seeing import colour, similarity
from manifests.bible import Bible, Character, Location, Style, Wardrobe
from manifests.film import Waiver

HUE_TOLERANCE_DEGREES = 1.0


def picture(seed: int = 1) -> np.ndarray:
    rough = np.random.default_rng(seed).integers(30, 226, (9, 16, 3)).astype(np.uint8)
    return np.repeat(np.repeat(rough, 40, axis=0), 40, axis=1)


def chain(*hues: float) -> list[Measured]:
    return [Measured(f"SC010_SH{(i + 1) * 10:04d}", i, {("cafe", "hue"): hue}) for i, hue in enumerate(hues)]


def test_every_rule_has_one_page_and_pages_are_sorted() -> None:
    codes = [page.code for page in catalogue.pages()]

    assert codes == sorted(set(codes))
    assert {code[0] for code in codes} == set("ACMPRVQD")


def test_an_unknown_rule_is_refused_with_its_nearest_neighbours() -> None:
    with pytest.raises(UnknownRule, match="V10") as refused:
        catalogue.page("V199")

    assert not refused.value.retry_helps


def test_a_film_overrides_a_threshold_and_the_score_says_so() -> None:
    tally = Tally({"V106": 40.0})

    assert tally.judge(panel_rules.HUE, "cafe", 30.0)
    assert tally.verdict().scores[0].threshold == 40.0
    assert not Tally({}).judge(panel_rules.HUE, "cafe", 30.0)


def test_a_rule_that_does_not_apply_passes_without_a_value() -> None:
    tally = Tally({})
    tally.judge(panel_rules.IDENTITY, "marit", None)

    score = tally.verdict().scores[0]
    assert (score.applies, score.passed, score.value) == (False, True, None)


def test_a_failed_score_becomes_a_finding_with_its_flaw() -> None:
    tally = Tally({})
    tally.judge(panel_rules.PRESENCE, "marit", -0.4, Trouble("missing:marit", "nobody there", "make it again"))

    assert tally.verdict().flaws == frozenset({"missing:marit"})
    assert not tally.verdict().passed


def test_an_info_rule_never_fails_a_picture() -> None:
    tally = Tally({})

    assert tally.judge(panel_rules.COMPOSITION, "frame", -1.0)
    assert tally.verdict().passed


@pytest.mark.parametrize("degrees", [-30.0, -12.0, 3.0, 25.0])
def test_a_turn_of_hue_is_measured_in_degrees_with_its_sign(degrees: float) -> None:
    plain = picture()
    measured = colour.hue_turn(colour.turned(plain, degrees), plain, np.ones(plain.shape[:2], np.float32))

    assert measured == pytest.approx(degrees, abs=HUE_TOLERANCE_DEGREES)


def test_a_grey_region_has_no_hue() -> None:
    grey = np.full((40, 40, 3), 120, np.uint8)

    assert colour.hue_turn(grey, grey, np.ones((40, 40), np.float32)) is None


def test_agreement_is_one_for_the_same_picture_and_low_for_another() -> None:
    assert similarity.agreement(picture(), picture()) == pytest.approx(1.0, abs=1e-5)
    assert similarity.agreement(picture(1), picture(2)) < 0.5


def test_our_ssim_is_that_of_skimage() -> None:
    import cv2
    from skimage.metrics import structural_similarity

    a, b = picture(1), np.clip(picture(1).astype(int) + picture(2) // 8, 0, 255).astype(np.uint8)
    small = [cv2.cvtColor(cv2.resize(p, (256, 144), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY) for p in (a, b)]

    assert similarity.ssim(a, b) == pytest.approx(structural_similarity(*small, win_size=7), abs=1e-4)


def test_advantage_is_positive_for_the_better_fit_and_turns_its_sign_with_the_rivals() -> None:
    assert similarity.advantage(2.0, 10.0) > 0.5
    assert similarity.advantage(2.0, 10.0) == -similarity.advantage(10.0, 2.0)


def test_blank_bars_and_bands_are_told_from_a_picture() -> None:
    grey = np.tile(np.linspace(20, 230, 640, dtype=np.float32), (360, 1))
    barred = grey.copy()
    barred[:40] = barred[-40:] = 0

    assert is_blank(np.zeros((360, 640), np.float32))
    assert not is_blank(grey)
    assert bar_share(barred) == pytest.approx(80 / 360)
    assert bar_share(grey) == 0
    ramp = np.repeat(np.tile(np.linspace(0, 255, 640), (360, 1))[..., None], 3, axis=2).astype(np.uint8)
    assert band_share(ramp) == 0
    assert band_share(ramp // 64 * 64) > 0.5


def test_three_degrees_a_link_is_found_at_the_fifth_shot_and_the_chain_is_re_anchored() -> None:
    report = judge_drift(chain(0, 3, 6, 9, 12), {}, 5, "eye")

    assert [f.rule for f in report.drifted] == ["D104"]
    assert report.re_anchor == ("SC010_SH0020", "SC010_SH0030", "SC010_SH0040", "SC010_SH0050")
    assert report.model_validate_json(report.model_dump_json()) == report


def test_a_drift_the_other_way_is_found_too() -> None:
    assert judge_drift(chain(0, -3, -6, -9, -12), {}, 5, "eye").drifted


def test_a_chain_that_only_trembles_is_left_alone() -> None:
    report = judge_drift(chain(0.4, -1.0, 1.3, 0.2, -1.1, 1.2, 0.9, -0.7, 1.4, 1.0), {}, 5, "eye")

    assert report.passed
    assert report.read_at == ("SC010_SH0050", "SC010_SH0100")


def test_a_long_lens_is_not_a_drift_but_a_room_that_creeps_away_is() -> None:
    def room(*distances: float) -> list[Measured]:
        return [Measured(f"SC010_SH{(i + 1) * 10:04d}", i, {("cafe", "location"): d}) for i, d in enumerate(distances)]

    assert judge_drift(room(0.28, 0.29, 0.27, 0.28, 0.29), {}, 5, "eye").passed
    assert [f.rule for f in judge_drift(room(0.07, 0.12, 0.22, 0.32, 0.42), {}, 5, "eye").drifted] == ["D103"]


def test_a_shot_made_from_the_masters_starts_its_chain_anew() -> None:
    drifting = chain(0, 3, 6, 9)
    anchored = [*drifting, Measured("SC010_SH0050", 0, {("cafe", "hue"): 0.0})]

    assert judge_drift(anchored, {}, 5, "eye").passed


def test_the_roster_names_who_is_forgotten_and_who_was_never_drawn() -> None:
    marit = Character(id="marit", name="Marit", height_m=1.7, identity="x", wardrobes={"apron": Wardrobe(words="x")})
    bible = Bible(
        characters={"marit": marit},
        locations={"cafe": Location(id="cafe", name="Café", words="x", light="x")},
        style=Style(words="x"),
    )
    stored = frozenset({"characters/marit/apron/front", "characters/bram/coat/front"})

    verdict = check_roster(bible, stored)

    found = {(f.rule, f.subject) for f in verdict.findings}
    assert found == {
        ("R201", "characters/bram/coat"),
        ("R202", "locations/cafe"),
        ("R203", "characters/marit/apron"),
    }
    assert check_roster(bible, frozenset(bible.assets())).passed
    waived = check_roster(
        bible,
        frozenset(bible.assets()) | {"characters/bram/coat/front"},
        (Waiver(rule="R201", subject="characters/bram/coat", why="he comes in the second film"),),
    )
    assert waived.passed
    assert "waived: he comes in the second film" in waived.findings[0].message
    assert not check_roster(bible, stored, (Waiver(rule="R201", subject="characters/bram/coat", why="x"),)).passed


def test_a_repeated_frame_is_frozen_and_a_breathing_one_is_not() -> None:
    still, moving = Watcher(), Watcher()
    base = np.tile(np.linspace(40, 200, 256, dtype=np.uint8), (144, 1))
    for index in range(48):
        still.see(index, base)
        moving.see(index, np.roll(base, index // 2, axis=1))

    assert still.still_seconds() > 1.5
    assert moving.still_seconds() == 0


def test_a_cut_inside_a_take_is_seen_and_a_pan_is_not() -> None:
    rng = np.random.default_rng(3)
    one, two = (np.kron(rng.integers(20, 230, (9, 16)), np.ones((16, 16))).astype(np.uint8) for _ in range(2))
    cut, pan = Watcher(), Watcher()
    for index in range(48):
        cut.see(index, np.roll(one if index < 24 else two, index, axis=1))
        pan.see(index, np.roll(one, index, axis=1))

    ratio, frame = cut.cut()
    assert ratio > 3
    assert frame == 24
    assert pan.cut()[0] < 3
