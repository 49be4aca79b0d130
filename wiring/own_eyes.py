"""The image model that a film names: where it lies, and what its distances mean beside the built-in one's."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from checks.seeing.eye_name import OwnEye
from manifests.keys import hash_file, hash_json
from manifests.reading.film_folder import FilmFolder, read_film
from manifests.reading.whole_file import put_text
from wiring.settings import Settings

if TYPE_CHECKING:
    from checks.faces.faces import FaceEye
    from checks.faces.models import OwnFaces
    from checks.seeing.eye import Eye
    from checks.seeing.eye_noise import EyeNoise
    from checks.seeing.masters import References

_METHOD = "1"
"""Raise it when the noise of the same model on the same masters would be another."""


def own_eye(folder: FilmFolder) -> OwnEye | None:
    """The image model that film.yaml names; None for the built-in one."""
    eyes = folder.film.eyes
    return OwnEye(eyes.model, eyes.weights_file(folder.root), eyes.sha256) if eyes.model else None


def film_eye(settings: Settings, folder: FilmFolder, references: Callable[[], References]) -> Eye:
    """The film's image model; one of its own comes with its noise, learnt on these masters at its first use and kept
    in the film's cache. That takes at most 144 embeddings: 14 CPU-s of ViT-B-32. Raises EyeError, MasterMissing.
    """
    from checks.seeing.eye import TunedEye, open_eye  # noqa: PLC0415  # loads the pixel libraries

    own, store = own_eye(folder), settings.cache / "vectors"
    eye = open_eye(own, store)
    if own is None:
        return eye
    known = references()
    mark = hash_json([_METHOD, eye.name, sorted(known.hashes.items())])
    with _learning:
        if mark not in _learnt:
            _learnt[mark] = _kept_or_learnt(settings.cache / "eyes" / f"{mark}.json", eye, folder, known, store)
        return TunedEye(eye, _learnt[mark])


def film_faces(settings: Settings, folder: FilmFolder) -> FaceEye | None:
    """The film's face model, which keeps the faces that it finds in the film's cache; None where the extra `faces` is
    not installed. Raises EyeError.
    """
    from checks.faces.models import open_faces  # noqa: PLC0415  # loads the pixel libraries

    return open_faces(own_faces(folder), settings.cache / "faces")


def film_faces_name(folder: FilmFolder) -> str:
    """The name of the film's face model, without loading it; "" where none looks. Raises EyeError."""
    from checks.faces.models import faces_name  # noqa: PLC0415  # loads the pixel libraries

    return faces_name(own_faces(folder))


def faces_here(settings: Settings) -> FaceEye | None:
    """The face model of the film in the settings' folder, else the built-in one; None without the extra. Raises
    ManifestError, EyeError.
    """
    from checks.faces.models import open_faces  # noqa: PLC0415  # loads the pixel libraries

    return open_faces(own_faces(read_film(settings.film)) if (settings.film / "film.yaml").is_file() else None)


def eye_here(settings: Settings) -> Eye:
    """The image model of the film in the settings' folder; the built-in one where there is no film, or it names none.
    For commands and benchmarks on any pictures. Raises ManifestError, EyeError, MasterMissing.
    """
    from checks.seeing.eye import open_eye  # noqa: PLC0415  # loads the pixel libraries

    folder = read_film(settings.film) if (settings.film / "film.yaml").is_file() else None
    if folder is None or own_eye(folder) is None:
        return open_eye()
    return film_eye(settings, folder, lambda: masters_here(folder))


def own_faces(folder: FilmFolder) -> OwnFaces | None:
    """The face model that film.yaml names; None for the built-in one."""
    from checks.faces.models import ARCFACE_LIMIT, OwnFaces  # noqa: PLC0415  # loads the pixel libraries

    eyes = folder.film.eyes
    return OwnFaces(folder.root / eyes.face, eyes.face_limit or ARCFACE_LIMIT) if eyes.face else None


def masters_here(folder: FilmFolder) -> References:
    """The masters that lie in the film's assets folder, without its store."""
    from checks.seeing.masters import References  # noqa: PLC0415  # loads the pixel libraries

    named = {name: folder.assets / f"{name}.png" for name in folder.bible.assets()}
    paths = {name: path for name, path in named.items() if path.is_file()}
    return References(paths, {name: hash_file(path) for name, path in paths.items()})


def _kept_or_learnt(path: Path, eye: Eye, folder: FilmFolder, references: References, store: Path) -> EyeNoise:
    from checks.scorer.framing import masters_of  # noqa: PLC0415  # loads the pixel libraries
    from checks.scorer.noise_learning import learn_noise  # noqa: PLC0415  # the same
    from checks.seeing.eye import open_eye  # noqa: PLC0415  # the same
    from checks.seeing.eye_noise import EyeNoise  # noqa: PLC0415  # the same

    if path.is_file():
        return EyeNoise.from_stored(path.read_bytes())
    learnt = learn_noise(eye, open_eye(store=store), masters_of(folder.bible, references))
    put_text(learnt.stored(), path)
    return learnt


_learning = threading.Lock()
_learnt: dict[str, EyeNoise] = {}
