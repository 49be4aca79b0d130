"""A scene's finals, of those shots that a person has said yes to: nobody is asked, no draft is bought."""

from __future__ import annotations

from prefect import flow

from flows.naming import run_name
from flows.outcome import SceneOutcome
from flows.parameters import FilmFolder, SceneName
from flows.scene import run_scene
from wiring.run_options import RunOptions


@flow(name="finals", flow_run_name=run_name, persist_result=True, log_prints=False)
async def render_finals(scene: SceneName, film: FilmFolder = "") -> SceneOutcome:
    """Make the finals that have a yes. The others, and what has no draft that stands, stay as they are."""
    return await run_scene(scene, film, RunOptions(approved_only=True))
