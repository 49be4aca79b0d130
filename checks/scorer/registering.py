"""Where does the picture show what the plate shows? Local features decide, the camera's window is the guess."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.seeing.colour import Floats
from checks.seeing.masters import Rgb
from manifests.staging import Box

_PLATE_WIDTH = 1280
_FEATURES = 1200
_RATIO = 0.8
"""Lowe's ratio: a match must be this much nearer than the next best one (Lowe 2004)."""

_NEAR = 0.25
"""Share of the picture's width within which a feature must lie of where the camera's window says it is: things nearer
than the far wall move against it.
"""

_AGREE_PX = 4.0
_INLIERS_MIN = 10
_AREA = (0.25, 4.0)
"""How much larger or smaller than the window says the plate may be shown, by area."""

_LOCKED_SHARE = 0.6
"""Of the matches that must agree with hardly any movement for a camera to be called locked off."""

_FLOW = (320, 180)
_FLOW_MAX = 0.06
"""Frame widths that a thing may stand off the common plane:
parallax between the far wall and the furniture before it.
"""

Matrix = NDArray[np.float64]
"""3 × 3: from pixels of the picture to pixels of the plate."""


@dataclass(frozen=True, slots=True)
class Registered:
    """The plate as the picture shows it. `view`: RGB in the picture's size, 0 to 255;
    `inside`: 1 where the plate reaches.

    `points`: features of the picture's background; `inliers`: those that agree on one place of the plate. `found`: the
    features decided; else the camera's window did. `still`: the camera stands where its window says, within a
    near-identity.
    """

    view: Floats
    inside: Floats
    points: int
    inliers: int
    found: bool
    still: bool


@dataclass(frozen=True, slots=True)
class Features:
    """Local features of a picture's background: places in pixels, and 128 numbers each."""

    places: Floats
    marks: Floats


def features(picture: Rgb, free: Floats | None = None) -> Features:
    """SIFT features where `free` is 1. About 25 CPU-ms at 640 × 360."""
    mask = None if free is None else (free > 0.5).astype(np.uint8)
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    keys, marks = cv2.SIFT.create(nfeatures=_FEATURES).detectAndCompute(grey, mask)
    if marks is None:
        return Features(np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32))
    return Features(np.asarray([key.pt for key in keys], np.float32), np.asarray(marks, np.float32))


def register(picture: Rgb, seen: Features, plate: Rgb, window: Box | None) -> Registered | None:
    """Lay the plate under the picture. None where there is no window and the features do not agree. About 15 CPU-ms."""
    plate = _sized(plate)
    guess = None if window is None else _window_matrix(window, plate, picture)
    here, there = _matched(seen, plate, guess, picture.shape[1])
    matrix, inliers = _agreed(here, there, guess, picture.shape)
    best = guess if matrix is None else matrix
    if best is None:
        return None
    view, inside = laid_under(plate, best, picture.shape[1], picture.shape[0])
    still = False
    if matrix is not None and guess is not None:
        off = np.linalg.norm(_moved(here, matrix) - _moved(here, guess), axis=1)
        still = inliers >= _LOCKED_SHARE * len(here) and float(np.median(off)) < _AGREE_PX
    return Registered(view, inside, len(seen.places), inliers, matrix is not None, still)


def aligned(picture: Rgb, seen: Features, plate: Rgb) -> tuple[Matrix | None, int]:
    """Where the picture's pixels lie on the plate, at most 1280 wide, by features alone; and how many of them agree.
    The matrix is None where too few do.
    """
    plate = _sized(plate)
    return _agreed(*_matched(seen, plate, None, picture.shape[1]), None, picture.shape)


