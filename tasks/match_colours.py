"""Match colours: what brings the chained clips of a cut to the look of their chain's first shot."""

from __future__ import annotations

import asyncio
from typing import cast

from prefect import task
from prefect.context import TaskRunContext

from checks.colour_match import ColourMatches
from checks.colour_match import match_colours as measure
from manifests.certificate import Certified
from manifests.keys import hash_json
from wiring.services import Services

_METHOD = "1"
"""Raise it when the same clips would be measured otherwise."""


def _key(context: TaskRunContext, parameters: dict[str, object]) -> str:  # noqa: ARG001  Prefect's signature
    services, clips = cast("Services", parameters["services"]), cast("dict[str, Certified]", parameters["clips"])
    shots = [[clip.sha256, services.shot(shot).model_dump(mode="json")] for shot, clip in clips.items()]
    return f"colours-{hash_json([_METHOD, shots, sorted(services.hashes().items()), services.rules()])}"


@task(task_run_name="{first} colours", cache_key_fn=_key, persist_result=True)
async def match_colours(services: Services, first: str, clips: dict[str, Certified]) -> ColourMatches:  # noqa: ARG001  names the run
    """Hold the clips of one chain, in story order, to its first. Free, and done once for the same clips, masters and
    rules.
    """
    chain = [(services.shot(shot), services.artefact_path(clip.artefact)) for shot, clip in clips.items()]
    found = await asyncio.to_thread(measure, chain, services.references(), services.folder.film.thresholds)
    return ColourMatches(shots=found)
