"""Errors of a command before it asks anything of the film.

GateError
└── DeskError
    └── NobodyAsked      a decision was typed where no person can answer, and without --yes
"""

from __future__ import annotations

from manifests.errors import GateError


class DeskError(GateError):
    """A command is refused."""


class NobodyAsked(DeskError):
    """A decision needs a person, and there is neither a terminal nor --yes."""
