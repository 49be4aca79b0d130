"""The image model that a film's pictures are compared with, where it is not the built-in one."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from manifests.noun import Noun, Sha256, Text

FOLDER = "eyes"
"""The folder beside film.yaml that `gate eyes get` brings weights to."""

WEIGHT_SUFFIXES = (".safetensors", ".pt", ".pth", ".bin")


class Eyes(Noun):
    """`eyes:` of film.yaml. `gate eyes get` writes it.

    `model`: open_clip's name, such as ViT-B-32, or hf-hub:ORG/REPO. `weights`: a file, by its path from film.yaml, or
    the hub's tag (of hf-hub:, the commit), whose files `gate eyes get` keeps in eyes/. `sha256`: what `gate eyes show`
    prints of them; other weights are then refused. `face`: an ArcFace model (.onnx) for faces, by its path from
    film.yaml; None: dlib's. `face_limit`: the cosine distance, 0 to 2, up to which it takes two faces for one person's;
    None: 0.68.
    """

    model: Text | None = None
    weights: Text | None = None
    sha256: Sha256 | None = None
    face: Annotated[str, StringConstraints(strict=True, pattern=r".\.onnx$", max_length=2000)] | None = None

    face_limit: Annotated[float, Field(gt=0, lt=2)] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.face_limit is not None and self.face is None:
            raise ValueError("face_limit is that of face: write face too")
        if (self.model is None) != (self.weights is None):
            raise ValueError("model and weights go together: write both, or neither")
        if self.sha256 and not self.weights:
            raise ValueError("sha256 is that of weights: write model and weights too")
        return self

    @property
    def from_hub(self) -> bool:
        """Whether `weights` is a tag of the hub, and not a file of the user's own."""
        return self.weights is not None and PurePosixPath(self.weights).suffix not in WEIGHT_SUFFIXES

    def weights_file(self, root: Path) -> Path:
        """Where the weights lie for the film in `root`, whether they are there or not. Raises ValueError without any.

        Of a tag: the file of weights in its folder below eyes/.
        """
        if self.model is None or self.weights is None:
            raise ValueError("this film names no model of its own")
        if not self.from_hub:
            return root / self.weights
        folder = kept_in(root, self.model, self.weights)
        found = sorted(path for path in folder.glob("*") if path.suffix in WEIGHT_SUFFIXES)
        return found[0] if found else folder / "open_clip_model.safetensors"


def kept_in(root: Path, model: str, tag: str) -> Path:
    """The folder that `gate eyes get` keeps a hub's model in."""
    return root / FOLDER / "--".join((model.replace(":", "-").replace("/", "--"), tag))
