"""Draw drift: one line an entity over the shots, from the drift check's CUSUMs."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from assembly import drift_chart
from checks.drift import DriftReport
from checks.drift_rules import AXIS_RULES
from tasks.current import Run

_ALARM = 0.5
_LINES_MAX = 6
"""More lines than this are a tangle; the ones that moved most are drawn."""


def draw_drift(run: Run, report: DriftReport, into: Path) -> Path:
    """Write the chart. Nearness is h / (h + CUSUM) of the worst axis: 1 on the masters, 0.5 where the alarm goes off."""
    thresholds = run.services.folder.film.thresholds
    nearness: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for point in report.series:
        limit = AXIS_RULES[point.axis].threshold(thresholds)
        near = limit / (limit + point.cusum)
        seen = nearness[point.entity]
        seen[point.shot] = min(near, seen.get(point.shot, 1.0))
    worst = sorted(nearness, key=lambda entity: (min(nearness[entity].values()), entity))[:_LINES_MAX]
    shots = [shot.id for shot in run.scene.shots]
    lines = {
        entity: [_point(run, entity, shot, nearness[entity].get(shot)) for shot in shots] for entity in sorted(worst)
    }
    title = f"{run.scene.id}: nearness to the locked masters (an alarm below {_ALARM})"
    return drift_chart.render(lines, into, threshold=_ALARM, title=title)


def _point(run: Run, entity: str, shot: str, score: float | None) -> drift_chart.DriftPoint:
    """One shot on an entity's line; where it was made again, with the nearness of the take that had drifted."""
    anchoring = run.re_anchored.get(shot)
    if anchoring is None:
        return drift_chart.DriftPoint(shot, score)
    crossed = [c.alarm / (c.alarm + c.cusum) for c in anchoring.crossings if anchoring.again and c.entity == entity]
    return drift_chart.DriftPoint(shot, score, re_anchored=True, undone=min(crossed, default=None))
