"""The cuts of a scene that a run has rendered, as the review room plays them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

from manifests.film import frame_size
from manifests.keys import hash_file
from manifests.scene import Scene
from production.review.model import Media, ReviewCut
from wiring.services import Services

_TIERS: tuple[Literal["draft", "final"], ...] = ("draft", "final")


def cuts_of(services: Services, scene: Scene) -> tuple[ReviewCut, ...]:
    """The draft cut and the final one, as far as they lie in out/ and the vault holds them.
    A file there that a person changed is not shown: only the vault serves media.
    """
    found = (_cut(services, scene, tier) for tier in _TIERS)
    return tuple(cut for cut in found if cut is not None)


def _cut(services: Services, scene: Scene, tier: Literal["draft", "final"]) -> ReviewCut | None:
    file, film = services.settings.out / scene.id / f"{scene.id}_{tier}.mp4", services.folder.film
    if not file.is_file():
        return None
    status = file.stat()
    sha256 = _hash_of(file, status.st_mtime_ns, status.st_size)
    if not services.vault.has(sha256):
        return None
    width, height = frame_size(film.tier(tier).resolution, film.aspect)
    frames = sum(shot.frames for shot in scene.shots)
    made = datetime.fromtimestamp(status.st_mtime, UTC).isoformat(timespec="seconds")
    return ReviewCut(
        tier=tier, media=Media(name=f"{sha256}.mp4", width=width, height=height, frames=frames), made_at=made
    )


@lru_cache(maxsize=64)
def _hash_of(file: Path, _mtime_ns: int, _size: int) -> str:
    """The file's content hash, worked out once for each state of it."""
    return hash_file(file)
