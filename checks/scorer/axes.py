"""From channels to axes: one number for each entity's identity, clothes and place, and what to do about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from checks.scorer.baseline import Baseline, soft_min
from checks.scorer.channels import BY_NAME
from checks.scorer.subject import Axis, Similarity
from manifests.noun import Noun, Text

Triage = Literal["pass", "ask", "fail"]

ASK_BELOW = -1.0
"""Standard deviations of the film's own approved pictures; higher is better. Below it a stronger eye, or a person, is
asked. A consistent picture in six is asked about for nothing: a normal's lower tail, and a judge's look is cheap.
"""

FAIL_BELOW = -2.5
"""Same unit. Below it, on a strong channel, the picture fails: a consistent one falls there once in 160."""

Key = tuple[str, Axis]


class AxisScore(Noun):
    """One entity's axis. `z`: deviations below usual, higher is better;
    `channel`: the one that fits worst, with its own z.

    `strong`: the channels that may fail a picture lie below `FAIL_BELOW` together, and one of them by itself.
    """

    z: float
    channel: Text
    channel_z: float
    strong: bool
    triage: Triage


def axis_scores(similarities: Iterable[Similarity], baseline: Baseline) -> dict[Key, AxisScore]:
    """Combine each axis's channels. Raises EyesDiffer. Axes without any measured channel are left out."""
    found: defaultdict[Key, list[tuple[float, str]]] = defaultdict(list)
    for item in similarities:
        if (z := baseline.z(item)) is not None:
            found[item.entity, item.axis].append((z, item.channel))
    return {key: _axis(baseline, key[1], channels) for key, channels in sorted(found.items())}


def together(frames: Iterable[Iterable[Similarity]]) -> tuple[Similarity, ...]:
    """Several frames of one shot together: each channel's mean over those in which it has a say.

    A head that is mis-seen in one pose is seen well in the next; a character that has drifted has drifted in all of
    them.
    """
    found: defaultdict[tuple[str, str], list[Similarity]] = defaultdict(list)
    for frame in frames:
        for item in frame:
            found[item.entity, item.channel].append(item)
    return tuple(_mean(items) for items in found.values())


def _mean(items: Sequence[Similarity]) -> Similarity:
    value, distance = (sum(x) / len(items) for x in (tuple(i.value for i in items), tuple(i.distance for i in items)))
    return items[0].model_copy(update={"value": round(value, 5), "distance": round(distance, 5)})


def overall(scores: Mapping[Key, AxisScore]) -> float | None:
    """One number for the picture: all its axes, combined as channels are. None where nothing was measured."""
    return soft_min([score.z for score in scores.values()]) if scores else None


def _axis(baseline: Baseline, axis: Axis, channels: Sequence[tuple[float, str]]) -> AxisScore:
    z = baseline.axis_z(axis, [value for value, _ in channels])
    worst, name = min(channels)
    may_fail = [value for value, channel in channels if BY_NAME[channel].strong]
    strong = min(may_fail, default=0.0) < FAIL_BELOW and baseline.axis_z(axis, may_fail) < FAIL_BELOW
    triage: Triage = "fail" if z < FAIL_BELOW and strong else "ask" if z < ASK_BELOW else "pass"
    return AxisScore(z=round(z, 4), channel=name, channel_z=round(worst, 4), strong=strong, triage=triage)
