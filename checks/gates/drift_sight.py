"""The part of a frame's sight that drift is read from; its crops are left for an eye that is asked once for many.

The comparisons are those of `frame_gate.see`, less what drift does not use: heads, other looks' crops, props, swaps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from checks.gates.frame_gate import composed, straightened
from checks.gates.places import known_place
from checks.gates.sight import TimedFrame
from checks.rules.drift_rules import Axis
from checks.seeing.colour import Hues
from checks.seeing.eye import Eye, Picture
from checks.seeing.masters import References
from checks.seeing.recognising import recognised_at
from checks.seeing.similarity import luma, ssim_of
from checks.seeing.stage import Stage, to_stage
from checks.seeing.stagings import Stagings
from manifests.bible import Bible
from manifests.scene import Shot

Followed = tuple[str, Axis]
"""An entity and one of its axes."""


_SHOWN = 0.7
"""From which share of a pixel on it shows a figure, as in `people.py`: its edge has the background's hue as well."""


@dataclass(frozen=True, slots=True)
class CropPair:
    """A crop of a frame, and the same crop of the frame that is expected. `is_place`: a background, not a figure."""

    seen: Picture
    wanted: Picture
    is_place: bool


@dataclass(frozen=True, slots=True)
class DriftSight:
    """One frame. `turns`: degrees of hue; `pairs`: to be embedded; `composition`: SSIM of a locked-off camera."""

    turns: tuple[tuple[Followed, float], ...]
    pairs: tuple[tuple[Followed, CropPair], ...]
    composition: float | None


def see_drift(
    frame: TimedFrame, shot: Shot, bible: Bible, references: References, stagings: Stagings, *, crops: bool
) -> DriftSight:
    """Compare one frame with the expected one by pixels; give the pairs of crops as well where `crops` are wanted.

    It gives nothing of a character who is not recognised, nor of a wrong place. Raises MasterMissing.
    """
    staged = stagings.expected(shot, frame.progress)
    stage = staged.stage
    seen = to_stage(frame.picture, shot.aspect)
    place = known_place(seen, staged, shot, frame.progress, bible, references)
    turns: list[tuple[Followed, float | None]] = []
    pairs: list[tuple[Followed, CropPair]] = []
    if place is not None:
        turns.append(((shot.location, "hue"), place.turn))
        if place.crops and crops:
            pairs.append(((shot.location, "location"), CropPair(*place.crops(), is_place=True)))
    pixels = straightened(seen, place.turn if place else None).astype(np.float32)
    for slot, mark in enumerate(stage.placements):
        person = recognised_at(pixels, staged, slot, bible, references) if mark.wardrobe is not None else None
        if person is None:
            continue
        hues = staged.once(("hues", slot), partial(_hues, stage, slot))
        turns.append(((mark.entity, "wardrobe"), hues.turn_of(seen)))
        if crops:
            pairs.append(((mark.entity, "identity"), CropPair(person.seen, person.wanted, is_place=False)))
    known = tuple((key, turn) for key, turn in turns if turn is not None)
    still = shot.camera.move == "static"
    wanted = staged.once("luma", lambda: luma(composed(stage))) if still else None
    return DriftSight(known, tuple(pairs), None if wanted is None else ssim_of(luma(seen), wanted))


def _hues(stage: Stage, slot: int) -> Hues:
    return Hues(stage.picture, (stage.visible[slot] > _SHOWN).astype(np.float32))


def distances(pairs: Sequence[CropPair], eye: Eye) -> list[float]:
    """The cosine distance of each pair on the built-in model's scale. Two calls of the eye, one for figures and one for
    places, in which a crop that comes twice is embedded once. Raises EyeError.
    """
    out = [0.0] * len(pairs)
    for is_place in (False, True):
        mine = [index for index, pair in enumerate(pairs) if pair.is_place is is_place]
        crops = [crop for index in mine for crop in (pairs[index].seen, pairs[index].wanted)]
        rows = eye.embed(crops, "squash" if is_place else "letterbox") if crops else ()
        noise = eye.noise.place if is_place else eye.noise.figure
        for index, seen, wanted in zip(mine, rows[::2], rows[1::2], strict=True):
            out[index] = (1 - float(seen @ wanted)) / noise.scale
    return out
