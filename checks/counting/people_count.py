"""How many people stand in the frame: the figures that neither the place nor the asked cast explains, and the places of
the cast where the empty plate shows.

Both come from the plate, laid under the picture: they work on drawings and on photographs, with any camera that shows
enough of the plate. A figure must have the shape of a person who stands where the cast stands, and must not be a piece
of the room seen from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from checks.counting.figures import CHEST, HEAD, Head, Part, PersonShape, figures
from checks.counting.foreground import Foreground, foreground
from checks.scorer.subject import Setting, Subject
from checks.seeing.colour import LIGHTNESS_WEIGHT, Floats
from checks.seeing.masters import Rgb

_GROWN = 0.35
"""Heads by which the cast's silhouettes are grown before the search: arms that move, hair, and half a step aside."""

_GROWN_LEAST_PX = 6.0
_SHAPED = 0.4
"""A figure's score from which on it is looked at more closely; of 56 drawn people too many three have less."""

_TRIED = 6
"""Figures of a picture that are looked at more closely, the likeliest first."""

_DETAIL = (4.5, 7.5)
"""Delta-E by which the colours of a head spread: up to the first it is a curtain or a pipe, from the second on hair and
a face. Measured on the drawn set: 6.6 and more on people too many, under 6 on two thirds of what else has the shape.
"""

_ALIKE = (0.66, 0.56)
"""Correlation with some place of the plate near by, from which and up to which it is a piece of the room that stands
elsewhere, or is not: 0.07 to 0.62 on people, 0.6 to 0.95 on half of what else has the shape.
"""

_UNLIKE = (10.0, 14.0)
"""Delta-E from the nearest-looking place of the plate: 14 and more on people."""

_BELOW = (0.2, 0.4)
"""Share of a figure's legs that is not the plate."""

_LEGS: Part = (-0.4, 4.2, 0.4, 6.5)
_BUST: Part = (-0.9, -0.2, 0.9, 2.7)
_AROUND = (2.5, 1.2)
"""Heads across and down within which a piece of the room is looked for on the plate."""

_SEARCH_LINES = 14
"""A head's lines when a piece of the room is looked for: larger ones are reduced."""

_KNOWN_MIN = 0.5
"""Share of somebody's silhouette that the plate must reach for their absence to be seen."""


@dataclass(frozen=True, slots=True)
class Extra:
    """A figure that nothing explains. `likely`: 0 to 1, higher is more like a person. `lab`: the picture's, in the
    plate's light; `unlike`: how surely each of its pixels is not the plate's.
    """

    figure: PersonShape
    likely: float
    lab: Floats
    unlike: Floats


@dataclass(frozen=True, slots=True)
class Count:
    """`extra`: the likeliest figure too many; None where there is none. `gone`: by character, the share of their
    silhouette in which the empty plate shows, 0 to 1; of whom enough is in frame. `sure`: local features say where the
    plate lies; else it lies where the camera should look.
    """

    extra: Extra | None
    gone: Mapping[str, float]
    sure: bool


def count_people(picture: Rgb, subjects: Sequence[Subject], plates: Sequence[Rgb], setting: Setting) -> Count | None:
    """Count the people of a picture (RGB, the size gates look at) against those it should show.

    None where no plate can be laid under it. About 0.2 CPU-s.
    """
    explained = _explained(subjects, picture.shape[:2])
    there = foreground(picture, 1 - explained, plates, setting)
    if there is None:
        return None
    return Count(_extra(there, explained, subjects), _gone(there, subjects), there.found)


def _extra(there: Foreground, explained: Floats, subjects: Sequence[Subject]) -> Extra | None:
    height, width = there.unlike.shape
    heads = [
        Head((s.head.left + s.head.right) / 2 * width, s.head.top * height, (s.head.bottom - s.head.top) * height)
        for s in subjects
        if s.entity and s.head is not None and s.upright
    ]
    found = []
    for number, figure in enumerate(figures(there.unlike, there.known * (1 - explained), heads, _SHAPED)):
        if number == _TRIED:
            break
        found.append((figure.score * _person_not_room(there, figure), figure))
    likely, best = max(found, key=lambda pair: pair[0], default=(0.0, None))
    return None if best is None or likely <= 0 else Extra(best, float(likely), there.straight, there.unlike)


