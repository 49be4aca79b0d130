"""By day a run tells people of a cap that fills, of finals that wait, and of an approval that lapsed:
once each, and at night of nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.drift import DriftReport
from flows.delivery import Delivery
from manifests.finding import Verdict
from production.gating import clip as gate_clip
from production.gating import panel as gate_panel


@pytest.fixture
def film(film_of, receiver, monkeypatch):
    """Two shots of $0.39 under a cap of $0.45; the team is told of everything."""

    async def deliver(*given):
        return Delivery()

    nothing = DriftReport(drifted=(), re_anchor=(), read_at=(), series=(), composition={}, eye="none")
    for gate in (gate_clip, gate_panel):  # money and words are tried here
        monkeypatch.setattr(gate, "look", lambda case, eye, faces: Verdict(scores=(), findings=()))
    monkeypatch.setattr("production.gating.drift._measure", lambda *given: [])
    monkeypatch.setattr("production.gating.drift.judge_drift", lambda *given: nothing)
    monkeypatch.setattr("flows.scene.deliver", deliver)
    monkeypatch.setenv("GATE_NOTIFY_TEAM", receiver.url)
    film = film_of("SH0020", "SH0040")
    film.prices(film.root / "halt.prices.yaml")
    told = {name: ["team"] for name in ("approval", "digest", "money")}
    film.edit("film.yaml", lambda d: d.update(notify=told))
    film.edit("film.yaml", lambda d: d["limits"].update(lanes=1))
    return film


def test_a_cap_that_fills_finals_that_wait_and_a_yes_that_lapses_are_told_once_each(film, receiver):
    film.services.ledger.declare_caps({"scene:SC010": film.services.folder.film.budget.scene_usd})
    film.services.ledger.lower_cap("scene:SC010", 450_000)
    assert film.run().ending == "budget"
    assert receiver.titles == [
        "The scene SC010 has used 80 % of its cap of $0.45",
        "The scene SC010 has reached its cap of $0.45",
    ]
    assert "this needs $0.39" in receiver.received[1]["message"]

    film.say("cap", "scene:SC010", "--usd", "9", "--why", "more", "--yes")
    assert film.run().ending == "waits for approval"
    assert receiver.titles[2:] == ["SC010: 2 finals for $0.00?"]
    assert film.run().ending == "waits for approval"
    assert len(receiver.received) == 3

    film.approve()
    film.edit_shot("SC010_SH0040", motion="She waits at the window and does not move.")
    receiver.status = 500  # nobody can be told: that ends no run, and is made up for
    assert film.run().ending == "waits for approval"
    assert len(receiver.received) == 3
    receiver.status = 200
    assert "✓ team" in film.say("notify")
    assert receiver.titles[3:] == ["SC010: the approval of 1 final has lapsed"]
    assert "SC010_SH0040: prompt, draft changed since" in receiver.received[3]["message"]


def test_a_run_stops_before_each_paid_draft_until_a_person_approved_it(film):
    prices = ("--prices", str(film.root / "halt.prices.yaml"))
    film.edit("film.yaml", lambda d: d["tiers"]["draft"].update(approve="person"))
    outcome = film.run()
    assert (outcome.ending, outcome.exit_code, outcome.settled_microusd) == ("waits for approval", 3, 0)
    assert "2 drafts wait for your approval: at most $0.78 together." in outcome.message
    assert outcome.next[0] == "gate approve SC010 --tier draft"
    assert [d.shot for d in outcome.drafts_waiting] == ["SC010_SH0020", "SC010_SH0040"]
    assert all(Path(d.picture).is_file() and d.prompt and d.high_microusd == 390_000 for d in outcome.drafts_waiting)

    film.say("approve", "SC010_SH0020", "--tier", "draft", "--yes", *prices)
    outcome = film.run()
    assert (outcome.exit_code, outcome.settled_microusd) == (3, 390_000)
    assert [d.shot for d in outcome.drafts_waiting] == ["SC010_SH0040"]

    film.say("approve", "SC010", "--tier", "draft", "--yes", *prices)
    outcome = film.run()
    assert (outcome.ending, outcome.settled_microusd, outcome.drafts_waiting) == ("waits for approval", 780_000, ())
    assert "finals wait" in outcome.message
