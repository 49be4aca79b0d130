"""Start another program: the only place in the product that does.
No child outlives its call, not even when we are killed.

A child leads a process group of its own. In that group a keeper holds the end of a pipe whose other end is ours: when
ours closes, because the call is over or because we died, the keeper kills the processes that are left of the group.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_KEPT = 'exec 3<&0 </dev/null; { read -r _ <&3; kill -9 0; } >/dev/null 2>&1 & exec "$@" 3<&-'
"""The shell becomes the program itself, so that its exit code is the program's own."""

_WORDS_BYTES_MAX = 32_000
_GRACE_S = 3.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended. `code`: None where it was late, below 0 where a signal ended it.
    `words`: the last it said.
    """

    code: int | None
    words: str


async def run(
    arguments: Sequence[str], *, folder: Path, timeout_s: float, environment: Mapping[str, str] | None = None
) -> Ended:
    """Run a program in `folder` to its end, or for `timeout_s`. Cancelling the call kills it, with all that it started.

    `environment`: all that it gets; ours where none is given. A program that is not there ends with 126 or 127.
    """
    with tempfile.TemporaryFile() as log, child(arguments, log, log, folder, environment) as program:
        try:
            code: int | None = await asyncio.to_thread(program.wait, timeout_s)
        except subprocess.TimeoutExpired:
            code = None
            end(program)
        return Ended(code, last_words(log))


@contextlib.contextmanager
def child(
    arguments: Sequence[str],
    out: IO[bytes] | None,
    log: IO[bytes],
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a program for as long as the block lasts. `out` gets its standard output, a pipe where none is given.

    `log` gets its errors; it is a file and no pipe: a full pipe would stop the program.
    """
    program = subprocess.Popen(  # noqa: S603 - no shell reads the arguments; the script above has none of its own
        ["/bin/sh", "-c", _KEPT, "sh", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE if out is None else out,
        stderr=log,
        cwd=folder,
        env=environment,
        start_new_session=True,
    )
    try:
        with program:
            try:
                yield program
            except BaseException:
                end(program)
                raise
    finally:
        end(program)


def end(program: subprocess.Popen[bytes]) -> None:
    """Kill a program's whole group, if it still runs. One that was waited for is left alone:
    its id may be another's.
    """
    if program.poll() is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        program.wait(_GRACE_S)


def last_words(log: IO[bytes]) -> str:
    """The end of a log as text; of a line that was drawn over and over, as a progress bar is, what it showed last."""
    size = log.seek(0, os.SEEK_END)
    log.seek(max(0, size - _WORDS_BYTES_MAX))
    lines = log.read().decode("utf-8", errors="replace").split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2].rstrip() for line in lines).strip()
