"""The usual values of this film: how far its own approved pictures are from its masters,
channel by channel and axis by axis.

No channel has an absolute threshold: consistent pairs of a drawn film, of photographs and of a model's renders lie in
different worlds. A value is judged by how many standard deviations it lies below this film's own.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, ClassVar

import numpy as np
import scipy
from pydantic import Field

from checks.errors import EyesDiffer
from checks.scorer.channels import BY_NAME
from checks.scorer.subject import Axis, Similarity
from manifests.noun import Noun, Text

PICTURES_MIN = 3
"""Approved pictures below which there is no baseline: two say nothing about a spread."""

PRIOR_WEIGHT = 4.0
"""How many pictures a channel's own expected spread is worth against what the film shows."""

ENTITY_WEIGHT = 8.0
"""How many pictures of one entity the film's common centre is worth against its own.
Chosen on the development scenes, among 1, 2, 4, 8 and 30.
"""

FREEDOM = 3.0
"""Degrees of freedom of the Student t that values are read by: now and then a head is mis-seen in a good picture, so
that a single far-off channel is weaker evidence than two that are off. Chosen on the development scenes, among 2, 3, 4,
8 and 30.
"""

AXIS_SPREAD = 0.7
"""The spread that the soft-min of an axis is taken to have, worth `PRIOR_WEIGHT` pictures:
that of independent channels.
"""

SHARPNESS = 2.0
"""Of the soft-min: 1 is near a mean, 4 near a plain minimum.
Chosen on the development scenes, among 0.5, 1, 1.5, 2 and 3.
"""

Z_MAX = 8.0

Channels = Mapping[str, Mapping[str, Sequence[float]]]


class Usual(Noun):
    """One channel's usual value. `entity` "" stands for anybody in the film; `count` pictures;
    `spread` one deviation.
    """

    channel: Text
    entity: str
    count: Annotated[int, Field(ge=1)]
    centre: float
    spread: Annotated[float, Field(gt=0)]


class AxisUsual(Noun):
    """The usual soft-min of an axis's channels, and its spread."""

    axis: Axis
    centre: float
    spread: Annotated[float, Field(gt=0)]


class Baseline(Noun):
    """A film's own approved pictures, measured by one eye. Baselines of two eyes are two things."""

    schema_name: ClassVar[str] = "gate/baseline/1"

    eye: Text
    pictures: Annotated[int, Field(ge=0)]
    usual: tuple[Usual, ...]
    axes: tuple[AxisUsual, ...]

    @classmethod
    def of(cls, approved: Sequence[Iterable[Similarity]]) -> Baseline:
        """From the similarities of each approved picture to the masters (itself left out).
        Raises EyesDiffer, ValueError.

        Centres are medians; an entity's own is drawn towards the film's by `ENTITY_WEIGHT` pictures. The spread is the
        median absolute deviation of each picture from the centre that the others give, drawn towards the channel's
        usual one by `PRIOR_WEIGHT` pictures.
        """
        pictures = [tuple(picture) for picture in approved]
        eyes = {item.eye for picture in pictures for item in picture}
        if len(eyes) > 1:
            raise EyesDiffer(" and ".join(sorted(eyes)), "their scores cannot be compared", "Measure all with one eye")
        if not eyes:
            raise ValueError("a baseline needs at least one measured picture")
        values: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for picture in pictures:
            for item in picture:
                values[item.channel][item.entity].append(item.value)
        usual = [line for channel, found in sorted(values.items()) for line in _lines(channel, found)]
        spreads = {line.channel: line.spread for line in usual}
        axes = _axes(pictures, values, spreads)
        return cls(eye=eyes.pop(), pictures=len(pictures), usual=tuple(usual), axes=tuple(axes))

    def knows(self, entity: str) -> bool:
        """Whether `PICTURES_MIN` approved pictures or more show this entity."""
        return max((u.count for u in self.usual if u.entity == entity), default=0) >= PICTURES_MIN

    def z(self, item: Similarity) -> float | None:
        """Standard deviations above (+) or below (-) what is usual; None for a channel nobody has measured here.

        -8 to 8. Raises EyesDiffer.
        """
        if item.eye != self.eye:
            raise EyesDiffer(
                f"{item.eye} and {self.eye}", "their scores cannot be compared", "Measure the film again with one eye"
            )
        known = {(u.channel, u.entity): u for u in self.usual}
        line = known.get((item.channel, item.entity)) or known.get((item.channel, ""))
        return None if line is None else normal((item.value - line.centre) / line.spread)

    def axis_z(self, axis: Axis, channels: Sequence[float]) -> float:
        """The soft-min of an axis's channels, in deviations of what that is among the approved pictures. -8 to 8."""
        line = next((a for a in self.axes if a.axis == axis), AxisUsual(axis=axis, centre=0.0, spread=AXIS_SPREAD))
        return float(np.clip((soft_min(channels) - line.centre) / line.spread, -Z_MAX, Z_MAX))


