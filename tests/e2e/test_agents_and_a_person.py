"""Two agents and a person work on one film at once, each in a process of their own, over the SDK's own client."""

from __future__ import annotations

import asyncio
import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from ruamel.yaml import YAML

from desk.cli import main
from manifests.errors import GateError
from tests.e2e.conftest import attempts_of, clean_environment, gate_command
from tests.e2e.cutting import cut_out

SHOT = "SC010_SH0080"
SCENE = "scenes/SC010.yaml"
MOTION, SOUND = (f"shots/{SHOT}/{field}" for field in ("motion", "sound"))
YES = ("--why", "better", "--yes")
ANSWER_S = 300.0


@pytest.fixture
def film(tmp_path):
    """The folder of a film of one shot, with one person in it."""
    return cut_out(tmp_path / "film", ("SH0080",))


def agent(film: Path, name: str) -> Client:
    """A client of an MCP server that runs as a process of its own."""
    command, *words = gate_command("mcp", "--name", name)
    env = {**clean_environment(), "GATE_AGENT_KEY": name * 8}
    server = StdioServerParameters(command=command, args=words, env=env, cwd=film)
    return Client(stdio_client(server), read_timeout_seconds=ANSWER_S)


async def base_of(client: Client) -> str:
    """What an agent is told of the scene's file, when it reads the scene."""
    scene = json.loads((await client.read_resource("gate://scene/SC010")).contents[0].text)
    return str(scene["base"])


async def asked(client: Client, tool: str, **arguments) -> dict | str:
    """The facts of an answer, or the words of a refusal."""
    answer = await client.call_tool(tool, arguments)
    words = answer.content[0].text
    return words if answer.is_error else json.loads(words)


async def proposes(client: Client, base: str, at: str, value: str) -> dict | str:
    changes = [{"at": at, "value": value}]
    return await asked(client, "propose_change", file=SCENE, base=base, changes=changes, why="it moves")


async def accepts(film: Path, proposal: dict) -> tuple[int, str]:
    """A person's own command, in a process of its own; gives its exit code and what it said."""
    words = gate_command("proposals", "accept", proposal["id"], *YES, "--film", str(film))
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    person = await asyncio.create_subprocess_exec(*words, env=clean_environment(), **pipes)
    said, _ = await person.communicate()
    assert person.returncode is not None
    return person.returncode, said.decode()


def types(film: Path, *words: str) -> tuple[int, str]:
    """The same in this process."""
    ended = CliRunner(env={"GATE_FILM": None, "GATE_STATE": None}).invoke(
        main.gate, [*words, *YES, "--film", str(film)]
    )
    return (1, str(ended.exception)) if isinstance(ended.exception, GateError) else (ended.exit_code, ended.output)


def shot_of(film: Path) -> dict:
    return next(each for each in YAML(typ="safe").load(film / SCENE)["shots"] if each["id"] == SHOT)


def refusals(film: Path) -> list[dict]:
    lines = (film / ".gate" / "agents.log").read_text().splitlines()
    return [line for line in map(json.loads, lines) if line["outcome"] == "refused"]


async def test_of_what_two_agents_and_a_person_write_at_once_nothing_is_lost(film, open_books):
    async with agent(film, "scout") as scout, agent(film, "other") as other:
        base = await base_of(scout)
        assert base == await base_of(other)
        both = await asyncio.gather(
            proposes(scout, base, MOTION, "Bram lowers his head."), proposes(other, base, SOUND, "a gull, far")
        )
        assert [each["state"] for each in both] == ["open", "open"]

        # Accepted at the same instant by two commands: one wins, and the other changes nothing.
        ended = await asyncio.gather(*(accepts(film, each) for each in both))
        assert [code == 0 for code, _ in ended].count(True) == 1, ended
        won = [code for code, _ in ended].index(0)
        kept, lost = ((MOTION, "Bram lowers his head."), (SOUND, "a gull, far"))[:: 1 if won == 0 else -1]
        loser, winner = (other, scout) if won == 0 else (scout, other)
        assert kept[0] in ended[1 - won][1] or "somebody changed it just now" in ended[1 - won][1]
        assert shot_of(film)[kept[0].rpartition("/")[2]] == kept[1]
        assert shot_of(film)[lost[0].rpartition("/")[2]] != lost[1]

        # An agent's old base is refused with what changed since; a person who writes meanwhile is not overwritten.
        stale = await proposes(loser, base, *lost)
        assert f"changed since are {kept[0]}" in stale
        again = await proposes(loser, await base_of(loser), *lost)
        by_hand = (film / SCENE).read_text().replace("lens: 85 mm", "lens: 100 mm") + "# mia: longer lens\n"
        (film / SCENE).write_text(by_hand)
        code, said = types(film, "proposals", "accept", again["id"])
        assert code != 0
        assert f"shots/{SHOT}/camera" in said
        assert (film / SCENE).read_text() == by_hand
        last = await proposes(loser, await base_of(loser), *lost)
        assert types(film, "proposals", "accept", last["id"])[0] == 0

        shot = shot_of(film)
        assert (shot["motion"], shot["sound"]) == ("Bram lowers his head.", "a gull, far")
        assert shot["camera"]["lens"] == "100 mm"
        assert (film / SCENE).read_text().endswith("# mia: longer lens\n")

        # What was accepted cannot be sent again.
        replayed = await proposes(winner, base, *kept)
        assert "it is not the file that the change was made on" in replayed
    logged = [line["why"] for line in refusals(film)]
    assert logged == [stale, replayed]
    ledger, _ = open_books(film)
    assert [each.closed.kind for each in ledger.proposals() if each.closed] == ["accept_proposal"] * 2


async def test_an_agent_rehearses_for_nothing_and_makes_drafts_under_a_persons_order_alone(film):
    now = datetime.now(UTC)
    async with agent(film, "scout") as scout:
        assert "no standing order" in await asked(scout, "run_drafts", scene="SC010")
        rehearsed = await asked(scout, "rehearse", scene="SC010", provider="openrouter")
        assert (rehearsed["exit_code"], attempts_of(film)) == (0, [])
        (row,) = rehearsed["answer"]["providers"]
        assert (row["provider"], row["jobs"], row["difference_microusd"]) == ("openrouter", 1, 0)
        window = [f"{at:%H:%M}" for at in (now - timedelta(hours=1), now + timedelta(hours=2))]
        order = ("order", "SC010", "--opens", window[0], "--closes", window[1], "--usd", "1.00")
        assert types(film, *order)[0] == 0
        drafted = await asked(scout, "run_drafts", scene="SC010")
    assert drafted["exit_code"] == 3, "what is left waits for a person's approval"
    made = [(row["stage"], row["tier"], row["state"]) for row in attempts_of(film)]
    assert made == [("panel", "draft", "settled"), ("clip", "draft", "settled")]
