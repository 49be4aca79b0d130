"""Take in what a person composed by hand: through the ledger, as any take."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from manifests.film import TierName
from manifests.handwork import Handwork
from production.hands.hand_requests import composite_request
from production.journey.standing import Attempt, attempt_at
from production.purchasing.generate import Made, as_made, generate
from production.purchasing.run import Run
from wiring.services import Services


@task(task_run_name="{shot_id} composite", cache_policy=NO_CACHE, persist_result=False)
async def take_composite(run: Run, shot_id: str, tier: TierName, work: Handwork) -> Made:
    """The composite as a take: free, and taken once."""
    return await generate(run, _composite(run.services, shot_id, tier, work), shot_id, work.stage, tier, inputs=())


def known_composite(services: Services, shot_id: str, tier: TierName, work: Handwork) -> Made | None:
    """That take, where the ledger has it already."""
    return as_made(_composite(services, shot_id, tier, work))


def _composite(services: Services, shot_id: str, tier: TierName, work: Handwork) -> Attempt:
    request = composite_request(services.folder, services.shot(shot_id), tier, work)
    return attempt_at(services, work.stage, lambda _number: request, 1)
