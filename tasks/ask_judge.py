"""Ask the film's judge about what a gate has looked at."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from manifests.film import Stage, TierName
from production.gating.judge import verdict_of_both
from production.gating.result import GateResult
from production.purchasing.run import Run


@task(task_run_name="{shot_id} {stage} judge", cache_policy=NO_CACHE, persist_result=False)
async def ask_judge(run: Run, shot_id: str, stage: Stage, tier: TierName, local: GateResult) -> GateResult:
    """Return one verdict of the local gate and the judge. The ledger, never a cache, decides whether to buy a call."""
    return await verdict_of_both(run, shot_id, stage, tier, local)
