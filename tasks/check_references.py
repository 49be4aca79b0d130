"""Check references: every picture a shot needs is there, is the locked one, was approved, decodes and is large
enough.
"""

from __future__ import annotations

import asyncio
from typing import cast

from prefect import task
from prefect.context import TaskRunContext

from checks.gates.reference_gate import check_references as look
from manifests.finding import Verdict
from manifests.keys import hash_json
from wiring.services import Services


def _key(context: TaskRunContext, parameters: dict[str, object]) -> str:  # noqa: ARG001  Prefect's signature
    services = cast("Services", parameters["services"])
    shot = services.shot(str(parameters["shot_id"]))
    names = [services.hashes(), services.folder.lock.model_dump(mode="json"), services.rules()]
    return f"references-{hash_json([shot.id, names])}"


@task(task_run_name="{shot_id} references", cache_key_fn=_key, persist_result=True)
async def check_references(services: Services, shot_id: str) -> Verdict:
    """Say what is wrong with the references of a shot. Free, and done once for the same pictures and the same lock."""
    folder = services.folder
    return await asyncio.to_thread(
        look,
        services.shot(shot_id),
        folder.bible,
        folder.lock,
        services.references(),
        folder.film.thresholds,
        services.looked(),
    )
