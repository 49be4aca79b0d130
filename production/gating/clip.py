"""A clip before its gate: what it is judged by, and under which key the verdict is kept."""

from __future__ import annotations

import asyncio

from checks.gates.by_hand import as_composed, let_pass_in
from checks.gates.clip_gate import ClipCase
from checks.gates.clip_gate import gate_clip as look
from manifests.certificate import Certified
from manifests.film import TierName
from production.gating.result import GateResult, gate_key, issue
from production.journey.approved import baseline_mark, learned
from production.journey.unsure import bands_for
from production.purchasing.generate import Made
from wiring.services import Services


def clip_key(services: Services, shot: str, tier: TierName, made: Made, *held_against: Certified | None) -> str:
    """Names everything that the verdict depends on. `held_against`: the panel, the end panel, the draft."""
    given = (each for each in held_against if each is not None)
    others = [each.certificate.sha256 if each.certificate.origin else each.sha256 for each in given]
    asks = ("asks",) if bands_for(services, made.take.provider) is not None else ()
    return f"clip-gate-{gate_key(services, made.asset, shot, 'clip', tier, *others, *asks)}"


async def judge_clip(
    services: Services,
    shot_id: str,
    tier: TierName,
    made: Made,
    panel: Certified,
    end_panel: Certified | None,
    draft: Certified | None,
) -> GateResult:
    """Judge a clip, a final against its own draft too, and file its certificate if it passes. Raises CheckError,
    VaultError.
    """
    asset, bands = made.asset, bands_for(services, made.take.provider)
    usual = learned(services, baseline_mark(services, asset.sha256, shot_id, "clip"))
    shot = services.shot(shot_id)
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
        learned=usual,
        bands=bands,
    )
    verdict = await asyncio.to_thread(look, case, services.eye(), services.faces())
    for frame in filter(None, (panel, end_panel)):
        if frame.certificate.origin == "human":
            verdict = as_composed(verdict, let_pass_in(frame.certificate.scores))
    return issue(services, asset, verdict, shot_id, "clip", tier)
