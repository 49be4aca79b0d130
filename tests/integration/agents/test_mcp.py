"""The SDK's own client drives gate mcp, and a hostile one gets nothing but refusals, each of them logged."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from hashlib import sha256

import httpx
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from desk.agents.tools import TOOLS

KEY = "k" * 40
GATE = [sys.executable, "-c", "from desk.cli.main import main; main()", "mcp", "--name", "scout"]
MOTION = "shots/SC010_SH0010/motion"
BOOT_S = 60


def the_log(film):
    return [json.loads(line) for line in (film / ".gate/agents.log").read_text().splitlines()]


async def said(call):
    """The facts of an answer, or the words of a refusal."""
    answer = await call
    words = answer.content[0].text
    return words if answer.is_error else json.loads(words)


async def test_over_stdio_an_agent_reads_and_proposes_and_nothing_else(film):
    server = StdioServerParameters(command=GATE[0], args=GATE[1:], env={**os.environ, "GATE_AGENT_KEY": KEY}, cwd=film)
    before = {path: path.read_bytes() for path in film.rglob("*.yaml")}
    async with Client(stdio_client(server)) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {tool.__name__ for tool in TOOLS}
        assert [name for name, tool in tools.items() if "approv" not in tool.description] == []
        assert [name for name, tool in tools.items() if "Costs" not in tool.description] == []
        addresses = [each.uri_template for each in (await client.list_resource_templates()).resource_templates]
        about = ("continuity", "matrix", "scene", "shot")
        assert sorted(addresses) == [f"gate://{what}/{{name}}" for what in about]
        names = {prompt.name for prompt in (await client.list_prompts()).prompts}
        assert names == {"write_a_shot", "fix_a_flaw"}
        for address in ("gate://film", "gate://bible", "gate://ledger", "gate://proposals", "gate://shot/SC010_SH0010"):
            assert "cut" in json.loads((await client.read_resource(address)).contents[0].text)
        for address in ("gate://matrix/SC010", "gate://continuity/SC010"):
            told = json.loads((await client.read_resource(address)).contents[0].text)
            assert len(told["shots"]) == 2, address
        scene = json.loads((await client.read_resource("gate://scene/SC010")).contents[0].text)
        assert scene["base"] == sha256((film / "scenes/SC010.yaml").read_bytes()).hexdigest()
        assert (await said(client.call_tool("lint", {})))["findings"]
        assert (await said(client.call_tool("coverage", {})))["never_shown"] == 0
        assert (await said(client.call_tool("plan", {"scene": "SC010"})))["steps"]
        assert (await said(client.call_tool("explain", {"shot": "SC010_SH0010"})))["state"] == "will run"
        given = {"file": "scenes/SC010.yaml", "base": scene["base"], "why": "it moves"}
        made = await said(client.call_tool("propose_change", {**given, "changes": [{"at": MOTION, "value": "She x."}]}))
        assert made["state"] == "open"
        no_order = await said(client.call_tool("run_drafts", {"scene": "SC010"}))
        assert "scout has no scope drafts:SC010" in no_order
        for name in ("approve", "accept", "gate", "set_cap", "lock", "go"):
            assert "Unknown tool" in await said(client.call_tool(name, {"id": made["id"]}))
        for file in ("film.yaml", "../../../etc/passwd", "lock.yaml"):
            change = {**given, "file": file, "changes": [{"at": "title", "value": "x"}]}
            assert "change" in await said(client.call_tool("propose_change", change))
        for address in ("gate://scene/..%2Ffilm", "gate://scene/SC999", "file:///etc/passwd"):
            with pytest.raises(MCPError):
                await client.read_resource(address)
    assert {path: path.read_bytes() for path in film.rglob("*.yaml")} == before
    refused = [line["what"] for line in the_log(film) if line["outcome"] == "refused"]
    assert len([what for what in refused if what.startswith("tools/call")]) == 10
    assert len([what for what in refused if what.startswith("resources/read")]) == 3
    assert {(line["who"], line["key"]) for line in the_log(film)} == {("scout", sha256(KEY.encode()).hexdigest()[:12])}


@pytest.fixture
def at(film):
    """The server on loopback HTTP; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "GATE_AGENT_KEY": KEY}
    with subprocess.Popen([*GATE, "--http", str(port)], env=env, cwd=film, stderr=subprocess.DEVNULL) as server:
        try:
            until = time.monotonic() + BOOT_S
            while time.monotonic() < until:
                try:
                    socket.create_connection(("127.0.0.1", port), 0.2).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}/mcp"
        finally:
            server.terminate()


async def test_over_http_only_an_agents_key_from_here_gets_in(film, at):
    import httpx2

    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    right = {"Authorization": f"Bearer {KEY}", "Accept": "application/json, text/event-stream"}
    wrong = [
        ({}, 401),
        ({"Authorization": "Bearer " + "x" * 40}, 401),
        ({**right, "Host": "evil.example"}, 421),
        ({**right, "Origin": "http://evil.example"}, 403),
    ]
    async with httpx.AsyncClient() as stranger:
        for headers, status in wrong:
            assert (await stranger.post(at, json=asked, headers=headers)).status_code == status
    refused = [line for line in the_log(film) if line["outcome"] == "refused"]
    assert len(refused) == len(wrong)
    async with httpx2.AsyncClient(headers=right) as web, Client(streamable_http_client(at, http_client=web)) as client:
        assert json.loads((await client.read_resource("gate://film")).contents[0].text)["code"] == "TEA"
    assert the_log(film)[-1]["who"] == "scout"
