"""Errors in the film's data.

GateError                   every refusal of ours: names the thing, the cause and the cure
├── ManifestError           a file people edit is refused (file, line, column, field)
├── LockError               an asset is not what the lock says
└── Uncertified             an artefact is used without a certificate that fits it
"""

from __future__ import annotations

from pathlib import Path


class GateError(Exception):
    """A refusal a person can act on.

    `thing` is what was refused, `cause` why, `cure` the next step (copy-pasteable where it is a command).
    `retry_helps` is true only where the very same call may go through later.
    """

    retry_helps = False

    def __init__(self, thing: str, cause: str, cure: str) -> None:
        super().__init__(thing, cause, cure)
        self.thing, self.cause, self.cure = thing, cause, cure

    def __str__(self) -> str:
        return f"{self.thing}: {self.cause.removesuffix('.')}. {self.cure}"  # a provider's own words may end in one


class ManifestError(GateError):
    """A manifest is refused. `line` and `column` count from 1; 0 where the file could not be read at all."""

    def __init__(self, file: Path, line: int, column: int, field: str, cause: str, cure: str) -> None:
        place = f"{file}:{line}:{column}" if line else str(file)
        super().__init__(f"{place} {field}".rstrip(), cause, cure)
        self.file, self.line, self.column, self.field = file, line, column, field


class LockError(GateError):
    """A canonical asset is missing from the lock, or its bytes are not the locked ones."""


class Uncertified(GateError):
    """An artefact has no certificate, or one that speaks of other bytes, another shot or another stage."""
