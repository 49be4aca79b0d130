"""What an eye is called, without loading it: plans ask which eye judged, and look at no picture."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from checks.errors import EyeError

BUILT_IN = "tf_efficientnet_lite0/57934424"
"""The built-in tower; the second half is the start of its weights' SHA-256, as its maker names the file."""


@cache
def eye_name(model: str | None = None, checkpoint: Path | None = None) -> str:
    """Model and weights, such as `tf_efficientnet_lite0/57934424`; a checkpoint is read once a process.

    Raises EyeError when only one is given, or the file is missing.
    """
    if (model is None) != (checkpoint is None):
        raise EyeError(
            model or str(checkpoint),
            "an eye needs a model name and its weights",
            "Give both, or none for the built-in eye",
        )
    return BUILT_IN if model is None or checkpoint is None else f"{model}/{_file_mark(checkpoint)}"


def _file_mark(path: Path) -> str:
    if not path.is_file():
        raise EyeError(str(path), "the weights file does not exist", "Give the path of a .pt or .safetensors file")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]
