"""How well a rule tells good takes from bad ones, by people's labels, and the threshold that costs least.

Pure numbers. A bad take is what is looked for: "caught" is a bad take that the rule rejects, "thrown away" a good one
that it rejects. A value on the threshold passes, as in the gates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from manifests.finding import RuleCode, RulePage
from manifests.noun import Noun

ENOUGH = 20
"""Labels of each kind from which on a threshold is more than a hint:
with 20, one take more or less moves recall by 0.05.
"""

_RESAMPLES = 1000
_AT_ONCE = 100
_STEP = 1e-4
"""The gates keep four decimals of a score."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One value of a rule, with a person's verdict on the take: good or bad.
    `source`: which take, or which line of a file.
    """

    rule: str
    value: float
    good: bool
    source: str
    stage: Literal["panel", "clip"] = "panel"


@dataclass(frozen=True, slots=True)
class Costs:
    """The cost of a mistake, in micro-dollars: a good take made again, a bad one gone on from. Any two weights do."""

    false_reject: int
    false_accept: int


class Counts(Noun):
    """How a threshold sorts the labelled takes. `cost`: the expected cost of a take, in the unit of the costs."""

    threshold: float
    caught: int
    missed: int
    thrown_away: int
    kept: int
    cost: float

    @property
    def recall(self) -> float | None:
        """The share of bad takes that is caught, 0 to 1."""
        return self.caught / (self.caught + self.missed) if self.caught + self.missed else None

    @property
    def precision(self) -> float | None:
        """The share of rejected takes that is bad, 0 to 1; None where none is rejected."""
        rejected = self.caught + self.thrown_away
        return self.caught / rejected if rejected else None


class Calibration(Noun):
    """The labels' statistics of one rule.
    `auc`: how often a bad take scores worse than a good one, 0.5 is chance, 1 always.

    `interval`: where 95 of 100 resamples of the labels put the AUC. `roc`: thrown away and caught, each a share, for
    every threshold from "accept all" to "reject all". Without labels of both kinds there is no AUC, and `best` is what
    holds now.
    """

    rule: RuleCode
    good: int
    bad: int
    auc: float | None
    interval: tuple[float, float] | None
    now: Counts
    best: Counts
    roc: tuple[tuple[float, float], ...] = ()

    @property
    def enough(self) -> bool:
        """Whether there are labels enough of each kind."""
        return min(self.good, self.bad) >= ENOUGH

    @property
    def moves(self) -> bool:
        """Whether another threshold would cost less than the one that holds."""
        return self.best.threshold != self.now.threshold


def calibrate(page: RulePage, labelled: Sequence[Labelled], threshold: float, costs: Costs) -> Calibration:
    """Judge one rule by its labels. `threshold`: what holds now, in the rule's unit.
    Raises ValueError without any label.
    """
    if not labelled:
        raise ValueError(f"{page.code} has no labels")
    sign = -1.0 if page.direction == "lower is better" else 1.0
    values = np.array([sign * each.value for each in labelled])
    is_good = np.array([each.good for each in labelled])
    tally = _Tally(*_counted(values, is_good), costs)
    now = tally.at(sign * threshold)
    best = tally.cheapest(now) if 0 < is_good.sum() < is_good.size else now
    both = 0 < is_good.sum() < is_good.size
    return Calibration(
        rule=page.code,
        good=int(is_good.sum()),
        bad=int((~is_good).sum()),
        auc=auc(tally.good, tally.bad) if both else None,
        interval=interval(tally.good, tally.bad) if both else None,
        now=_in_units(now, sign),
        best=_in_units(best, sign),
        roc=tally.curve() if both else (),
    )


def auc(good: Numbers, bad: Numbers) -> float:
    """The area under the ROC curve from counts a distinct value, values ascending and higher better;
    ties count half.
    """
    return float(_area(good[None], bad[None])[0])


def interval(good: Numbers, bad: Numbers, seed: int = 0) -> tuple[float, float]:
    """A 95 % percentile bootstrap of the AUC: good and bad takes are each drawn again, 1000 times,
    the same for the same labels.

    Labels without one pair out of order show no spread to draw from; then the far end is by the rule of three over the
    scarcer kind: 14 takes told apart without a fault leave room for 3 in 14.
    """
    area, room = auc(good, bad), 3 / min(good.sum(), bad.sum())
    if area in {0.0, 1.0}:
        return (max(0.0, 1 - room), 1.0) if area else (0.0, min(1.0, room))
    chance, areas = np.random.default_rng(seed), []
    for _ in range(_RESAMPLES // _AT_ONCE):
        drawn = [chance.multinomial(int(c.sum()), c / c.sum(), size=_AT_ONCE).astype(np.float64) for c in (good, bad)]
        areas.append(_area(*drawn))
    low, high = np.quantile(np.concatenate(areas), (0.025, 0.975))
    return float(low), float(high)


def _area(good: Numbers, bad: Numbers) -> Numbers:
    """Mann and Whitney's U over the number of pairs, a row each:
    bad takes below a good one, and half of those level with it.
    """
    below = np.cumsum(bad, axis=-1) - bad / 2
    area: Numbers = (good * below).sum(-1) / (good.sum(-1) * bad.sum(-1))
    return area


def _counted(values: Numbers, is_good: NDArray[np.bool_]) -> tuple[Numbers, Numbers, Numbers]:
    """The distinct values, ascending, and how many good and bad takes have each."""
    distinct, place = np.unique(values, return_inverse=True)
    good = np.bincount(place, weights=is_good, minlength=distinct.size).astype(np.float64)
    return distinct, good, np.bincount(place, minlength=distinct.size) - good


@dataclass(frozen=True, slots=True)
class _Tally:
    """Counts of takes by value, higher better, and what mistakes cost."""

    values: Numbers
    good: Numbers
    bad: Numbers
    costs: Costs

    def at(self, threshold: float) -> Counts:
        """How this threshold sorts them."""
        rejected = self.values < threshold
        caught, thrown = int(self.bad[rejected].sum()), int(self.good[rejected].sum())
        missed, kept = int(self.bad.sum()) - caught, int(self.good.sum()) - thrown
        total = thrown * self.costs.false_reject + missed * self.costs.false_accept
        return Counts(
            threshold=threshold,
            caught=caught,
            missed=missed,
            thrown_away=thrown,
            kept=kept,
            cost=total / (caught + missed + thrown + kept),
        )

    def cheapest(self, now: Counts) -> Counts:
        """The threshold of least cost: the one that holds where none is cheaper, else the nearest to it,
        between two values.
        """
        between = [self.at(float(cut)) for cut in self._cuts()]
        least = min(each.cost for each in between)
        if now.cost <= least:
            return now
        nearest = min((c for c in between if c.cost == least), key=lambda c: abs(c.threshold - now.threshold))
        return self._rounded(nearest)

    def curve(self) -> tuple[tuple[float, float], ...]:
        """Thrown away and caught, as shares, from accepting all to rejecting all."""
        thrown, caught = (np.concatenate(([0.0], np.cumsum(c))) / c.sum() for c in (self.good, self.bad))
        return tuple((float(x), float(y)) for x, y in zip(thrown, caught, strict=True))

    def _cuts(self) -> Numbers:
        """One threshold for each way to sort them: at the least value, between two, and above the greatest."""
        middle = (self.values[1:] + self.values[:-1]) / 2
        return np.concatenate((self.values[:1], middle, self.values[-1:] + _STEP))

    def _rounded(self, counts: Counts) -> Counts:
        """The same sorting by as round a number as does it."""
        for digits in range(1, 7):
            round_one = self.at(round(counts.threshold, digits))
            if (round_one.caught, round_one.thrown_away) == (counts.caught, counts.thrown_away):
                return round_one
        return counts


def _in_units(counts: Counts, sign: float) -> Counts:
    return counts.model_copy(update={"threshold": sign * counts.threshold + 0.0})
