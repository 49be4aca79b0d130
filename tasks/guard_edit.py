"""Guard a pass: whatever lies outside of what it may change is held against the picture it was made from."""

from __future__ import annotations

from typing import Any

from prefect import task
from prefect.context import TaskRunContext

from manifests.handwork import Handwork
from manifests.take import Artefact
from production.gating.guard import GuardResult, guard_key, judge_edit
from production.purchasing.generate import Made
from wiring.services import Services


def _key(context: TaskRunContext, parameters: dict[str, Any]) -> str:  # noqa: ARG001  Prefect's signature
    return guard_key(*(parameters[name] for name in ("services", "before", "after", "work")))


@task(task_run_name="{shot_id} {work.work} guard", cache_key_fn=_key, persist_result=True)
async def guard_edit(services: Services, shot_id: str, before: Artefact, after: Made, work: Handwork) -> GuardResult:
    """Judge a pass by V114, and draw what moved. Free, and done once for the same two pictures."""
    return await judge_edit(services, shot_id, before, after, work)
