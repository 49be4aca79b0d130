"""Every command that records a decision asks a person: without a terminal and without --yes it ends with 3 and writes
nothing.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from desk.cli.commands import COMMANDS
from desk.cli.main import gate as command_line
from governor.purchase import Proof
from manifests.diagnosis import Change, Diagnosis

SHOT = "SC010_SH0010"

TYPED = {
    "approve": ("approve", "SC010"),
    "cap": ("cap", "scene:SC010", "--usd", "2", "--why", "w"),
    "comp export": ("comp", "export", SHOT),
    "comp import": ("comp", "import", SHOT, "composite.png"),
    "comp polish": ("comp", "polish", SHOT),
    "comp use": ("comp", "use", SHOT, "composite"),
    "drafts": ("drafts", "720p", "--why", "w"),
    "edit": ("edit", SHOT, "--only", "ada", "--say", "her collar red"),
    "fix": ("fix", SHOT),
    "go": ("go", "--why", "w"),
    "hold": ("hold", SHOT),
    "lock": ("lock",),
    "offers": ("offers", "SC010_SH0020", "--take", "1", "--why", "w", "--motion", "She waits."),
    "omit": ("omit", SHOT),
    "order": ("order", "SC010", "--opens", "22:00", "--closes", "07:00", "--usd", "1", "--why", "w"),
    "order --end": ("order", "SC010", "--end", "--why", "w"),
    "provider switch": ("provider", "switch", "SC010", "--to", "twin", "--why", "w"),
    "reconcile": ("reconcile", "--write-off", "SC010_SH0300", "--reason", "w"),
    "reconcile --release": ("reconcile", "--release", "SC010_SH0300", "--reason", "w"),
    "retake": ("retake", SHOT, "--change", "seed", "--why", "w"),
    "review": ("review", "--import", "verdicts.json"),
    "turnaround": ("turnaround", "ada", "--again", "--why", "w"),
    "undo": ("undo", SHOT),
    "verdict": ("verdict", SHOT, "pass"),
}
"""Each way to decide something, as it is typed without --yes."""

PRICED = {"approve", "comp import", "comp polish", "comp use", "edit", "offers", "provider switch", "retake"}
"""What shows prices: of the test's own price file."""

SHOWS_WITHOUT = {"calibrate"}
"""What reports, and writes only after an answer or with --yes."""

ELSEWHERE = {"frameio pull", "kitsu pull", "lint", "proposals accept", "proposals reject", "write"}
"""What needs a finding, a proposal, a writer or a review tool: tests/integration/test_prompts.py, agents/, writing/ and
test_kitsu_and_frameio.py beside this hold these.
"""

