"""Serves the scene as a deployment, so that it is launched, suspended and resumed from Prefect's own page."""

from __future__ import annotations

import sys

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectNotFound
from prefect.types.entrypoint import EntrypointType
from prefect.workers.process import ProcessWorker

from flows.scene import render_scene
from wiring.services import Services

POOL = "gate"
"""The work pool of this machine's worker; each run is a process of its own, loaded by the flow's module."""


async def deploy(services: Services) -> str:
    """Register the deployment `scene/scene` for this film; gives its id. The form offers the film's first scene.

    The entrypoint names the module, never a file: the file form would load every class twice.
    """
    scene = min(services.folder.scenes)
    await _make_pool()
    deployment = await render_scene.ato_deployment(
        name="scene",
        work_pool_name=POOL,
        parameters={"scene": scene, "film": str(services.settings.film)},
        tags=[f"film:{services.folder.film.code}"],
        description=f"Make a scene of {services.folder.film.title}: drafts, a person's yes, finals, the cut.",
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    return str(await deployment.aapply())


async def work() -> None:
    """Take runs from the pool until cancelled. Each is a process of its own; ending the worker leaves it resumable."""
    worker = ProcessWorker(work_pool_name=POOL, name="gate up")
    await worker.start(printer=_quietly)


async def _make_pool() -> None:
    async with get_client() as client:
        try:
            await client.read_work_pool(POOL)
        except ObjectNotFound:
            await client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))


def _quietly(line: str) -> None:
    sys.stderr.write(f"  {line}\n")
