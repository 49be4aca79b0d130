"""Check that no process still works for a folder: `check_quiet.py FOLDER`.
Waits ten seconds for late ones (Linux only).
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

_PATIENCE_S = 10.0


def main() -> None:
    """Exit naming each process that is left."""
    folder = Path(sys.argv[1]).resolve()
    until = time.monotonic() + _PATIENCE_S
    while (left := _at_work(folder)) and time.monotonic() < until:
        time.sleep(0.2)
    if left:
        sys.exit("\n".join(f"still running: {line}" for line in left))
    print("no process of ours is left")


def _at_work(folder: Path) -> list[str]:
    """Processes that stand in `folder`, name it on their command line, or were told of it in their environment."""
    # We and those who called us name the folder too.
    ours = _ancestry(os.getpid())
    others = (each for each in Path("/proc").iterdir() if each.name.isdigit() and int(each.name) not in ours)
    return [f"{process.name} {words}" for process in others if (words := _words(process, folder))]


def _words(process: Path, folder: Path) -> str:
    try:
        words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        known = words + (process / "environ").read_bytes().decode(errors="replace") + str((process / "cwd").readlink())
    except OSError:  # it has ended meanwhile, or is another user's
        return ""
    return words[:200] if str(folder) in known else ""


def _ancestry(pid: int) -> set[int]:
    line = {pid}
    while pid > 1:
        # The name in brackets may hold spaces; the parent is the second word after it.
        pid = int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        line.add(pid)
    return line


if __name__ == "__main__":
    main()
