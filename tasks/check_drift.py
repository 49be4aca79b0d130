"""Check drift: hold the shots made so far against the locked masters and say whose chain must go back to them."""

from __future__ import annotations

from typing import Any

from prefect import task
from prefect.context import TaskRunContext

from checks.drift import DriftReport
from production.gating.drift import Clips, drift_key, judge_clips
from wiring.services import Services


def _key(context: TaskRunContext, parameters: dict[str, Any]) -> str:  # noqa: ARG001  Prefect's signature
    return drift_key(parameters["services"], parameters["clips"])


@task(task_run_name="{upto} drift check", cache_key_fn=_key, persist_result=True)
async def check_drift(services: Services, upto: str, clips: Clips) -> DriftReport:  # noqa: ARG001  names the run
    """Judge the clips made so far. Free, and done once for the same clips, masters and rules."""
    return await judge_clips(services, clips)
