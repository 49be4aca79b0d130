"""Errors of scripts and shot lists.

GateError
└── StoryError
    ├── UnreadableStory      a script or shot list cannot be read, or is larger than any script
    └── Unplaceable          the film's files leave no room for what is to be written, or would no longer read
"""

from __future__ import annotations

from manifests.errors import GateError


class StoryError(GateError):
    """A script, a shot list or a new entry is refused. The film is as it was."""


class UnreadableStory(StoryError):
    """The file is not what its name says, or passes a bound."""


class Unplaceable(StoryError):
    """There is no free name, or the film would no longer read."""
