"""CUSUM: adds up how far a series is off, so that a creep too small to see in any one value is found.

Pure: numbers in, heights out. A height at a shot depends on that shot and those before it, never on what follows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import inf

SLACK = 0.5
"""CUSUM's k, in standard deviations: what a shot may be off for ever without adding up. Half the shift that is to be
found (Page 1954), and the best of those measured on 30-shot chains.
"""

ALARM = 5.0
"""CUSUM's h, in standard deviations: with k = 0.5 a false alarm about once in 900 independent shots
(Siegmund's formula).
"""

BASELINE_SHOTS = 6
"""A chain's own first shots say what is usual in it. With six, creep over 30 shots was found in 93 to 100 % of chains
instead of 86 %, and three shots sooner."""


@dataclass(frozen=True, slots=True)
class Chart:
    """How one series is added up. Values are drift: higher is further from the masters (turn a score's sign first).

    `usual`, `spread`: mean and standard deviation of an undrifted shot, in the values' own unit, as known beforehand.
    `alarm`, `slack`: h and k, in spreads. `two_sided`: below `usual` is drift too, as with an angle. `baseline_shots`:
    how many first shots of a chain may move `usual`; 0 holds the series against the masters alone. `prior_weight`: how
    many shots the prior `usual` counts for. `reach`: how far they may move it down and up, in spreads: a chain that is
    off from its first shot must not pass for usual. `late`: what is first seen further on in a chain, or in another
    framing, sets its usual value from there; where values are comparable as they are, that would take drift for usual.
    `cap`: what one shot may add at most, in spreads.
    """

    usual: float = 0.0
    spread: float = 1.0
    alarm: float = ALARM
    slack: float = SLACK
    two_sided: bool = False
    baseline_shots: int = BASELINE_SHOTS
    prior_weight: float = 1.0
    reach: tuple[float, float] = (inf, 2.0)
    late: bool = True
    cap: float = inf


def heights(
    values: Sequence[float | None],
    chart: Chart,
    anchored: Collection[int] = (),
    renewed: Collection[int] = (),
    setups: Sequence[str] = (),
) -> tuple[float, ...]:
    """The CUSUM after each value, 0 or more, in spreads; over `chart.alarm` is drift.
    None (not seen) leaves it as it was.

    `anchored`: indices of shots made from the masters: the sum begins at 0 there, and what is usual stays known.
    `renewed`: indices where something changed on purpose (other clothes, another place): both begin again. `setups`:
    how each shot is framed, in words, or empty: what is usual is learned for each of them, and the sum goes on.
    """
    framed = setups or [""] * len(values)
    out: list[float] = []
    begin = 0
    for index in range(len(values)):
        if index in renewed:
            begin = index
        part = slice(begin, index + 1)
        out.append(_height(values[part], framed[part], chart, {i - begin for i in anchored if begin <= i <= index}))
    return tuple(out)


def usual_in(values: Sequence[float | None], chart: Chart) -> float:
    """The usual value in a chain, by the prior and its first `baseline_shots` values, within the chart's reach."""
    seen = values if chart.late else values[: chart.baseline_shots]
    first = [value for value in seen if value is not None][: chart.baseline_shots]
    if not first:
        return chart.usual
    mean = (chart.usual * chart.prior_weight + sum(first)) / (chart.prior_weight + len(first))
    down, up = (part * chart.spread for part in chart.reach)
    return min(max(mean, chart.usual - down), chart.usual + up)


def _height(values: Sequence[float | None], setups: Sequence[str], chart: Chart, anchored: Collection[int]) -> float:
    pairs = list(zip(values, setups if chart.late else [""] * len(values), strict=True))
    usual = {setup: usual_in([value for value, at in pairs if at == setup], chart) for setup in {at for _, at in pairs}}
    up = down = 0.0
    for index, (value, setup) in enumerate(pairs):
        if index in anchored:
            up = down = 0.0
        if value is None:
            continue
        off = min(max((value - usual[setup]) / chart.spread, -chart.cap), chart.cap)
        up, down = max(0.0, up + off - chart.slack), max(0.0, down - off - chart.slack)
    return max(up, down) if chart.two_sided else up
