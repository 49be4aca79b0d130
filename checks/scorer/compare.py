"""The local eye: everybody and the place in a picture against their masters, channel by channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from checks.scorer.background import Background, compare_place, compare_unlaid, look_behind
from checks.scorer.channels import similarity
from checks.scorer.cutouts import HEAD_LINES, TORSO_LINES, prepared, prepared_part
from checks.scorer.figures import compare_figure, crops_of, find_figure, likeness_of
from checks.scorer.rasters import Layers
from checks.scorer.subject import Likeness, Masters, Panel, Setting, Similarity, Subject
from checks.seeing.colour import Floats, difference, lab
from checks.seeing.eye import Eye
from checks.seeing.masters import Rgb

_WIDTH = 640
"""Working width for the place; people are looked at in the picture's own pixels."""

_GROWN = 0.02
"""Frame heights by which figures are grown before the place is looked at: shadows, and somebody a step off the mark."""

_SAME, _APART = 4.0, 6.0
"""Delta-E from the empty plate at which somebody may stand there, and how much more makes it sure."""

_LINES_MAX = 720
"""Taller pictures are looked at in so many lines: a head in a wide shot still has forty."""


def compare(
    picture: Rgb, subjects: Sequence[Subject], masters: Masters, eye: Eye, setting: Setting | None = None
) -> tuple[Similarity, ...]:
    """Every channel that has something to say, each the best over all masters of its entity.

    About 1.1 CPU-s for two people of whom six approved shots are known: 22 ms a crop (three a person, two for the
    place), the rest in pixels. Raises EyeError.
    """
    picture = _bounded(picture)
    small, free, background = _place(picture, subjects, masters, setting)
    out: list[Similarity] = []
    if setting is not None and (plates := masters.plates.get(setting.location)):
        found = (
            compare_unlaid(small, free, plates, eye)
            if background is None
            else compare_place(small, free, background, eye, locked_off=setting.locked_off)
        )
        out += [similarity(setting.location, name, distance, eye.name, eye.noise) for name, distance in found]
    for subject in subjects:
        found = _compare_subject(picture, subject, subjects, masters, background, eye)
        out += [similarity(subject.entity, name, distance, eye.name, eye.noise) for name, distance in found]
    return tuple(out)


def likenesses_in(panel: Panel, masters: Masters) -> dict[str, Likeness]:
    """Further masters from an approved panel, by entity and wardrobe. About 0.4 CPU-s for two people."""
    picture = _bounded(panel.picture)
    _, _, background = _place(picture, panel.subjects, masters, panel.setting)
    out = {}
    for subject in panel.subjects:
        cutouts = prepared(masters.of(subject))
        layers = _layers(picture, subject, panel.subjects, background)
        found = find_figure(layers, subject.figure, cutouts, subject.head, upright=subject.upright) if cutouts else None
        if found is not None:
            out[subject.key] = likeness_of(found, cutouts)
    return out


def _place(
    picture: Rgb, subjects: Sequence[Subject], masters: Masters, setting: Setting | None
) -> tuple[Rgb, Floats, Background | None]:
    height = round(_WIDTH * picture.shape[0] / picture.shape[1])
    small = np.asarray(cv2.resize(picture, (_WIDTH, height), interpolation=cv2.INTER_AREA), np.uint8)
    free = 1 - _covered(subjects, (height, _WIDTH))
    plates = masters.plates.get(setting.location, ()) if setting is not None else ()
    background = look_behind(small, free, plates, setting) if setting is not None and plates else None
    return small, free, background


def _compare_subject(
    picture: Rgb,
    subject: Subject,
    subjects: Sequence[Subject],
    masters: Masters,
    background: Background | None,
    eye: Eye,
) -> Iterator[tuple[str, float]]:
    cutouts = prepared(masters.of(subject))
    if not cutouts:
        return
    likenesses = masters.likenesses_of(subject)
    layers = _layers(picture, subject, subjects, background)
    found = find_figure(layers, subject.figure, cutouts, subject.head, upright=subject.upright)
    if found is None:
        return
    yield from compare_figure(found, cutouts, likenesses)
    crops = crops_of(found)
    rows = dict(zip(crops, eye.embed(list(crops.values())), strict=True)) if crops else {}
    own = {
        "figure": [c.figure_crop for c in cutouts],
        "torso": [
            *(c.torso_crop for c in cutouts),
            *(prepared_part(like.torso, TORSO_LINES).crop for like in likenesses if like.torso is not None),
        ],
        "head": [
            *(c.head_crop for c in cutouts),
            *(prepared_part(like.head, HEAD_LINES).crop for like in likenesses if like.head is not None),
        ],
    }
    gaps = {name: float((1 - eye.embed(own[name]) @ row).min()) for name, row in rows.items() if name in own}
    for name, gap in gaps.items():
        yield f"{name}_embedding", gap
    rivals = [cutout.figure_crop for views in masters.rivals(subject.entity) for cutout in prepared(views)]
    if rivals and "figure" in rows:
        other = float((1 - eye.embed(rivals) @ rows["figure"]).min())
        yield "figure_rival", min(10.0, gaps["figure"] / max(other, 1e-3 * eye.noise.figure.scale))


def _layers(picture: Rgb, subject: Subject, subjects: Sequence[Subject], background: Background | None) -> Layers:
    pixels = picture.astype(np.float32)
    plain, mask = lab(pixels), _prior(subject, picture.shape[:2])
    others = [_prior(other, picture.shape[:2]) for other in subjects if other is not subject]
    free = (np.max(others, axis=0) <= mask) if others else np.ones_like(mask)
    mask = mask * free
    if background is None or not background.passes:
        return Layers(plain, plain, mask)
    shape = (picture.shape[1], picture.shape[0])
    straight = lab(background.light.taken_out(pixels))
    view = cv2.resize(background.registered.view, shape, interpolation=cv2.INTER_LINEAR)
    behind = lab(np.asarray(view, np.float32))
    reach = 2 * round(_GROWN * picture.shape[0]) + 1
    around = cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    return Layers(straight, plain, around * free * np.clip((difference(straight, behind, 1.0) - _SAME) / _APART, 0, 1))


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


def _bounded(picture: Rgb) -> Rgb:
    if picture.shape[0] <= _LINES_MAX:
        return picture
    width = round(picture.shape[1] * _LINES_MAX / picture.shape[0])
    return np.asarray(cv2.resize(picture, (width, _LINES_MAX), interpolation=cv2.INTER_AREA), np.uint8)
