"""Lay finished work where people look for it: cuts, clips under the film's names, the timeline."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from assembly import timeline
from manifests.cut import Cut
from manifests.keys import hash_file
from manifests.reading.whole_file import whole_file
from manifests.take import Artefact
from wiring.services import Services

_KEPT_MAX = 1000


def lay_down(services: Services, artefact: Artefact, into: Path) -> Path:
    """Put a copy of an artefact where people look for it, whole or not at all.
    A file there that a person changed is kept beside it.
    """
    if into.is_file() and not services.vault.has(hash_file(into)):
        names = (into.with_name(f"{into.stem}_kept{number}{into.suffix}") for number in range(1, _KEPT_MAX))
        into.rename(next(name for name in names if not name.exists()))
    with whole_file(into, synced=False) as part:
        shutil.copyfile(services.vault.path(artefact.sha256), part)
    return into


def lay_down_timeline(
    services: Services, cut: Cut, into: Path, clips: Mapping[str, Path], notes: Mapping[str, str]
) -> Path:
    """Write the OpenTimelineIO file of a cut. `clips`: where each clip lies, by content hash;
    panels stay in the vault.
    """
    vault = services.vault
    return timeline.save(cut, lambda sha256: clips.get(sha256) or vault.path(sha256), into, notes)
