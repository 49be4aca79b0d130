"""How runs are called in Prefect's page, what their log says, and which film they are for."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path

from prefect import get_run_logger, runtime

from flows.turn import wait_without_alarm
from wiring.errors import NotAFilm
from wiring.services import Services
from wiring.settings import Settings, film_served, read_settings
from wiring.telemetry import Step

BY_HAND = "by hand"
"""Stands for the run's id where the flow's body is called without Prefect."""


def run_name() -> str:
    """What it makes, and when: `SC010 · 21 Nov 22:00`; for another flow than scene its name too."""
    parameters, flow = runtime.flow_run.parameters, runtime.flow_run.flow_name or "scene"
    subject = parameters.get("scene") or parameters.get("character") or ""
    planned = runtime.flow_run.scheduled_start_time or datetime.now(UTC)
    what = f"{subject} {'' if flow == 'scene' else flow}".strip()
    return f"{what} · {planned:%d %b %H:%M}"


def settings_of(film: str) -> Settings:
    """The settings for the film that is served here, by its folder or by no name.

    Raises NotAFilm for another film's folder: what this process was told of books, caps and vault is that of the film it serves.
    """
    settings, served = read_settings(Path(film) if film else None), film_served()
    if served is not None and settings.film != served:
        cause = f"it is not the film that is served here, which is {served}"
        raise NotAFilm(film, cause, f"Leave the field empty, or serve that one: gate up --film {shlex.quote(film)}")
    return settings


def say_in_log(services: Services) -> None:
    """Under a deployment each step of the run is a line of its log."""
    if runtime.deployment.id is not None:
        wait_without_alarm()
        services.telemetry.listen(_log)


def _log(step: Step) -> None:
    get_run_logger().info("%s %s: %s %s", step.subject, step.stage, step.state, step.detail)
