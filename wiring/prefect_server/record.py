"""The files that a film's Prefect server and its users share in one folder: two locks, a record, a log."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from manifests.noun import Noun
from manifests.reading.whole_file import put_text

Stage = Literal["starts", "loads its program", "prepares its database", "answers"]


@dataclass(frozen=True, slots=True)
class Files:
    """The files in the folder. `users`: each user shares its lock. `lives`: the server's process has its lock alone."""

    folder: Path

    @property
    def users(self) -> Path:
        """The lock file of the users."""
        return self.folder / "users.lock"

    @property
    def lives(self) -> Path:
        """The lock file of the server."""
        return self.folder / "lives.lock"

    @property
    def record(self) -> Path:
        """How far the server is. To be believed only while `lives` is locked."""
        return self.folder / "record.json"

    @property
    def log(self) -> Path:
        """The text of the server's own log."""
        return self.folder / "server.log"


class Record(Noun):
    """How far a server is. `cpu_s`: processor time in seconds that its process has used, which grows while it starts.

    `waits_for`: the process that keeps its database locked, so that it cannot begin; "" where nobody does.
    """

    port: int
    stage: Stage
    cpu_s: float
    pid: int
    waits_for: str = ""


def read_record(files: Files) -> Record | None:
    """The record; None while there is none."""
    with contextlib.suppress(FileNotFoundError, ValidationError):
        return Record.model_validate_json(files.record.read_bytes())
    return None


def write_record(files: Files, record: Record) -> None:
    """Replace the record, whole or not at all."""
    put_text(record.model_dump_json(), files.record)
