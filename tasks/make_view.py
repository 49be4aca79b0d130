"""Make a locked view of the bible from its approved front; look at what came, and lay it where a person looks at it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from manifests.finding import Verdict
from manifests.sitting import TIER, Sitting
from tasks.current import current
from tasks.generate import Made, generate
from wiring.cutouts import look_at
from wiring.laying import judge_sides, lay
from wiring.standing import Attempt


@dataclass(frozen=True, slots=True)
class Laid:
    """What the gate said of a view, and where it lies; None where it did not pass, or what lies there stays."""

    verdict: Verdict
    path: Path | None


@task(task_run_name="{view_id} take {attempt.number}", cache_policy=NO_CACHE, persist_result=False)
async def make_view(view_id: str, attempt: Attempt) -> Made:
    """Get the attempt's picture: out of the ledger, or bought. The ledger decides, never a cache."""
    return await generate(current(), attempt, view_id, "view", TIER, inputs=())


@task(task_run_name="{one.id} gate", cache_policy=NO_CACHE, persist_result=False)
async def lay_view(one: Sitting, made: Made) -> Laid:
    """Judge what came, and lay its cut-out into assets/. A person approves it, with gate lock; nothing here does."""
    services = current().services
    size = services.provider_called(made.take.provider).capabilities("panel").frame_size(made.take.order.resolution)
    seen = await asyncio.to_thread(look_at, services, made.asset, size)
    verdict = seen.verdict
    if seen.cutout is not None:
        sides = await asyncio.to_thread(judge_sides, services, one, seen.cutout)
        verdict = Verdict(scores=(*verdict.scores, *sides.scores), findings=(*verdict.findings, *sides.findings))
    services.ledger.record_verdict(made.take.generation_key, verdict)
    laid = seen.cutout is not None and verdict.passed
    path = await asyncio.to_thread(lay, services, one, seen.cutout) if laid and seen.cutout else None
    return Laid(verdict, path)
