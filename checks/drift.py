"""The drift check: every few shots, how far each face, coat and room has crept from the locked masters.

Neighbouring shots always look alike; only the masters show a slow creep. Each entity's axes are measured in every shot,
added up by a CUSUM, and read at every fifth shot and at the segment's end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from checks.contract import Thresholds
from checks.decode import decode
from checks.drift_rules import AXIS_RULES, AXIS_SCALES, SLACK, Axis
from checks.eye import Eye, open_eye
from checks.frame_gate import Frame, Sight, see
from checks.masters import References
from manifests.bible import Bible
from manifests.finding import Finding
from manifests.noun import Noun, ShotId, Text
from manifests.scene import Shot

_CLIP_PARTS = (0.5, 1.0)
"""Where in a clip drift is measured: the middle, and the end, which a chain goes on from."""


class DriftPoint(Noun):
    """One measurement. `value`: degrees of hue, or cosine distance; `cusum`: in standard deviations, after this shot."""

    shot: ShotId
    entity: Text
    axis: Axis
    value: float
    cusum: float
    alarm: bool


class DriftReport(Noun):
    """What a drift check found. `series` is what the chart draws; `composition` SSIM by shot, reported with weight 0.

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
class DriftShot:
    """One shot of the segment. `chain_links`: chained shots since the masters were last used; 0 for a shot made from them."""

    shot: Shot
    clip: Path
    chain_links: int = 0


@dataclass(frozen=True, slots=True)
class DriftCase:
    """A segment of shots in story order. `every`: shots between readings. `thresholds`: the film's own CUSUM alarms."""

    shots: tuple[DriftShot, ...]
    bible: Bible
    references: References
    thresholds: Thresholds = field(default_factory=dict)
    every: int = 5


@dataclass(frozen=True, slots=True)
class Measured:
    """What one shot says: values by entity and axis, and SSIM on a locked-off camera (else None)."""

    shot: str
    chain_links: int
    values: dict[tuple[str, Axis], float]
    composition: float | None = None


def check_drift(case: DriftCase, eye: Eye | None = None) -> DriftReport:
    """Measure the segment and read its CUSUMs. Raises Unreadable, MasterMissing, EyeError. About 1 CPU-s a shot."""
    seeing = eye or open_eye()
    measured = tuple(measure(item, case.bible, case.references, seeing) for item in case.shots)
    return judge_drift(measured, case.thresholds, case.every, seeing.name)


def judge_drift(measured: Sequence[Measured], thresholds: Thresholds, every: int, eye_name: str) -> DriftReport:
    """The pure part: CUSUM over measured values, read at every `every`-th shot and the last."""
    readings = {index for index in range(len(measured)) if (index + 1) % every == 0 or index == len(measured) - 1}
    series: list[DriftPoint] = []
    findings: list[Finding] = []
    re_anchor: set[str] = set()
    for entity, axis in sorted({key for shot in measured for key in shot.values}):
        limit = AXIS_RULES[axis].threshold(thresholds)
        points, alarms = _follow(measured, entity, axis, limit, readings)
        series += points
        if alarms:
            findings.append(_finding(entity, axis, points, measured[alarms[0]], limit))
            re_anchor |= _adrift(measured, points, alarms)
    return DriftReport(
        drifted=tuple(findings), re_anchor=tuple(sorted(re_anchor)), read_at=tuple(measured[i].shot for i in sorted(readings)),
        series=tuple(series), composition={m.shot: m.composition for m in measured if m.composition is not None},
        eye=eye_name,
    )  # fmt: skip


def measure(item: DriftShot, bible: Bible, references: References, eye: Eye) -> Measured:
    """Measure one shot in the middle and at the end of its clip; the values are the means of both."""
    wanted = [round(part * (item.shot.frames - 1)) for part in _CLIP_PARTS]
    clip = decode(item.clip, wanted)
    pictures = dict(clip.kept)
    if clip.last is not None:
        pictures[max(1, clip.frames - 1)] = clip.last
    end = max(1, clip.frames - 1)
    sights = [
        see(Frame(picture, index / end, f"frame {index}"), item.shot, bible, references, eye if index == end else None)
        for index, picture in sorted(pictures.items())
    ]
    values: defaultdict[tuple[str, Axis], list[float]] = defaultdict(list)
    for sight in sights:
        for key, value in _values(sight, item.shot):
            values[key].append(value)
    still = [s.composition for s in sights if s.composition is not None]
    means = {key: round(sum(found) / len(found), 4) for key, found in values.items()}
    return Measured(item.shot.id, item.chain_links, means, round(min(still), 4) if still else None)


def _values(sight: Sight, shot: Shot) -> Iterable[tuple[tuple[str, Axis], float]]:
    place = sight.place
    if place.passed_by_pixels:
        if place.turn is not None:
            yield (shot.location, "hue"), place.turn
        if place.embedded is not None:
            yield (shot.location, "location"), place.embedded
    for person in sight.people:
        if person.recognised and person.turn is not None:
            yield (person.entity, "wardrobe"), person.turn
        if person.recognised and person.embedded is not None:
            yield (person.entity, "identity"), person.embedded


def _follow(
    measured: Sequence[Measured], entity: str, axis: Axis, limit: float, readings: set[int]
) -> tuple[list[DriftPoint], list[int]]:
    """One CUSUM, two-sided for hues. A shot made from the masters starts it anew: what came before is not in its chain.

    For cosine distances that shot also says what is usual in this chain (a long lens softens the plate); hues have no
    such excuse, and are held against the masters alone.
    """
    scale, points, alarms = AXIS_SCALES[axis], list[DriftPoint](), list[int]()
    usual, up, down = scale.usual, 0.0, 0.0
    for index, shot in enumerate(measured):
        value = shot.values.get((entity, axis))
        if shot.chain_links == 0:
            up = down = 0.0
            if axis in {"identity", "location"} and value is not None:
                usual = max(scale.usual, value)
        if value is not None:
            off = (value - usual) / scale.spread
            up, down = max(0.0, up + off - SLACK), max(0.0, down - off - SLACK)
        height = max(up, down if axis in {"wardrobe", "hue"} else 0.0)
        alarm = index in readings and height > limit
        if alarm:
            alarms.append(index)
        if value is not None:
            points.append(
                DriftPoint(shot=shot.shot, entity=entity, axis=axis, value=value, cusum=round(height, 3), alarm=alarm)
            )
    return points, alarms


def _finding(entity: str, axis: Axis, points: Sequence[DriftPoint], at: Measured, limit: float) -> Finding:
    rule = AXIS_RULES[axis]
    last = next((p for p in reversed(points) if p.shot <= at.shot), points[0])
    unit = "° of hue" if axis in {"wardrobe", "hue"} else " cosine distance"
    return Finding(
        rule=rule.code, severity="error", subject=entity, flaw=f"drift:{axis}:{entity}",
        message=f"{entity} has drifted from the locked pictures by {at.shot}: {last.value:+.2f}{unit}, CUSUM {last.cusum:.1f} over {limit:g}",
        cure="Re-anchor: make the chained shots again from the masters, without the last frame as a reference.",
        evidence={"value": last.value, "cusum": last.cusum, "shot": at.shot},
    )  # fmt: skip


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
