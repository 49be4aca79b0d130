"""Which part of the plate does the picture show? The camera's window is the guess, local features decide."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.colour import Floats
from checks.masters import Rgb
from manifests.staging import Box

_PLATE_WIDTH = 1280
_FEATURES = 1200
_RATIO = 0.8
"""Lowe's ratio: a match must be this much nearer than the next best one (Lowe 2004)."""

_NEAR = 0.15
"""Share of the picture's width within which a feature must lie of where the camera's window says it is."""

_AGREE_PX = 4.0
_INLIERS_MIN = 10
_SCALES = (0.6, 1.7)
"""How much larger or smaller than the window says the plate may be shown."""

_LOCKED_SHARE = 0.6
"""Of the matches that must agree with hardly any movement for a camera to be called locked off."""

Matrix = NDArray[np.float64]
"""2 × 3: from pixels of the picture to pixels of the plate."""


@dataclass(frozen=True, slots=True)
class Registered:
    """The plate as the picture shows it. `view`: RGB in the picture's size, 0 to 255; `inside`: 1 where the plate reaches.

    `points`: features of the picture's background; `inliers`: those that agree on one place of the plate. `found`: the
    features decided; else the camera's window did. `still`: the camera stands where its window says, within a near-identity.
    """

    view: Floats
    inside: Floats
    points: int
    inliers: int
    found: bool
    still: bool


def register(picture: Rgb, free: Floats, plate: Rgb, window: Box | None) -> Registered | None:
    """Lay the plate under the picture. None where there is no window and the features do not agree. About 40 CPU-ms."""
    plate = _sized(plate)
    guess = None if window is None else _window_matrix(window, plate, picture)
    keys, marks = _features(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), (free > 0.5).astype(np.uint8))
    here, there = _matched(keys, marks, plate, guess, picture.shape[1])
    matrix, inliers = _agreed(here, there, guess)
    still = False
    if matrix is not None and guess is not None and here.size:
        off = np.linalg.norm(here @ (matrix - guess)[:, :2].T + (matrix - guess)[:, 2], axis=1)
        still = inliers >= _LOCKED_SHARE * len(here) and float(np.median(off)) < _AGREE_PX
    best = guess if matrix is None else matrix
    if best is None:
        return None
    view, inside = _laid(plate, best, picture.shape[1], picture.shape[0])
    return Registered(view, inside, len(keys), inliers, matrix is not None, still)


def _agreed(here: Floats, there: Floats, guess: Matrix | None) -> tuple[Matrix | None, int]:
    if len(here) < _INLIERS_MIN:
        return None, 0
    found, agreeing = cv2.estimateAffinePartial2D(
        here, there, method=cv2.RANSAC, ransacReprojThreshold=_AGREE_PX, maxIters=1000, confidence=0.995
    )
    inliers = 0 if found is None else int(agreeing.sum())
    if inliers < _INLIERS_MIN:
        return None, inliers
    if guess is not None:
        ratio = float(np.hypot(found[0, 0], found[1, 0])) / float(guess[0, 0])
        if not _SCALES[0] < ratio < _SCALES[1]:
            return None, 0
    return np.asarray(found, np.float64), inliers


def _matched(
    keys: Floats, marks: Floats, plate: Rgb, guess: Matrix | None, width: int
) -> tuple[Floats, Floats]:  # fmt: skip
    plate_keys, plate_marks = _plate_features(_Kept(plate))
    nothing = np.zeros((0, 2), np.float32)
    if len(keys) < _INLIERS_MIN or len(plate_keys) < _INLIERS_MIN:
        return nothing, nothing
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(marks, plate_marks, k=2)
    good = [(first.queryIdx, first.trainIdx) for first, second in pairs if first.distance < _RATIO * second.distance]
    if not good:
        return nothing, nothing
    picked = np.asarray(good)
    here, there = keys[picked[:, 0]], plate_keys[picked[:, 1]]
    if guess is None:
        return here, there
    expected = here @ guess[:, :2].T + guess[:, 2]
    near = np.linalg.norm(there - expected, axis=1) < _NEAR * width * guess[0, 0]
    return here[near], there[near]


def _features(grey: NDArray[np.uint8], mask: NDArray[np.uint8] | None) -> tuple[Floats, Floats]:
    keys, marks = cv2.SIFT_create(nfeatures=_FEATURES).detectAndCompute(grey, mask)
    if marks is None:
        return np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32)
    return np.asarray([key.pt for key in keys], np.float32), np.asarray(marks, np.float32)


class _Kept:
    """A plate as a key of a cache: equal when the pixels are."""

    def __init__(self, plate: Rgb) -> None:
        self.plate = plate
        self._mark = hashlib.blake2b(np.ascontiguousarray(plate).data, digest_size=16).digest()

    def __hash__(self) -> int:
        return hash(self._mark)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and other._mark == self._mark


@lru_cache(maxsize=64)
def _plate_features(kept: _Kept) -> tuple[Floats, Floats]:
    return _features(cv2.cvtColor(kept.plate, cv2.COLOR_RGB2GRAY), None)


def _window_matrix(window: Box, plate: Rgb, picture: Rgb) -> Matrix:
    rows, columns = plate.shape[:2]
    across = (window.right - window.left) * columns / picture.shape[1]
    down = (window.bottom - window.top) * rows / picture.shape[0]
    return np.array(
        [[across, 0, window.left * columns + across / 2 - 0.5], [0, down, window.top * rows + down / 2 - 0.5]]
    )


def _laid(plate: Rgb, matrix: Matrix, width: int, height: int) -> tuple[Floats, Floats]:
    shrunk = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    source = cv2.GaussianBlur(plate, (0, 0), 0.4 * shrunk) if shrunk > 1.2 else plate
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    view = cv2.warpAffine(source, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    whole = np.ones(plate.shape[:2], np.float32)
    inside = cv2.warpAffine(whole, matrix, (width, height), flags=flags)
    return view.astype(np.float32), np.asarray(inside, np.float32)


def _sized(plate: Rgb) -> Rgb:
    if plate.shape[1] <= _PLATE_WIDTH:
        return plate
    height = round(plate.shape[0] * _PLATE_WIDTH / plate.shape[1])
    return np.asarray(cv2.resize(plate, (_PLATE_WIDTH, height), interpolation=cv2.INTER_AREA), np.uint8)
