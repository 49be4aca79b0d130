"""What is usual in this film: how far its own approved pictures are from its masters, channel by channel.

No channel has an absolute threshold: consistent pairs of a drawn film, of photographs and of a model's renders lie in
different worlds. A value is judged by how many standard deviations it lies below this film's own.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field
from scipy import special

from checks.errors import EyesDiffer
from checks.scorer.channels import BY_NAME
from checks.scorer.subject import Similarity
from manifests.noun import Noun, Text

PICTURES_MIN = 3
"""Approved pictures below which there is no baseline: two say nothing about a spread."""

PRIOR_WEIGHT = 4.0
"""How many pictures a channel's own expected spread is worth against what the film shows."""

ENTITY_WEIGHT = 2.0
"""How many pictures of one entity the film's common centre is worth against its own."""

Z_MAX = 8.0


class Usual(Noun):
    """One channel's usual value. `entity` "" stands for anybody in the film; `count` pictures; `spread` one deviation."""

    channel: Text
    entity: str
    count: Annotated[int, Field(ge=1)]
    centre: float
    spread: Annotated[float, Field(gt=0)]


class Baseline(Noun):
    """A film's own approved pictures, measured by one eye. Baselines of two eyes are two things."""

    schema_name: ClassVar[str] = "gate/baseline/1"

    eye: Text
    pictures: Annotated[int, Field(ge=0)]
    usual: tuple[Usual, ...]

    @classmethod
    def of(cls, approved: Sequence[Iterable[Similarity]]) -> Baseline:
        """From the similarities of each approved picture to the masters (itself left out). Raises EyesDiffer, ValueError.

        Centres are medians; an entity's own is drawn towards the film's by `ENTITY_WEIGHT` pictures. The spread is the
        median absolute deviation of each picture from the centre that the others give, drawn towards the channel's usual one by `PRIOR_WEIGHT` pictures.
        """
        values: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        eyes = set[str]()
        for picture in approved:
            for item in picture:
                values[item.channel][item.entity].append(item.value)
                eyes.add(item.eye)
        if len(eyes) != 1:
            if eyes:
                raise EyesDiffer(
                    " and ".join(sorted(eyes)), "their scores cannot be compared", "Measure all with one eye"
                )
            raise ValueError("a baseline needs at least one measured picture")
        usual = [line for channel, found in sorted(values.items()) for line in _lines(channel, found)]
        return cls(eye=eyes.pop(), pictures=len(approved), usual=tuple(usual))

    def z(self, item: Similarity) -> float | None:
        """Standard deviations above (+) or below (-) what is usual; None for a channel nobody has measured here.

        A Student t of as many degrees as there are pictures, prior included, read as a normal deviate: few pictures
        make nobody sure. -8 to 8. Raises EyesDiffer.
        """
        if item.eye != self.eye:
            raise EyesDiffer(
                f"{item.eye} and {self.eye}", "their scores cannot be compared", "Measure the film anew with one eye"
            )
        known = {(u.channel, u.entity): u for u in self.usual}
        line = known.get((item.channel, item.entity)) or known.get((item.channel, ""))
        film = known.get((item.channel, ""))
        if line is None or film is None:
            return None
        p = special.stdtr(film.count + PRIOR_WEIGHT, (item.value - line.centre) / line.spread)
        return float(np.clip(special.ndtri(p), -Z_MAX, Z_MAX))


def _lines(channel: str, found: dict[str, list[float]]) -> Iterable[Usual]:
    everything = [value for values in found.values() for value in values]
    centre, count = float(np.median(everything)), len(everything)
    off = [
        abs(value - _drawn([*values[:index], *values[index + 1 :]], centre))
        for values in found.values() for index, value in enumerate(values)
    ]  # fmt: skip
    measured = 1.4826 * float(np.median(off))  # the standard deviation of a normal with this median deviation
    prior = BY_NAME[channel].spread
    spread = round(math.sqrt((PRIOR_WEIGHT * prior**2 + count * measured**2) / (PRIOR_WEIGHT + count)), 5)
    yield Usual(channel=channel, entity="", count=count, centre=round(centre, 5), spread=spread)
    for entity, values in sorted(found.items()):
        own = round(_drawn(values, centre), 5)
        yield Usual(channel=channel, entity=entity, count=len(values), centre=own, spread=spread)


def _drawn(values: Sequence[float], centre: float) -> float:
    own = float(np.median(values)) if values else centre
    return (len(values) * own + ENTITY_WEIGHT * centre) / (len(values) + ENTITY_WEIGHT)
