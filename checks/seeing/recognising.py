"""Is it the asked one? The answer that comparing with everybody gives, from fewer pixels.

A rival is given up as soon as it is farther off than the asked one, since the rest of it can only add.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf

import numpy as np

from checks.seeing.casting import BLUR_PX, NOBODY, LineUp, Window, as_bytes, is_cast, lined_up, shift_of
from checks.seeing.colour import Floats, difference, lab
from checks.seeing.eye import Picture
from checks.seeing.glance import glance_at, in_question, small
from checks.seeing.masters import References
from checks.seeing.stagings import Staged
from manifests.bible import Bible

Part = Callable[[Window], Floats]
"""A part of a picture (RGB)."""

Seen = dict[Window, Floats]
"""Parts of a picture that were compared before, in Lab."""

_BAND = 48
"""Rows that are compared at once: fewer end sooner, but of fewer more are compared twice, at the edges."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """Somebody recognised on their mark. `seen`: the crop of the picture; `wanted`: that of the expected frame.
    Both are those that `fits_at` would give.
    """

    seen: Picture
    wanted: Picture


def recognised_at(seen: Floats, staged: Staged, slot: int, bible: Bible, references: References) -> Recognised | None:
    """Whoever was asked for at this mark, in the asked clothes; None where somebody else, or nobody, fits `seen` (RGB,
    stage size) better, or too little of the mark is visible.
    """
    stage = staged.stage
    if not is_cast(stage, slot):
        return None
    shift = shift_of(seen, stage, slot)
    row = staged.once((slot, shift), lambda: lined_up(stage, slot, bible, references, shift))
    if row is None:
        return None
    here, asked = row.window.of(seen), (row.place.entity, row.place.wardrobe)
    off = staged.once(("glance", slot, shift), lambda: glance_at(row)).off(lab(small(here)))
    own = [number for number, (look, _) in enumerate(row.pieces) if look == asked]
    left = in_question(off, own)
    if len(left) > 1:
        kept: list[Seen] = staged.once(("labs", slot, shift), lambda: [{} for _ in row.pieces])
        best = _nearest(row, here, [number for number in own if number in left], left, kept)
    else:
        best = left[0]
    return None if best is None else Recognised(as_bytes(here), as_bytes(row.drawn(row.pieces[best][1])))


def _nearest(row: LineUp, here: Floats, own: Sequence[int], left: Sequence[int], kept: Sequence[Seen]) -> int | None:
    """The nearest of the asked one's own pieces, by all pixels; None where another of those left is nearer."""
    against = Measure(lab(here), row.union, BLUR_PX)
    best, near = -1, inf
    for number in own:
        off = against.off(partial(row.drawn, row.pieces[number][1]), near, kept[number])
        best, near = (number, off) if off < near else (best, near)
    for number in left:
        look, piece = row.pieces[number]
        if number in own:
            continue
        rival = against.off(partial(row.drawn, piece), near, kept[number])
        is_first = number < own[0] or look == NOBODY  # of two that fit as well, the first one counts
        if rival < near or (rival == near and is_first):
            return None
    return best


class Measure:
    """How far pictures are from one that was seen (Lab): weighted sums of `difference`."""

    def __init__(self, seen_lab: Floats, weight: Floats, sigma: float) -> None:
        self._seen, self._sigma = seen_lab, sigma
        margin, (height, width) = int(np.ceil(4 * sigma)), weight.shape
        self._bands: list[tuple[float, Window, Floats]] = []
        for top in range(0, height, _BAND):
            columns = np.flatnonzero(weight[top : top + _BAND].max(0))
            if not columns.size:
                continue
            left, right = max(0, int(columns[0]) - margin), min(width, int(columns[-1]) + 1 + margin)
            window = Window(max(0, top - margin), left, min(height, top + _BAND + margin), right)
            counts = np.zeros((window.bottom - window.top, right - left), np.float32)
            inside = np.s_[top - window.top : min(height, top + _BAND) - window.top]
            counts[inside] = weight[top : top + _BAND, left:right]
            self._bands.append((float(counts.sum()), window, counts))
        self._bands.sort(key=lambda band: -band[0])

    def off(self, part: Part, enough: float = inf, before: Seen | None = None) -> float:
        """The sum over the picture that `part` gives. Above `enough`, which it then is in any case, it may be less than
        the whole: the heaviest rows come first, and the others are left out. `before` has the parts of the same picture
        that were compared before; it grows.
        """
        before = {} if before is None else before
        total = 0.0
        for _, window, counts in self._bands:
            if total > enough:
                break
            if window not in before:
                before[window] = lab(part(window))
            off = difference(window.of(self._seen), before[window], self._sigma)
            total += float((off * counts).sum())
        return total
