"""The programs of this machine that providers may use, by name: which command each is, and what it is given to run with."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from assembly import child
from providers.contract import Program
from providers.errors import Invalid
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
    """In an environment without keys, and with a proxy that nobody answers at: what it lacks it does not fetch by itself."""
    ended = await child.run(
        [*command, *words], folder=folder, timeout_s=timeout_s, environment=environment_of_programs()
    )
    return ended.code, ended.words
