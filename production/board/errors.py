"""Refusals of the composition board.

GateError
└── BoardRefused
    ├── NotComposable    a composition that the film cannot hold
    ├── MovedOn        the file is not the one that the composition was made on; it names what differs
    └── NotByProgram     this file is written in a way that only a person can edit
"""

from __future__ import annotations

from manifests.errors import GateError


class BoardRefused(GateError):
    """The board does not do this. Nothing was written."""


class NotComposable(BoardRefused):
    """The film cannot hold this composition."""


class MovedOn(BoardRefused):
    """The file changed since the composition was begun."""


class NotByProgram(BoardRefused):
    """The change cannot be made in this file without touching other lines."""
