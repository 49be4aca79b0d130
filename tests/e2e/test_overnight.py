"""Nights on a simulated clock, against rehearsed providers:
window, cap, parking, credit, clocks that change, one digest.
"""

from __future__ import annotations

import asyncio
import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from checks.drift import DriftReport
from flows import overnight
from flows.delivery import Delivery
from governor.errors import NightOver, Stopped
from manifests.finding import Finding, Verdict
from manifests.money import parse_usd
from production.dailies.lay_out import read_back
from production.gating import clip as gate_clip
from production.gating import panel as gate_panel
from production.planning.nights import nights_of, turns
from rehearsal.faults import AccountTerms, Script, read_script
from rehearsal.live import live

CLIP = 284_158
"""Four seconds at 864 × 496 by Seedance 2.0, as OpenRouter bills it."""

BAD_NIGHT = Path(__file__).parents[2] / "examples" / "harbour" / "faults" / "bad-night.yaml"
NOTHING_DRIFTS = DriftReport(drifted=(), re_anchor=(), read_at=(), series=(), composition={}, eye="none")
GOOD = Verdict(scores=(), findings=())
FLAW = Finding(
    rule="V103",
    severity="error",
    subject="marit",
    flaw="wrong_wardrobe:marit",
    message="she wears another coat",
    cure="change one thing",
)


class Clock:
    """The ledger's clock. Each settled call takes `step` of it; who waits for the window's end moves it on."""

    def __init__(self, film, monkeypatch, start, step=timedelta(minutes=4)):
        self.now, self.step, ledger = start, step, film.ledger
        ledger._now = lambda: self.now
        settle = type(ledger).settle

        def settled(transaction, *given, **named):
            self.now += self.step
            return settle(transaction, *given, **named)

        async def sleep(seconds):
            self.now += timedelta(seconds=seconds)

        monkeypatch.setattr(type(ledger), "settle", settled)
        monkeypatch.setattr(overnight, "_sleep", sleep)


@pytest.fixture
def blind(monkeypatch):
    """Gates that pass everything but the shots named in it: money and time are tried here."""
    bad = set()

    def look(case, eye, faces):
        return Verdict(scores=(), findings=(FLAW,)) if case.shot.id in bad else GOOD

    monkeypatch.setattr(gate_clip, "look", look)
    monkeypatch.setattr(gate_panel, "look", lambda case, eye, faces: GOOD)
    monkeypatch.setattr("production.gating.drift._measure", lambda *given: [])
    monkeypatch.setattr("production.gating.drift.judge_drift", lambda *given: NOTHING_DRIFTS)
    return bad


@pytest.fixture
def undelivered(monkeypatch):
    async def deliver(*given):
        return Delivery()

    monkeypatch.setattr("flows.scene.deliver", deliver)


@pytest.fixture(params=[("SH0020", "SH0040")])
def film(request, film_of, blind, receiver, monkeypatch):
    """Two scenes of a few shots; clips are paid for."""
    film = film_of(*request.param)
    monkeypatch.setenv("GATE_NOTIFY_TEAM", receiver.url)
    monkeypatch.setenv("GATE_WHO", "ada")
    budget = {"film_usd": "90.00", "scene_usd": "60.00", "run_usd": "60.00", "shot_usd": "4.00"}
    told = {
        "approval": ["team"],
        "digest": ["team"],
        "money": ["team"],
        "quiet": "22:00-09:00",
        "zone": "Europe/Berlin",
    }
    changes = {"providers": {"panel": "previz", "clip": "openrouter"}, "budget": budget, "notify": told}
    film.edit("film.yaml", lambda d: d.update(changes, finish={"colour_match": False}))
    film.edit("film.yaml", lambda d: d["limits"].update(lanes=1))
    add_scene(film, "SC020")
    return film


def add_scene(film, name, **changes):
    """The first scene once more, in other words: alike, its clips would not be bought again."""
    yaml = YAML()
    scene = copy.deepcopy(yaml.load(film.root / "scenes" / "SC010.yaml"))
    scene["id"] = name
    for shot in scene["shots"]:
        shot["id"] = shot["id"].replace("SC010", name)
        shot["motion"] = f"As in {name}. {shot['motion']}"
        shot.update(changes)
    yaml.dump(scene, film.root / "scenes" / f"{name}.yaml")


@pytest.fixture
def rehearse(tmp_path, monkeypatch):
    """Serves a rehearsal by a script for the rest of the test."""
    houses = []

    def serve(script):
        manager = live(tmp_path / f"house{len(houses)}", script)
        house = manager.__enter__()
        houses.append(manager)
        monkeypatch.setenv("GATE_REHEARSAL", house.url)
        return house

    yield serve
    for manager in houses:
        manager.__exit__(None, None, None)


