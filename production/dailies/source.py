"""The sources of a scene's dailies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from governor.errors import Excluded
from governor.other_tools.generation_log import LogLine
from manifests.decision import Binding, Decision
from manifests.finding import Verdict
from manifests.scene import Scene
from manifests.spending.night import SceneNight
from production.planning.plan_scene import Plan
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class Source:
    """All that the parts of the page are made from, read once.
    `lines`: every call of the scene; `tonight`: those of the night.

    `missing`: what waits for an approval, by shot; `approved`: the shots that have one. `excluded`: what
    people have on hold or omitted from the film.
    """

    services: Services
    scene: Scene
    plan: Plan
    report: SceneNight | None
    lines: tuple[LogLine, ...]
    tonight: tuple[LogLine, ...]
    verdicts: Mapping[str, Verdict]
    bindings: Mapping[str, Binding]
    missing: frozenset[str]
    decisions: Sequence[Decision]
    excluded: Mapping[str, Excluded]
