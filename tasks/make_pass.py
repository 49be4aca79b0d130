"""Make one pass of the film's image model over a picture: through the ledger, as any take."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from manifests.film import TierName
from manifests.handwork import Handwork
from production.journey.standing import Attempt
from production.purchasing.generate import Made, generate
from production.purchasing.run import Run


@task(task_run_name="{shot_id} {work.work}", cache_policy=NO_CACHE, persist_result=False)
async def make_pass(run: Run, shot_id: str, tier: TierName, work: Handwork, attempt: Attempt) -> Made:
    """Get the attempt's pass: out of the ledger, or bought."""
    return await generate(run, attempt, shot_id, work.stage, tier, inputs=())
