"""Gate a panel: who is in it, in what, where, and is it really that place."""

from __future__ import annotations

from typing import Any

from prefect import task
from prefect.context import TaskRunContext

from manifests.film import Stage, TierName
from manifests.take import Artefact
from production.gating.panel import judge_panel, panel_key
from production.gating.result import GateResult
from production.purchasing.generate import Made
from wiring.services import Services


def _key(context: TaskRunContext, parameters: dict[str, Any]) -> str:  # noqa: ARG001  Prefect's signature
    given = dict(parameters)
    return panel_key(given.pop("services"), given.pop("shot_id"), **given)


@task(task_run_name="{shot_id} {stage} gate", cache_key_fn=_key, persist_result=True)
async def gate_panel(
    services: Services,
    shot_id: str,
    stage: Stage,
    tier: TierName,
    made: Made | Artefact,
    *,
    human: bool = False,
    maker: str = "",
) -> GateResult:
    """Judge a panel. Free, and done once for the same bytes, data and rules. `human`, `maker`: as of `judge_panel`."""
    return await judge_panel(services, shot_id, stage, tier, made, human=human, maker=maker)
