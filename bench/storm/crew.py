"""The workers of one run of the storm: forked, killed, and buried."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random

from bench.storm import worker
from bench.storm.worker import Order

WORKERS = 4
DEATH = 0.004
"""The odds of dying at each step of the ledger or of the client; a take has about ten."""

DEATHS_MAX = 6


@dataclass
class Crew:
    """The living workers of one run: process id → whether it belongs to the newest epoch."""

    order: Order
    chance: Random
    alive: dict[int, bool] = field(default_factory=dict)
    kills: int = 0
    fenced: int = 0

    def fill(self) -> None:
        """Begin as many workers as are missing. A process may die at its own steps until there were enough deaths."""
        order = replace(self.order, death=DEATH if self.kills < DEATHS_MAX else 0.0)
        while sum(self.alive.values()) < WORKERS:
            self.alive[_forked(order, self.chance.randrange(1 << 30))] = True

    def kill(self, process: int) -> None:
        """Without warning. It is counted when it is found dead."""
        os.kill(process, signal.SIGKILL)

    def reap(self) -> bool:
        """Bury the dead; returns whether one of the newest epoch died before its work was done."""
        missing = False
        for process, newest in list(self.alive.items()):
            found, status = os.waitpid(process, os.WNOHANG)
            if not found:
                continue
            del self.alive[process]
            if os.WIFSIGNALED(status):
                self.kills += 1
                missing |= newest
            elif os.WEXITSTATUS(status) == worker.FENCED:
                self.fenced += 1
            elif os.WEXITSTATUS(status) != worker.DONE:
                raise RuntimeError(f"a worker ended with {os.WEXITSTATUS(status)}")
        return missing


def _forked(order: Order, seed: int) -> int:
    process = os.fork()
    if process == 0:
        leave(partial(worker.work, order, Random(seed)))
    return process


def leave(what: Callable[[], int]) -> None:
    """Do it in this child, and never return to the parent's code."""
    code = 70
    try:
        code = what()
    except BaseException:  # noqa: BLE001  a child that went on would run the parent's code
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(code)
