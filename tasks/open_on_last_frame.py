"""Open a chained shot on the last frame of the shot before it."""

from __future__ import annotations

import asyncio

from prefect import task
from prefect.cache_policies import NO_CACHE

from manifests.certificate import Certified
from manifests.take import Artefact
from tasks.current import current


@task(task_run_name="{shot_id} opens on the last frame", cache_policy=NO_CACHE, persist_result=False)
async def open_on_last_frame(shot_id: str, before: Certified) -> Artefact:  # noqa: ARG001  names the run
    """Take the frame that the shot before ends on, out of its certified clip. It is a panel like any other, and is gated."""
    services = current().services
    return await asyncio.to_thread(services.last_frame, before.artefact, services.shot(before.certificate.shot).frames)
