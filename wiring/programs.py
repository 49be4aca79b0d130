"""The programs of this machine that providers may use, by name: the command of each, and its environment."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from assembly import child
from providers.errors import Invalid
from providers.surroundings import Program
from wiring.settings import Settings, environment_of_programs


def program_of(settings: Settings, name: str) -> Program:
    """The program called `name`. Raises Invalid where nobody has said where it is."""
    said = {"facefusion": settings.facefusion}.get(name)
    command = tuple(shlex.split(said or ""))
    if not command:
        variable = f"GATE_{name.upper()}"
        cure = f'Say how it is started: {variable}="/opt/{name}/venv/bin/python /opt/{name}/{name}.py"'
        raise Invalid(name, "nobody has said where it is on this machine", cure)
    return Program(command, partial(_start, command))


async def _start(
    command: Sequence[str], words: Sequence[str], folder: Path, timeout_s: float
) -> tuple[int | None, str]:
    """In an environment without keys, and with a proxy that nobody answers at:
    it does not fetch missing parts by itself.
    """
    ended = await child.run(
        [*command, *words], folder=folder, timeout_s=timeout_s, environment=environment_of_programs()
    )
    return ended.code, ended.words
