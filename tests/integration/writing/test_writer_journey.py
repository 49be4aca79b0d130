"""A shot fails its gate, a writer proposes a fix, lint refuses a bad one, a person accepts a good one, the gate passes:
for $0, against the providers' own wires, and all of it in the log.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from production.journey.requests import panel_of
from production.journey.standing import attempt_at
from production.purchasing.beside import beside
from rehearsal.faults import Fault, Script
from rehearsal.live import live
from tasks.gate_panel import gate_panel
from tasks.make_panel import make_panel
from wiring.opening import open_services
from wiring.settings import read_settings

HARBOUR = Path(__file__).parents[3] / "examples" / "harbour"
SHOT, SCENE = "SC010_SH0040", "scenes/SC010.yaml"
LENS = "50 mm, hypnotic"
DRIFT = Fault(fault="drift", of="wardrobe", operation="panel", prompt_contains="hypnotic")
"""The model misreads that word: whoever is asked for it gets a picture with another coat."""


def edited(path, change):
    yaml = YAML()
    document = yaml.load(path)
    change(document)
    yaml.dump(document, path)


@pytest.fixture
def film(tmp_path, monkeypatch):
    """One shot of the harbour, its pictures and its words by Gemini."""
    root = tmp_path / "harbour"
    shutil.copytree(HARBOUR, root, ignore=shutil.ignore_patterns(".gate", "art", "__pycache__"))

    def one_shot(scene):
        scene["shots"] = [shot for shot in scene["shots"] if shot["id"] == SHOT]
        scene["shots"][0]["camera"]["lens"] = LENS

    edited(root / SCENE, one_shot)
    shutil.rmtree(root / "assets" / "characters" / "bram")  # nobody has approved what he looks like
    makers = {"panel": "gemini", "clip": "openrouter", "writer": "gemini"}
    edited(root / "film.yaml", lambda told: told["providers"].update(makers))
    monkeypatch.setenv("GATE_FILM", str(root))
    open_services(read_settings(root))  # takes the locked pictures into the vault
    return root


@pytest.fixture
def played(film, tmp_path, monkeypatch):
    """The providers on this machine, who know the film as it is when they open; each time with the same books."""

    @contextlib.contextmanager
    def playing(writer="plain"):
        script = Script(job_s=0, faults=(DRIFT,), writer=writer)
        with live(tmp_path / "house", script, film=film, vault=film / ".gate" / "vault") as house:
            monkeypatch.setenv("GATE_REHEARSAL", house.url)
            yield house

    return playing


def panel_passes(root, number):
    """Buy a take of the panel and let its gate judge it, as a run does."""
    services = open_services(read_settings(root))
    run = beside(services, services.scene("SC010"), SHOT)
    request = panel_of(services, services.hashes(), services.shot(SHOT), "panel", "draft")
    attempt = attempt_at(services, "panel", request.again(number))
    made = asyncio.run(make_panel.fn(run, SHOT, "panel", "draft", attempt))
    verdict = asyncio.run(gate_panel.fn(services, SHOT, "panel", "draft", made)).verdict
    services.ledger.record_verdict(made.take.generation_key, verdict)
    return not verdict.failed


def test_a_failed_shot_is_mended_by_words_that_a_person_accepted(film, played, gate):
    before = (film / SCENE).read_text()
    with played("careless"):
        assert not panel_passes(film, 1)
        for words, rule in ((("SC010", "--shots"), "R101"), ((SHOT, "--fix"), "P122")):
            code, _, said = gate("write", *words, "--yes")
            assert code == 2, said
            assert f"lint would find a new error: {rule}" in said, said
            assert f"gate write {' '.join(words)} --again" in said
    assert json.loads(gate("proposals", "list", "--json")[1]) == []

    with played():
        price = json.loads(gate("write", SHOT, "--fix", "--again", "--json")[1])
        code, told, said = gate("write", SHOT, "--fix", "--again", "--yes", "--json")
        assert code == 0, said
        proposed, again = json.loads(told), json.loads(gate("write", SHOT, "--fix", "--json")[1])
    assert price["high_microusd"] >= proposed["cost_microusd"] > 0
    assert (again["fresh"], again["proposal"]) == (False, proposed["proposal"])
    assert proposed["pictures"] > 1
    quoted, guess = proposed["causes"]
    assert (quoted["guess"], quoted["where"].split()[0]) == (False, "verdict")
    assert (guess["guess"], guess["where"]) == (True, "")
    assert (film / SCENE).read_text() == before

    code, _, said = gate("proposals", "accept", proposed["proposal"], "--why", "it says what moves", "--yes")
    assert code == 0, said
    assert "hypnotic" not in (film / SCENE).read_text()
    with played() as house:
        assert panel_passes(film, 1)
        calls = json.loads(gate("log", "SC010", "--stage", "write", "--json")[1])["calls"]
        billed = sum(job.bill_microusd for job in house.records.jobs("gemini"))
    told = [(call["shot"], call["provider"], call["operation"], call["outcome"]) for call in calls]
    assert told == [(about, "gemini", "write", "settled") for about in ("SC010", SHOT, SHOT)]
    ledger = open_services(read_settings(film)).ledger
    assert sum(take.cost_microusd or 0 for take in ledger.takes(scene="SC010")) == billed > 0
    assert ledger.audit() == []
