"""Two agents and a person edit one scene at once, in any order: nothing is lost, and nothing is accepted twice."""

from __future__ import annotations

import tempfile
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from ruamel.yaml import YAML

from governor.errors import WrongState
from governor.ledger import Ledger
from manifests.reading.film_folder import read_film
from manifests.story.proposal import FieldChange
from production.proposals import deciding, proposing
from production.proposals.errors import ChangedSince, NothingChanges, RejectedBefore
from production.proposals.inbox import inbox
from production.proposals.proposing import Proposer, propose

SHOT = "  - {{id: SC010_SH00{0}0, location: kitchen, camera: {{size: full}}, motion: a, duration_s: 2}}\n"
FILES = {
    "film.yaml": "title: Tea\ncode: TEA\naspect: '16:9'\n"
    "budget: {film_usd: '9.00', scene_usd: '3.00', run_usd: '3.00', shot_usd: '1.00'}\n",
    "bible/style.yaml": "words: soft\n",
    "bible/locations/kitchen.yaml": "id: kitchen\nname: K\nwords: w\nlight: l\n",
    "scenes/SC010.yaml": "id: SC010\ntitle: Tea\nshots:\n" + SHOT.format(1) + SHOT.format(2),
}
FILE = "scenes/SC010.yaml"
MODES = st.sampled_from(["b", "c", "d"])
SHOTS = st.sampled_from(["SC010_SH0010", "SC010_SH0020"])
AGENTS = st.sampled_from(["scout", "other"])


class Editing(RuleBasedStateMachine):
    """The model is each shot's motion, as the last one who was let write it has left it."""

    made = Bundle("made")

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name)
        for name, text in FILES.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text)
        self.ledger = Ledger.open(self.root / "ledger.sqlite", stop_file=self.root / "STOP")
        own = SimpleNamespace(film=self.root, cache=self.root / "cache")
        self.services = SimpleNamespace(folder=read_film(self.root), ledger=self.ledger, settings=own)
        self.model = {"SC010_SH0010": "a", "SC010_SH0020": "a"}
        self.read = dict.fromkeys(["scout", "other"], self.now())
        self.accepted: dict[str, str] = {}

    def now(self) -> str:
        return sha256((self.root / FILE).read_bytes()).hexdigest()

    @rule(agent=AGENTS)
    def agent_reads(self, agent: str) -> None:
        self.read[agent] = self.now()

    @rule(target=made, agent=AGENTS, shot=SHOTS, words=MODES)
    def agent_proposes(self, agent: str, shot: str, words: str) -> tuple[str, str, str] | None:
        base, before = self.read[agent], (self.root / FILE).read_bytes()
        changes = [FieldChange(at=f"shots/{shot}/motion", value=words)]
        given = {"base": base, "tool": "propose_change", "arguments": {"words": words}, "why": "x"}
        try:
            found = propose(self.services, FILE, changes, by=Proposer(agent, agent), **given)
        except ChangedSince:
            assert base != self.now()
            return None
        except (NothingChanges, RejectedBefore):
            return None
        finally:
            assert (self.root / FILE).read_bytes() == before, "a proposal writes no file"
        assert base == self.now() == found.base
        return found.id, shot, words

    @rule(shot=SHOTS, words=MODES)
    def person_edits_the_file(self, shot: str, words: str) -> None:
        was = (self.root / FILE).read_text()
        line = next(line for line in was.splitlines() if shot in line)
        edited = line.replace(f"motion: {self.model[shot]}", f"motion: {words}")
        (self.root / FILE).write_text(was.replace(line, edited))
        self.model[shot] = words

    @rule(one=made, yes=st.booleans())
    def person_decides(self, one: tuple[str, str, str] | None, yes: bool) -> None:
        if one is None:
            return
        (name, shot, words), base = one, self.now()
        standing = {each.proposal.id: each for each in inbox(self.services, everything=True)}[name]
        decide = deciding.accept if yes else deciding.reject
        try:
            decide(self.services, name, who="mia", door="terminal", why="y")
        except WrongState:
            assert standing.state in {"accepted", "rejected"}
            return
        except ChangedSince:
            assert standing.state == "lapsed"
            assert yes
            assert standing.proposal.base != base
            return
        assert name not in self.accepted, "nobody accepts twice"
        if yes:
            assert standing.proposal.base == base
            assert standing.state == "open"
            self.accepted[name] = base
            self.model[shot] = words

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "model"):
            return
        shots = YAML(typ="safe").load((self.root / FILE).read_text())["shots"]
        assert {shot["id"]: shot["motion"] for shot in shots} == self.model

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            kinds = [filed.closed.kind for filed in self.ledger.proposals() if filed.closed]
            assert kinds.count("accept_proposal") == len(self.accepted)
            self.ledger.close()
            self.folder.cleanup()


@pytest.fixture(autouse=True)
def _lint_is_tried_elsewhere(monkeypatch):
    for module in (proposing, deciding):
        monkeypatch.setattr(module, "refuse_errors", lambda *_: None)


def test_two_agents_and_a_person_lose_nothing():
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(Editing, settings=settings(max_examples=12, stateful_step_count=15, deadline=None))
