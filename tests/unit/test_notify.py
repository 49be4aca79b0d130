"""Who is told, and when it is quiet: by names alone, on the zone's own clocks."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from manifests.notify import GROUPS, Notify


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


BERLIN = Notify(approval=("team",), digest=("team", "boss"), money=("boss",), quiet="22:00-07:00", zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-21 20:59", None),
        ("2026-11-21 21:00", "2026-11-22 06:00"),
        ("2026-10-24 20:00", "2026-10-25 06:00"),  # the clocks go back: an hour more of quiet
        ("2026-03-28 21:00", "2026-03-29 05:00"),  # and forward: an hour less
        ("2026-11-22 06:00", None),
    ],
)
def test_quiet_hours_are_those_of_the_zones_clocks(now, until):
    assert BERLIN.quiet_until(at(now)) == (at(until) if until else None)


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("2026-11-21 12:00", "2026-11-22 06:00"),
        ("2026-11-21 23:00", "2026-11-22 06:00"),
        ("2026-11-22 06:00", "2026-11-23 06:00"),
    ],
)
def test_the_morning_is_the_end_of_the_quiet_hours(now, morning):
    assert BERLIN.next_morning(at(now)) == at(morning)
    assert Notify().next_morning(at(now)) is None


def test_each_event_is_told_to_its_group_and_each_name_once():
    assert {event: BERLIN.told_of(event) for event in GROUPS} == {
        "approval": ("team",),
        "reminder": ("team",),
        "lapsed": ("team",),
        "digest": ("team", "boss"),
        "credit": ("boss",),
        "cap": ("boss",),
        "mention": (),
    }
    assert BERLIN.names() == ("team", "boss")
    assert Notify().names() == ()


@pytest.mark.parametrize(
    "given",
    [
        {"approval": ["slack://a/b/c"]},
        {"money": ["Team"]},
        {"digest": ["team\n"]},
        {"quiet": "22:00"},
        {"quiet": "22:00-22:00"},
        {"quiet": "22:00-24:00"},
        {"zone": "Berlin"},
    ],
)
def test_what_is_no_name_no_hours_and_no_zone_is_refused(given):
    with pytest.raises(ValidationError):
        Notify.model_validate_json(json.dumps(given))
