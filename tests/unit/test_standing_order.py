"""The window of a standing order: on the zone's own clocks, past midnight, and in nights when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from manifests.standing_order import StandingOrder


def order(**given: object) -> StandingOrder:
    fields = {"scene": "SC010", "opens": "22:00", "closes": "07:00", "zone": "Europe/Amsterdam", "night_usd": "5.00"}
    return StandingOrder(**{**fields, **given})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "night"),
    [
        ("2026-11-21 20:59", None),
        ("2026-11-21 21:00", "2026-11-21"),  # 22:00 in Amsterdam in winter
        ("2026-11-22 05:59", "2026-11-21"),
        ("2026-11-22 06:00", None),
        ("2026-07-01 20:00", "2026-07-01"),  # 22:00 there in summer
        ("2026-07-02 05:00", None),
    ],
)
def test_a_window_past_midnight_belongs_to_the_day_on_which_it_opens(now, night):
    found = order().night_at(at(now))
    assert (found.name if found else None) == night


@pytest.mark.parametrize(("day", "hours"), [("2026-10-24", 10), ("2026-03-28", 8), ("2026-11-20", 9)])
def test_a_night_in_which_the_clocks_change_has_its_true_length(day, hours):
    night = order().next_night(at(f"{day} 12:00"))
    assert night.name == day
    assert (night.closes - night.opens).total_seconds() == hours * 3600


def test_a_window_within_one_day_is_open_once_a_day():
    noon = order(opens="12:00", closes="13:00", zone="UTC")
    assert noon.night_at(at("2026-11-21 12:30")).scope == "night:2026-11-21"
    assert noon.night_at(at("2026-11-21 13:00")) is None
    assert noon.next_night(at("2026-11-21 12:30")).name == "2026-11-22"


@pytest.mark.parametrize(
    ("field", "value"),
    [("opens", "24:00"), ("opens", "9:00"), ("closes", "22:00"), ("zone", "Mars/Crater"), ("zone", "../etc"),
     ("night_usd", 5), ("scene", "scene ten")],
)  # fmt: skip
def test_an_order_that_nobody_could_keep_is_refused(field, value):
    with pytest.raises(ValidationError):
        order(**{field: value})


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    st.sampled_from(["Europe/Amsterdam", "America/St_Johns", "Australia/Lord_Howe", "UTC"]),
    st.times(), st.times(),
)  # fmt: skip
def test_every_moment_is_in_one_night_or_before_the_next(now, zone, opens, closes):
    if f"{opens:%H:%M}" == f"{closes:%H:%M}":
        return
    standing = order(opens=f"{opens:%H:%M}", closes=f"{closes:%H:%M}", zone=zone)
    night, following = standing.night_at(now), standing.next_night(now)
    assert following.opens > now
    if night is not None:
        assert night.opens <= now < night.closes
        assert night.name < following.name