def _person_not_room(there: Foreground, figure: PersonShape) -> float:
    """0 to 1: whether what has the shape of a person has a head's colours and legs, and lies nowhere on the plate."""
    head, legs = part_of(there.straight, figure, HEAD), part_of(there.unlike, figure, _LEGS)
    if not head.size:
        return 0.0
    spread = float(np.linalg.norm(_weighted(head).reshape(-1, 3).std(0)))
    said = _ramp(spread, *_DETAIL)
    if legs.size >= figure.lines:
        said *= _ramp(float(legs.mean()), *_BELOW)
    return said * _not_on_plate(there, figure) if said > 0 else 0.0


def _not_on_plate(there: Foreground, figure: PersonShape) -> float:
    """0 to 1: whether no place of the plate near by looks like the figure's head and chest."""
    left, top, right, bottom = _BUST
    across, down = _AROUND
    seen = part_of(there.straight, figure, _BUST)
    around = part_of(there.plate, figure, (left - across, top - down, right + across, bottom + down))
    less = max(1.0, figure.lines / _SEARCH_LINES)
    piece, room = (
        cv2.resize(_weighted(p), None, fx=1 / less, fy=1 / less, interpolation=cv2.INTER_AREA) for p in (seen, around)
    )
    alike = float(cv2.matchTemplate(room, piece, cv2.TM_CCOEFF_NORMED).max())
    off = float(cv2.matchTemplate(room, piece, cv2.TM_SQDIFF).min()) / (piece.shape[0] * piece.shape[1])
    return _ramp(alike, *_ALIKE) * _ramp(float(np.sqrt(max(0.0, off))), *_UNLIKE)


def _gone(there: Foreground, subjects: Sequence[Subject]) -> dict[str, float]:
    out = {}
    for subject in subjects:
        if not subject.entity or subject.mask is None:
            continue
        weight = (subject.mask > 0.5).astype(np.float32)
        known = weight * there.known
        if float(known.sum()) >= max(_KNOWN_MIN * float(weight.sum()), 1.0):
            out[subject.entity] = 1 - float((there.unlike * known).sum() / known.sum())
    return out


def part_of(values: Floats, figure: PersonShape, part: Part) -> Floats:
    """The part of a map that a box in a figure's heads covers, as far as it lies in the frame."""
    height, width = values.shape[:2]
    left, top, right, bottom = (side * figure.lines for side in part)
    rows = slice(max(0, round(figure.y + top)), max(0, min(height, round(figure.y + bottom))))
    columns = slice(max(0, round(figure.x + left)), max(0, min(width, round(figure.x + right))))
    return np.asarray(values[rows, columns], np.float32)


def chest_of(extra: Extra) -> tuple[Floats, Floats]:
    """The chest's Lab colours, and how surely each is the figure's."""
    return part_of(extra.lab, extra.figure, CHEST), part_of(extra.unlike, extra.figure, CHEST)


def _explained(subjects: Sequence[Subject], shape: tuple[int, ...]) -> Floats:
    """1 where the asked cast and the props may be seen."""
    out = np.zeros(shape, np.uint8)
    for subject in subjects:
        if subject.mask is None:
            continue
        lines = 0.0 if subject.head is None else (subject.head.bottom - subject.head.top) * shape[0]
        reach = 2 * round(max(_GROWN * lines, _GROWN_LEAST_PX)) + 1
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
        out = np.maximum(out, cv2.dilate((subject.mask > 0.1).astype(np.uint8), disc))
    return out.astype(np.float32)


def _weighted(colours: Floats) -> Floats:
    return np.asarray(colours * np.array([LIGHTNESS_WEIGHT, 1, 1], np.float32), np.float32)


def _ramp(value: float, nothing: float, whole: float) -> float:
    """0 at `nothing`, 1 at `whole`, straight between."""
    return float(np.clip((value - nothing) / (whole - nothing), 0, 1))
