"""Begins a run: claims the scene, so that an older process of it buys nothing more, agrees on the caps, and opens the
providers' lanes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from contextvars import ContextVar
from uuid import UUID

from prefect import runtime
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

from flows.naming import BY_HAND
from flows.scene_run import SceneRun
from flows.serving.lanes import free_dead, slot_of
from flows.serving.left_behind import clear_away
from flows.showing.budget import agree_on_budget
from flows.step import Graph
from manifests.scene import Scene
from production.learning.film_limits import film_limits
from production.purchasing.run import Spending, Terms, lane
from providers.contract import Provider
from wiring.alive import works_here
from wiring.services import Services

TAKEN_OVER = "another run of this scene is under way: this one takes it over, and that one buys nothing more"


_AS_IT_COMES = Terms()

dry_tonight: ContextVar[dict[str, Exception]] = ContextVar("dry_tonight")
"""The providers whose credit has ended, of all the scenes that one night makes in this process.

It goes beside the parameters of a scene's flow: those are a form that people fill in.
"""


async def claim(
    services: Services, scene: Scene, makers: Mapping[str, Provider], terms: Terms = _AS_IT_COMES
) -> SceneRun:
    """Begin a run of `scene`. `makers`: every provider that makes something of it, by name."""
    run_id = str(runtime.flow_run.id or BY_HAND)
    film, budget = services.folder.film, services.folder.film.budget
    for left in await clear_away(services.settings):
        services.telemetry.say(scene.id, "run", "works", f"{left.name}: its process is gone; it is {left.now} now")
    before = services.ledger.current_epoch(scene.id)
    epoch = services.ledger.begin_epoch(scene.id, run_id)
    if before is not None and before.run != run_id and works_here(services.settings, before.run):
        services.telemetry.say(scene.id, "run", "works", TAKEN_OVER)
    spending, graph = Spending(dry=dry_tonight.get({})), Graph(services.vault)
    services.ledger.declare_caps(
        {
            f"film:{film.code}": budget.film_usd,
            f"scene:{scene.id}": budget.scene_usd,
            f"run:{run_id}": budget.run_usd,
            **{f"shot:{shot.id}": budget.shot_usd for shot in scene.shots},
            **{f"key:{name}": usd for name, usd in budget.keys.items()},
        }
    )
    await agree_on_budget(services, scene)
    await _tag(services, scene, makers)
    await _open_lanes(services, makers)
    return SceneRun(services, scene, epoch, slot_of, terms, spending, graph=graph, limits=film_limits(services))


async def _tag(services: Services, scene: Scene, makers: Mapping[str, Provider]) -> None:
    """Tag the run, never its tasks: each tag of a task is a concurrency limit that Prefect asks its server for."""
    tags = [f"film:{services.folder.film.code}", f"scene:{scene.id}", *(f"provider:{name}" for name in sorted(makers))]
    if runtime.flow_run.id is not None:
        async with get_client() as client:
            await client.update_flow_run(UUID(str(runtime.flow_run.id)), tags=tags)


async def _open_lanes(services: Services, makers: Mapping[str, Provider]) -> None:
    """One concurrency limit a provider, made once; a person may set it to 0 in Prefect, and it stays there."""
    names = sorted(name for name, maker in makers.items() if not (maker.embedded or maker.by_hand))
    for name in names:
        await free_dead(services.settings, name)
        async with get_client() as client:
            try:
                await client.read_global_concurrency_limit_by_name(lane(name))
            except ObjectNotFound:
                limit = GlobalConcurrencyLimitCreate(name=lane(name), limit=services.folder.film.limits.lanes)
                with contextlib.suppress(ObjectAlreadyExists):  # another run makes it at this moment
                    await client.create_global_concurrency_limit(limit)
