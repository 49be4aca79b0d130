"""Somebody locks another picture while a shot is under way."""

from __future__ import annotations

import asyncio

import pytest
from PIL import Image

from flows import shot
from flows.scene_run import SceneRun
from flows.step import Graph
from manifests.finding import Verdict
from production.gating.result import issue
from production.journey.requests import locked_references
from production.journey.shot import SoFar, Wanted, next_of_shot
from production.planning.readiness_facts import facts_of_scene
from tasks.make_panel import make_panel

SHOT = "SC010_SH0010"
PASSED = Verdict(scores=(), findings=())


class ClipIsNext(Exception):
    """The panel has come through."""


@pytest.mark.parametrize("when", ["before the take is asked for", "while it is being made"])
def test_a_take_is_made_of_what_is_locked_when_it_is_asked_for_and_no_other_is_bought(
    paid, monkeypatch, tmp_path, when
):
    services, calls = paid.services, []
    canon, masters = services.canon, services.hashes()
    shown = locked_references(masters, services.shot(SHOT))
    name = next(each.name for each in shown if each.role == "character")
    with Image.open(services.vault.path(masters[name])) as picture:
        picture.crop((0, 0, picture.width - 1, picture.height)).save(tmp_path / "other.png")
    other = services.vault.put_file(tmp_path / "other.png")
    assert other != masters[name]

    async def make(run, of, stage, tier, attempt):
        calls.append(attempt)
        assert len(calls) == 1, "it is asked for again"
        if "being made" in when:
            canon.link(name, other, "Mia")
        return await make_panel.fn(run, of.id, stage, tier, attempt)

    def decide(*known):
        step = next_of_shot(*known)
        if when == "before the take is asked for" and not calls:
            canon.link(name, other, "Mia")
        return step

    async def references(*_):
        return PASSED

    async def judge(run, of, stage, tier, made):
        return issue(run.services, made.asset, PASSED, of.id, stage, tier)

    async def clip(*_):
        raise ClipIsNext

    monkeypatch.setattr(shot, "see_references", references)
    monkeypatch.setattr(shot, "next_of_shot", decide)
    monkeypatch.setattr(shot, "take_panel", make)
    monkeypatch.setattr(shot, "judge_panel", judge)
    monkeypatch.setattr(shot, "take_clip", clip)
    scene, epoch = services.scene("SC010"), services.ledger.begin_epoch("SC010", "r1")
    services.ledger.declare_caps(dict.fromkeys(("film:TEA", "scene:SC010", "run:r1", f"shot:{SHOT}"), 1_000_000))
    run = SceneRun(services, scene, epoch, graph=Graph(services.vault), facts=facts_of_scene(services, scene))
    before = len(services.ledger.takes())
    with pytest.raises(ClipIsNext):
        asyncio.run(shot._journey(shot.Journey(run, Wanted(services.shot(SHOT), "draft"), None, SoFar())))
    assert len(services.ledger.takes()) == before + 1
    shows = {each.name: each.sha256 for each in services.ledger.takes()[-1].order.references}
    assert shows[name] == (masters[name] if when == "while it is being made" else other)
