"""Gate a clip: technically sound, one take, opening on its panel, and still the same people in the same place."""

from __future__ import annotations

import asyncio
from typing import cast

from prefect import task
from prefect.context import TaskRunContext

from checks.gates.by_hand import as_composed, let_pass_in
from checks.gates.clip_gate import ClipCase
from checks.gates.clip_gate import gate_clip as look
from manifests.certificate import Certified
from manifests.film import TierName
from production.journey.approved import baseline_mark, learned
from production.journey.unsure import bands_for
from production.purchasing.gate_result import GateResult, gate_key, issue
from production.purchasing.generate import Made
from wiring.services import Services


def _key(context: TaskRunContext, parameters: dict[str, object]) -> str:  # noqa: ARG001  Prefect's signature
    services = cast("Services", parameters["services"])
    given = [c for c in map(parameters.get, ("panel", "end_panel", "draft")) if isinstance(c, Certified)]
    others = [c.certificate.sha256 if c.certificate.origin else c.sha256 for c in given]
    shot, made = str(parameters["shot_id"]), cast("Made", parameters["made"])
    asks = ("asks",) if bands_for(services, made.take.provider) is not None else ()
    return f"clip-gate-{gate_key(services, made.asset, shot, 'clip', parameters['tier'], *others, *asks)}"


@task(task_run_name="{shot_id} {tier} gate", cache_key_fn=_key, persist_result=True)
async def gate_clip(
    services: Services,
    shot_id: str,
    tier: TierName,
    made: Made,
    panel: Certified,
    end_panel: Certified | None,
    draft: Certified | None,
) -> GateResult:
    """Judge a clip, a final against its own draft too, and file its certificate if it passes. Free, and done once."""
    shot, asset = services.shot(shot_id), made.asset
    request, resolution = made.take.order, services.folder.film.tier(tier).resolution
    can = services.can("clip", shot)
    case = ClipCase(
        clip=services.artefact_path(asset),
        panel=None if shot.mode in {"references", "text"} else services.artefact_path(panel.artefact),
        end_panel=services.artefact_path(end_panel.artefact) if end_panel else None,
        draft=services.artefact_path(draft.artefact) if draft else None,
        shot=shot,
        bible=services.folder.bible,
        references=services.references(),
        thresholds=services.folder.film.thresholds,
        resolution=resolution,
        size=can.frame_size(resolution, request.aspect),
        frames=request.frames,
        audio=can.audio,
        learned=learned(services, baseline_mark(services, asset.sha256, shot_id, "clip")),
        bands=bands_for(services, made.take.provider),
    )
    verdict = await asyncio.to_thread(look, case, services.eye(), services.faces())
    for frame in filter(None, (panel, end_panel)):
        if frame.certificate.origin == "human":
            verdict = as_composed(verdict, let_pass_in(frame.certificate.scores))
    return issue(services, asset, verdict, shot_id, "clip", tier)
