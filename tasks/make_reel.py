"""Make the reel of dailies: a slate before each shot, its name and time burned in."""

from __future__ import annotations

import asyncio
from typing import cast

from prefect import task
from prefect.context import TaskRunContext

from assembly import reel
from manifests.cut import Cut
from manifests.film import frame_size
from manifests.take import Artefact
from production.review.cutting import cut_key, store_cut
from production.review.slates import slates_of
from wiring.scratch import scratch
from wiring.services import Services


def _key(context: TaskRunContext, parameters: dict[str, object]) -> str:  # noqa: ARG001  Prefect's signature
    return f"reel-{cut_key(cast('Services', parameters['services']), cast('Cut', parameters['cut']), '480p')}"


@task(task_run_name="{name} dailies reel", cache_key_fn=_key, persist_result=True)
async def make_reel(services: Services, name: str, cut: Cut) -> Artefact:  # noqa: ARG001  names the run
    """Render the reel. Free, and done once for the same clips in the same order with the same finish."""
    with scratch(services.settings) as folder:
        made, title, slates = folder / "reel.mp4", services.folder.film.title, slates_of(services, cut)
        await asyncio.to_thread(reel.render, cut, services.vault.path, made, slates, folder / "work", title=title)
        return store_cut(services, made, frame_size("480p", cut.aspect), cut)
