"""Three photographs that scikit-image ships, edited: is what holds for drawn people true of real pictures too?

Few and made by edits, so a check of sanity and no error rate: a portrait (NASA, public domain), a cup (CC0), and a
motorcycle from two true cameras (Middlebury stereo). Consistent pictures are crops, turns, perspective, light, grain
and coding of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import data as _data

from bench.eyesight import ours
from bench.eyesight.auc import auc_of
from bench.eyesight.plain import PlainEyes
from bench.filmset.brush import Floats, Picture
from bench.filmset.drifts import COLOUR_DELTA, STRENGTHS
from bench.filmset.frame import Frame, Placed, photographed
from bench.filmset.labelled import Masters, Say
from bench.filmset.people import Rng
from bench.filmset.scenes import light
from manifests.staging import Box
from wiring.own_eyes import eye_here
from wiring.settings import read_settings

data: Any = _data
"""It ships no types."""

KINDS = ("subject_recoloured", "subject_reshaped", "set_recoloured", "set_swapped")
_CONSISTENT, _APPROVED, _ROUNDS = 12, 6, 3
_SEED = 5


@dataclass(frozen=True, slots=True)
class Photo:
    """A photograph, once or from several cameras, and where its subject is, fractions, in the first."""

    name: str
    pictures: tuple[Picture, ...]
    figure: Box
    head: Box
    torso: Box
    mask: Picture


def report(say: Say) -> dict[str, Any]:
    """Measure, print and return AUC per kind of edit."""
    rows: list[tuple[str | None, dict[str, float]]] = []
    for photo in photos():
        rows += _measured(photo, np.random.default_rng([_SEED, len(photo.name)]))
        say(f"real pictures: {photo.name} edited and measured")
    names = list(rows[0][1])
    good = [values for kind, values in rows if kind is None]
    found = {
        name: {
            kind: round(auc_of([v[name] for v in good], [v[name] for k, v in rows if k and kind in {k, "all"}]), 3)
            for kind in (*KINDS, "all")
        }
        for name in names
    }
    _print(found, len(good), len(rows) - len(good))
    return {"real": found, "pictures": {"consistent": len(good), "edited": len(rows) - len(good)}}


def photos() -> tuple[Photo, ...]:
    """The three, with their subjects' outlines by hand, or by how near they are."""
    left, right, disparity = data.stereo_motorcycle()
    near = np.nan_to_num(disparity, posinf=0) > _NEAR
    return (
        _photo(
            "astronaut",
            (data.astronaut(),),
            (0.03, 0.02, 0.73, 1.0),
            (0.28, 0.02, 0.61, 0.38),
            (0.05, 0.38, 0.72, 1.0),
            SUIT,
        ),
        _photo(
            "coffee",
            (data.coffee(),),
            (0.12, 0.04, 0.80, 0.97),
            (0.28, 0.04, 0.70, 0.55),
            (0.14, 0.30, 0.78, 0.96),
            _CUP,
        ),
        _photo(
            "motorcycle",
            (left, right),
            (0.14, 0.14, 0.93, 0.92),
            (0.42, 0.14, 0.78, 0.50),
            (0.15, 0.35, 0.90, 0.90),
            near,
        ),
    )


_NEAR = 42.0
"""Pixels of disparity from which on it is the motorcycle and not the wall."""

SUIT = (
    (0.31, 0.10),
    (0.36, 0.04),
    (0.50, 0.03),
    (0.58, 0.12),
    (0.58, 0.22),
    (0.53, 0.30),
    (0.58, 0.42),
    (0.60, 0.52),
    (0.68, 0.55),
    (0.71, 0.67),
    (0.62, 0.70),
    (0.56, 0.80),
    (0.55, 1.0),
    (0.07, 1.0),
    (0.04, 0.80),
    (0.08, 0.62),
    (0.13, 0.48),
    (0.22, 0.40),
    (0.24, 0.32),
    (0.30, 0.30),
    (0.36, 0.30),
    (0.33, 0.22),
)
"""The outline of the portrait: x and y, parts of its width and height."""

_CUP = (
    (0.13, 0.55),
    (0.16, 0.40),
    (0.24, 0.29),
    (0.29, 0.22),
    (0.29, 0.13),
    (0.35, 0.06),
    (0.46, 0.04),
    (0.60, 0.06),
    (0.67, 0.14),
    (0.69, 0.19),
    (0.68, 0.26),
    (0.75, 0.34),
    (0.795, 0.52),
    (0.78, 0.68),
    (0.72, 0.82),
    (0.60, 0.93),
    (0.47, 0.97),
    (0.34, 0.92),
    (0.22, 0.82),
    (0.15, 0.69),
)
_Sides = tuple[float, float, float, float]


def _photo(
    name: str,
    pictures: Sequence[Picture],
    figure: _Sides,
    head: _Sides,
    torso: _Sides,
    subject: Sequence[tuple[float, float]] | NDArray[np.bool_],
) -> Photo:
    kept = tuple(np.ascontiguousarray(picture[..., :3], np.uint8) for picture in pictures)
    height, width = kept[0].shape[:2]
    mask = np.zeros((height, width), np.uint8)
    if isinstance(subject, np.ndarray):
        rows, columns = (
            slice(round(figure[1] * height), None),
            slice(round(figure[0] * width), round(figure[2] * width)),
        )
        mask[rows, columns] = subject[rows, columns] * np.uint8(255)
        mask[round(figure[3] * height) :] = 0
        mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)), np.uint8)
    else:
        cv2.fillPoly(mask, [np.round(np.array(subject) * (width, height)).astype(np.int32)], 255)
    soft = np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.5), np.uint8)
    return Photo(name, kept, Box(*figure), Box(*head), Box(*torso), soft)


