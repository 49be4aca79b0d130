"""The local eye's arithmetic: what is usual in a film, and how channels become one number an axis."""

from __future__ import annotations

import numpy as np
import pytest

from checks.contract import Tally
from checks.errors import EyesDiffer
from checks.scorer.axes import ASK_BELOW, FAIL_BELOW, AxisScore, axis_scores, overall
from checks.scorer.baseline import PICTURES_MIN, Baseline, soft_min
from checks.scorer.channels import BY_NAME, CHANNELS, similarity
from checks.scorer.cutouts import neck_of
from checks.scorer.frame_score import _judge

WARDROBE = ("torso_colour", "torso_map", "torso_embedding")


def picture(off: float = 0.0, entity: str = "ada", eye: str = "small", only: str = "") -> list:
    """Every channel at its usual distance, `off` of the channel's own spreads farther away (of `only` that one)."""
    out = []
    for channel in CHANNELS:
        by = off if only in {"", channel.name} else 0.0
        distance = 0.2 * float(np.exp(by * channel.spread))
        out.append(similarity(entity, channel.name, distance, eye))
    return out


def film(count: int = 8, spread: float = 0.5) -> Baseline:
    return Baseline.of([picture(spread * np.sin(2.4 * i)) for i in range(count)])


def test_a_picture_as_usual_passes_on_every_axis():
    scores = axis_scores(picture(), film())
    assert {axis for _, axis in scores} == {"identity", "wardrobe", "location"}
    assert {score.triage for score in scores.values()} == {"pass"}


def test_a_picture_far_off_on_one_axis_fails_there_and_passes_elsewhere():
    off = [similarity("ada", n, 8.0, "small") for n in WARDROBE]
    scores = axis_scores([*(i for i in picture() if i.channel not in WARDROBE), *off], film())
    assert scores["ada", "wardrobe"].triage == "fail"
    assert scores["ada", "identity"].triage == "pass"
    assert overall(scores) < overall(axis_scores(picture(), film()))


def test_the_channel_that_fits_worst_is_named():
    assert axis_scores(picture(5, only="head_colour"), film())["ada", "identity"].channel == "head_colour"


def test_farther_off_is_never_better():
    zs = [axis_scores(picture(off), film())["ada", "location"].z for off in (-1, 0, 1, 2, 4)]
    assert zs == sorted(zs, reverse=True)


def test_a_film_that_varies_more_forgives_more():
    calm, wild = film(12, spread=0.2), film(12, spread=3.0)
    assert axis_scores(picture(3), calm)["ada", "identity"].z < axis_scores(picture(3), wild)["ada", "identity"].z


def test_one_bad_approved_picture_does_not_widen_the_film():
    pictures = [picture(0.3 * np.sin(2.4 * i)) for i in range(9)]
    spreads = [{u.channel: u.spread for u in Baseline.of(p).usual} for p in (pictures, [*pictures, picture(30)])]
    assert all(spreads[1][name] < 1.5 * spreads[0][name] for name in spreads[0])


def test_five_channels_as_usual_are_no_nearer_to_an_alarm_than_one():
    assert soft_min([0.3] * 5) == pytest.approx(soft_min([0.3]))


def test_one_channel_far_off_outvotes_many_that_fit():
    assert soft_min([-6, 1, 1, 1]) < -4


def test_scores_of_two_eyes_are_never_compared():
    with pytest.raises(EyesDiffer, match="small"):
        axis_scores(picture(eye="large"), film())
    with pytest.raises(EyesDiffer):
        Baseline.of([picture(), picture(eye="large")])


def test_an_unmeasured_channel_has_no_say():
    known = Baseline.of([[i for i in picture(0.1 * n) if i.channel != "hair_shape"] for n in range(6)])
    hair = next(i for i in picture(9) if i.channel == "hair_shape")
    assert known.z(hair) is None
    assert axis_scores([hair], known) == {}


def test_somebody_new_is_held_against_the_whole_film_but_is_not_known():
    known = film()
    stranger = picture(entity="eve")
    assert axis_scores(stranger, known)["eve", "identity"].triage == "pass"
    assert known.knows("ada")
    assert not known.knows("eve")
    assert not Baseline.of([picture()] * (PICTURES_MIN - 1)).knows("ada")


def test_a_baseline_is_kept_and_read_again():
    known = film()
    assert Baseline.from_stored(known.stored()) == known


def test_a_baseline_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        Baseline.of([])


def test_every_channel_has_a_direction_a_unit_and_a_spread():
    assert len(BY_NAME) == len(CHANNELS)
    assert all(c.unit and c.spread > 0 and c.floor >= 0 for c in CHANNELS)
    near, far = (similarity("ada", "torso_map", d, "small").value for d in (1.0, 9.0))
    assert near > far


def judged(z: float, *, strong: bool = True) -> tuple[list, list]:
    tally = Tally({})
    score = AxisScore(z=z, channel="head_map", channel_z=z, strong=strong, triage="ask")
    _judge("ada", "identity", score, "panel", tally)
    verdict = tally.verdict()
    return [(f.severity, f.flaw) for f in verdict.findings], [s.passed for s in verdict.scores]


def test_a_failing_axis_is_an_error_and_a_doubtful_one_a_question():
    assert judged(FAIL_BELOW - 1) == ([("error", "identity_kept:ada")], [False])
    assert judged(ASK_BELOW - 0.5) == ([("warning", "ask:identity:ada")], [True])
    assert judged(0.0) == ([], [True])


def test_a_channel_that_may_only_ask_never_fails_a_picture():
    assert judged(FAIL_BELOW - 3, strong=False) == ([("warning", "ask:identity:ada")], [True])


def test_a_channel_that_may_only_ask_tips_no_axis_into_failing_either():
    known, tipped = film(), []
    for off in np.arange(2, 9, 0.25):
        seen = {item.channel: item for item in picture(off, only="place_structure")}
        bad_ssim = {**seen, "place_ssim": similarity("ada", "place_ssim", 2.0, "small")}
        without, beside = (axis_scores(items.values(), known)["ada", "location"] for items in (seen, bad_ssim))
        assert without.strong == beside.strong
        tipped.append(beside.z < FAIL_BELOW and not beside.strong and beside.triage == "ask")
    assert any(tipped)


def test_a_neck_is_found_where_a_figure_is_narrow():
    figure = np.zeros((200, 100), np.float32)
    figure[:30, 35:65] = 1
    figure[30:36, 44:56] = 1
    figure[36:, 20:80] = 1
    assert neck_of(figure) == pytest.approx(0.165, abs=0.02)
    assert neck_of(np.ones((200, 100), np.float32)) is None
