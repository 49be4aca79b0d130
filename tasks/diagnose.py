"""Diagnose: of a shot that goes to a person, say which layer is to blame, and keep it in the books."""

from __future__ import annotations

import asyncio

from prefect import task
from prefect.cache_policies import NO_CACHE

from manifests.diagnosis import Diagnosis
from manifests.errors import GateError
from tasks.current import current
from wiring.diagnosing import write_diagnosis


@task(task_run_name="{shot_id} diagnosis", cache_policy=NO_CACHE, persist_result=False)
async def diagnose(shot_id: str) -> Diagnosis | None:
    """Free. None where it cannot be made: what failed is told all the same."""
    try:
        return await asyncio.to_thread(write_diagnosis, current().services, shot_id)
    except GateError:
        return None
