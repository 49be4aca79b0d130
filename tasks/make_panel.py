"""Make a panel: a shot's first or last frame, from the locked pictures."""

from __future__ import annotations

from functools import partial

from prefect import task
from prefect.cache_policies import NO_CACHE

from manifests.film import Stage, TierName
from manifests.scene import Shot
from tasks.current import Run, current
from tasks.generate import Made, as_made, generate
from wiring.guides import guide_of
from wiring.requests import panel_request
from wiring.standing import Attempt, RequestFor, attempt_at


@task(task_run_name="{shot_id} {stage} take {number}", cache_policy=NO_CACHE, persist_result=False)
async def make_panel(shot_id: str, stage: Stage, tier: TierName, number: int) -> Made:
    """Get the panel's take `number`: out of the ledger, or bought. The ledger decides, never a cache."""
    return await generate(current(), _attempt(shot_id, stage, tier, number), shot_id, stage, tier, inputs=())


def known_panel(shot_id: str, stage: Stage, tier: TierName, number: int) -> Made | None:
    """That take, where the ledger has it already; None where it is to be bought or brought home."""
    return as_made(_attempt(shot_id, stage, tier, number))


def panel_requests(run: Run, shot: Shot, stage: Stage, tier: TierName) -> RequestFor:
    """Writes the request of each attempt at a shot's panel, as the film stands now."""
    services = run.services
    return partial(
        panel_request, services.folder, services.hashes(), shot, tier,
        stage=stage, can=services.can(stage, shot), guide_of=guide_of(services, shot),
    )  # fmt: skip


def _attempt(shot_id: str, stage: Stage, tier: TierName, number: int) -> Attempt:
    run = current()
    shot = run.services.shot(shot_id)
    return attempt_at(run.services, stage, panel_requests(run, shot, stage, tier), number)
