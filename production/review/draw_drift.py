"""Draw drift: one line an entity over the shots, from the drift check's CUSUMs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from assembly import drift_chart
from checks.drift import DriftReport
from checks.rules.drift_rules import AXIS_RULES
from manifests.scene import Scene
from production.journey.anchoring import ReAnchoring

_ALARM = 0.5
_LINES_MAX = 6
"""More lines than this are a tangle; the ones that moved most are drawn."""


def draw_drift(
    scene: Scene,
    thresholds: Mapping[str, float],
    report: DriftReport,
    re_anchored: Mapping[str, ReAnchoring],
    into: Path,
) -> Path:
    """Write the chart. Nearness is h / (h + CUSUM) of the worst axis:
    1 on the masters, 0.5 where the alarm goes off.
    """
    nearness: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for point in report.series:
        limit = AXIS_RULES[point.axis].threshold(thresholds)
        near = limit / (limit + point.cusum)
        seen = nearness[point.entity]
        seen[point.shot] = min(near, seen.get(point.shot, 1.0))
    worst = sorted(nearness, key=lambda entity: (min(nearness[entity].values()), entity))[:_LINES_MAX]
    shots = [shot.id for shot in scene.shots]
    lines = {
        entity: [_point(re_anchored.get(shot), entity, shot, nearness[entity].get(shot)) for shot in shots]
        for entity in sorted(worst)
    }
    title = f"{scene.id}: nearness to the locked masters (an alarm below {_ALARM})"
    return drift_chart.render(lines, into, threshold=_ALARM, title=title)


def _point(anchoring: ReAnchoring | None, entity: str, shot: str, score: float | None) -> drift_chart.ChartPoint:
    """One shot on an entity's line; where it was made again, with the nearness of the take that had drifted."""
    if anchoring is None:
        return drift_chart.ChartPoint(shot, score)
    crossed = [c.alarm / (c.alarm + c.cusum) for c in anchoring.crossings if anchoring.again and c.entity == entity]
    return drift_chart.ChartPoint(shot, score, re_anchored=True, undone=min(crossed, default=None))
