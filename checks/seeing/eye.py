"""The eye: turns pictures into vectors that can be compared. open_clip is the only embedding interface.

`open_eye()` gives the built-in eye (EfficientNet-Lite0) or the model that a film names. It loads once a process,
on first use, and may be used from any thread. `Eye.name` goes into every certificate: scores of different eyes are
never compared.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.errors import EyeError
from checks.kept_numbers import KeptNumbers
from checks.seeing.eye_name import OwnEye, eye_name
from checks.seeing.eye_noise import BUILT_IN_NOISE, EyeNoise
from checks.seeing.onnx_tower import OnnxTower
from checks.seeing.own_towers import load_own
from checks.seeing.towers import Tower, load_built_in

Picture = NDArray[np.uint8]
"""Height × width × 3, RGB, 0 to 255."""

Vectors = NDArray[np.float32]
Fit = Literal["letterbox", "squash"]

_MEMORY = 4096
"""Vectors kept: 5 kB each, so 20 MB; a scene of 60 shots needs about 1500."""

_MEAN_GREY = 124
"""The grey of letterbox bars: ImageNet's mean, so that bars are near zero after normalisation."""


class Eye(Protocol):
    """The eye's interface for the gates; tests bring their own."""

    @property
    def name(self) -> str:
        """Model and weights, such as `tf_efficientnet_lite0/57934424`."""

    @property
    def noise(self) -> EyeNoise:
        """How its distances are to be read beside those of the built-in model."""

    def embed(self, pictures: Sequence[Picture], fit: Fit = "letterbox") -> Vectors:
        """One L2-normalised float32 row a picture. Letterbox for crops (shape kept), squash for plates."""


def open_eye(own: OwnEye | None = None, store: Path | None = None) -> Eye:
    """The built-in eye, or the user's own; one object a combination.

    `store`: a folder where vectors are kept between processes by the content of the picture; None keeps them in memory.
    Raises EyeError where the weights are missing and not pinned. Weights are read at the first `embed`.
    """
    key = (own, store)
    with _opening:
        if key not in _eyes:
            _eyes[key] = OpenClipEye(own, store)
        return _eyes[key]


class OpenClipEye:
    """An image tower of open_clip, loaded on first use. One thread a call; calls may run side by side."""

    def __init__(self, own: OwnEye | None = None, store: Path | None = None) -> None:
        self._own, self._store = own, store
        self._lock = threading.Lock()
        self._tower: Tower | OnnxTower | None = None
        self._name = eye_name(own)
        self._kept = KeptNumbers(self._name, _MEMORY, store)

    @property
    def name(self) -> str:
        """Model and weights."""
        return self._name

    @property
    def noise(self) -> EyeNoise:
        """The built-in model's; `TunedEye` brings that of the user's own."""
        return BUILT_IN_NOISE

    def embed(self, pictures: Sequence[Picture], fit: Fit = "letterbox") -> Vectors:
        """Embed a batch (22 CPU-ms a picture that is not yet known).
        Raises EyeError when the weights cannot be used.
        """
        keys = [_content_mark(picture, fit) for picture in pictures]
        found = {key: vector for key in keys if (vector := self._kept.find(key)) is not None}
        new = {key: picture for key, picture in zip(keys, pictures, strict=True) if key not in found}
        if new:
            tower = self.tower()
            batch = np.stack([_fitted(picture, fit, tower.size) for picture in new.values()])
            for key, vector in zip(new, tower.vectors(batch), strict=True):
                found[key] = vector
                self._kept.keep(key, vector)
        return np.stack([found[key] for key in keys]) if keys else np.zeros((0, 0), np.float32)

    def forget(self) -> None:
        """Forget the vectors in memory, so that a measurement of speed begins from nothing."""
        self._kept.forget()

    def tower(self) -> Tower | OnnxTower:
        """The model, with its weights; read once. Raises EyeError."""
        with self._lock:
            if self._tower is None:
                self._tower = load_built_in(self._store) if self._own is None else load_own(self._own)
            return self._tower


@dataclass(frozen=True, slots=True)
class TunedEye:
    """A user's own model with the noise that was learnt of it."""

    eye: Eye
    noise: EyeNoise

    @property
    def name(self) -> str:
        """Model and weights."""
        return self.eye.name

    def embed(self, pictures: Sequence[Picture], fit: Fit = "letterbox") -> Vectors:
        """Embed a batch. Raises EyeError."""
        return self.eye.embed(pictures, fit)


def _content_mark(picture: Picture, fit: Fit) -> str:
    digest = hashlib.blake2b(np.ascontiguousarray(picture).data, digest_size=16)
    digest.update(f"{picture.shape}{fit}".encode())
    return digest.hexdigest()


def _fitted(picture: Picture, fit: Fit, size: int) -> Picture:
    if picture.ndim != 3 or picture.shape[2] != 3 or 0 in picture.shape:
        raise EyeError(
            f"a picture of shape {picture.shape}", "an eye sees height × width × 3", "Convert it to RGB first"
        )
    height, width = picture.shape[:2]
    scale = size / max(height, width)
    wanted = (size, size) if fit == "squash" else (max(1, round(width * scale)), max(1, round(height * scale)))
    smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(picture, wanted, interpolation=smooth)
    canvas: Picture = np.full((size, size, 3), _MEAN_GREY, np.uint8)
    top, left = (size - small.shape[0]) // 2, (size - small.shape[1]) // 2
    canvas[top : top + small.shape[0], left : left + small.shape[1]] = small
    return canvas


_opening = threading.Lock()
_eyes: dict[tuple[OwnEye | None, Path | None], OpenClipEye] = {}
