"""The run that is under way in this process: what every step of it shares."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass, field

from governor.purchase import Epoch
from manifests.scene import Scene
from wiring.services import Services


@dataclass
class Run:
    """One attempt at one scene. `generated` counts what was really made; `halted` is why nothing new is begun any more."""

    services: Services
    scene: Scene
    epoch: Epoch
    lanes: asyncio.Semaphore
    foreseen_microusd: int = 0
    generated: int = 0
    halted: Exception | None = field(default=None)


_current: ContextVar[Run] = ContextVar("run")


def begin(run: Run) -> None:
    """Make `run` the one that the steps of this flow share."""
    _current.set(run)


def current() -> Run:
    """The run under way. Raises LookupError outside of one."""
    return _current.get()
