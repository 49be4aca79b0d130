"""The models of faces: dlib's, which comes with the extra `faces`, or an ArcFace model of the film's own.

Both look at the faces that `finder` finds. They load once a process, on first use.
"""

from __future__ import annotations

import hashlib
import importlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from checks.errors import EyeError
from checks.faces import finder
from checks.faces.faces import LINES_MIN, Face, FaceEye, Vector
from checks.faces.finder import FoundFace
from checks.kept_numbers import KeptNumbers
from checks.seeing.eye_name import mark_of
from checks.seeing.masters import Rgb
from manifests.staging import Box

BUILT_IN = "dlib-resnet/v1"
"""The 128 numbers of dlib's residual network; its file has had one version."""

DLIB_LIMIT = 0.6
"""The distance that its maker trained for: 0 of 262 pairs of strangers are nearer, down to heads of 16 lines."""

ARCFACE_LIMIT = 0.68
"""Cosine distance, 0 to 2, that deepface takes for ArcFace; a film may name its own model's (`eyes: face_limit`)."""

_SIDE = 112
_TEMPLATE = np.array([[73.53, 51.50], [38.29, 51.70], [56.03, 78.5]])
"""Where ArcFace wants the eye on the right, the one on the left and the base of the nose, in pixels of its square: its
own points, with the nose's base between its tip (71.7) and the mouth (92.3).
"""

_KEPT = 512
"""Pictures whose faces are kept: half a kB a face."""


@dataclass(frozen=True, slots=True)
class OwnFaces:
    """An ArcFace model of the film's own (.onnx), and the cosine distance up to which two faces are one person's."""

    path: Path
    limit: float = ARCFACE_LIMIT


def open_faces(own: OwnFaces | None = None, store: Path | None = None) -> FaceEye | None:
    """The film's face model, one object a combination; None where the extra `faces` is not installed. Nothing is
    loaded yet.

    `store`: a folder where faces are kept between processes by the content of the picture; None keeps them in memory.
    Raises EyeError where the film's own file is missing.
    """
    if not finder.is_there():
        return None
    with _opening:
        return _looking(own, store)


def faces_name(own: OwnFaces | None = None) -> str:
    """The name of the model, without loading it; "" where the extra is not installed. Raises EyeError as above."""
    if not finder.is_there():
        return ""
    return BUILT_IN if own is None else arcface_name(own.path)


def arcface_name(path: Path) -> str:
    """The name of an ArcFace file, by its content. Raises EyeError where it is missing."""
    if not path.is_file():
        raise EyeError(
            str(path), "the face model of this film is not there", "Put it where film.yaml's `eyes: face` says"
        )
    return f"arcface/{mark_of(path)[:12]}"


