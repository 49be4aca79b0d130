"""Watches Prefect's background loops (scheduler, late runs, automations, ...), whose failures its server never reports.

Prefect 3.8.8 logs that a loop failed and calls it again; /api/health still answers `true`. With SQLAlchemy 2.1 the
scheduler failed on every call, and no schedule ever fired. This module listens to those logs, prints each new trouble
once, and tells the health check (`wiring/prefect_server/health.py`) which loops only fail.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

FAILURES = 3
"""A loop counts as broken after so many failures without a success between them: one or two may be a busy database."""

SILENT_S = 120.0
"""The fastest loops run every 5 s. If none of them has ended for this long, the worker that calls them has stopped."""

_FORGET_S = 600.0
"""A part that reports errors only, never a success, counts as well again after this time without an error."""

_ENDED = ("docket.dependencies", "docket.worker")
"""Docket, the library that calls the loops, logs here how each call ended."""

_CALL = re.compile(r"^((\w+)\(.*\)\{.*\})$")
"""Docket's name of a call: `function(arguments){key}`."""


class Loops(logging.Handler):
    """The state of Prefect's loops in this process, from the logs.
    `running`: whether it runs them, so that silence is a fault.
    """

    def __init__(self, *, running: bool = True, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(logging.INFO)
        self._running, self._clock, self._guard = running, clock, threading.Lock()
        self._troubles: dict[str, _Trouble] = {}
        self._well: set[str] = set()
        self._just_failed: set[str] = set()
        self._heard = clock()

    def attach(self) -> None:
        """Listen from now on. Docket's own records stay here: each would print a traceback per failure."""
        docket = logging.getLogger("docket")
        docket.setLevel(logging.INFO)
        docket.propagate = False
        for name in _HEARD:
            logging.getLogger(name).addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Count one record: the end of a loop's call, or an error that a part of the server caught and logged."""
        if record.name in _ENDED:
            self._call_ended(record)
        elif record.levelno >= logging.ERROR:
            self._failed(record.name.removeprefix("prefect.").removeprefix("server."), _words(record))

    def troubles(self) -> dict[str, str]:
        """Each loop that only fails, and how. Empty while all is well."""
        now = self._clock()
        with self._guard:
            found = {name: str(t) for name, t in self._troubles.items() if t.failures >= FAILURES and t.is_fresh(now)}
            if self._running and now - self._heard > SILENT_S:
                found["every loop"] = f"none of them has ended for {now - self._heard:.0f} s"
        return found

    @property
    def well(self) -> frozenset[str]:
        """The loops whose last call succeeded."""
        with self._guard:
            return frozenset(self._well)

    def _call_ended(self, record: logging.LogRecord) -> None:
        words = record.args if isinstance(record.args, tuple) else ()
        call = next((found for word in words if (found := _CALL.match(str(word)))), None)
        if call is None:
            return
        if record.levelno >= logging.ERROR:
            self._just_failed.add(call[1])
            self._failed(call[2], _words(record))
        elif str(record.msg).startswith("↫") and call[1] in self._just_failed:
            self._just_failed.remove(call[1])  # Docket says "called again later" after a failure, too
        elif str(record.msg).startswith(("↫", "↩")):
            with self._guard:
                self._heard = self._clock()
                self._well.add(call[2])
                self._troubles.pop(call[2], None)

    def _failed(self, name: str, error: str) -> None:
        now = self._clock()
        with self._guard:
            self._heard = now
            before = self._troubles.get(name)
            count = before.failures + 1 if before and before.is_fresh(now) else 1
            self._troubles[name] = _Trouble(count, now, error)
            self._well.discard(name)
        if count == FAILURES:
            sys.stderr.write(f"  Prefect's {name} does not work: {self._troubles[name]}\n")


_HEARD = ("docket", "prefect.server", "prefect.prefect_redis")


@dataclass(frozen=True, slots=True)
class _Trouble:
    failures: int
    at: float
    error: str

    def is_fresh(self, now: float) -> bool:
        return now - self.at < _FORGET_S

    def __str__(self) -> str:
        return f"it failed {self.failures} times in a row ({self.error})"


def _words(record: logging.LogRecord) -> str:
    """The error of a record in one line; its message where it carries no error."""
    error = record.exc_info[1] if record.exc_info else None
    said = f"{type(error).__name__}: {error}" if error else record.getMessage()
    return " ".join(said.split())[:200]
