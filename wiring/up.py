"""What `gate up` is running beside us: read from the file it keeps, believed only while its process lives."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from manifests.noun import Noun
from wiring.settings import Settings


class Up(Noun):
    """A live `gate up`: its process, Prefect's API and page, and where media are served."""

    pid: int
    api_url: str
    page_url: str
    media_url: str


def read_up(settings: Settings) -> Up | None:
    """The live one, or None."""
    try:
        up = Up.model_validate_json(settings.up_file.read_bytes())
        os.kill(up.pid, 0)
    except (FileNotFoundError, ValidationError, ProcessLookupError, PermissionError):
        return None
    return up


@contextlib.contextmanager
def announced(settings: Settings, up: Up) -> Iterator[None]:
    """Keep the file for as long as the block lasts."""
    part = Path(f"{settings.up_file}.part")
    part.write_text(up.model_dump_json())
    part.replace(settings.up_file)
    try:
        yield
    finally:
        settings.up_file.unlink(missing_ok=True)
