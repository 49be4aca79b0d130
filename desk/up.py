"""gate up: Prefect's server and page, every deployment, their worker, and the review room; one Ctrl-C ends all of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    """Start everything on loopback and stay; Ctrl-C here, or gate down elsewhere, ends it.

    Runs that wait for a yes are not lost by that, nor is what a run under way has bought: start it again.
    """
    from wiring import server
    from wiring.services import open_services
    from wiring.settings import settle_environment
    from wiring.up import Up, announced, read_up

    settings = settings_for(film, prices, flaws)
    services = open_services(settings)
    if running := read_up(settings):
        raise click.UsageError(f"it runs already, in process {running.pid}: {running.page_url}. See it: gate status")
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
    from flows.serving import deploy, follow, work

    media = uvicorn.Server(uvicorn.Config(media_app(services.vault), log_level="critical"))
    media.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # the command ends it
    await _end_what_is_dead(services)
    made = await deploy(services)
    click.echo(
        f"Prefect    {page_url}\n"
        f"Launch     Deployments → scene → Run → Quick run, or: gate run SCENE\n"
        f"Offered    {', '.join(made)}\n"
        f"Film       {services.folder.film.title}: {', '.join(sorted(services.folder.scenes))}\n"
        "End        Ctrl-C here, or gate down elsewhere"
    )
    await _until_ended(media.serve([media_socket]), work(), follow(services))
    media.should_exit = True
    await _end_what_is_dead(services)


async def _until_ended(*jobs: Coroutine[Any, Any, None]) -> None:
    """Until somebody asks for the end, or one of the jobs comes to its own; then all of them are ended."""
    ended = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    tasks = [asyncio.create_task(job) for job in (*jobs, _heard(ended))]
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    for task in done:
        task.result()  # what ended it by itself is said


async def _heard(ended: asyncio.Event) -> None:
    await ended.wait()


async def _end_what_is_dead(services: Services) -> None:
    from flows.left_behind import end_what_is_dead

    for run in await end_what_is_dead(services.settings):
        click.echo(
            f"  {run.name}: {run.was}, and its process is gone; it is {run.now} now. Retry it, or launch it again.",
            err=True,
        )
