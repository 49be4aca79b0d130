"""Make one pass of the film's image model over a picture: through the ledger, as any take."""

from __future__ import annotations

from functools import partial

from prefect import task
from prefect.cache_policies import NO_CACHE

from manifests.film import TierName
from manifests.handwork import Handwork
from manifests.take import Request
from production.hands.hand_requests import pass_request
from production.journey.standing import Attempt, attempt_at
from production.purchasing.generate import Made, as_made, generate
from production.purchasing.run import Run
from wiring.services import Services


@task(task_run_name="{shot_id} {work.work}", cache_policy=NO_CACHE, persist_result=False)
async def make_pass(run: Run, shot_id: str, tier: TierName, work: Handwork, over: Made) -> Made:
    """One pass over the picture of the take `over`: out of the ledger, or bought."""
    return await generate(run, _over(run.services, shot_id, tier, work, over), shot_id, work.stage, tier, inputs=())


def known_pass(services: Services, shot_id: str, tier: TierName, work: Handwork, over: Made) -> Made | None:
    """That take, where the ledger has it already."""
    return as_made(_over(services, shot_id, tier, work, over))


def _over(services: Services, shot_id: str, tier: TierName, work: Handwork, over: Made) -> Attempt:
    return attempt_at(services, work.stage, partial(_pass, services, shot_id, tier, work, over), work.number)


def _pass(services: Services, shot_id: str, tier: TierName, work: Handwork, over: Made, _number: int) -> Request:
    shot = services.shot(shot_id)
    return pass_request(
        services.folder,
        services.hashes(),
        shot,
        tier,
        work,
        on=over.asset.sha256,
        parent=over.take.generation_key,
        can=services.can("panel", shot),
    )
