"""Whose face references share, and how far another picture's is from it: `gate score` judges people by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from checks.faces.faces import FAIL_LINES, LINES_MIN, OTHER, SAME, Face, FaceEye, clear, nearest
from checks.seeing.masters import Rgb
from manifests.staging import Box

_SUBJECT_PART, _SEEN_PART = 1 / 12, 1 / 20
"""The least part of a picture's height that its subject's head has in a reference, and that a head is looked for with
in another picture: smaller ones are somebody's in the background.
"""


@dataclass(frozen=True, slots=True)
class FaceLikeness:
    """The face of a picture that is nearest to the references'. `distance`, `limit`: on the model's scale. `share`: the
    distance in limits, laxer for small heads. `lines`: of the head.
    """

    distance: float
    limit: float
    share: float
    lines: float

    @property
    def says(self) -> Literal["pass", "ask", "fail"]:
        """The same person, somebody else, or neither for sure."""
        if self.share <= SAME:
            return "pass"
        return "fail" if self.share > OTHER and self.lines >= FAIL_LINES else "ask"

    @property
    def likeness(self) -> float:
        """0 to 1, higher is more alike; 0.5 is the limit."""
        return float(np.clip(1 - self.share / 2, 0, 1))


def shared_face(pictures: Sequence[Rgb], eye: FaceEye) -> tuple[Face, ...]:
    """The faces of whoever the references are of, one of each that shows it; none where no person is their subject:
    half of them show no face, or no two the same. Raises EyeError.
    """
    seen = [faces for picture in pictures if (faces := clear(eye.look(picture, _least(picture, _SUBJECT_PART))))]
    if 2 * len(seen) < len(pictures) or not seen:
        return ()
    if len(seen) == 1:
        return seen[0][:1]
    return tuple(_agreeing(seen, eye))


def face_likeness(picture: Rgb, known: Sequence[Face], eye: FaceEye, box: Box | None = None) -> FaceLikeness | None:
    """The nearest face of the picture, of those in `box` where somebody says where the subject is. None where no face
    is found. Raises EyeError.
    """
    faces = [f for f in clear(eye.look(picture, _least(picture, _SEEN_PART))) if box is None or _within(f, box)]
    if not faces or not known:
        return None
    face = min(faces, key=lambda each: nearest(eye, each, known))
    distance = min(eye.distance(face, each) for each in known)
    return FaceLikeness(distance, eye.limit, nearest(eye, face, known), face.lines)


def _agreeing(seen: Sequence[Sequence[Face]], eye: FaceEye) -> Iterator[Face]:
    """Of each reference the face that is nearest to those of the others, where it is one of theirs at all."""
    for at, faces in enumerate(seen):
        others = [other for index, others in enumerate(seen) if index != at for other in others]
        if others:
            best = min(faces, key=lambda face: nearest(eye, face, others))
            if nearest(eye, best, others) <= OTHER:
                yield best


def _least(picture: Rgb, part: float) -> float:
    return max(float(LINES_MIN), part * len(picture))


def _within(face: Face, box: Box) -> bool:
    x, y = face.centre
    return box.left <= x <= box.right and box.top <= y <= box.bottom
