"""gate review: the review room of a film, on loopback or for a studio;
or the same page as a folder for people without a server.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.asking import confirm, decides
from desk.cli.options import film_option, open_film, prices_option

if TYPE_CHECKING:
    import socket

    from desk.room.sessions import Key, Sessions
    from wiring.services import Services

PORT = 8765
_LOOPBACK = ("127.0.0.1", "localhost")


@click.command()
@click.argument("scene", required=False)
@film_option
@prices_option
@click.option(
    "--port",
    type=click.IntRange(1, 65_535),
    default=PORT,
    show_default=True,
    help="The port; on loopback any free one where it is taken.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; any but loopback needs a key (--keys).",
)
@click.option(
    "--name", "names", multiple=True, metavar="HOST[:PORT]", help="A host name under which people reach it; repeatable."
)
@click.option(
    "--keys",
    "key_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A file of keys, with lines such as: mia person KEY; scout agent KEY. GATE_ROOM_TOKEN may hold a "
    "single key instead.",
)
@click.option("--who", help="The name under everything that is decided through the link. Default: yours.")
@click.option("--open/--no-open", "browse", default=False, help="Open it in the browser.")
@click.option(
    "--export",
    "into",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write the scene's page into a folder, and serve nothing.",
)
@click.option(
    "--import",
    "said",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Import the verdicts.json of such a page, under your name.",
)
@decides
def review(
    scene: str | None,
    film: Path | None,
    prices: Path | None,
    port: int,
    host: str,
    names: tuple[str, ...],
    key_file: Path | None,
    who: str | None,
    browse: bool,
    into: Path | None,
    said: Path | None,
) -> None:
    """Look at takes, compare them, give verdicts and approve finals in the browser, by keyboard; ? shows the keys.

    Only this machine can reach the room, through a link that works once, for one person.
    """
    from desk.room.keys import read_keys

    if into is not None and scene is None:
        raise click.UsageError("name the scene to export: gate review SC010 --export FOLDER")
    serves = said is None and into is None
    if key_file is not None or serves:
        read_keys(key_file, who or "", beyond=serves and host not in _LOOPBACK)
    services = open_film(film, prices, scopes=[f"scene:{scene}"] if scene else ())
    if said is not None:
        _take_in(services, said, who or services.settings.who)
    elif into is not None and scene is not None:
        _lay_out(services, scene, into)
    else:
        keys = read_keys(key_file, who or services.settings.who, beyond=host not in _LOOPBACK)
        with _listening(host, port) as here:
            sessions = _sessions(services, here, host, names, keys, who or services.settings.who)
            _serve(services, sessions, here, f"/r/{scene}" if scene else "/", browse=browse)


def _take_in(services: Services, file: Path, who: str) -> None:
    from desk.room.from_file import take_in

    confirm(f"Record what {file.name} says, under the name {who}?")
    taken = take_in(services, file, who)
    click.echo(
        f"{who}: {taken.notes} notes and {taken.verdicts} verdicts were recorded; {taken.known} were there already."
    )
    for words in taken.refused:
        click.echo(f"  not recorded: {words}")


def _lay_out(services: Services, scene: str, into: Path) -> None:
    from desk.room.export import export

    page = export(services, services.scene(scene), into)
    click.echo(f"{page}\nReaders of the page send verdicts.json back; import it: gate review --import verdicts.json")


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket: on loopback on another port where this one is taken; elsewhere just there, since people were told."""
    import socket

    from wiring import ports

    if host in _LOOPBACK:
        with ports.listening(port) as here:
            yield here
        return
    try:
        here = socket.create_server((host, port))
    except OSError as error:
        raise click.UsageError(f"nothing can listen at {host}:{port} ({error.strerror})") from error
    with here:
        yield here


def _sessions(
    services: Services, here: socket.socket, host: str, names: tuple[str, ...], keys: tuple[Key, ...], who: str
) -> Sessions:
    from desk.room.sessions import Sessions

    port, log = here.getsockname()[1], services.settings.state / "room.log"
    sessions = Sessions.on_loopback(port, who=who, log=log, keys=keys)
    unnamed = {"0.0.0.0", "::", *_LOOPBACK}  # noqa: S104  it is only compared
    called = [host, *names] if host not in unnamed else list(names)
    if host not in _LOOPBACK and not called:
        raise click.UsageError(f"name the host under which people reach it: --host {host} --name review.studio.lan")
    sessions.hosts |= {
        name.lower() for each in called for name in ((each,) if ":" in each else (each, f"{each}:{port}"))
    }
    return sessions


def serve_page(services: Services, page: str, *, port: int, who: str | None, browse: bool) -> None:
    """Serve the room on loopback until Ctrl-C, and print the link that opens on `page`."""
    from desk.room.keys import read_keys

    name = who or services.settings.who
    keys = read_keys(None, name, beyond=False)
    with _listening(_LOOPBACK[0], port) as here:
        _serve(services, _sessions(services, here, _LOOPBACK[0], (), keys, name), here, page, browse=browse)


def _serve(services: Services, sessions: Sessions, here: socket.socket, page: str, *, browse: bool) -> None:
    import uvicorn

    from desk.room.app import room_app

    address, port = here.getsockname()[:2]
    link = sessions.link(f"http://{'127.0.0.1' if address in {'0.0.0.0', '::'} else address}:{port}", page)  # noqa: S104
    click.echo(f"Review room of {services.folder.film.title}, for {sessions.who}:\n  {link}")
    click.echo("The link works once; after that the browser stays signed in for 12 hours. Stop: Ctrl-C")
    if address != "127.0.0.1":
        click.echo(
            "Other machines can reach this address: put a TLS proxy in front of it, or keys travel unencrypted.",
            err=True,
        )
    if browse:
        click.launch(link)
    config = uvicorn.Config(
        room_app(services, sessions), log_level="critical", server_header=False, proxy_headers=False
    )
    uvicorn.Server(config).run([here])
