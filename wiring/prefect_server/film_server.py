"""One Prefect server for all runs of a film on this machine:
the first run starts it, the others join, the last one to leave ends it.

A run that loses the race to start it waits for the one that won. The server outlives the run that started it while
others use it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from wiring.alive import is_free, lock
from wiring.errors import ServerDown
from wiring.ports import taken
from wiring.prefect_server.record import Files, Record, read_record, write_record
from wiring.prefect_server.serve import spawn
from wiring.settings import Settings, make_state, settle_environment

Tell = Callable[[str], None]

_LOOK_S = 0.05
_NO_PROGRESS_S = 90.0
"""A start is given up after so long without a new stage or processor time.
On a loaded machine good starts took over 100 s.
"""

_PROGRESS_CPU_S = 0.2
_TELL_S = (2.0, 15.0)
"""The first and the longest pause between two lines about a start."""

_STARTS_MAX = 3
_GOODBYE_S = 10.0


class Started(Protocol):
    """A process of a server, as the one that started it knows it."""

    def wait(self) -> int:
        """Wait for its end."""


def _nobody_listens(_words: str) -> None:
    """Say nothing: the default for a caller that shows no progress."""


def start(settings: Settings, port: int | None = None, tell: Tell = _nobody_listens) -> Server:
    """Join the film's server, or start it, without waiting for its answer; point Prefect at it.

    `port`: for the server of `gate up`, which has one of its own, with every service. `tell` hears how far it is.
    Raises PortTaken.
    """
    with taken(port or 0):  # a named port is refused before anything is written
        make_state(settings)
    server = Server(settings, port, tell)
    server.begin()
    return server


class Server:
    """The film's server as one of its users sees it, from `start` to `stop`."""

    def __init__(self, settings: Settings, port: int | None, tell: Tell) -> None:
        self._settings, self._named, self._tell = settings, port, tell
        self._files = Files(settings.state / "server" / ("runs" if port is None else "up"))
        self._files.folder.mkdir(parents=True, exist_ok=True)
        self._users: int | None = None
        self._process: Started | None = None
        self._starts = 0
        self.port = port or 0

    @property
    def api_url(self) -> str:
        """The address of its API."""
        return f"http://127.0.0.1:{self.port}/api"

    def begin(self) -> None:
        """Become a user of it, and start it where nobody has."""
        self._users = self._users or lock(self._files.users, alone=False)
        if self._users is None:
            return  # the last server is ending: `wait` comes back here
        if (lives := lock(self._files.lives, alone=True)) is None:
            return  # somebody has started it
        try:
            with taken(self._named or 0) as here:
                self.port = here.getsockname()[1]
                write_record(self._files, Record(port=self.port, stage="starts", cpu_s=0.0, pid=os.getpid()))
                settle_environment(self._settings, self.api_url, port=self.port, brief=self._named is None)
                self._await_its_end()  # of the one that ended while it started
                self._process = spawn(self._files, here, lives)
                self._starts += 1
                self._tell(
                    "Starting Prefect's server …"
                    if self._starts == 1
                    else "It ended while it started; starting it again …"
                )
                _STARTED.append(self._process)
        finally:
            os.close(lives)

    def wait(self) -> str:
        """Return the address of its API when it answers; say on the way how far it is.

        Raises ServerDown when it has ended three times, or shows no progress for 90 s.
        """
        patience = _Patience(self._tell)
        while True:
            record = read_record(self._files) if self._users is not None else None
            lives = self.lives
            if record and lives and record.stage == "answers":
                self.port = record.port
                return self.api_url
            if not lives and self._starts >= _STARTS_MAX:
                raise self._down("it ended while it started")
            if not lives or self._users is None:
                self.begin()
            if patience.is_over(record):
                raise self._stuck(record)
            time.sleep(_LOOK_S)

    @property
    def lives(self) -> bool:
        """Whether its process is there."""
        return is_free(self._files.lives) is False

    def ends(self, *, within_s: float) -> bool:
        """Whether its process is gone, or goes within that time."""
        until = time.monotonic() + within_s
        while self.lives and time.monotonic() < until:
            time.sleep(_LOOK_S)
        return not self.lives

    def stop(self) -> None:
        """Leave it. The last user waits for its end; then the film's folder is free again."""
        if self._users is not None:
            os.close(self._users)
            self._users = None
        until = time.monotonic() + _GOODBYE_S
        while self.lives and not self._has_other_users() and time.monotonic() < until:
            time.sleep(_LOOK_S)
        if not self.lives:
            self._await_its_end()

    def _await_its_end(self) -> None:
        if self._process is not None:
            self._process.wait()

    def _has_other_users(self) -> bool:
        if read_record(self._files) is None:
            return False  # it is ending
        for alone in (True, False):  # users share the lock, and a server that ends has it alone
            if (users := lock(self._files.users, alone=alone)) is not None:
                os.close(users)
                return not alone
        return False

    def _stuck(self, record: Record | None) -> ServerDown:
        if record and record.waits_for:
            cause = f"{record.waits_for} has kept its database locked for {_NO_PROGRESS_S:.0f} s"
            return ServerDown(
                "Prefect's server", cause, "End that process, or wait for it; then run the command again."
            )
        return self._down(f"it made no progress for {_NO_PROGRESS_S:.0f} s")

    def _down(self, cause: str) -> ServerDown:
        return ServerDown("Prefect's server", cause, f"Read {self._files.log}, then run the command again.")


_STARTED: list[Started] = []
"""Servers that this process started: they may outlive it, and must not be warned of as forgotten when it ends."""


@dataclass
class _Patience:
    """How long a start has shown no progress, and what is said of it meanwhile."""

    tell: Tell

    def __post_init__(self) -> None:
        self._begun = self._moved = self._told = time.monotonic()
        self._seen: tuple[str, float] = ("", 0.0)
        self._pause_s = _TELL_S[0]

    def is_over(self, record: Record | None) -> bool:
        """Whether there was no progress for too long. Says every few seconds how far the start is."""
        now = time.monotonic()
        stage, cpu_s = (record.stage, record.cpu_s) if record else ("", 0.0)
        if stage != self._seen[0] or cpu_s > self._seen[1] + _PROGRESS_CPU_S:
            self._moved, self._seen = now, (stage, cpu_s)
        if now - self._told > self._pause_s:
            what = f"it {_how_far(record)}" if record else "the server of an earlier run is ending"
            self.tell(f"  … waiting for Prefect's server for {now - self._begun:.0f} s: {what}")
            self._told, self._pause_s = now, min(2 * self._pause_s, _TELL_S[1])
        return now - self._moved > _NO_PROGRESS_S


def _how_far(record: Record) -> str:
    return f"waits for its database, which {record.waits_for} is writing" if record.waits_for else record.stage
