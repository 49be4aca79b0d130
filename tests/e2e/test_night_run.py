"""A night's run: only under a standing order, only drafts, only while its window is open."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from governor.errors import NightOver
from manifests.money import parse_usd
from production.planning.run_options import RunOptions

NIGHT = RunOptions(night=True)


@pytest.fixture
def film(film_of):
    film = film_of("SH0020", "SH0040")
    film.prices(film.root / "halt.prices.yaml")
    return film


def leave_order(film, opens, closes, usd):
    times = {"--opens": opens, "--closes": closes}
    words = [word for name, time in times.items() for word in (name, f"{time:%H:%M}")]
    film.say("order", "SC010", *words, "--usd", usd, "--why", "dailies for Monday", "--yes")


def test_the_night_makes_drafts_under_its_own_cap_and_leaves_finals_to_the_day(film):
    now = datetime.now(UTC)
    with pytest.raises(NightOver, match="no standing order"):
        film.run(options=NIGHT)
    leave_order(film, now - timedelta(hours=1), now + timedelta(hours=2), "0.50")

    outcome = film.run(options=NIGHT)

    assert (outcome.ending, outcome.exit_code) == ("budget", 4)
    assert "the night" in outcome.message
    night = next(b for b in film.ledger.balances() if b.scope.startswith("night:"))
    assert (night.settled, night.cap) == (parse_usd("0.39"), parse_usd("0.50"))

    leave_order(film, now - timedelta(hours=1), now + timedelta(hours=2), "2.00")
    assert film.run(options=NIGHT).ending == "waits for approval"
    film.approve()
    by_night = film.run(options=NIGHT)
    assert "Finals are made by day" in by_night.message
    assert {row["tier"] for row in film.attempts() if row["stage"] == "clip"} == {"draft"}
    assert film.run().ending == "finished"


def test_a_window_that_is_closed_buys_nothing_and_says_when_it_opens(film):
    now = datetime.now(UTC)
    leave_order(film, now + timedelta(hours=2), now + timedelta(hours=3), "2.00")
    with pytest.raises(NightOver, match="opens again at"):
        film.run(options=NIGHT)
    assert film.attempts() == []
    assert "drafts from" in (said := film.say("order", "SC010"))
    assert f"closed now, opens {now + timedelta(hours=2):%d %b %H:%M} UTC" in said
    sheet = json.loads(film.say("night", "--sheet", "--json"))
    assert [(row["open"], row["now"].startswith("closed now, opens")) for row in sheet] == [(False, True)]
