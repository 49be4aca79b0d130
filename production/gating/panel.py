"""A panel before its gate: what it is judged by, and under which key the verdict is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from checks.gates.by_hand import approved_by_hand
from checks.gates.panel_gate import PanelCase
from checks.gates.panel_gate import gate_panel as look
from manifests.film import Stage, TierName
from manifests.take import Artefact
from production.gating.result import GateResult, asset_of, gate_key, issue
from production.journey.approved import baseline_mark, learned
from production.journey.unsure import bands_for
from production.purchasing.generate import Made
from providers.capabilities import Capabilities
from wiring.services import Services


def panel_key(
    services: Services, shot: str, stage: Stage, tier: TierName, made: object, *, human: bool, maker: str
) -> str:
    """Names everything that the verdict depends on. Arguments as of `judge_panel`."""
    by_hand = ("by hand",) if human else ()
    asks = ("asks",) if _bands(services, made, maker) is not None else ()
    return f"panel-gate-{gate_key(services, asset_of(made), shot, stage, stage, tier, *by_hand, *asks)}"


async def judge_panel(
    services: Services, shot_id: str, stage: Stage, tier: TierName, made: Made | Artefact, *, human: bool, maker: str
) -> GateResult:
    """Judge a panel and file its certificate if it passes.

    `human`: a person composed it, and its likeness is told of instead of judged. `maker`: who made a picture that is no
    take. Raises CheckError, VaultError.
    """
    asset, bands = asset_of(made), _bands(services, made, maker)
    usual = learned(services, baseline_mark(services, asset.sha256, shot_id, stage))
    shot = services.shot(shot_id)
    case = PanelCase(
        picture=services.artefact_path(asset),
        shot=shot,
        progress=1.0 if stage == "end_panel" else 0.0,
        bible=services.folder.bible,
        references=services.references(),
        thresholds=services.folder.film.thresholds,
        size=_size(made, services.can("panel", shot)),
        learned=usual,
        bands=bands,
    )
    verdict = await asyncio.to_thread(look, case, services.eye(), services.faces())
    return issue(services, asset, approved_by_hand(verdict) if human else verdict, shot_id, stage, tier, human=human)


def _bands(services: Services, made: object, maker: str) -> Mapping[str, float] | None:
    """The ask bands that apply; what people have in hand they have looked at."""
    if isinstance(made, Made):
        maker = "" if made.take.handwork else made.take.provider
    return bands_for(services, maker) if maker else None


def _size(made: Made | Artefact, can: Capabilities) -> tuple[int, int] | None:
    """Width and height that were asked for; None for a composite, which was brought to its frame's size when it was
    handed in.
    """
    if not isinstance(made, Made) or made.take.origin == "human":
        return None
    return can.frame_size(made.take.order.resolution, made.take.order.aspect)
