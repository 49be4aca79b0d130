"""Which commands a process may run that works under an agent's key: those that read, rehearse or propose, and no other.

A command that is not named here is refused before it opens anything, so that a new one decides nothing by oversight.
"""

from __future__ import annotations

import functools
from typing import Any

import click

MAY = frozenset(
    {
        *("lint", "plan", "status", "explain", "cost", "prices", "log show", "audit", "handoff", "rule", "help"),
        *("matrix", "phase", "continuity", "coverage", "prompt", "cut list", "verify"),
        *("doctor", "rehearse", "night", "mcp", "proposals", "proposals list", "proposals show"),
    }
)
"""`night` makes drafts under an order that a person left, and nothing else. An option that writes a file of the film
refuses by itself: `lint --fix`.
"""

_KEPT = "_gate_scope"


def under_scope(command: click.Command, path: str) -> click.Command:
    """The same command, which refuses an agent's key unless it, and for a group the command below it, is in MAY."""
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            under_scope(each, f"{path} {name}")
        if not command.invoke_without_command:
            return command
    callback = command.callback
    if callback is not None and not hasattr(callback, _KEPT):

        @functools.wraps(callback)
        def scoped(*given: Any, **named: Any) -> Any:
            refuse_agent(path)
            return callback(*given, **named)

        setattr(scoped, _KEPT, path)
        command.callback = scoped
    return command


def refuse_agent(path: str) -> None:
    """Raise NotAPerson, and log it, where an agent's key may not run the command."""
    from wiring.settings import agent_key, read_settings

    key = agent_key()
    if key is None or path in MAY:
        return
    from desk.agents.agent_log import log_agent
    from governor.errors import NotAPerson

    cause = "this process works under an agent's key (GATE_AGENT_KEY), which lacks the scope decide"
    cure = "Propose a change instead (docs/agents.md); a person decides: gate proposals list"
    typed = "gate " + path
    refusal, settings = NotAPerson(typed, cause, cure), read_settings()
    if settings.state.is_dir():
        log_agent(settings.state, who=settings.who, key=key, what=typed, outcome="refused", why=str(refusal))
    raise refusal
