"""The drift check: how far each face, coat and room has crept from the locked masters, shot after shot.

Neighbouring shots always look alike; only the masters show a slow creep. Each entity's axes are measured in every shot
and added up by a CUSUM. Every fifth shot, and the last, is a reading of all; a crossing in between is an alarm as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from checks.contract import Thresholds
from checks.drift_shot import DriftShot, Measured, measure
from checks.rules.cusum import heights
from checks.rules.drift_rules import AXIS_CHARTS, AXIS_RULES, UNITS, Axis
from checks.seeing.eye import Eye, open_eye
from checks.seeing.masters import References
from manifests.bible import Bible
from manifests.finding import Finding
from manifests.noun import Noun, ShotId, Text


class DriftPoint(Noun):
    """One measurement. `value`: in the axis's unit (`UNITS`); `cusum`: in standard deviations, after this shot."""

    shot: ShotId
    entity: Text
    axis: Axis
    value: float
    cusum: float
    alarm: bool


class DriftReport(Noun):
    """The result of a drift check. `series`: the chart's data; `composition`: SSIM by shot, reported with weight 0.

    `re_anchor`: the chained shots that must open on the locked masters again, sorted. `read_at`: where it was read.
    """

    schema_name: ClassVar[str] = "gate/drift/1"

    drifted: tuple[Finding, ...]
    re_anchor: tuple[ShotId, ...]
    read_at: tuple[ShotId, ...]
    series: tuple[DriftPoint, ...]
    composition: dict[ShotId, float]
    eye: Text

    @property
    def passed(self) -> bool:
        """True when nothing has drifted."""
        return not self.drifted


@dataclass(frozen=True, slots=True)
class DriftCase:
    """A segment of shots in story order. `every`: shots between readings. `thresholds`: the film's own CUSUM alarms."""

    shots: tuple[DriftShot, ...]
    bible: Bible
    references: References
    thresholds: Thresholds = field(default_factory=dict)
    every: int = 5


def in_words(report: DriftReport, wanted: Sequence[str]) -> str:
    """A check's result, and its shots. `wanted`: every shot so far, in story order, also those without a clip.

    A shot with a clip in which nothing could be measured was not checked either.
    """
    told = {point.shot for point in report.series}
    checked, unchecked = [s for s in wanted if s in told], [s for s in wanted if s not in told]
    if not checked:
        return (
            f"nothing was checked: {_listed(unchecked)} {'has' if len(unchecked) == 1 else 'have'} nothing to measure"
        )
    drifted = ", ".join(f"{finding.subject} ({finding.rule})" for finding in report.drifted)
    found = f"drifted: {drifted}" if drifted else "true to the masters"
    left = f"; not checked: {_listed(unchecked)}" if unchecked else ""
    return f"{found} in {_listed(checked)}{left}"


def _listed(shots: Sequence[str]) -> str:
    """Shots without their scene: SH0010, SH0020."""
    return ", ".join(shot.partition("_")[2] or shot for shot in shots)


def check_drift(case: DriftCase, eye: Eye | None = None) -> DriftReport:
    """Measure the segment and read its CUSUMs. Raises Unreadable, MasterMissing, EyeError.
    About 0.25 CPU-s a shot of 5 s, of two people.
    """
    seeing = eye or open_eye()
    measured = measure(case.shots, case.bible, case.references, seeing)
    return judge_drift(measured, case.thresholds, case.every, seeing.name)


def judge_drift(measured: Sequence[Measured], thresholds: Thresholds, every: int, eye_name: str) -> DriftReport:
    """The pure part: CUSUM over measured values. Alarms count anywhere; each `every`-th and the last is a reading."""
    readings = [index for index in range(len(measured)) if (index + 1) % every == 0 or index == len(measured) - 1]
    series: list[DriftPoint] = []
    findings: list[Finding] = []
    re_anchor: set[str] = set()
    for entity, axis in sorted({key for shot in measured for key in shot.values}):
        limit = AXIS_RULES[axis].threshold(thresholds)
        points, alarms = _follow(measured, entity, axis, limit)
        series += points
        if alarms:
            findings.append(_finding(entity, axis, points, measured[alarms[0]], limit))
            re_anchor |= _adrift(measured, points, alarms)
    return DriftReport(
        drifted=tuple(findings),
        re_anchor=tuple(sorted(re_anchor)),
        read_at=tuple(measured[i].shot for i in readings),
        series=tuple(series),
        composition={m.shot: m.composition for m in measured if m.composition is not None},
        eye=eye_name,
    )


def _follow(measured: Sequence[Measured], entity: str, axis: Axis, limit: float) -> tuple[list[DriftPoint], list[int]]:
    """One CUSUM over the shots, with the indices of its alarms.

    A shot made from the masters starts it over: earlier shots are not in its chain. Where that begins a chain, or the
    entity wears other clothes by the manifest, the usual values are learned again; another framing gets its own beside.
    """
    values = [shot.values.get((entity, axis)) for shot in measured]
    anchored = {index for index, shot in enumerate(measured) if shot.chain_links == 0}
    begun = {index for index in anchored if not measured[index].re_anchored}
    setups = [shot.setup for shot in measured]
    found = heights(values, AXIS_CHARTS[axis], anchored, begun | _changes(measured, entity), setups)
    points = [
        DriftPoint(
            shot=shot.shot,
            entity=entity,
            axis=axis,
            value=value,
            cusum=round(height, 3),
            alarm=height > limit,
        )
        for shot, value, height in zip(measured, values, found, strict=True)
        if value is not None
    ]
    return points, [index for index, height in enumerate(found) if height > limit and values[index] is not None]


def _changes(measured: Sequence[Measured], entity: str) -> set[int]:
    """Where the manifest says that the entity looks otherwise than when it was last seen."""
    out: set[int] = set()
    known: str | None = None
    for index, shot in enumerate(measured):
        look = shot.looks.get(entity)
        if look is not None and known is not None and look != known:
            out.add(index)
        known = known if look is None else look
    return out


def _finding(entity: str, axis: Axis, points: Sequence[DriftPoint], at: Measured, limit: float) -> Finding:
    rule = AXIS_RULES[axis]
    last = next((p for p in reversed(points) if p.shot <= at.shot), points[0])
    return Finding(
        rule=rule.code,
        severity="error",
        subject=entity,
        flaw=f"drift:{axis}:{entity}",
        message=f"{entity} has drifted from the locked pictures by {at.shot}: {last.value:+.2f}{UNITS[axis]}, "
        f"CUSUM {last.cusum:.1f} over {limit:g}",
        cure="Re-anchor: make it again from the locked pictures, without the last frame of the shot before.",
        evidence={"value": last.value, "cusum": last.cusum, "shot": at.shot},
    )


def _adrift(measured: Sequence[Measured], points: Sequence[DriftPoint], alarms: Sequence[int]) -> set[str]:
    """The chained shots in which an alarmed CUSUM was rising, from its last zero to the end of their chain."""
    height = {point.shot: point.cusum for point in points}
    out: set[str] = set()
    for alarm in alarms:
        first = alarm
        while first > 0 and measured[first].chain_links > 0 and height.get(measured[first - 1].shot, 1.0) > 0:
            first -= 1
        last = alarm
        while last + 1 < len(measured) and measured[last + 1].chain_links > 0:
            last += 1
        out |= {shot.shot for shot in measured[first : last + 1] if shot.chain_links > 0}
    return out
