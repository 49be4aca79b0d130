"""gate down: stop the services that `gate up` started for this film, and report what became of its runs."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import film_option, json_option, print_json, settings_for, typed

if TYPE_CHECKING:
    from wiring.settings import Settings
    from wiring.up import Up

_PATIENCE_S = 60.0
_LOOK_S = 0.2


@click.command()
@film_option
@json_option
def down(film: Path | None, as_json: bool) -> None:
    """Stop the services that gate up started for this film:
    the server, its worker, the review room, and the runs under way.

    Nothing is lost: runs that wait for a person keep waiting, purchases stay recorded, and Retry or gate resume
    continues a run that was stopped.
    """
    from desk.cli.services.status_up import runs_of
    from wiring.up import read_up

    settings = settings_for(film)
    up = read_up(settings)
    if up is None:
        print_json({"ended": None, "runs": []}) if as_json else click.echo("No services run for this film.")
        return
    runs = runs_of(settings, up)
    click.echo(f"Stopping gate up (process {up.pid}) …", err=True)
    _end(settings, up)
    if as_json:
        print_json({"ended": up.model_dump(), "runs": [run.model_dump() for run in runs]})
        return
    click.echo(f"Stopped: process {up.pid}, with Prefect's page at {up.page_url}.")
    for run in runs:
        if run.doing == "works":
            go_on = typed(f"gate resume {run.scene}", film)
            click.echo(f"  {run.name} was under way and was stopped. Continue: gate up and Retry (⋮), or {go_on}")
        elif run.doing == "waits for a person":
            approve = typed(f"gate approve {run.scene}", film)
            click.echo(f"  {run.name} waits for a person, and keeps waiting: gate up, or {approve}")


def _end(settings: Settings, up: Up) -> None:
    """Ask for its end and wait for it. Raises ClickException where it does not come, or is not ours to ask for."""
    from wiring.up import has_ended

    try:
        os.kill(up.pid, signal.SIGTERM)
    except PermissionError:
        raise click.ClickException(f"process {up.pid} belongs to another user: ask them to stop it") from None
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        if has_ended(settings):
            return
        time.sleep(_LOOK_S)
    raise click.ClickException(f"process {up.pid} did not stop within {_PATIENCE_S:.0f} s; force it: kill -9 {up.pid}")
