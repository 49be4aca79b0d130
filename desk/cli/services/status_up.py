"""gate status without a scene: whether gate up runs for this film, and what its runs do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from desk.cli.options import print_json, typed

if TYPE_CHECKING:
    from flows.serving.under_way import RunLine
    from wiring.settings import Settings
    from wiring.up import Up

_ICONS = {"works": "▶", "waits for a person": "⏸", "comes next": "…"}


def tell_up(settings: Settings, *, as_json: bool) -> None:
    """Print what is up, and each run under way with its page."""
    from wiring.up import read_up

    up = read_up(settings)
    runs = runs_of(settings, up) if up else []
    if as_json:
        print_json({"up": up.model_dump() if up else None, "runs": [run.model_dump() for run in runs]})
    elif up is None:
        click.echo(f"No services run for this film. Start them: {typed('gate up')}. Or see a scene: gate status SCENE")
    else:
        _tell(up, runs)


def runs_of(settings: Settings, up: Up) -> list[RunLine]:
    """The state of the live one's runs."""
    from wiring.settings import settle_environment

    settle_environment(settings, up.api_url)
    from flows.serving.under_way import runs_under_way

    return asyncio.run(runs_under_way(up.page_url))


def _tell(up: Up, runs: list[RunLine]) -> None:
    click.echo(
        f"Up         process {up.pid}; stop it: Ctrl-C there, or gate down\nPrefect    {up.page_url}\nRoom     "
        f"  {up.room_url}"
    )
    for run in runs:
        since = run.since[:16].replace("T", " ")
        click.echo(f"  {_ICONS[run.doing]} {run.name:<28}{run.doing:<20}{run.state}, {since} UTC\n    {run.url}")
    if not runs:
        click.echo("No run is under way, and none waits.")
    for scene in sorted({run.scene for run in runs if run.doing == "waits for a person"}):
        approve, resume = typed(f"gate approve {scene}"), typed(f"gate resume {scene}")
        click.echo(f"Answer on its page (⋮ → Resume), or: {approve}, then {resume}")
