"""Under an agent's key a command reads, rehearses or proposes, or it is refused; and the ledger takes no decision."""

from __future__ import annotations

import json

import click
import pytest

from desk.cli import main
from desk.cli.agent_scope import MAY
from desk.cli.commands import COMMANDS
from desk.cli.options import open_film
from governor.errors import NotAPerson
from manifests.decision import Decision

KEY = "k" * 40


def every_command():
    context = click.Context(main.gate)

    def below(command, path):
        if isinstance(command, click.Group):
            for name, each in command.commands.items():
                yield from below(each, f"{path} {name}")
            if not command.invoke_without_command:
                return
        yield path, command

    for name in COMMANDS:
        yield from below(main.gate.get_command(context, name), name)


def test_each_command_is_either_named_as_harmless_or_refused(film, monkeypatch):
    commands = dict(every_command())
    assert len(commands) > 60
    assert set(commands) >= MAY, "no name in it is misspelt"
    monkeypatch.setenv("GATE_AGENT_KEY", KEY)
    for path, command in commands.items():
        if path not in MAY:
            with pytest.raises(NotAPerson, match="lacks the scope decide"):
                command.callback()


def test_no_command_that_records_a_decision_is_named_as_harmless():
    deciding = [path for path, command in every_command() if any(p.name == "yes" for p in command.params)]
    assert len(deciding) > 20
    assert MAY & set(deciding) == {"lint"}, "of which only --fix writes"


def test_an_agent_may_lint_and_not_write_the_fixes(film, gate, monkeypatch):
    monkeypatch.setenv("GATE_AGENT_KEY", KEY)
    before = {path: path.read_bytes() for path in film.rglob("*.yaml")}
    assert gate("lint")[0] in {0, 7}
    code, _, err = gate("lint", "--fix", "--yes")
    assert (code, "lacks the scope decide" in err) == (1, True)
    assert {path: path.read_bytes() for path in film.rglob("*.yaml")} == before


def test_whatever_an_agent_types_the_refusal_says_what_to_do_and_is_logged(film, gate, monkeypatch):
    gate("lint")
    open_film(film)
    monkeypatch.setenv("GATE_AGENT_KEY", KEY)
    code, _, err = gate("cap", "scene:SC010", "--usd", "90", "--why", "x", "--yes")
    assert code == 1
    assert "Propose a change instead" in err
    assert gate("proposals", "--json", "accept", "abcdef123456", "--why", "x", "--yes")[0] == 1
    lines = [json.loads(line) for line in (film / ".gate/agents.log").read_text().splitlines()]
    assert [line["what"] for line in lines] == ["gate cap", "gate proposals accept"]


@pytest.mark.parametrize("kind", ["raise_cap", "go", "approve", "standing_order", "verdict", "hold", "switch_provider"])
def test_the_ledger_of_a_process_under_an_agents_key_takes_no_decision_of_a_person(film, monkeypatch, kind):
    monkeypatch.setenv("GATE_AGENT_KEY", KEY)
    ledger = open_film(film).ledger
    said = {"scope": "scene:SC010", "who": "mia", "made_at": "2026-11-21T22:00:00+00:00", "why": "x"}
    with pytest.raises(NotAPerson, match="no scope decide"):
        ledger.decide(Decision(kind=kind, door="terminal", **said))
    ledger.decide(Decision(kind="stop", door="program", **said))
