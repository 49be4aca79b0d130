"""Gate a clip: technically sound, one take, opening on its panel, and still the same people in the same place."""

from __future__ import annotations

from typing import Any

from prefect import task
from prefect.context import TaskRunContext

from manifests.certificate import Certified
from manifests.film import TierName
from production.gating.clip import clip_key, judge_clip
from production.gating.result import GateResult
from production.purchasing.generate import Made
from wiring.services import Services


def _key(context: TaskRunContext, parameters: dict[str, Any]) -> str:  # noqa: ARG001  Prefect's signature
    return clip_key(*parameters.values())


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
    """Judge a clip, a final against its own draft too. Free, and done once."""
    return await judge_clip(services, shot_id, tier, made, panel, end_panel, draft)
