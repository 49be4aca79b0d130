"""One scene of the film set, drawn and measured by every eye; only numbers leave the process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.eyesight import ours
from bench.eyesight.plain import METRICS, PlainEyes, Values
from bench.filmset.labelled import Masters, Say, cast_of, film_scene, spread
from wiring.own_eyes import eye_here
from wiring.settings import read_settings

OURS, PANEL = "ours", "ours_panel"
"""On a take's three key frames, as the clip gate looks; and on its first alone, as the panel gate does."""

_CENTRE_WEIGHT = 2.0
"""How many panels the film's common centre counts for against a scene's own six: what the product's baseline uses."""


@dataclass(frozen=True, slots=True)
class Row:
    """A measured take, or an approved panel. `axis` None: consistent.
    `plain`: each metric's mean over its frames; `frames`: the local

    eye's channels on each.
    """

    scene: str
    axis: str | None
    strength: str | None
    entity: str
    framing: str
    changed: float
    plain: Values
    frames: tuple[ours.Similarities, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """A scene's approved panels, each without its own shot among its references, and its labelled takes."""

    approved: tuple[Row, ...]
    items: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """The work that one process is given."""

    seed: int
    number: int
    scenes: int
    consistent: int
    rounds: int
    freedom: float = 1.0


def measure(
    seed: int, scenes: int, consistent: int, rounds: int, workers: int, say: Say, freedom: float = 1.0
) -> list[Measured]:
    """Draw and measure the set."""
    jobs = [Job(seed, number, scenes, consistent, rounds, freedom) for number in range(scenes)]
    out = []
    for number, done in enumerate(spread(measured, jobs, workers), 1):
        say(f"scene {number} of {scenes}: {len(done.items)} takes drawn and measured")
        out.append(done)
    return out


def measured(job: Job) -> Measured:
    """One scene."""
    eye = eye_here(read_settings())
    done = film_scene(job.seed, job.number, job.consistent, job.rounds, job.freedom)
    plain = PlainEyes(done.masters, eye)
    neighbour = cast_of(job.seed, (job.number + 1) % job.scenes)
    against, seen = ours.learn(done.masters, [neighbour] if job.scenes > 1 else [], eye)
    approved = tuple(
        Row(done.masters.scene, None, None, "", "", 0.0, plain.look(panel, index), (seen[index],))
        for index, (panel, *_) in enumerate(done.masters.approved)
    )
    items = tuple(
        Row(
            i.scene,
            i.axis,
            i.strength,
            i.entity,
            i.framing,
            round(i.changed, 4),
            _mean([plain.look(f) for f in i.frames]),
            tuple(ours.look(f, against, eye) for f in i.frames),
        )
        for i in done.items
    )
    return Measured(approved, items)


def scores(measured_: Sequence[Measured]) -> Iterator[tuple[Row, dict[str, float]]]:
    """Each labelled take's score by every eye: the plain metrics as they are, calibrated (`…_z`), ours,
    and ours on one frame.
    """
    baseline = ours.baseline_of([row.frames[0] for scene in measured_ for row in scene.approved])
    centres = _centres(measured_)
    for scene in measured_:
        for row in scene.items:
            out = {metric: value for metric in METRICS if (value := _least(row.plain, metric)) is not None}
            off = {key: value - centres[row.scene, *key] for key, value in row.plain.items()}
            out |= {f"{metric}_z": value for metric in METRICS if (value := _least(off, metric)) is not None}
            yield row, out | {OURS: ours.score(row.frames, baseline), PANEL: ours.score(row.frames[:1], baseline)}


def _mean(frames: Sequence[Values]) -> Values:
    """Each metric's mean over the frames in which it has a value."""
    found: dict[tuple[str, str], list[float]] = {}
    for frame in frames:
        for key, value in frame.items():
            found.setdefault(key, []).append(value)
    return {key: float(np.mean(values)) for key, values in found.items()}


def _least(values: Mapping[tuple[str, str], float], metric: str) -> float | None:
    """The worst entity's value."""
    return min((value for (name, _), value in values.items() if name == metric), default=None)


def _centres(measured_: Sequence[Measured]) -> dict[tuple[str, str, str], float]:
    """By scene, metric and entity: the approved panels' mean, drawn towards the film's."""
    everything: dict[str, list[float]] = {}
    own: dict[tuple[str, str, str], list[float]] = {}
    for scene in measured_:
        for row in scene.approved:
            for (metric, entity), value in row.plain.items():
                everything.setdefault(metric, []).append(value)
                own.setdefault((row.scene, metric, entity), []).append(value)
    film = {metric: float(np.mean(values)) for metric, values in everything.items()}
    out = {}
    for scene in measured_:
        for row in scene.items:
            for metric, entity in row.plain:
                known = own.get((row.scene, metric, entity), [])
                out[row.scene, metric, entity] = (sum(known) + _CENTRE_WEIGHT * film[metric]) / (
                    len(known) + _CENTRE_WEIGHT
                )
    return out


__all__ = ["OURS", "PANEL", "Masters", "Measured", "Row", "measure", "scores"]
