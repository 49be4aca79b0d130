"""Diagnose: of a shot that goes to a person, say which layer is to blame, and keep it in the books."""

from __future__ import annotations

import asyncio

from prefect import task
from prefect.cache_policies import NO_CACHE

from manifests.diagnosis import Diagnosis
from manifests.errors import GateError
from manifests.finding import Verdict
from tasks.current import current
from wiring.diagnosing import write_diagnosis, write_opening


@task(task_run_name="{shot_id} diagnosis", cache_policy=NO_CACHE, persist_result=False)
async def diagnose(shot_id: str) -> Diagnosis | None:
    """Free. None where it cannot be made, and then that is said: what failed is told all the same."""
    services = current().services
    try:
        return await asyncio.to_thread(write_diagnosis, services, shot_id)
    except GateError as error:
        services.telemetry.say(shot_id, "diagnosis", "blocked", str(error))
        return None


@task(task_run_name="{shot_id} diagnosis of its opening", cache_policy=NO_CACHE, persist_result=False)
async def diagnose_opening(shot_id: str, before_id: str, key: str, verdict: Verdict) -> Diagnosis | None:
    """Whether a chained shot's entry contradicts the shot it opens on; None where that one's last frame is simply no good."""
    return await asyncio.to_thread(write_opening, current().services, shot_id, before_id, key, verdict)
