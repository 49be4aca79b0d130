"""A cast is measured and taken back; a creep too large to be one is called drift."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import colour_match
from checks.colour_match import after_undoing, fit, recoloured, shifted, to_look
from manifests.cut import ColourShift

NONE = ColourShift()
WARM = ColourShift(
    lightness_gain=0.94, lightness_offset=3.0, saturation=0.9, hue_degrees=5.0, a_offset=1.5, b_offset=3.0
)
EASILY = 1e-3
SHIFTS = st.builds(
    ColourShift,
    lightness_gain=st.floats(0.8, 1.25),
    lightness_offset=st.floats(-8, 8),
    saturation=st.floats(0.7, 1.4),
    hue_degrees=st.floats(-15, 15),
    a_offset=st.floats(-8, 8),
    b_offset=st.floats(-8, 8),
)


def pixels(seed: int = 1, count: int = 4000) -> np.ndarray:
    random = np.random.default_rng(seed)
    return np.stack([random.uniform(15, 90, count), random.normal(5, 18, count), random.normal(10, 18, count)], axis=1)


def picture(seed: int = 1) -> np.ndarray:
    """Sixteen by nine patches of soft colours."""
    rough = np.random.default_rng(seed).integers(60, 190, (9, 16, 3)).astype(np.uint8)
    return np.repeat(np.repeat(rough, 40, axis=0), 40, axis=1)


def look(shot: str, cast: ColourShift = NONE) -> colour_match.ColourDeparture:
    """A shot that shows what the masters say, under a cast."""
    clean = picture()
    wanted = colour_match._pixels([clean.astype(np.float32)])
    return colour_match._look(shot, (recoloured(clean, cast),), wanted)


@given(SHIFTS, SHIFTS)
def test_undoing_one_shift_and_making_another_is_one_shift(one, two):
    there = shifted(shifted(pixels(count=50), one), after_undoing(one, two))
    assert np.allclose(there, shifted(pixels(count=50), two), atol=0.05)  # shifts keep four digits


@given(SHIFTS)
def test_a_cast_is_measured_as_it_is(shift):
    found, agree = fit(pixels(), shifted(pixels(), shift))
    assert agree.all()
    assert (
        np.abs(shifted(pixels(), found) - shifted(pixels(), shift)).max() < 2.0
    )  # held towards no change by two per cent


def test_what_shows_something_else_has_no_say():
    seen = shifted(pixels(), WARM)
    seen[:1200] = pixels(2)[:1200]
    found, agree = fit(pixels(), seen)
    assert agree[1200:].mean() > 0.99
    assert np.abs(shifted(pixels(), found) - shifted(pixels(), WARM)).mean() < 1.0


def test_a_cast_is_taken_back_and_measured_anew():
    match = to_look(look("SC010_SH0010"), look("SC010_SH0020", WARM), {})
    assert match.state == "matched"
    assert match.before > 3.0
    assert match.after < 0.5
    assert match.shift is not None
    assert match.shift.hue_degrees < 0


def test_the_first_shots_own_look_is_what_the_others_are_brought_to():
    first = look("SC010_SH0010", WARM)
    assert to_look(first, look("SC010_SH0020", WARM), {}).state == "left"
    back = to_look(first, look("SC010_SH0020"), {})
    assert back.shift is not None
    assert back.shift.lightness_gain == pytest.approx(WARM.lightness_gain, abs=0.02)


def test_what_nobody_sees_is_left_alone():
    slight = ColourShift(b_offset=0.5)
    match = to_look(look("SC010_SH0010"), look("SC010_SH0020", slight), {})
    assert (match.state, match.shift, match.after) == ("left", None, match.before)


def test_more_than_a_cast_is_refused_and_called_drift_and_a_film_says_how_much_that_is():
    far = look("SC010_SH0020", ColourShift(hue_degrees=18.0, b_offset=9.0))
    match = to_look(look("SC010_SH0010"), far, {})
    assert (match.state, match.shift) == ("refused", None)
    assert "drift" in match.why
    assert to_look(look("SC010_SH0010"), look("SC010_SH0020", WARM), {"D105": 2.0}).state == "refused"


def test_another_picture_altogether_says_nothing_of_colour():
    clean = picture()
    other = colour_match._look("SC010_SH0020", (picture(7),), colour_match._pixels([clean.astype(np.float32)]))
    match = to_look(look("SC010_SH0010"), other, {})
    assert (match.state, match.shift) == ("left", None)