def plain(**given):
    return Script(pictures="plain", job_s=0, **given)


def leave_order(film, scene, *, usd="9.00", zone="Europe/Berlin", priority=5):
    words = ["--opens", "22:00", "--closes", "07:00", "--zone", zone, "--usd", usd, "--priority", str(priority)]
    film.say("order", scene, *words, "--why", "dailies", "--yes")


def make_night(film):
    film.settle()
    return asyncio.run(overnight.overnight_drafts(str(film.root)))


def clips(film, state="settled"):
    return [row["shot"] for row in film.attempts() if row["stage"] == "clip" and row["state"] == state]


@pytest.mark.parametrize("film", [("SH0020", "SH0040", "SH0050")], indirect=True)  # the last is chained
def test_a_bad_night_in_which_the_clocks_go_back_ends_in_dailies_and_one_message(
    film, blind, rehearse, receiver, monkeypatch
):
    bad_night = read_script(BAD_NIGHT)
    faults = [f for f in bad_night.faults if f.fault not in {"drift", "wrong_duration"}]  # plain pictures show neither
    house = rehearse(plain(seed=bad_night.seed, faults=tuple(faults)))
    blind.add("SC020_SH0040")
    leave_order(film, "SC010", priority=5)
    leave_order(film, "SC020", priority=2)
    # 22:30 in Berlin. At 03:00 the clocks go back: this window is ten hours long, and closes at 06:00 UTC.
    clock = Clock(film, monkeypatch, datetime(2026, 10, 24, 20, 30, tzinfo=UTC))
    told_at = []
    monkeypatch.setattr("production.messages.notifying._apprise", _heard(told_at, clock))

    outcome = make_night(film)

    assert [scene.scene for scene in outcome.scenes] == ["SC020", "SC010"]
    assert {scene.closes for scene in outcome.scenes} == {"2026-10-25T06:00:00+00:00"}
    second, first = outcome.scenes
    by_shot = {shot.shot: shot for shot in (*first.shots, *second.shots)}
    assert by_shot["SC020_SH0040"].status == "escalated"
    assert clips(film).count("SC020_SH0040") == film.services.folder.film.limits.same_flaw
    chained = by_shot["SC020_SH0050"]
    assert (chained.status, "SC020_SH0040" in chained.message) == ("waits", True)
    assert by_shot["SC020_SH0020"].status == "done"
    assert first.counted("done") >= 1
    # Exactly one message, at the window's end by the ledger's clock, with the contact sheet.
    assert len(receiver.received) == 1
    assert told_at == [datetime(2026, 10, 25, 6, 0, tzinfo=UTC)]
    (digest,) = receiver.received
    assert "after the night of 2026-10-24" in digest["title"]
    assert "1 parked" in digest["message"]
    assert "nothing is spent" in digest["message"]
    assert digest["attachments"][0]["mimetype"] == "image/jpeg"
    for scene, page in outcome.pages.items():
        facts = read_back(Path(page).parent)
        assert (facts.scene, facts.night, facts.order > 0) == (scene, "2026-10-24", True)
        assert (Path(page).parent / facts.reel).stat().st_size > 0
    # The same night once more: what is parked stays parked, and nobody hears of it again.
    bought = len(clips(film))
    clock.now = datetime(2026, 10, 25, 5, 0, tzinfo=UTC)
    make_night(film)
    assert (len(clips(film)), len(receiver.received)) == (bought, 1)
    assert film.ledger.audit() == []
    balance = film.ledger.balance("night:2026-10-24")
    assert balance.settled + balance.held <= balance.cap
    assert sum(job.bill_microusd for job in house.records.jobs("openrouter")) <= balance.settled + balance.held


def _heard(told_at, clock):
    from production.messages.notifying import _apprise

    def send(*given):
        told_at.append(clock.now)
        return _apprise(*given)

    return send


