"""Take in what a person made by hand, and make one pass of the film's image model over it: both through the ledger, as any take."""

from __future__ import annotations

from functools import partial

from prefect import task
from prefect.cache_policies import NO_CACHE

from manifests.film import TierName
from manifests.handwork import Handwork
from manifests.take import Request
from tasks.current import current
from tasks.generate import Made, as_made, generate
from wiring.hand_requests import composite_request, pass_request
from wiring.standing import Attempt, attempt_at


@task(task_run_name="{shot_id} composite", cache_policy=NO_CACHE, persist_result=False)
async def take_composite(shot_id: str, tier: TierName, work: Handwork) -> Made:
    """The composite as a take: free, and taken once."""
    return await generate(current(), _composite(shot_id, tier, work), shot_id, work.stage, tier, inputs=())


def known_composite(shot_id: str, tier: TierName, work: Handwork) -> Made | None:
    """That take, where the ledger has it already."""
    return as_made(_composite(shot_id, tier, work))


@task(task_run_name="{shot_id} {work.work}", cache_policy=NO_CACHE, persist_result=False)
async def make_pass(shot_id: str, tier: TierName, work: Handwork, over: Made) -> Made:
    """One pass over the picture of the take `over`: out of the ledger, or bought."""
    return await generate(current(), _over(shot_id, tier, work, over), shot_id, work.stage, tier, inputs=())


def known_pass(shot_id: str, tier: TierName, work: Handwork, over: Made) -> Made | None:
    """That take, where the ledger has it already."""
    return as_made(_over(shot_id, tier, work, over))


def _composite(shot_id: str, tier: TierName, work: Handwork) -> Attempt:
    services = current().services
    request = composite_request(services.folder, services.shot(shot_id), tier, work)
    return attempt_at(services, work.stage, lambda _number: request, 1)


def _over(shot_id: str, tier: TierName, work: Handwork, over: Made) -> Attempt:
    return attempt_at(current().services, work.stage, partial(_pass, shot_id, tier, work, over), work.number)


def _pass(shot_id: str, tier: TierName, work: Handwork, over: Made, _number: int) -> Request:
    services = current().services
    shot = services.shot(shot_id)
    return pass_request(
        services.folder, services.hashes(), shot, tier, work,
        on=over.asset.sha256, parent=over.take.generation_key, can=services.can("panel", shot),
    )  # fmt: skip
