"""Make a cut: the clips in story order become a film."""

from __future__ import annotations

import asyncio
from typing import cast

from prefect import task
from prefect.context import TaskRunContext

from assembly import film
from manifests.cut import Cut
from manifests.film import Resolution, frame_size
from manifests.take import Artefact
from production.review.cutting import cut_key, store_cut
from wiring.scratch import scratch
from wiring.services import Services


def _key(context: TaskRunContext, parameters: dict[str, object]) -> str:  # noqa: ARG001  Prefect's signature
    services, cut = cast("Services", parameters["services"]), cast("Cut", parameters["cut"])
    return cut_key(services, cut, cast("Resolution", parameters["resolution"]))


@task(task_run_name="{name} cut", cache_key_fn=_key, persist_result=True)
async def make_cut(
    services: Services,
    name: str,  # noqa: ARG001  names the run
    cut: Cut,
    resolution: Resolution,
) -> Artefact:
    """Render the cut. Free, and done once for the same clips in the same order with the same finish."""
    size, finish = frame_size(resolution, cut.aspect), services.folder.film.finish
    with scratch(services.settings) as folder:
        made, work, grades_in = folder / "cut.mp4", folder / "work", services.folder.root
        kept = services.settings.cache / "pieces"
        await asyncio.to_thread(
            film.render, cut, services.vault.path, finish, size, made, work, grades_in=grades_in, kept=kept
        )
        return store_cut(services, made, size, cut)
