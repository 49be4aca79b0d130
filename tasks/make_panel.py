"""Make a panel: a shot's first or last frame, from the locked pictures."""

from __future__ import annotations

from functools import partial

from prefect import task
from prefect.cache_policies import NO_CACHE

from manifests.film import Stage, TierName
from manifests.finding import Verdict
from tasks.current import current
from tasks.generate import Made, generate
from wiring.guides import guide_of
from wiring.requests import panel_request
from wiring.standing import attempt_at


@task(task_run_name="{shot_id} {stage} take {number}", cache_policy=NO_CACHE, persist_result=False)
async def make_panel(shot_id: str, stage: Stage, tier: TierName, number: int, after: Verdict | None = None) -> Made:  # noqa: ARG001  draws the edge in Prefect's graph
    """Get the panel's take `number`: out of the ledger, or bought. The ledger decides, never a cache."""
    run = current()
    services, shot = run.services, run.services.shot(shot_id)
    request_for = partial(
        panel_request,
        services.folder,
        services.hashes(),
        shot,
        tier,
        stage=stage,
        can=services.can(stage, shot),
        guide_of=guide_of(services, shot),
    )
    attempt = attempt_at(services, stage, request_for, number)
    return await generate(run, attempt, shot_id, stage, tier, inputs=())
