"""The drift check: how far each face, coat and room has crept from the locked masters, shot after shot.

Neighbouring shots always look alike; only the masters show a slow creep. Each entity's axes are measured in every shot and
added up by a CUSUM. Every fifth shot, and the last, is a reading of all of them; a crossing in between is an alarm as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from checks.contract import Thresholds
from checks.cusum import heights
from checks.decode import decode
from checks.drift_rules import AXIS_CHARTS, AXIS_RULES, KEPT, UNITS, Axis
from checks.eye import Eye, open_eye
from checks.frame_gate import Frame, Sight, see
from checks.masters import References, Rgb
from manifests.bible import Bible
from manifests.finding import Finding, Score
from manifests.noun import Noun, ShotId, Text
from manifests.scene import Shot

_CLIP_PARTS = (0.5, 1.0)
"""Where in a clip drift is measured: the middle, and the end, which a chain goes on from."""


EachFrame = Callable[[int, NDArray[np.uint8]], None]


class DriftPoint(Noun):
    """One measurement. `value`: in the axis's unit (`UNITS`); `cusum`: in standard deviations, after this shot."""

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
    """What one shot says: values by entity and axis, and SSIM on a locked-off camera (else None).

    What the manifest says of it, so that no change on purpose passes for drift: `looks`, what each entity wears; `setup`,
    how it is framed; `re_anchored`, a chained shot that was made from the masters all the same.
    """

    shot: str
    chain_links: int
    values: dict[tuple[str, Axis], float]
    composition: float | None = None
    looks: dict[str, str] = field(default_factory=dict)
    setup: str = ""
    re_anchored: bool = False


def in_words(report: DriftReport, wanted: Sequence[str]) -> str:
    """What a check found, and what it looked at. `wanted`: every shot so far, in story order; those without a clip are named too.

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
    """Measure the segment and read its CUSUMs. Raises Unreadable, MasterMissing, EyeError. About 1 CPU-s a shot."""
    seeing = eye or open_eye()
    measured = tuple(measure(item, case.bible, case.references, seeing) for item in case.shots)
    return judge_drift(measured, case.thresholds, case.every, seeing.name)


def judge_drift(measured: Sequence[Measured], thresholds: Thresholds, every: int, eye_name: str) -> DriftReport:
    """The pure part: CUSUM over measured values. An alarm counts at any shot; readings are each `every`-th and the last."""
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
        drifted=tuple(findings), re_anchor=tuple(sorted(re_anchor)), read_at=tuple(measured[i].shot for i in readings),
        series=tuple(series), composition={m.shot: m.composition for m in measured if m.composition is not None},
        eye=eye_name,
    )  # fmt: skip


def as_told(measured: Measured, shot: Shot, chain_links: int) -> Measured:
    """The measurement with what the manifest says of its shot now; `chain_links` as in `DriftShot`."""
    plate = shot.camera.plate
    return replace(
        measured, shot=shot.id, chain_links=chain_links, looks={m.character: m.wardrobe for m in shot.cast},
        setup=f"{shot.camera.size} {plate.x:.2f} {plate.y:.2f} {plate.zoom:.2f}", re_anchored=shot.chain and chain_links == 0,
    )  # fmt: skip


def with_scores(measured: Measured, scores: Iterable[Score]) -> Measured:
    """The measurement with what the clip's gate scored on the film's own scale: there higher is better, here it is drift."""
    told = {
        (score.subject, KEPT[score.rule]): round(-score.value, 4)
        for score in scores if score.rule in KEPT and score.applies and score.value is not None
    }  # fmt: skip
    return replace(measured, values={**measured.values, **told})


def measure(item: DriftShot, bible: Bible, references: References, eye: Eye, each: EachFrame | None = None) -> Measured:
    """Measure one shot in the middle and at the end of its clip, in one pass that also shows `each` every luma plane."""
    clip = decode(item.clip, moments(item.shot), each)
    pictures = dict(clip.kept)
    if clip.last is not None:
        pictures[max(1, clip.frames - 1)] = clip.last
    return measure_pictures(item, pictures, bible, references, eye)


def moments(shot: Shot) -> tuple[int, ...]:
    """The numbers of the frames that drift is measured at."""
    return tuple(round(part * (shot.frames - 1)) for part in _CLIP_PARTS)


def measure_pictures(
    item: DriftShot, pictures: Mapping[int, Rgb], bible: Bible, references: References, eye: Eye
) -> Measured:
    """Measure these frames of a shot, by their numbers; the values are the means of all. The last one gets the embeddings."""
    end = max(pictures, default=1)
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
    found = Measured(item.shot.id, item.chain_links, means, round(min(still), 4) if still else None)
    return as_told(found, item.shot, item.chain_links)


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


def _follow(measured: Sequence[Measured], entity: str, axis: Axis, limit: float) -> tuple[list[DriftPoint], list[int]]:
    """One CUSUM over the shots, with the indices of its alarms.

    A shot made from the masters starts it anew: what came before is not in its chain. Where that begins a chain, and where
    the manifest puts the entity into other clothes, what is usual is learned anew too; in another framing, beside the first.
    """
    values = [shot.values.get((entity, axis)) for shot in measured]
    anchored = {index for index, shot in enumerate(measured) if shot.chain_links == 0}
    begun = {index for index in anchored if not measured[index].re_anchored}
    setups = [shot.setup for shot in measured]
    found = heights(values, AXIS_CHARTS[axis], anchored, begun | _changes(measured, entity), setups)
    points = [
        DriftPoint(
            shot=shot.shot, entity=entity, axis=axis, value=value, cusum=round(height, 3), alarm=height > limit,
        )
        for shot, value, height in zip(measured, values, found, strict=True) if value is not None
    ]  # fmt: skip
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
        rule=rule.code, severity="error", subject=entity, flaw=f"drift:{axis}:{entity}",
        message=f"{entity} has drifted from the locked pictures by {at.shot}: {last.value:+.2f}{UNITS[axis]}, CUSUM {last.cusum:.1f} over {limit:g}",
        cure="Re-anchor: make it again from the locked pictures, without the last frame of the shot before.",
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
