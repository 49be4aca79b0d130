"""Errors about the film's cut.

PostError                   the film cannot be cut as it was asked for
├── FilmUnready             shots or scenes are missing
├── NothingToJoin           no scene has what is asked for
└── OffTheCut               the cut has no such shot, take or place
"""

from __future__ import annotations

from manifests.errors import GateError


class PostError(GateError):
    """The film cannot be cut as it was asked for. Nothing was written."""


class FilmUnready(PostError):
    """Something that the order names is not made. `missing`: a line each."""

    def __init__(self, thing: str, cause: str, cure: str, missing: tuple[str, ...] = ()) -> None:
        super().__init__(thing, cause, cure)
        self.missing = missing


class NothingToJoin(PostError):
    """No scene of the film is finished at this tier."""


class OffTheCut(PostError):
    """A shot, a take or a length that the cut does not have."""
