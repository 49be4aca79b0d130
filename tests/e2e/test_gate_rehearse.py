"""gate rehearse: the whole way through the real adapter and a played provider, beside a film that does not notice."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML

PRICE = 284_158
"""Four seconds of Seedance 2.0 at 864 × 496: 40 594 tokens at seven dollars a million, to the next micro-dollar."""

FAULTS = [
    {"fault": "rate_limited", "operation": "clip", "at": 1},
    {"fault": "truncated", "operation": "clip", "at": 2},
    {"fault": "lost_response", "operation": "clip", "at": 3},
    {"fault": "stuck", "operation": "clip", "at": 9},
]


@pytest.fixture
def film(film_of, rehearsed_here):
    """Two shots, rehearsed on the session's server."""

    return film_of("SH0020", "SH0040")


def test_a_bad_night_is_rehearsed_and_the_film_does_not_notice(film, tmp_path):
    script = tmp_path / "bad.yaml"
    YAML().dump({"faults": FAULTS}, script)
    before = _files(film.root)

    told = json.loads(film.say("rehearse", "SC010", "--provider", "openrouter", "--script", str(script), "--json"))

    # One clip came through after all; the other's answer was lost, and OpenRouter has no list to find it in.
    (row,) = told["providers"]
    assert (row["calls"], row["jobs"], row["refused"]) == (3, 2, 1)
    assert (row["true_microusd"], row["booked_microusd"], row["difference_microusd"]) == (2 * PRICE, PRICE, -PRICE)
    assert row["held_microusd"] >= PRICE
    limited, cut, lost, stuck = told["faults"]
    assert "no job was made" in limited["ended"][0]
    assert "settled at $0.284158" in cut["ended"][0]
    assert "in doubt" in lost["ended"][0]
    assert (stuck["struck"], stuck["ended"]) == (False, [])
    assert told["outcome"]["ending"] == "incomplete"
    assert told["cost"]["drafts"]["likely_microusd"] == 2 * PRICE
    assert told["cost"]["finals"]["steps"] == 2
    assert (told["leaks"], told["broken"]) == ([], [])

    copy = Path(told["copy"])
    assert copy.parent == film.state / "rehearsals"
    assert (copy / ".gate" / "ledger.sqlite").is_file()
    assert {path for path in _files(film.root) if not path.is_relative_to(copy.parent)} == before
    assert not (film.state / "ledger.sqlite").exists()


def test_tonight_is_rehearsed_at_noon_under_the_films_own_order_and_purse(film, tmp_path):
    opens = datetime.now(UTC) + timedelta(hours=5)
    times = {"--opens": opens, "--closes": opens + timedelta(hours=3)}
    words = [word for name, time in times.items() for word in (name, f"{time:%H:%M}")]
    film.say("order", "SC010", *words, "--usd", "0.40", "--why", "dailies", "--yes")
    plain = tmp_path / "plain.yaml"
    YAML(typ="safe").dump({"job_s": 0}, plain)

    told = json.loads(
        film.say("rehearse", "SC010", "--provider", "openrouter", "--script", str(plain), "--night", "--json")
    )

    assert told["outcome"]["ending"] == "budget"
    assert f"the night {opens:%Y-%m-%d}" in told["outcome"]["message"]
    assert [row["booked_microusd"] for row in told["providers"]] == [PRICE]
    assert film.attempts() == []


def _files(root):
    return {path for path in root.rglob("*") if path.is_file()}
