"""Learn a film from its first approved panels: their heads as further masters, and what is usual in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from checks.eye import Eye
from checks.masters import Rgba
from checks.scorer.baseline import Baseline
from checks.scorer.compare import compare, heads_in
from checks.scorer.subject import Masters, Panel

PICTURES = 6
"""Approved panels of each character and place that a film is learnt from: its first six."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A film as the local eye knows it: what its pictures are held against, and how near they usually are."""

    masters: Masters
    baseline: Baseline


def learn(panels: Sequence[Panel], masters: Masters, eye: Eye) -> Learned:
    """The masters with the panels' heads, and the baseline: each panel held against the masters and the *other* panels.

    About 0.5 CPU-s a panel. Raises EyeError, ValueError for no panels.
    """
    found = [heads_in(panel, masters) for panel in panels]
    measured = [
        compare(
            panel.picture, panel.subjects, _with_heads(masters, [h for j, h in enumerate(found) if j != i]), eye,
            panel.setting,
        )
        for i, panel in enumerate(panels)
    ]  # fmt: skip
    return Learned(_with_heads(masters, found), Baseline.of(measured))


def usual(panels: Sequence[Panel], masters: Masters, eye: Eye) -> Baseline:
    """The baseline against the locked masters alone. It needs nothing but itself to be kept, and is what a gate uses.

    About 0.4 CPU-s a panel. Raises EyeError, ValueError for no panels.
    """
    return Baseline.of([compare(p.picture, p.subjects, masters, eye, p.setting) for p in panels])


def _with_heads(masters: Masters, found: Sequence[dict[str, Rgba]]) -> Masters:
    heads = {
        key: tuple(masters.heads.get(key, ())) for key in {k for panel in found for k in panel} | set(masters.heads)
    }
    for panel in found:
        for key, head in panel.items():
            heads[key] = (*heads[key], head)
    return replace(masters, heads=heads)
