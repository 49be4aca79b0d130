"""Serves a rehearsal on this machine, and nowhere else.

    python -m rehearsal.serve --state DIR [--film DIR] [--script FILE] [--port N]

prints its address, and ends when its standard input does: the process that started it may be killed.
"""

from __future__ import annotations

import argparse
import ipaddress
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from governor.prices.book import PriceBook
from manifests.errors import GateError
from manifests.reading.film_folder import read_film
from rehearsal.application import application, rehearsed
from rehearsal.errors import NotRehearsed
from rehearsal.faults import Script, read_script
from rehearsal.house import House
from rehearsal.known import LockedPictures
from rehearsal.studio import Studio
from vault.canon import Canon
from vault.local import LocalVault

_BACKLOG = 512
_START_S = 30.0
_PRICE_AGE_DAYS = 3650
"""The house bills at whatever age of a price; it is the film that refuses old ones."""


def main(words: list[str] | None = None) -> int:
    """Serve until standard input ends. Gives 2 where the rehearsal is refused."""
    parser = argparse.ArgumentParser(
        prog="python -m rehearsal.serve", description="Rehearse the providers on loopback."
    )
    parser.add_argument("--state", type=Path, required=True, help="a folder of its own: jobs, bills, pictures")
    parser.add_argument("--film", type=Path, help="the film whose shots are recognised and drawn")
    parser.add_argument("--script", type=Path, help="the faults to play, and when (docs/rehearsal.md)")
    parser.add_argument("--port", type=int, default=0, help="a free one where none is named")
    parser.add_argument("--host", default="127.0.0.1", help="loopback only")
    told = parser.parse_args(words)
    try:
        listener = listen(told.host, told.port)
        script = read_script(told.script, rehearsed()) if told.script else Script()
        house = open_house(told.state, script, film=told.film)
    except GateError as error:
        print(f"rehearsal: {error}", file=sys.stderr)
        return 2
    print(address(listener), flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    _server(house).run(sockets=[listener])
    return 0


@contextmanager
def serving(house: House, certificate: Path | None = None) -> Iterator[str]:
    """Serve in a thread of this process for as long as the block lasts; gives the address. It closes the house.

    `certificate`: a PEM file with a key and its chain, for clients that speak https alone.
    """
    listener = listen("127.0.0.1", 0)
    server = _server(house, certificate)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="rehearsal", daemon=True)
    thread.start()
    try:
        yield address(
            listener, "https" if certificate else "http"
        )  # connections wait in the backlog until the server takes them
    finally:
        server.should_exit = True
        thread.join(_START_S)
        listener.close()


def open_house(state: Path, script: Script, *, film: Path | None = None, vault: Path | None = None) -> House:
    """The house in the folder `state`, for a film where one is named.

    `vault`: where its locked pictures lie by content; without it, and for names that it lacks, the film's assets are
    taken. Raises ManifestError for a film that cannot be read, NotRehearsed for a state folder that cannot be used.
    """
    try:
        state.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotRehearsed(str(state), f"it cannot be made ({error.strerror})", "Name another folder.") from error
    prices = PriceBook.load(today=datetime.now(UTC).date(), price_age_days=_PRICE_AGE_DAYS)
    plain = script.pictures == "plain"
    folder = None if film is None else read_film(film)
    locked = None if folder is None else locked_pictures(folder.assets, vault or folder.root / ".gate" / "vault")
    return House(state, script, Studio(state / "made", folder, locked, plain=plain), prices)


def locked_pictures(assets: Path, vault_root: Path) -> LockedPictures:
    """The film's locked pictures: the vault's by their canonical names, else those of the folder of assets."""
    canon, vault = Canon(vault_root), LocalVault(vault_root)
    linked = set(canon.names()) if vault_root.is_dir() else set()
    lying = {path.relative_to(assets).with_suffix("").as_posix() for path in assets.rglob("*.png")}

    def file(name: str) -> Path:
        return vault.path(canon.resolve(name).sha256) if name in linked else assets / f"{name}.png"

    return LockedPictures(file, tuple(sorted(linked | lying)))


def listen(host: str, port: int) -> socket.socket:
    """A listening socket of this machine.
    Raises NotRehearsed for an address that others can reach, or one that is taken.
    """
    name = "127.0.0.1" if host == "localhost" else host
    try:
        mine = ipaddress.ip_address(name).is_loopback
    except ValueError:
        mine = False
    if not mine:
        cause = "a rehearsal answers with false bills and takes any key, so it listens on this machine only"
        raise NotRehearsed(f"--host {host}", cause, "Leave the option out, or name 127.0.0.1.")
    family = socket.AF_INET6 if ":" in name else socket.AF_INET
    try:
        return socket.create_server((name, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise NotRehearsed(f"port {port}", f"it cannot be had ({error.strerror})", "Name another: --port 0") from error


def address(listener: socket.socket, scheme: str = "http") -> str:
    """The address that wires are called at."""
    host, port = listener.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _server(house: House, certificate: Path | None = None) -> uvicorn.Server:
    config = uvicorn.Config(
        application(house),
        log_level="critical",
        access_log=False,
        timeout_graceful_shutdown=1,
        lifespan="on",
        ssl_certfile=certificate,
    )
    return uvicorn.Server(config)


if __name__ == "__main__":
    sys.exit(main())
