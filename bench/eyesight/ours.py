"""The local eye of the product on the film set: the same call that a gate makes, and the film's own baseline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bench.filmset.frame import Frame
from bench.filmset.labelled import Masters
from checks.scorer import compare as scorer
from checks.scorer.axes import axis_scores, overall, together
from checks.scorer.baseline import Baseline
from checks.scorer.learning import measure
from checks.scorer.subject import Masters as Yardstick
from checks.scorer.subject import Panel, Setting, Similarity, Subject
from checks.seeing.eye import Eye

Similarities = tuple[Similarity, ...]


def yardstick(masters: Masters, others: Iterable[Masters] = ()) -> Yardstick:
    """The scene's views and plates, and the views of `others`, the rest of the film's cast."""
    figures = {entity: tuple(views.values()) for entity, views in masters.views.items()}
    for other in others:
        figures |= {entity: tuple(views.values()) for entity, views in other.views.items()}
    return Yardstick(figures, {masters.location: masters.plates})


def learn(masters: Masters, others: Iterable[Masters], eye: Eye) -> tuple[Yardstick, list[Similarities]]:
    """The baselines of the scene's pictures, its approved shots among them, and of each shot's panel the others."""
    return measure([[_panel(frame) for frame in shot] for shot in masters.approved], yardstick(masters, others), eye)


def look(frame: Frame, against: Yardstick, eye: Eye) -> Similarities:
    """Every channel of the local eye on one picture."""
    panel = _panel(frame)
    return scorer.compare(panel.picture, panel.subjects, against, eye, panel.setting)


def _panel(frame: Frame) -> Panel:
    subjects = tuple(Subject(p.entity, p.figure, p.head, p.torso, p.mask) for p in frame.placed)
    return Panel(frame.picture, subjects, Setting(frame.location, frame.window))


def score(frames: Sequence[Similarities], baseline: Baseline) -> float:
    """One number, higher is better: the soft-min over all axes of all entities, in standard deviations."""
    value = overall(axis_scores(together(frames), baseline))
    return 0.0 if value is None else value


def baseline_of(approved: Sequence[Similarities]) -> Baseline:
    """The usual values of the film, from its approved panels."""
    return Baseline.of(approved)
