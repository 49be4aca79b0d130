"""gate review: the review room of a film, on loopback; or the same page as a folder for people without a server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.options import film_option, open_film, prices_option

if TYPE_CHECKING:
    import socket

    from desk.room.doors import Doors
    from wiring.services import Services

PORT = 8765


@click.command()
@click.argument("scene", required=False)
@film_option
@prices_option
@click.option(
    "--port", type=click.IntRange(1, 65_535), default=PORT, show_default=True, help="Or any free one where it is taken."
)
@click.option("--open/--no-open", "browse", default=False, help="Open it in the browser.")
def review(scene: str | None, film: Path | None, prices: Path | None, port: int, browse: bool) -> None:
    """Look at takes, compare them, say what you think, and approve finals: by keyboard, in the browser."""
    from desk.room.doors import Doors
    from wiring import server

    services = open_film(film, prices, scopes=[f"scene:{scene}"] if scene else ())
    with server.listening(port) as here:
        at = here.getsockname()[1]
        doors = Doors.on_loopback(at, who=services.settings.who, log=services.settings.state / "room.log")
        link = doors.link(f"http://127.0.0.1:{at}", f"/r/{scene}" if scene else "/")
        click.echo(
            f"Review room of {services.folder.film.title}, for {services.settings.who}:\n  {link}\nIt lets one person in, once. End: Ctrl-C"
        )
        if browse:
            click.launch(link)
        _serve(services, doors, here)


def _serve(services: Services, doors: Doors, here: socket.socket) -> None:
    import uvicorn

    from desk.room.app import room_app

    uvicorn.Server(uvicorn.Config(room_app(services, doors), log_level="critical", server_header=False)).run([here])
