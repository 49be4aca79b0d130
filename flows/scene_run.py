"""One run of a scene as its flow knows it: what the paid steps are given, and what the shots of one run tell each
other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from flows.step import Graph
from manifests.scene import Shot
from production.journey.anchoring import ReAnchoring
from production.journey.readiness import ShotFacts
from production.learning.film_limits import FilmLimits
from production.planning.readiness_facts import facts_of_scene
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
    """A run of a scene. `limits`: from which values on a rule may fail a picture, as the film was when the run began.
    `re_anchored`: the chained shots that are made from the masters, and why, by shot.
    """

    graph: Graph
    limits: FilmLimits = field(default_factory=FilmLimits)
    walls: Walls = field(default_factory=Walls)
    re_anchored: dict[str, ReAnchoring] = field(default_factory=dict)
    _facts: dict[str, ShotFacts] = field(default_factory=dict)

    def facts(self, shot: Shot) -> ShotFacts:
        """What the readiness gate reads of a shot, as the film was when the run first asked for one."""
        if not self._facts:
            self._facts.update(facts_of_scene(self.services, self.scene))
        return self._facts[shot.id]
