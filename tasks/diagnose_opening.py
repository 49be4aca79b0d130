"""Diagnose an opening: say whether a chained shot's entry contradicts the shot that it opens on."""

from __future__ import annotations

import asyncio

from prefect import task
from prefect.cache_policies import NO_CACHE

from manifests.diagnosis import Diagnosis
from manifests.finding import Verdict
from production.journey.diagnosing import write_opening
from wiring.services import Services


@task(task_run_name="{shot_id} diagnosis of its opening", cache_policy=NO_CACHE, persist_result=False)
async def diagnose_opening(
    services: Services, shot_id: str, before_id: str, key: str, verdict: Verdict
) -> Diagnosis | None:
    """Whether a chained shot's entry contradicts the shot it opens on; None where that one's last frame is simply no
    good.
    """
    return await asyncio.to_thread(write_opening, services, shot_id, before_id, key, verdict)
