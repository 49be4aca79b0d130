"""What a rendered cut is known by, and how it comes into the vault."""

from __future__ import annotations

from pathlib import Path

from manifests.cut import Cut
from manifests.film import Resolution
from manifests.keys import hash_file, hash_json
from manifests.take import Artefact
from wiring.services import Services

_RULE = "4"
"""Raise it when the same cut would come out another film."""


def cut_key(services: Services, cut: Cut, resolution: Resolution) -> str:
    """A hash of all that a rendering shows: the clips, their order, the finish,
    and the grades as they are in their files now.
    """
    folder = services.folder
    finish = folder.film.finish.model_dump(mode="json")
    names = {item.grade for item in cut.items if item.grade} | {folder.film.finish.grade or ""} - {""}
    grades = {name: hash_file(folder.root / name) for name in names if (folder.root / name).is_file()}
    return f"cut-{hash_json([_RULE, cut.model_dump(mode='json'), resolution, finish, grades])}"


def store_cut(services: Services, made: Path, size: tuple[int, int], cut: Cut) -> Artefact:
    """Put a rendered film into the vault. `size`: width and height in pixels."""
    frames, bytes_ = sum(item.frames for item in cut.items), made.stat().st_size
    sha256, (width, height) = services.vault.put_file(made), size
    return Artefact(sha256=sha256, media_type="video/mp4", width=width, height=height, frames=frames, size_bytes=bytes_)
