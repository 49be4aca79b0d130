"""Make a locked view of the bible from its approved front."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from manifests.view_shot import TIER
from production.journey.standing import Attempt
from production.purchasing.generate import Made, generate
from production.purchasing.run import Run


@task(task_run_name="{view_id} take {attempt.number}", cache_policy=NO_CACHE, persist_result=False)
async def make_view(run: Run, view_id: str, attempt: Attempt) -> Made:
    """Get the attempt's picture: out of the ledger, or bought. The ledger decides, never a cache."""
    return await generate(run, attempt, view_id, "view", TIER, inputs=())
