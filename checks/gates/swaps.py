"""Have two people swapped sides? Draws the whole frame again with the pair exchanged,
and compares it with the picture.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from checks.seeing.colour import Floats, difference, lab
from checks.seeing.masters import References, picture_name
from checks.seeing.similarity import advantage
from checks.seeing.stage import Patch, Stage, patch
from manifests.staging import Placement

ADVANTAGE_MIN = 0.15
"""How much better the swapped frame must fit: below the margins (0.25) by which identity and wardrobe
pass on clean frames; found all 21 swaps of 60 random set-ups."""

_BLUR_PX = 1.6


def swapped_pairs(
    seen: Floats, stage: Stage, strangers: Collection[str], references: References
) -> tuple[tuple[str, str], ...]:
    """The pairs of the cast, sorted by name, that stand on each other's marks in `seen` (RGB, stage size).

    `strangers` are those who were not recognised on their own mark; only they are tried.
    """
    slots = [slot for slot, place in enumerate(stage.placements) if place.entity in strangers and place.wardrobe]
    seen_lab = lab(seen) if len(slots) > 1 else seen
    pairs = []
    for one, two in combinations(slots, 2):
        if _advantage(seen_lab, stage, (one, two), references) > ADVANTAGE_MIN:
            a, b = sorted((stage.placements[one].entity, stage.placements[two].entity))
            pairs.append((a, b))
    return tuple(pairs)


def _advantage(seen_lab: Floats, stage: Stage, pair: tuple[int, int], references: References) -> float:
    """Of the better of the two ways to swap: each as tall as before, or each as tall as the other's mark says."""
    one, two = (stage.placements[slot] for slot in pair)
    as_tall = {
        pair[0]: replace(one, x=two.x, y=two.y, view=two.view, mirrored=two.mirrored),
        pair[1]: replace(two, x=one.x, y=one.y, view=one.view, mirrored=one.mirrored),
    }
    whole_mark = {
        pair[0]: replace(two, entity=one.entity, wardrobe=one.wardrobe),
        pair[1]: replace(one, entity=two.entity, wardrobe=two.wardrobe),
    }
    return max(_compared(seen_lab, stage, moved, references) for moved in (as_tall, whole_mark))


def _compared(seen_lab: Floats, stage: Stage, moved: dict[int, Placement], references: References) -> float:
    if any(picture_name(place) not in references for place in moved.values()):
        return -1.0
    patches = {slot: patch(references.cutout(picture_name(place)), place) for slot, place in moved.items()}
    placed = [
        (moved.get(slot, place), patches.get(slot, stage.patches[slot])) for slot, place in enumerate(stage.placements)
    ]
    other = _drawn(stage, [piece for _, piece in sorted(placed, key=lambda pair: (pair[0].y, pair[0].entity))])
    height, width = stage.plate.shape[:2]
    region = np.zeros((height, width), np.float32)
    for slot, piece in patches.items():
        region = np.maximum(region, np.maximum(piece.mask(height, width), stage.visible[slot]))
    weight = region / max(float(region.sum()), 1e-6)
    asked, swapped = (
        float((difference(seen_lab, lab(picture), _BLUR_PX) * weight).sum()) for picture in (stage.picture, other)
    )
    return advantage(swapped, asked)


def _drawn(stage: Stage, patches: Sequence[Patch]) -> Floats:
    picture = stage.plate.copy()
    for piece in patches:
        piece.onto(picture)
    return picture
