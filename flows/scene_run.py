"""One run of a scene as its flow knows it: what the paid steps are given, and what the shots of one run tell each
other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.step import Graph
from production.journey.anchoring import ReAnchoring
from production.journey.readiness import ShotFacts
from production.learning.film_limits import FilmLimits
from production.purchasing.run import Run


@dataclass(slots=True)
class Walls:
    """What a run has met that its later shots would meet too; each is kept as it was met first.

    `halted`: why nothing new is begun any more. `short`: why nothing more is bought of one provider: its credit has
    ended.
    """

    halted: Exception | None = None
    short: Exception | None = None

    @property
    def met(self) -> Exception | None:
        """Either of them: then nobody is asked for an approval, and no finals are begun."""
        return self.halted or self.short


@dataclass(frozen=True, kw_only=True)
class SceneRun(Run):
    """A run of a scene. `limits`: from which values on a rule may fail a picture, and `facts`: what the readiness gate
    reads of each shot, both as the film was when the run began. `re_anchored`: the chained shots that are made from the
    masters, and why, by shot.
    """

    graph: Graph
    limits: FilmLimits = field(default_factory=FilmLimits)
    facts: Mapping[str, ShotFacts] = field(default_factory=dict)
    walls: Walls = field(default_factory=Walls)
    re_anchored: dict[str, ReAnchoring] = field(default_factory=dict)
