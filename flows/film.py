"""A whole film: its scenes in story order. A scene that waits for a person holds up no other."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from prefect import flow, runtime
from prefect.client.orchestration import get_client
from prefect.deployments import arun_deployment

from flows.naming import BY_HAND, run_name, settings_of
from flows.outcome import FilmOutcome, FilmUnfinished, SceneLine, SceneUnfinished
from flows.parameters import FilmFolder, UpTo
from flows.scene import run_scene
from production.planning.run_options import RunOptions
from wiring.alive import alive
from wiring.opening import open_services

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun

SCENE_DEPLOYMENT = "scene/scene"

_TRIES = 20
"""How often one film run is retried at most; each retry begins a failed scene again."""

_LOOK_S = 2.0
_PATIENCE_S = 7 * 24 * 3600.0
"""A scene of a hundred shots at a slow provider takes a night; what takes a week is looked at by a person."""


@flow(name="film", flow_run_name=run_name, persist_result=True, log_prints=False)
async def render_film(film: FilmFolder = "", *, tier: UpTo = "final") -> FilmOutcome:
    """Make every scene of the film, one after the other, as far as it goes.

    Under a deployment each scene is a run of its own, which suspends for its yes by itself, and is found again by a
    retry of this one. Raises FilmUnfinished where a scene did not come through.
    """
    services = open_services(settings_of(film))
    with alive(services.settings, str(runtime.flow_run.id or BY_HAND)):
        by_hand = runtime.deployment.id is None
        lines = [
            await (_here(scene, film, tier) if by_hand else _as_a_run(scene, film, tier))
            for scene in sorted(services.folder.scenes)
        ]
    outcome = FilmOutcome(film=services.folder.film.code, scenes=tuple(lines))
    if outcome.failed:
        raise FilmUnfinished(outcome)
    return outcome


async def _here(scene: str, film: str, tier: str) -> SceneLine:
    """The scene in this process: without a deployment nobody else would make it."""
    try:
        outcome = await run_scene(scene, film, RunOptions(drafts_only=tier == "draft"))
    except SceneUnfinished as unfinished:
        outcome = unfinished.outcome
    return SceneLine(
        scene=scene, came_through=outcome.passed, waits=outcome.ending != "finished", message=outcome.message
    )


async def _as_a_run(scene: str, film: str, tier: str) -> SceneLine:
    """The scene as a run of its own deployment, until it ends or is suspended."""
    run = await _found_or_launched(scene, {"scene": scene, "film": film, "tier": tier})
    until = asyncio.get_running_loop().time() + _PATIENCE_S
    async with get_client() as client:
        while (state := run.state) is None or not (state.is_final() or state.is_paused()):
            if asyncio.get_running_loop().time() > until:
                return SceneLine(
                    scene=scene, came_through=False, message="it works for a week; look at its run", run=str(run.id)
                )
            await asyncio.sleep(_LOOK_S)
            run = await client.read_flow_run(run.id)
    words = (
        "it waits for a person's approval: open its run, press ⋮ and Resume"
        if state.is_paused()
        else state.message or state.name
    )
    done = state.is_completed() or state.is_paused()
    return SceneLine(scene=scene, came_through=done, waits=state.is_paused(), message=words, run=str(run.id))


async def _found_or_launched(scene: str, parameters: dict[str, str]) -> FlowRun:
    """The newest run of the scene that this film run has begun; one that failed before this start of it is begun
    again.
    """
    for number in range(1, _TRIES + 1):
        run = await arun_deployment(
            SCENE_DEPLOYMENT,
            parameters=parameters,
            timeout=0,
            as_subflow=False,
            tags=[f"film-run:{runtime.flow_run.id}"],
            idempotency_key=f"{runtime.flow_run.id}-{scene}-{number}",
        )
        failed = run.state is not None and run.state.is_final() and not run.state.is_completed()
        if not failed:
            break
    return run
