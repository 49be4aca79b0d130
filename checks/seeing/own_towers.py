"""The image tower of a user's own model: a checkpoint for open_clip, or a folder from a hub for open_clip or timm.

Never random weights: open_clip builds a model without any when it is asked for none, with only a log line, so every
path here brings a file, and every tensor of it has to fit.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

from checks.errors import EyeError
from checks.seeing.eye_name import OwnEye, config_of, mark_of, missing
from checks.seeing.towers import Tower, libraries
from manifests.eyes import WEIGHT_SUFFIXES


def load_own(own: OwnEye) -> Tower:
    """The model with its weights. Raises EyeError, naming what does not fit, or for others than the pinned weights."""
    if not own.weights.is_file():
        raise missing(own.weights)
    if own.sha256 and (found := mark_of(own.weights)) != own.sha256:
        raise EyeError(
            str(own.weights),
            f"film.yaml pins weights of SHA-256 {own.sha256[:12]}, and these have {found[:12]}",
            "Bring the pinned ones: gate eyes get; or, if these are meant, write their sha256: gate eyes show",
        )
    try:
        return _load(own.model, own.weights, config_of(own.weights))
    except (RuntimeError, ValueError, OSError, KeyError) as error:
        raise EyeError(
            f"{own.model} with {own.weights.name}", str(error).splitlines()[0], "Name the model the file is of"
        ) from error


def _load(model_name: str, weights: Path, config: Path | None) -> Tower:
    open_clip, _ = libraries()
    if config is not None and config.name == "config.json":
        return _by_timm(config, weights)
    if config is None:
        model = open_clip.create_model(model_name, pretrained=str(weights))
    else:
        _refuse_several(weights)
        model = open_clip.create_model(f"local-dir:{config.parent}", require_pretrained=True)
    size = model.visual.image_size
    side = size[0] if isinstance(size, tuple) else size
    shown = open_clip.get_model_preprocess_cfg(model)
    return Tower(model.eval(), int(side), tuple(shown["mean"]), tuple(shown["std"]))


def _refuse_several(weights: Path) -> None:
    """Raise ValueError where open_clip, which picks the file itself, could take another one than the film names."""
    if others := [path.name for path in weights.parent.glob("*") if path.suffix in WEIGHT_SUFFIXES and path != weights]:
        raise ValueError(f"{others[0]} lies beside it; keep one file of weights in a folder with a config")


def _by_timm(config: Path, weights: Path) -> Tower:
    """An image model of timm without its classifier, such as DINOv2; what it sees is in its config."""
    timm = importlib.import_module("timm")
    told = json.loads(config.read_text(encoding="utf-8"))
    shown = told["pretrained_cfg"]
    model = timm.create_model(
        told["architecture"],
        pretrained=False,
        num_classes=told.get("num_classes", 0),
        checkpoint_path=str(weights),
        **told.get("model_args", {}),
    )
    model.reset_classifier(0)
    return Tower(_ByTimm(model.eval()), int(shown["input_size"][-1]), tuple(shown["mean"]), tuple(shown["std"]))


class _ByTimm:
    """A timm model behind open_clip's one call."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def to(self, device: str) -> _ByTimm:
        """The same, on this device."""
        return _ByTimm(self._model.to(device))

    def encode_image(self, pictures: Any, *, normalize: bool) -> Any:
        """N pictures to N rows."""
        rows = self._model(pictures)
        return rows / rows.norm(dim=-1, keepdim=True) if normalize else rows