def settled(picture: Floats, free: Floats, laid: Registered) -> Registered:
    """The plate drawn to fit, thing by thing, within 6 % of the width: furniture stands before its wall.
    About 15 CPU-ms.

    `picture` must be in the plate's light.
    """
    height, width = free.shape
    known = free * laid.inside
    filled = picture * known[..., None] + laid.view * (1 - known[..., None])
    small = [
        cv2.cvtColor(
            cv2.resize(np.clip(p, 0, 255).astype(np.uint8), _FLOW, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY
        )
        for p in (filled, laid.view)
    ]
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST).calc(
        small[0], small[1], np.zeros((_FLOW[1], _FLOW[0], 2), np.float32)
    )
    flow = cv2.GaussianBlur(flow, (0, 0), 3.0)
    length = np.linalg.norm(flow, axis=2, keepdims=True)
    flow *= np.minimum(1, _FLOW_MAX * _FLOW[0] / np.maximum(length, 1e-6))
    flow = cv2.resize(flow, (width, height)) * (width / _FLOW[0], height / _FLOW[1])
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    maps = (x + flow[..., 0]).astype(np.float32), (y + flow[..., 1]).astype(np.float32)
    view = np.asarray(cv2.remap(laid.view, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)
    inside = np.asarray(cv2.remap(laid.inside, *maps, cv2.INTER_LINEAR), np.float32)
    return Registered(view, inside, laid.points, laid.inliers, laid.found, laid.still)


def _agreed(here: Floats, there: Floats, guess: Matrix | None, shape: tuple[int, ...]) -> tuple[Matrix | None, int]:
    if len(here) < _INLIERS_MIN:
        return None, 0
    cv2.setRNGSeed(1)
    found, agreeing = cv2.findHomography(here, there, cv2.USAC_MAGSAC, _AGREE_PX, maxIters=2000, confidence=0.995)
    inliers = 0 if found is None else int(agreeing.sum())
    if inliers < _INLIERS_MIN:
        return None, inliers
    matrix = np.asarray(found, np.float64)
    area = area_of(matrix, shape)
    wanted = area if guess is None else area_of(guess, shape)
    whole = area > 0 and _AREA[0] < area / wanted < _AREA[1]
    return (matrix, inliers) if whole else (None, 0)


def area_of(matrix: Matrix, shape: tuple[int, ...]) -> float:
    """The area in pixels, on the plate, of the picture's frame; below 0 where it folds over."""
    height, width = shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    if (np.c_[corners, np.ones(4)] @ matrix[2] <= 0).any():
        return -1.0
    x, y = _moved(corners, matrix).T
    turns = [
        (x[i] - x[i - 1]) * (y[(i + 1) % 4] - y[i]) - (y[i] - y[i - 1]) * (x[(i + 1) % 4] - x[i]) for i in range(4)
    ]
    if min(turns) <= 0:
        return -1.0
    return float(0.5 * abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))))


def _matched(seen: Features, plate: Rgb, guess: Matrix | None, width: int) -> tuple[Floats, Floats]:
    kept = _plate_features(_PlateKey(plate))
    nothing = np.zeros((0, 2), np.float32)
    if len(seen.places) < _INLIERS_MIN or len(kept.places) < _INLIERS_MIN:
        return nothing, nothing
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(seen.marks, kept.marks, k=2)
    good = [(first.queryIdx, first.trainIdx) for first, second in pairs if first.distance < _RATIO * second.distance]
    if not good:
        return nothing, nothing
    picked = np.asarray(good)
    here, there = seen.places[picked[:, 0]], kept.places[picked[:, 1]]
    if guess is None:
        return here, there
    near = np.linalg.norm(there - _moved(here, guess), axis=1) < _NEAR * width * guess[0, 0]
    return here[near], there[near]


class _PlateKey:
    """A plate as a key of a cache: equal when the pixels are."""

    def __init__(self, plate: Rgb) -> None:
        self.plate = plate
        self._mark = hashlib.blake2b(np.ascontiguousarray(plate).data, digest_size=16).digest()

    def __hash__(self) -> int:
        return hash(self._mark)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _PlateKey) and other._mark == self._mark


@lru_cache(maxsize=64)
def _plate_features(kept: _PlateKey) -> Features:
    return features(np.ascontiguousarray(kept.plate[..., :3]), known_part(kept.plate))


def _window_matrix(window: Box, plate: Rgb, picture: Rgb) -> Matrix:
    rows, columns = plate.shape[:2]
    across = (window.right - window.left) * columns / picture.shape[1]
    down = (window.bottom - window.top) * rows / picture.shape[0]
    left, top = window.left * columns + across / 2 - 0.5, window.top * rows + down / 2 - 0.5
    return np.array([[across, 0, left], [0, down, top], [0, 0, 1]])


def _moved(places: Floats | Matrix, matrix: Matrix) -> Matrix:
    out = np.c_[places, np.ones(len(places))] @ matrix.T
    return np.asarray(out[:, :2] / out[:, 2:], np.float64)


def laid_under(plate: Rgb, matrix: Matrix, width: int, height: int) -> tuple[Floats, Floats]:
    """The plate as a picture of this size shows it, RGB 0 to 255, and 1 where it reaches."""
    shrunk = float(np.sqrt(max(area_of(matrix, (height, width)), 1.0) / (width * height)))
    source = cv2.GaussianBlur(plate, (0, 0), 0.4 * shrunk) if shrunk > 1.2 else plate
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    view = cv2.warpPerspective(source, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpPerspective(known_part(plate), matrix, (width, height), flags=flags)
    return view[..., :3].astype(np.float32), np.asarray(inside, np.float32)


def known_part(plate: Rgb) -> Floats:
    """1 where the plate shows the place; a picture with somebody in it is a plate with a hole."""
    if plate.shape[2] == 3:
        return np.ones(plate.shape[:2], np.float32)
    return np.asarray(plate[..., 3], np.float32) / np.float32(255)


def _sized(plate: Rgb) -> Rgb:
    if plate.shape[1] <= _PLATE_WIDTH:
        return plate
    height = round(plate.shape[0] * _PLATE_WIDTH / plate.shape[1])
    return np.asarray(cv2.resize(plate, (_PLATE_WIDTH, height), interpolation=cv2.INTER_AREA), np.uint8)
