"""Timecode: our counting against two libraries, and the rates that a film may be turned over at."""

from __future__ import annotations

from fractions import Fraction

import opentimelineio as otio
import pytest
import timecode as package
from hypothesis import given
from hypothesis import strategies as st

from assembly.errors import UnfitRate
from assembly.turnover.timecode import RATES, Counting, counting_of

EVERY = [*(Counting(rate) for rate in RATES.values()), Counting(RATES["29.97"], drop_frame=True)]
DAY = 24 * 60 * 60
NAMES = {Fraction(24): "24", Fraction(25): "25", Fraction(30): "30", RATES["23.976"]: "23.98", RATES["29.97"]: "29.97"}

counts = st.sampled_from(EVERY)


@pytest.mark.parametrize(
    ("name", "drop", "frame", "written"),
    [
        ("24", False, 86_400, "01:00:00:00"),
        ("23.976", False, 86_400, "01:00:00:00"),
        ("29.97", False, 108_000, "01:00:00:00"),
        ("29.97", True, 107_892, "01:00:00;00"),
        ("29.97", True, 1799, "00:00:59;29"),
        ("29.97", True, 1800, "00:01:00;02"),
        ("29.97", True, 17_981, "00:09:59;29"),
        ("29.97", True, 17_982, "00:10:00;00"),
        ("29.97", True, 2_589_407, "23:59:59;29"),
    ],
)
def test_a_frame_has_the_timecode_that_the_standard_gives_it(name: str, drop: bool, frame: int, written: str) -> None:
    counting = Counting(RATES[name], drop)
    assert counting.timecode(frame) == written
    assert counting.frame(written) == frame


@given(counts, st.integers(0, DAY * 23))
def test_timecode_reads_back_and_agrees_with_opentimelineio(counting: Counting, frame: int) -> None:
    written = counting.timecode(frame)
    assert counting.frame(written) == frame
    time = otio.opentime.RationalTime(frame, float(counting.rate))
    assert otio.opentime.to_timecode(time, float(counting.rate), counting.drop_frame) == written
    assert otio.opentime.from_timecode(written, float(counting.rate)).value == frame


@given(counts, st.integers(0, DAY * 23))
def test_timecode_agrees_with_the_package_of_that_name_which_counts_from_one(counting: Counting, frame: int) -> None:
    written = counting.timecode(frame)
    theirs = package.Timecode(NAMES[counting.rate], written, force_non_drop_frame=not counting.drop_frame)
    assert theirs.frames - 1 == frame
    assert str(theirs) == written


@given(counts, st.integers(0, DAY * 23), st.integers(1, 10))
def test_later_frames_have_later_timecode_and_a_day_later_the_same(counting: Counting, frame: int, later: int) -> None:
    day = counting.frame(f"23:59:59{';' if counting.drop_frame else ':'}{counting.base - 1:02d}") + 1
    assert counting.timecode(frame) < counting.timecode(frame + later)
    assert counting.timecode(frame) == counting.timecode(frame + day)


def test_drop_frame_timecode_keeps_up_with_the_clock_and_the_other_does_not() -> None:
    hour = 3600 * RATES["29.97"]
    assert Counting(RATES["29.97"], drop_frame=True).timecode(round(hour)) == "01:00:00;00"
    assert Counting(RATES["29.97"]).timecode(round(hour)) == "00:59:56:12"


@pytest.mark.parametrize(
    ("counting", "written"),
    [
        (Counting(Fraction(24)), "01:00:00;00"),
        (Counting(Fraction(24)), "01:00:00:24"),
        (Counting(Fraction(24)), "24:00:00:00"),
        (Counting(Fraction(24)), "1:00:00:00"),
        (Counting(RATES["29.97"], drop_frame=True), "00:01:00;01"),
        (Counting(RATES["29.97"], drop_frame=True), "00:00:00:00"),
    ],
)
def test_timecode_that_does_not_exist_is_refused(counting: Counting, written: str) -> None:
    with pytest.raises(ValueError, match=r"no timecode|not written"):
        counting.frame(written)


def test_no_frame_lies_before_the_first() -> None:
    with pytest.raises(ValueError, match="before"):
        Counting(Fraction(25)).timecode(-1)


@pytest.mark.parametrize(
    ("fps", "asked", "drop", "rate"),
    [
        (24, None, False, Fraction(24)),
        (24, "23.976", False, Fraction(24_000, 1001)),
        (25, "25", False, Fraction(25)),
        (30, "29.97", True, Fraction(30_000, 1001)),
        (30, "29.97", False, Fraction(30_000, 1001)),
    ],
)
def test_a_film_is_turned_over_at_a_rate_that_keeps_each_frame(
    fps: int, asked: str | None, drop: bool, rate: Fraction
) -> None:
    assert counting_of(fps, asked, drop_frame=drop) == Counting(rate, drop)


@pytest.mark.parametrize(
    ("fps", "asked", "drop", "cure"),
    [
        (24, "25", False, "--rate 23.976 or 24"),
        (24, "29.97", False, "--rate 23.976 or 24"),
        (25, "23.976", False, "--rate 25"),
        (30, None, True, "Add --rate 29.97"),
        (24, "23.976", True, "Leave --drop-frame out"),
    ],
)
def test_another_rate_is_refused_with_those_that_fit(fps: int, asked: str | None, drop: bool, cure: str) -> None:
    with pytest.raises(UnfitRate) as refused:
        counting_of(fps, asked, drop_frame=drop)
    assert cure in str(refused.value)
