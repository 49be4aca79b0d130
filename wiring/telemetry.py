"""Tells its listeners how the work goes: the terminal, a test, or nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

State = Literal["waits", "works", "done", "cached", "retake", "blocked", "escalated"]


@dataclass(frozen=True, slots=True)
class StageChange:
    """One stage of one shot changed its state. `subject` is a shot, or the scene itself for cuts and checks."""

    subject: str
    stage: str
    state: State
    detail: str = ""


Listener = Callable[[StageChange], None]


class Telemetry:
    """Passes each step on, in order, to everybody who listens."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Hear every step from now on; once, however often it is asked."""
        if listener not in self._listeners:
            self._listeners.append(listener)

    def say(self, subject: str, stage: str, state: State, detail: str = "") -> None:
        """Tell everybody."""
        step = StageChange(subject, stage, state, detail)
        for listener in self._listeners:
            listener(step)
