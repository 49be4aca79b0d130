"""Make a scene from the command line, on the film's Prefect server."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import Iterator
from typing import TYPE_CHECKING

from desk.cli.in_flight import collected_if_refused
from desk.cli.options import (
    say,
)
from production.planning.run_options import RunOptions

if TYPE_CHECKING:
    from flows.outcome import SceneOutcome
    from wiring.services import Services
    from wiring.settings import Settings

_AS_EVER = RunOptions()


def make(services: Services, scene: str, options: RunOptions = _AS_EVER, *, preflight: bool = False) -> SceneOutcome:
    """Run the flow once, on the server of `gate up` if one runs here, else on the one that the film's runs share.

    What would refuse its start is said before a server is started for it. Where nothing has changed since the last run
    ended, this run ends as that one did, and starts nothing. `preflight`: look also whether it can be paid and stored.
    """
    from flows.serving.last_outcome import ground, recall, remember
    from production.messages.notifying import deliver_due
    from production.planning.plan_file import start
    from production.planning.preflight import having_looked

    with collected_if_refused(services, [scene]):
        start(services, services.scene(scene), options)
    before = ground(services, scene, options)
    if before and (last := recall(services.settings, scene, before)):
        deliver_due(services)
        return last
    if preflight:
        with collected_if_refused(services, [scene]):
            _look_ahead(services, scene)
    with server_for(services), having_looked() if preflight else contextlib.nullcontext():
        outcome = run_flow(services.settings, scene, options)
    if before:
        remember(services.settings, before, outcome)
    return outcome


def _look_ahead(services: Services, scene: str) -> None:
    """Raise what would stop the run before it makes anything."""
    from production.planning.limits import plan_within_limits
    from production.planning.preflight import refusal_before

    if refusal := refusal_before(services, plan_within_limits(services, services.scene(scene)).plan.steps):
        raise refusal


@contextlib.contextmanager
def server_for(services: Services) -> Iterator[None]:
    """Prefect's server for the length of the block; the heavy loading happens while it starts."""
    from wiring.prefect_server import film_server
    from wiring.scratch import sweep
    from wiring.settings import settle_environment
    from wiring.up import read_up

    settings = services.settings
    sweep(services)
    if up := read_up(settings):
        settle_environment(settings, up.api_url)
        yield
        return
    server = film_server.start(settings, tell=say)
    try:
        from prefect.context import refresh_global_settings_context

        import flows.scene  # noqa: F401

        services.warm_up()
        settle_environment(settings, server.wait())
        refresh_global_settings_context()
        yield
    finally:
        server.stop()


def run_flow(settings: Settings, scene: str, options: RunOptions = _AS_EVER) -> SceneOutcome:
    """The flow in this process."""
    from flows.finals import render_finals
    from flows.outcome import SceneUnfinished
    from flows.parameters import UpTo
    from flows.scene import render_scene

    if not gc.get_freeze_count():
        gc.freeze()  # what Prefect has loaded stays: to look through it again and again frees nothing
    film, plan = str(settings.film), str(options.plan.resolve()) if options.plan else ""
    try:
        if options.approved_only:
            return asyncio.run(render_finals(scene, film))
        tier: UpTo = "draft" if options.drafts_only else "final"
        return asyncio.run(render_scene(scene, film, plan, tier=tier, night=options.night, partial=options.partial))
    except SceneUnfinished as unfinished:
        return unfinished.outcome
