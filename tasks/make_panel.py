"""Make a panel: a shot's first or last frame, from the locked pictures."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from manifests.film import Stage, TierName
from production.journey.standing import Attempt
from production.purchasing.generate import Made, generate
from production.purchasing.run import Run


@task(task_run_name="{shot_id} {stage} take {attempt.number}", cache_policy=NO_CACHE, persist_result=False)
async def make_panel(run: Run, shot_id: str, stage: Stage, tier: TierName, attempt: Attempt) -> Made:
    """Get the attempt's panel: out of the ledger, or bought. The ledger decides, never a cache."""
    return await generate(run, attempt, shot_id, stage, tier, inputs=())
