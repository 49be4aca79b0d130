"""A film's history as the wrap reads it: of each scene every call, verdict and decision, and the plan as it stands; and
the calls for the bible's reference views.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from governor.errors import Excluded
from governor.other_tools.generation_log import OWN, LogLine
from governor.scene_records import SceneRecords
from manifests.decision import Decision
from manifests.finding import Verdict
from manifests.scene import Scene
from manifests.view_shot import BIBLE
from production.learning.labelling import said_of
from production.planning.plan_scene import Plan, plan_scene
from wiring.services import Services

PANELS = frozenset({"panel", "end_panel"})
PICTURES = PANELS | {"clip"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHistory:
    """`lines`: our own calls, oldest first. `verdicts`: by generation key."""

    lines: tuple[LogLine, ...]
    verdicts: Mapping[str, Verdict]
    decisions: Sequence[Decision]

    @property
    def private(self) -> frozenset[str]:
        """The shots that are private now, whatever they were when their calls were made."""
        return frozenset()

    def verdict(self, line: LogLine) -> Verdict | None:
        """What the gate said of the take that a call brought."""
        return self.verdicts.get(line.generation_key or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneHistory(CallHistory):
    """`elsewhere`: the calls of other tools. `said`: by generation key and rule ("" for the whole take), whether a
    person called it good.
    """

    scene: Scene
    plan: Plan
    elsewhere: tuple[LogLine, ...]
    said: Mapping[str, Mapping[str, bool]]
    excluded: Mapping[str, Excluded]

    @property
    def private(self) -> frozenset[str]:
        """Those of the scene."""
        return frozenset(shot.id for shot in self.scene.shots if shot.private)

    def pictures(self) -> tuple[LogLine, ...]:
        """The calls that brought a panel or a clip."""
        return tuple(line for line in self.lines if line.stage in PICTURES and line.asset)

    def called_good(self, line: LogLine, rule: str = "") -> bool | None:
        """A person's word on a take, or on one rule of it; None where nobody said anything."""
        by_rule = self.said.get(line.generation_key or "", {})
        return by_rule.get(rule, by_rule.get(""))


def history_of(services: Services, scene_id: str) -> SceneHistory:
    """Read it, from the ledger and the film's files. Raises NotAFilm, PriceRefused."""
    scene, ledger = services.scene(scene_id), services.ledger
    records = ledger.of_scene(scene_id)
    own, elsewhere = _lines(services, scene_id)
    takes = {take.generation_key: take for take in ledger.takes(scene=scene_id)}
    return SceneHistory(
        scene=scene,
        plan=plan_scene(services, scene),
        lines=own,
        elsewhere=elsewhere,
        verdicts=_verdicts(records, own),
        decisions=records.decisions,
        said=said_of(records.decisions, takes),
        excluded=records.excluded,
    )


def views_of(services: Services) -> CallHistory:
    """The calls for the bible's reference views, which belong to no scene."""
    records = services.ledger.of_scene(BIBLE)
    own, _ = _lines(services, BIBLE)
    return CallHistory(lines=own, verdicts=_verdicts(records, own), decisions=records.decisions)


def _lines(services: Services, scene: str) -> tuple[tuple[LogLine, ...], tuple[LogLine, ...]]:
    """Our own calls, and those of other tools."""
    lines = services.ledger.log(scene)
    own = tuple(line for line in lines if line.source == OWN)
    return own, tuple(line for line in lines if line.source != OWN)


def _verdicts(records: SceneRecords, lines: Iterable[LogLine]) -> dict[str, Verdict]:
    return {key: said for line in lines if (key := line.generation_key) and (said := records.verdict(key))}
