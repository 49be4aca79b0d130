"""Who is it? Each place of the cast is compared with everybody who could stand there, and with nobody.

The test is relative: not "is this like Marit" against a number that would differ for every film and model, but "of all
the characters and wardrobes of the bible, laid over this very plate in this very pose, who fits best, and by how much".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from checks.seeing.colour import Floats, difference, lab
from checks.seeing.eye import Picture
from checks.seeing.masters import References
from checks.seeing.stage import SIZES, Patch, Stage, patch
from manifests.bible import Bible, nearest_view, view_name
from manifests.film import Aspect
from manifests.staging import Placement

Look = tuple[str, str]
"""A character in a wardrobe."""

NOBODY: Look = ("", "")
"""The empty plate."""

ON_MARK = (0, 0)

HEAD_SHARE: Mapping[str, float] = {"person": 0.22, "animal": 0.45}
"""The part of a standing figure's height that is head and hair, from the top. A standing adult's head is 1/7.5 to 1/6
of the figure, a child's up to 1/5, and hair adds to it; an animal carries its head low.
"""

VISIBLE_MIN_PX = 120
"""Pixels of the stage below which a figure is too small, or too hidden, to be told apart."""

BLUR_PX = 1.6
"""Looks past breathing (under 1 % of a figure's height), coding noise and half-pixel shifts."""

_APART_MIN = 5.0
"""Delta-E from which two looks are apart at a pixel: twice what is just seen side by side."""

_SHIFT_PX = (40, 16)
"""How far from the mark a figure is looked for, across and down: 6 % of the frame's width, 4 % of its height."""

_SHIFT_GAIN = 0.72
"""A shifted match counts only when it is this much better than the one on the mark: else the mark stands."""


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of the stage in whole pixels."""

    top: int
    left: int
    bottom: int
    right: int

    def of(self, picture: Floats) -> Floats:
        """This part of a picture or mask."""
        return picture[self.top : self.bottom, self.left : self.right]


@dataclass(frozen=True, slots=True)
class Fits:
    """How far the picture at one mark is from everybody who could stand there; all distances in delta-E, 0 to 40.

    `whole` and `head` by look; `whole` knows NOBODY too; `head` is empty where no head is in frame. `shift_px`: how far
    from the mark the figure was found. `crop` and `head_crop` give the compared pictures, of None the seen one. `apart`
    gives the distances to two looks over just what sets the two apart.
    """

    place: Placement
    asked: Look
    whole: Mapping[Look, float]
    head: Mapping[Look, float]
    shift_px: tuple[int, int]
    crop: Callable[[Look | None], Picture]
    head_crop: Callable[[Look | None], Picture] | None
    apart: Callable[[Look, Look], tuple[float, float]]

    def best(self, among: Callable[[Look], bool]) -> Look | None:
        """The best-fitting look of those, by the whole figure, or None where there is none."""
        looks = [look for look in self.whole if look != NOBODY and among(look)]
        return min(looks, key=lambda look: self.whole[look], default=None)


def fits_at(seen: Floats, stage: Stage, slot: int, bible: Bible, references: References) -> Fits | None:
    """Compare `seen` (RGB, stage size) at one mark of the cast with everybody.
    None where too little of it is visible.
    """
    row = line_up(seen, stage, slot, bible, references)
    if row is None:
        return None
    drawn = [(look, row.drawn(piece)) for look, piece in row.pieces]
    here, place = row.window.of(seen), row.place
    heads = [head - row.window.top for head in _head_rows(place, bible)]
    fits = _compared(place, here, drawn, row.union, heads)
    return fits if row.shift == ON_MARK else replace(fits, shift_px=_confirmed(fits, row.shift, here, drawn, row.union))


@dataclass(frozen=True, slots=True)
class LineUp:
    """Everybody who could stand at a mark, and at the end nobody (None). `union`: the weight of each pixel of `window`,
    1 where any of them can be seen. `shift`: how far from the mark a figure was found, where one was.
    """

    place: Placement
    window: Window
    pieces: Sequence[tuple[Look, Patch | None]]
    union: Floats
    shift: tuple[int, int]
    below: Floats
    above: tuple[Floats, Floats]

    def drawn(self, piece: Patch | None, part: Window | None = None) -> Floats:
        """The window, or a part of it, with this one at the mark."""
        part = part or Window(0, 0, *self.union.shape)
        picture = part.of(self.below).copy()
        if piece is not None:
            piece.onto(picture, self.window.top + part.top, self.window.left + part.left)
        return _behind(picture, (part.of(self.above[0]), part.of(self.above[1])))


def line_up(seen: Floats, stage: Stage, slot: int, bible: Bible, references: References) -> LineUp | None:
    """Who could stand at one mark of the cast in `seen` (RGB, stage size). None where too little of it is visible."""
    return lined_up(stage, slot, bible, references, shift_of(seen, stage, slot)) if is_cast(stage, slot) else None


def is_cast(stage: Stage, slot: int) -> bool:
    """Whether somebody of the cast has this mark, and can be seen there."""
    return stage.placements[slot].wardrobe is not None and float(stage.visible[slot].sum()) >= VISIBLE_MIN_PX


def lined_up(stage: Stage, slot: int, bible: Bible, references: References, shift: tuple[int, int]) -> LineUp | None:
    """`line_up` where a figure was found so far from the mark."""
    place = stage.placements[slot]
    patches = _candidates(place, stage, bible, references, shift)
    window = _window([piece for _, piece in patches], place.frame)
    if window is None:
        return None
    above = _above(stage, slot, window)
    below = window.of(stage.plate).copy()
    for piece in stage.patches[:slot]:
        piece.onto(below, window.top, window.left)
    union = np.zeros(above[1].shape, np.float32)
    for _, piece in patches:
        piece.widen(union, window.top, window.left)
    union *= 1 - above[1]
    return LineUp(place, window, [*patches, (NOBODY, None)], union, shift, below, above)


def _compared(
    place: Placement, seen: Floats, drawn: Sequence[tuple[Look, Floats]], union: Floats, head_rows: Sequence[int]
) -> Fits:
    top, bottom = (min(seen.shape[0], max(0, row)) for row in head_rows)
    heads = np.zeros_like(union)
    heads[top:bottom] = union[top:bottom]
    seen_lab = lab(seen)
    pictures: dict[Look, Floats] = {}
    maps: dict[Look, Floats] = {}
    for look, picture in drawn:
        off = difference(seen_lab, lab(picture), BLUR_PX)
        if look not in maps or _mean(off, union) < _mean(maps[look], union):
            maps[look], pictures[look] = off, picture

    def crop(look: Look | None) -> Picture:
        return as_bytes(seen if look is None else pictures[look])

    def head_crop(look: Look | None) -> Picture:
        rows = seen if look is None else pictures[look]
        columns = np.flatnonzero(heads.max(0) > 0.5)
        return as_bytes(rows[top:bottom, columns[0] : columns[-1] + 1])

    def apart(one: Look, two: Look) -> tuple[float, float]:
        differs = difference(lab(pictures[one]), lab(pictures[two]), BLUR_PX) > _APART_MIN
        weight = union * differs
        return _mean(maps[one], weight), _mean(maps[two], weight)

    has_head = float(heads.sum()) >= VISIBLE_MIN_PX / 2
    return Fits(
        place,
        (place.entity, place.wardrobe or ""),
        {look: _mean(off, union) for look, off in maps.items()},
        {look: _mean(off, heads) for look, off in maps.items()} if has_head else {},
        ON_MARK,
        crop,
        head_crop if has_head else None,
        apart,
    )


def _confirmed(
    fits: Fits, shift: tuple[int, int], seen: Floats, drawn: Sequence[tuple[Look, Floats]], union: Floats
) -> tuple[int, int]:
    """The shift, if it is the asked figure that was found there; a stranger on the mark is not off it."""
    if fits.best(lambda _: True) != fits.asked:
        return ON_MARK
    on_mark = next(picture for look, picture in drawn if look == fits.asked)
    there = _mean(difference(lab(seen), lab(on_mark), BLUR_PX), union)
    return shift if fits.whole[fits.asked] < _SHIFT_GAIN * there else ON_MARK


def _candidates(
    place: Placement, stage: Stage, bible: Bible, references: References, shift: tuple[int, int]
) -> list[tuple[Look, Patch]]:
    """Everybody at this mark, as tall as the mark says;
    and the rest of the cast as tall as they are on their own marks.
    """
    own = {other.entity: other for other in stage.placements if other.wardrobe is not None and other != place}
    out: list[tuple[Look, Patch]] = []
    for character in bible.characters.values():
        for wardrobe in character.wardrobes:
            name = nearest_view(view_name(character.id, wardrobe, place.view), references.paths)
            if name not in references and (character.id, wardrobe) != (place.entity, place.wardrobe):
                continue
            cutout = references.cutout(name)
            out.append(((character.id, wardrobe), patch(cutout, place)))
            if shift != ON_MARK:
                out.append(((character.id, wardrobe), patch(cutout, place, *shift)))
            if (other := own.get(character.id)) is not None and other.wardrobe == wardrobe:
                swapped = replace(place, scale=other.scale)
                out.append(((character.id, wardrobe), patch(cutout, swapped)))
    return out


def shift_of(seen: Floats, stage: Stage, slot: int) -> tuple[int, int]:
    """How far from its mark the figure stands, in stage pixels; (0, 0) unless elsewhere is clearly better."""
    ys, xs = np.nonzero(stage.visible[slot] > 0.6)
    if ys.size < VISIBLE_MIN_PX:
        return ON_MARK
    across, down = _SHIFT_PX
    top, left, bottom, right = int(ys.min()), int(xs.min()), int(ys.max()) + 1, int(xs.max()) + 1
    y0, x0 = max(0, top - down), max(0, left - across)
    search = seen[y0 : bottom + down, x0 : right + across]
    template = stage.picture[top:bottom, left:right]
    mask = (stage.visible[slot][top:bottom, left:right] > 0.6).astype(np.float32)
    half = (0.5, 0.5)
    small = [cv2.resize(p, None, fx=half[0], fy=half[1], interpolation=cv2.INTER_AREA) for p in (search, template)]
    small_mask = cv2.resize(mask, (small[1].shape[1], small[1].shape[0]), interpolation=cv2.INTER_AREA)
    if small[1].shape[0] > small[0].shape[0] or small[1].shape[1] > small[0].shape[1] or small_mask.sum() < 20:
        return ON_MARK
    errors = cv2.matchTemplate(small[0], small[1], cv2.TM_SQDIFF, mask=np.dstack([small_mask] * 3))
    _, _, (x, y), _ = cv2.minMaxLoc(errors)
    here = errors[min((top - y0) // 2, errors.shape[0] - 1), min((left - x0) // 2, errors.shape[1] - 1)]
    if errors[y, x] > _SHIFT_GAIN * here:
        return ON_MARK
    return x0 + 2 * x - left, y0 + 2 * y - top


def _window(patches: Sequence[Patch], frame: Aspect) -> Window | None:
    size = SIZES[frame]
    pieces = [piece for piece in patches if piece.alpha.size]
    if not pieces:
        return None
    window = Window(
        max(0, min(p.top for p in pieces) - 3),
        max(0, min(p.left for p in pieces) - 3),
        min(size[1], max(p.top + p.alpha.shape[0] for p in pieces) + 3),
        min(size[0], max(p.left + p.alpha.shape[1] for p in pieces) + 3),
    )
    return window if window.bottom - window.top > 4 and window.right - window.left > 4 else None


def _above(stage: Stage, slot: int, window: Window) -> tuple[Floats, Floats]:
    """Everything nearer than the mark: its colours times its alpha, and its alpha."""
    height, width = window.bottom - window.top, window.right - window.left
    colour, alpha = np.zeros((height, width, 3), np.float32), np.zeros((height, width), np.float32)
    for piece in stage.patches[slot + 1 :]:
        mask = piece.mask(height, width, window.top, window.left)
        if mask.any():
            piece.onto(colour, window.top, window.left)
            alpha = alpha * (1 - mask) + mask
    return colour, alpha


def _behind(picture: Floats, above: tuple[Floats, Floats]) -> Floats:
    return picture * (1 - above[1])[..., None] + above[0] if above[1].any() else picture


def _head_rows(place: Placement, bible: Bible) -> tuple[int, int]:
    lines = SIZES[place.frame][1]
    top = (place.y - place.scale) * lines
    share = HEAD_SHARE[bible.characters[place.entity].kind]
    return round(top), round(top + share * place.scale * lines)


def _mean(values: Floats, weight: Floats) -> float:
    return float((values * weight).sum() / max(float(weight.sum()), 1e-6))


def as_bytes(picture: Floats) -> Picture:
    """Whole levels, 0 to 255."""
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)
