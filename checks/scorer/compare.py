"""The local eye: everybody and the place in a picture against their masters, channel by channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from checks.colour import Floats, difference, lab
from checks.eye import Eye, Picture, Vectors
from checks.masters import Rgb
from checks.scorer.background import Background, compare_place, look_behind
from checks.scorer.channels import similarity
from checks.scorer.cutouts import Cutout, prepared
from checks.scorer.figures import Layers, compare_figure
from checks.scorer.subject import Masters, Setting, Similarity, Subject
from manifests.staging import Box

_WIDTH = 640
"""Working width for the place; people are looked at in the picture's own pixels."""

_GROWN = 0.02
"""Frame heights by which figures are grown before the place is looked at: shadows, and somebody a step off the mark."""


def compare(
    picture: Rgb, subjects: Sequence[Subject], masters: Masters, eye: Eye, setting: Setting | None = None
) -> tuple[Similarity, ...]:
    """Every channel that has something to say, each the best over all masters of its entity.

    About 0.3 CPU-s for two people: 22 ms a crop (three a person, two for the place), the rest in pixels. Raises EyeError.
    """
    height = round(_WIDTH * picture.shape[0] / picture.shape[1])
    small = np.asarray(cv2.resize(picture, (_WIDTH, height), interpolation=cv2.INTER_AREA), np.uint8)
    covered = _covered(subjects, small.shape[:2])
    background = None
    out: list[Similarity] = []
    if setting is not None and (plates := masters.plates.get(setting.location)):
        background = look_behind(small, 1 - covered, plates, setting)
        if background is not None:
            found = compare_place(small, 1 - covered, background, eye)
            out += [similarity(setting.location, name, distance, eye.name) for name, distance in found]
    for subject in subjects:
        if cutouts := [prepared(rgba) for rgba in masters.of(subject)]:
            rivals = [prepared(rgba) for rgba in masters.rivals(subject.entity)]
            found = _compare_subject(picture, subject, cutouts, rivals, background, eye)
            out += [similarity(subject.entity, name, distance, eye.name) for name, distance in found]
    return tuple(out)


def _compare_subject(
    picture: Rgb, subject: Subject, cutouts: Sequence[Cutout], rivals: Sequence[Cutout],
    background: Background | None, eye: Eye,
) -> Iterator[tuple[str, float]]:  # fmt: skip
    yield from compare_figure(_layers(picture, subject, background), subject.figure, cutouts)
    boxes = {
        "figure": subject.figure, "head": subject.head or _part(subject.figure, 0, 0.24),
        "torso": subject.torso or _part(subject.figure, 0.2, 0.55),
    }  # fmt: skip
    crops = {name: crop for name, box in boxes.items() if (crop := _crop(picture, box)) is not None}
    if not crops:
        return
    rows = dict(zip(crops, eye.embed(list(crops.values())), strict=True))
    for name, row in rows.items():
        yield f"{name}_embedding", float((1 - _embedded(eye, cutouts, name) @ row).min())
    if rivals and "figure" in rows:
        own = float((1 - _embedded(eye, cutouts, "figure") @ rows["figure"]).min())
        other = float((1 - _embedded(eye, rivals, "figure") @ rows["figure"]).min())
        yield "figure_rival", min(10.0, own / max(other, 1e-3))


def _layers(picture: Rgb, subject: Subject, background: Background | None) -> Layers:
    pixels = picture.astype(np.float32)
    plain, mask = lab(pixels), _prior(subject, picture.shape[:2])
    if background is None or not background.passes:
        return Layers(plain, plain, mask)
    shape = (picture.shape[1], picture.shape[0])
    straight = lab(background.light.taken_out(pixels))
    behind = lab(cv2.resize(background.registered.view, shape, interpolation=cv2.INTER_LINEAR))
    return Layers(straight, plain, mask * np.clip((difference(straight, behind, 1.0) - 4) / 6, 0, 1))


def _embedded(eye: Eye, cutouts: Sequence[Cutout], part: str) -> Vectors:
    return eye.embed([getattr(c, f"{part}_crop") for c in cutouts])


def _prior(subject: Subject, shape: tuple[int, int]) -> Floats:
    height, width = shape
    if subject.mask is not None:
        return np.asarray(cv2.resize(subject.mask.astype(np.float32), (width, height)), np.float32)
    out = np.zeros(shape, np.float32)
    box = subject.figure
    rows = slice(max(0, round(box.top * height)), max(0, round(box.bottom * height)))
    columns = slice(max(0, round(box.left * width)), max(0, round(box.right * width)))
    out[rows, columns] = 1
    return out


def _covered(subjects: Sequence[Subject], shape: tuple[int, int]) -> Floats:
    out = np.zeros(shape, np.float32)
    for subject in subjects:
        out = np.maximum(out, _prior(subject, shape) > 0.05)
    reach = 2 * round(_GROWN * shape[0]) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    return np.asarray(cv2.dilate(out, kernel), np.float32)


def _crop(picture: Rgb, box: Box) -> Picture | None:
    height, width = picture.shape[:2]
    top, bottom = max(0, round(box.top * height)), min(height, round(box.bottom * height))
    left, right = max(0, round(box.left * width)), min(width, round(box.right * width))
    if bottom - top < 12 or right - left < 8:
        return None
    return np.ascontiguousarray(picture[top:bottom, left:right])


def _part(box: Box, top: float, bottom: float) -> Box:
    tall = box.bottom - box.top
    return Box(box.left, box.top + top * tall, box.right, box.top + bottom * tall)
