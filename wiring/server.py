"""Brings up Prefect's own server beside us, on loopback, and takes it down: also when we are killed.

The server runs in a process of its own (its work for one task costs eight times ours) and holds one end of a pipe; when the
other end closes, for whatever reason, it ends itself. So a `kill -9` of a run leaves no server behind.

A studio's server is this module as a program, `python -m wiring.server`: Prefect's own, behind the same door.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection

from wiring.errors import PortTaken, ServerDown
from wiring.prefect_door import HERE, Door
from wiring.settings import Settings, make_state, settle_environment

_START_S = 90.0
"""A first start makes the database: 10 s were measured on two idle cores, 19 s on loaded ones."""

_GOODBYE_S = 10.0


@contextlib.contextmanager
def prefect_server(settings: Settings, port: int | None = None) -> Iterator[str]:
    """Run a server for as long as the block lasts; gives the URL of its API once it answers. Raises ServerDown."""
    server = start(settings, port)
    try:
        server.wait()
        yield server.api_url
    finally:
        server.stop()


class Server:
    """A server that was started, and perhaps does not answer yet."""

    def __init__(self, process: multiprocessing.process.BaseProcess, lifeline: Connection, port: int) -> None:
        self._process, self._lifeline = process, lifeline
        self.port, self.api_url = port, f"http://127.0.0.1:{port}/api"

    def wait(self) -> None:
        """Return when it has said that it answers. Raises ServerDown after 90 s, or at once when it has ended."""
        with contextlib.suppress(EOFError, OSError):  # it has ended
            if self._lifeline.poll(_START_S):
                self._lifeline.recv()
                return
        raise ServerDown(
            "Prefect's server", f"it does not answer on port {self.port}", "Look at gate doctor; run it again."
        )

    @property
    def lives(self) -> bool:
        """Whether its process is there."""
        return self._process.is_alive()

    def ends(self, *, within_s: float) -> bool:
        """Whether its process is gone, or goes within that time."""
        self._process.join(within_s)
        return not self.lives

    def stop(self) -> None:
        """End it and wait for its end."""
        self._lifeline.close()
        self._process.join(_GOODBYE_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def start(settings: Settings, port: int | None = None) -> Server:
    """Start a server on `port` (a free one where none is named) without waiting for it, and point Prefect at it.

    The port is taken here and handed over: what answers on it is this server, and nobody else's. Raises PortTaken.
    """
    with _taken(port or 0) as here:
        chosen: int = here.getsockname()[1]
        settle_environment(settings, f"http://127.0.0.1:{chosen}/api", port=chosen, brief=port is None)
        make_state(settings)
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(here, theirs), daemon=True, name="prefect-server")
        process.start()
        theirs.close()
    return Server(process, ours, chosen)


def _taken(port: int) -> socket.socket:
    """A socket bound to `port` on loopback; it begins to listen when the server is ready. Raises PortTaken."""
    here = socket.socket()
    try:
        here.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        here.bind(("127.0.0.1", port))
    except OSError as error:
        here.close()
        cause = f"it cannot be had: {error.strerror}"
        raise PortTaken(f"port {port}", cause, "Name another: gate up --port 4300") from error
    return here


@contextlib.contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """A socket that listens on loopback: on `port`, or on a free one where somebody has it."""
    with contextlib.ExitStack() as stack:
        try:
            here = stack.enter_context(socket.create_server(("127.0.0.1", port)))
        except OSError:
            here = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        yield here


def _serve(here: socket.socket, lifeline: Connection) -> None:
    import uvicorn  # noqa: PLC0415  # the parent must not pay for the server's imports
    from prefect.server.api.server import create_app  # noqa: PLC0415

    class Announced(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            with contextlib.suppress(OSError):  # whoever waited has gone
                lifeline.send(None)

    door = Door(create_app(final=True))
    server = Announced(uvicorn.Config(door, log_level="critical", timeout_graceful_shutdown=1))

    # Ctrl-C reaches every process of the terminal. It is for the run: that ends, its end of the pipe closes, and then we do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serving = threading.Thread(target=server.run, args=([here],), daemon=True)
    serving.start()
    with contextlib.suppress(OSError):
        while serving.is_alive() and not lifeline.poll(1.0):
            pass
    logging.disable()  # whoever still listens to its events is cut off, and it would say so with tracebacks
    server.should_exit = True
    # Prefect's own shutdown was seen to take most of a minute. All it knows is in its database by now.
    serving.join(_GOODBYE_S)
    os._exit(0)


def main() -> None:
    """Serve a studio's Prefect until it is told to end, where Prefect's settings say, behind the door."""
    options = argparse.ArgumentParser(prog="python -m wiring.server")
    options.add_argument("--name", action="append", default=[], help="Another name under which it is called.")
    options.add_argument("--no-services", action="store_true", help="Its services run elsewhere.")
    given = options.parse_args()

    import uvicorn  # noqa: PLC0415
    from prefect.server.api.server import create_app  # noqa: PLC0415
    from prefect.settings.context import get_current_settings  # noqa: PLC0415

    at, app = get_current_settings().server.api, create_app(final=True, webserver_only=given.no_services)
    door = Door(app, (*HERE, *given.name))
    uvicorn.run(door, host=at.host, port=at.port, timeout_keep_alive=at.keepalive_timeout, log_level="error")


if __name__ == "__main__":
    main()
