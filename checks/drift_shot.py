"""One shot of a drift check: its clip's middle and end, measured against the locked masters.

No more of a clip is decoded than its two frames need, and the crops of all shots are embedded together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from checks.gates.drift_sight import DriftSight, distances, see_drift
from checks.gates.sight import TimedFrame
from checks.rules.drift_rules import KEPT, Axis
from checks.seeing.eye import Eye
from checks.seeing.few_frames import frames_at
from checks.seeing.masters import References
from checks.seeing.stagings import Stagings
from manifests.bible import Bible
from manifests.finding import Score
from manifests.scene import Shot

_CLIP_PARTS = (0.5, 1.0)
"""Where in a clip drift is measured: the middle, and the end, which a chain goes on from."""

_BATCH = 16
"""Shots whose crops are held until they are embedded: about 2 MB each."""


@dataclass(frozen=True, slots=True)
class DriftShot:
    """One shot of the segment. `chain_links`: chained shots since the masters; 0 for a shot made from them."""

    shot: Shot
    clip: Path
    chain_links: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """One shot's measurements: values by entity and axis, and SSIM on a locked-off camera (else None).

    What the manifest says of it, so that no change on purpose passes for drift: `looks`, what each entity wears;
    `setup`, how it is framed; `re_anchored`, a chained shot that was made from the masters all the same.
    """

    shot: str
    chain_links: int
    values: dict[tuple[str, Axis], float]
    composition: float | None = None
    looks: dict[str, str] = field(default_factory=dict)
    setup: str = ""
    re_anchored: bool = False


def measure(items: Sequence[DriftShot], bible: Bible, references: References, eye: Eye) -> tuple[Measured, ...]:
    """Measure each shot in the middle and at the end of its clip; only the end is embedded.

    A value is the mean of the frames that show the entity. Raises Unreadable, MasterMissing, EyeError.
    """
    batches = (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
    return tuple(measured for batch in batches for measured in _measured(batch, bible, references, eye))


def moments(shot: Shot) -> tuple[int, ...]:
    """The numbers of the frames that drift is measured at."""
    return tuple(round(part * (shot.frames - 1)) for part in _CLIP_PARTS)


def as_told(measured: Measured, shot: Shot, chain_links: int) -> Measured:
    """The measurement with what the manifest says of its shot now; `chain_links` as in `DriftShot`."""
    plate = shot.camera.plate
    return replace(
        measured,
        shot=shot.id,
        chain_links=chain_links,
        looks={m.character: m.wardrobe for m in shot.cast},
        setup=f"{shot.camera.size} {plate.x:.2f} {plate.y:.2f} {plate.zoom:.2f}",
        re_anchored=shot.chain and chain_links == 0,
    )


def with_scores(measured: Measured, scores: Iterable[Score]) -> Measured:
    """The measurement with the clip gate's scores on the film's own scale: there higher is better, here it is drift."""
    told = {
        (score.subject, KEPT[score.rule]): round(-score.value, 4)
        for score in scores
        if score.rule in KEPT and score.applies and score.value is not None
    }
    return replace(measured, values={**measured.values, **told})


def _look(item: DriftShot, bible: Bible, references: References, stagings: Stagings) -> list[DriftSight]:
    pictures = frames_at(item.clip, moments(item.shot))
    end = max(pictures, default=0)
    return [
        see_drift(
            TimedFrame(picture, index / end if end else 1.0, f"frame {index}"),
            item.shot,
            bible,
            references,
            stagings,
            crops=index == end,
        )
        for index, picture in sorted(pictures.items())
    ]


def _measured(items: Sequence[DriftShot], bible: Bible, references: References, eye: Eye) -> Iterator[Measured]:
    stagings = Stagings(references)
    seen = [_look(item, bible, references, stagings) for item in items]
    far = iter(distances([pair for sights in seen for sight in sights for _, pair in sight.pairs], eye))
    for item, sights in zip(items, seen, strict=True):
        values: defaultdict[tuple[str, Axis], list[float]] = defaultdict(list)
        for sight in sights:
            for key, value in (*sight.turns, *((key, next(far)) for key, _ in sight.pairs)):
                values[key].append(value)
        means = {key: round(sum(found) / len(found), 4) for key, found in values.items()}
        still = [sight.composition for sight in sights if sight.composition is not None]
        found = Measured(item.shot.id, item.chain_links, means, round(min(still), 4) if still else None)
        yield as_told(found, item.shot, item.chain_links)
