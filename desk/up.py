"""gate up: Prefect's server and page, the scene's deployment, its worker, and the media the page shows; one Ctrl-C ends all."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.options import film_option, prices_option, settings_for

if TYPE_CHECKING:
    from wiring.services import Services


@click.command()
@film_option
@prices_option
@click.option("--flaws", type=click.Path(path_type=Path, dir_okay=False), help="A script of flaws for previz to make.")
@click.option(
    "--port",
    metavar="PORT",
    type=click.IntRange(1, 65_534),
    default=4200,
    show_default=True,
    help="Prefect's page; media are served on the next port, or on any other where that one is taken.",
)
def up(film: Path | None, prices: Path | None, flaws: Path | None, port: int) -> None:
    """Start everything on loopback and stay. Runs that wait for a yes are not lost when this ends: start it again."""
    from wiring import server
    from wiring.services import open_services
    from wiring.settings import settle_environment
    from wiring.up import Up, announced, read_up

    settings = settings_for(film, prices, flaws)
    services = open_services(settings)
    if running := read_up(settings):
        raise click.UsageError(f"it runs already, in process {running.pid}: {running.page_url}")
    click.echo("Starting Prefect's server …", err=True)
    with server.listening(port + 1) as media, server.prefect_server(settings, port) as api_url:
        settle_environment(settings, api_url, port=port, serving=True)
        here = Up(
            pid=os.getpid(),
            api_url=api_url,
            page_url=f"http://127.0.0.1:{port}",
            media_url="http://{}:{}".format(*media.getsockname()),
        )
        with announced(settings, here):
            asyncio.run(_serve(services, here.page_url, media))
    click.echo("Ended. Nothing is lost: gate up goes on.", err=True)


async def _serve(services: Services, page_url: str, media_socket: socket.socket) -> None:
    import uvicorn

    from desk.media import media_app
    from flows.serving import deploy, work

    media = uvicorn.Server(uvicorn.Config(media_app(services.vault), log_level="critical"))
    media.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # the command ends it
    await deploy(services)
    scene = min(services.folder.scenes)
    click.echo(
        f"Prefect    {page_url}\nLaunch     Deployments → scene → Run → Quick run, or: prefect deployment run scene/scene\n"
        f"Scene      {scene} of {services.folder.film.title}\nEnd        Ctrl-C"
    )
    ended = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    tasks = [asyncio.create_task(job) for job in (media.serve([media_socket]), work(), ended.wait())]
    _, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    media.should_exit = True
    for task in rest:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
