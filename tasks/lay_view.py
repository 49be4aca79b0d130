"""Lay a view: judge what was made, and lay its cut-out where a person looks at it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from manifests.finding import Verdict
from manifests.view_shot import ViewShot
from production.bible.cutouts import look_at
from production.bible.laying import judge_sides, lay
from production.purchasing.generate import Made
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class Laid:
    """What the gate said of a view, and where it lies; None where it did not pass, or what lies there stays."""

    verdict: Verdict
    path: Path | None


@task(task_run_name="{one.id} gate", cache_policy=NO_CACHE, persist_result=False)
async def lay_view(services: Services, one: ViewShot, made: Made) -> Laid:
    """Judge what came, and lay its cut-out into assets/. A person approves it, with gate lock; nothing here does."""
    size = (
        services.provider_called(made.take.provider)
        .capabilities("panel")
        .frame_size(made.take.order.resolution, made.take.order.aspect)
    )
    seen = await asyncio.to_thread(look_at, services, made.asset, size)
    verdict = seen.verdict
    if seen.cutout is not None:
        sides = await asyncio.to_thread(judge_sides, services, one, seen.cutout)
        verdict = Verdict(scores=(*verdict.scores, *sides.scores), findings=(*verdict.findings, *sides.findings))
    services.ledger.record_verdict(made.take.generation_key, verdict)
    laid = seen.cutout is not None and verdict.passed
    path = await asyncio.to_thread(lay, services, one, seen.cutout) if laid and seen.cutout else None
    return Laid(verdict, path)
