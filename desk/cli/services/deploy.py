"""gate deploy: offer a film on a studio's own Prefect server (PREFECT_API_URL), as gate up does on its own."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import film_option, json_option, open_film, prices_option, print_json

if TYPE_CHECKING:
    from wiring.services import Services


@click.command()
@film_option
@prices_option
@click.option("--follow", is_flag=True, help="Keep running, and update the forms and the nights when the film changes.")
@json_option
def deploy(film: Path | None, prices: Path | None, follow: bool, as_json: bool) -> None:
    """Register every deployment with the Prefect server that PREFECT_API_URL names, with this film's forms and nights.

    Repeating it changes nothing. Workers take the runs: prefect worker start --pool gate --type process
    """
    services = open_film(film, prices)
    asyncio.run(_deploy(services, follow=follow, as_json=as_json))


async def _deploy(services: Services, *, follow: bool, as_json: bool) -> None:
    from prefect.settings import PREFECT_API_URL

    from flows.serving import serve
    from flows.serving.deployments import POOL
    from production.messages.notifying import keep_telling

    api_url = PREFECT_API_URL.value()
    if not api_url:
        raise click.UsageError(
            "name the studio's server: PREFECT_API_URL=http://HOST:4200/api. On one machine: gate up"
        )
    made = await serve.deploy(services)
    if as_json:
        print_json({"api_url": api_url, "pool": POOL, "deployments": made})
    else:
        click.echo(f"Deployed to {api_url}, work pool {POOL}: {', '.join(made)}")
    if follow:
        await asyncio.gather(serve.follow(services), serve.keep_order(services.settings), keep_telling(services))
