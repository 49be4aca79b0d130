"""Learn a film from its first approved shots: further masters of everybody, and the usual values of the film."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from checks.scorer.baseline import Baseline
from checks.scorer.compare import compare, likenesses_in
from checks.scorer.subject import Likeness, Masters, Panel, Similarity
from checks.seeing.eye import Eye

SHOTS = 6
"""Approved shots of each character and place that a film is learnt from: its first six."""

Shots = Sequence[Sequence[Panel]]
"""The pictures of each approved shot: its panel first, then frames of its clip, if it has one."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A film as the local eye knows it: what its pictures are held against, and how near they usually are."""

    masters: Masters
    baseline: Baseline


def learn(shots: Shots, masters: Masters, eye: Eye) -> Learned:
    """The masters with what the shots show, and the baseline. About 2 CPU-s a shot of two people.
    Raises EyeError, ValueError for none.
    """
    wider, measured = measure(shots, masters, eye)
    return Learned(wider, Baseline.of(measured))


def measure(shots: Shots, masters: Masters, eye: Eye) -> tuple[Masters, list[tuple[Similarity, ...]]]:
    """The masters with what the shots show, and each shot's panel held against the masters and the *other* shots.
    Raises EyeError.
    """
    found = [[likenesses_in(picture, masters) for picture in shot] for shot in shots]
    measured = []
    for index, (panel, *_) in enumerate(shots):
        others = widened(masters, chain.from_iterable([*found[:index], *found[index + 1 :]]))
        measured.append(compare(panel.picture, panel.subjects, others, eye, panel.setting))
    return widened(masters, chain.from_iterable(found)), measured


def widened(masters: Masters, found: Iterable[Mapping[str, Likeness]]) -> Masters:
    """The masters with further likenesses, by entity and wardrobe."""
    likenesses = dict(masters.likenesses)
    for picture in found:
        for key, likeness in picture.items():
            likenesses[key] = (*likenesses.get(key, ()), likeness)
    return replace(masters, likenesses=likenesses)
