"""How runs are called in Prefect's page, what their log says, and which film they are for."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect import get_run_logger, runtime
from prefect.client.orchestration import get_client

from flows.outcome import SceneOutcome
from flows.turn import named, speak_plainly
from wiring.errors import NotAFilm
from wiring.services import Services
from wiring.settings import Settings, film_served, read_settings
from wiring.telemetry import StageChange

BY_HAND = "by hand"
"""Stands for the run's id where the flow's body is called without Prefect."""


def run_name() -> str:
    """What it makes, and when: `SC010 drafts and finals · 21 Nov 22:00`."""
    given, flow = dict(runtime.flow_run.parameters), str(runtime.flow_run.flow_name or "scene")
    planned = runtime.flow_run.scheduled_start_time or datetime.now(UTC)
    return f"{what_it_makes(flow, given)} · {planned:%d %b %H:%M}"


def what_it_makes(flow: str, given: Mapping[str, Any]) -> str:
    """A run of `flow` in words: `SC010 drafts`, `film drafts and finals`, `SC010 finals`, `turnaround of marit`,
    `reconcile every scene`.
    """
    subject = str(given.get("scene") or given.get("character") or "")
    if flow in {"scene", "film"}:
        to_drafts = given.get("night") or given.get("tier") == "draft"
        return f"{subject or flow} {'drafts' if to_drafts else 'drafts and finals'}"
    if flow == "finals":
        return f"{subject} finals"
    return f"{flow} of {subject}" if "character" in given else f"{flow} {subject}".strip()


def settings_of(film: str) -> Settings:
    """The settings for the film that is served here, by its folder or by no name.

    Raises NotAFilm for another film's folder: what this process was told of the ledger, caps and vault is that of the
    film it serves.
    """
    settings, served = read_settings(Path(film) if film else None), film_served()
    if served is not None and settings.film != served:
        cause = f"it is not the film that is served here, which is {served}"
        raise NotAFilm(film, cause, f"Leave the field empty, or serve that one: gate up --film {shlex.quote(film)}")
    return settings


def say_in_log(services: Services) -> None:
    """Under a deployment each step of the run is a line of its log."""
    if runtime.deployment.id is not None:
        speak_plainly()
        services.telemetry.listen(_log)


async def say_how_it_ended(outcome: SceneOutcome) -> None:
    """Under a deployment the run's page says it: in its name, where the scene is not finished, and at the end of its
    log.
    """
    if runtime.deployment.id is None:
        return
    if outcome.passed:
        get_run_logger().info("%s Next: %s", outcome.message, " · ".join(outcome.next))
    if outcome.ending != "finished":
        async with get_client() as client:
            await client.set_flow_run_name(
                UUID(str(runtime.flow_run.id)), named(str(runtime.flow_run.name), outcome.ending)
            )


def _log(step: StageChange) -> None:
    get_run_logger().info("%s %s: %s %s", step.subject, step.stage, step.state, step.detail)
