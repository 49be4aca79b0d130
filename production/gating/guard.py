"""A pass before its guard: what it may change, and a picture of what moved beside that."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from checks.gates.geometry_guard import EditCase, gate_edit
from checks.gates.heat_map import write_heat_map
from manifests.bible import Region
from manifests.finding import Verdict
from manifests.handwork import Handwork
from manifests.keys import hash_json
from manifests.noun import Noun
from manifests.take import Artefact
from production.purchasing.generate import Made
from wiring.services import Services


class GuardResult(Noun):
    """The guard's verdict; `heat`: a picture of what moved, None where nothing did."""

    verdict: Verdict
    heat: Artefact | None


def guard_key(services: Services, before: Artefact, after: Made, work: Handwork) -> str:
    """Names everything that the verdict depends on."""
    where = work.part.model_dump(mode="json") if work.part else work.mask
    return f"guard-{hash_json([before.sha256, after.asset.sha256, where, services.rules()])}"


async def judge_edit(services: Services, shot_id: str, before: Artefact, after: Made, work: Handwork) -> GuardResult:
    """Judge a pass by V114, and draw what moved. 0.5 CPU-s. Raises CheckError, VaultError."""
    return await asyncio.to_thread(_guarded, services, shot_id, before, after.asset, work)


def _guarded(services: Services, shot_id: str, before: Artefact, after: Artefact, work: Handwork) -> GuardResult:
    with tempfile.TemporaryDirectory() as folder:
        mask = _mask(services, work, before, Path(folder) / "mask.png")
        case = EditCase(
            services.artefact_path(before), services.artefact_path(after), mask, services.folder.film.thresholds
        )
        verdict, found = gate_edit(case)
        if verdict.passed:
            return GuardResult(verdict=verdict, heat=None)
        picture = Path(folder) / "heat.png"
        write_heat_map(found, verdict.scores[0].threshold, picture)
        from PIL import Image  # noqa: PLC0415  it is a pixel library

        with Image.open(picture) as drawn:
            heat = services.store_picture(picture, *drawn.size)
    told = tuple(f.model_copy(update={"evidence": {**f.evidence, "heat": heat.sha256}}) for f in verdict.findings)
    services.telemetry.say(shot_id, work.work, "retake", told[0].message)
    return GuardResult(verdict=verdict.model_copy(update={"findings": told}), heat=heat)


def _mask(services: Services, work: Handwork, before: Artefact, into: Path) -> Path | None:
    """What the pass may change, as a picture; None where that is nothing."""
    if work.mask is not None:
        return services.vault.path(work.mask)
    if work.part is None:
        return None
    return write_mask(into, work.part, (before.width, before.height))


def write_mask(into: Path, part: Region, size: tuple[int, int]) -> Path:
    """A mask as large as the picture: white where the part is."""
    from PIL import Image, ImageDraw  # noqa: PLC0415  it is a pixel library

    mask = Image.new("L", size, 0)
    left, top = part.x * size[0], part.y * size[1]
    ImageDraw.Draw(mask).rectangle((left, top, left + part.w * size[0] - 1, top + part.h * size[1] - 1), fill=255)
    mask.save(into, "PNG")
    return into
