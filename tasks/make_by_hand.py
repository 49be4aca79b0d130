"""Take in what a person made by hand, and make one pass of the film's image model over it: both through the ledger, as any take."""

from __future__ import annotations

from functools import partial

from prefect import task
from prefect.cache_policies import NO_CACHE

from manifests.film import TierName
from manifests.handwork import Handwork
from manifests.take import Request
from tasks.current import current
from tasks.generate import Made, generate
from wiring.hand_requests import composite_request, pass_request
from wiring.standing import attempt_at


@task(task_run_name="{shot_id} composite", cache_policy=NO_CACHE, persist_result=False)
async def take_composite(shot_id: str, tier: TierName, work: Handwork) -> Made:
    """The composite as a take: free, and taken once."""
    run = current()
    services, shot = run.services, run.services.shot(shot_id)
    request = composite_request(services.folder, shot, tier, work)
    attempt = attempt_at(services, work.stage, lambda _number: request, 1)
    return await generate(run, attempt, shot_id, work.stage, tier, inputs=())


@task(task_run_name="{shot_id} {work.work}", cache_policy=NO_CACHE, persist_result=False)
async def make_pass(shot_id: str, tier: TierName, work: Handwork, over: Made) -> Made:
    """One pass over the picture of the take `over`: out of the ledger, or bought."""
    run = current()
    services, shot = run.services, run.services.shot(shot_id)
    request_for = partial(_pass, shot_id, tier, work, over)
    attempt = attempt_at(services, work.stage, request_for, work.number)
    return await generate(run, attempt, shot.id, work.stage, tier, inputs=())


def _pass(shot_id: str, tier: TierName, work: Handwork, over: Made, _number: int) -> Request:
    services = current().services
    shot = services.shot(shot_id)
    return pass_request(
        services.folder, services.hashes(), shot, tier, work,
        on=over.asset.sha256, parent=over.take.generation_key, can=services.can("panel", shot),
    )  # fmt: skip
