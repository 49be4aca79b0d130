"""Faces: where they are in a picture, and whose they are, by a model that was made for faces.

This file says what a face and a face model are; `face_models.open_faces` opens one. Without the extra `faces` there is
none, and everybody is told apart by the channels that need no face.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from checks.seeing.masters import Rgb, Rgba
from manifests.staging import Box

Vector = NDArray[np.float32]

NOT_COMPARED = "faces are not compared (pip install 'check-the-gate[faces]')"
"""What is said where the extra is not installed."""

SAME, OTHER = 1.0, 1.15
"""Shares of the model's limit: up to the one a face is the same person's, beyond the other it is somebody else's.
V116's page says where they come from.
"""

FAIL_LINES = 30
"""Lines of the picture, from chin to crown, from which on a face may fail a picture. A head of 32 is measured as 30 to
34, for its points are whole pixels.
"""

LINES_MIN = 22
"""Lines below which a face says nothing: the detector misses most of them (181 of 300 at 16 lines, none at 24)."""

CONFIDENCE_MIN = 0.2
"""The detector's confidence below which something may look like a face by chance."""

_LARGE_LINES, _SMALL_LINES, _SMALL_SHARE = 48, 24, 0.1
"""A small head is farther from its own large master. Measured on the development photographs (docs/eyes.md) with dlib's
model, one person is 0.33 apart at the median, 0.45 with a head of 48 lines, 0.54 with 32 and 0.62 with 24; of 262
strangers one is under 0.63 at any of these. So the limit grows by a tenth from 48 lines to 24.
"""

BACKGROUND = 124
"""The grey behind a cut-out: neither hair nor skin ends in it."""


@dataclass(frozen=True, slots=True)
class Face:
    """One face. `box`: from brows to chin, in fractions of the picture. `lines`: the head's height from chin to crown,
    in lines of the picture. `points`: outer and inner corner of the eye on the right of the picture, outer and inner
    corner of the other, and the base of the nose; in fractions of the picture. `confidence`: the detector's, above 0;
    above 0.5 it is hardly ever wrong. `vector`: what the model makes of it.
    """

    box: Box
    lines: float
    points: tuple[tuple[float, float], ...]
    confidence: float
    vector: Vector = field(compare=False, repr=False)

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the box, in fractions of the picture."""
        return (self.box.left + self.box.right) / 2, (self.box.top + self.box.bottom) / 2


class FaceEye(Protocol):
    """A model of faces; tests bring their own. May be used from any thread."""

    @property
    def name(self) -> str:
        """Model and weights, such as `dlib-resnet/4e8d7f…`."""

    @property
    def limit(self) -> float:
        """The distance up to which two faces are the same person's, on this model's own scale."""

    def look(self, picture: Rgb, smallest: float = LINES_MIN) -> tuple[Face, ...]:
        """All faces that are found, the largest first. `smallest`: lines of the smallest head that matters; half as
        many cost four times the search, which is 1.1 CPU-s at most (a picture of 1280×720). A face is 80 ms more, and
        the same picture again costs nothing. Raises EyeError.
        """

    def distance(self, one: Face, other: Face) -> float:
        """How far apart two faces are, 0 or more; lower is more alike."""


def nearest(eye: FaceEye, face: Face, known: Sequence[Face]) -> float:
    """The distance to the nearest of some known faces, as a share of the model's limit for a head of this size: up to 1
    is the same person. Raises ValueError without any known face.
    """
    small = np.clip((_LARGE_LINES - face.lines) / _SMALL_LINES, 0, 1)
    return min(eye.distance(face, each) for each in known) / (eye.limit * (1 + _SMALL_SHARE * float(small)))


def clear(faces: Sequence[Face], smallest: float = LINES_MIN) -> tuple[Face, ...]:
    """Those that are surely faces, and large enough to say something."""
    return tuple(face for face in faces if face.confidence >= CONFIDENCE_MIN and face.lines >= smallest)


def on_background(cutout: Rgba, room: float = 0.1) -> Rgb:
    """A cut-out on grey, with `room` around it in parts of its longer side, so that a face at its edge is found."""
    alpha = cutout[..., 3:].astype(np.float32) / 255
    mixed = cutout[..., :3] * alpha + BACKGROUND * (1 - alpha)
    around = round(room * max(cutout.shape[:2]))
    flat = np.clip(np.rint(mixed), 0, 255).astype(np.uint8)
    return np.pad(flat, ((around, around), (around, around), (0, 0)), constant_values=BACKGROUND)
