"""A chain of 62 shots at a key that runs dry four shots from its end: not begun, or ended there with nothing lost."""

from __future__ import annotations

import copy
import inspect
import json
import shutil

import pytest

import assembly.film
import assembly.reel
from checks.drift import DriftReport
from manifests.finding import Verdict
from manifests.money import MICROUSD_PER_USD
from production.gating import clip as gate_clip
from production.gating import panel as gate_panel
from providers.openrouter.adapter import OpenRouter
from rehearsal.faults import AccountTerms, Script
from rehearsal.live import live

SHOTS, MADE = 62, 58
CLIP = 284_158
"""Four seconds at 864 × 496 by Seedance 2.0, as OpenRouter bills it."""

NOTHING_DRIFTS = DriftReport(drifted=(), re_anchor=(), read_at=(), series=(), composition={}, eye="none")
SAID = {"code": 403, "message": "Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys"}


def script(limit):
    """Tiny pictures: money is tried here, and no gate. `limit`: what the key may spend, in micro-dollars."""
    usd = f"{limit // MICROUSD_PER_USD}.{limit % MICROUSD_PER_USD:06d}"
    return Script(pictures="plain", job_s=0, accounts=(AccountTerms(provider="openrouter", limit_usd=usd),))


def first_clip_of(render):
    """In place of a cut or a reel: to encode 62 shots four times would take longer than all the money."""
    names = inspect.signature(render)

    def lay_down(*given, **named):
        asked = names.bind(*given, **named).arguments
        first = next(item.clip for item in asked["cut"].items if item.clip is not None)
        shutil.copyfile(asked["media"](first.sha256), asked["into"])
        return asked["into"]

    return lay_down


@pytest.fixture
def house(tmp_path):
    with live(tmp_path / "house", script(MADE * CLIP + CLIP // 2)) as house:
        yield house


@pytest.fixture
def film(film_of, house, monkeypatch):
    """The harbour's three chained shots, told again until there are 62 in one chain."""
    film = film_of("SH0040", "SH0050")
    monkeypatch.setenv("GATE_REHEARSAL", house.url)
    monkeypatch.setattr(gate_clip, "look", lambda case, eye, faces: Verdict(scores=(), findings=()))
    monkeypatch.setattr(gate_panel, "look", lambda case, eye, faces: Verdict(scores=(), findings=()))
    monkeypatch.setattr("production.gating.drift._measure", lambda *given: [])
    monkeypatch.setattr("production.gating.drift.judge_drift", lambda *given: NOTHING_DRIFTS)
    for room in (assembly.film, assembly.reel):
        monkeypatch.setattr(room, "render", first_clip_of(room.render))

    def chained(scene):
        first, second = scene["shots"]
        scene["shots"] = [first, *(copy.deepcopy(second) for _ in range(SHOTS - 1))]
        for number, shot in enumerate(scene["shots"], 1):
            shot["id"] = f"SC010_SH{number * 10:04d}"
            shot["motion"] = f"Beat {number}. {shot['motion']}"  # alike, they would be one clip, bought once

    film.edit("scenes/SC010.yaml", chained)
    budget = {"film_usd": "90.00", "scene_usd": "60.00", "run_usd": "60.00", "shot_usd": "4.00"}
    finish = {"colour_match": False}  # 62 colours to measure would take longer than all the money
    film.edit(
        "film.yaml",
        lambda d: d.update(providers={"panel": "previz", "clip": "openrouter"}, budget=budget, finish=finish),
    )
    return film


def clips(film):
    return [row["shot"] for row in film.attempts() if row["stage"] == "clip" and row["state"] == "settled"]


def test_a_chain_that_the_key_does_not_cover_is_refused_before_its_first_shot(film, house):
    outcome = film.run()
    assert (outcome.ending, outcome.exit_code) == ("credit", 5)
    assert f"enough to the end of SC010_SH{53 * 10:04d}" in outcome.shots[0].message
    assert house.records.jobs("openrouter") == []
    assert clips(film) == []


def test_with_the_check_blinded_it_stops_four_shots_from_the_end_and_resume_makes_exactly_those(
    film, house, monkeypatch
):
    async def blind(self):
        return None

    monkeypatch.setattr(OpenRouter, "credit", blind)

    outcome = film.run()

    assert (outcome.ending, outcome.exit_code) == ("credit", 5)
    made = clips(film)
    assert made == [f"SC010_SH{number * 10:04d}" for number in range(1, MADE + 1)]
    stopped = outcome.shots[MADE]
    assert (stopped.shot, stopped.status) == ("SC010_SH0590", "blocked:credit")
    assert "Key limit exceeded (total limit)" in stopped.message
    *_, refused = (row for row in film.attempts() if row["state"] == "released")  # a slow machine may release others
    assert (refused["shot"], json.loads(refused["raw"])) == ("SC010_SH0590", {"error": SAID})
    assert len(house.records.jobs("openrouter")) == MADE
    balance = film.ledger.balance("scene:SC010")
    assert (balance.settled, balance.held) == (MADE * CLIP, 0)
    assert sum(job.bill_microusd for job in house.records.jobs("openrouter")) == balance.settled
    assert film.ledger.audit() == []

    house.tell(script(SHOTS * CLIP))
    resumed = film.run()

    assert resumed.ending == "waits for approval"
    assert clips(film)[MADE:] == [f"SC010_SH{number * 10:04d}" for number in range(MADE + 1, SHOTS + 1)]
    assert len(house.records.jobs("openrouter")) == SHOTS
    assert film.ledger.balance("scene:SC010").settled == SHOTS * CLIP
