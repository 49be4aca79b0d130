"""Where open_clip says that a tag's weights lie on the hub, and how their model is built and shown pictures."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from checks.errors import EyeError
from checks.seeing.towers import libraries

HUB = "hf-hub:"
"""How open_clip names a whole repository of the hub, which has its own config."""

WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
TIMM_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


@dataclass(frozen=True, slots=True)
class TaggedWeights:
    """A tag's `repo`, the `files` that may hold its weights (the best first), and its open_clip `config`, as JSON."""

    repo: str
    files: tuple[str, ...]
    config: str


def tagged_weights(model: str, tag: str) -> TaggedWeights:
    """What open_clip knows of a model's tag. Raises EyeError, naming the nearest, for one that it does not know."""
    open_clip, _ = libraries()
    known: dict[str, Any] = open_clip.get_model_config(model) or {}
    if not known:
        raise EyeError(model, "open_clip has no such model", _nearest(model, open_clip.list_models()))
    told = open_clip.pretrained.get_pretrained_cfg(model, tag)
    if not told:
        tags = open_clip.list_pretrained_tags_by_model(model)
        raise EyeError(tag, f"{model} has no such weights", _nearest(tag, tags))
    repo, _, file = told["hf_hub"].rpartition("/")
    if not repo:
        raise EyeError(f"{model}/{tag}", "its weights are not on the hub", "Bring the file yourself, and name it.")
    # The weights decide the activation: with another one the model loads without complaint, and is wrong.
    built = {**known, "quick_gelu": bool(told.get("quick_gelu"))}
    shown = {name: told[name] for name in ("mean", "std", "interpolation", "resize_mode") if name in told}
    config = json.dumps({"model_cfg": built, "preprocess_cfg": shown}, indent=1, sort_keys=True)
    return TaggedWeights(repo, _safest(file) if file else WEIGHTS, config)


def _safest(file: str) -> tuple[str, ...]:
    """A file's twin without pickled code first, where there may be one."""
    return tuple(dict.fromkeys((str(PurePosixPath(file).with_suffix(".safetensors")), file)))


def _nearest(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, 5, 0.3) or known[:5]
    return f"Name one of those that open_clip knows, such as {', '.join(near)}."
