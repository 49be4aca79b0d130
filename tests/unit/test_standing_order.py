"""The window of a standing order: on the zone's own clocks, past midnight, and in nights when the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from manifests.spending.standing_order import StandingOrder


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
    [
        ("opens", "24:00"),
        ("opens", "9:00"),
        ("closes", "22:00"),
        ("zone", "Mars/Crater"),
        ("zone", "../etc"),
        ("night_usd", 5),
        ("scene", "scene ten"),
    ],
)
def test_an_order_that_nobody_could_keep_is_refused(field, value):
    with pytest.raises(ValidationError):
        order(**{field: value})


BERLIN = {"zone": "Europe/Berlin"}
GAP = "2026-03-28 12:00"  # at 02:00 of the night after, Berlin's clocks go on to 03:00, at 01:00 UTC


@pytest.mark.parametrize(("opens", "closes"), [("02:00", "03:00"), ("02:15", "02:45"), ("02:59", "03:00")])
def test_a_window_in_hours_that_the_clocks_skip_is_not_announced_and_the_announcement_says_so(opens, closes):
    standing = order(opens=opens, closes=closes, **BERLIN)
    assert standing.next_night(at(GAP)).name == "2026-03-30"
    assert "closed now, opens 30 Mar" in standing.now_words(at(GAP))
    assert "no window on 2026-03-29, when the clocks skip those hours" in standing.now_words(at(GAP))
    assert "no window" not in standing.now_words(at("2026-03-27 12:00"))
    assert "no window" not in standing.now_words(at("2026-03-29 12:00"))


@pytest.mark.parametrize(
    ("opens", "closes", "hours"),
    [
        ("02:30", "07:00", (1, 5)),
        ("02:30", "03:30", (1, 1.5)),
        ("01:30", "02:30", (0.5, 1)),
        ("22:00", "02:30", (-3, 1)),
    ],
)
def test_a_window_that_begins_or_ends_in_skipped_hours_does_so_when_the_clocks_go_on(opens, closes, hours):
    night = order(opens=opens, closes=closes, **BERLIN).next_night(at(GAP if opens == "22:00" else "2026-03-28 20:00"))
    midnight = at("2026-03-29 00:00")
    assert tuple((when - midnight).total_seconds() / 3600 for when in (night.opens, night.closes)) == hours


def test_the_announcement_says_whether_a_window_is_open_or_closed_and_from_when_or_until_when():
    assert order().now_words(at("2026-11-21 20:59")) == "closed now, opens 21 Nov 21:00 UTC"
    assert order().now_words(at("2026-11-21 21:00")) == "open now, until 06:00 UTC"


ZONES = [
    "Europe/Amsterdam",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "America/Havana",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "UTC",
]


FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)


def _changes(zone: str) -> list[date]:
    """The days before those on which the zone's clocks skip an hour, or half of one."""
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days)]
    offsets = [datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)).utcoffset() for day in days]
    return [day for day, before, after in zip(days, offsets, offsets[1:], strict=False) if before < after]


NEAR_A_CHANGE = [(zone, day) for zone in ZONES for day in _changes(zone)]
SMALL_HOURS = st.times(max_value=time(4))


@example(("Europe/Berlin", date(2026, 3, 28)), 720, 0, time(2, 30), 40)
@given(
    st.sampled_from(NEAR_A_CHANGE) | st.tuples(st.sampled_from(ZONES), st.dates(FIRST, LAST)),
    st.integers(0, 1439),
    st.integers(0, 1439),
    SMALL_HOURS | st.times(),
    st.integers(1, 60) | st.integers(1, 1439),
)
def test_every_window_that_is_announced_opens_shows_its_times_and_none_opens_before_it(
    place, minute, later, opens, length_min
):
    zone, day = place
    closes = datetime.combine(day, opens) + timedelta(minutes=length_min)
    standing = order(opens=f"{opens:%H:%M}", closes=f"{closes:%H:%M}", zone=zone)
    now = datetime.combine(day, datetime.min.time(), UTC) + timedelta(minutes=minute)
    night = standing.next_night(now)
    assert standing.night_at(night.opens) == night, "what is announced opens"
    assert standing.night_at(night.closes - timedelta(seconds=1)) == night, "and stays open to its end"
    assert standing.night_at(night.closes) != night
    for moment, told in ((night.opens, standing.opens), (night.closes, standing.closes)):
        local = moment.astimezone(ZoneInfo(zone))
        shown = datetime.combine(local.date(), datetime.strptime(told, "%H:%M").time(), ZoneInfo(zone))
        skipped = shown.astimezone(UTC) > shown.replace(fold=1).astimezone(UTC)
        assert skipped or f"{local:%H:%M}" == told
    between = now + (night.opens - now) * later / 1440
    open_then = standing.night_at(between)
    assert open_then is None or open_then.opens <= now, "no other window opens between now and the one announced"


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    st.sampled_from(["Europe/Amsterdam", "America/St_Johns", "Australia/Lord_Howe", "UTC"]),
    st.times(),
    st.times(),
)
def test_every_moment_is_in_one_night_or_before_the_next(now, zone, opens, closes):
    if f"{opens:%H:%M}" == f"{closes:%H:%M}":
        return
    standing = order(opens=f"{opens:%H:%M}", closes=f"{closes:%H:%M}", zone=zone)
    night, following = standing.night_at(now), standing.next_night(now)
    assert following.opens > now
    if night is not None:
        assert night.opens <= now < night.closes
        assert night.name < following.name
