"""Learn a film from its first approved panels: what they show of everybody, as further masters, and what is usual in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from checks.eye import Eye
from checks.scorer.baseline import Baseline
from checks.scorer.compare import compare, likenesses_in
from checks.scorer.subject import Likeness, Masters, Panel, Similarity

PICTURES = 6
"""Approved panels of each character and place that a film is learnt from: its first six."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A film as the local eye knows it: what its pictures are held against, and how near they usually are."""

    masters: Masters
    baseline: Baseline


def learn(panels: Sequence[Panel], masters: Masters, eye: Eye) -> Learned:
    """The masters with what the panels show, and the baseline. About 0.6 CPU-s a panel. Raises EyeError, ValueError for none."""
    wider, measured = measure(panels, masters, eye)
    return Learned(wider, Baseline.of(measured))


def measure(panels: Sequence[Panel], masters: Masters, eye: Eye) -> tuple[Masters, list[tuple[Similarity, ...]]]:
    """The masters with what the panels show, and each panel held against the masters and the *other* panels. Raises EyeError."""
    found = [likenesses_in(panel, masters) for panel in panels]
    measured = [
        compare(
            panel.picture, panel.subjects, widened(masters, [*found[:index], *found[index + 1 :]]), eye, panel.setting
        )
        for index, panel in enumerate(panels)
    ]
    return widened(masters, found), measured


def widened(masters: Masters, found: Iterable[Mapping[str, Likeness]]) -> Masters:
    """The masters with further likenesses, by entity and wardrobe."""
    likenesses = dict(masters.likenesses)
    for panel in found:
        for key, likeness in panel.items():
            likenesses[key] = (*likenesses.get(key, ()), likeness)
    return replace(masters, likenesses=likenesses)
