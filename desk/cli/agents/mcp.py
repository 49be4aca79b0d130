"""gate mcp: the film for agents, over the Model Context Protocol. They read and propose; no tool decides."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import film_option, open_film

if TYPE_CHECKING:
    from desk.room.sessions import Key
    from wiring.settings import Settings

_KEY_MIN = 24


@click.command()
@film_option
@click.option("--http", "port", type=click.IntRange(1, 65535), metavar="PORT", help="Serve on 127.0.0.1:PORT instead.")
@click.option(
    "--keys",
    "key_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With --http: a file of more agents' keys, a line each: scout agent KEY. Its mode is 600.",
)
@click.option("--name", default="", metavar="NAME", help="What the agent of GATE_AGENT_KEY is called.")
def mcp(film: Path | None, port: int | None, key_file: Path | None, name: str) -> None:
    """Let agents read the film and propose changes, over MCP: on standard input and output, or on loopback HTTP.

    GATE_AGENT_KEY holds the agent's key (24 characters or more). No tool approves, raises a cap, lifts a stop, locks a
    picture or writes a file of the film. What agents did, and what was refused, is in .gate/agents.log.
    """
    import asyncio

    from desk.agents.server import agent_server
    from production.proposals.proposing import Proposer

    settings = open_film(film).settings
    key = _own_key(settings, name or settings.who)
    server = agent_server(settings, Proposer(key.name, key.hash.hex()[:12]))
    if port is None:
        asyncio.run(server.run_stdio_async())
        return
    import uvicorn
    from mcp.server.transport_security import TransportSecuritySettings

    from desk.agents.guard import AgentGuard
    from desk.room.keys import read_keys
    from desk.room.sessions import Sessions

    more = read_keys(key_file, "", beyond=False) if key_file else ()
    sessions = Sessions.on_loopback(port, who="", log=settings.state / "room.log", keys=(key, *more))
    allowed = TransportSecuritySettings(
        allowed_hosts=sorted(sessions.hosts), allowed_origins=[f"http://{host}" for host in sorted(sessions.hosts)]
    )
    app = server.streamable_http_app(json_response=True, stateless_http=True, transport_security=allowed)
    click.echo(f"MCP for agents: http://127.0.0.1:{port}/mcp (Authorization: Bearer KEY). Ctrl-C ends it.", err=True)
    uvicorn.run(AgentGuard(app, settings, sessions), host="127.0.0.1", port=port, log_level="warning", access_log=False)


def _own_key(settings: Settings, name: str) -> Key:
    """The key in the environment. Raises BadSetting where there is none, or one that somebody could guess."""
    from desk.room.sessions import Key
    from wiring.errors import BadSetting
    from wiring.settings import AGENT_KEY, secret

    token = secret(AGENT_KEY) or ""
    if settings.agent is None or len(token) < _KEY_MIN:
        cause = f"an agent needs a key of {_KEY_MIN} characters or more" if token else "no agent's key is set"
        make = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        raise BadSetting(AGENT_KEY, cause, f"Make one, and set it where the agent starts this command: {make}")
    return Key.of(name, token, agent=True)
