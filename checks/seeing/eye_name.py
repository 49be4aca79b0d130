"""The name of an eye, without loading it: plans ask which eye judged, and look at no picture."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from checks.errors import EyeError

BUILT_IN = "tf_efficientnet_lite0/57934424"
"""The built-in tower; the second half is the start of its weights' SHA-256, as its maker names the file."""

CONFIGS = ("open_clip_config.json", "config.json")
"""What lies beside weights from a hub, open_clip's or timm's, and says how to build the model and what it is shown."""

_MARK_DIGITS = 12


@dataclass(frozen=True, slots=True)
class OwnEye:
    """A model of the user's own: open_clip's name of it, its weights, and their SHA-256 where the film pins it."""

    model: str
    weights: Path
    sha256: str | None = None


def eye_name(own: OwnEye | None = None) -> str:
    """Model and weights, such as `tf_efficientnet_lite0/57934424`; weights that are not pinned are read once a process.

    Raises EyeError where those are missing.
    """
    if own is None:
        return BUILT_IN
    return f"{own.model}/{(own.sha256 or mark_of(own.weights))[:_MARK_DIGITS]}"


@cache
def mark_of(weights: Path) -> str:
    """The SHA-256 of weights; where a config lies beside them, of both, since that decides what the model sees.

    Raises EyeError where the file is missing.
    """
    if not weights.is_file():
        raise missing(weights)
    config = config_of(weights)
    if config is None:
        return _sha256(weights)
    lines = "".join(f"{_sha256(path)}  {path.name}\n" for path in (config, weights))
    return hashlib.sha256(lines.encode()).hexdigest()


def config_of(weights: Path) -> Path | None:
    """The config beside weights from a hub; None for a file of weights alone."""
    return next((path for name in CONFIGS if (path := weights.with_name(name)).is_file()), None)


def missing(weights: Path) -> EyeError:
    """The error for weights that are not there."""
    cure = "Bring what film.yaml names: gate eyes get; or give `eyes: weights` the path of a .pt or .safetensors file"
    return EyeError(str(weights), "the weights of this film's image model are not there", cure)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
