"""Render the whole film from its cut: master, subtitles and deliverables."""

from __future__ import annotations

import asyncio

from prefect import task
from prefect.cache_policies import NO_CACHE

from production.post.rendering import RenderedFilm
from production.post.rendering import render_film as render
from production.post.resolving import ResolvedFilm
from wiring.services import Services


@task(task_run_name="{name} film", cache_policy=NO_CACHE, persist_result=False)
async def render_film(services: Services, name: str, found: ResolvedFilm) -> RenderedFilm:
    """Render what changed since the last time. Free; encoded pieces are kept by their content."""
    services.telemetry.say(name, "film", "works")
    made = await asyncio.to_thread(render, services, found)
    services.telemetry.say(name, "film", "done" if made.stitched else "cached", str(made.film))
    return made
