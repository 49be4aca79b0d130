"""gate up: Prefect's server and page, every deployment, their worker, and the review room;
one Ctrl-C ends all of it.
"""

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

from desk.cli.options import film_option, prices_option, say, settings_for
from manifests.errors import GateError
from wiring.errors import ServerDown

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from wiring.prefect_server.film_server import Server
    from wiring.services import Services
    from wiring.up import Up


@click.command()
@film_option
@prices_option
@click.option(
    "--flaws", type=click.Path(path_type=Path, dir_okay=False), help="A script of flaws that previz draws on purpose."
)
@click.option(
    "--port",
    metavar="PORT",
    type=click.IntRange(1, 65_534),
    default=4200,
    show_default=True,
    help="The port of Prefect's page. Its pictures and the review room take the next two, or any free ones.",
)
def up(film: Path | None, prices: Path | None, flaws: Path | None, port: int) -> None:
    """Start Prefect's server, the deployments with a worker, and the review room, on loopback.
    Ctrl-C, or gate down, stops them.

    Runs that wait for approval are not lost by that, nor are the purchases of a run under way: start it again.
    """
    from flows.serving.last_outcome import forget
    from wiring.opening import open_services
    from wiring.ports import listening
    from wiring.prefect_server import film_server
    from wiring.scratch import sweep
    from wiring.settings import settle_environment
    from wiring.up import Up, announced, only_one, read_up

    settings = settings_for(film, prices, flaws)
    services = open_services(settings)
    if running := read_up(settings):
        raise click.UsageError(f"it runs already, in process {running.pid}: {running.page_url}. See it: gate status")
    with contextlib.ExitStack() as stack:
        stack.enter_context(only_one(settings))
        sweep(services)
        forget(settings)  # a cap that a person changes in its page is in no book yet
        media, room = (stack.enter_context(listening(port + beside)) for beside in (1, 2))
        prefect = film_server.start(settings, port, say)
        stack.callback(prefect.stop)
        prefect.wait()
        say("Prefect's server answers; deploying the film …")
        settle_environment(settings, prefect.api_url, port=port, serving=True)
        here = Up(
            pid=os.getpid(),
            api_url=prefect.api_url,
            page_url=f"http://127.0.0.1:{port}",
            media_url=_url(media),
            room_url=_url(room),
        )
        stack.enter_context(announced(settings, here))
        try:
            asyncio.run(_serve(services, here, media, room, prefect))
        except GateError:
            raise
        except Exception as error:  # whatever spoke to it when it died failed in its own way
            if prefect.ends(within_s=1.0):
                raise _server_ended() from error
            raise
    click.echo("Stopped. Nothing is lost; gate up continues.", err=True)


def _url(listening: socket.socket) -> str:
    return "http://{}:{}".format(*listening.getsockname())


async def _serve(services: Services, here: Up, media: socket.socket, room: socket.socket, prefect: Server) -> None:
    from desk.cli.services.media import media_app
    from desk.room.app import room_app
    from desk.room.keys import read_keys
    from desk.room.sessions import Sessions
    from flows.serving.serve import deploy, follow, keep_order, work
    from production.messages.notifying import keep_telling

    who, log = services.settings.who, services.settings.state / "room.log"
    sessions = Sessions.on_loopback(room.getsockname()[1], who=who, log=log, keys=read_keys(None, who, beyond=False))
    await _end_what_is_dead(services)
    made = await deploy(services)
    click.echo(
        f"Prefect    {here.page_url}\n"
        f"Launch     Deployments → scene → Run → Quick run, or: gate run SCENE\n"
        f"Deployed   {', '.join(made)}\n"
        f"Room       {sessions.link(here.room_url)}\n"
        f"           the link works once, for {who}; after that the browser stays signed in for 12 hours\n"
        f"Film       {services.folder.film.title}: {', '.join(sorted(services.folder.scenes))}\n"
        "Stop       Ctrl-C here, or gate down elsewhere"
    )
    pages = (_page(media_app(services.vault), media), _page(room_app(services, sessions), room))
    standing = follow(services), keep_order(services.settings), keep_telling(services), _while_it_lives(prefect)
    await _until_ended(*pages, work(), *standing)
    await _end_what_is_dead(services)


async def _while_it_lives(prefect: Server) -> None:
    """Raises ServerDown when Prefect's server ends by itself: without it nothing here knows what to do."""
    while prefect.lives:  # noqa: ASYNC110  a process has no event
        await asyncio.sleep(1.0)
    raise _server_ended()


def _server_ended() -> ServerDown:
    return ServerDown("Prefect's server", "it ended by itself", "Nothing is lost. Start all of it again: gate up")


async def _page(app: Starlette, listening: socket.socket) -> None:
    """Serve pages until cancelled."""
    import uvicorn

    # The server counts its own seconds, and leaves signals to the command: one Ctrl-C is for all of it.
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", server_header=False, timeout_graceful_shutdown=1))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    await server.serve([listening])


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
    from flows.serving.left_behind import end_what_is_dead

    for run in await end_what_is_dead(services.settings, no_worker=True):
        click.echo(f"  {run.name}: {run.words}", err=True)