def test_a_call_that_would_end_after_the_window_is_not_begun_and_the_next_night_begins_with_what_was_left(
    film, undelivered, rehearse, receiver, monkeypatch
):
    rehearse(plain())
    zone = "America/New_York"
    leave_order(film, "SC010", zone=zone, priority=1)
    leave_order(film, "SC020", zone=zone, priority=9)
    # At 02:00 the clocks go forward: the window from 22:00 is eight hours long, 03:00 to 11:00 UTC. A clip takes two
    # hours.
    closes = datetime(2026, 3, 8, 11, 0, tzinfo=UTC)
    clock = Clock(film, monkeypatch, datetime(2026, 3, 8, 3, 5, tzinfo=UTC), timedelta(hours=2))

    ended = make_night(film)

    # Free panels take their two hours too; what counts is that nothing begun was still under way at the end.
    rows = [row for row in film.attempts() if row["sent_at"]]
    assert all(datetime.fromisoformat(row["moved_at"]) < closes for row in rows)
    assert [scene.scene for scene in ended.scenes] == ["SC010", "SC020"]
    assert ended.scenes[0].ending == "window closed", "nobody stopped anything"
    assert "the window closes in" in ended.scenes[0].message
    assert len(receiver.received) == 1
    left = [turn.scene for turn in turns(film.services) if turn.left_over]
    assert left == ["SC010", "SC020"]

    # SC010 comes through; SC020 is what is left, and its low priority does not matter any more.
    clock.now, clock.step = datetime(2026, 3, 9, 2, 5, tzinfo=UTC), timedelta(minutes=4)
    film.say("order", "SC020", "--end", "--why", "not tonight", "--yes")
    assert [scene.ending for scene in make_night(film).scenes] == ["waits for approval"]
    leave_order(film, "SC020", zone=zone, priority=9)
    assert [(t.scene, t.left_over) for t in turns(film.services)] == [("SC020", True), ("SC010", False)]
    assert len(receiver.received) == 2


def test_the_nights_purse_is_shared_and_never_passed_and_by_day_no_window_is_open(
    film, undelivered, rehearse, receiver, monkeypatch
):
    rehearse(plain())
    leave_order(film, "SC010", usd="0.80")
    leave_order(film, "SC020", usd="0.80")
    clock = Clock(film, monkeypatch, datetime(2026, 11, 21, 12, 0, tzinfo=UTC))
    with pytest.raises(NightOver, match="It opens again at 2026-11-21 21:00 UTC"):
        make_night(film)
    clock.now = datetime(
        2026, 11, 21, 20, 5, tzinfo=UTC
    )  # an hour early, as a schedule wakes it when the clocks skip one

    outcome = make_night(film)

    assert {scene.began_at >= "2026-11-21T21:00:00+00:00" for scene in outcome.scenes} == {True}
    assert [scene.ending for scene in outcome.scenes] == ["waits for approval", "budget"]
    assert outcome.exit_code == 4
    balance = film.ledger.balance("night:2026-11-21")
    assert (balance.settled, balance.held) == (len(clips(film)) * CLIP, 0)
    assert balance.settled <= parse_usd("0.80")
    assert len(receiver.received) == 1  # the cap, at night, is in the digest and in no message of its own
    assert "budget" in receiver.received[0]["message"]


def test_a_credit_that_ends_stops_its_provider_and_no_other_and_that_one_is_not_asked_again(
    film, undelivered, rehearse, receiver, monkeypatch
):
    from providers.openrouter.adapter import OpenRouter

    async def unasked(self):
        return None

    monkeypatch.setattr(OpenRouter, "credit", unasked)
    house = rehearse(plain(accounts=(AccountTerms(provider="openrouter", limit_usd="0.300000"),)))
    add_scene(film, "SC030", providers={"clip": "previz"})
    for scene in ("SC010", "SC020", "SC030"):
        leave_order(film, scene)
    Clock(film, monkeypatch, datetime(2026, 11, 21, 21, 5, tzinfo=UTC))

    outcome = make_night(film)

    endings = {scene.scene: scene.ending for scene in outcome.scenes}
    assert endings == {"SC010": "credit", "SC020": "credit", "SC030": "waits for approval"}
    assert clips(film) == ["SC010_SH0020", *(f"SC030_SH00{n}0" for n in (2, 4))]
    refused = [row["shot"] for row in film.attempts() if row["state"] == "released"]
    assert refused == ["SC010_SH0040"]
    assert len(house.records.jobs("openrouter")) == 1
    assert nights_of(film.services, "SC010")["2026-11-21"].dry == ("openrouter",)
    assert len(receiver.received) == 1
    assert "(credit)" in receiver.received[0]["message"]


def test_a_scene_that_breaks_ends_no_night_and_a_stop_does(film, undelivered, rehearse, receiver, monkeypatch):
    rehearse(plain())
    leave_order(film, "SC010", priority=1)
    leave_order(film, "SC020")
    Clock(film, monkeypatch, datetime(2026, 11, 21, 21, 5, tzinfo=UTC))
    render, made = overnight.render_scene, []

    async def breaks(scene, *given, **named):
        made.append(scene)
        if scene == "SC010":
            raise ZeroDivisionError("a fault of ours")
        return await render(scene, *given, **named)

    monkeypatch.setattr(overnight, "render_scene", breaks)

    outcome = make_night(film)

    assert [scene.ending for scene in outcome.scenes] == ["fault", "waits for approval"]
    assert "ZeroDivisionError" in outcome.scenes[0].message
    assert [turn.scene for turn in turns(film.services) if turn.left_over] == ["SC010"]

    (film.state / "STOP").touch()
    made.clear()
    with pytest.raises(Stopped, match="stop file"):
        make_night(film)
    assert made == []
