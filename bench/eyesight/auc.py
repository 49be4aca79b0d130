"""ROC-AUC with intervals: how often a drifted picture scores below a consistent one. 0.5 is chance, 1 never wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

REPEATS = 400
"""Bootstrap repeats: the ends of a 95 % interval are then good to about 0.005."""


@dataclass(frozen=True, slots=True)
class Auc:
    """`low`, `high`: 95 % interval by drawing scenes with replacement,
    for pictures of one scene are not independent.
    """

    value: float
    low: float
    high: float
    drifted: int


def auc_of(good: Sequence[float], bad: Sequence[float]) -> float:
    """The share of pairs in which the drifted picture scores lower; ties count half. Higher scores are better."""
    a, b = np.sort(np.asarray(good, float)), np.asarray(bad, float)
    if not len(a) or not len(b):
        return float("nan")
    above = len(a) - np.searchsorted(a, b, side="right")
    equal = np.searchsorted(a, b, side="right") - np.searchsorted(a, b, side="left")
    return float((above + 0.5 * equal).sum() / (len(a) * len(b)))


def auc(good: Sequence[tuple[str, float]], bad: Sequence[tuple[str, float]], seed: int = 0) -> Auc:
    """The AUC of scores with their scenes' names."""
    whole = auc_of([v for _, v in good], [v for _, v in bad])
    names = sorted({name for name, _ in good} | {name for name, _ in bad})
    fine, drifted = ({name: np.array([v for n, v in rows if n == name]) for name in names} for rows in (good, bad))
    rng, values = np.random.default_rng(seed), []
    for _ in range(REPEATS):
        drawn = rng.choice(len(names), len(names))
        values.append(auc_of(_joined(fine, names, drawn), _joined(drifted, names, drawn)))
    low, high = np.nanpercentile(values, (2.5, 97.5))
    return Auc(round(whole, 4), round(float(low), 4), round(float(high), 4), len(bad))


def recall_at(good: Sequence[float], bad: Sequence[float], false_alarms: float = 0.05) -> float:
    """The share of drifted pictures found where this share of the consistent ones is accused."""
    return float((np.asarray(bad) < np.quantile(np.asarray(good), false_alarms)).mean())


def _joined(rows: dict[str, NDArray[np.float64]], names: Sequence[str], drawn: NDArray[np.int64]) -> Sequence[float]:
    return list(np.concatenate([rows[names[index]] for index in drawn]))
