"""A planted flaw: its kind, its strength, the name that its gate should give it, and how to make it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from bench.planting.takes import Takes
from manifests.finding import Verdict
from manifests.scene import Shot

Stage = Literal["panel", "clip"]
CLEAN = "clean"


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one flaw is planted. `name`: the stem of its files; `chance`: its own dice; `seed`: of the take."""

    takes: Takes
    shot: Shot
    name: str
    seed: int
    chance: np.random.Generator

    def panel(self, shot: Shot | None = None, progress: float = 0.0) -> Path:
        """A panel of this shot, or of another one as this shot's."""
        return self.takes.panel(self.name, shot or self.shot, seed=self.seed, progress=progress)


Make = Callable[[Stand, float], Verdict | None]
"""Plants the flaw at a strength and gives the gate's word;
None where this shot cannot have it (nobody else to swap with).
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of flaw. `named`: the words by which a gate may rightly call it. `strengths`: in `unit`."""

    name: str
    stage: Stage
    named: tuple[str, ...]
    unit: str
    strengths: tuple[float, ...]
    make: Make
    fits: Callable[[Shot], bool] = lambda _shot: True


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one planted flaw or of one clean take (`kind` "clean"): the words that the gate used."""

    kind: str
    stage: Stage
    strength: float
    unit: str
    shot: str
    named: tuple[str, ...]
    flaws: tuple[str, ...]
    messages: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """Caught, misnamed, missed; for a clean take passed or accused."""
        if self.kind == CLEAN:
            return "accused" if self.flaws else "passed"
        if not self.flaws:
            return "missed"
        return "caught" if any(flaw.partition(":")[0] in self.named for flaw in self.flaws) else "misnamed"

    @property
    def besides(self) -> bool:
        """Whether a flaw that was caught was also called something else."""
        return self.word == "caught" and any(flaw.partition(":")[0] not in self.named for flaw in self.flaws)
