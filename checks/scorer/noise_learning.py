"""Learn a model's noise from the film's masters: each against copies of itself that are relit, coded and shifted.

The same masters and models give the same numbers: nothing in it is random.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from checks.scorer.cutouts import prepared
from checks.scorer.subject import Masters
from checks.seeing.colour import Floats
from checks.seeing.eye import Eye, Fit, Picture
from checks.seeing.eye_noise import EyeNoise, Noise, Part

_MASTERS_MAX = 8
"""Masters of each part that are looked at, spread over all of them: six embeddings each, and a big model takes 2 s for
one on a processor."""

_LEAST = 1e-5
"""Distances below it are rounding."""

_SPREAD = (0.5, 2.0)
"""How far a spread may be from the built-in model's: five copies of eight masters do not prove more."""

FITS: dict[Part, Fit] = {"figure": "letterbox", "head": "letterbox", "place": "squash"}


def learn_noise(eye: Eye, built_in: Eye, masters: Masters) -> EyeNoise:
    """What `eye` makes of the masters beside what the built-in model does. Raises EyeError.

    At most 144 embeddings of each model. A part of which there is no master keeps the built-in model's numbers.
    """
    found = {part: [*_chosen(pictures)] for part, pictures in parts_of(masters).items()}
    learnt = {part: _noise(eye, built_in, pictures, FITS[part]) for part, pictures in found.items() if pictures}
    return EyeNoise(eye=eye.name, pictures=sum(map(len, found.values())), **learnt)


def parts_of(masters: Masters) -> dict[Part, list[Picture]]:
    """Every master as the checks show it to a model."""
    cutouts = [cutout for _, views in sorted(masters.figures.items()) for cutout in prepared(views)]
    plates = [plate for _, views in sorted(masters.plates.items()) for plate in views]
    return {
        "figure": [cutout.figure_crop for cutout in cutouts],
        "head": [cutout.head_crop for cutout in cutouts if cutout.has_neck],
        "place": [small_plate(plate) for plate in plates],
    }


def copies_of(picture: Picture) -> list[Picture]:
    """The picture brighter and warmer, darker and cooler, coded hard, shifted and turned a little, and soft."""
    return [change(picture) for change in _CHANGES]


def distances_to_copies(eye: Eye, pictures: Sequence[Picture], fit: Fit) -> Floats:
    """Cosine distances, a row a picture and a column a copy."""
    rows = []
    for picture in pictures:
        vectors = eye.embed([picture, *copies_of(picture)], fit)
        rows.append(1 - vectors[1:] @ vectors[0])
    return np.asarray(rows, np.float32)


def _noise(eye: Eye, built_in: Eye, pictures: Sequence[Picture], fit: Fit) -> Noise:
    own, usual = (np.log(np.maximum(distances_to_copies(e, pictures, fit), _LEAST)) for e in (eye, built_in))
    spreads = [max(float(np.std(logs)), 1e-3) for logs in (own, usual)]
    scale, spread = float(np.exp(np.median(own - usual))), spreads[0] / spreads[1]
    return Noise(scale=round(scale, 4) or 1e-4, spread=round(float(np.clip(spread, *_SPREAD)), 4))


def _chosen(pictures: Sequence[Picture]) -> Sequence[Picture]:
    if len(pictures) <= _MASTERS_MAX:
        return pictures
    return [pictures[round(at)] for at in np.linspace(0, len(pictures) - 1, _MASTERS_MAX)]


def _relit(gain: float, warmth: float) -> Callable[[Picture], Picture]:
    def change(picture: Picture) -> Picture:
        gains = np.array([gain * warmth, gain, gain / warmth], np.float32)
        return np.asarray(np.clip(np.rint(picture * gains), 0, 255), np.uint8)

    return change


def _coded(picture: Picture) -> Picture:
    _, content = cv2.imencode(".jpg", np.ascontiguousarray(picture[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, 40])
    pixels = cv2.imdecode(content, cv2.IMREAD_COLOR)
    assert pixels is not None
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8)


def _shifted(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 3.0, 1.04)
    turn[:, 2] += 0.03 * width, 0.02 * height
    return np.asarray(cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _soft(picture: Picture) -> Picture:
    small = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def small_plate(plate: Picture) -> Picture:
    """A plate as a model is shown it."""
    return np.asarray(cv2.resize(plate[..., :3], (640, 360), interpolation=cv2.INTER_AREA), np.uint8)


_CHANGES = (_relit(1.25, 1.06), _relit(0.75, 0.94), _coded, _shifted, _soft)