class _Model(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def limit(self) -> float: ...

    def vectors(self, picture: Rgb, faces: Sequence[FoundFace]) -> list[Vector]: ...

    def distance(self, one: Vector, other: Vector) -> float: ...


class Looking:
    """Finds faces, shows them to a model, and keeps what it saw of a picture: in memory, and in `store` if any."""

    def __init__(self, model: _Model, store: Path | None = None) -> None:
        self._model = model
        self._kept = KeptNumbers(f"{finder.METHOD} {model.name}", _KEPT, store)

    @property
    def name(self) -> str:
        """Model and weights."""
        return self._model.name

    @property
    def limit(self) -> float:
        """The distance up to which two faces are the same person's."""
        return self._model.limit

    def look(self, picture: Rgb, smallest: float = LINES_MIN) -> tuple[Face, ...]:
        """All faces that are found, the largest first. Raises EyeError."""
        mark = hashlib.blake2b(np.ascontiguousarray(picture).data, digest_size=16)
        mark.update(f"{picture.shape} {smallest}".encode())
        key = mark.hexdigest()
        if (known := self._kept.find(key)) is not None:
            return tuple(_from_row(row) for row in known)
        seen = self._seen(picture, smallest)
        self._kept.keep(key, np.array([_as_row(face) for face in seen], np.float64))
        return seen

    def distance(self, one: Face, other: Face) -> float:
        """How far apart two faces are; lower is more alike."""
        return self._model.distance(one.vector, other.vector)

    def _seen(self, picture: Rgb, smallest: float) -> tuple[Face, ...]:
        height, width = picture.shape[:2]
        found = list(finder.find(picture, smallest))
        vectors = self._model.vectors(picture, found)
        return tuple(
            Face(
                face.box,
                face.lines,
                tuple((float(x) / width, float(y) / height) for x, y in face.points),
                face.confidence,
                vector,
            )
            for face, vector in zip(found, vectors, strict=True)
        )


def _as_row(face: Face) -> list[float]:
    """A face as numbers: box, lines, confidence, five points, vector."""
    return [*face.box, face.lines, face.confidence, *np.ravel(face.points), *face.vector]


def _from_row(row: NDArray[np.float64]) -> Face:
    left, top, right, bottom, lines, confidence = (float(value) for value in row[:6])
    points = tuple((float(x), float(y)) for x, y in row[6:16].reshape(5, 2))
    return Face(Box(left, top, right, bottom), lines, points, confidence, row[16:].astype(np.float32))


class _Dlib:
    """dlib's residual network: 128 numbers a face, told apart by their Euclidean distance."""

    name, limit = BUILT_IN, DLIB_LIMIT

    def __init__(self) -> None:
        self._net: Any = None

    def vectors(self, picture: Rgb, faces: Sequence[FoundFace]) -> list[Vector]:
        """One row a face: 80 CPU-ms."""
        return [self._vector(picture, face) for face in faces]

    def distance(self, one: Vector, other: Vector) -> float:
        """Euclidean, 0 to 2."""
        return float(np.linalg.norm(one - other))

    def _vector(self, picture: Rgb, face: FoundFace) -> Vector:
        dlib = finder.dlib()
        # dlib keeps points in whole pixels, and those of a small head would be off by a tenth of it.
        larger = max(1.0, _CHIP_HEAD / face.lines)
        cut, corner = _around(picture, face)
        canvas = cv2.resize(cut, None, fx=larger, fy=larger, interpolation=cv2.INTER_CUBIC) if larger > 1 else cut
        at = np.rint((face.points - corner) * larger).astype(int)
        box = dlib.rectangle(*(int(v) for v in (*at.min(0), *at.max(0))))
        shape = dlib.full_object_detection(box, [dlib.point(int(x), int(y)) for x, y in at])
        with finder.LOCK:
            if self._net is None:
                path = finder.model_file("dlib_face_recognition_resnet_model_v1.dat")
                self._net = dlib.face_recognition_model_v1(str(path))
            return np.asarray(self._net.compute_face_descriptor(np.ascontiguousarray(canvas), shape), np.float32)


_CHIP_HEAD = 300.0
"""Lines that a head is brought to before dlib's points are set on it: what its 150 pixels of face come from."""


def _around(picture: Rgb, face: FoundFace) -> tuple[Rgb, np.ndarray]:
    """The head with room for any turn of it, and the pixel of the picture at its upper left corner."""
    middle, half = face.points.mean(0), face.lines
    low = np.maximum(0, np.floor(middle - half)).astype(int)
    high = np.ceil(middle + half).astype(int)
    return picture[low[1] : high[1], low[0] : high[0]], low


class _ArcFace:
    """An ONNX model that sees faces as ArcFace does: 112×112 RGB, aligned, -1 to 1; told apart by their cosine."""

    def __init__(self, own: OwnFaces) -> None:
        self._own = own
        self.name, self.limit = arcface_name(own.path), own.limit
        self._session: Any = None
        self._lock = threading.Lock()

    def vectors(self, picture: Rgb, faces: Sequence[FoundFace]) -> list[Vector]:
        """One L2-normalised row a face, one by one: many such files take no other number. Raises EyeError."""
        return [self._vector(_aligned(picture, face)) for face in faces]

    def distance(self, one: Vector, other: Vector) -> float:
        """Cosine distance, 0 to 2."""
        return float(1 - one @ other)

    def _vector(self, square: Rgb) -> Vector:
        session = self._opened()
        shown = ((square.astype(np.float32) - 127.5) / 127.5).transpose(2, 0, 1)[None]
        try:
            row = np.asarray(session.run(None, {session.get_inputs()[0].name: shown})[0], np.float32).reshape(-1)
        except Exception as error:  # ONNX Runtime's own errors are Exception alone
            raise self._does_not_fit(error) from error
        return row / max(float(np.linalg.norm(row)), 1e-9)

    def _opened(self) -> Any:
        with self._lock:
            if self._session is None:
                runtime = importlib.import_module("onnxruntime")
                options = runtime.SessionOptions()
                options.intra_op_num_threads = options.inter_op_num_threads = 1
                try:
                    self._session = runtime.InferenceSession(
                        str(self._own.path), options, providers=["CPUExecutionProvider"]
                    )
                except Exception as error:  # as above
                    raise self._does_not_fit(error) from error
            return self._session

    def _does_not_fit(self, error: Exception) -> EyeError:
        return EyeError(
            str(self._own.path),
            str(error).splitlines()[0],
            "Name an ArcFace model that takes pictures of 1 × 3 × 112 × 112 and gives one row of numbers",
        )


def _aligned(picture: Rgb, face: FoundFace) -> Rgb:
    """The face, turned and sized as ArcFace was shown faces."""
    eyes_and_nose = np.array([face.points[:2].mean(0), face.points[2:4].mean(0), face.points[4]])
    matrix, _ = cv2.estimateAffinePartial2D(eyes_and_nose, _TEMPLATE, method=cv2.LMEDS)
    if matrix is None:
        matrix = np.eye(2, 3)
    smooth = cv2.INTER_AREA if face.lines > 2 * _SIDE else cv2.INTER_CUBIC
    return np.asarray(cv2.warpAffine(picture, matrix, (_SIDE, _SIDE), flags=smooth), np.uint8)


@cache
def _looking(own: OwnFaces | None, store: Path | None) -> Looking:
    return Looking(_model(own), store)


@cache
def _model(own: OwnFaces | None) -> _Model:
    """One for all films that name it: its weights are read once a process."""
    return _Dlib() if own is None else _ArcFace(own)


_opening = threading.Lock()
