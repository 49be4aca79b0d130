"""Diagnose: of a shot that goes to a person, say which layer is to blame, and keep it in the ledger."""

from __future__ import annotations

import asyncio

from prefect import task
from prefect.cache_policies import NO_CACHE

from manifests.diagnosis import Diagnosis
from manifests.errors import GateError
from production.journey.diagnosing import write_diagnosis
from wiring.services import Services


@task(task_run_name="{shot_id} diagnosis", cache_policy=NO_CACHE, persist_result=False)
async def diagnose(services: Services, shot_id: str) -> Diagnosis | None:
    """Free. None where it cannot be made, and then that is said: what failed is told all the same."""
    try:
        return await asyncio.to_thread(write_diagnosis, services, shot_id)
    except GateError as error:
        services.telemetry.say(shot_id, "diagnosis", "blocked", str(error))
        return None
