"""V115: do two shots of one place go together? What each adds to the masters' colours, compared."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.contract import Thresholds
from checks.rules import panel_rules as rules
from checks.seeing.colour import LIGHTNESS_WEIGHT, lab, mean_lab
from checks.seeing.masters import References, Rgb
from checks.seeing.stage import expected, to_stage
from manifests.finding import Score
from manifests.scene import Shot

_MARGIN_PX = 9
_SEEN_MIN = 0.01
"""Share of the frame that must show something for its colour to be compared: 48 by 48 pixels of the stage."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A picture of a shot at `progress`, 0 its first frame, 1 its last."""

    shot: Shot
    picture: Rgb
    progress: float = 0.0


def judge_continuity(now: Moment, before: Moment, references: References, thresholds: Thresholds) -> Score:
    """V115 of a shot against an earlier one of the same place: the worst of what both show. Not applicable without any.

    Each thing is held against its own master in its own pose first, so that another camera or another turn of the head
    does not count as a difference; the rest is light and grade. Raises MasterMissing. About 60 CPU-ms.
    """
    mine, theirs = _shifts(now, references), _shifts(before, references)
    off = {name: _apart(mine[name], theirs[name]) for name in mine if name in theirs}
    worst = max(off, key=lambda name: off[name], default=now.shot.location)
    return rules.CONTINUITY.score(worst, off.get(worst), thresholds)


def _shifts(moment: Moment, references: References) -> dict[str, NDArray[np.float64]]:
    """By location, and by character in a wardrobe: the mean Lab colour of what is seen,
    less that of its master there.
    """
    stage = expected(moment.shot, moment.progress, references)
    seen, wanted = lab(to_stage(moment.picture, moment.shot.aspect)), lab(stage.picture)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _MARGIN_PX + 1, 2 * _MARGIN_PX + 1))
    free = (1 - np.minimum(1, cv2.dilate(stage.covered, kernel))).astype(np.float32)
    masks = {moment.shot.location: free} | {
        f"{place.entity}/{place.wardrobe}": (visible > 0.7).astype(np.float32)
        for place, visible in zip(stage.placements, stage.visible, strict=True)
        if place.wardrobe is not None
    }
    return {
        name: mean_lab(seen, mask) - mean_lab(wanted, mask) for name, mask in masks.items() if mask.mean() >= _SEEN_MIN
    }


def _apart(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Delta-E of two shifts; lightness counts half."""
    delta = (a - b) * np.array([LIGHTNESS_WEIGHT, 1.0, 1.0])
    return float(np.sqrt((delta * delta).sum()))
