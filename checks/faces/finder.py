"""Finds faces and five points of each, by dlib's detector: the first half of every face model.

dlib and its files come with the extra `faces`. Only three of the files are read: the detector is inside dlib, the file
of five points and the recognition model are public domain. The package's file of 68 points is never read, for its
training pictures may not be used commercially.
"""

from __future__ import annotations

import importlib
import importlib.util
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.errors import EyeError
from checks.seeing.masters import Rgb
from manifests.staging import Box

METHOD = "dlib-hog/1"
"""Raise its number when the same picture would give other faces: found faces are kept under this name."""

_PIXELS = 16_000_000
"""Pixels in which faces are looked for at most: a picture of 1280×720 is made 4 times as wide, so that heads of 30
lines are found, for 1.1 CPU-s.
"""

_HEAD_PX = 122.0
"""Lines of the smallest head that the detector finds: a face of 80 pixels from brows to chin."""

_CONFIDENCE_MIN = 0.0
"""The detector's own limit."""

_HEAD_TO_EYES, _HEAD_TO_NOSE = 3.6, 4.7
"""An adult's head from chin to crown, 230 mm, over the distance of the eyes' middles, 63 mm, and over the height from
the eyes to the base of the nose, 49 mm. A turned head has less of the one, a lowered head less of the other.
"""

_MODELS = "face_recognition_models"


@dataclass(frozen=True, slots=True)
class FoundFace:
    """A face before any model has looked at it. `points`: in pixels of the picture, as `faces.Face` orders them."""

    box: Box
    lines: float
    points: NDArray[np.float64]
    confidence: float


def is_there() -> bool:
    """Whether the extra `faces` is installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("dlib", _MODELS))


def model_file(name: str) -> Path:
    """A file of the extra by its name. Raises EyeError where it is not there."""
    found = importlib.util.find_spec(_MODELS)
    folders = (found.submodule_search_locations or []) if found else []
    for folder in folders:
        if (path := Path(folder, "models", name)).is_file():
            return path
    raise EyeError(
        name, "the file of the extra `faces` is not there", "Install it again: pip install 'check-the-gate[faces]'"
    )


def find(picture: Rgb, smallest: float) -> Iterator[FoundFace]:
    """Every face whose head has `smallest` lines of the picture or more, the largest first. Raises EyeError."""
    height, width = picture.shape[:2]
    larger = min(_HEAD_PX / smallest, (_PIXELS / (height * width)) ** 0.5)
    size = max(1, round(width * larger)), max(1, round(height * larger))
    canvas = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC if larger > 1 else cv2.INTER_AREA)
    with LOCK:
        boxes, confidences, _ = _detector().run(canvas, 0, _CONFIDENCE_MIN)
        shapes = [_points()(canvas, box) for box in boxes]
    found = [
        _face(shape, float(confidence), size, (width, height))
        for shape, confidence in zip(shapes, confidences, strict=True)
    ]
    yield from sorted(found, key=lambda face: -face.lines)


LOCK = threading.RLock()
"""dlib's objects keep working memory of their own: one thread at a time."""


@cache
def dlib() -> Any:
    """The module, which is optional and ships no types."""
    return importlib.import_module("dlib")


@cache
def _detector() -> Any:
    return dlib().get_frontal_face_detector()


@cache
def _points() -> Any:
    return dlib().shape_predictor(str(model_file("shape_predictor_5_face_landmarks.dat")))


def _face(shape: Any, confidence: float, canvas: tuple[int, int], picture: tuple[int, int]) -> FoundFace:
    box = shape.rect
    at = np.array([(point.x, point.y) for point in shape.parts()], np.float64) / canvas
    points = at * picture
    eyes = points[:2].mean(0), points[2:4].mean(0)
    to_nose = float(np.linalg.norm(points[4] - (eyes[0] + eyes[1]) / 2))
    lines = max(_HEAD_TO_EYES * float(np.linalg.norm(eyes[0] - eyes[1])), _HEAD_TO_NOSE * to_nose)
    (across, down) = canvas
    where = Box(box.left() / across, box.top() / down, (box.right() + 1) / across, (box.bottom() + 1) / down)
    return FoundFace(where, lines, points, confidence)
