"""Writes down what agents did and what was refused to them: agents.log in the film's state, a JSON line each."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

_BYTES_MAX = 4_000_000
_ONE_AT_A_TIME = threading.Lock()


def log_agent(state: Path, *, who: str, key: str, what: str, outcome: str, why: str = "") -> None:
    """Add a line. `outcome`: "done" or "refused". The log starts again at 4 MB, and the one before it is kept."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    line = {"at": at, "who": who[:80], "key": key, "what": what[:400], "outcome": outcome, "why": why[:600]}
    log = state / "agents.log"
    with _ONE_AT_A_TIME:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > _BYTES_MAX:
            log.replace(log.with_suffix(".1.log"))
        with log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
