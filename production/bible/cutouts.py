"""The figure of a view that was made, cut out of its ground:
looked at once for the same bytes, and kept in the vault.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from manifests.finding import Verdict
from manifests.keys import hash_json
from manifests.reading.whole_file import put_text
from manifests.take import Artefact
from manifests.view_shot import ViewShot
from wiring.scratch import scratch
from wiring.services import Services

if TYPE_CHECKING:
    from checks.gates.view_gate import ViewLikeness

_METHOD = 1
"""Raise it when the same picture would be cut out otherwise."""


@dataclass(frozen=True, slots=True)
class GatedView:
    """A view as its gate saw it. `cutout`: None where it did not pass."""

    verdict: Verdict
    cutout: Artefact | None


def look_at(services: Services, asset: Artefact, size: tuple[int, int]) -> GatedView:
    """Judge a view as it came, and where it passes keep its cut-out. `size`: what was asked for.
    About 0.1 CPU-s at 720p.
    """
    from checks.gates.view_gate import gate_view, write_cutout  # noqa: PLC0415  loads the pixel libraries

    looked = gate_view(services.artefact_path(asset), size, services.folder.film.thresholds)
    if looked.cutout is None or not looked.verdict.passed:
        return GatedView(looked.verdict, None)
    with scratch(services.settings) as folder:
        path = folder / "cutout.png"
        write_cutout(looked.cutout, path)
        cutout = services.store_picture(path, looked.cutout.shape[1], looked.cutout.shape[0])
    put_text(cutout.stored(), _note(services, asset))
    return GatedView(looked.verdict, cutout)


def cutout_of(services: Services, asset: Artefact) -> Artefact | None:
    """The cut-out that `look_at` kept, made again where this machine has none; None where it cannot be cut out."""
    note = _note(services, asset)
    if note.exists():
        return Artefact.from_stored(note.read_bytes())
    return look_at(services, asset, (asset.width, asset.height)).cutout if services.vault.has(asset.sha256) else None


def likeness_of(services: Services, one: ViewShot, cutout: Path, approved: dict[str, str]) -> ViewLikeness:
    """How near a cut-out is to its front by the local eye, and to whom else of the cast it is nearest."""
    from checks.gates.view_gate import likeness, read_cutout  # noqa: PLC0415  same
    from checks.seeing.masters import References  # noqa: PLC0415  loads the pixel libraries

    fronts = {name: sha256 for name, sha256 in approved.items() if name.endswith("/front")}
    masters = References({name: services.vault.path(sha256) for name, sha256 in fronts.items()}, fronts)
    own = f"{one.name.rpartition('/')[0]}/front"
    others = {name: masters.cutout(name) for name in fronts if name.split("/")[1] != one.member.character}
    found = likeness(read_cutout(cutout), masters.cutout(own), others, services.eye())
    return replace(found, other=found.other.split("/")[1] if found.other else "")


def _note(services: Services, asset: Artefact) -> Path:
    name = hash_json([_METHOD, asset.sha256])
    return services.settings.vault / "views" / f"{name}.json"
