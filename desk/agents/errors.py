"""Refusals to agents.

GateError
└── AgentRefused
    ├── MissingScope      the agent's key does not go so far; it names the scope that is missing
    └── CommandFailed     a command that was run for an agent ended without an answer
"""

from __future__ import annotations

from manifests.errors import GateError


class AgentRefused(GateError):
    """An agent's request is not carried out."""


class MissingScope(AgentRefused):
    """The agent's key lacks a scope that the request needs."""


class CommandFailed(AgentRefused):
    """A command that was run for an agent ended without an answer, or took too long."""
