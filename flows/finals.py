"""Makes the approved finals of a scene: nobody is asked, and no draft is bought."""

from __future__ import annotations

from prefect import flow

from flows.naming import run_name
from flows.outcome import SceneOutcome
from flows.parameters import FilmFolder, SceneName
from flows.scene import run_scene
from production.planning.run_options import RunOptions


@flow(name="finals", flow_run_name=run_name, persist_result=True, log_prints=False)
async def render_finals(scene: SceneName, film: FilmFolder = "") -> SceneOutcome:
    """Make the approved finals. The others, and what has no draft that stands, stay as they are."""
    return await run_scene(scene, film, RunOptions(approved_only=True))