NO_DECISION = {
    "audit",
    "board",
    "continuity",
    "cost",
    "coverage",
    "cut import",
    "cut list",
    "cut take",
    "cut trim",
    "dailies",
    "deploy",
    "doctor",
    "down",
    "explain",
    "export",
    "eyes get",
    "eyes show",
    "eyes try",
    "film",
    "frameio check",
    "frameio push",
    "guard",
    "handoff",
    "help",
    "import",
    "init",
    "journal",
    "kitsu check",
    "kitsu push",
    "log",
    "log export",
    "log import",
    "log show",
    "matrix",
    "mcp",
    "new character",
    "new pitch",
    "new place",
    "new prop",
    "new scene",
    "new shot",
    "night",
    "notify",
    "phase",
    "plan",
    "prices",
    "prompt",
    "proposals list",
    "proposals show",
    "provider compare",
    "rehearse",
    "resume",
    "rule",
    "run",
    "schema",
    "score",
    "sign",
    "status",
    "turnover",
    "up",
    "vault check",
    "vault pull",
    "vault push",
    "verify",
    "wrap",
}
"""What records no decision. `stop` is one, and never waits for an answer; `demo` asks by itself, and ends with 3
unanswered.
"""


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name."""
    for name in COMMANDS:
        command = command_line.get_command(click.Context(command_line), name)
        inner = command.commands.items() if isinstance(command, click.Group) else ()
        yield from ((f"{name} {each}", one) for each, one in inner)
        if not inner:
            yield name, command


def test_every_command_that_may_decide_is_walked_through_here():
    deciding = {name for name, command in commands() if any(param.name == "yes" for param in command.params)}
    walked = {name.partition(" --")[0] for name in TYPED}
    assert deciding - {"demo"} == walked | SHOWS_WITHOUT | ELSEWHERE
    others = {name for name, _ in commands()} - deciding - {"stop"}
    assert others - NO_DECISION == set(), "does it record a decision? Then it asks through desk/cli/asking.py"


@pytest.fixture
def ready(paid, twin, dearer, grown, monkeypatch):
    """A stopped film in which each of these decisions could be made."""
    dearer("0.20")
    grown(1)
    paid.draft()
    (paid.root / "composite.png").write_bytes((paid.root / "assets/locations/kitchen.png").read_bytes())
    said = {"schema": "gate/verdicts/1", "film": "TEA", "scene": "SC010", "notes": [], "verdicts": []}
    (paid.root / "verdicts.json").write_text(json.dumps(said))
    paid.services.ledger.doubt(paid.hold("SC010_SH0300", "panel"), "the answer was lost")
    paid.make("SC010_SH0020", "panel")
    key = paid.hold("SC010_SH0020", "clip")
    paid.services.ledger.moderated(paid.services.ledger.take(key), "flagged")
    paid.services.ledger.release(key, Proof.not_billed("flagged", paid._epoch))
    paid.decide("stop", "film:TEA")
    monkeypatch.setattr(
        "production.journey.diagnosing.diagnosis_of",
        lambda *_: Diagnosis(
            shot=SHOT,
            stage="panel",
            take="0" * 64,
            flaw="x",
            layer="panel",
            confidence="fair",
            because=("y",),
            changes=(Change(field="seed", was="0", now="101"),),
        ),
    )
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    return paid


def test_without_a_terminal_and_without_yes_nothing_is_decided(ready, gate):
    before, wrong = state_of(ready.root), {}
    for name, words in TYPED.items():
        code, _, said = gate(*words, "--film", str(ready.root), *(["--prices", "p.yaml"] if name in PRICED else []))
        if (code, "add --yes" in said, state_of(ready.root) == before) != (3, True, True):
            wrong[name] = code, said
            before = state_of(ready.root)
    assert wrong == {}


def state_of(root: Path) -> dict[str, bytes]:
    """The film's own files, and every decision, attempt and cap of its books."""
    files = {
        str(path): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file() and ".gate" not in path.parts
    }
    with sqlite3.connect(root / ".gate" / "ledger.sqlite") as books:
        for table in ("decisions", "attempts", "scopes", "flags"):
            files[table] = repr(books.execute(f"select * from {table}").fetchall()).encode()
    stop = root / ".gate" / "STOP"
    return files | {"STOP": repr(stop.exists()).encode()}


@pytest.mark.parametrize("answer", [True, False])
def test_on_a_terminal_the_answer_decides(answer, ready, gate, monkeypatch):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(click, "confirm", lambda *_, **__: answer or (_ for _ in ()).throw(click.Abort()))
    code, _, _ = gate("go", "--why", "it is well again")
    doors = [d.door for d in ready.services.ledger.of_scene("SC010").decisions if d.kind == "go"]
    assert (code, (ready.root / ".gate" / "STOP").exists()) == ((0, False) if answer else (130, True))
    assert doors in ([], ["terminal"])


def test_a_stop_is_lifted_with_a_reason_alone(ready, gate):
    code, _, said = gate("go", "--yes")
    assert (code, "--why" in said) == (2, True)
    code, _, said = gate("go", "--yes", "--why", " ")
    assert (code, "needs a reason" in said) == (3, True)
    assert (ready.root / ".gate" / "STOP").exists()
