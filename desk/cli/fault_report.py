"""Writes a report of an error in the program, without keys, and names the file in one sentence."""

from __future__ import annotations

import platform
import shlex
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from desk.cli.ending import CommandRefusal, on_one_line
from manifests.redaction import redacted
from wiring.settings import read_settings


def report_fault(error: BaseException) -> CommandRefusal:
    """Write the report into the film's `.gate/reports`, or a temporary folder where there is no film;
    gives what is said.
    """
    words = redacted(_report(error))
    folder = read_settings().state
    folders = [folder / "reports", Path(tempfile.gettempdir())] if folder.is_dir() else [Path(tempfile.gettempdir())]
    name = f"gate-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.txt"
    file = next((written for each in folders if (written := _written(each, name, words))), None)
    where = f"The report is in {file}; send it with your question" if file else "No report could be written"
    what = on_one_line(redacted(f"{type(error).__name__}: {error}")[:200])
    return CommandRefusal(
        f"an error in this program ended the command ({what}). All purchases are on record. {where}.", 1
    )


def _report(error: BaseException) -> str:
    here = f"Check the Gate {version('check-the-gate')}, Python {platform.python_version()}, {platform.platform()}"
    told = "".join(traceback.format_exception(error))
    return f"{datetime.now(UTC).isoformat(timespec='seconds')}\n{here}\n{shlex.join(['gate', *sys.argv[1:]])}\n\n{told}"


def _written(folder: Path, name: str, words: str) -> Path | None:
    """The file, for its owner's eyes alone; None where it cannot be written."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        file = folder / name
        file.touch(mode=0o600, exist_ok=False)
        file.write_text(words, encoding="utf-8")
    except OSError:
        return None
    return file
