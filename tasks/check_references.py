"""Check references: every picture a shot needs is there, is the locked one, was approved, decodes and is large enough."""

from __future__ import annotations

import asyncio

from prefect import task
from prefect.context import TaskRunContext

from checks.reference_gate import check_references as look
from manifests.finding import Verdict
from manifests.keys import hash_json
from tasks.current import current
from wiring.requests import references_hash


def _key(context: TaskRunContext, parameters: dict[str, str]) -> str:  # noqa: ARG001  Prefect's signature
    run = current()
    shot = run.services.shot(parameters["shot_id"])
    names = [run.services.hashes(), run.services.folder.lock.model_dump(mode="json"), run.services.rules()]
    return f"references-{hash_json([shot.id, names])}"


@task(task_run_name="{shot_id} references", cache_key_fn=_key, persist_result=True)
async def check_references(shot_id: str) -> Verdict:
    """Say what is wrong with the references of a shot. Free, and done once for the same pictures and the same lock."""
    services = current().services
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


def missing_names(shot_id: str) -> tuple[str, ...]:
    """The canonical names that the shot needs and the store lacks."""
    services = current().services
    try:
        references_hash(services.hashes(), services.shot(shot_id))
    except KeyError as error:
        return (str(error.args[0]),)
    return ()
