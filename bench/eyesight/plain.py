"""Measures that others use alone: SSIM (256×144, window 7), colour and embeddings of the frame, and of single crops,
each the best over all references.

They get what ours gets: the boxes, the bible's views and plates, and more, for they may compare with all of the
approved shots too. Every value is a similarity: higher is better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from bench.filmset.brush import Floats, Picture
from bench.filmset.frame import Frame, Placed
from bench.filmset.labelled import Masters, on_ground
from checks.seeing.eye import Eye, Vectors
from checks.seeing.similarity import ssim
from manifests.staging import Box

Values = dict[tuple[str, str], float]
"""By metric and entity; the entity of a metric of the whole frame is ""."""

METRICS = (
    "frame_ssim",
    "frame_colour",
    "frame_embedding",
    "figure_embedding",
    "head_embedding",
    "torso_embedding",
    "head_colour",
    "torso_colour",
    "place_embedding",
    "place_colour",
)
PARTS = ("figure", "head", "torso")
_VIEW_PARTS = {"figure": (0.0, 1.0), "head": (0.0, 0.15), "torso": (0.15, 0.56)}
"""Parts of a standing figure's height from the top: the proportions that blocking's boxes have."""

_BINS = [8, 12, 12]
_FULL = (640, 360)
_SEEN_MASK = 0.1
_CROP_MIN_PX = 10


@dataclass(frozen=True, slots=True)
class _Seen:
    """One picture, ready to be compared."""

    picture: Picture
    whole: Floats
    colour: Floats
    place: Floats
    place_colour: Floats
    parts: Mapping[str, Mapping[str, Floats]]
    part_colours: Mapping[str, Mapping[str, Floats]]


class PlainEyes:
    """The single metrics, against one scene's masters."""

    def __init__(self, masters: Masters, eye: Eye) -> None:
        self._eye = eye
        self._shots = [[self._see(frame.picture, frame.placed) for frame in shot] for shot in masters.approved]
        self._plates = [
            self._see(np.asarray(cv2.resize(plate, _FULL, interpolation=cv2.INTER_AREA), np.uint8), ())
            for plate in masters.plates
        ]
        self._views = {entity: self._see_views(views) for entity, views in masters.views.items()}

    def look(self, frame: Frame, leave_out: int | None = None) -> Values:
        """All metrics of a picture. `leave_out`: the approved shot that it is of."""
        seen = self._see(frame.picture, frame.placed)
        panels = [picture for index, shot in enumerate(self._shots) if index != leave_out for picture in shot]
        whole = [*panels, *self._plates]
        out: Values = {
            ("frame_ssim", ""): max(ssim(seen.picture, other.picture) for other in whole),
            ("frame_colour", ""): max(_overlap(seen.colour, other.colour) for other in whole),
            ("frame_embedding", ""): max(float(seen.whole @ other.whole) for other in whole),
            ("place_embedding", ""): max(float(seen.place @ other.place) for other in whole),
            ("place_colour", ""): max(_overlap(seen.place_colour, other.place_colour) for other in whole),
        }
        for entity in seen.parts:
            out |= self._look_at(entity, seen, panels)
        return out

    def _look_at(self, entity: str, seen: _Seen, panels: Sequence[_Seen]) -> Values:
        views = self._views[entity]
        same = [panel for panel in panels if entity in panel.parts]
        out: Values = {}
        for part, vector in seen.parts[entity].items():
            known = [views[0][part], *(p.parts[entity][part][None] for p in same if part in p.parts[entity])]
            out[f"{part}_embedding", entity] = float((np.concatenate(known) @ vector).max())
            if part != "figure":
                colours = [
                    *views[1][part],
                    *(p.part_colours[entity][part] for p in same if part in p.part_colours[entity]),
                ]
                out[f"{part}_colour", entity] = max(_overlap(seen.part_colours[entity][part], c) for c in colours)
        return out

    def _see(self, picture: Picture, placed: Sequence[Placed]) -> _Seen:
        crops = {p.entity: {k: c for k, b in _boxes(p).items() if (c := _crop(picture, b)) is not None} for p in placed}
        hidden = np.max([p.mask for p in placed], axis=0) if placed else np.zeros(_FULL[::-1], np.float32)
        size = (picture.shape[1], picture.shape[0])
        free = np.asarray(
            cv2.resize((hidden < _SEEN_MASK).astype(np.uint8), size, interpolation=cv2.INTER_NEAREST), np.uint8
        )
        masked = np.where(free[..., None] > 0, picture, np.uint8(124))
        flat = [crop for found in crops.values() for crop in found.values()]
        rows = iter(self._eye.embed(flat)) if flat else iter(())
        whole = self._eye.embed([picture, masked], "squash")
        return _Seen(
            picture,
            whole[0],
            _colours(picture),
            whole[1],
            _colours(picture, free),
            {entity: {part: next(rows) for part in found} for entity, found in crops.items()},
            {entity: {part: _colours(crop) for part, crop in found.items()} for entity, found in crops.items()},
        )

    def _see_views(self, views: Mapping[str, Picture]) -> tuple[dict[str, Vectors], dict[str, list[Floats]]]:
        vectors: dict[str, Vectors] = {}
        colours: dict[str, list[Floats]] = {}
        for part, (top, bottom) in _VIEW_PARTS.items():
            cuts = [view[round(top * len(view)) : round(bottom * len(view))] for view in views.values()]
            vectors[part] = self._eye.embed([on_ground(cut) for cut in cuts])
            colours[part] = [
                _colours(np.ascontiguousarray(cut[..., :3]), (cut[..., 3] > 200).astype(np.uint8)) for cut in cuts
            ]
        return vectors, colours


def _boxes(placed: Placed) -> dict[str, Box]:
    return {"figure": placed.figure, "head": placed.head, "torso": placed.torso}


def _crop(picture: Picture, box: Box) -> Picture | None:
    height, width = picture.shape[:2]
    left, right = max(0, round(box.left * width)), min(width, round(box.right * width))
    top, bottom = max(0, round(box.top * height)), min(height, round(box.bottom * height))
    if right - left < _CROP_MIN_PX or bottom - top < _CROP_MIN_PX:
        return None
    return np.ascontiguousarray(picture[top:bottom, left:right])


def _colours(picture: Picture, mask: Picture | None = None) -> Floats:
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB)
    counts = cv2.calcHist([lab], [0, 1, 2], mask, _BINS, [0, 256, 64, 192, 64, 192])
    soft = cv2.GaussianBlur(counts.reshape(_BINS[0], -1), (0, 0), 0.8)
    return np.asarray(soft.ravel() / max(float(soft.sum()), 1.0), np.float32)


def _overlap(a: Floats, b: Floats) -> float:
    return float(np.sqrt(a * b).sum())