def _measured(photo: Photo, rng: Rng) -> list[tuple[str | None, dict[str, float]]]:
    eye = eye_here(read_settings())
    masters = _masters(photo, rng)
    plain = PlainEyes(masters, eye)
    against, seen = ours.learn(masters, (), eye)
    baseline = ours.baseline_of(seen)

    def scored(frame: Frame) -> dict[str, float]:
        values = plain.look(frame)
        return {name: value for (name, _), value in values.items()} | {
            "ours": ours.score([ours.look(frame, against, eye)], baseline)
        }

    rows: list[tuple[str | None, dict[str, float]]] = [(None, scored(_taken(photo, rng))) for _ in range(_CONSISTENT)]
    for kind in KINDS:
        for amount in STRENGTHS.values() if kind != "set_swapped" else (1.0,):
            rows += [(kind, scored(_taken(photo, rng, kind, amount))) for _ in range(_ROUNDS)]
    return rows


def _masters(photo: Photo, rng: Rng) -> Masters:
    height, width = photo.mask.shape
    rows = slice(round(photo.figure.top * height), round(photo.figure.bottom * height))
    columns = slice(round(photo.figure.left * width), round(photo.figure.right * width))
    views = {"only": np.dstack([photo.pictures[0], photo.mask])[rows, columns]}
    approved = tuple((_taken(photo, rng),) for _ in range(_APPROVED))
    return Masters(photo.name, f"{photo.name}_place", {photo.name: views}, photo.pictures[:1], approved)


def _taken(photo: Photo, rng: Rng, kind: str | None = None, amount: float = 0.0) -> Frame:
    """The photograph through another lens and in another light, edited first."""
    source = photo.pictures[int(rng.integers(len(photo.pictures)))] if kind is None else photo.pictures[0]
    picture = _edited(source, photo, kind, amount, rng) if kind else source
    height, width = picture.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    zoom, turn = rng.uniform(1.0, 1.3), np.radians(rng.uniform(-4, 4))
    middle = corners.mean(0)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    moved = (corners - middle) @ spin.T * zoom * (1, 1) + middle + rng.uniform(-0.06, 0.06, 2) * (width, height)
    moved += rng.normal(0, 0.012, (4, 2)) * (width, height)
    matrix = np.asarray(cv2.getPerspectiveTransform(corners, moved.astype(np.float32)), np.float64)
    seen = cv2.warpPerspective(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    figure, head, torso = (_through(matrix, box, width, height) for box in (photo.figure, photo.head, photo.torso))
    placed = Placed(photo.name, figure, head, torso)
    size = (round(360 * width / height), 360)
    lit = photographed(np.asarray(seen, np.uint8), light(rng), size)
    return Frame(lit, (placed,), f"{photo.name}_place", Box(0, 0, 1, 1))


def _through(matrix: NDArray[np.float64], box: Box, width: int, height: int) -> Box:
    corners = np.array([[[box.left, box.top], [box.right, box.top], [box.right, box.bottom], [box.left, box.bottom]]])
    seen = cv2.perspectiveTransform((corners * (width, height)).astype(np.float32), matrix)[0] / (width, height)
    return Box(*(float(v) for v in (*seen.min(0), *seen.max(0))))


def _edited(picture: Picture, photo: Photo, kind: str, amount: float, rng: Rng) -> Picture:
    alpha: Floats = photo.mask.astype(np.float32)[..., None] / np.float32(255)
    match kind:
        case "subject_recoloured":
            return _mixed(picture, _tinted(picture, amount, rng), alpha)
        case "set_recoloured":
            return _mixed(picture, _tinted(picture, amount, rng), np.float32(1) - alpha)
        case "subject_reshaped":
            by = 1 + float(rng.choice((-1, 1))) * 0.28 * amount
            height, width = picture.shape[:2]
            x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
            middle = (photo.figure.left + photo.figure.right) / 2 * width
            reach = np.exp(-(((x - middle) / ((photo.figure.right - photo.figure.left) * width * 0.6)) ** 4))
            across = middle + (x - middle) * (1 + (1 / by - 1) * reach)
            return np.asarray(
                cv2.remap(picture, across.astype(np.float32), y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT),
                np.uint8,
            )
        case _:
            other = (data.chelsea(), data.rocket())[int(rng.integers(2))]
            behind = np.asarray(cv2.resize(other, (picture.shape[1], picture.shape[0])), np.uint8)
            return _mixed(behind, picture, alpha)


def _tinted(picture: Picture, amount: float, rng: Rng) -> Picture:
    """All its colours moved by so much delta-E, one way."""
    turn = rng.uniform(0, 2 * np.pi)
    lab = np.asarray(cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)
    lab[..., 1:] += COLOUR_DELTA * amount * np.array([np.cos(turn), np.sin(turn)], np.float32)
    return np.asarray(np.clip(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB) * 255, 0, 255), np.uint8)


def _mixed(a: Picture, b: Picture, part: Floats) -> Picture:
    return np.asarray(a + (b.astype(np.float32) - a) * part, np.uint8)


def _print(found: Mapping[str, Mapping[str, float]], good: int, bad: int) -> None:
    print(f"AUC on real photographs, {good} consistent and {bad} edited pictures")
    print(f"{'':20}", *(kind[:18].rjust(19) for kind in (*KINDS, "all")))
    for name, row in found.items():
        print(f"{name:20}", *(f"{row[kind]:19.3f}" for kind in (*KINDS, "all")))


__all__ = ["KINDS", "photos", "report"]
