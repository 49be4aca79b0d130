"""Match colours: what brings the chained clips of a cut to the look of their chain's first shot."""

from __future__ import annotations

import asyncio
from typing import cast

from prefect import task
from prefect.context import TaskRunContext

from checks.colour_match import ColourMatches
from manifests.certificate import Certified
from production.post.colours import colours_key, look_at
from wiring.services import Services


def _key(context: TaskRunContext, parameters: dict[str, object]) -> str:  # noqa: ARG001  Prefect's signature
    services, clips = cast("Services", parameters["services"]), cast("dict[str, Certified]", parameters["clips"])
    return colours_key(services, clips)


@task(task_run_name="{first} colours", cache_key_fn=_key, persist_result=True)
async def match_colours(services: Services, first: str, clips: dict[str, Certified]) -> ColourMatches:  # noqa: ARG001  names the run
    """Hold the clips of one chain, in story order, to its first. Free, and done once for the same clips, masters and
    rules.
    """
    return await asyncio.to_thread(look_at, services, clips)