def soft_min(zs: Sequence[float]) -> float:
    """-ln of the mean of exp(-2 z), over 2: near the least of them where that is far off,
    near their mean where none is.

    The mean, not the sum: five channels that are as usual are no nearer to an alarm than one. What is left of the
    difference an axis's own baseline takes out.
    """
    return float(-scipy.special.logsumexp(-SHARPNESS * np.asarray(zs, np.float64), b=1 / len(zs)) / SHARPNESS)


def normal(t: float) -> float:
    """A Student t of `FREEDOM` degrees as the normal deviate that is as rare. -8 to 8."""
    return float(np.clip(scipy.special.ndtri(scipy.special.stdtr(FREEDOM, t)), -Z_MAX, Z_MAX))


def _lines(channel: str, found: Mapping[str, Sequence[float]]) -> Iterator[Usual]:
    everything = [value for values in found.values() for value in values]
    centre, count = float(np.median(everything)), len(everything)
    off = [
        abs(value - _without(values, index, centre)) for values in found.values() for index, value in enumerate(values)
    ]
    measured = 1.4826 * float(np.median(off))  # the standard deviation of a normal with this median deviation
    prior = BY_NAME[channel].spread
    spread = round(math.sqrt((PRIOR_WEIGHT * prior**2 + count * measured**2) / (PRIOR_WEIGHT + count)), 5)
    yield Usual(channel=channel, entity="", count=count, centre=round(centre, 5), spread=spread)
    for entity, values in sorted(found.items()):
        own = round(_drawn(values, centre), 5)
        yield Usual(channel=channel, entity=entity, count=len(values), centre=own, spread=spread)


def _axes(
    pictures: Sequence[Sequence[Similarity]], values: Channels, spreads: Mapping[str, float]
) -> Iterator[AxisUsual]:
    """Each picture's axes, with every channel's centre as the other pictures give it."""
    found: defaultdict[Axis, list[float]] = defaultdict(list)
    centres = {channel: float(np.median([v for of in by.values() for v in of])) for channel, by in values.items()}
    seen: defaultdict[tuple[str, str], int] = defaultdict(int)
    for picture in pictures:
        zs: defaultdict[tuple[str, Axis], list[float]] = defaultdict(list)
        for item in picture:
            index, seen[item.channel, item.entity] = (
                seen[item.channel, item.entity],
                seen[item.channel, item.entity] + 1,
            )
            others = _without(values[item.channel][item.entity], index, centres[item.channel])
            zs[item.entity, item.axis].append(normal((item.value - others) / spreads[item.channel]))
        for (_, axis), channels in zs.items():
            found[axis].append(soft_min(channels))
    for axis, measured in sorted(found.items()):
        count, own = len(measured), 1.4826 * float(np.median(np.abs(np.asarray(measured) - np.median(measured))))
        spread = math.sqrt((PRIOR_WEIGHT * AXIS_SPREAD**2 + count * own**2) / (PRIOR_WEIGHT + count))
        centre = count * float(np.median(measured)) / (count + PRIOR_WEIGHT)
        yield AxisUsual(axis=axis, centre=round(centre, 5), spread=round(spread, 5))


def _without(values: Sequence[float], index: int, centre: float) -> float:
    return _drawn([*values[:index], *values[index + 1 :]], centre)


def _drawn(values: Sequence[float], centre: float) -> float:
    own = float(np.median(values)) if values else centre
    return (len(values) * own + ENTITY_WEIGHT * centre) / (len(values) + ENTITY_WEIGHT)
